from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.catalogue import Catalogue
from assistant.document_texts import DocumentTexts
from assistant.documents import Documents, ReadFile
from assistant.records import Chunk, Document, Page

HEADINGS = (("Giriş",), ("Isı", "Ölçüm"), ("Isı", "Ölçüm"), ("Sonuç",))
CHUNKS = tuple(Chunk("isı.md", "ISI", headings, None, f"Parça {n}", n) for n, headings in enumerate(HEADINGS))


@pytest.fixture
def texts(tmp_path: Path) -> Iterator[DocumentTexts]:
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        store(catalogue, "/b/isı.md")
        yield DocumentTexts(catalogue)


def store(catalogue: Catalogue, path: str, ready: bool = True) -> None:
    document = Document(Path(path).name, "ISI", "markdown", "hash", (Page("x"),))
    Documents(catalogue).insert_pending([ReadFile(path, 10, "2", document, CHUNKS)])
    if ready:
        Documents(catalogue).make_ready([path])


def test_only_searchable_documents_are_known(tmp_path: Path) -> None:
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        store(catalogue, "/b/a.md")
        store(catalogue, "/b/b.md", ready=False)
        texts = DocumentTexts(catalogue)
        assert texts.known(["a.md", "b.md", "yok.md", "a.md"]) == {"a.md": 1}
        assert texts.known([]) == {}
        found = texts.document(1)
        assert found and (found.path, found.format, found.content_hash, found.chunks) == (
            "/b/a.md", "markdown", "hash", 4,
        )  # fmt: skip
        assert texts.document(2) is None and texts.document(99) is None and texts.document(-1) is None
        assert texts.chunk(1) is not None and texts.chunk(5) is None
        Documents(catalogue).mark_removing([1])
        assert texts.document(1) is None and texts.chunk(1) is None and texts.chunks(1, 0, 9) == []


def test_chunks_come_in_order_from_a_position(texts: DocumentTexts) -> None:
    assert [one.position for one in texts.chunks(1, 1, 2)] == [1, 2]
    assert [one.position for one in texts.chunks(1, 3, 9)] == [3]
    assert texts.chunks(1, 9, 9) == [] and texts.chunks(7, 0, 9) == []


def test_a_passage_is_found_again_after_its_document_was_read_again(texts: DocumentTexts) -> None:
    old = replace(CHUNKS[2], id=4711)
    assert texts.position(1, old) == 2
    assert texts.position(1, replace(old, text="Değişti", position=3)) == 2  # its section's nearest chunk
    assert texts.position(1, replace(old, text="Değişti", headings=("Yok",))) == 2
    assert texts.position(1, replace(old, text="Değişti", headings=("Yok",), position=90)) == 0
