import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from assistant.library import Library
from assistant.records import IngestReport
from ingest import ocr, worker, workers
from ingest.lexicon import load_lexicon
from ingest.lines import Line
from ingest.pipeline import folders, ingest
from tests.fakes import OpenLibrary, WordEmbedder
from tests.pdf_files import PROSE, drawn, joined, scanned

Ingest = Callable[..., IngestReport]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "belgeler"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def library(open_library: OpenLibrary, embedder: WordEmbedder) -> Library:
    return open_library(embedder)


@pytest.fixture
def run(library: Library, drop: Path, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    """An ingest whose workers are this process: the real processes have their own test below."""

    def read_here(files, embedder, chunk_tokens, max_bytes, splitter, words):  # type: ignore[no-untyped-def]
        return (worker.read_file(file, chunk_tokens, max_bytes, splitter) for file in files)

    monkeypatch.setattr(worker, "_count_tokens", WordEmbedder().count_tokens, raising=False)
    monkeypatch.setattr(worker, "_lexicon", load_lexicon(), raising=False)
    monkeypatch.setattr("ingest.pipeline.read_files", read_here)

    def run_it(*paths: Path, **changed: object) -> IngestReport:
        options = {"drop_folder": drop, "max_bytes": 10_000_000, "chunk_tokens": 64, "embedder": ""}
        return ingest(library, paths or None, **{**options, **changed})  # type: ignore[arg-type]

    return run_it


def counts(report: IngestReport) -> tuple[int, int, int, int, int, int]:
    r = report
    return r.added, r.changed, r.moved, r.removed, r.unchanged, len(r.failures)


def sources(library: Library) -> list[str]:
    return [state.source for state in library.documents() if state.chunks]


def test_only_what_changed_is_worked_on(
    run: Ingest, drop: Path, library: Library, embedder: WordEmbedder
) -> None:
    (drop / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    (drop / "b.md").write_text("# Vana\n\nVana elle kapatılır.\n")
    assert counts(run()) == (2, 0, 0, 0, 0, 0)
    embedded = embedder.embedded
    assert counts(run()) == (0, 0, 0, 0, 2, 0)
    assert embedder.embedded == embedded

    (drop / "a.md").write_text("# Pompa\n\nYağ ayda bir değişir.\n")
    assert counts(run()) == (0, 1, 0, 0, 1, 0)
    assert "ayda" in library.searcher.search("yağ")[0].chunk.text

    embedded = embedder.embedded
    (drop / "klasör").mkdir()
    (drop / "b.md").rename(drop / "klasör" / "c.md")
    assert counts(run()) == (0, 0, 1, 0, 1, 0)
    assert embedder.embedded == embedded
    assert sources(library) == ["a.md", "klasör/c.md"]

    (drop / "a.md").unlink()
    assert counts(run()) == (0, 0, 0, 1, 1, 0)
    assert sources(library) == ["klasör/c.md"]


def test_a_bad_file_is_listed_with_its_reason_and_the_rest_goes_on(
    run: Ingest, drop: Path, library: Library
) -> None:
    (drop / "iyi.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    (drop / "boş.md").write_text("")
    (drop / "sahte.pdf").write_text("PDF değil")
    report = run()
    assert counts(report) == (1, 0, 0, 0, 0, 2)
    assert {failure.source for failure in report.failures} == {"boş.md", "sahte.pdf"}
    assert all(f.reason.tr.endswith(".") and f.reason.en != f.reason.tr for f in report.failures)
    assert counts(run()) == (0, 0, 0, 0, 1, 2)

    (drop / "boş.md").write_text("# Artık dolu\n\nVana elle kapatılır.\n")
    (drop / "sahte.pdf").unlink()
    assert counts(run()) == (1, 0, 0, 0, 1, 0)


def test_a_file_that_became_unreadable_keeps_its_last_readable_version(
    run: Ingest, drop: Path, library: Library
) -> None:
    (drop / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    run()
    (drop / "a.md").write_bytes(b"\0\1\2" * 500)
    assert counts(run()) == (0, 0, 0, 0, 0, 1)
    assert "yılda" in library.searcher.search("yağ")[0].chunk.text
    (state,) = library.documents()
    assert state.chunks and state.reason


def test_a_file_over_the_limit_is_refused_without_being_read(
    run: Ingest, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(drop / "dev.md", "wb") as file:
        file.truncate(200_000_000)  # sparse: takes no room on the disk
    read: list[object] = []
    monkeypatch.setattr("ingest.scan.content_hash", read.append)
    report = run()
    assert read == []
    assert [f.source for f in report.failures] == ["dev.md"]
    assert "MB" in report.failures[0].reason.tr


def test_other_folders_keep_their_paths_and_are_looked_after(
    run: Ingest, drop: Path, library: Library, tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    (docs / "alt").mkdir(parents=True)
    (docs / "alt" / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    (drop / "b.md").write_text("# Vana\n\nVana elle kapatılır.\n")
    assert counts(run(docs)) == (1, 0, 0, 0, 0, 0)
    assert sources(library) == ["alt/a.md"]
    assert counts(run()) == (1, 0, 0, 0, 1, 0)
    assert folders(library, drop) == [drop, docs]

    (docs / "b.md").write_text("# Conta\n\nConta her bakımda yenilenir.\n")
    run()
    assert sources(library) == ["alt/a.md", "b.md", "docs/b.md"]

    shutil.move(docs, tmp_path / "unplugged")
    report = run()
    assert counts(report)[3:] == (0, 1, 1)
    assert "ulaşılamıyor" in report.failures[0].reason.tr
    assert len(sources(library)) == 3


def test_a_single_file_can_be_given_and_its_deletion_is_noticed(
    run: Ingest, library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "tek.md"
    path.write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    run(path)
    assert sources(library) == ["tek.md"]
    path.unlink()
    assert run().removed == 1
    assert sources(library) == []


def test_a_missing_path_is_one_sentence(run: Ingest, tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="yok"):
        run(tmp_path / "yok")


def test_links_out_of_the_folder_are_refused(run: Ingest, drop: Path, tmp_path: Path) -> None:
    (tmp_path / "gizli.md").write_text("# Gizli\n\nBunu kimse görmemeli.\n")
    os.symlink(tmp_path / "gizli.md", drop / "bağlantı.md")
    report = run()
    assert counts(report) == (0, 0, 0, 0, 0, 1)
    assert "dışına" in report.failures[0].reason.tr


def test_two_files_of_the_same_content_are_two_documents(run: Ingest, drop: Path, library: Library) -> None:
    for name in ("a.md", "b.md"):
        (drop / name).write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    run()
    (drop / "a.md").rename(drop / "c.md")
    assert counts(run()) == (0, 0, 1, 0, 1, 0)
    assert sources(library) == ["b.md", "c.md"]


def test_a_file_that_is_whole_again_is_no_longer_listed(run: Ingest, drop: Path) -> None:
    (drop / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    run()
    (drop / "a.md").write_bytes(b"\0\1\2" * 500)
    assert counts(run())[5] == 1
    (drop / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    assert counts(run()) == (0, 0, 0, 0, 1, 0)


def test_a_file_that_was_bad_only_while_it_was_read_is_read_again(
    run: Ingest, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = "# Pompa\n\nYağ yılda bir değişir.\n"
    (drop / "a.md").write_text(good)
    read_file = worker.read_file

    def half_copied(*arguments):  # type: ignore[no-untyped-def]
        (drop / "a.md").write_text("")
        return read_file(*arguments)

    monkeypatch.setattr(worker, "read_file", half_copied)
    assert counts(run()) == (0, 0, 0, 0, 0, 1)
    monkeypatch.setattr(worker, "read_file", read_file)
    (drop / "a.md").write_text(good)
    assert counts(run()) == (1, 0, 0, 0, 0, 0)


def test_a_name_that_is_not_utf8_stops_nothing(run: Ingest, drop: Path, library: Library) -> None:
    (drop / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    with open(os.fsencode(drop) + b"/k\xfd\xfe.md", "w") as file:
        file.write("# Vana\n\nVana elle kapatılır.\n")
    report = run()
    assert counts(report) == (1, 0, 0, 0, 0, 1)
    assert "UTF-8" in report.failures[0].reason.tr
    report.failures[0].source.encode()
    assert sources(library) == ["a.md"]


def test_a_file_that_may_not_be_read_is_listed(
    run: Ingest, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")

    def refuse(path: Path) -> str:
        raise KilavuzError("İzin yok.", "No permission.")

    monkeypatch.setattr("ingest.scan.content_hash", refuse)
    assert counts(run())[0] == 1  # the scan goes on; reading tells what is wrong, if anything is


def test_a_folder_that_cannot_be_listed_keeps_its_documents(
    run: Ingest, drop: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "alt").mkdir()
    for name in ("a.md", "alt/b.md"):
        (drop / name).write_text(f"# {name}\n\nYağ yılda bir değişir.\n")
    run()
    scandir = os.scandir

    def broken(path):  # type: ignore[no-untyped-def]
        if str(path).endswith("/alt"):
            raise OSError(5, "Input/output error", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", broken)
    report = run()
    assert counts(report) == (0, 0, 0, 0, 1, 1)
    assert "okunamadı" in report.failures[0].reason.tr
    assert sources(library) == ["a.md", "alt/b.md"]


def test_deleted_documents_do_not_come_back_with_a_folder_above(
    run: Ingest, drop: Path, library: Library, tmp_path: Path
) -> None:
    (drop / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    trash = drop.parent / "silinenler"
    trash.mkdir()
    (trash / "b.md").write_text("# Vana\n\nVana elle kapatılır.\n")
    run(drop.parent)
    assert [Path(source).name for source in sources(library)] == ["a.md"]


def test_a_document_keeps_its_name_whichever_folder_is_given(
    run: Ingest, drop: Path, library: Library, tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    (docs / "alt").mkdir(parents=True)
    (docs / "alt" / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    run(docs)
    for paths in ((docs / "alt",), (), (docs / "alt",)):
        assert counts(run(*paths)) == (0, 0, 0, 0, 1, 0)
    assert sources(library) == ["alt/a.md"]


def test_a_link_to_the_folder_is_the_same_folder(run: Ingest, library: Library, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    (tmp_path / "link").symlink_to(docs)
    run(docs)
    assert counts(run(tmp_path / "link")) == (0, 0, 0, 0, 1, 0)


def test_a_renamed_file_takes_its_title_along(run: Ingest, drop: Path, library: Library) -> None:
    (drop / "eski-adi.md").write_text("Başlıksız bir metin, pompalar üzerine.\n")
    run()
    (drop / "eski-adi.md").rename(drop / "yepyeni-isim.md")
    assert counts(run()) == (0, 0, 1, 0, 0, 0)
    assert library.documents()[0].title == "yepyeni isim"
    assert library.searcher.keywords.search("yepyeni", 1)


def test_another_chunk_size_splits_again(run: Ingest, drop: Path, library: Library) -> None:
    text = " ".join(f"Pompa yağı {i} saatte bir değişir." for i in range(40))
    (drop / "a.md").write_text(f"# Pompa\n\n{text}\n")
    run()
    before = library.chunk_count
    assert counts(run(chunk_tokens=32)) == (0, 1, 0, 0, 0, 0)
    assert library.chunk_count > before


def test_a_failed_file_that_was_given_and_deleted_is_forgotten(run: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "boş.md"
    path.write_text("")
    assert counts(run(path)) == (0, 0, 0, 0, 0, 1)
    path.unlink()
    assert counts(run()) == (0, 0, 0, 0, 0, 0)
    assert counts(run()) == (0, 0, 0, 0, 0, 0)


def test_an_unchanged_file_is_read_again_if_that_is_wanted(run: Ingest, drop: Path, library: Library) -> None:
    for name in ("a.md", "b.md"):
        (drop / name).write_text(f"# {name}\n\nPompa yağı yılda bir değişir.", "utf-8")
    run()
    before = {one.source: one.id for one in library.documents()}
    report = run(again={str(drop / "a.md")})
    after = {one.source: one.id for one in library.documents()}
    assert counts(report) == (0, 1, 0, 0, 1, 0)
    assert after["a.md"] != before["a.md"] and after["b.md"] == before["b.md"]
    assert counts(run(again={str(drop / "yok.md")})) == (0, 0, 0, 0, 2, 0)


def test_a_failed_file_that_is_given_again_is_read_again(
    run: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Pompa\n\nYağ yılda bir değişir.\n")
    read_file = worker.read_file
    monkeypatch.setattr(worker, "read_file", lambda file, *_: (file, workers.CRASHED))
    assert counts(run(path)) == (0, 0, 0, 0, 0, 1)
    monkeypatch.setattr(worker, "read_file", read_file)
    assert counts(run()) == (0, 0, 0, 0, 0, 1)  # it is as it was
    assert counts(run(path)) == (1, 0, 0, 0, 0, 0)


def test_a_file_with_unread_pages_that_is_given_again_is_read_again(
    run: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tez.pdf"
    path.write_bytes(joined(drawn([PROSE]), scanned(drawn([PROSE]), 100)))
    monkeypatch.setattr(ocr, "find_ocr", lambda: None)
    assert [page.number for page in run(path).read[0].unread] == [2]
    found = [Line(line, 72, 700 - 20 * n) for n, line in enumerate(PROSE.split("\n"))]
    monkeypatch.setattr(ocr, "find_ocr", lambda: lambda *_: found)  # it was installed
    assert counts(run()) == (0, 0, 0, 0, 1, 0)
    report = run(path)
    assert counts(report) == (0, 1, 0, 0, 0, 0)
    assert report.read[0].unread == ()
    assert counts(run(path)) == (0, 0, 0, 0, 1, 0)


def test_a_document_that_is_read_again_goes_on_teaching_its_words(
    run: Ingest, drop: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        (drop / f"{name}.md").write_text(f"# {name}\n\nBöğürtlozluk yağ, böğürtlozluk vana.\n")
    run()
    assert library.stored.words() == ["böğürtlozluk"]
    monkeypatch.setattr(worker, "_lexicon", load_lexicon().with_words(library.stored.words()))
    (drop / "a.md").write_text("# a\n\nYeni böğürtlozluk yağ, böğürtlozluk vana.\n")
    run()
    assert library.stored.words() == ["böğürtlozluk"]


def test_progress_ends_at_the_number_of_files(run: Ingest, drop: Path) -> None:
    for name in "abc":
        (drop / f"{name}.md").write_text(f"# {name}\n\nMetin {name}.\n")
    steps: list[tuple[int, int]] = []
    run(progress=lambda done, total, source: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_worker_processes_read_and_a_crash_costs_one_file(
    library: Library, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (drop / f"{name}.md").write_text(f"# {name}\n\nMetin {name}.\n")
    monkeypatch.setattr(workers, "read_file", _die_on_b)
    report = ingest(library, None, drop_folder=drop, max_bytes=1000, chunk_tokens=64, embedder="")
    assert counts(report) == (2, 0, 0, 0, 0, 1)
    assert report.failures[0].source == "b.md"
    assert "çöktü" in report.failures[0].reason.tr
    assert library.searcher.search("metin c")[0].chunk.source == "c.md"


def _die_on_b(file, *options):  # type: ignore[no-untyped-def]
    if file.source == "b.md":
        os._exit(9)
    return worker.read_file(file, *options)
