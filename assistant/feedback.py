"""The turn log: every question with its hits, answer, versions and votes.

Votes can later train the retriever, so a turn keeps what produced it: the hits with ranks and scores and
their text, the embedder, the index and the generator. Votes name a turn and a target, and can be changed.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace

from assistant.catalogue import Catalogue, now
from assistant.errors import KilavuzError, Message
from assistant.records import Answer, Chunk, Citation, Conversation, Hit, Turn, Unsupported


class TurnLog:
    """Reads and writes turns and votes. `versions` gives the embedder and the index now in use."""

    def __init__(self, catalogue: Catalogue, versions: Callable[[], dict[str, str]]) -> None:
        self._catalogue = catalogue
        self._versions = versions

    def record(self, conversation: str, question: str, answer: Answer) -> Answer:
        """Keep a turn; returns the answer with its `turn` set."""
        detail = {
            "hits": [asdict(hit) for hit in answer.hits],
            "citations": [asdict(citation) for citation in answer.citations],
            "notice": asdict(answer.notice) if answer.notice else None,
            "searched": answer.searched,
            "within": answer.within,
            "unsupported": [asdict(claim) for claim in answer.unsupported],
        }
        with self._catalogue.change() as db:
            row = db.execute(
                "INSERT INTO turns (conversation, asked_at, question, answer, abstained, generator, seconds,"
                " versions, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    conversation, now(), question, answer.text, answer.abstained, answer.generator,
                    answer.seconds, json.dumps(self._versions()), json.dumps(detail, ensure_ascii=False),
                ),
            ).lastrowid  # fmt: skip
        return replace(answer, turn=row)

    def vote(self, turn: int, target: str, value: int) -> None:
        """Set a vote on "answer" or "hit:<index>": 1, -1, or 0 to take it back.

        Raises KilavuzError if there is no such turn or hit.
        """
        answer = self._answer(turn)
        targets = {"answer", *(f"hit:{i}" for i in range(len(answer.hits)))}
        if target not in targets or value not in (-1, 0, 1):
            raise KilavuzError(
                "Bu oy kaydedilemedi: yanıtta böyle bir kaynak yok; sayfayı yenileyip yeniden deneyin.",
                "This vote could not be kept: the answer has no such source; reload the page and try again.",
            )
        with self._catalogue.change() as db:
            db.execute("INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?)", (turn, target, value, now()))

    def votes(self, turn: int) -> dict[str, int]:
        """The votes on a turn by target, those taken back left out."""
        rows = self._catalogue.read("SELECT target, value FROM votes WHERE turn = ? AND value <> 0", (turn,))
        return {str(target): int(value) for target, value in rows}

    def conversation(self, id: str) -> list[Turn]:
        """The turns of a conversation in order."""
        rows = self._catalogue.read(
            f"SELECT {_COLUMNS} FROM turns WHERE conversation = ? AND NOT hidden ORDER BY id", (id,)
        )
        return [Turn(row[0], row[1], row[2], row[3], _read_answer(row)) for row in rows]

    def conversations(self, limit: int = 200) -> list[Conversation]:
        """The saved conversations, the one used last first."""
        rows = self._catalogue.read(
            "SELECT g.conversation, t.question, t.asked_at, g.turns FROM "
            "(SELECT conversation, min(id) AS first, max(id) AS last, count(*) AS turns FROM turns "
            " WHERE NOT hidden AND conversation <> '' GROUP BY conversation) g "
            "JOIN turns t ON t.id = g.first ORDER BY g.last DESC LIMIT ?",
            (limit,),
        )
        return [Conversation(*row) for row in rows]

    def delete_conversation(self, id: str) -> None:
        """Take a conversation out of the list; its votes still count for training."""
        with self._catalogue.change() as db:
            db.execute("UPDATE turns SET hidden = 1 WHERE conversation = ?", (id,))

    def _answer(self, turn: int) -> Answer:
        rows = self._catalogue.read(f"SELECT {_COLUMNS} FROM turns WHERE id = ?", (turn,))
        return _read_answer(rows[0]) if rows else Answer("")


_COLUMNS = "id, conversation, asked_at, question, answer, abstained, generator, seconds, detail"


def _read_answer(row: tuple[object, ...]) -> Answer:
    id, _, _, _, text, abstained, generator, seconds, detail = row
    kept = json.loads(str(detail))
    return Answer(
        text=str(text),
        hits=tuple(_read_hit(hit) for hit in kept["hits"]),
        citations=tuple(Citation(**citation) for citation in kept["citations"]),
        abstained=bool(abstained),
        generator=str(generator),
        notice=Message(**kept["notice"]) if kept["notice"] else None,
        seconds=float(str(seconds)),
        turn=int(str(id)),
        searched=kept.get("searched", ""),  # turns of earlier versions have none of these
        within=tuple(kept.get("within", ())),
        unsupported=tuple(
            Unsupported(one["start"], one["end"], tuple(one["missing"]))
            for one in kept.get("unsupported", ())
        ),
    )


def _read_hit(kept: dict[str, object]) -> Hit:
    chunk = dict(kept.pop("chunk"))  # type: ignore[call-overload]
    chunk["headings"] = tuple(chunk["headings"])
    copies: list[str] = kept.pop("copies", [])  # type: ignore[assignment]
    return Hit(Chunk(**chunk), **kept, copies=tuple(copies))  # type: ignore[arg-type]
