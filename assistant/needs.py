"""What answering needs of the search, the library and the turn log: protocols only, so that fakes will do."""

from collections.abc import Callable, Sequence
from typing import Protocol

from assistant.owners import Owner
from assistant.records import Answer, Chunk, DocumentName, DocumentState, Hit, Place
from assistant.scope import Scope
from assistant.spans import Spans


class Parts(Protocol):
    """What a summary needs of the stored documents (assistant/document_parts.py)."""

    def names(self) -> list[DocumentName]: ...
    def places(self, document: int, /) -> list[Place]: ...


class Keywords(Protocol):
    """What an answer needs of the keyword index."""

    def idf(self, key: str, /) -> float: ...
    def corrected(self, question: str, /) -> str: ...


class Searcher(Protocol):
    """What an answer needs of a search (assistant/search.py)."""

    @property
    def keywords(self) -> Keywords: ...
    @property
    def fetch(self) -> Callable[[Sequence[int]], dict[int, Chunk]]: ...
    def search(self, question: str, limit: int = ..., *, among: Spans | None = ...) -> list[Hit]: ...


class Library(Protocol):
    """What an answer needs of a library (assistant/library.py)."""

    @property
    def searcher(self) -> Searcher: ...
    @property
    def parts(self) -> Parts: ...
    def documents(self) -> list[DocumentState]: ...
    def scope(self, names: Sequence[str]) -> Scope: ...


class Turns(Protocol):
    """Where answers are recorded (assistant/feedback.py)."""

    def of(self, owner: Owner, /) -> "Turns": ...
    def record(self, conversation: str, question: str, answer: Answer) -> Answer: ...
