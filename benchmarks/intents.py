"""Measures how well intents are told apart, for `python -m benchmarks.intents FILE …`.

Each file has one JSON object a line with `utterance` and `intent`. Prints the accuracy in scope (all intents
but out_of_scope), the recall out of scope, where the wrong ones went, and how often a confidence is right. A
line without an intent, such as a question of the development sets, counts as a question about the
documents: then the share of those that were taken for small talk or for out of scope is printed.
"""

import json
import sys
import time
from collections import Counter
from itertools import groupby
from pathlib import Path

from assistant.embedder import QUICK, load_embedder
from assistant.intents import AWAY, load_intents
from assistant.intents import OUTSIDE as OUT


def main(paths: list[str]) -> None:
    """Measure each file with the quick embedder and the shipped examples."""
    embedder = load_embedder(QUICK)
    start = time.perf_counter()
    intents = load_intents(embedder)
    print(f"fitted in {time.perf_counter() - start:.2f} s")
    for path in paths:
        rows = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()]
        start = time.perf_counter()
        said = [intents.match(row.get("utterance") or row["question"]) for row in rows]
        seconds = time.perf_counter() - start
        print(f"\n{path}: {len(rows)} utterances, {1000 * seconds / len(rows):.2f} ms each")
        if "intent" in rows[0]:
            told = [(row["intent"], one.name, one.confidence) for row, one in zip(rows, said, strict=True)]
            report(told)
        away = [
            (one.name, row)
            for row, one in zip(rows, said, strict=True)
            if "intent" not in row and one.name in AWAY
        ]
        for name, row in away:
            print(f"    {name}: {row['question']}")
        if "intent" not in rows[0]:
            print(f"  taken for small talk or out of scope: {len(away)} of {len(rows)}")


def report(told: list[tuple[str, str, float]]) -> None:
    """Print the figures of (intent, what it was taken for, confidence)."""
    inside = [right == name for right, name, _ in told if right != OUT]
    outside = [name == OUT for right, name, _ in told if right == OUT]
    wrongly = sum(right != OUT and name == OUT for right, name, _ in told)
    print(f"  accuracy in scope    {sum(inside) / max(1, len(inside)):.3f} of {len(inside)}")
    print(f"  recall out of scope  {sum(outside) / max(1, len(outside)):.3f} of {len(outside)}")
    print(f"  wrongly out of scope {wrongly}")
    for right, rows in groupby(sorted(told), key=lambda row: row[0]):
        taken = Counter(name for _, name, _ in rows)
        wrong = ", ".join(f"{name} {count}" for name, count in taken.most_common() if name != right)
        print(f"  {right:15} {taken[right]:3} of {taken.total():3}   {wrong}")
    print("  confidence       right   of")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        bin = [
            right == name for right, name, sure in told if low <= sure < low + 0.2 or sure == low + 0.2 == 1
        ]
        if bin:
            print(f"  {low:.1f} to {low + 0.2:.1f}       {sum(bin) / len(bin):.2f}   {len(bin):4}")


if __name__ == "__main__":
    main(sys.argv[1:])
