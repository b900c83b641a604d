"""Words of like meaning among those of the documents: "birincil" and "primary", "kanca" and "hook".

The embedder that ships with the package knows them, since it was trained on translations. For each family
of words that begin alike it is asked about the most frequent one. A word's relations are looked up when a
question needs them. It knows nothing of the sense that a word has in its sentence.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

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

# What a sketch keeps, and how far below the similarity it may lie: with these, of 4,057 nearest words one is
# missed, in a quarter of the time of a full pass (7 ms for nine words).
_AXES, _BLUR = 96, 0.3
_REMEMBERED = 10_000  # words of questions whose relations are kept


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
        self._near: dict[str, list[tuple[str, float]]] = {}

    @cached_property
    def _vectors(self) -> tuple[Sequence[str], NDArray[np.float32]]:
        """The words, and a row for each."""
        words = self._words()
        vectors = np.zeros((len(words), self._embedder.dimension), np.float32)
        before = self._before  # another thread may be as far, and drop it
        known, made = before._vectors if before else ((), vectors)
        row_of = {word: row for row, word in enumerate(known)}
        old = [row for row, word in enumerate(words) if word in row_of]
        vectors[old] = made[[row_of[words[row]] for row in old]]
        new = [row for row, word in enumerate(words) if word not in row_of]
        vectors[new] = self._embedder.embed_passages([words[row] for row in new])
        self._before = None
        return words, vectors

    @cached_property
    def _sketches(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The axes along which the vectors differ most, and the vectors along these alone, one a column."""
        vectors = self._vectors[1]
        axes: NDArray[np.float32] = np.linalg.eigh(vectors.T @ vectors)[1][:, -_AXES:]
        return axes, np.ascontiguousarray((vectors @ axes).T)

    def of(self, words: Sequence[str]) -> list[list[tuple[str, float]]]:
        """For each word those of like meaning with their cosine similarity, nearest first, at most `MOST`.

        None that begins like one of `words`: that is asked for already.
        """
        asked = {_key(word) for word in words}
        if len(self._near) > _REMEMBERED:
            self._near = {}
        near = self._near
        new = [w for w in dict.fromkeys(words) if w not in near and w.isalpha() and len(w) >= SHORTEST]
        near.update(zip(new, self._look_up(new), strict=True))
        return [[pair for pair in near.get(word, ()) if _key(pair[0]) not in asked][:MOST] for word in words]

    def _look_up(self, words: Sequence[str]) -> list[list[tuple[str, float]]]:
        """The nearest words of each, itself among them: of those that are likely, by the sketches."""
        known, vectors = self._vectors
        if not words or not known:
            return [[] for _ in words]
        axes, sketches = self._sketches
        found = []
        for vector in self._embedder.embed_passages(words):
            rows = np.flatnonzero((vector @ axes) @ sketches >= SIMILAR - _BLUR)
            similar = vectors[rows] @ vector
            best = np.argsort(-similar, kind="stable")[: 3 * MOST]
            near = zip(rows[best].tolist(), similar[best].tolist(), strict=True)
            found.append([(known[row], value) for row, value in near if value >= SIMILAR])
        return found


def _key(word: str) -> str:
    return turkish.key(turkish.fold(word))
