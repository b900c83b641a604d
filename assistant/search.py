"""Hybrid search: keyword scores and vector similarity, fused into one ranking.

    question -> 100 chunks by keywords, 100 by vectors -> 60 fused -> looked at closer -> passages -> shaped

Fusion is a convex combination of normalised scores (Bruch, Gai, Ingber 2022, "An Analysis of Fusion
Functions for Hybrid Retrieval"): it beats reciprocal rank fusion and has one weight. A Searcher is a
snapshot: it is never changed, a newer one takes its place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.keywords import KeywordIndex
from assistant.records import Chunk, Hit
from assistant.related import RelatedWords
from assistant.reranker import DEPTH
from assistant.rescore import passage_scores
from assistant.sections import joined, passages, surroundings
from assistant.shaping import shaped, without_copies
from assistant.spans import Spans

CANDIDATES = 100
"""How many chunks each side proposes."""

POOL = 60
"""Of these the fused best are looked at closer (assistant/rescore.py)."""

SPARE = 5
"""Passages beyond those asked for, for copies and for what shaping brings forward."""

LEXICAL_WEIGHT = 0.8
"""Weight of the keyword side, chosen on the dev questions and TQuAD dev (benchmarks/quality.py). One by kind
of question (a code token; few, some, many words) does no better: cross-validated .797 for .801 on the dev
questions, the same on TQuAD dev."""

FLOOR = 0.3
"""Share of the best keyword score that counts as none, so that the scores fill 0..1 as similarities do."""


def tuned_weight(embedder: Embedder) -> float:
    """The keyword side's weight beside this embedder.

    Where words have a share of its similarity, too, meaning keeps the weight that it has without them.
    """
    words = float(getattr(embedder, "words_share", 0.0))
    return 1 - (1 - LEXICAL_WEIGHT) / (1 - words)


class Vectors(Protocol):
    """What a search needs of an index."""

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """The nearest chunks as (id, cosine similarity), best first; ties by id."""
        ...

    def nearest_among(self, vector: NDArray[np.float32], limit: int, among: Spans) -> list[tuple[int, float]]:
        """The same of these chunks alone."""
        ...


@dataclass(frozen=True, slots=True)
class Searcher:
    """Everything that a search needs. `fetch` gives the chunks with these ids, `rerank` a better order."""

    embedder: Embedder
    keywords: KeywordIndex
    index: Vectors
    related: RelatedWords
    fetch: Callable[[Sequence[int]], dict[int, Chunk]]
    rerank: Callable[[str, Sequence[Hit]], list[Hit]] | None = None

    def search(
        self,
        question: str,
        limit: int = 10,
        lexical_weight: float | None = None,
        among: Spans | None = None,
    ) -> list[Hit]:
        """The best `limit` chunks, at most `POOL`, each with its surroundings, best first; ties by id.

        With a `lexical_weight` of 1 or 0 only the keyword side or only the dense side is asked; None is the
        tuned one. With `among` only chunks with these ids, those of whole documents, are candidates.
        """
        if lexical_weight is None:
            lexical_weight = tuned_weight(self.embedder)
        if not len(self.keywords.ids):
            return []
        lexical = self.keywords.search(question, CANDIDATES, among) if lexical_weight > 0 else []
        dense = self._dense(question, among) if lexical_weight < 1 else []
        pool = self._by_row(fuse(lexical, dense, lexical_weight)[:POOL])
        reach = {row: surroundings(row, self.keywords.outline) for row in pool}
        scores = {row: (1 - lexical_weight) * f.similarity for row, f in pool.items()}
        if lexical:
            found = passage_scores(self.keywords, self.related, question, reach)
            best = max(found.values()) or 1.0  # 0: a very long question's rarest words are in none of them
            for row, score in found.items():
                scores[row] += lexical_weight * max(0.0, score / best - FLOOR) / (1 - FLOOR)
        depth = max(limit, DEPTH) if self.rerank else limit + SPARE
        near = passages(scores, reach, depth)
        hits = without_copies(question, self._hits(near, pool))
        if len(hits) < limit and len(near) == depth:  # many copies
            hits = without_copies(question, self._hits(passages(scores, reach, POOL), pool))
        ranked = shaped(question, hits, self.keywords.idf)
        if self.rerank:  # what it has no time for stays as it is
            ranked = self.rerank(question, ranked)
        return ranked[:limit]

    def _dense(self, question: str, among: Spans | None) -> list[tuple[int, float]]:
        vector = self.embedder.embed_question(question)
        if among is None:
            return self.index.nearest(vector, CANDIDATES)
        return self.index.nearest_among(vector, CANDIDATES, among)

    def _by_row(self, fused: Sequence["Fused"]) -> dict[int, "Fused"]:
        """By row of the keyword index; without chunks that it does not know yet."""
        ids = self.keywords.ids
        rows = np.minimum(np.searchsorted(ids, [f.id for f in fused]), len(ids) - 1).tolist()
        return {row: f for row, f in zip(rows, fused, strict=True) if ids[row] == f.id}

    def _hits(self, found: Sequence[tuple[int, float, range]], pool: Mapping[int, "Fused"]) -> list[Hit]:
        """With their texts; without those that are gone from the catalogue."""
        ids = self.keywords.ids
        chunks = self.fetch([id for _, _, rows in found for id in ids[rows.start : rows.stop].tolist()])
        hits = []
        for row, score, rows in found:
            f = pool[row]
            if f.id in chunks:
                texts = [chunks[id].text for id in ids[rows.start : rows.stop].tolist() if id in chunks]
                ranks = f.lexical_rank, f.lexical_score, f.dense_rank, f.dense_score
                hits.append(Hit(chunks[f.id], score, *ranks, joined(texts)))
        return hits


@dataclass(frozen=True, slots=True)
class Fused:
    """A chunk id with its fused score in 0..1 and what it was made from; `similarity` is in 0..1, too."""

    id: int
    score: float
    lexical_rank: int | None
    lexical_score: float
    dense_rank: int | None
    dense_score: float
    similarity: float


def fuse(
    lexical: Sequence[tuple[int, float]], dense: Sequence[tuple[int, float]], lexical_weight: float
) -> list[Fused]:
    """Fuse two rankings of (id, score), best first, into one.

    Each side is scaled to 0..1 between the lowest and the highest score among its candidates; a chunk
    that only one side proposes counts as 0 on the other.
    """
    by_id: dict[int, list[float | int | None]] = {}
    for side, ranking in ((0, lexical), (1, dense)):
        for rank, (id, score) in enumerate(ranking, 1):
            entry = by_id.setdefault(id, [None, 0.0, 0.0, None, 0.0, 0.0])
            entry[3 * side : 3 * side + 3] = rank, score, _scale(score, ranking)
    fused = [
        Fused(
            id,
            lexical_weight * float(e[2] or 0) + (1 - lexical_weight) * float(e[5] or 0),
            None if e[0] is None else int(e[0]),
            float(e[1] or 0),
            None if e[3] is None else int(e[3]),
            float(e[4] or 0),
            float(e[5] or 0),
        )
        for id, e in by_id.items()
    ]
    return sorted(fused, key=lambda hit: (-hit.score, hit.id))


def _scale(score: float, ranking: Sequence[tuple[int, float]]) -> float:
    highest, lowest = ranking[0][1], ranking[-1][1]
    return (score - lowest) / (highest - lowest) if highest > lowest else 1.0
