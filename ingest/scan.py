"""Which files there are, and what became of those known before.

It looks at names and content hashes only; reading documents is `read.py`'s work.
"""

import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.documents import StoredFile
from assistant.errors import Message
from assistant.records import SPLITTER_VERSION
from ingest.read import content_hash, is_document

_NOT_DOCUMENTS = {".git", ".hg", ".svn", ".obsidian", ".venv", "__pycache__", "node_modules"}
"""Folders that tools keep for themselves."""

OUTSIDE = Message(
    "Bu bağlantı klasörün dışına çıkıyor; belgenin kendisini klasöre kopyalayın.",
    "This link leads out of the folder; copy the document itself into the folder.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be ingested. `mark` is its content hash under the present splitter."""

    path: Path
    source: str
    size: int
    mark: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ingest has to do."""

    read: list[Found] = field(default_factory=list)
    moved: list[tuple[StoredFile, Found]] = field(default_factory=list)
    removed: list[StoredFile] = field(default_factory=list)
    unchanged: int = 0


def find_files(
    roots: Iterable[Path], max_bytes: int, taken: Iterable[str] = ()
) -> tuple[list[Found], list[Path]]:
    """The documents below these folders (or these files themselves), and the links that lead out.

    `source` is the path below the root; one that is `taken` or that an earlier root has, too, gets the
    root's name before it.
    """
    found: dict[Path, Found] = {}
    sources = set(taken)
    outside = []
    for root in roots:
        for path in _walk(root):
            if path in found:
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
                outside.append(path)
                continue
            source = path.name if path == root else path.relative_to(root).as_posix()
            source = unicodedata.normalize("NFC", source)
            if source in sources:
                source = f"{unicodedata.normalize('NFC', root.name)}/{source}"
            sources.add(source)
            found[path] = _look_at(path, source, max_bytes)
    return list(found.values()), outside


def _walk(root: Path) -> Iterable[Path]:
    if root.is_file():
        yield root
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - _NOT_DOCUMENTS)
        for name in sorted(names):
            path = Path(folder, name)
            if is_document(path):
                yield path


def _look_at(path: Path, source: str, max_bytes: int) -> Found:
    try:
        stat = path.stat()
        # A file that is too large or unreadable is not read to the end just to name it.
        readable = stat.st_size <= max_bytes and path.is_file()
        mark = content_hash(path) if readable else f"{stat.st_size}-{stat.st_mtime_ns}"
        return Found(path, source, stat.st_size, f"{SPLITTER_VERSION}:{mark}")
    except OSError:
        return Found(path, source, 0, f"{SPLITTER_VERSION}:-")


def make_plan(found: Sequence[Found], known: Mapping[str, StoredFile], failed: Mapping[str, str]) -> Plan:
    """Compare the files found with those known below the same roots.

    `failed` gives the marks with which files failed before: they are not read again unless they changed.
    """
    plan = Plan()
    present = {str(file.path) for file in found}
    gone: dict[str, list[StoredFile]] = {}
    for stored in known.values():
        if stored.path not in present:
            gone.setdefault(_mark(stored), []).append(stored)
    unchanged = 0
    for file in found:
        before = known.get(str(file.path))
        if before is not None and _mark(before) == file.mark:
            unchanged += before.source == file.source
            if before.source != file.source:
                plan.moved.append((before, file))
        elif failed.get(str(file.path)) == file.mark:
            continue
        elif before is None and gone.get(file.mark):
            plan.moved.append((gone[file.mark].pop(), file))
        else:
            plan.read.append(file)
    plan.removed.extend(stored for left in gone.values() for stored in left)
    return Plan(plan.read, plan.moved, plan.removed, unchanged)


def _mark(stored: StoredFile) -> str:
    return f"{stored.splitter}:{stored.content_hash}"
