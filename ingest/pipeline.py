"""One ingest: scan -> read and split -> store -> publish. Only what changed is worked on."""

import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from assistant.documents import ReadFile
from assistant.errors import KilavuzError, Message
from assistant.library import Library, Progress
from assistant.records import SPLITTER_VERSION, Failure, IngestReport
from ingest.scan import find_files, make_plan
from ingest.titles import readable_stem
from ingest.worker import Outcome
from ingest.workers import read_files

_MISSING = Message(
    "Bu klasöre şu anda ulaşılamıyor; diskin bağlı olduğunu denetleyin. Belgeleri dizinde korunuyor; "
    "klasörü bilerek sildiyseniz belgelerini Belgeler sekmesinden silin.",
    "This folder can't be reached at present; check its disk. Its documents are kept in the index; if you "
    "deleted the folder, delete its documents in the Documents tab.",
)

_STORE_CHUNKS = 2000  # chunks embedded and written in one go: a few seconds of work, one commit
_PUBLISH_SECONDS = 60.0  # in a long ingest, what is stored becomes searchable this often


def folders(library: Library, drop_folder: Path) -> list[Path]:
    """What to watch: the drop folder and everything that was ever given to an ingest."""
    return [drop_folder, *(Path(root) for root in library.stored.roots())]


def ingest(
    library: Library,
    paths: Sequence[Path] | None = None,
    *,
    drop_folder: Path,
    max_bytes: int,
    chunk_tokens: int,
    embedder: str,
    again: Collection[str] = (),
    progress: Progress = lambda done, total, source: None,
) -> IngestReport:
    """Bring the library into step with these folders and files (None: with all it knows of).

    The files whose paths are in `again` are read even if nothing has changed.

    The index of an embedder that does not serve yet is left to `Library.rebuild`.

    Given paths are remembered. Files that can't be read are in the report; the rest goes on. They, and those
    with unread pages, are tried again when they change or are given here themselves: the remedy may lie
    outside of the file (text recognition was installed, memory is free again).
    Raises KilavuzError if a given path does not exist.
    """
    started = time.monotonic()
    stored = library.stored
    if paths is None:
        drop_folder.mkdir(parents=True, exist_ok=True)
        roots = folders(library, drop_folder)
    else:
        roots = [_checked(path) for path in paths]
        for root in roots:
            if not root.is_relative_to(drop_folder):
                stored.add_root(str(root))
    roots, missing = _present(library, roots)
    size = min(chunk_tokens, library.max_tokens)
    splitter = f"{SPLITTER_VERSION}-{size}"

    files = stored.files()
    sources = {path: file.source for path, file in files.items()}
    scan = find_files(roots, drop_folder, max_bytes, splitter, sources)
    looked_at = _within(roots, but=scan.unlisted)
    known = {path: file for path, file in files.items() if looked_at(path)}
    failed = {path: mark for path, mark in stored.failures().items() if looked_at(path)}
    given = {str(root) for root in roots} if paths else set()
    troubled = {state.path for state in stored.states() if state.reason or state.unread}
    plan = make_plan(scan.found, known, failed, (troubled & given).union(again))

    stored.forget_failures(failed.keys() - {str(file.path) for file in plan.failing})
    for before, file in plan.moved:
        named_by_file = before.title == readable_stem(before.source)
        title = readable_stem(file.source) if named_by_file else before.title
        library.move(before.id, str(file.path), file.source, title)
    library.remove([file.id for file in plan.removed])
    words = stored.words() if plan.read else []
    outcomes = read_files(plan.read, embedder, size, max_bytes, splitter, words)
    read = set(_store(library, outcomes, len(plan.read), progress))
    library.publish()

    states = [state for state in stored.states() if looked_at(state.path)]
    failures = [Failure(state.source, state.reason) for state in states if state.reason]
    failures += [Failure(os.fsencode(path).decode("utf-8", "replace"), why) for path, why in scan.refused]
    return IngestReport(
        added=len(read - known.keys()),
        changed=len(read & known.keys()),
        moved=len(plan.moved),
        removed=len(plan.removed),
        unchanged=len(plan.unchanged),
        seconds=time.monotonic() - started,
        read=tuple(state for state in states if state.path in read),
        failures=tuple(failures + missing),
    )


def _store(
    library: Library,
    outcomes: Iterable[Outcome],
    total: int,
    progress: Progress,
) -> list[str]:
    """Store what was read, in batches; returns the paths of the files that were stored."""
    waiting: list[ReadFile] = []
    read = []
    published = time.monotonic()
    for done, (file, outcome) in enumerate(outcomes, 1):
        if isinstance(outcome, Message):
            library.stored.fail(str(file.path), file.source, outcome, file.mark, file.size)
        else:
            waiting.append(outcome)
            read.append(outcome.path)
        if sum(len(file.chunks) for file in waiting) >= _STORE_CHUNKS:
            library.add(waiting)
            waiting = []
            if time.monotonic() - published > _PUBLISH_SECONDS:
                library.publish()
                published = time.monotonic()
        progress(done, total, file.source)
    if waiting:
        library.add(waiting)
    return read


def _checked(path: Path) -> Path:
    path = Path(os.path.realpath(path.expanduser()))
    if not path.exists():
        raise KilavuzError(
            f"Böyle bir dosya ya da klasör yok: {path}; yolu denetleyip yeniden deneyin.",
            f"There is no such file or folder: {path}; check the path and try again.",
        )
    return path


def _present(library: Library, roots: Iterable[Path]) -> tuple[list[Path], list[Failure]]:
    """The roots that are there, and those that are not.

    A folder that is gone (an unplugged disk, say) keeps its documents; a single file that is gone was
    deleted.
    """
    present, missing = [], []
    single_files = library.stored.files().keys() | library.stored.failures().keys()
    for root in roots:
        deleted = str(root) in single_files and root.parent.exists() and not root.exists()
        if deleted:
            library.stored.remove_root(str(root))
        if deleted or root.exists():
            present.append(root)
        else:
            missing.append(Failure(str(root), _MISSING))
    return present, missing


def _within(roots: Iterable[Path], but: Iterable[Path]) -> Callable[[str], bool]:
    """Tells whether a path lies at or below one of the roots, and not below one of `but`."""
    inside, outside = set(roots), set(but)

    def is_within(path: str) -> bool:
        places = {Path(path), *Path(path).parents}
        return not places.isdisjoint(inside) and places.isdisjoint(outside)

    return is_within
