"""What a variant of an embedder reaches and costs, measured in this process."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.errors import KilavuzError
from assistant.metrics import interval, pearson, spearman
from finetune.records import ScoredPair
from finetune.workbench.compressed import compress
from finetune.workbench.costs import DEPTH, Task
from finetune.workbench.loading import of_length_1

_ASKED = 100  # questions whose time is taken


@dataclass(frozen=True, slots=True)
class Figures:
    """Similarity, retrieval, time and memory.

    Pearson and Spearman are with the labels of the pairs, nDCG@10 has its 95 % interval. `memory_mb` is the
    most that the process took meanwhile, None where the system does not tell; so is what had no data.
    """

    dimension: int
    bytes_per_vector: int
    vectors: int
    pearson: float | None
    spearman: float | None
    ndcg: float | None
    ndcg_low: float | None
    ndcg_high: float | None
    recall: float | None
    passage_ms: float
    question_ms: float
    memory_mb: float | None


def measure(
    embedder: Embedder,
    pairs: Sequence[ScoredPair],
    task: Task | None,
    *,
    prompt: str = "",
    precision: str = "float32",
    chunk_tokens: int | None = None,
) -> Figures:
    """Embed the data and compare; passages are cut into chunks of `chunk_tokens`, the best of which counts.

    Raises KilavuzError for an unknown precision and a size of chunks below 1.
    """
    _reset_peak()
    embedder.embed_passages(["boyut"])  # the first run is slow
    alike: tuple[float, float] | None = None
    seconds = texts = 0.0
    size = 0
    if pairs:
        started = time.perf_counter()
        sides = [
            embedder.embed_passages(side) for side in ([p.first for p in pairs], [p.second for p in pairs])
        ]
        seconds, texts = time.perf_counter() - started, 2.0 * len(pairs)
        packed = [compress(side, precision) for side in sides]
        size = packed[0].bytes_per_vector
        first, second = (of_length_1(side.vectors()) for side in packed)
        near, labels = (first * second).sum(1).tolist(), [pair.score for pair in pairs]
        alike = pearson(near, labels), spearman(near, labels)
    gains: NDArray[np.float64] | None = None
    asked: list[str] = [prompt + text for text in (task.questions if task else [p.first for p in pairs])]
    vectors = 2 * len(pairs)
    if task:
        chunks, owners = _chunks(embedder, task.passages, chunk_tokens)
        started = time.perf_counter()
        table = embedder.embed_passages(chunks)
        seconds, texts, vectors = time.perf_counter() - started, len(chunks), len(chunks)
        small = compress(table, precision)
        size = small.bytes_per_vector
        gains = np.empty(len(asked))
        for number, (question, place) in enumerate(zip(asked, task.right, strict=True)):
            scores = np.full(len(task.passages), -np.inf, np.float32)
            np.maximum.at(scores, owners, small.scores(embedder.embed_question(question)))
            rank = 1 + (scores > scores[place]).sum() + ((scores == scores[place]).sum() - 1) / 2
            gains[number] = 1 / np.log2(1 + rank) if rank <= DEPTH else 0.0
    started = time.perf_counter()
    for question in asked[:_ASKED]:
        embedder.embed_question(question)
    per_question = (time.perf_counter() - started) / len(asked[:_ASKED])
    low, high = interval(gains.tolist()) if gains is not None else (None, None)
    return Figures(
        dimension=embedder.dimension,
        bytes_per_vector=size,
        vectors=vectors,
        pearson=alike[0] if alike else None,
        spearman=alike[1] if alike else None,
        ndcg=float(gains.mean()) if gains is not None else None,
        ndcg_low=low,
        ndcg_high=high,
        recall=float((gains > 0).mean()) if gains is not None else None,
        passage_ms=1000 * seconds / texts,
        question_ms=1000 * per_question,
        memory_mb=_peak(),
    )


def _chunks(
    embedder: Embedder, passages: Sequence[str], tokens: int | None
) -> tuple[list[str], NDArray[np.int64]]:
    """Pieces of about so many tokens at whole words, and the passage of each; None leaves them whole."""
    if tokens is None:
        return list(passages), np.arange(len(passages))
    if tokens < 1:
        raise KilavuzError(
            f"Parça boyutu en az 1 belirteç olmalı, verilen: {tokens}; düzeltin.",
            f"A chunk must have a token at least, not {tokens}; correct it.",
        )
    chunks: list[str] = []
    owners: list[int] = []
    for number, passage in enumerate(passages):
        words = passage.split()
        counts = np.cumsum([0, *(embedder.count_tokens(words) if words else [0])])
        start = 0
        while start < len(words):
            end = int(np.searchsorted(counts, counts[start] + tokens, "right")) - 1
            end = min(len(words), max(start + 1, end))
            chunks.append(" ".join(words[start:end]))
            owners.append(number)
            start = end
    return chunks, np.array(owners, np.int64)


def _reset_peak() -> None:
    """Let Linux count the process's peak anew."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        return


def _peak() -> float | None:
    """The most memory since then, in MB."""
    if sys.platform != "linux":
        return None
    try:
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)
