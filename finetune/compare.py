"""How well an embedder finds what answers held-out questions, in the project's own search.

The pool is the chunks of held-out documents, searched by vectors alone ("dense") and together with the
keyword side ("hybrid"), as the chat searches. What is found counts if the question's passage or a copy of it
stands in it. Scores are kept question by question, so that two embedders can be compared in pairs (gate.py).
It knows nothing of training, nor of where models are.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import QUICK, Embedder, load_embedder
from assistant.keywords import KeywordIndex
from assistant.library import Progress
from assistant.metrics import mean_squared_error, ndcg, pearson, recall, reciprocal_rank, spearman
from assistant.records import Chunk, Hit
from assistant.related import RelatedWords
from assistant.search import Searcher
from assistant.spans import Spans
from finetune.copies import copies_of
from finetune.records import ScoredPair, Triple

DEPTH = 10
SIDES = {"dense": 0.0, "hybrid": None}
"""Weight of the keyword side by name of what is measured; None is the tuned one."""
CUTS = (1, 3, 5, 10)
_BATCH = 256  # passages embedded between two signs of life


@dataclass(frozen=True, slots=True)
class Figures:
    """What an embedder reached: of each metric the score of every question, and what it costs.

    `scores` is by side, then by metric. `clusters` names the document of each question; `questions` are their
    texts. `costs`: `passage_ms` and `question_ms` to embed one, `search_ms` the median, `memory_mb` the most
    that the process took, `gpu_mb` likewise, `dimension`.
    """

    model: str
    fingerprint: str
    questions: tuple[str, ...]
    clusters: tuple[str, ...]
    scores: Mapping[str, Mapping[str, tuple[float, ...]]]
    costs: Mapping[str, float]
    chunks: int

    def mean(self, side: str, metric: str) -> float:
        """The mean over all questions; 0 without any."""
        return fmean(self.scores[side][metric]) if self.questions else 0.0


def figures_from(said: Mapping[str, Any]) -> Figures:
    """The figures that were kept as JSON."""
    scores = {
        side: {name: tuple(each) for name, each in by_name.items()}
        for side, by_name in said["scores"].items()
    }
    lists = {name: tuple(said[name]) for name in ("questions", "clusters")}
    return Figures(**{**said, **lists, "scores": scores})


class MemoryVectors:
    """The vectors of a pool, compared one by one."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self._ids, self._vectors = ids, vectors

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """The nearest chunks as (id, cosine similarity), best first; ties by id."""
        return self._best(self._ids, self._vectors, vector, limit)

    def nearest_among(self, vector: NDArray[np.float32], limit: int, among: Spans) -> list[tuple[int, float]]:
        """The same of these chunks alone."""
        inside = among.holds(self._ids)
        return self._best(self._ids[inside], self._vectors[inside], vector, limit)

    def _best(
        self, ids: NDArray[np.int64], vectors: NDArray[np.float32], vector: NDArray[np.float32], limit: int
    ) -> list[tuple[int, float]]:
        near = vectors @ vector
        order = np.lexsort((ids, -near))[:limit]
        return list(zip(ids[order].tolist(), near[order].tolist(), strict=True))


