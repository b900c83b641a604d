"""Odd names, links, folders and moments, through the whole pipeline."""

import errno
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path

import pytest

from assistant.library import Library
from assistant.records import IngestReport
from ingest import worker
from ingest.lexicon import load_lexicon
from ingest.pipeline import ingest
from ingest.scan import Found
from ingest.worker import Outcome, read_file
from tests.fakes import OpenLibrary, WordEmbedder

Run = Callable[..., IngestReport]
TEXT = "# Pompa\n\nYağ yılda bir değişir.\n"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "belgeler"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def library(open_library: OpenLibrary) -> Library:
    return open_library(WordEmbedder())


@pytest.fixture
def run(library: Library, drop: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """An ingest whose worker is this process."""
    monkeypatch.setattr(worker, "_count_tokens", WordEmbedder().count_tokens, raising=False)
    monkeypatch.setattr(worker, "_lexicon", load_lexicon(), raising=False)
    monkeypatch.setattr("ingest.pipeline.read_files", read_here)
    return lambda *paths: run_real(library, drop, *paths)


def run_real(library: Library, drop: Path, *paths: Path) -> IngestReport:
    return ingest(library, paths or None, drop_folder=drop, max_bytes=1_000_000, chunk_tokens=64, embedder="")


def read_here(files: Sequence[Found], embedder: str, *options: object) -> Iterator[Outcome]:
    for file in files:
        yield read_file(file, *options[:3])  # type: ignore[arg-type]


def sources(library: Library) -> list[str]:
    return [state.source for state in library.documents() if state.chunks]


def failed(report: IngestReport) -> dict[str, str]:
    return {failure.source: failure.reason.tr for failure in report.failures}


# ---- names


def test_one_name_in_two_spellings_is_two_documents(run: Run, drop: Path, library: Library) -> None:
    composed = "Şanzıman yağı İçin.md"
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, composed)
        (drop / name).write_text(TEXT.replace("yılda", f"{form} yılda"), "utf-8")
    assert run().added == 2
    assert sorted(sources(library)) == sorted([composed, f"belgeler/{composed}"])
    assert all(unicodedata.is_normalized("NFC", source) for source in sources(library))
    assert run().unchanged == 2
    (drop / composed).unlink()
    assert run().removed == 1
    assert "NFD" in library.searcher.search("yağ")[0].chunk.text


def test_a_third_spelling_gets_a_number(run: Run, drop: Path, library: Library) -> None:
    for name in ("çğ.md", "c\u0327g\u0306.md", "çg\u0306.md", "c\u0327ğ.md"):
        (drop / name).write_text(f"# {name}\n\nYağ yılda bir değişir.\n", "utf-8")
    assert run().added == 4
    assert sorted(sources(library)) == ["belgeler/çğ (2).md", "belgeler/çğ (3).md", "belgeler/çğ.md", "çğ.md"]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("  iki  boşluk .md", "  iki  boşluk .md"),
        ("satır\nsonu\t\x1b[31m.md", "satır␊sonu␉␛[31m.md"),
        ("çift\u2028satır.md", "çift␤satır.md"),
        ("İIıi.MD", "İIıi.MD"),
        ("-rf; $(true) 'tek' \"çift\" <b>&amp;.md", "-rf; $(true) 'tek' \"çift\" <b>&amp;.md"),
        ("%s%n{0}\\.md", "%s%n{0}\\.md"),
        ("ğ" * 126 + ".md", "ğ" * 126 + ".md"),  # 255 bytes
    ],
)
def test_odd_names(name: str, source: str, run: Run, drop: Path, library: Library) -> None:
    (drop / name).write_text(TEXT, "utf-8")
    assert run().added == 1
    assert sources(library) == [source]
    assert library.searcher.search("yağ")[0].chunk.source == source
    assert run().unchanged == 1


