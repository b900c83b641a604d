"""The turn log: every question with its hits, answer, versions and votes.

Votes can later train the retriever, so a turn keeps what produced it: the hits with ranks and scores and
their text, the embedder, the index and the generator. Votes name a turn and a target, and can be changed.
What is another owner's (`owners.py`) is not there, but for what trains the retriever: `voted`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

from assistant.catalogue import Catalogue, now
from assistant.errors import KilavuzError, Message
from assistant.owners import MINE, NOBODY, Owner, gone
from assistant.records import Answer, Chunk, Citation, Hit, Turn, Unsupported


class TurnLog:
    """Reads and writes an owner's turns and votes. `versions` gives the embedder and the index now in use."""

    def __init__(
        self, catalogue: Catalogue, versions: Callable[[], dict[str, str]], owner: Owner = NOBODY
    ) -> None:
        self._catalogue = catalogue
        self._versions = versions
        self._owner = owner

    def of(self, owner: Owner) -> "TurnLog":
        """The same log for another owner."""
        return TurnLog(self._catalogue, self._versions, owner)

    def record(self, conversation: str, question: str, answer: Answer) -> Answer:
        """Keep a turn; returns the answer with its `turn` set.

        It gets the owner of the conversation that it goes on with. Raises KilavuzError if that is another's.
        """
        detail = {
            "hits": [asdict(hit) for hit in answer.hits],
            "citations": [asdict(citation) for citation in answer.citations],
            "notice": asdict(answer.notice) if answer.notice else None,
            "searched": answer.searched,
            "within": answer.within,
            "unsupported": [asdict(claim) for claim in answer.unsupported],
        }
        with self._catalogue.change() as db:
            goes_on = "SELECT owner FROM turns WHERE conversation = ? AND conversation <> '' LIMIT 1"
            (owner,) = db.execute(goes_on, (conversation,)).fetchone() or (self._owner.name,)
            if owner not in self._owner.names:
                raise gone()
            row = db.execute(
                "INSERT INTO turns (conversation, asked_at, question, answer, abstained, generator, seconds,"
                " versions, detail, owner, hidden) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                " EXISTS (SELECT 1 FROM turns WHERE conversation = ? AND hidden))",
                (
                    conversation, now(), question, answer.text, answer.abstained, answer.generator,
                    answer.seconds, json.dumps(self._versions()), json.dumps(detail, ensure_ascii=False),
                    owner, conversation,  # one that was deleted while the answer was written stays deleted
                ),
            ).lastrowid  # fmt: skip
        return replace(answer, turn=row)

    def vote(self, turn: int, target: str, value: int) -> None:
        """Set a vote on a target of the turn: 1, -1, or 0 to take it back.

        Raises KilavuzError if there is no such turn or target.
        """
        if target not in self.targets(turn) or value not in (-1, 0, 1):
            raise KilavuzError(
                "Bu oy kaydedilemedi: yanıtta böyle bir kaynak yok; sayfayı yenileyip yeniden deneyin.",
                "This vote could not be kept: the answer has no such source; reload the page and try again.",
            )
        with self._catalogue.change() as db:
            db.execute("INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?)", (turn, target, value, now()))

    def targets(self, turn: int) -> frozenset[str]:
        """What can be judged: "answer", "evidence" (the sources as a whole) and each "hit:<index>".

        Nothing of a turn that there is not.
        """
        answer = self._answer(turn)
        if answer.turn is None:
            return frozenset()
        whole = {"answer", "evidence"} if answer.hits else {"answer"}
        return frozenset(whole | {f"hit:{i}" for i in range(len(answer.hits))})

    def votes(self, turn: int) -> dict[str, int]:
        """The votes on a turn by target, those taken back left out."""
        own = f"SELECT id FROM turns WHERE id = ? AND {MINE}"
        rows = self._catalogue.read(
            f"SELECT target, value FROM votes WHERE turn = ({own}) AND value <> 0", (turn, *self._owner.names)
        )
        return {str(target): int(value) for target, value in rows}

    def voted(self) -> Iterator[tuple[Turn, dict[str, int]]]:
        """Everybody's turns with votes or passages pointed out, and the votes, oldest first.

        Those of deleted conversations, too.
        """
        ids = self._catalogue.read(
            "SELECT turn FROM votes WHERE value <> 0 "
            "UNION SELECT turn FROM pointed WHERE value = 1 ORDER BY turn"
        )
        for (id,) in ids:
            votes = self._catalogue.read(
                "SELECT target, value FROM votes WHERE turn = ? AND value <> 0", (id,)
            )
            for row in self._catalogue.read(f"SELECT {_COLUMNS} FROM turns WHERE id = ?", (id,)):
                yield Turn(row[0], row[1], row[2], row[3], _read_answer(row)), dict(votes)

    def conversation(self, id: str) -> list[Turn]:
        """The turns of a conversation in order."""
        rows = self._catalogue.read(
            f"SELECT {_COLUMNS} FROM turns WHERE conversation = ? AND {MINE} AND NOT hidden ORDER BY id",
            (id, *self._owner.names),
        )
        return [Turn(row[0], row[1], row[2], row[3], _read_answer(row)) for row in rows]

    def _answer(self, turn: int) -> Answer:
        rows = self._catalogue.read(
            f"SELECT {_COLUMNS} FROM turns WHERE id = ? AND {MINE}", (turn, *self._owner.names)
        )
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
