import numpy as np
import pytest

from assistant.paired_embedder import WORDS_SHARE, PairedEmbedder
from assistant.word_sketch import DIMENSION, WordSketch


class Fixed:
    """Every text has the same vector; counts characters or nothing."""

    def __init__(self, name: str, vector: list[float], max_tokens: int) -> None:
        self.name, self.fingerprint, self.max_tokens = name, f"f-{name}", max_tokens
        self.vector = np.array(vector, np.float32)
        self.dimension = len(vector)

    def embed_passages(self, texts: list[str]) -> np.ndarray:
        return np.tile(self.vector, (len(texts), 1))

    def embed_question(self, text: str) -> np.ndarray:
        return self.vector

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [self.max_tokens + len(text) for text in texts]


DEEP, QUICK = Fixed("derin", [0.6, 0.8], 256), Fixed("hızlı", [0, 0, 1], 4096)
OTHER = Fixed("başka", [1, 0], 256), Fixed("öteki", [0, 1, 0], 4096)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_product_is_the_mean_of_both_cosines_by_their_shares(share: float) -> None:
    pair, other = PairedEmbedder(DEEP, QUICK, share), PairedEmbedder(OTHER[0], OTHER[1], share)
    table = pair.embed_passages(["a", "b"])
    assert table.shape == (2, 5) == (2, pair.dimension) and table.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(table, axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(table[0], pair.embed_question("a"))
    assert table[0] @ other.embed_question("b") == pytest.approx((1 - share) * 0.6 + share * 0.0)
    assert pair.embed_passages([]).shape == (0, 5)


def test_it_is_called_as_the_deep_one_and_reads_as_much_as_the_quick_one() -> None:
    pair = PairedEmbedder(DEEP, QUICK)
    assert (pair.name, pair.max_tokens, pair.count_tokens(["abc"])) == ("derin", 4096, [4099])


def test_what_changes_a_vector_changes_the_fingerprint() -> None:
    pairs = [PairedEmbedder(DEEP, QUICK), PairedEmbedder(OTHER[0], QUICK), PairedEmbedder(DEEP, OTHER[1])]
    pairs.append(PairedEmbedder(DEEP, QUICK, 0.3))
    assert len({pair.fingerprint for pair in pairs}) == len(pairs)
    pairs += [PairedEmbedder(DEEP, QUICK, words=WordSketch.fit([text])) for text in ("pompa", "vana")]
    pairs.append(PairedEmbedder(DEEP, QUICK, words=WordSketch.fit(["pompa", "pompa"])))
    assert len({pair.fingerprint for pair in pairs}) == len(pairs) - 1  # what is met once is not kept
    assert PairedEmbedder(DEEP, QUICK).fingerprint == pairs[0].fingerprint


def test_words_have_their_share_of_the_whole() -> None:
    words = WordSketch.fit(["pompa bakımı", "vana bakımı", "vana"])
    pair = PairedEmbedder(DEEP, QUICK, 0.25, words=words)
    texts = ["Pompanın bakımı", "vana"]
    table = pair.embed_passages(texts)
    assert table.shape == (2, 5 + DIMENSION) == (2, pair.dimension)
    np.testing.assert_allclose(np.linalg.norm(table, axis=1), 1, rtol=1e-5)
    near = words.embed(texts)
    same = (1 - WORDS_SHARE) * 1 + WORDS_SHARE * near[0] @ near[1]
    assert pair.embed_question(texts[0]) @ table[1] == pytest.approx(same, abs=1e-6)
    plain = PairedEmbedder(DEEP, QUICK)
    np.testing.assert_allclose(pair.embed_again(texts, plain.embed_passages(texts), plain), table, atol=1e-6)