class _Remembering:
    """An embedder that is asked for a question's vector once, though both sides search for it."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.fingerprint = embedder.name, embedder.fingerprint
        self.dimension, self.max_tokens = embedder.dimension, embedder.max_tokens
        self.embed_passages, self.count_tokens = embedder.embed_passages, embedder.count_tokens
        self.words_share = float(getattr(embedder, "words_share", 0.0))
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    def embed_question(self, text: str) -> NDArray[np.float32]:
        if text not in self._known:
            self._known[text] = self._embedder.embed_question(text)
        return self._known[text]


def evaluate(
    embedder: Embedder,
    questions: Sequence[Triple],
    pool: Sequence[Chunk],
    progress: Progress = lambda done, total, name: None,
) -> Figures:
    """Ask the questions of an index over the pool.

    A question that is there twice is asked once, and has both passages. A passage that the pool does not have
    is not found.
    """
    chunks = [replace(chunk, id=number) for number, chunk in enumerate(_spaced(pool))]
    asked = _by_question(questions)
    started = time.perf_counter()
    vectors = np.zeros((0, embedder.dimension), np.float32)
    for start in range(0, len(chunks), _BATCH):
        progress(start, len(chunks) + len(asked), embedder.name)
        part = embedder.embed_passages([chunk.passage for chunk in chunks[start : start + _BATCH]])
        vectors = np.concatenate([vectors, part])
    embedding = time.perf_counter() - started
    searcher, remembering = search_over(embedder, chunks, vectors)
    wanted = copies_of([text for _, texts in asked for text in texts], [chunk.passage for chunk in chunks])
    names = [f"{name}@{k}" for name in ("accuracy", "recall") for k in CUTS] + ["mrr@10", "ndcg@10"]
    scores: dict[str, dict[str, list[float]]] = {side: {name: [] for name in names} for side in SIDES}
    question_seconds, search_seconds = [], []
    place = 0
    if asked:
        searcher.search(asked[0][0], DEPTH)  # the first search makes what all others share
    for number, (question, texts) in enumerate(asked):
        if number % _BATCH == 0:
            progress(len(chunks) + number, len(chunks) + len(asked), embedder.name)
        started = time.perf_counter()
        remembering.embed_question(question)
        question_seconds.append(time.perf_counter() - started)
        pieces = [{chunks[n].text for n in same} for same in wanted[place : place + len(texts)]]
        place += len(texts)
        for side, weight in SIDES.items():
            started = time.perf_counter()
            hits = searcher.search(question, DEPTH, lexical_weight=weight)
            search_seconds.append(time.perf_counter() - started)
            for name, value in _judged(hits, pieces).items():
                scores[side][name].append(value)
    return Figures(
        embedder.name,
        embedder.fingerprint,
        tuple(question for question, _ in asked),
        tuple(_cluster(questions, asked)),
        {side: {name: tuple(each) for name, each in by_name.items()} for side, by_name in scores.items()},
        {
            "passage_ms": 1000 * embedding / max(1, len(chunks)),
            "question_ms": 1000 * float(np.median(question_seconds or [0.0])),
            "search_ms": 1000 * float(np.median(search_seconds or [0.0])),
            "dimension": embedder.dimension,
            **_memory(),
        },
        len(chunks),
    )


@dataclass(frozen=True, slots=True)
class PairFigures:
    """How the cosine similarities of pairs go with their labels."""

    model: str
    pairs: int
    pearson: float
    spearman: float
    mse: float


def evaluate_pairs(embedder: Embedder, pairs: Sequence[ScoredPair]) -> PairFigures:
    """Compare the embedder's similarity of each pair with its label, both sides embedded as passages."""
    first, second = (
        embedder.embed_passages(texts)
        for texts in ([pair.first for pair in pairs], [pair.second for pair in pairs])
    )
    near, labels = (first * second).sum(axis=1).tolist(), [pair.score for pair in pairs]
    return PairFigures(
        embedder.name,
        len(pairs),
        pearson(near, labels),
        spearman(near, labels),
        mean_squared_error(near, labels),
    )


def pool_of(triples: Sequence[Triple]) -> list[Chunk]:
    """A pool for questions that come from a file: all passages, right ones and wrong ones, each once."""
    texts = dict.fromkeys(text for one in triples for text in (one.positive, *one.negatives))
    return [Chunk(f"{number}", "", (), None, text, 0) for number, text in enumerate(texts)]


def _spaced(pool: Sequence[Chunk]) -> list[Chunk]:
    """The pool in the order of documents and positions, in which neighbours are found."""
    return sorted(pool, key=lambda chunk: (chunk.source, chunk.position))


def _by_question(questions: Sequence[Triple]) -> list[tuple[str, list[str]]]:
    found: dict[str, dict[str, None]] = {}
    for one in questions:
        found.setdefault(one.question, {})[one.positive] = None
    return [(question, list(texts)) for question, texts in found.items()]


def _cluster(questions: Sequence[Triple], asked: Sequence[tuple[str, list[str]]]) -> list[str]:
    first: dict[str, str] = {}
    for one in questions:
        first.setdefault(one.question, one.source or one.positive)
    return [first[question] for question, _ in asked]


def search_over(
    embedder: Embedder, chunks: Sequence[Chunk], vectors: NDArray[np.float32]
) -> tuple[Searcher, Embedder]:
    """The project's search over chunks with these vectors, and the embedder that it asks for questions'.

    The chunks' ids must be their places.
    """
    remembering = _Remembering(embedder)
    keywords = KeywordIndex.build(chunks)
    related = RelatedWords(keywords.vocabulary.common_words, load_embedder(QUICK))
    index = MemoryVectors(np.arange(len(chunks), dtype=np.int64), vectors)

    def fetch(ids: Sequence[int]) -> dict[int, Chunk]:
        return {id: chunks[id] for id in ids}

    return Searcher(remembering, keywords, index, related, fetch), remembering


def _judged(hits: Sequence[Hit], pieces: Sequence[set[str]]) -> dict[str, float]:
    """The metrics of a question; each piece is a passage that answers it, with its copies' texts."""
    found = [{n for n, texts in enumerate(pieces) if any(text in hit.text for text in texts)} for hit in hits]
    return {
        **{f"accuracy@{k}": float(any(found[:k])) for k in CUTS},
        **{f"recall@{k}": recall(found, len(pieces), k) for k in CUTS},
        "mrr@10": reciprocal_rank(found, DEPTH),
        "ndcg@10": ndcg(found, len(pieces), DEPTH),
    }


def _memory() -> dict[str, float]:
    """What the process took at most so far, on the machine and on its GPU."""
    import resource
    import sys

    taken = {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    torch = sys.modules.get("torch")
    if torch and torch.cuda.is_available():
        taken["gpu_mb"] = torch.cuda.max_memory_allocated() / 2**20
    return taken
