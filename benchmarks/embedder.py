r"""Figures of one embedder: retrieval on SQuAD-like files, STS, size, speed, loading time.

    python -m benchmarks.embedder --squad xquad.tr.json tquad/dev-v0.1.json \
        --across xquad.tr.json xquad.en.json --sts stsb_tr_test.tsv \
        [--model NAME_OR_FOLDER | --layers FOLDER --stock FOLDER]

Retrieval: every distinct paragraph of a file is a passage and every question has one right passage, so
nDCG@10 is 1 / log2(1 + rank). `--across` asks the questions of the first file over the paragraphs of the
second. `--sts`: tab-separated lines ending in `score, sentence, sentence`. benchmarks/README.md names the
sources of the data. XQuAD-tr and STSb test are report only: nothing is tuned on them. `--layers` is a
model with layers without the static one beside it, `--stock` the same as a sentence-transformers folder
(`python -m finetune.stock`), whose speed in fp32 is compared.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from assistant.embedder import COMPACT, DEEP, Embedder, load_embedder
from assistant.layered_embedder import load_layered
from assistant.turkish import fold


def squad(file: Path) -> tuple[list[str], list[str], list[int]]:
    """Distinct paragraphs, questions, and for each question the row of its paragraph."""
    paragraphs: dict[str, int] = {}
    questions, right = [], []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            row = paragraphs.setdefault(paragraph["context"], len(paragraphs))
            questions += [entry["question"] for entry in paragraph["qas"]]
            right += [row] * len(paragraph["qas"])
    return list(paragraphs), questions, right


def retrieval(embedder: Embedder, passages: list[str], questions: list[str], right: list[int]) -> str:
    """nDCG@10 and Recall@10 over all questions."""
    table = embedder.embed_passages(passages)
    asked = np.stack([embedder.embed_question(question) for question in questions])
    scores = asked @ table.T
    own = scores[np.arange(len(right)), right]
    ranks = 1 + (scores > own[:, None]).sum(1)
    ndcg = np.where(ranks <= 10, 1 / np.log2(1 + ranks), 0).mean()
    return f"nDCG@10 {ndcg:.4f}  Recall@10 {(ranks <= 10).mean():.4f}"


def spearman(embedder: Embedder, file: Path) -> str:
    """Spearman's and Pearson's correlation of the cosine with the given scores."""
    from scipy.stats import pearsonr, spearmanr

    rows = [line.split("\t")[-3:] for line in file.read_text("utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if row[0].replace(".", "", 1).isdigit()]
    gold = [float(row[0]) for row in rows]
    left = embedder.embed_passages([row[1] for row in rows])
    cosines = (left * embedder.embed_passages([row[2] for row in rows])).sum(1)
    return f"Spearman {spearmanr(gold, cosines)[0]:.4f}  Pearson {pearsonr(gold, cosines)[0]:.4f}"


def passages_of(embedder: Embedder, texts: list[str], tokens: int) -> list[str]:
    """The texts' words over and over, in 1,000 passages of at least `tokens` tokens each."""
    words = " ".join(texts).split()
    size = round(tokens * len(words) / sum(embedder.count_tokens(texts))) + 1
    doubled = words * (1 + 1000 * size // len(words))
    return [" ".join(doubled[i * size : (i + 1) * size]) for i in range(1000)]


def speed(embedder: Embedder, texts: list[str], questions: list[str]) -> str:
    """Passages of 256 tokens a second (best of three), and the median of a question."""
    passages = passages_of(embedder, texts, 256)
    mean = np.mean(embedder.count_tokens(passages))
    embedder.embed_passages(passages[:100])
    best = min(_seconds(lambda: embedder.embed_passages(passages)) for _ in range(3))
    ask = np.array([_seconds(partial(embedder.embed_question, question)) for question in questions[:500]])
    return (
        f"{len(passages) / best:.0f} passages/s of {mean:.0f} tokens  question {1000 * np.median(ask):.2f} ms"
        f" (99 %: {1000 * np.quantile(ask, 0.99):.2f} ms)"
    )


def against_stock(embedder: Embedder, folder: Path, texts: list[str]) -> str:
    """Speed and vectors beside those of stock `SentenceTransformer.encode` in fp32, turn by turn."""
    from sentence_transformers import SentenceTransformer

    stock = SentenceTransformer(str(folder), device="cpu")
    passages = passages_of(embedder, texts, 200)[:200]  # of which both read everything
    ours, theirs = embedder.embed_passages(passages), np.asarray(stock.encode(passages))
    ratios = []
    for _ in range(5):
        own = _seconds(lambda: embedder.embed_passages(passages))
        ratios.append(_seconds(lambda: stock.encode(passages, show_progress_bar=False)) / own)
    cosines = (ours * theirs).sum(1)
    return (
        f"{np.median(ratios):.2f} times as fast ({min(ratios):.2f} to {max(ratios):.2f})"
        f"  cosine {cosines.mean():.4f} (least {cosines.min():.4f})"
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="", help="the shipped one if left out")
    parser.add_argument("--layers", type=Path, help="a model with layers, by itself")
    parser.add_argument("--stock", type=Path, help="the same model as a sentence-transformers folder")
    parser.add_argument("--squad", type=Path, nargs="*", default=[])
    parser.add_argument("--across", type=Path, nargs=2)
    parser.add_argument("--sts", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    code = (
        "import time; t = time.perf_counter(); from assistant.embedder import load_embedder; "
        f"e = load_embedder({given.model!r}); e.embed_question('soru'); print(time.perf_counter() - t)"
    )
    first = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))
    embedder = load_layered(given.layers) if given.layers else load_embedder(given.model)
    print(f"{embedder.name}  dimension {embedder.dimension}  fingerprint {embedder.fingerprint[:12]}")
    print(f"{'import, load, first question':34} {first:.2f} s")
    if not given.model:
        files = [*DEEP.iterdir(), *COMPACT.iterdir()]
        print(f"{'size':34} {sum(f.stat().st_size for f in files) / 1e6:.1f} MB")
    for file in given.squad:
        passages, questions, right = squad(file)
        print(f"{file.name:34} {retrieval(embedder, passages, questions, right)}")
        plain = [fold(question) for question in questions]
        print(f"{file.name + ', ASCII questions':34} {retrieval(embedder, passages, plain, right)}")
    if given.across:
        passages, questions, right = squad(given.across[0])
        other = squad(given.across[1])[0]
        print(f"{'questions over ' + given.across[1].name:34} {retrieval(embedder, other, questions, right)}")
    for file in given.sts:
        print(f"{file.name:34} {spearman(embedder, file)}")
    if given.squad:
        passages, questions, _ = squad(given.squad[0])
        print(f"{'speed':34} {speed(embedder, passages, questions)}")
        if given.stock:
            print(f"{'against stock fp32':34} {against_stock(embedder, given.stock, passages)}")


if __name__ == "__main__":
    main()
