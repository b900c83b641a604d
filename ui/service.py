"""The one owner of library and assistant in this process, for the page, the loopback routes and the commands.

It adds what needs an owner: one ingest at a time, the watched folders, files put in and taken out of
the drop folder. It knows nothing of HTTP, of the page or of the terminal.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.errors import KilavuzError
from assistant.records import Answer, DocumentState, Exchange, Failure, Hit, IngestReport
from ingest.scan import TRASH
from ui.drop_folder import clear_half_copied, move_out, put_in
from ui.web.backend import Progress, Status

if TYPE_CHECKING:
    from assistant.chat import Assistant
    from assistant.feedback import TurnLog
    from assistant.library import Library
    from assistant.settings import Settings
    from ingest.watch import Watcher

log = logging.getLogger(__name__)

Step = Callable[[int, int, str], None]
"""Called as an ingest goes on: files done, files in all, the name of the one just done."""


class RunIngest(Protocol):
    """`ingest.pipeline.ingest` with all but the paths and the progress already given."""

    def __call__(self, paths: Sequence[Path] | None, *, progress: Step) -> IngestReport: ...


class _GaveWay(Exception):
    """Raised by the progress of `deepen` to stop it."""


def _ignore(done: int, total: int, name: str) -> None:
    """For callers that want no progress."""


class Service:
    """Library, assistant and drop folder behind one door. Safe to call from several threads."""

    def __init__(
        self,
        library: "Library",
        assistant: "Assistant",
        turns: "TurnLog",
        *,
        home: Path,
        drop_folder: Path,
        max_bytes: int,
        run_ingest: RunIngest,
        folders: Callable[[], list[Path]],
    ) -> None:
        """Take over an open library; `close` closes it. `folders` names what `watch` watches."""
        self.assistant = assistant
        self.turns = turns
        self._library = library
        self._home = home
        self._drop_folder = drop_folder
        self._max_bytes = max_bytes
        self._run_ingest = run_ingest
        self._folders = folders
        self._progress: Progress | None = None
        self._ingesting = threading.Lock()
        self._files = threading.Lock()
        self._rewatching = threading.Lock()
        self._state = threading.Condition()
        self._wanted = self._working = self._closing = self._ingested = False
        self._waiting = 0  # ingests that wait for `_ingesting`
        self._worker: threading.Thread | None = None
        self._watching: list[Path] | None = None
        self._watcher: Watcher | None = None
        clear_half_copied(drop_folder)

    # --- questions ---------------------------------------------------------------------------------

    def search(
        self, question: str, limit: int = 10, history: Sequence[Exchange] = (), within: Sequence[str] = ()
    ) -> list[Hit]:
        """The best hits for a question, in the documents and folders `within` alone if there are any."""
        return self.assistant.search(question, limit, history, within)

    def ask(self, question: str, history: Sequence[Exchange] = (), within: Sequence[str] = ()) -> Answer:
        """The answer to a question, out of the documents and folders `within` alone if there are any."""
        return self.assistant.ask(question, history, within=within)

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
            progress=self._progress,
            reranker=self._library.reranker.name if self._library.reranker else None,
        )

    # --- ingest ------------------------------------------------------------------------------------

    def ingest(self, paths: Sequence[Path] | None = None, progress: Step = _ignore) -> IngestReport:
        """Bring the index up to date with `paths`, or with every known folder. A second call waits.

        Raises KilavuzError if it cannot go on, or if the service is closed meanwhile.
        """

        def go_on() -> None:
            if self._closing:
                raise KilavuzError(
                    "Kılavuz kapandığı için içe aktarma yarıda kesildi; yeniden başlattığınızda kaldığı "
                    "yerden sürer.",
                    "The ingest was cut short because Kılavuz was closed; it goes on at the next start.",
                )

        def step(done: int, total: int, name: str) -> None:
            go_on()
            self._progress = Progress(done, total, name)
            progress(done, total, name)

        with self._before_deepening():
            go_on()  # it may have waited for `close`
            try:
                return self._run_ingest(paths, progress=step)
            finally:
                self._progress = None
                self._rewatch()
                with self._state:
                    self._ingested = True  # so there may be something to deepen
                    self._state.notify_all()

    @property
    def can_be_deepened(self) -> bool:
        """Whether passages lack the vectors of the embedder that the settings name."""
        return self._library.needs_rebuild

    def deepen(self, progress: Step = _ignore) -> bool:
        """Make those vectors while searches go on; False if it gave way to an ingest or to `close`.

        What is done stays done, and the next call goes on there.
        """

        def step(done: int, total: int, name: str) -> None:
            if self._closing or self._wanted or self._waiting:
                raise _GaveWay
            self._progress = Progress(done, total, name, deepening=True)
            progress(done, total, name)

        with self._ingesting:
            if self._closing:
                return False
            try:
                self._library.rebuild(step)
                return True
            except _GaveWay:
                return False
            finally:
                self._progress = None

    @contextmanager
    def _before_deepening(self) -> Iterator[None]:
        with self._state:
            self._waiting += 1
        try:
            self._ingesting.acquire()
        finally:
            with self._state:
                self._waiting -= 1
        try:
            yield
        finally:
            self._ingesting.release()

    def request_ingest(self) -> None:
        """Ask for an ingest of all known folders in the background; requests before it starts become one."""
        with self._state:
            self._wanted = True
            self._state.notify_all()
            if self._worker is None and not self._closing:
                self._worker = threading.Thread(target=self._work, name="kilavuz-ingest", daemon=True)
                self._worker.start()

    def wait_idle(self, seconds: float) -> bool:
        """Wait until no background ingest runs or is wanted; False if that takes longer."""
        with self._state:
            return self._state.wait_for(lambda: not (self._wanted or self._working), seconds)

    def _work(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._wanted or self._ingested or self._closing)
                if self._closing:
                    return
                self._working, self._wanted = self._wanted, False
            if self._working:
                self._ingest_in_background()
            self._deepen_when_idle()

    def _ingest_in_background(self) -> None:
        try:
            self.ingest()
            self.assistant.warm_up()
        except KilavuzError as error:
            log.warning("background ingest: %s", error)
        except Exception:
            log.exception("background ingest")
        finally:
            with self._state:
                self._working = False
                self._state.notify_all()

    def _deepen_when_idle(self) -> None:
        self._ingested = False
        try:
            if not self.can_be_deepened:
                return
            while not self.deepen():
                with self._state:
                    if self._wanted or self._closing:
                        return
                    self._state.wait(0.2)  # for the ingest that it gave way to
            self.assistant.warm_up()
        except KilavuzError as error:
            log.warning("deepening: %s", error)
        except Exception:
            log.exception("deepening")

    # --- watching ----------------------------------------------------------------------------------

    def watch(self) -> None:
        """From now on, ingest by itself whenever something changes in a known folder."""
        self._watching = []
        self._rewatch()

    def _rewatch(self) -> None:
        """Watch the folders as they are known now, if watching at all."""
        with self._rewatching:
            if self._watching is None or self._closing or (now := self._folders()) == self._watching:
                return
            from ingest.watch import Watcher

            if self._watcher:
                self._watcher.stop()
            self._watcher, self._watching = None, now
            watcher = Watcher(now, self.request_ingest)
            try:
                watcher.start()
            except OSError as error:  # too many folders for inotify, or one that has just gone
                log.warning("folders are not watched: %s", error)
            else:
                self._watcher = watcher
                self.request_ingest()  # for what the watcher before was about to tell

    # --- files of the drop folder ------------------------------------------------------------------

    def upload(self, paths: Sequence[Path]) -> list[str]:
        """Copy files into the drop folder and ask for an ingest; returns the names they got there.

        A file that is there already with the same content is not copied again; another file of that
        name is never overwritten. Raises KilavuzError for the first file refused, after all others
        are in.
        """
        names: list[str] = []
        refused: list[KilavuzError] = []
        for path in paths:
            try:
                with self._files:
                    names.append(put_in(path, self._drop_folder, self._max_bytes))
            except KilavuzError as error:
                refused.append(error)
        if names:
            self.request_ingest()
        if refused:
            raise refused[0]
        return names

    def delete_document(self, document_id: int) -> None:
        """Take a document out of the index; its file moves from the drop folder to the trash.

        Raises KilavuzError if there is no such document, or if its file lies outside the drop folder:
        that file is not ours to move, and the next ingest would only find it again.
        """
        found = [one for one in self.documents() if one.id == document_id]
        if len(found) != 1:  # never guess which file is meant
            raise KilavuzError(
                "Böyle bir belge yok; az önce silinmiş olabilir. Listeyi yenileyin.",
                "There is no such document; perhaps it was deleted just now. Refresh the list.",
            )
        path = Path(found[0].path)
        with self._files:
            if os.path.lexists(path):
                if not path.is_relative_to(self._drop_folder):
                    raise KilavuzError(
                        "Bu belge, belge klasörünün dışında; silmek için dosyayı bulunduğu yerden "
                        f"kaldırın: {path}",
                        "This document is outside the documents folder; to delete it, remove the file "
                        f"from its place: {path}",
                    )
                move_out(path, self._home / TRASH)
        self._library.remove([document_id])
        self._library.publish()
        self.request_ingest()

    def close(self) -> None:
        """Stop watching and ingesting (what is done stays done), then close the library."""
        with self._state:
            self._closing = True
            self._state.notify_all()
        if self._watcher:
            self._watcher.stop()
        # An ingest notices at its next file. One that is stuck longer is left: a killed ingest is
        # repaired at the next start.
        stopped = self._ingesting.acquire(timeout=10)
        if self._worker:
            self._worker.join(1)
        self._library.close()
        if stopped:
            self._ingesting.release()


def open_service(settings: "Settings") -> Service:
    """The service over the library in the settings' home.

    Raises KilavuzError if another process holds the home, or if something in it cannot be opened.
    """
    from assistant.build import build_assistant, open_library
    from assistant.feedback import TurnLog
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
            TurnLog(library.catalogue, library.versions),
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
        )
    except BaseException:
        library.close()
        raise
