import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KilavuzError
from assistant.word_sketch import DIMENSION, FILE, WordSketch, load_sketch

PASSAGES = [
    "Pompa bakımı.", "Pompa filtresi açılır.", "Pompa ve filtre bakımı.", "Pompa", "Kazan boş.",
]  # fmt: skip


def test_texts_are_as_similar_as_the_words_they_share_and_rare_ones_count_more() -> None:
    words = WordSketch.fit(PASSAGES)
    asked = words.embed(["İç filtrenin pompası nerede?"])[0]
    near = words.embed(["filtre", "pompa", "kazan", "İÇ FİLTRE POMPA"]) @ asked
    assert near[3] > near[0] > near[1] > near[2] + 0.05
    assert abs(near[2]) < 0.2
    assert near[3] == pytest.approx(1, abs=1e-5)  # folded, stemmed, without stop words
    nfd = words.embed(["i\u0307c\u0327 filtrenin pompası"])[0]
    assert nfd @ asked == pytest.approx(1, abs=1e-5)


def test_vectors_do_not_depend_on_what_stands_beside_them() -> None:
    words = WordSketch.fit(PASSAGES)
    texts = ["pompa", "filtre bakımı", "", "ve", "kod E-1042"]
    together = words.embed(texts)
    assert together.shape == (5, DIMENSION) and together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(together, np.concatenate([words.embed([text]) for text in texts]), atol=1e-6)
    assert words.embed([]).shape == (0, DIMENSION)


def test_many_texts_at_once() -> None:
    words = WordSketch.fit(PASSAGES)
    texts = [f"parça {number}" for number in range(2500)]
    np.testing.assert_allclose(words.embed(texts)[2400:], words.embed(texts[2400:]), atol=1e-6)


def test_it_is_kept_and_read_again(tmp_path: Path) -> None:
    assert load_sketch(tmp_path) is None
    words = WordSketch.fit(PASSAGES)
    words.save(tmp_path)
    assert json.loads((tmp_path / FILE).read_bytes())["counts"] == {"bakim": 2, "filtr": 2, "pompa": 4}
    again = load_sketch(tmp_path)
    assert again and again.fingerprint == words.fingerprint
    np.testing.assert_array_equal(again.embed(PASSAGES), words.embed(PASSAGES))


@pytest.mark.parametrize(
    "said",
    [
        "{", "[]", "{}",
        '{"format": "kilavuz-words", "version": 2, "passages": 1, "counts": {}}',
        '{"format": "kilavuz-words", "version": 1, "passages": -1, "counts": {}}',
        '{"format": "kilavuz-words", "version": 1, "passages": 1, "counts": {"a": 2}}',
        '{"format": "kilavuz-words", "version": 1, "passages": 1, "counts": {"a": "çok"}}',
        '{"format": "kilavuz-words", "version": 1, "passages": 1, "counts": [1]}',
    ],
)  # fmt: skip
def test_a_damaged_file(said: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(said)
    with pytest.raises(KilavuzError, match="bozuk"):
        load_sketch(tmp_path)
