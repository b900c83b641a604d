"""Question sets, and the forms in which people type.

Two kinds of sets: files with one question a line (id, question, kind, source, evidence, previous) about
documents in a folder, and sets in SQuAD format (XQuAD, TQuAD), where each paragraph is a document of its own
and the one that a question was written for is right. Knows nothing of how anything is searched.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.judge import Passage, Question
from ui.batch import read_questions as read_lines
from ui.evaluate import expected

FORMS: dict[str, Callable[[str], str]] = {
    "native": str,
    "ASCII": lambda text: text.translate(str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU")),
    "CAPITALS": lambda text: text.replace("i", "İ").replace("ı", "I").upper(),
}
"""A question as written, as typed on a keyboard without Turkish letters, and in Turkish capitals."""


def typed(question: Question, form: Callable[[str], str]) -> Question:
    """The same question in one of `FORMS`, with those before it."""
    return replace(question, text=form(question.text), before=tuple(map(form, question.before)))


def read_questions(files: Sequence[Path]) -> list[Question]:
    """The questions of files with one a line; those that nothing is to be found for are left out."""
    return [question for question in expected(read_lines(*files)) if question.source]


def read_squad(file: Path) -> tuple[list[Passage], list[Question]]:
    """The distinct paragraphs of a set in SQuAD format, named by number from 1, and its questions."""
    numbers: dict[str, int] = {}
    questions = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            number = numbers.setdefault(paragraph["context"], len(numbers) + 1)
            questions += [Question(asked["question"], str(number)) for asked in paragraph["qas"]]
    return [Passage(str(number), text) for text, number in numbers.items()], questions
