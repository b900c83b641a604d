from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.catalogue import Catalogue
from assistant.documents import Documents, ReadFile
from assistant.errors import Message
from assistant.records import Chunk, Document, Page, Repair, UnreadPage


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[Documents]:
    catalogue = Catalogue(tmp_path / "k.db")
    yield Documents(catalogue)
    catalogue.close()


def read(name: str, words: tuple[str, ...] = (), content_hash: str = "") -> ReadFile:
    document = Document(
        name, "Başlık", "pdf", content_hash or name, (Page("bir", 1, "i"), Page("", 2)),
        repairs=(Repair("accents", 3),), unread=(UnreadPage(2, Message("taranmış", "scanned")),),
    )  # fmt: skip
    chunk = Chunk(name, "Başlık", ("Giriş",), 1, "bir", 0, page_label="i")
    return ReadFile(f"/{name}", 10, "2-256", document, (chunk,), 1.5, words)


def test_how_a_file_was_read_is_kept_with_it(documents: Documents) -> None:
    [[chunk]] = documents.insert_pending([read("a.pdf")])
    documents.make_ready(["/a.pdf"])
    [state] = documents.states()
    assert (state.repairs, state.unread, state.seconds) == (
        (Repair("accents", 3),), (UnreadPage(2, Message("taranmış", "scanned")),), 1.5,
    )  # fmt: skip
    assert (state.pages, state.chunks) == (2, 1)
    assert documents.chunks([chunk.id])[chunk.id] == chunk
    assert (chunk.page, chunk.page_label) == (1, "i")


def test_words_are_learnt_from_two_documents_and_go_with_them(documents: Documents) -> None:
    files = [read("a.md", ("debi", "tork", "debi")), read("b.md", ("debi",)), read("c.md", ("tork",))]
    documents.insert_pending(files)
    assert documents.words() == []  # none of them is searchable yet
    documents.make_ready([file.path for file in files])
    assert documents.words() == ["debi", "tork"]
    gone = documents.files()["/c.md"].id
    documents.mark_removing([gone])
    documents.delete_leftovers([gone])
    assert documents.words() == ["debi"]


def test_copies_of_a_document_teach_no_words(documents: Documents) -> None:
    files = [read(name, ("debi",), "karma") for name in ("a.md", "b.md")]
    documents.insert_pending(files)
    documents.make_ready([file.path for file in files])
    assert documents.words() == []
