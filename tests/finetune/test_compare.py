import math
from dataclasses import replace

import numpy as np
import pytest

from assistant.records import Chunk
from assistant.spans import Spans
from finetune.compare import MemoryVectors, evaluate, evaluate_pairs, pool_of
from finetune.records import ScoredPair, Triple
from tests.fakes import WordEmbedder


@pytest.fixture(autouse=True)
def quick_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of like meaning from a fake: those of the shipped embedder take seconds to look through."""
    monkeypatch.setattr("finetune.compare.load_embedder", lambda name: WordEmbedder())


def chunk(source: str, text: str, position: int = 0) -> Chunk:
    return Chunk(source, source, (), None, text, position)


POOL = [
    chunk("a.md", "Pompa yağı yılda bir değişir."),
    chunk("b.md", "Vana kapatılır ve mühürlenir."),
    chunk("c.md", "Kompresör kayışı gerilir."),
]


class Swapped(WordEmbedder):
    """Takes every question for the one about the valve."""

    def embed_question(self, text: str) -> np.ndarray:
        return self.embed_passages(["Vana kapatılır ve mühürlenir."])[0]


QUESTIONS = [
    Triple("Pompa yağı ne zaman değişir?", POOL[0].passage, source="a.md"),
    Triple("Vana ne yapılır?", POOL[1].passage, source="b.md"),
]


def test_scores_by_hand() -> None:
    figures = evaluate(WordEmbedder(), QUESTIONS, POOL)
    assert figures.scores["dense"]["ndcg@10"] == figures.scores["hybrid"]["mrr@10"] == (1.0, 1.0)
    assert (figures.clusters, figures.chunks) == (("a.md", "b.md"), 3)
    assert figures.costs["dimension"] == 64 and figures.costs["memory_mb"] > 0

    wrong = evaluate(Swapped(), QUESTIONS, POOL)
    rank = round(1 / wrong.scores["dense"]["mrr@10"][0])
    assert rank > 1
    assert wrong.scores["dense"]["ndcg@10"] == pytest.approx((1 / math.log2(rank + 1), 1.0))
    assert wrong.scores["dense"]["accuracy@1"] == (0.0, 1.0)
    assert wrong.mean("dense", "accuracy@5") == 1.0
    assert wrong.scores["hybrid"]["accuracy@1"] == (1.0, 1.0)  # its words make good for it


def test_a_copy_of_the_passage_counts_and_a_neighbour_that_shows_it() -> None:
    words = " ".join(f"söz{n}" for n in range(30))
    pool = [chunk("a.md", words + " bir"), chunk("b.md", words + " iki"), chunk("c.md", "Vana kapatılır.")]
    figures = evaluate(WordEmbedder(), [Triple("söz3 iki", pool[0].passage, source="a.md")], pool)
    assert figures.scores["hybrid"]["accuracy@1"] == (1.0,)
    beside = [chunk("d.md", "Pompa yağı değişir."), chunk("d.md", "Bunun için önce kapak açılır.", 1)]
    asked = [Triple("Pompa yağı?", beside[1].passage, source="d.md")]
    assert evaluate(WordEmbedder(), asked, beside).scores["dense"]["accuracy@1"] == (1.0,)


def test_a_question_with_two_answers_counts_once() -> None:
    twice = [*QUESTIONS, replace(QUESTIONS[0], positive=POOL[2].passage, source="c.md")]
    figures = evaluate(WordEmbedder(), twice, POOL)
    assert len(figures.questions) == 2 and figures.clusters == ("a.md", "b.md")
    assert figures.scores["dense"]["recall@1"] == (0.5, 1.0)


def test_a_passage_that_the_pool_lacks_is_not_found() -> None:
    lost = [Triple("Pompa?", "Bambaşka bir metin burada duruyor.", source="x.md")]
    assert evaluate(WordEmbedder(), lost, POOL).scores["hybrid"]["ndcg@10"] == (0.0,)


def test_nothing_to_ask_is_no_error() -> None:
    figures = evaluate(WordEmbedder(), [], POOL)
    assert figures.mean("dense", "ndcg@10") == 0.0 and figures.questions == ()
    assert evaluate(WordEmbedder(), QUESTIONS, []).mean("hybrid", "ndcg@10") == 0.0


def test_a_file_brings_its_own_pool() -> None:
    triples = [Triple("a?", "A", ("B", "C")), Triple("b?", "B")]
    assert [one.passage for one in pool_of(triples)] == ["A", "B", "C"]
    assert evaluate(WordEmbedder(), triples, pool_of(triples)).clusters == ("A", "B")


def test_pairs_are_compared_with_their_labels() -> None:
    pairs = [ScoredPair("pompa", "pompa", 1.0), ScoredPair("pompa", "vana", 0.0)]
    figures = evaluate_pairs(WordEmbedder(), pairs)
    assert (figures.pairs, figures.pearson, figures.spearman) == (2, pytest.approx(1), pytest.approx(1))
    assert figures.mse == pytest.approx(0, abs=1e-6)


def test_vectors_in_memory_can_be_limited_to_some_chunks() -> None:
    vectors = MemoryVectors(np.array([3, 5, 8]), np.eye(3, dtype=np.float32))
    question = np.array([0.1, 0.9, 0.9], np.float32)
    assert [id for id, _ in vectors.nearest(question, 2)] == [5, 8]
    among = Spans(np.array([3, 8]), np.array([4, 9]))
    assert [id for id, _ in vectors.nearest_among(question, 2, among)] == [8, 3]
