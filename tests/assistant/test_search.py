import pytest

from assistant.paired_embedder import WORDS_SHARE, PairedEmbedder
from assistant.records import Chunk
from assistant.related import RelatedWords
from assistant.search import LEXICAL_WEIGHT, Searcher, fuse, tuned_weight
from assistant.word_sketch import WordSketch
from tests.fakes import OpenLibrary, WordEmbedder
from tests.fakes import read_file as file


def test_fusion_by_hand() -> None:
    lexical = [(1, 10.0), (2, 6.0), (3, 2.0)]
    dense = [(2, 0.9), (4, 0.5), (1, 0.1)]
    fused = fuse(lexical, dense, 0.75)
    assert [(hit.id, round(hit.score, 4)) for hit in fused] == [(1, 0.75), (2, 0.625), (4, 0.125), (3, 0.0)]
    first = fused[0]
    assert (first.lexical_rank, first.lexical_score, first.dense_rank, first.dense_score) == (1, 10.0, 3, 0.1)
    assert (fused[2].lexical_rank, fused[3].dense_rank) == (None, None)


def test_ties_go_by_id_and_one_side_may_be_empty() -> None:
    assert [hit.id for hit in fuse([(7, 1.0), (3, 1.0)], [], 0.5)] == [3, 7]
    assert [hit.id for hit in fuse([], [(7, 0.5)], 0.5)] == [7]
    assert fuse([], [], 0.5) == []


def test_both_sides_are_seen_and_the_limit_holds(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file(f"{i}.md", f"pompa yağı {i} numara", f"vana {i}") for i in range(20)])
    library.publish()
    hits = library.searcher.search("pompa yağı", 7)
    assert len(hits) == 7
    assert all("pompa" in hit.chunk.text and hit.dense_rank and hit.lexical_rank for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_one_side_can_be_asked_alone(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file("a.md", "pompa"), file("b.md", "vana"), file("c.md", "pompa yağı")])
    library.publish()
    lexical = library.searcher.search("pompa", lexical_weight=1.0)
    dense = library.searcher.search("pompa", lexical_weight=0.0)
    assert {hit.chunk.source for hit in lexical} == {"a.md", "c.md"}
    assert {hit.chunk.source for hit in dense} == {"a.md", "b.md", "c.md"}
    assert all(hit.lexical_rank and hit.dense_rank is None for hit in lexical)
    assert all(hit.dense_rank and hit.lexical_rank is None for hit in dense)


def test_words_in_the_embedder_leave_meaning_its_weight() -> None:
    words = WordSketch.fit(["pompa"])
    plain, worded = (PairedEmbedder(WordEmbedder(), WordEmbedder(), words=one) for one in (None, words))
    assert tuned_weight(WordEmbedder()) == tuned_weight(plain) == pytest.approx(LEXICAL_WEIGHT)
    assert (1 - tuned_weight(worded)) * (1 - WORDS_SHARE) == pytest.approx(1 - LEXICAL_WEIGHT)


def test_a_chunk_that_is_gone_from_the_catalogue_is_no_hit(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file("a.md", "pompa"), file("b.md", "pompa yağı")])
    library.publish()
    before = library.searcher
    library.remove([library.documents()[0].id])
    fetched: list[int] = []

    def fetch(ids: list[int]) -> dict[int, Chunk]:
        fetched.extend(ids)
        return library.stored.chunks(ids)

    late = Searcher(WordEmbedder(), before.keywords, before.index, before.related, fetch)
    assert [hit.chunk.source for hit in late.search("pompa")] == ["b.md"]
    assert {chunk_id for chunk_id, _ in before.keywords.search("pompa", 5)} <= set(fetched)


def test_a_long_question_whose_rarest_words_are_far_from_the_best_hits(open_library: OpenLibrary) -> None:
    library = open_library()
    texts = [*["pompa"] * 70, *["vana"] * 150, "çamaşırhane"]
    library.add([file("a.md", *(f"{text} {n}" for n, text in enumerate(texts)))])
    library.publish()
    there = library.searcher
    alone = RelatedWords(lambda: [], WordEmbedder())
    searcher = Searcher(there.embedder, there.keywords, there.index, alone, there.fetch)
    strange = [f"{a}{b}maşır{c}" for a in "xqw" for b in "xqwz" for c in "yuıo"]  # have "amas" and the like
    for weight in (0.8, 1.0):
        hits = searcher.search(" ".join(strange) + " pompa" * 400, lexical_weight=weight)
        assert hits and all("pompa" in hit.chunk.text for hit in hits)


def test_many_copies_leave_no_other_hit_out(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file(f"{n}.md", "pompa yağı") for n in range(30)])
    library.add([file(f"{word}.md", f"pompa için {word} yağı gerekir") for word in ("ince", "kalın", "sade")])
    library.publish()
    hits = library.searcher.search("pompa yağı", 4)
    assert [len(hit.copies) for hit in hits] == [29, 0, 0, 0]
