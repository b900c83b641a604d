"""Tells when documents in watched folders have changed and come to rest.

Knows folders that appear later, vanish or are replaced. A file that is being copied in is waited
out: nothing is told until no event came and no size moved for `quiet` seconds. A copy that stalls longer
is taken for finished, and is told again when it goes on; a file that never rests holds the others up.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.read import is_document

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver, ObservedWatch

_log = logging.getLogger(__name__)
_CHANGES = frozenset(("created", "modified", "moved", "deleted", "closed"))
_Identity = tuple[int, int]


class Watcher:
    """Calls `changed()` after documents in `folders` were added, changed, renamed or deleted.

    `quiet` is in seconds. `changed` runs in the watcher's thread, never twice at once; what happens meanwhile
    leads to one more call.
    """

    def __init__(
        self, folders: Iterable[Path], changed: Callable[[], None], quiet: float = 1.0, poll: bool = False
    ) -> None:
        self._folders = tuple(dict.fromkeys(folders))
        self._changed = changed
        self._quiet = quiet
        self._poll = poll
        self._lock = threading.Lock()
        self._touched: set[Path] = set()
        self._last_event: float | None = None  # None: nothing to tell
        self._watched: dict[Path, tuple[_Identity, ObservedWatch]] = {}
        self._observer: BaseObserver | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_polling(self) -> bool:
        """Whether folders are compared every `quiet` seconds because the system refused to report changes."""
        return self._poll

    def start(self) -> None:
        """Begin to watch; returns once all folders that exist are watched."""
        self._stopping.clear()
        self._start_observer()
        self._follow_folders()
        self._thread = threading.Thread(target=self._run, name="kilavuz-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End watching, and wait for a call of `changed` that is under way."""
        self._stopping.set()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join()
        self._stop_observer()

    def _run(self) -> None:
        tick = self._quiet / 4
        while not self._stopping.wait(tick):
            self._follow_folders()
            if self._is_quiet() and self._sizes_stand_still():
                with self._lock:
                    self._touched.clear()
                    self._last_event = None
                try:
                    self._changed()
                except Exception:  # the next change deserves its call
                    _log.exception("a change in the watched folders could not be handled")

    # ---- when to tell

    def _on_event(self, event: "FileSystemEvent") -> None:
        if event.event_type not in _CHANGES or (event.is_directory and event.event_type == "modified"):
            return
        paths = [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
        concerned = [path for path in paths if self._concerns(path, event.is_directory)]
        if concerned:
            self._note(concerned)

    def _concerns(self, path: Path, is_folder: bool) -> bool:
        """Whether a path is a document, or a folder that may hold some, and is not inside a hidden folder."""
        for folder in self._folders:
            if path.is_relative_to(folder):
                inside = path.relative_to(folder).parts
                if not any(part.startswith(".") for part in inside[:-1]):
                    return not path.name.startswith(".") if is_folder else is_document(path)
        return False

    def _note(self, paths: Iterable[Path] = ()) -> None:
        with self._lock:
            self._touched.update(paths)
            self._last_event = time.monotonic()

    def _is_quiet(self) -> bool:
        with self._lock:
            return self._last_event is not None and time.monotonic() - self._last_event >= self._quiet

    def _sizes_stand_still(self) -> bool:
        """Whether the files that changed keep their sizes for one more tick: network disks report late."""
        with self._lock:
            paths, noted = sorted(self._touched), self._last_event
        before = [_size(path) for path in paths]
        self._stopping.wait(self._quiet / 4)
        if self._stopping.is_set() or before != [_size(path) for path in paths]:
            self._note()
            return False
        with self._lock:
            return self._last_event == noted

    # ---- what to watch

    def _follow_folders(self) -> None:
        """Watch folders that appeared or were replaced, let go of those that vanished, and tell of both."""
        emitters = self._observer.emitters if self._observer else ()
        broken = {emitter.watch for emitter in emitters if not emitter.is_alive()}
        for folder in self._folders:
            identity = _identity(folder)
            known = self._watched.get(folder)
            if known and (known[0] != identity or known[1] in broken):
                self._unwatch(folder)
                self._note()
                known = None
            if identity and known is None:
                self._watch(folder, identity)
                if self._thread:  # not at the start: what is there already is the caller's to look at
                    self._note()

    def _watch(self, folder: Path, identity: _Identity) -> None:
        if self._observer is None:
            return
        try:
            self._watched[folder] = (
                identity,
                self._observer.schedule(_handler(self._on_event), str(folder), recursive=True),
            )
        except FileNotFoundError:
            return  # gone again
        except OSError as error:
            if self._poll:
                _log.warning("cannot watch %s: %s", folder, error)
            else:
                self._start_polling(str(error))

    def _unwatch(self, folder: Path) -> None:
        _, watch = self._watched.pop(folder)
        if self._observer is not None:
            try:
                self._observer.unschedule(watch)
            except (KeyError, OSError) as error:
                _log.debug("unwatching %s: %s", folder, error)

    def _start_polling(self, reason: str) -> None:
        if not self._poll:
            _log.warning("watching by polling, every %s s: %s", self._quiet, reason)
        self._poll = True
        self._stop_observer()
        self._start_observer()
        for folder in self._folders:
            identity = _identity(folder)
            if identity:
                self._watch(folder, identity)
        self._note()  # something may have been missed

    def _start_observer(self) -> None:
        from watchdog.observers import Observer
        from watchdog.observers.polling import PollingObserver

        self._observer = PollingObserver(timeout=self._quiet) if self._poll else Observer()
        try:
            self._observer.start()
        except OSError as error:
            self._start_polling(str(error))

    def _stop_observer(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        self._watched.clear()


def _handler(notify: Callable[["FileSystemEvent"], None]) -> "FileSystemEventHandler":
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: "FileSystemEvent") -> None:
            notify(event)

    return Handler()


def _identity(folder: Path) -> _Identity | None:
    """What tells a folder from another one of the same name; None if there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if folder.is_dir() else None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
