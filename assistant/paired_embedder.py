"""Two embedders as one: a static one for the words, one with layers for what they mean together.

Their vectors stand end to end, each times the root of its share, so that the dot product of two such vectors
is the shares' mean of both cosines. Neither knows of the other. Together they find more than each alone: the
layers blur rare words (names, terms), which the mean of token vectors keeps.

A trained pair is a folder, written by `finetune/own_model.py`:

    config.json       {"format": "kilavuz-pair", "version": 1, "name", "quick_share"}
    deep/             the layers, see layered_embedder.py
    quick/            the static one, see static_embedder.py
    turn.safetensors  turn float16 (dimension, dimension) of the layers; a folder may lack it
    words.json        a sketch of the words of the documents, see word_sketch.py; a folder may lack it

The turn is added to what the layers make of a question, `v + v @ turn`, and of a question alone: training
brings questions nearer to their passages without a passage being read by the layers again.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError
from assistant.layered_embedder import load_layered
from assistant.model_parts import damaged, read_part
from assistant.static_embedder import load_static
from assistant.word_sketch import DIMENSION, WordSketch, load_sketch

if TYPE_CHECKING:
    from assistant.embedder import Embedder

FORMAT, VERSION = "kilavuz-pair", 1
QUICK_SHARE = 0.5
"""The static one's share of the similarity, chosen on TQuAD dev and the dev questions."""
WORDS_SHARE = 0.3
"""A sketch's share of the whole similarity, chosen on generated questions over TRUBA's documents; .2 to .4
are nearly alike."""


class PairedEmbedder:
    """The name is that of the one with layers; lengths are those of the quick one, which reads more."""

    def __init__(
        self,
        deep: "Embedder",
        quick: "Embedder",
        quick_share: float = QUICK_SHARE,
        turn: NDArray[np.float32] | None = None,
        words: WordSketch | None = None,
    ) -> None:
        """`quick_share` is in 0..1, of what the `words` leave."""
        self.name = deep.name
        both = f"{deep.fingerprint} {quick.fingerprint} {quick_share}"
        if turn is not None:
            both += hashlib.sha256(turn.tobytes()).hexdigest()
        if words is not None:
            both += f" {words.fingerprint} {WORDS_SHARE}"
        self.fingerprint = hashlib.sha256(both.encode()).hexdigest()
        self.dimension = deep.dimension + quick.dimension + (DIMENSION if words else 0)
        self.max_tokens = quick.max_tokens
        self.deep = deep
        self.quick = quick
        self.quick_share = quick_share
        self.turn = turn
        self.words = words
        self.words_share = WORDS_SHARE if words else 0.0
        self._roots = roots(quick_share, self.words_share)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1; each part reads as much as it can."""
        return self._joined(self.deep.embed_passages(texts), self.quick.embed_passages(texts), texts)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        deep, quick = self.deep.embed_question(text), self.quick.embed_question(text)
        if self.turn is not None:
            deep = deep + deep @ self.turn
            deep /= max(float(np.linalg.norm(deep)), 1e-12)
        vector: NDArray[np.float32] = self._joined(deep[None], quick[None], [text])[0]
        return vector

    def has_layers_of(self, other: "Embedder") -> TypeGuard["PairedEmbedder"]:
        """Whether the other is a pair with the same layers: its vectors hold most of this one's."""
        return isinstance(other, PairedEmbedder) and other.deep.fingerprint == self.deep.fingerprint

    def embed_again(
        self, texts: Sequence[str], vectors: NDArray[np.float32], before: "PairedEmbedder"
    ) -> NDArray[np.float32]:
        """`embed_passages(texts)`, given the `vectors` that `before`, of the same layers, made of them.

        What the layers give is taken over; what is left takes no time.
        """
        deep: NDArray[np.float32] = vectors[:, : self.deep.dimension] / np.float32(before._roots[0])
        return self._joined(deep, self.quick.embed_passages(texts), texts)

    def _joined(
        self, deep: NDArray[np.float32], quick: NDArray[np.float32], texts: Sequence[str]
    ) -> NDArray[np.float32]:
        parts = [deep, quick] + ([self.words.embed(texts)] if self.words else [])
        return np.concatenate(
            [np.float32(root) * part for root, part in zip(self._roots, parts, strict=False)], axis=1
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The quick one's tokens of each text, uncut."""
        return self.quick.count_tokens(texts)


def roots(quick_share: float, words_share: float) -> tuple[float, float, float]:
    """By what the vectors of layers, static part and words are multiplied, so that their shares come out."""
    rest = 1 - words_share
    return (rest * (1 - quick_share)) ** 0.5, (rest * quick_share) ** 0.5, words_share**0.5


def load_pair(
    folder: Path, name: str = "", load_deep: Callable[[Path, str], "Embedder"] = load_layered
) -> PairedEmbedder:
    """The pair in `folder`, called `name` or else as it calls itself.

    Raises KilavuzError if a file is missing, damaged or of another version.
    """
    try:
        config = json.loads(read_part(folder, "config.json"))
        share = float(config["quick_share"])
        if (config["format"], config["version"]) != (FORMAT, VERSION) or not 0 < share < 1:
            raise damaged(folder)
        own = name or str(config["name"])
        parts = load_deep(folder / "deep", own), load_static(folder / "quick")
        return PairedEmbedder(*parts, share, load_turn(folder, parts[0].dimension), load_sketch(folder))
    except KilavuzError:
        raise
    except Exception as error:  # json's, or a part that is no number
        raise damaged(folder) from error


def load_turn(folder: Path, dimension: int) -> NDArray[np.float32] | None:
    """The turn of the pair in `folder`, if it has one. Raises KilavuzError if it does not fit."""
    from safetensors.numpy import load

    if not (folder / "turn.safetensors").exists():
        return None
    turn: NDArray[np.float32] = load(read_part(folder, "turn.safetensors"))["turn"].astype(np.float32)
    if turn.shape != (dimension, dimension):
        raise damaged(folder)
    return turn
