"""What users say of a turn beside their votes: why they voted so, and which passage is the right one.

A remark belongs to the target of a vote (`TurnLog.targets`): one of a few reasons and free text. A passage
can be pointed out for a question whether it was among the hits or not; it is kept with its text, since chunks
get other ids when their document is read again. Both can be changed and taken back. Those of another owner's
turns (`owners.py`) are not there, but for what trains the retriever: `all_pointed`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from assistant.catalogue import Catalogue, now
from assistant.errors import KilavuzError
from assistant.feedback import TurnLog
from assistant.owners import MINE, NOBODY, Owner
from assistant.records import Chunk

REASONS = {
    "answer": ("wrong", "incomplete", "off topic", "unclear", "contradicts the source"),
    "evidence": ("wrong document", "wrong place", "outdated", "not in the documents"),
    "hit": ("off topic", "outdated", "hard to read"),
}
"""Reasons by the kind of target, for votes against it."""

_OWN = f"SELECT id FROM turns WHERE id = ? AND {MINE}"

MOST_TEXT = 2000
"""Characters of free text; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a vote is as it is; either may be empty."""

    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pointed:
    """A passage that was pointed out as the right one for the question of a turn."""

    turn: int
    chunk: Chunk


class Remarks:
    """Reads and writes an owner's remarks and pointed-out passages.

    `versions` gives what searches are made with now.
    """

    def __init__(
        self, catalogue: Catalogue, versions: Callable[[], dict[str, str]], owner: Owner = NOBODY
    ) -> None:
        self._catalogue = catalogue
        self._versions = versions
        self._owner = owner
        self._turns = TurnLog(catalogue, versions, owner)

    def remark(self, turn: int, target: str, remark: Remark) -> None:
        """Keep why a vote on the target is as it is, in place of an earlier remark.

        An empty one takes it back. Raises KilavuzError if there is no such turn, target or reason.
        """
        reasons = REASONS[target.partition(":")[0]] if target in self._turns.targets(turn) else ()
        if not reasons or remark.reason not in ("", *reasons):
            raise KilavuzError(
                "Görüşünüz kaydedilemedi: böyle bir yanıt ya da kaynak yok; sayfayı yenileyip yeniden "
                "deneyin.",
                "Your remark could not be kept: there is no such answer or source; reload the page and try "
                "again.",
            )
        text = remark.text.strip()[:MOST_TEXT]
        with self._catalogue.change() as db:
            db.execute(
                "INSERT OR REPLACE INTO remarks VALUES (?, ?, ?, ?, ?)",
                (turn, target, remark.reason, text, now()),
            )

    def remarks(self, turn: int) -> dict[str, Remark]:
        """The remarks on a turn by target, those taken back left out."""
        rows = self._catalogue.read(
            "SELECT target, reason, text FROM remarks"
            f" WHERE turn = ({_OWN}) AND (reason <> '' OR text <> '')",
            (turn, *self._owner.names),
        )
        return {target: Remark(reason, text) for target, reason, text in rows}

    def point_out(self, turn: int, chunk: Chunk, right: bool = True, searched: str = "") -> None:
        """Keep that this passage is the right one for the turn's question; with `right` False no longer.

        `searched` is what the user searched for to find it, "" if it was among the hits. Raises KilavuzError
        if there is no such turn.
        """
        if not self._turns.targets(turn):
            raise KilavuzError(
                "Kaynak işaretlenemedi: bu soru artık kayıtlı değil; sayfayı yenileyin.",
                "The source could not be pointed out: this question is no longer kept; reload the page.",
            )
        kept = json.dumps(asdict(chunk), ensure_ascii=False)
        values = (
            turn,
            passage_key(chunk),
            int(right),
            searched[:MOST_TEXT],
            json.dumps(self._versions()),
            kept,
            now(),
        )
        with self._catalogue.change() as db:
            db.execute("INSERT OR REPLACE INTO pointed VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def pointed(self, turn: int) -> frozenset[str]:
        """The keys (`passage_key`) of the passages pointed out for a turn."""
        rows = self._catalogue.read(
            f"SELECT passage FROM pointed WHERE turn = ({_OWN}) AND value = 1", (turn, *self._owner.names)
        )
        return frozenset(key for (key,) in rows)

    def all_pointed(self) -> Iterator[Pointed]:
        """Every passage that anybody pointed out, by turn."""
        rows = self._catalogue.read(
            "SELECT turn, chunk FROM pointed WHERE value = 1 ORDER BY turn, pointed_at"
        )
        for turn, kept in rows:
            chunk = json.loads(kept)
            yield Pointed(turn, Chunk(**chunk | {"headings": tuple(chunk["headings"])}))

    def made_with(self, turn: int) -> dict[str, str]:
        """Embedder, index and reranker that a turn was answered with; empty if there is no such turn."""
        rows = self._catalogue.read(
            f"SELECT versions FROM turns WHERE id = ({_OWN})", (turn, *self._owner.names)
        )
        return dict(json.loads(rows[0][0])) if rows else {}


def passage_key(chunk: Chunk) -> str:
    """What a passage is known by after its document was read again: its document and its text."""
    return hashlib.sha256(f"{chunk.source}\0{chunk.passage}".encode()).hexdigest()[:16]
