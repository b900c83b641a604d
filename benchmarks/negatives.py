"""What hard negatives give a training: none, found automatically, or those of the round's own mining.

    kilavuz --home HOME ingest DOCUMENTS && kilavuz --home HOME finetune
    python benchmarks/negatives.py HOME > benchmarks/negatives.md

The seeds' three-way comparison, on triples, test questions and pool of the last round of HOME, with
the shipped embedder as base: "none" trains on the other passages of a batch alone, "automatic" adds what
`kilavuz finetune --data-path` finds for questions that come without negatives, "explicit" what the triples
bring along. nDCG@10 of the test questions; in brackets the 95 % interval of the difference to the base, by
bootstrap over documents.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.embedder import DEEP, QUICK, load_embedder
from assistant.layered_embedder import load_layered
from assistant.records import Chunk
from assistant.word_sketch import load_sketch
from finetune.compare import SIDES, evaluate
from finetune.gate import difference
from finetune.known_vectors import KnownVectors
from finetune.mined import with_negatives
from finetune.presets import settings_from
from finetune.records import Triple
from finetune.rounds import last_round, read_rows
from finetune.train import train


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("home", type=Path)
    home = parser.parse_args().home
    one = last_round(home)
    if one is None:
        parser.error(f"{home} has no round")
    rows, dev, test = (read_rows(one.folder / f"{part}.jsonl", Triple) for part in ("train", "dev", "test"))
    pool = read_rows(one.folder / "pool.jsonl", Chunk)
    base = evaluate(load_embedder(""), test, pool)
    known = KnownVectors(load_layered(DEEP))  # the layers read each text once for all three
    print("# Hard negatives\n\nMade by `benchmarks/negatives.py`, which tells what is compared.\n")
    print(f"{len(rows)} triples, {len(test)} test questions, {len(pool)} passages.\n")
    print("| negatives | a question | dense | hybrid |\n|---|---:|---:|---:|")
    print(f"| (base) | | {base.mean('dense', 'ndcg@10'):.3f} | {base.mean('hybrid', 'ndcg@10'):.3f} |")
    for way, triples in ways(rows).items():
        with tempfile.TemporaryDirectory() as folder:
            settings = settings_from({"model_name": "", "hard_negatives": way != "none"})
            words = load_sketch(one.folder)
            made = train(settings, triples, dev, Path(folder), known=known, words=words)
            found = evaluate(load_embedder(str(made.folder)), test, pool)
        each = sum(len(row.negatives) for row in triples) / len(triples)
        cells = [difference(found, base, side) for side in SIDES]
        shown = [
            f"{cell.candidate:.3f} {cell.value:+.3f} ({cell.interval[0]:+.3f} to {cell.interval[1]:+.3f})"
            for cell in cells
        ]
        print(f"| {way} | {each:.1f} | " + " | ".join(shown) + " |", flush=True)


def ways(rows: Sequence[Triple]) -> dict[str, list[Triple]]:
    """The same questions with each kind of negatives."""
    bare = [replace(row, negatives=()) for row in rows]
    mined = with_negatives(bare, 3, load_embedder(QUICK), lambda done, total, name: None)
    return {"none": bare, "automatic": list(mined), "explicit": list(rows)}


if __name__ == "__main__":
    main()
