"""What shorter, compressed, joined or contextual vectors cost in nDCG@10, and what they save.

Measured on questions of which each has one right passage, all passages being candidates.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.errors import KilavuzError
from assistant.metrics import interval
from finetune.records import Triple
from finetune.workbench.adapter import ModelAdapter
from finetune.workbench.compressed import PRECISIONS, compress
from finetune.workbench.context import in_documents, with_headings

DEPTH = 10
SIZES = (1, 2, 4, 8)
"""The source's dimension is divided by these."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A way to make vectors: its nDCG@10 with the 95 % interval of its difference to the first way."""

    way: str
    dimension: int
    precision: str
    bytes_per_vector: int
    ndcg: float
    difference: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Task:
    """Questions, passages, the place of each question's passage, and the document of each passage."""

    questions: tuple[str, ...]
    passages: tuple[str, ...]
    right: NDArray[np.int64]
    documents: tuple[str, ...]


def task_of(triples: Sequence[Triple]) -> Task:
    """The task that triples pose. Raises KilavuzError without any."""
    if not triples:
        raise KilavuzError(
            "Ölçmek için en az bir soru gerekir; soru dosyasını denetleyin.",
            "To measure, at least one question is needed; check the file of questions.",
        )
    sources = {triple.positive: triple.source for triple in triples}
    places = {passage: place for place, passage in enumerate(sources)}
    right = np.array([places[triple.positive] for triple in triples], np.int64)
    return Task(tuple(t.question for t in triples), tuple(sources), right, tuple(sources.values()))


def costs(
    embedder: Embedder,
    task: Task,
    *,
    texts: Sequence[str] = (),
    pairs: Sequence[Triple] = (),
    other: Embedder | None = None,
) -> Iterator[Cost]:
    """A row a way, the source as it is first. `texts` and `pairs` are what projections are found from.

    Without them those that need them are left out; so is what a document gives where none is named, and the
    joined model without `other`.
    """
    asked = np.stack([embedder.embed_question(question) for question in task.questions])
    given = embedder.embed_passages(task.passages)
    known = _Remembered(embedder, dict(zip(task.questions, asked, strict=True)), task.passages, given)
    base = _gains(asked, _exactly(given), task.right)
    for precision in PRECISIONS:
        yield _cost("source", asked, given, precision, task, base)
    for method in (
        "cut",
        "random",
        *(["pca", "whitening"] if texts else []),
        *(["learned"] if pairs else []),
    ):
        for size in SIZES[0 if method in ("whitening", "learned") else 1 :]:
            target = embedder.dimension // size
            if target < 1 or (method in ("pca", "whitening") and len(texts) < target):
                continue
            adapter = ModelAdapter(known, target, method=method, texts=texts, pairs=pairs)
            found = (
                np.stack([adapter.embed_question(q) for q in task.questions]),
                adapter.embed_passages(task.passages),
            )
            for precision in PRECISIONS:
                yield _cost(method, *found, precision, task, base)
    if any(task.documents):
        titled = embedder.embed_passages(with_headings(task.passages, task.documents))
        yield _cost("heading", asked, titled, "float32", task, base)
        near = in_documents(known, task.passages, task.documents)
        yield _cost("document", asked, near, "float32", task, base)
    if other is not None:
        from assistant.paired_embedder import PairedEmbedder

        joined = PairedEmbedder(other, known)
        both = np.stack([joined.embed_question(q) for q in task.questions])
        yield _cost("joined", both, joined.embed_passages(task.passages), "float32", task, base)


def _cost(
    way: str,
    asked: NDArray[np.float32],
    given: NDArray[np.float32],
    precision: str,
    task: Task,
    base: NDArray[np.float64],
) -> Cost:
    packed = compress(given, precision)
    gains = _gains(asked, packed.scores, task.right)
    low, high = interval((gains - base).tolist())
    size = packed.bytes_per_vector
    return Cost(way, given.shape[1], precision, size, float(gains.mean()), (low, high))


def _exactly(given: NDArray[np.float32]) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    def scores(question: NDArray[np.float32]) -> NDArray[np.float32]:
        near: NDArray[np.float32] = given @ question
        return near

    return scores


def _gains(
    asked: NDArray[np.float32],
    scores: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    right: NDArray[np.int64],
) -> NDArray[np.float64]:
    """nDCG@10 of each question: 1 / log2(1 + rank) of its one passage; those as near count half before it."""
    gains = np.empty(len(asked))
    for number, (question, place) in enumerate(zip(asked, right, strict=True)):
        near = scores(question)
        rank = 1 + (near > near[place]).sum() + ((near == near[place]).sum() - 1) / 2
        gains[number] = 1 / np.log2(1 + rank) if rank <= DEPTH else 0
    return gains


class _Remembered:
    """An embedder that does not read the task's texts twice."""

    def __init__(
        self,
        embedder: Embedder,
        questions: dict[str, NDArray[np.float32]],
        passages: Sequence[str],
        vectors: NDArray[np.float32],
    ) -> None:
        self.name, self.fingerprint = embedder.name, embedder.fingerprint
        self.dimension, self.max_tokens = embedder.dimension, embedder.max_tokens
        self.count_tokens = embedder.count_tokens
        self._embedder, self._questions = embedder, questions
        self._passages = dict(zip(passages, vectors, strict=True))

    def embed_question(self, text: str) -> NDArray[np.float32]:
        if text not in self._questions:
            self._questions[text] = self._embedder.embed_question(text)
        return self._questions[text]

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._passages]
        self._passages.update(zip(new, self._embedder.embed_passages(new), strict=True))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([self._passages[text] for text in texts])
