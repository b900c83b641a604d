"""Names of documents and folders, as users and browsers write them."""

import unicodedata

import pytest

from assistant.errors import KilavuzError
from assistant.records import DocumentName
from assistant.scope import chosen, known, normal
from tests.fakes import OpenLibrary
from tests.fakes import read_file as file

SOURCES = ("bakim/pompa.md", "bakim/yıllık/İzin ışığı.md", "bakimevi.md", "staj.md")
DOCUMENTS = [DocumentName(n, source, "") for n, source in enumerate(SOURCES)]


def ids(*names: str) -> list[int]:
    return [one.id for one in chosen(names, DOCUMENTS)]


def test_a_document_and_a_folder_with_all_below_it() -> None:
    assert ids("staj.md") == [3]
    assert ids("bakim") == ids("./bakim/") == [0, 1]
    assert ids("bakim/yıllık", "staj.md", "staj.md") == [1, 3]


def test_letters_that_are_composed_otherwise_are_the_same_name() -> None:
    name = unicodedata.normalize("NFD", "bakim/yıllık/İzin ışığı.md")
    assert name != SOURCES[1] and ids(name) == [1] and normal(name) == SOURCES[1]


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "../staj.md", "bakim/../staj.md", "/staj.md", "/", "/etc/passwd", "BAKIM", "bak"],
)
def test_what_is_no_name_is_refused_and_never_opened(name: str) -> None:
    with pytest.raises(KilavuzError, match="adında aranabilir bir belge ya da klasör yok"):
        ids("staj.md", name)


def test_an_unknown_name_tells_the_nearest_ones() -> None:
    for typed, meant in (
        ("stak.md", "staj.md"),
        ("pompa.md", "bakim/pompa.md"),
        ("IZIN ISIGI.MD", SOURCES[1]),
    ):
        with pytest.raises(KilavuzError) as error:
            ids(typed)
        assert f"“{meant}”" in error.value.message.tr and "\n" not in error.value.message.tr
    with pytest.raises(KilavuzError) as error:
        ids("x" * 5000)
    assert len(error.value.message.tr) < 400 and "listesindeki" in error.value.message.tr


def test_what_is_gone_is_dropped() -> None:
    assert known(["bakim", "yok", "staj.md/", "bakim"], SOURCES) == ("bakim", "staj.md")
    assert known(["staj.md"], []) == ()


def test_a_limited_search_has_the_candidates_of_a_library_of_these_documents_alone(
    open_library: OpenLibrary,
) -> None:
    words = ("pompa", "vana", "motor", "conta", "kazan")
    files = [
        file(f"{folder}/{n}.md", *(f"{words[(n + k) % 5]} {words[k % 3]} {k}" for k in range(6)))
        for folder in ("a", "b", "ğ")
        for n in range(8)
    ]
    library = open_library()
    library.add(files)
    library.publish()
    library.remove([one.id for one in library.documents() if one.source == "a/3.md"])
    library.publish()
    for names in (("a",), ("b/2.md",), ("a/1.md", "ğ"), ("a", "b", "ğ")):
        scope = library.scope(names)
        sources = {one.source for one in scope.documents}
        inside = {
            id
            for id, chunk in library.stored.chunks(library.stored.chunk_ids()).items()
            if chunk.source in sources
        }
        assert set(scope.chunks.numbers().tolist()) & set(library.stored.chunk_ids()) == inside
        searcher = library.searcher
        for question in ("pompa", "conta kazan", "motor 4"):
            lexical = searcher.keywords.search(question, 1000, scope.chunks)
            assert lexical == [pair for pair in searcher.keywords.search(question, 1000) if pair[0] in inside]
            vector = searcher.embedder.embed_question(question)
            dense = searcher.index.nearest_among(vector, 1000, scope.chunks)
            assert {id for id, _ in dense} == inside and len(dense) == len(inside)
            everything = [pair for pair in searcher.index.nearest(vector, 1000) if pair[0] in inside]
            assert [score for _, score in dense] == pytest.approx(
                [score for _, score in everything], abs=1e-5
            )
            hits = searcher.search(question, 60, among=scope.chunks)
            assert {hit.chunk.source for hit in hits} <= sources and hits


def test_the_best_of_a_document_that_is_far_from_the_nearest(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add(
        [file("yakin.md", *(f"pompa yağı {n}" for n in range(300))), file("uzak.md", "vana", "vana yağı")]
    )
    library.publish()
    scope = library.scope(["uzak.md"])
    hits = library.searcher.search("pompa yağı", 5, among=scope.chunks)
    assert hits[0].chunk.text == "vana yağı" and hits[0].dense_rank == 1 and hits[0].lexical_rank == 1
