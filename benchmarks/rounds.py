"""What a round of the learning loop has brought, and what hand-written questions say of it.

    kilavuz --home HOME ingest DOCUMENTS && kilavuz --home HOME finetune
    python benchmarks/rounds.py HOME benchmarks/finetune/truba.jsonl [HOME QUESTIONS …]

Of each home the last round: its own figures, as the gate saw them, and the same two models with the
hand-written questions about documents that the round has held out, among the chunks of those documents.
Hits are judged as by `kilavuz evaluate`. Intervals are 95 %, paired, by bootstrap over documents.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.embedder import Embedder, load_embedder
from assistant.judge import Passage, Question
from assistant.metrics import clustered_interval, ndcg
from assistant.model_in_use import weights_folder
from assistant.records import Chunk
from benchmarks.questions import read_questions
from finetune.compare import SIDES, search_over
from finetune.round import verdict_of
from finetune.rounds import Round, last_round, read_rows

DEPTH = 10
HEAD = """\
# Rounds of the learning loop

Made by `benchmarks/rounds.py`. Base and embedder in use: the shipped one. nDCG@10 of the questions that the
round made with templates and documents of their own, as the gate saw them, and of hand-written ones about
the same held-out documents; in brackets the 95 % interval of the difference, by bootstrap over documents.
"""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+", metavar="HOME QUESTIONS")
    given = parser.parse_args().pairs
    if len(given) % 2:
        parser.error("each HOME needs its QUESTIONS")
    print(HEAD)
    print("| documents | triples | training, minutes | questions | side | in use | candidate | difference |")
    print("|---|---:|---:|---|---|---:|---:|---:|")
    for home, questions in zip(given[::2], given[1::2], strict=True):
        one = last_round(home)
        if one is None or not one.is_done("gate"):
            parser.error(f"{home} has no round that got to the gate")
        for row in [*generated(one), *handwritten(home, one, read_questions([questions]))]:
            facts = one.facts("triples")["counts"]["train"], f"{one.facts('train')['seconds'] / 60:.0f}"
            print("| " + " | ".join(map(str, (questions.stem, *facts, *row))) + " |", flush=True)


def generated(one: Round) -> list[tuple[str, ...]]:
    """Rows of what the gate saw."""
    return [
        (check["name"], "hybrid" if check["name"] == "hybrid" else "dense", *_figures(**check["difference"]))
        for check in verdict_of(one)["checks"]
    ]


def handwritten(home: Path, one: Round, questions: Sequence[Question]) -> list[tuple[str, ...]]:
    """Rows of the hand-written questions whose documents the round has held out."""
    pool = read_rows(one.folder / "pool.jsonl", Chunk)
    there = {chunk.source for chunk in pool}
    asked = [question for question in questions if any(question.is_from(source) for source in there)]
    model = load_embedder(str(weights_folder(home, one.model)))
    in_use, candidate = (gains(embedder, pool, asked) for embedder in (load_embedder(""), model))
    rows = []
    for side in SIDES:
        ours, theirs = candidate[side], in_use[side]
        gained = [a - b for a, b in zip(ours, theirs, strict=True)]
        interval = clustered_interval(gained, [question.source for question in asked])
        figures = _figures(fmean(ours), fmean(theirs), fmean(gained), interval)
        rows.append((f"{len(asked)} hand-written", side, *figures))
    return rows


def gains(embedder: Embedder, pool: Sequence[Chunk], asked: Sequence[Question]) -> dict[str, list[float]]:
    """nDCG@10 of each question, by side."""
    chunks = [replace(chunk, id=number) for number, chunk in enumerate(pool)]
    vectors = embedder.embed_passages([chunk.passage for chunk in chunks])
    searcher, _ = search_over(embedder, chunks, vectors)
    found: dict[str, list[float]] = {side: [] for side in SIDES}
    for question in asked:
        for side, weight in SIDES.items():
            hits = searcher.search(question.text, DEPTH, lexical_weight=weight)
            passages = [Passage(hit.chunk.source, hit.text) for hit in hits]
            found[side].append(ndcg(question.found(passages), question.wanted, DEPTH))
    return found


def _figures(
    candidate: float, in_use: float, value: float, interval: Sequence[float], **_: object
) -> tuple[str, str, str]:
    low, high = interval
    return f"{in_use:.3f}", f"{candidate:.3f}", f"{value:+.3f} ({low:+.3f} to {high:+.3f})"


if __name__ == "__main__":
    main()