def test_a_path_at_the_limit_is_read_and_one_beyond_is_listed(run: Run, drop: Path, library: Library) -> None:
    here = os.open(drop, os.O_RDONLY)
    length = len(os.fsencode(drop))
    names = chain(
        ["k" * (299 - length)], repeat("k" * 200)
    )  # wherever the drop folder is, 3,918 bytes are the last
    while length < 5000:  # Linux takes paths of 4,095 bytes
        os.mkdir(name := next(names), dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
        length += 1 + len(name)
        with os.fdopen(os.open("a.md", os.O_WRONLY | os.O_CREAT, dir_fd=here), "w") as file:
            file.write(f"# Pompa\n\nYağ {length} saatte bir değişir.\n")
    os.close(here)
    (drop / "b.md").write_text(TEXT)
    report = run()
    assert report.added > 15
    assert "b.md" in sources(library)
    assert len(report.failures) == 1
    assert "okunamadı" in report.failures[0].reason.tr


def test_a_folder_deeper_than_python_can_recurse(run: Run, drop: Path, library: Library) -> None:
    deep = str(drop)
    for _ in range(1500):
        deep += "/a"
        os.mkdir(deep)
    Path(deep, "b.md").write_text(TEXT)
    try:
        assert run().added == 1
    finally:
        subprocess.run(["rm", "-r", drop / "a"], check=True)  # pytest can't


def test_a_folder_whose_name_is_not_utf8(run: Run, drop: Path, library: Library) -> None:
    folder = os.fsencode(drop) + b"/k\xfd\xfe"
    os.mkdir(folder)
    with open(folder + b"/a.md", "w") as file:
        file.write(TEXT)
    (drop / "b.md").write_text(TEXT)
    report = run()
    assert sources(library) == ["b.md"]
    assert ["UTF-8" in reason for reason in failed(report).values()] == [True]


# ---- links and things that are no files


def test_links(run: Run, drop: Path, library: Library, tmp_path: Path) -> None:
    outside = tmp_path / "dışarı"
    outside.mkdir()
    (outside / "gizli.md").write_text("# Gizli\n\nBunu kimse görmemeli.\n")
    (drop / "a.md").write_text(TEXT)
    (drop / "içeri.md").symlink_to(drop / "a.md")
    (drop / "dışarı.md").symlink_to("../../dışarı/gizli.md")
    (drop / "dolaylı.md").symlink_to(drop / "dışarı.md")
    (drop / "klasör").symlink_to(outside)
    (drop / "kendim.md").symlink_to("kendim.md")
    (drop / "bir.md").symlink_to("iki.md")
    (drop / "iki.md").symlink_to("bir.md")
    (drop / "yok.md").symlink_to("hiç yok.md")
    (drop / "klasör.md").symlink_to(drop)
    (drop / "alt").mkdir()
    (drop / "alt" / "üst").symlink_to(drop)
    report = run()
    assert sources(library) == ["a.md", "içeri.md"]
    assert set(failed(report)) == {
        "kendim.md", "bir.md", "iki.md", "yok.md", str(drop / "dışarı.md"), str(drop / "dolaylı.md"),
    }  # fmt: skip
    assert "dışına" in failed(report)[str(drop / "dolaylı.md")]
    assert not any("Gizli" in hit.chunk.text for hit in library.searcher.search("gizli kimse görmemeli"))


def test_a_file_that_became_a_link_out_of_the_folder_is_no_longer_searched(
    run: Run, drop: Path, library: Library, tmp_path: Path
) -> None:
    (drop / "a.md").write_text(TEXT)
    run()
    (drop / "a.md").rename(tmp_path / "gizli.md")
    (drop / "a.md").symlink_to(tmp_path / "gizli.md")
    assert run().removed == 1
    assert sources(library) == []


@pytest.mark.timeout(60)
def test_a_pipe_is_listed_and_does_not_block(run: Run, drop: Path) -> None:
    os.mkfifo(drop / "boru.md")
    (drop / "a.md").write_text(TEXT)
    report = run()
    assert report.added == 1
    assert "dosya değil" in failed(report)["boru.md"]
    assert "dosya değil" in failed(run(drop / "boru.md"))["boru.md"]


def test_a_file_without_permission_is_listed(run: Run, drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.md", "b.md"):
        (drop / name).write_text(TEXT)
    (drop / "b.md").chmod(0)
    if os.geteuid() == 0:  # root may read everything: then the system only pretends
        opened = os.open

        def refuse(path: Path, *options: int, **more: int) -> int:
            if str(path).endswith("b.md"):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return opened(path, *options, **more)

        monkeypatch.setattr(os, "open", refuse)
    report = run()
    assert report.added == 1
    assert "izni yok" in failed(report)["b.md"]


# ---- the same content twice


def test_two_files_of_the_same_content_are_both_listed_and_both_found(
    run: Run, drop: Path, library: Library
) -> None:
    for name in ("a.md", "b.md"):
        (drop / name).write_text(TEXT)
    assert run().added == 2
    assert sources(library) == ["a.md", "b.md"]
    (hit,) = library.searcher.search("yağ")
    assert {hit.chunk.source, *hit.copies} == {"a.md", "b.md"}
    (drop / "a.md").unlink()
    assert run().removed == 1
    assert [hit.chunk.source for hit in library.searcher.search("yağ")] == ["b.md"]


# ---- files that change while they are read


def changing(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Let something happen once, between the scan and the reading."""
    steps = [change]

    def read_after_change(files: Sequence[Found], embedder: str, *options: object) -> Iterator[Outcome]:
        while steps:
            steps.pop()()
        return read_here(files, embedder, *options)

    monkeypatch.setattr("ingest.pipeline.read_files", read_after_change)


def test_content_that_changes_after_the_scan_is_indexed_as_it_is(
    run: Run, drop: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "a.md").write_text(TEXT)
    changing(monkeypatch, lambda: (drop / "a.md").write_text(TEXT.replace("yılda", "ayda")))
    assert run().added == 1
    assert "ayda" in library.searcher.search("yağ")[0].chunk.text
    assert run().unchanged == 1


def test_a_file_that_is_swapped_again_after_reading_is_read_again(
    run: Run, drop: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop / "a.md"
    path.write_text(TEXT)
    changing(monkeypatch, lambda: path.write_text(TEXT.replace("yılda", "ayda")))
    run()
    path.write_text(TEXT)  # as it was when it was scanned
    assert run().changed == 1
    assert "yılda" in library.searcher.search("yağ")[0].chunk.text


def test_a_file_that_vanishes_after_the_scan_is_listed_once(
    run: Run, drop: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.md", "b.md"):
        (drop / name).write_text(TEXT)
    changing(monkeypatch, (drop / "a.md").unlink)
    report = run()
    assert (report.added, list(failed(report))) == (1, ["a.md"])
    report = run()
    assert (report.unchanged, report.failures) == (1, ())


def test_a_file_that_is_cut_off_after_the_scan_keeps_its_old_version_until_it_is_whole(
    run: Run, drop: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop / "a.md"
    path.write_text(TEXT)
    run()
    path.write_text(TEXT.replace("yılda", "ayda"))
    changing(monkeypatch, lambda: os.truncate(path, 0))
    assert list(failed(run())) == ["a.md"]
    assert "yılda" in library.searcher.search("yağ")[0].chunk.text
    path.write_text(TEXT.replace("yılda", "ayda"))
    report = run()
    assert (report.changed, report.failures) == (1, ())
    assert "ayda" in library.searcher.search("yağ")[0].chunk.text


def test_a_file_that_turns_into_a_folder(
    run: Run, drop: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop / "a.md"
    path.write_text(TEXT)

    def swap() -> None:
        path.unlink()
        path.mkdir()
        (path / "b.md").write_text(TEXT)

    changing(monkeypatch, swap)
    assert "dosya değil" in failed(run())["a.md"]
    report = run()
    assert (report.added, report.failures) == (1, ())
    assert sources(library) == ["a.md/b.md"]


def test_a_file_that_grows_beyond_the_limit_after_the_scan(
    run: Run, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop / "a.md"
    path.write_text(TEXT)
    changing(monkeypatch, lambda: path.write_text(TEXT * 50_000))
    assert "çok büyük" in failed(run())["a.md"]


def test_a_file_that_never_rests_stops_nothing(library: Library, drop: Path) -> None:
    """Real workers, and another process that writes all the time."""
    (drop / "b.md").write_text(TEXT)
    script = (
        "import sys, time\n"
        "for number in range(100_000):\n"
        "    with open(sys.argv[1], 'r+' if number % 3 else 'w') as file:\n"
        "        file.write(f'# Kayıt\\n\\nSatır {number}.\\n' * (number % 50))\n"
    )
    (drop / "a.md").write_text(TEXT)
    writer = subprocess.Popen([sys.executable, "-c", script, drop / "a.md"])
    try:
        for _ in range(3):
            report = run_real(library, drop)
            assert "b.md" in sources(library)
            assert set(failed(report)) <= {"a.md"}
            assert "a.md" in {*sources(library), *failed(report)}
    finally:
        writer.kill()
        writer.wait()
    (drop / "a.md").write_text(TEXT.replace("yılda", "ayda"))
    assert run_real(library, drop).failures == ()
    assert any("ayda" in hit.chunk.text for hit in library.searcher.search("yağ ayda"))


# ---- many


def test_a_thousand_small_files_at_once(library: Library, drop: Path) -> None:
    count = int(os.environ.get("KILAVUZ_TEST_FILES", "1000"))
    for number in range(count):
        folder = drop / f"k{number % 10}"
        folder.mkdir(exist_ok=True)
        (folder / f"belge-{number}.md").write_text(f"# Pompa {number}\n\nYağ {number} saatte bir değişir.\n")
    assert run_real(library, drop).added == count
    assert len(sources(library)) == count
    assert run_real(library, drop).unchanged == count
