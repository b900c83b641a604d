"""The static embedder that ships: `python -m finetune.shipped.static PARALLEL --work … --out …`.

Cross-lingual distillation (Reimers & Gurevych 2020, arXiv:2004.09813): an English teacher embeds the English
side of parallel text once; the student, a mean of token vectors and one linear layer, learns to give the
Turkish side and the English side the same vectors. Every step leaves its result in the work folder, and a run
that was cut goes on there. What it does not know: evaluation (`benchmarks/embedder.py`).
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError
from finetune.shipped.parallel import (
    NEVER_TRAINED,
    Pair,
    choose,
    held_out,
    passages,
    question_sources,
    read_pairs,
)
from finetune.shipped.student import Recipe, export, train, train_tokenizer
from finetune.shipped.teacher import embed_texts, teacher_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float16]

Say = Callable[[str], None]
"""Where a line about the progress goes."""


def data_arguments() -> argparse.ArgumentParser:
    """The part of a command line that tells the texts and the teacher."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("parallel", type=Path, help="folder of <source>.jsonl[.zst] files")
    parser.add_argument("--out", type=Path, required=True, help="folder for the finished model")
    parser.add_argument("--work", type=Path, required=True, help="folder for intermediate results, to resume")
    parser.add_argument("--exclude-docs", type=Path, help="documents that questions stand on")
    parser.add_argument("--exclude-questions", type=Path, nargs="*", default=[], help="the questions")
    parser.add_argument("--exclude-sources", nargs="*", default=sorted(NEVER_TRAINED))
    parser.add_argument("--cap", action="append", default=["ms-cpp-docs-tr=70000"], metavar="SOURCE=PAIRS")
    parser.add_argument("--passages", type=float, default=0.6, help="share of possible passages that is used")
    parser.add_argument("--texts", type=int, default=131_072, help="how many of the chosen texts; 0 is all")
    parser.add_argument("--teacher", default=teacher_folder(), help="sentence-transformers folder or name")
    parser.add_argument("--teacher-minutes", type=float, help="begin no part after this")
    return parser


def arguments() -> argparse.ArgumentParser:
    """The command line; defaults are the recipe of the shipped weights."""
    parser = argparse.ArgumentParser(
        prog="python -m finetune.shipped.static",
        description=__doc__.splitlines()[0],
        parents=[data_arguments()],
    )
    for name, value in asdict(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    return parser


def select(given: argparse.Namespace) -> list[Pair]:
    """The texts to train on in the order in which the teacher reads them; kept in the work folder.

    They are chosen anew if the arguments that they depend on have changed.
    """
    if given.exclude_questions and not given.exclude_docs:
        raise KilavuzError(
            "--exclude-questions için --exclude-docs ile belgelerin klasörü de verilmeli.",
            "--exclude-questions needs the folder of the documents too: give --exclude-docs.",
        )
    files = [str(file) for file in given.exclude_questions]
    made_by = [str(given.parallel), str(given.exclude_docs), files, given.exclude_sources, given.cap]
    made_by.append(given.passages)
    kept = given.work / "pairs.jsonl"
    if kept.exists():
        with kept.open(encoding="utf-8") as lines:
            if json.loads(next(lines)) == made_by:
                return [Pair(*json.loads(line)) for line in lines]
    documents, whole = held_out(given.exclude_docs or Path(), question_sources(given.exclude_questions))
    caps = {source: int(cap) for source, _, cap in (text.partition("=") for text in given.cap)}
    chosen = choose(read_pairs(given.parallel), documents, whole | set(given.exclude_sources), caps)
    chosen += list(passages(chosen, given.passages))
    random.Random(0).shuffle(chosen)
    given.work.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as out:
        out.write(json.dumps(made_by) + "\n")
        out.writelines(json.dumps([p.source, p.line, p.en, p.tr], ensure_ascii=False) + "\n" for p in chosen)
    unfinished.replace(kept)
    return chosen


def taught(pairs: list[Pair], given: argparse.Namespace, say: Say) -> "tuple[list[Pair], list[Vectors]]":
    """The pairs that the teacher has come to, and its vectors of their English side, in parts."""
    english = [pair.en for pair in pairs]
    vectors = embed_texts(english, given.teacher, given.work / "teacher", given.teacher_minutes, say)
    return pairs[: sum(map(len, vectors))], vectors


def run(make: Callable[[list[Pair], Say], None], given: argparse.Namespace) -> int:
    """Make a model from the pairs that the command line names; returns the exit code.

    `make` tells with the second argument what it does; the lines come with the seconds gone by.
    """
    started = time.monotonic()

    def say(line: str) -> None:
        sys.stderr.write(f"{time.monotonic() - started:7.1f} s  {line}\n")
        sys.stderr.flush()

    try:
        pairs = select(given)
        make(pairs[: given.texts or len(pairs)], say)
        say(f"written to {given.out}")
    except KilavuzError as error:
        sys.stderr.write(error.message.tr + "\n" + error.message.en + "\n")
        return 1
    return 0


def main(argv: list[str] | None = None) -> int:
    """Select, embed with the teacher, train the tokenizer and the student, export."""
    given = arguments().parse_args(argv)
    recipe = Recipe(**{name: getattr(given, name) for name in asdict(Recipe())})

    def make(pairs: list[Pair], say: Say) -> None:
        words = sum(pair.en.count(" ") + 1 for pair in pairs)
        say(f"{len(pairs)} texts with {words} English words chosen")
        tokenizer = train_tokenizer(pairs, recipe)
        say(f"tokenizer with {tokenizer.get_vocab_size()} tokens")
        pairs, vectors = taught(pairs, given, say)
        student = train(pairs, vectors, tokenizer, recipe, say)
        export(student, tokenizer, recipe, given.teacher, given.out)

    return run(make, given)


if __name__ == "__main__":
    sys.exit(main())
