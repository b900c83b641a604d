"""Hard negatives: passages that look like the answer to a question and are not.

Candidates are the best `DEPTH` by words and by meaning together. Out go the same section and its neighbours,
near-duplicates of the answer, documents that may not be shown, passages that served too often, and all that
score within `MARGIN` of the answer itself, for those are often answers too (NV-Retriever, Moreira et al.
2024, arXiv:2407.15831). A cross-encoder, where there is one, judges what is left anew. There are never random
passages: a question with fewer candidates has fewer negatives.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.records import Chunk
from assistant.reranker import Scorer, passage
from assistant.turkish import words
from finetune.pool import best

DEPTH = 50
"""Candidates of each side."""
MARGIN = 0.05
"""A candidate must score this share less than the answer."""
ALIKE = 0.6
"""Share of common three-word sequences from which on two passages are near-duplicates."""
RESCORED = 4
"""Candidates that a cross-encoder judges, as a multiple of those wanted."""


class Miner:
    """Finds negatives and remembers how often each passage served."""

    def __init__(self, chunks: Sequence[Chunk], reuse: int, scorer: Scorer | None = None) -> None:
        """A passage serves at most `reuse` times; `scorer` is a cross-encoder."""
        self._chunks = chunks
        self._reuse = reuse
        self._scorer = scorer
        self._served: Counter[int] = Counter()
        self._shingles = lru_cache(maxsize=50_000)(self._shingles_of)

    def negatives(
        self,
        question: str,
        own: int,
        lexical: NDArray[np.float32],
        dense: NDArray[np.float32],
        allowed: NDArray[np.bool_],
        count: int,
    ) -> tuple[int, ...]:
        """At most `count` rows of chunks, the hardest first.

        `lexical` and `dense` are the scores of all chunks for the question, `own` is the row of its answer,
        `allowed` says which chunks may be shown.
        """
        wanted = count * RESCORED if self._scorer else count
        found: list[int] = []
        for row in self._candidates(own, lexical, dense):
            if len(found) == wanted:
                break
            free = allowed[row] and self._served[row] < self._reuse and not self._same(own, row)
            if free and not any(self._alike(row, other) for other in found):
                found.append(row)
        if self._scorer and found:
            found = self._rescored(self._scorer, question, own, found)
        chosen = tuple(found[:count])
        self._served.update(chosen)
        return chosen

    def _candidates(
        self, own: int, lexical: NDArray[np.float32], dense: NDArray[np.float32]
    ) -> Iterator[int]:
        """Rows, the hardest first: by their scores as a share of the answer's, the mean of both sides."""
        rows = np.union1d(best(lexical, DEPTH), best(dense, DEPTH))
        sides = [side[rows] / side[own] for side in (lexical, dense) if side[own] > 0]
        shares = np.mean(sides, axis=0)
        order = np.lexsort((rows, -shares))
        return iter(rows[order][shares[order] <= 1 - MARGIN].tolist())

    def _same(self, own: int, other: int) -> bool:
        """Whether a chunk may answer as its neighbour does: same section, next to it, or nearly its copy."""
        a, b = self._chunks[own], self._chunks[other]
        if a.source == b.source and (a.headings == b.headings or abs(a.position - b.position) <= 1):
            return True
        return self._alike(own, other)

    def _alike(self, one: int, other: int) -> bool:
        a, b = self._shingles(one), self._shingles(other)
        return len(a & b) >= ALIKE * min(len(a), len(b))

    def _shingles_of(self, row: int) -> frozenset[int]:
        found = words(self._chunks[row].text)
        return frozenset(hash(tuple(found[i : i + 3])) for i in range(max(1, len(found) - 2)))

    def _rescored(self, scorer: Scorer, question: str, own: int, rows: Sequence[int]) -> list[int]:
        """Those that the cross-encoder finds clearly worse than the answer, the hardest first."""
        texts = [passage(self._chunks[row]) for row in (own, *rows)]
        mine, *others = (float(score) for score in scorer.score(question, texts))
        kept = [(score, row) for score, row in zip(others, rows, strict=True) if score <= (1 - MARGIN) * mine]
        return [row for _, row in sorted(kept, key=lambda pair: (-pair[0], pair[1]))]
