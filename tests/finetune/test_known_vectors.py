from pathlib import Path

import numpy as np

from assistant.paired_embedder import PairedEmbedder
from finetune.known_vectors import KnownVectors, read_once
from tests.fakes import WordEmbedder

TEXTS = ["pompa bakımı", "vana", "pompa bakımı"]


def test_a_text_is_read_once_and_its_vector_is_the_same() -> None:
    layers = WordEmbedder()
    known = KnownVectors(layers)
    np.testing.assert_array_equal(known.embed_passages(TEXTS), WordEmbedder().embed_passages(TEXTS))
    assert layers.embedded == 2
    assert known.embed_passages(["vana", "röle"]).shape == (2, 64) and layers.embedded == 3
    assert known.embed_passages([]).shape == (0, 64)


def test_what_was_kept_is_known_again_by_the_same_embedder_alone(tmp_path: Path) -> None:
    file = tmp_path / "tur" / "layers.npz"
    known = KnownVectors(WordEmbedder(), file)
    vectors = known.embed_passages(TEXTS)
    known.keep()
    again, other = WordEmbedder(), WordEmbedder("öteki")
    np.testing.assert_array_equal(KnownVectors(again, file).embed_passages(TEXTS), vectors)
    KnownVectors(other, file).embed_passages(TEXTS)
    assert (again.embedded, other.embedded) == (0, 2)
    file.write_bytes(file.read_bytes()[:200])
    KnownVectors(again, file).embed_passages(TEXTS)
    assert again.embedded == 2


def test_pairs_with_the_same_layers_read_a_passage_once() -> None:
    layers, others = [WordEmbedder(), WordEmbedder()], WordEmbedder("öteki")
    one, two = (PairedEmbedder(each, WordEmbedder("hızlı")) for each in layers)
    assert not read_once(one, PairedEmbedder(others, WordEmbedder())) and not read_once(one, others)
    assert not read_once(others, one) and one.deep is layers[0]
    assert read_once(one, two)
    np.testing.assert_array_equal(one.embed_passages(TEXTS), two.embed_passages(TEXTS))
    assert layers[0].embedded == 2 and layers[1].embedded == 0
