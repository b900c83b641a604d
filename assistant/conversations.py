"""The saved conversations: their names, finding them, deleting with a way back, and branches.

A conversation is the turns that bear its id (see `feedback.py`); here it gets a name, and is hidden or shown
as a whole. A branch begins with copies of another's turns, so each of the two can go on, or go, without the
other. What is another owner's (`owners.py`) is not there.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import uuid4

from assistant.catalogue import Catalogue
from assistant.owners import MINE, NOBODY, Owner, gone
from assistant.records import Conversation
from assistant.turkish import fold

LONGEST_NAME = 120
"""Characters of a name."""

_AROUND = 28  # characters shown before what was found
_SHOWN = 110
_REMEMBERED = 20_000  # turns whose folded text is kept, so that a search reads no text twice


class Conversations:
    """Lists, finds and changes an owner's conversations. Safe to call from several threads."""

    def __init__(self, catalogue: Catalogue, owner: Owner = NOBODY) -> None:
        self._catalogue = catalogue
        self._mine = owner.names
        self._owner = owner
        self._folded: dict[int, str] = {}

    def of(self, owner: Owner) -> "Conversations":
        """Those of another owner."""
        others = Conversations(self._catalogue, owner)
        others._folded = self._folded
        return others

    def all(self, limit: int = 200) -> list[Conversation]:
        """The conversations, the one used last first."""
        return [Conversation(*row) for row in self._listed(limit)]

    def find(self, wanted: str, limit: int = 200) -> list[Conversation]:
        """Those that hold every word of `wanted` in name, questions and answers, the one used last first.

        Words are compared folded (`turkish.fold`) and may be parts of words. `Conversation.found` is the text
        around the first word, "" where the title has it. All of them if `wanted` has no word.
        """
        words = fold(wanted).split()
        if not words:
            return self.all(limit)
        return list(islice(self._found(words), limit))

    def get(self, id: str) -> Conversation | None:
        """One conversation; None if there is no such or it is deleted."""
        rows = self._catalogue.read(_LISTED.replace("<> ''", "= ?"), (*self._mine, id))
        return Conversation(*rows[0]) if rows and id else None

    def rename(self, id: str, name: str) -> None:
        """Give a conversation a name; an empty one brings its first question back as its title.

        Raises KilavuzError if there is no such conversation.
        """
        name = " ".join(name.split())[:LONGEST_NAME]
        with self._catalogue.change() as db:
            there = f"SELECT 1 FROM turns WHERE conversation = ? AND {MINE} LIMIT 1"
            if not db.execute(there, (id, *self._mine)).fetchone():
                raise gone()
            db.execute("INSERT OR REPLACE INTO conversation_names VALUES (?, ?)", (id, name))

    def delete(self, id: str) -> None:
        """Take a conversation out of the list; its votes still count for training."""
        self._hide(id, True)

    def closed(self, id: str) -> bool:
        """Whether nothing can be asked in this conversation: it was deleted, or is another's."""
        closed = f"SELECT 1 FROM turns WHERE conversation = ? AND (hidden OR NOT {MINE}) LIMIT 1"
        return bool(self._catalogue.read(closed, (id, *self._mine)))

    def restore(self, id: str) -> None:
        """Bring a deleted conversation back."""
        self._hide(id, False)

    def branch(self, id: str, turn: int) -> str:
        """A new conversation with copies of the turns before this one, and its id; votes stay where they are.

        It belongs to who makes it. Raises KilavuzError if the conversation has no such turn.
        """
        new = uuid4().hex
        with self._catalogue.change() as db:
            there = f"SELECT 1 FROM turns WHERE conversation = ? AND id = ? AND {MINE} AND NOT hidden"
            if not db.execute(there, (id, turn, *self._mine)).fetchone():
                raise gone()
            db.execute(
                f"INSERT INTO turns (conversation, copy_of, owner, {_COPIED})"
                f" SELECT ?, coalesce(copy_of, id), ?, {_COPIED}"
                f" FROM turns WHERE conversation = ? AND id < ? AND {MINE} AND NOT hidden ORDER BY id",
                (new, self._owner.name, id, turn, *self._mine),
            )
        return new

    def _hide(self, id: str, hidden: bool) -> None:
        with self._catalogue.change() as db:
            own = f"UPDATE turns SET hidden = ? WHERE conversation = ? AND {MINE}"
            db.execute(own, (hidden, id, *self._mine))

    def _listed(self, limit: int = -1) -> list[tuple[Any, ...]]:
        return self._catalogue.read(f"{_LISTED} LIMIT ?", (*self._mine, limit))

    def _found(self, words: list[str]) -> Iterator[Conversation]:
        turns: dict[str, list[tuple[int, str, str]]] = {}
        for id, conversation, question, answer in self._catalogue.read(
            "SELECT id, conversation, question, answer FROM turns"
            f" WHERE {MINE} AND NOT hidden AND conversation <> '' ORDER BY id",
            self._mine,
        ):
            turns.setdefault(conversation, []).append((id, question, answer))
        for row in self._listed():
            one = Conversation(*row)
            texts = turns.get(one.id, [])
            title = fold(one.title)
            folded = [self._fold(id, f"{question}\n{answer}") for id, question, answer in texts]
            if all(word in title or any(word in text for text in folded) for word in words):
                yield one if words[0] in title else replace(one, found=_around(texts, folded, words[0]))

    def _fold(self, turn: int, text: str) -> str:
        if len(self._folded) > _REMEMBERED:
            self._folded.clear()
        if (folded := self._folded.get(turn)) is None:
            folded = self._folded[turn] = fold(text)
        return folded


_COPIED = "asked_at, question, answer, abstained, generator, seconds, versions, detail"
_LISTED = (
    "SELECT g.conversation, coalesce(nullif(n.name, ''), t.question), t.asked_at, g.turns FROM "
    "(SELECT conversation, min(id) AS first, max(id) AS last, count(*) AS turns FROM turns "
    f" WHERE {MINE} AND NOT hidden AND conversation <> '' GROUP BY conversation) g "
    "JOIN turns t ON t.id = g.first LEFT JOIN conversation_names n ON n.conversation = g.conversation "
    "ORDER BY g.last DESC"
)


def _around(turns: list[tuple[int, str, str]], folded: list[str], word: str) -> str:
    """A stretch of the text that holds the word, in one line."""
    for (_, question, answer), text in zip(turns, folded, strict=True):
        if word in text:
            plain = " ".join(f"{question} {answer}".split())
            start = max(0, _place(plain, word) - _AROUND)
            cut = plain[start : start + _SHOWN]
            return ("…" if start else "") + cut + ("…" if start + _SHOWN < len(plain) else "")
    return ""


def _place(text: str, word: str) -> int:
    """Where the folded word stands in the text as it is: folding changes lengths, so signs are counted."""
    places: list[int] = []
    signs: list[str] = []
    for at, sign in enumerate(text):
        plain = fold(sign)
        signs.append(plain)
        places += [at] * len(plain)
    found = "".join(signs).find(word)
    return places[found] if found >= 0 else 0
