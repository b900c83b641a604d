"""Words of like meaning among those of the documents: "birincil" and "primary", "kanca" and "hook".

The embedder that ships with the package knows them, since it was trained on translations. For each family
of words that begin alike it is asked about the most frequent one. A word's relations are looked up when a
question needs them. It knows nothing of the sense that a word has in its sentence.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant import turkish
from assistant.embedder import Embedder

MOST = 5
"""Related words of a word, at most."""

SHORTEST = 3
"""Letters of a word that has relations."""

SIMILAR = 0.5
"""Cosine similarity of related words, at least. On the dev questions .4 and .6 find no more."""


class RelatedWords:
    """The words that may stand for a question's words, with how near they are. Made at the first question."""

    def __init__(
        self, words: Callable[[], Sequence[str]], embedder: Embedder, before: "RelatedWords | None" = None
    ) -> None:
        """`words` gives the documents' words; the vectors that `before` has are not made again."""
        self._words, self._embedder = words, embedder
        self._before: RelatedWords | None = before
        if before and "_vectors" not in vars(before):  # never asked
            self._before = before._before
        self._nearest = lru_cache(maxsize=4096)(self._look_up)

    @cached_property
    def _vectors(self) -> tuple[dict[str, int], NDArray[np.float32]]:
        """The row of each word, and the vectors."""
        words = self._words()
        vectors = np.zeros((len(words), self._embedder.dimension), np.float32)
        known, made = self._before._vectors if self._before else ({}, vectors)
        old = [row for row, word in enumerate(words) if word in known]
        vectors[old] = made[[known[words[row]] for row in old]]
        new = [row for row, word in enumerate(words) if word not in known]
        vectors[new] = self._embedder.embed_passages([words[row] for row in new])
        self._before = None
        return {word: row for row, word in enumerate(words)}, vectors

    def of(self, word: str, but: Collection[str] = ()) -> list[tuple[str, float]]:
        """Words of like meaning with their cosine similarity, nearest first, at most `MOST`.

        None that begins like the word, and none whose key (`turkish.key`) is in `but`.
        """
        skipped = {_key(word), *but}
        return [(near, similar) for near, similar in self._nearest(word) if _key(near) not in skipped][:MOST]

    def _look_up(self, word: str) -> list[tuple[str, float]]:
        rows, vectors = self._vectors
        if not rows or not word.isalpha() or len(word) < SHORTEST:
            return []
        similar = vectors @ self._embedder.embed_passages([word])[0]
        near = np.flatnonzero(similar >= SIMILAR)
        near = near[np.argsort(-similar[near], kind="stable")[: 3 * MOST]]
        words = list(rows)
        return [(words[row], float(similar[row])) for row in near.tolist()]


def _key(word: str) -> str:
    return turkish.key(turkish.fold(word))
