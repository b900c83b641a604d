"""The one owner of library and assistant in this process, for the page, the loopback routes and the commands.

It puts together what needs an owner: ingests and watched folders (`ingests.py`), files of the drop folder
(`document_files.py`), and what belongs to a user. It knows nothing of HTTP, of the page or of the terminal.
"""

import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.conversations import Conversations
from assistant.document_texts import DocumentTexts
from assistant.feedback import TurnLog
from assistant.owners import Owner
from assistant.quality import Asked, Vote
from assistant.records import Answer, Chunk, DocumentState, Exchange, Failure, Hit
from assistant.remarks import Remarks
from assistant.turn_facts import TurnFacts
from ui.document_files import DocumentFiles
from ui.evaluations import Evaluated, evaluations
from ui.ingests import Ingests, RunIngest
from ui.originals import Original, Originals
from ui.suggest import Starters, nearby
from ui.web.backend import Status

if TYPE_CHECKING:
    from assistant.catalogue import Catalogue
    from assistant.chat import Assistant
    from assistant.library import Library
    from assistant.settings import Settings
    from finetune.promote import Switched
    from finetune.registry import Model


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to one user; see `Service.own`."""

    stream: Callable[..., Generator[Answer]]
    turns: TurnLog
    conversations: Conversations
    remarks: Remarks


class Service:
    """Library, assistant and drop folder behind one door. Safe to call from several threads."""

    def __init__(
        self,
        library: "Library",
        assistant: "Assistant",
        *,
        home: Path,
        drop_folder: Path,
        max_bytes: int,
        run_ingest: RunIngest,
        folders: Callable[[], list[Path]],
        setting: str = "",
        language: str = "tr",
    ) -> None:
        """Take over an open library; `close` closes it.

        `folders` names what `watch` watches; `setting` is the embedder that the settings name.
        """
        self._setting = setting
        self._switching = threading.Lock()
        self.assistant = assistant
        self._conversations = Conversations(library.catalogue)
        self._starters = Starters(library.stored, self.search, language)
        self._library = library
        self._home = home
        self._drop_folder = drop_folder
        self._originals = Originals(lambda id: self.reading.document(id), folders)
        self._facts = TurnFacts(library.catalogue)
        ingests = Ingests(library, run_ingest, folders, lambda: self.assistant.warm_up())
        files = DocumentFiles(library, ingests, home, drop_folder, max_bytes)
        self._ingests = ingests
        # What these two do is done here, too: one door for the page and the commands.
        self.ingest, self.request_ingest, self.watch = ingests.ingest, ingests.request, ingests.watch
        self.deepen, self.wait_idle = ingests.deepen, ingests.wait_idle
        self.upload, self.reindex = files.upload, files.reindex
        self.delete_document, self.restore = files.delete, files.restore

    @property
    def catalogue(self) -> "Catalogue":
        """The catalogue of the library."""
        return self._library.catalogue

    def renew_assistant(self, settings: "Settings") -> None:
        """Answer with the language model of these settings from now on.

        Raises KilavuzError if it is not to be had; then the one before goes on.
        """
        from assistant.build import build_assistant

        self.assistant = build_assistant(settings, self._library)

    # --- questions ---------------------------------------------------------------------------------

    def search(
        self, question: str, limit: int = 10, history: Sequence[Exchange] = (), within: Sequence[str] = ()
    ) -> list[Hit]:
        """The best hits for a question, in the documents and folders `within` alone if there are any."""
        return self.assistant.search(question, limit, history, within)

    def ask(self, question: str, history: Sequence[Exchange] = (), within: Sequence[str] = ()) -> Answer:
        """The answer to a question, out of the documents and folders `within` alone if there are any."""
        return self.assistant.ask(question, history, within=within)

    def own(self, owner: Owner) -> Own:
        """What belongs to one user: what is another's is not there."""
        catalogue, versions = self._library.catalogue, self._library.versions
        return Own(
            partial(self.assistant.stream, owner=owner),
            TurnLog(catalogue, versions, owner),
            self._conversations.of(owner),
            Remarks(catalogue, versions, owner),
        )

    def starters(self) -> Sequence[str]:
        """Questions that the user's documents answer, to begin with."""
        return self._starters.of(self.documents())

    def nearby(self, chunk: Chunk) -> list[Chunk]:
        """The chunks around one in its document, those after it first."""
        return nearby(self._library.stored, chunk)

    # --- what is read and said beside an answer ------------------------------------------------------

    @property
    def reading(self) -> DocumentTexts:
        """The texts of documents, as they are read beside an answer."""
        return DocumentTexts(self._library.catalogue)

    def original(self, document_id: int) -> Original:
        """The file of a document, open, as it was read. Raises KilavuzError if it is not there like that."""
        return self._originals.open(document_id)

    # --- what there is -----------------------------------------------------------------------------

    def documents(self) -> list[DocumentState]:
        """Every document known, those that could not be read too."""
        return self._library.documents()

    def failures(self) -> list[Failure]:
        """The documents whose newest content could not be read, and why."""
        return [Failure(one.source, one.reason) for one in self.documents() if one.reason]

    def status(self) -> Status:
        """What is in use and how much is searchable."""
        writer = self.assistant.generator
        return Status(
            embedder=self._library.searcher.embedder.name,
            documents=self._library.stored.document_count(),
            chunks=self._library.chunk_count,
            llm=None if writer == "extractive" else writer,
            drop_folder=self._drop_folder,
            progress=self._ingests.progress,
            reranker=self._library.reranker.name if self._library.reranker else None,
            ingests=self._ingests.ended,
        )

    def passages(self, document_id: int, first: int, count: int) -> list[Chunk]:
        """Some passages of a document in order, from the one at `first` on."""
        ids = self._library.stored.chunk_ids([document_id])[max(0, first) : max(0, first) + count]
        found = self._library.stored.chunks(ids)
        return [found[id] for id in ids if id in found]

    def read_now(self) -> frozenset[str]:
        """The documents that the running ingest has read so far, by source."""
        return frozenset(self._ingests.read_now)

    # --- how well it serves ------------------------------------------------------------------------

    def all_asked(self) -> list[Asked]:
        """Everything that was ever asked."""
        return self._facts.asked()

    def all_votes(self) -> list[Vote]:
        """All votes that stand."""
        return self._facts.votes()

    def evaluations(self) -> list[Evaluated]:
        """The last evaluations, oldest first."""
        return evaluations(self._home)

    def models(self) -> list["Model"]:
        """The home's own models with what they reached, oldest first."""
        from finetune.registry import models

        return models(self._home)

    # --- which embedder serves ---------------------------------------------------------------------

    @property
    def can_be_deepened(self) -> bool:
        """Whether passages lack the vectors of the embedder that the settings name."""
        return self._library.needs_rebuild

    def promote(self, model: str) -> "Switched":
        """Let a model of the home serve as soon as its index is built, in the background where there is one.

        Raises KilavuzError if there is no such model or it must not be promoted.
        """
        from finetune.promote import promote

        return self._switch(partial(promote, name=model))

    def roll_back(self) -> "Switched":
        """Let the embedder that was in use before the last promotion serve again.

        Raises KilavuzError if there is none.
        """
        from finetune.promote import roll_back

        return self._switch(roll_back)

    def _switch(self, switch: Callable[["Library", Path, str], "Switched"]) -> "Switched":
        with self._switching:
            switched = switch(self._library, self._home, self._setting)
        self._ingests.index_changed()
        return switched

    def close(self) -> None:
        """Stop watching and ingesting (what is done stays done), then close the library."""
        with self._ingests.closing():
            self._library.close()


def open_service(settings: "Settings") -> Service:
    """The service over the library in the settings' home.

    Raises KilavuzError if another process holds the home, or if something in it cannot be opened.
    """
    from assistant.build import build_assistant, open_library
    from ingest.pipeline import folders, ingest
    from ingest.samples import copy_samples

    max_bytes = settings.max_file_mb * 1_000_000
    library = open_library(settings)
    try:
        copy_samples(library, settings.drop_folder)
        assistant = build_assistant(settings, library)
        return Service(
            library,
            assistant,
            home=settings.home,
            drop_folder=settings.drop_folder,
            max_bytes=max_bytes,
            run_ingest=partial(
                ingest,
                library,
                drop_folder=settings.drop_folder,
                max_bytes=max_bytes,
                chunk_tokens=settings.chunk_tokens,
                embedder=settings.embedder,
            ),
            folders=partial(folders, library, settings.drop_folder),
            setting=settings.embedder,
            language=settings.language,
        )
    except BaseException:
        library.close()
        raise
