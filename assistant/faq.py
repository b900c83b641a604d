"""The user's own questions and answers, `sss.toml` in the home, looked at before the documents.

    [[sss]]
    soru = ["Parolamı nasıl sıfırlarım?", "Parolamı unuttum"]   # one or several ways of asking
    yanit = "Giriş sayfasındaki bağlantıyı kullanın."
    kaynak = "BT el kitabı, s. 4"

An answer is given only to a question that is nearly one of these: a wrong one would be given with full
confidence. What is asked in other words goes to the documents; add that way of asking to the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.forms import asked_forms
from assistant.turkish import STOP_KEYS
from assistant.user_file import broken, line_of_table, read_toml
from assistant.wording import keys

if TYPE_CHECKING:
    from assistant.embedder import Embedder

USER_FILE = "sss.toml"
"""Name of the file in the home."""

ENOUGH = 0.8
"""The mean of shared words and cosine similarity from which on two questions are the same."""

PARTICLE = 0.3
"""Worth of a word that says nothing about the subject; others count 1."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer with its source and the ways of asking for it."""

    questions: tuple[str, ...]
    answer: str
    source: str


class Faq:
    """Finds the entry that answers a question; made by `load_faq`."""

    def __init__(self, entries: Sequence[Entry], embedder: "Embedder") -> None:
        self._embedder = embedder
        self._asked = [(question, entry) for entry in entries for question in entry.questions]
        self._vectors = embedder.embed_passages([question for question, _ in self._asked])

    def match(self, question: str) -> Entry | None:
        """The entry that is asked for in nearly these words, if there is one."""
        if not self._asked:
            return None
        near = self._vectors @ self._embedder.embed_passages([question])[0]
        scores = [
            (_shared(question, known) + float(cosine)) / 2
            for (known, _), cosine in zip(self._asked, near, strict=True)
        ]
        best = max(range(len(scores)), key=scores.__getitem__)
        return self._asked[best][1] if scores[best] >= ENOUGH else None


def load_faq(path: Path, embedder: "Embedder") -> Faq:
    """The questions and answers in the file; none if there is no such file.

    Raises KilavuzError, with the line, if the file is not as it should be.
    """
    if not path.exists():
        return Faq((), embedder)
    found, text = read_toml(path)
    for name in found:
        if name != "sss" or not isinstance(found[name], list):
            raise broken(
                path,
                line_of_table(text, name),
                "her soru [[sss]] satırıyla başlamalı, altında soru, yanit ve kaynak olmalı",
                "every question begins with a line [[sss]], with soru, yanit and kaynak below it",
            )
    entries = []
    for nth, fields in enumerate(found.get("sss", []), 1):
        if (entry := _entry(fields)) is None:
            raise broken(
                path,
                line_of_table(text, "sss", nth),
                "bu kayıtta soru, yanit ve kaynak tırnak içinde yazılmış olmalı",
                "this entry needs soru, yanit and kaynak, each in quotes",
            )
        entries.append(entry)
    return Faq(entries, embedder)


def _entry(fields: object) -> Entry | None:
    """The entry that was written; None if something in it is missing or empty."""
    if not isinstance(fields, dict):
        return None
    asked, answer, source = (fields.get(name) for name in ("soru", "yanit", "kaynak"))
    questions = asked if isinstance(asked, list) else [asked]
    if not questions or not all(isinstance(one, str) and keys(one) for one in (*questions, answer, source)):
        return None
    return Entry(tuple(map(str, questions)), str(answer), str(source))


def _shared(question: str, other: str) -> float:
    """How many words two questions share, in 0..1; 0 if they ask for other things or other numbers."""
    one, two = keys(question), keys(other)
    if asked_forms(question) != asked_forms(other) or _exact(one) != _exact(two):
        return 0.0

    def weight(words: set[str]) -> float:
        return sum(PARTICLE if word in STOP_KEYS else 1.0 for word in words)

    return 2 * weight(one & two) / (weight(one) + weight(two))


def _exact(words: set[str]) -> set[str]:
    """Numbers and codes, which must be the same."""
    return {word for word in words if not word.isalpha()}
