"""Commands on question files: `--questions` and `--out` of search, ask and intent.

What the lines of the files are is known to `batch.py`; here they are read, asked and written.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError, Message
from ui import terminal

if TYPE_CHECKING:
    from assistant.intents import Intents
    from ui.batch import Key, Question
    from ui.client import Client
    from ui.service import Service


def answer_file(
    language: str, args: argparse.Namespace, desk: "Service | Client", within: Sequence[str]
) -> None:
    """Search or ask, as the command says, every question, limited to the documents and folders `within`.

    Raises KilavuzError for a file that won't do.
    """
    from ui.batch import read_questions, run_batch, write_results

    questions = read_questions(args.questions)
    keep_apart(args.out, [args.questions])
    tell_orphans(questions, language)
    with terminal.progress_bar(Message("Sorular", "Questions"), language) as step:
        answers = args.command == "ask"
        results = run_batch(questions, desk, answers=answers, within=within, progress=step)
        write_results(args.out, results)


def match_file(intents: "Intents", args: argparse.Namespace) -> None:
    """The intent of every question. Raises KilavuzError for a file that won't do."""
    from ui.batch import read_questions, run_intents, write_results

    questions = read_questions(args.questions)
    keep_apart(args.out, [args.questions])
    write_results(args.out, run_intents(questions, intents.match))


def tell_orphans(questions: "Mapping[Key, Question]", language: str) -> None:
    """Say which questions follow one that is not there."""
    from ui.batch import orphans

    if lost := orphans(questions):
        terminal.complain(
            Message(
                f"{len(lost)} sorunun önceki sorusu dosyada yok (ilki {lost[0].line}. satırda); bunlar "
                "geçmişsiz soruluyor.",
                f"{len(lost)} questions follow one that is not in the file (first: line {lost[0].line}); "
                "they are asked without it.",
            ),
            language,
        )


def keep_apart(out: Path, read: Sequence[Path]) -> None:
    """Refuse to write the results over a file that is read."""
    if out.exists() and any(out.samefile(path) for path in read):
        raise KilavuzError(
            "Sonuçlar, okunan bir dosyanın üstüne yazılamaz; --out için başka bir dosya adı verin.",
            "The results cannot replace a file that is read; give another one for --out.",
        )
