"""The records that pass between the stages, and nothing else.

    path -> Document -> Chunk -> [index] -> Hit -> Answer -> Turn -> Vote

All are frozen and slotted. This file knows nothing of files, databases or models.
"""

from collections import Counter
from dataclasses import dataclass

from assistant.errors import Message

SPLITTER_VERSION = "2"
"""Version of the rules in `ingest/` that turn a file into chunks.

It is part of the index fingerprint; a document that was split by other rules is read again.
"""

REPAIRS = (
    "encoding",  # letters of another code page: Latin-5 read as Latin-1, UTF-8 read as Windows-1252
    "accents",  # accents that stand beside their letter
    "ligatures",  # ligatures, decomposed letters, soft hyphens, zero-width characters
    "letters",  # letters that the font does not name
    "hyphens",  # words broken at line ends
    "spaces",  # blanks inside words, letter-spaced words
    "glued",  # words without a blank between them
    "bullets",  # private-use characters as bullets
    "running",  # running headers, footers and page numbers
    "columns",  # columns read across
    "second reader",  # pages that were read again by the second reader
    "ocr",  # pages whose text was recognised in their image
)
"""The kinds of `Repair`. The last three count pages; "running" counts lines, the others words."""


@dataclass(frozen=True, slots=True)
class Page:
    """Text of one page. `number` counts from 1 as in the PDF; None where the format has no pages.

    `label` is the number that is printed on the page ("iv", "A-3"), None if it is `number` itself.
    """

    text: str
    number: int | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and where its line begins: `page` indexes `Document.pages`, `offset` counts characters."""

    level: int
    text: str
    page: int
    offset: int


@dataclass(frozen=True, slots=True)
class Repair:
    """How often the text of a document was mended in one way; `kind` is one of `REPAIRS`."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A page of a document whose text could not be read, and why."""

    number: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. `source` is its path below the ingested folder (POSIX, NFC), which users see.

    `pages` holds all pages, those in `unread` with what little text they have beside their image.
    """

    source: str
    title: str
    format: str
    content_hash: str
    pages: tuple[Page, ...]
    headings: tuple[Heading, ...] = ()
    repairs: tuple[Repair, ...] = ()
    unread: tuple[UnreadPage, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document that is searched as one.

    `headings` is the path from the document's top heading down; `position` counts chunks of the
    document from 0; `id` is the catalogue's row, 0 until stored.
    """

    source: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    text: str
    position: int
    id: int = 0
    page_label: str | None = None

    @property
    def passage(self) -> str:
        """What the embedder reads: the heading path, then the text."""
        return "\n".join((" › ".join(self.headings), self.text)) if self.headings else self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question, with the evidence why. Ranks count from 1; None = not found that way.

    `score` is fused, in 0..1; where hits were put in another order, it is the one of the hit's place.
    `lexical_score` is BM25, `dense_score` cosine similarity, `rerank_score` a cross-encoder's in 0..1 or None
    if it was not asked. `copies` are the other sources that say the same.
    """

    chunk: Chunk
    score: float
    lexical_rank: int | None = None
    lexical_score: float = 0.0
    dense_rank: int | None = None
    dense_score: float = 0.0
    surroundings: str = ""
    rerank_score: float | None = None
    copies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The chunk with what stands around it in its document, verbatim; the chunk alone without."""
        return self.surroundings or self.chunk.text


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question asked before in this conversation and the answer it got; see `Answer.sources`."""

    question: str
    answer: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """The mark [number] in an answer: `hit` indexes `Answer.hits`, `quote` is verbatim from its chunk."""

    number: int
    hit: int
    quote: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A sentence of an answer, text[start:end], that its citations do not support.

    `missing` are the numbers, names and code tokens in it that stand in no cited passage.
    """

    start: int
    end: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with the hits it stands on.

    `generator` is "extractive", "faq", "smalltalk" or the LLM's name; `notice` is a sentence for the user
    about how the answer came about (for example that the LLM did not respond), None if there is nothing to
    say.
    `turn` is the row in the turn log, None while the answer is still being written. `searched` is what was
    searched for, "" if that was the question itself. `within` names the documents and folders that it was
    limited to, none if all could answer. `unsupported` are sentences of a language model.
    """

    text: str
    hits: tuple[Hit, ...] = ()
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    generator: str = "extractive"
    notice: Message | None = None
    seconds: float = 0.0
    turn: int | None = None
    searched: str = ""
    within: tuple[str, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The documents that it cites, those with most marks first."""
        marks = Counter[str]()
        for citation in self.citations:
            marks[self.hits[citation.hit].chunk.source] += max(1, self.text.count(f"[{citation.number}]"))
        return tuple(source for source, _ in marks.most_common())


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer as kept in the turn log. `asked_at` is ISO 8601 in UTC."""

    id: int
    conversation: str
    asked_at: str
    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Conversation:
    """A saved conversation: `title` is its name, or its first question while it has none.

    `found` is the text in which a search found its word, "" if the title has it or nothing was searched for.
    """

    id: str
    title: str
    started_at: str
    turns: int
    found: str = ""


@dataclass(frozen=True, slots=True)
class DocumentName:
    """A searchable document by its names."""

    id: int
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk stands and how long it is, without its text."""

    id: int
    headings: tuple[str, ...]
    characters: int


@dataclass(frozen=True, slots=True)
class DocumentState:
    """A file as the documents list shows it; `reason` is None if all is well.

    The `id` is below 0 if the file was never searchable.
    A file whose newest content could not be read keeps its last readable version searchable:
    then `chunks` is above 0 and there is a `reason`. `changed_at` is ISO 8601 in UTC; `seconds` is how long
    reading took. `unread` are the pages that are not searchable.
    """

    id: int
    path: str
    source: str
    title: str
    pages: int
    chunks: int
    size: int
    changed_at: str
    reason: Message | None = None
    repairs: tuple[Repair, ...] = ()
    unread: tuple[UnreadPage, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why."""

    source: str
    reason: Message


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did, in files; `read` are those that were read and stored, by source."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    seconds: float = 0.0
    read: tuple[DocumentState, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def chunks(self) -> int:
        """Chunks written."""
        return sum(state.chunks for state in self.read)
