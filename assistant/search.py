"""Hybrid search: keyword scores and vector similarity, fused into one ranking.

Fusion is a convex combination of normalised scores (Bruch, Gai, Ingber 2022, "An Analysis of Fusion
Functions for Hybrid Retrieval"): it beats reciprocal rank fusion and has one weight. A Searcher is a
snapshot: it is never changed, a newer one takes its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.embedder import Embedder
from assistant.index import Index
from assistant.keywords import KeywordIndex
from assistant.records import Chunk, Hit
from assistant.reranker import DEPTH
from assistant.sections import near, passages

CANDIDATES = 100
"""How many chunks each side proposes."""

POOL = 40
"""Of these the fused best, with their neighbours, are looked at to make passages."""

LEXICAL_WEIGHT = 0.8
"""Weight of the keyword side, chosen on the dev questions and TQuAD dev (benchmarks/quality.py)."""


@dataclass(frozen=True, slots=True)
class Searcher:
    """Everything that a search needs. `fetch` gives the chunks with these ids, `rerank` a better order."""

    embedder: Embedder
    keywords: KeywordIndex
    index: Index
    fetch: Callable[[Sequence[int]], dict[int, Chunk]]
    rerank: Callable[[str, Sequence[Hit]], list[Hit]] | None = None

    def search(self, question: str, limit: int = 10) -> list[Hit]:
        """The best `limit` chunks for a question, each with its surroundings, best first; ties by id."""
        if not len(self.keywords.ids):
            return []
        lexical = self.keywords.search(question, CANDIDATES)
        dense = self.index.nearest(self.embedder.embed_question(question), CANDIDATES)
        fused = {f.id: f for f in fuse(lexical, dense, LEXICAL_WEIGHT)[:POOL]}
        chunks = self.fetch(near(list(fused)))
        found = passages(
            {id: f.score for id, f in fused.items()}, chunks, max(limit, DEPTH) if self.rerank else limit
        )
        hits = [
            Hit(chunks[id], score, f.lexical_rank, f.lexical_score, f.dense_rank, f.dense_score, text)
            for id, score, text in found
            for f in (fused[id],)
        ]
        return self.rerank(question, hits)[:limit] if self.rerank else hits


@dataclass(frozen=True, slots=True)
class Fused:
    """A chunk id with its fused score in 0..1 and what it was made from."""

    id: int
    score: float
    lexical_rank: int | None
    lexical_score: float
    dense_rank: int | None
    dense_score: float


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
        )
        for id, e in by_id.items()
    ]
    return sorted(fused, key=lambda hit: (-hit.score, hit.id))


def _scale(score: float, ranking: Sequence[tuple[int, float]]) -> float:
    highest, lowest = ranking[0][1], ranking[-1][1]
    return (score - lowest) / (highest - lowest) if highest > lowest else 1.0
