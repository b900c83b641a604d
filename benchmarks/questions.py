"""Question sets, the rule that judges what was found, and the forms in which people type.

Two kinds of sets: files with one question a line (id, question, kind, source, evidence, previous) about
documents in a folder, and sets in SQuAD format (XQuAD, TQuAD), where each paragraph is a document of its own
and the one that a question was written for is right. Knows nothing of how anything is searched.
"""

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assistant.metrics import coverage

FORMS: dict[str, Callable[[str], str]] = {
    "native": str,
    "ASCII": lambda text: text.translate(str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU")),
    "CAPITALS": lambda text: text.replace("i", "İ").replace("ı", "I").upper(),
}
"""A question as written, as typed on a keyboard without Turkish letters, and in Turkish capitals."""

LENGTH = 2000
"""Characters of a passage that are judged."""

COVERED, COPIED = 0.6, 0.9
"""Share of a piece of evidence's 8-grams that a passage must hold, from the right document and from any."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that was found or can be; `source` is its document's path below the folder (POSIX, NFC)."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what answers it: `evidence` quoted from the document `source`, or all of it if empty.

    `before` are the questions that it follows in a conversation, the first one first.
    """

    text: str
    source: str
    evidence: tuple[str, ...] = ()
    kind: str = ""
    before: tuple[str, ...] = ()
    id: str = ""

    @property
    def wanted(self) -> int:
        """The number of pieces of evidence."""
        return len(self.evidence) or 1

    def typed(self, form: Callable[[str], str]) -> "Question":
        """The same question in one of `FORMS`, with those before it."""
        return replace(self, text=form(self.text), before=tuple(map(form, self.before)))

    def is_from(self, source: str) -> bool:
        """Whether this is the path of the right document, below whatever folder."""
        right = PurePosixPath(self.source).parts
        return PurePosixPath(source).parts[-len(right) :] == right

    def found(self, passages: Sequence[Passage]) -> list[set[int]]:
        """The pieces of evidence that each passage holds."""
        return [self._pieces(passage) for passage in passages]

    def _pieces(self, passage: Passage) -> set[int]:
        right = self.is_from(passage.source)
        if not self.evidence:
            return {0} if right else set()
        enough = COVERED if right else COPIED
        text = passage.text[:LENGTH]
        return {i for i, piece in enumerate(self.evidence) if coverage(text, piece) >= enough}


def read_questions(files: Sequence[Path]) -> list[Question]:
    """The questions of files with one a line; those without evidence are left out: nothing is to be found."""
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line]
    asked = {line["id"]: line for line in lines}

    def before(line: dict[str, str]) -> tuple[str, ...]:
        earlier = asked.get(line.get("previous") or "")
        return (*before(earlier), earlier["question"]) if earlier else ()

    return [
        Question(
            line["question"],
            unicodedata.normalize("NFC", line["source"]),
            tuple(line["evidence"]),
            line["kind"],
            before(line),
            line["id"],
        )
        for line in lines
        if line["evidence"]
    ]


def read_squad(file: Path) -> tuple[list[Passage], list[Question]]:
    """The distinct paragraphs of a set in SQuAD format, named by number from 1, and its questions."""
    numbers: dict[str, int] = {}
    questions = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            number = numbers.setdefault(paragraph["context"], len(numbers) + 1)
            questions += [Question(asked["question"], str(number)) for asked in paragraph["qas"]]
    return [Passage(str(number), text) for text, number in numbers.items()], questions
