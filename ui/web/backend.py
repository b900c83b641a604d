"""What the page needs from the rest of Kılavuz: protocols only, so that tests can give it a fake."""

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.document_texts import DocumentTexts
from assistant.owners import Owner
from assistant.quality import Asked, Vote
from assistant.records import Answer, Chunk, Conversation, DocumentState, Exchange, Hit, Turn
from assistant.remarks import Remarks
from ui.evaluations import Evaluated
from ui.originals import Original

if TYPE_CHECKING:
    from finetune.registry import Model


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
    """What is in use and how much is searchable. `progress` is None while nothing is being ingested.

    `ingests` counts those that have ended: when it changes, any document may have.
    """

    embedder: str
    documents: int
    chunks: int
    llm: str | None
    drop_folder: Path
    progress: Progress | None = None
    reranker: str | None = None
    ingests: int = 0


class Ask(Protocol):
    """Answers questions."""

    def __call__(
        self,
        question: str,
        history: Sequence[Exchange] = (),
        conversation: str = "",
        within: Sequence[str] = (),
    ) -> Generator[Answer]:
        """Growing answers; the last one is recorded and has its `turn`. Closed early, it stops working."""
        ...


class Turns(Protocol):
    """A user's turns."""

    def vote(self, turn: int, target: str, value: int) -> None:
        """Set a vote on "answer" or "hit:<index>": 1, -1, or 0 to take it back."""
        ...

    def votes(self, turn: int) -> dict[str, int]:
        """The votes on a turn by target."""
        ...

    def conversation(self, id: str) -> list[Turn]:
        """The turns of a conversation in order; none if there is no such conversation."""
        ...


class Conversing(Protocol):
    """A user's saved conversations; see `assistant.conversations.Conversations`."""

    def all(self) -> list[Conversation]:
        """The conversations, the one used last first."""
        ...

    def find(self, wanted: str) -> list[Conversation]:
        """Those that hold every word of `wanted`."""
        ...

    def get(self, id: str) -> Conversation | None:
        """One of them, None if there is no such or it is deleted."""
        ...

    def rename(self, id: str, name: str) -> None:
        """Give one a name."""
        ...

    def delete(self, id: str) -> None:
        """Take one out of the list."""
        ...

    def closed(self, id: str) -> bool:
        """Whether nothing can be asked in one: it was deleted, or is another's."""
        ...

    def restore(self, id: str) -> None:
        """Bring a deleted one back."""
        ...

    def branch(self, id: str, turn: int) -> str:
        """A new one that begins with the turns before this one, and its id."""
        ...


class Own(Protocol):
    """What belongs to one user: what is another's is not there, whoever names it."""

    @property
    def stream(self) -> Ask:
        """Answers questions and keeps the turns as the user's."""
        ...

    @property
    def turns(self) -> Turns:
        """What the user asked before."""
        ...

    @property
    def conversations(self) -> Conversing:
        """The user's saved conversations."""
        ...

    @property
    def remarks(self) -> Remarks:
        """What the user said of turns beside votes."""
        ...


class Backend(Protocol):
    """All that the page calls. Every method may be called from several threads and may raise KilavuzError."""

    def own(self, owner: Owner) -> Own:
        """What belongs to one user."""
        ...

    def starters(self) -> Sequence[str]:
        """Questions that the documents answer, to begin with; none if there are none of the user's."""
        ...

    def nearby(self, chunk: Chunk) -> Sequence[Chunk]:
        """The chunks around one in its document, those after it first."""
        ...

    def documents(self) -> list[DocumentState]:
        """Every document known, those that could not be read too."""
        ...

    @property
    def reading(self) -> DocumentTexts:
        """The texts of documents, as they are read beside an answer."""
        ...

    def original(self, document_id: int) -> Original:
        """The file of a document, open, as it was read."""
        ...

    def search(self, question: str, limit: int = 10) -> list[Hit]:
        """The best hits for a question."""
        ...

    def passages(self, document_id: int, first: int, count: int) -> list[Chunk]:
        """Some passages of a document in order, from the one at `first` on."""
        ...

    def read_now(self) -> Collection[str]:
        """The documents that the running ingest has read so far, by source."""
        ...

    def upload(self, path: Path, name: str) -> str:
        """Copy a file into the drop folder under `name`, which may name folders; returns what it got."""
        ...

    def reindex(self, document_id: int) -> str:
        """Have a document read anew; returns its name."""
        ...

    def delete_document(self, document_id: int) -> str:
        """Take a document out; returns what `restore` takes, "" if there is nothing to restore."""
        ...

    def restore(self, token: str) -> str:
        """Undo a deletion; returns the document's name."""
        ...

    def all_asked(self) -> list[Asked]:
        """Everything that was ever asked, oldest first."""
        ...

    def all_votes(self) -> list[Vote]:
        """All votes that stand."""
        ...

    def evaluations(self) -> list[Evaluated]:
        """The last evaluations, oldest first."""
        ...

    def models(self) -> list["Model"]:
        """The home's own models with what they reached, oldest first."""
        ...

    def status(self) -> Status:
        """What is in use and how much is searchable."""
        ...
