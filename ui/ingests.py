"""Ingests of a library: one at a time, in the background when folders change, and what comes after them.

After an ingest, passages get the vectors of the slower embedder (deepening), which gives way to the next
ingest. A worker does both; it ends with `close`.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.errors import KilavuzError
from assistant.records import IngestReport
from ui.web.backend import Progress

if TYPE_CHECKING:
    from assistant.library import Library
    from ingest.watch import Watcher

log = logging.getLogger(__name__)

Step = Callable[[int, int, str], None]
"""Called as an ingest goes on: files done, files in all, the name of the one just done."""


class RunIngest(Protocol):
    """`ingest.pipeline.ingest` with all but the paths and the progress already given."""

    def __call__(
        self, paths: Sequence[Path] | None, *, progress: Step, again: Collection[str] = ()
    ) -> IngestReport: ...


class _GaveWay(Exception):
    """Raised by the progress of `deepen` to stop it."""


def ignore(done: int, total: int, name: str) -> None:
    """For callers that want no progress."""


class Ingests:
    """The ingests of one library. Safe to call from several threads."""

    def __init__(
        self,
        library: "Library",
        run_ingest: RunIngest,
        folders: Callable[[], list[Path]],
        warm_up: Callable[[], None],
    ) -> None:
        """`folders` names what `watch` watches; `warm_up` is called after changes in the background."""
        self.progress: Progress | None = None
        self.ended = 0
        self.read_now: set[str] = set()
        self._library = library
        self._run_ingest = run_ingest
        self._folders = folders
        self._warm_up = warm_up
        self._again: set[str] = set()  # paths to read anew though nothing has changed
        self._ingesting = threading.Lock()
        self._rewatching = threading.Lock()
        self._state = threading.Condition()
        self._wanted = self._working = self._closing = self._ingested = False
        self._waiting = 0  # ingests that wait for `_ingesting`
        self._worker: threading.Thread | None = None
        self._watching: list[Path] | None = None
        self._watcher: Watcher | None = None

    def ingest(self, paths: Sequence[Path] | None = None, progress: Step = ignore) -> IngestReport:
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
            self.progress = Progress(done, total, name)
            self.read_now.add(name)
            progress(done, total, name)

        with self._before_deepening():
            go_on()  # it may have waited for `close`
            again = self._to_reread() if paths is None else set()
            try:
                return self._run_ingest(paths, progress=step, again=again)
            except BaseException:
                with self._state:
                    self._again |= again  # the next one reads them
                raise
            finally:
                self.progress = None
                self.read_now = set()
                self.ended += 1
                self._rewatch()
                self.index_changed()

    def _to_reread(self) -> set[str]:
        with self._state:
            again, self._again = self._again, set()
            return again

    def deepen(self, progress: Step = ignore) -> bool:
        """Make those vectors while searches go on; False if it gave way to an ingest or to `close`.

        What is done stays done, and the next call goes on there.
        """

        def step(done: int, total: int, name: str) -> None:
            if self._closing or self._wanted or self._waiting:
                raise _GaveWay
            self.progress = Progress(done, total, name, deepening=True)
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
                self.progress = None

    def reread(self, path: str) -> None:
        """Ask for an ingest that reads this file anew, whether it has changed or not."""
        with self._state:
            self._again.add(path)
        self.request()

    def index_changed(self) -> None:
        """Have the worker see whether passages lack vectors now."""
        with self._state:
            self._ingested = True  # so there may be something to deepen
            self._state.notify_all()

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

    def request(self) -> None:
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
            self._warm_up()
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
            if not self._library.needs_rebuild:
                return
            while not self.deepen():
                with self._state:
                    if self._wanted or self._closing:
                        return
                    self._state.wait(0.2)  # for the ingest that it gave way to
            self._warm_up()
        except KilavuzError as error:
            log.warning("deepening: %s", error)
        except Exception:
            log.exception("deepening")

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
            watcher = Watcher(now, self.request)
            try:
                watcher.start()
            except OSError as error:  # too many folders for inotify, or one that has just gone
                log.warning("folders are not watched: %s", error)
            else:
                self._watcher = watcher
                self.request()  # for what the watcher before was about to tell

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Stop watching and ingesting; inside, none runs unless it is stuck. What is done stays done."""
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
        yield
        if stopped:
            self._ingesting.release()
