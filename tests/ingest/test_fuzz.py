"""A small part of `benchmarks/fuzz.py`: our own documents, a few hostile files and mutants, real workers."""

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest

from benchmarks import fuzz
from benchmarks.hostile_pdfs import hostile_pdfs, page, stream
from benchmarks.hostile_texts import hostile_texts
from benchmarks.mutate import BYTES, DOCX, PDF, TEXT, Mutation, mutants
from ingest import workers
from ingest.read import READERS

SAMPLES = Path(__file__).parents[2] / "assistant" / "samples"
FEW = (
    "circle-kids.pdf", "circle-form.pdf", "circle-xref.pdf", "encrypt.pdf", "title-surrogate.pdf",
    "deep-quotes.md", "front-matter-laughs.md", "utf-16-half.md", "not-utf8.md", "spans.html", "charset.html",
    "include.rst", "circle.rst", "outside.docx", "laughs.docx", "not-zip.docx", "nuls.txt",
)  # fmt: skip


@pytest.fixture
def seeds() -> dict[str, list[bytes]]:
    marked = [path.read_bytes() for path in sorted(SAMPLES.glob("*.md"))]
    pdfs = [path.read_bytes() for path in sorted(SAMPLES.glob("*.pdf"))]
    return {".pdf": pdfs, ".md": marked, **fuzz.other_formats(marked)}


def some(whole: Iterator[tuple[str, bytes]], names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Those with these names; the rest is not made once they are found."""
    return islice((each for each in whole if each[0] in names), len(names))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the hostile files that take no time; what `run` changes is changed back."""
    monkeypatch.setattr("benchmarks.hostile_pdfs._bombs", lambda: iter(()))  # they take long to make
    pdfs = [name for name in FEW if name.endswith(".pdf")]
    texts = [name for name in FEW if name not in pdfs]
    monkeypatch.setattr(fuzz, "hostile_pdfs", lambda: some(hostile_pdfs(), pdfs))
    monkeypatch.setattr(fuzz, "hostile_texts", lambda: some(hostile_texts(), texts))
    monkeypatch.setattr(workers, "read_file", workers.read_file)
    monkeypatch.setattr(workers, "time_limit", workers.time_limit)
    monkeypatch.setenv("KILAVUZ_FUZZ_LOG", "")
    monkeypatch.setenv("PATH", "")  # no tesseract: recognising what is left of a page takes long


@pytest.mark.usefixtures("few")
def test_no_damaged_file_stops_an_ingest_or_gets_lost(seeds: dict[str, list[bytes]], tmp_path: Path) -> None:
    tally = fuzz.run(seeds, 80, 1, tmp_path, seconds=60)
    assert tally.files == 80
    assert tally.indexed + tally.refused.total() == 80
    assert (tally.lost, tally.unforeseen, tally.late, tally.ended) == ([], [], [], [])
    assert tally.indexed > 30  # damage is mostly small


@pytest.mark.usefixtures("few")
def test_a_lost_file_and_an_unforeseen_error_would_be_noticed(
    seeds: dict[str, list[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz, "read_and_note", fail)
    monkeypatch.setattr(fuzz, "_check_seconds", lambda *arguments: None)
    states = fuzz.Library.documents
    monkeypatch.setattr(fuzz.Library, "documents", lambda library: states(library)[1:])
    tally = fuzz.run(seeds, 3, 1, tmp_path)
    assert len(tally.lost) == 1
    assert len(tally.unforeseen) == 2
    assert not tally.is_well


def fail(file, *options):  # type: ignore[no-untyped-def]
    from ingest.worker import _unexpected

    return file, _unexpected(KeyError("/Kids"))


def test_the_same_seed_gives_the_same_files(seeds: dict[str, list[bytes]]) -> None:
    one, two = (list(mutants(seeds, 30, random.Random(5))) for _ in range(2))
    assert one == two
    assert one != list(mutants(seeds, 30, random.Random(6)))
    assert len({name for name, _ in one}) == 30


@pytest.mark.parametrize("way", {*BYTES, *PDF, *TEXT, *DOCX}, ids=lambda way: way.__name__)
def test_every_mutation_takes_every_file_and_changes_some(
    way: Mutation, seeds: dict[str, list[bytes]]
) -> None:
    rng = random.Random(1)
    changed = 0
    for data in [b"", b"\0", *(files[0] for files in seeds.values())]:
        for _ in range(5):
            changed += way(data, data, rng) != data
    assert changed


def test_a_file_of_ours_reaches_no_other_file(tmp_path: Path) -> None:
    """Formats that can name other files: what those hold must not come in."""
    from assistant.errors import KilavuzError
    from ingest.lexicon import load_lexicon

    host = Path("/etc/hostname").read_text().strip()
    reaching = list(some(hostile_texts(), ("include.rst", "outside.docx")))
    assert len(reaching) == 2
    for name, data in reaching:
        try:
            document = READERS[Path(name).suffix](data, name, "h", load_lexicon())
        except KilavuzError:
            continue
        assert not any(host in read.text for read in document.pages)


def test_our_pdfs_are_whole_but_for_what_is_wrong_with_them() -> None:
    from ingest.lexicon import load_lexicon

    good = page(stream(b"BT /F 12 Tf 50 700 Td (Pompa yagi yilda bir degisir.) Tj ET"))
    document = READERS[".pdf"](good, "a.pdf", "h", load_lexicon())
    assert document.pages[0].text == "Pompa yagi yilda bir degisir."
