"""Figures of the keyword index: building, memory on disk, loading, searching, against rank_bm25.

    python benchmarks/keywords.py DOCS_FOLDER [--chunks 35000] [--squad xquad.tr.json tquad/dev-v0.1.json]

Cuts the .md files below DOCS_FOLDER into paragraphs of about 1,000 characters and measures with and
without four-letter sequences. Questions are sentences drawn from the chunks. rank_bm25 gets the same
tokens; its scores are also compared (Okapi's idf, k1 and b on both sides). `--squad` adds nDCG@10 on
SQuAD-like files, every distinct paragraph a chunk, for questions as written, without diacritics and in
capitals. XQuAD-tr is report only: nothing was tuned on it. TQuAD dev chose the analyzer's weights.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.bm25 import OKAPI, Scoring, okapi_reference
from assistant.keywords import KeywordIndex, load_keywords
from assistant.metrics import ndcg
from assistant.records import Chunk
from benchmarks.questions import FORMS


def paragraphs(folder: Path, size: int = 1000) -> list[Chunk]:
    """The Markdown files below `folder` in pieces of about `size` characters."""
    chunks: list[Chunk] = []
    for path in sorted(folder.rglob("*.md")):
        text = ""
        blocks = path.read_text("utf-8", errors="replace").split("\n\n")
        for i, block in enumerate(blocks):
            text += block + "\n\n"
            while len(text) >= size or (i == len(blocks) - 1 and text.strip()):
                chunks.append(
                    Chunk(path.name, path.stem, (), None, text[: size * 6 // 5], 0, len(chunks) + 1)
                )
                text = text[size * 6 // 5 :]
    return chunks


def questions(chunks: list[Chunk], count: int) -> list[str]:
    """Runs of six words from random chunks."""
    draw = random.Random(7)
    found: list[str] = []
    while len(found) < count:
        words = draw.choice(chunks).text.split()
        if len(words) > 6:
            start = draw.randrange(len(words) - 6)
            found.append(" ".join(words[start : start + 6]))
    return found


def milliseconds(search: Callable[[str], object], asked: list[str]) -> tuple[float, float]:
    """Median and 95th percentile of the time of one question."""
    times = []
    for question in asked:
        begin = time.perf_counter()
        search(question)
        times.append(1000 * (time.perf_counter() - begin))
    return float(np.median(times)), float(np.quantile(times, 0.95))


def size_and_speed(chunks: list[Chunk], scoring: Scoring, asked: list[str]) -> None:
    """One row: building, updating, saving, loading and searching with this scoring."""
    marks = [time.perf_counter()]
    keywords = KeywordIndex.build(chunks, scoring)
    marks.append(time.perf_counter())
    keywords.update([1], [replace(chunks[0], id=len(chunks) + 1)])
    marks.append(time.perf_counter())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "keywords"
        keywords.save(folder)
        marks.append(time.perf_counter())
        keywords = load_keywords(folder)
        marks.append(time.perf_counter())
        megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        milliseconds(lambda question: keywords.search(question, 10), asked)  # reads the mapped pages in
        median, slow = milliseconds(lambda question: keywords.search(question, 10), asked)
    build, update, save, load = np.diff(marks)
    row = [build, len(chunks) / build, update, save, load, megabytes, median, slow]
    print(f"{'yes' if scoring.grams else 'no':>7}", *(f"{value:9.2f}" for value in row))


def against_rank_bm25(chunks: list[Chunk], asked: list[str]) -> None:
    """The same tokens in both, without four-letter sequences to keep rank_bm25's memory within bounds."""
    ours = KeywordIndex.build(chunks, replace(OKAPI, grams=False))
    reference = okapi_reference(ours.token_lists())
    tokens = {question: ours.question_tokens(question) for question in asked}
    worst = max(np.abs(ours.scores(q) - reference(tokens[q])).max() for q in asked)
    theirs, _ = milliseconds(lambda question: reference(tokens[question]), asked)
    analysed, _ = milliseconds(ours.scores, asked)
    print(f"\nrank_bm25.BM25Okapi.get_scores  {theirs:9.2f} ms a question (median of {len(asked)})")
    print(f"KeywordIndex.scores, analysis included {analysed:.3f} ms: {theirs / analysed:.0f} times faster")
    print(f"largest difference of any score {worst:.1e}")


def quality(file: Path) -> None:
    """NDCG@10 on one SQuAD-like file, with the articles' titles."""
    rows: dict[str, int] = {}
    chunks, asked = [], []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            if text not in rows:
                rows[text] = len(rows) + 1
                chunks.append(Chunk(file.name, article.get("title", ""), (), None, text, 0, rows[text]))
            asked += [(qa["question"], rows[text]) for qa in paragraph["qas"]]
    for grams in (True, False):
        keywords = KeywordIndex.build(chunks, Scoring(grams=grams))
        means = []
        for form in FORMS.values():
            gains = []
            for question, right in asked:
                found = keywords.search(form(question), 10)
                gains.append(ndcg([{0} if id == right else set() for id, _ in found], 1))
            means.append(f"{np.mean(gains):10.4f}")
        print(f"{file.name:>18} {'yes' if grams else 'no':>7} {len(asked):9}", *means)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--chunks", type=int, default=35_000, help="at most so many")
    parser.add_argument("--squad", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    chunks = paragraphs(arguments.folder)[: arguments.chunks]
    if not chunks:
        parser.error(f"no .md files in {arguments.folder}")
    asked = questions(chunks, 300)
    words = sum(len(chunk.text.split()) for chunk in chunks)
    print(f"{len(chunks)} chunks, {words / len(chunks):.0f} words each\n")
    columns = ("build s", "chunks/s", "update s", "save s", "load s", "MB", "search ms", "95 % ms")
    print("4-grams", *(f"{name:>9}" for name in columns))
    for grams in (True, False):
        size_and_speed(chunks, Scoring(grams=grams), asked)
    against_rank_bm25(chunks, asked[:20])
    if arguments.squad:
        print("\n     nDCG@10 on    4-grams questions", *(f"{name:>10}" for name in FORMS))
    for file in arguments.squad:
        quality(file)


if __name__ == "__main__":
    main()
