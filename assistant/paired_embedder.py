"""Two embedders as one: a static one for the words, one with layers for what they mean together.

Their vectors stand end to end, each times the root of its share, so that the dot product of two such vectors
is the shares' mean of both cosines. Neither knows of the other. Together they find more than each alone: the
layers blur rare words (names, terms), which the mean of token vectors keeps.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from assistant.embedder import Embedder

QUICK_SHARE = 0.5
"""The static one's share of the similarity, chosen on TQuAD dev and the dev questions."""


class PairedEmbedder:
    """The name is that of the one with layers; lengths are those of the quick one, which reads more."""

    def __init__(self, deep: "Embedder", quick: "Embedder", quick_share: float = QUICK_SHARE) -> None:
        """`quick_share` is in 0..1."""
        self.name = deep.name
        both = f"{deep.fingerprint} {quick.fingerprint} {quick_share}"
        self.fingerprint = hashlib.sha256(both.encode()).hexdigest()
        self.dimension = deep.dimension + quick.dimension
        self.max_tokens = quick.max_tokens
        self._parts = (deep, (1 - quick_share) ** 0.5), (quick, quick_share**0.5)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1; each part reads as much as it can."""
        vectors = [np.float32(root) * part.embed_passages(texts) for part, root in self._parts]
        return np.concatenate(vectors, axis=1)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        return np.concatenate([np.float32(root) * part.embed_question(text) for part, root in self._parts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The quick one's tokens of each text, uncut."""
        return self._parts[1][0].count_tokens(texts)
