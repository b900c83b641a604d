"""What the page needs from the rest of Kılavuz: protocols only, so that tests can give it a fake."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.records import Answer, Conversation, DocumentState, Exchange, Turn


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the running ingest is, in files; `current` is the one just done.

    With `deepening` it is about passages that get the slower embedder's vectors; all are searchable.
    """

    done: int
    total: int
    current: str
    deepening: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """What is in use and how much is searchable. `progress` is None while nothing is being ingested."""

    embedder: str
    documents: int
    chunks: int
    llm: str | None
    drop_folder: Path
    progress: Progress | None = None
    reranker: str | None = None


class Asking(Protocol):
    """Answers questions."""

    def stream(
        self,
        question: str,
        history: Sequence[Exchange] = (),
        conversation: str = "",
        within: Sequence[str] = (),
    ) -> Generator[Answer]:
        """Growing answers; the last one is recorded and has its `turn`. Closed early, it stops working."""
        ...


class Turns(Protocol):
    """The turn log."""

    def vote(self, turn: int, target: str, value: int) -> None:
        """Set a vote on "answer" or "hit:<index>": 1, -1, or 0 to take it back."""
        ...

    def votes(self, turn: int) -> dict[str, int]:
        """The votes on a turn by target."""
        ...

    def conversation(self, id: str) -> list[Turn]:
        """The turns of a conversation in order; none if there is no such conversation."""
        ...

    def conversations(self) -> list[Conversation]:
        """The saved conversations, newest first."""
        ...

    def delete_conversation(self, id: str) -> None:
        """Take a conversation out of the list."""
        ...


class Backend(Protocol):
    """All that the page calls. Every method may be called from several threads and may raise KilavuzError."""

    @property
    def assistant(self) -> Asking:
        """Who answers."""
        ...

    @property
    def turns(self) -> Turns:
        """What was asked before."""
        ...

    def documents(self) -> list[DocumentState]:
        """Every document known, those that could not be read too."""
        ...

    def upload(self, paths: Sequence[Path]) -> list[str]:
        """Copy files into the drop folder; returns the names they got there."""
        ...

    def delete_document(self, document_id: int) -> None:
        """Take a document out."""
        ...

    def status(self) -> Status:
        """What is in use and how much is searchable."""
        ...
