import numpy as np
import pytest

from finetune.pool import Pool, best
from tests.fakes import WordEmbedder
from tests.finetune.rules.chunks import chunk

CHUNKS = [
    chunk("pompa yağı değişir", source="a"),
    chunk("vana sızdırır", source="b"),
    chunk("motor ısınır", source="c"),
]


class Asymmetric(WordEmbedder):
    """Questions are not embedded as passages are."""

    def embed_question(self, text):
        return super().embed_question(f"soru {text}")


def test_scores_of_all_chunks_by_words_and_by_meaning() -> None:
    scores = Pool(CHUNKS, WordEmbedder()).scores(["vana", "motor yağı"])
    assert scores.lexical.shape == scores.dense.shape == (2, 3)
    assert scores.lexical[0].argmax() == scores.dense[0].argmax() == 1
    assert scores.lexical[0, [0, 2]].tolist() == [0, 0]


@pytest.mark.parametrize("embedder", [WordEmbedder(), Asymmetric()])
def test_questions_are_embedded_as_the_embedder_wants(embedder) -> None:
    pool = Pool(CHUNKS, embedder)
    expected = (
        np.array([embedder.embed_question("motor")]) @ embedder.embed_passages([c.passage for c in CHUNKS]).T
    )
    assert np.allclose(pool.scores(["motor"]).dense, expected)


def test_stored_vectors_spare_the_embedding() -> None:
    embedder = WordEmbedder()
    vectors = embedder.embed_passages([c.passage for c in CHUNKS])
    embedder.embedded = 0
    pool = Pool(CHUNKS, embedder, vectors)
    assert embedder.embedded <= 2  # the probe alone
    assert pool.scores(["vana"]).dense[0].argmax() == 1
    with pytest.raises(ValueError, match="2 vectors for 3 chunks"):
        Pool(CHUNKS, embedder, vectors[:2])


def test_blocks_cover_all_questions_in_order(monkeypatch) -> None:
    monkeypatch.setattr("finetune.pool._BLOCK", 2)
    pool = Pool(CHUNKS, WordEmbedder())
    asked = ["vana", "motor", "pompa", "yağı", "ısınır"]
    blocks = list(pool.blocks(asked))
    assert [(some.start, some.stop) for some, _ in blocks] == [(0, 2), (2, 4), (4, 5)]
    assert np.array_equal(np.vstack([s.lexical for _, s in blocks]), pool.scores(asked).lexical)


def test_the_best_are_those_above_nothing() -> None:
    assert sorted(best(np.array([0.0, 3, 1, 2]), 2).tolist()) == [1, 3]
    assert best(np.array([0.0, 3, 0]), 9).tolist() == [1]
    assert best(np.zeros(0), 3).tolist() == []
