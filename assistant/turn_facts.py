"""What the turn log says about all turns at once: who asked what when, what was cited, how it was voted.

`feedback.py` keeps turns and reads one conversation; here all are read, without passages and answers. A turn
never changes, so each is read once; later calls read what has come since.
"""

import json
import threading
from collections.abc import Iterator

from assistant.catalogue import Catalogue
from assistant.quality import Asked, Vote

_AT_ONCE = 200
"""Turns read in one query: a turn's row holds its passages, and the chat waits for the lock meanwhile."""


class TurnFacts:
    """Reads the facts of all turns. Safe to share between threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._asked: list[Asked] = []

    def asked(self) -> list[Asked]:
        """All turns, oldest first, small talk too; those of deleted conversations without their wording."""
        with self._lock:
            self._asked.extend(self._newer(self._asked[-1].turn if self._asked else 0))
            known = list(self._asked)
        hidden = {id for (id,) in self._catalogue.read("SELECT id FROM turns WHERE hidden")}
        return [one.unworded() if one.turn in hidden else one for one in known]

    def votes(self) -> list[Vote]:
        """All votes that stand, oldest first."""
        rows = self._catalogue.read(
            "SELECT turn, target, value, voted_at FROM votes WHERE value <> 0 ORDER BY voted_at, turn, target"
        )
        return [Vote(*row) for row in rows]

    def _newer(self, last: int) -> Iterator[Asked]:
        while rows := self._catalogue.read(_FACTS, (last, _AT_ONCE)):
            for id, conversation, at, question, abstained, generator, seconds, owner, cited in rows:
                sources = tuple(dict.fromkeys(json.loads(cited)))
                yield Asked(id, conversation, at, question, not abstained, generator, seconds, sources, owner)
            last = rows[-1][0]


# The sources of what an answer cites, found by SQLite: to read the passages here takes four times as long.
_FACTS = """
SELECT id, conversation, asked_at, question, abstained, generator, seconds, owner,
       (SELECT json_group_array(json_extract(
            detail, '$.hits[' || json_extract(one.value, '$.hit') || '].chunk.source'))
        FROM json_each(detail, '$.citations') one)
FROM turns WHERE id > ? ORDER BY id LIMIT ?"""
