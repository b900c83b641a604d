"""Which files there are, and what became of those known before.

It looks at names and content hashes only; reading documents is `read.py`'s work.
"""

import os
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

from assistant.documents import StoredFile
from assistant.errors import KilavuzError, Message
from ingest.read import content_hash, is_document

NOT_DOCUMENTS = {".git", ".hg", ".svn", ".obsidian", ".venv", "__pycache__", "node_modules"}
"""Folders that tools keep for themselves."""

TRASH = "silinenler"
"""Folder beside the drop folder where deleted documents are kept; never ingested."""

_VISIBLE = {code: 0x2400 + code for code in range(32)} | {127: 0x2421, 0x2028: 0x2424, 0x2029: 0x2424}
"""Control characters to their pictures (U+2400 ff.): a line break in a name must not look like two files."""

OUTSIDE = Message(
    "Bu bağlantı klasörün dışına çıkıyor; belgenin kendisini klasöre kopyalayın.",
    "This link leads out of the folder; copy the document itself into the folder.",
)
BAD_NAME = Message(
    "Dosyanın adı UTF-8 değil; adını değiştirip yeniden deneyin.",
    "The file's name is not UTF-8; rename it and try again.",
)
UNLISTED = Message(
    "Bu klasörün içi okunamadı; izinlerini ve diski denetleyin. Belgeleri dizinde korunuyor.",
    "This folder could not be listed; check its permissions and the disk. Its documents are kept.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be ingested. `mark` is its content hash under the present splitter."""

    path: Path
    source: str
    size: int
    mark: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What there is below the ingested folders, and what could not be looked at, with the reason."""

    found: list[Found] = field(default_factory=list)
    refused: list[tuple[Path, Message]] = field(default_factory=list)
    unlisted: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ingest has to do. `failing` are files that failed before and are as they were."""

    read: list[Found] = field(default_factory=list)
    moved: list[tuple[StoredFile, Found]] = field(default_factory=list)
    removed: list[StoredFile] = field(default_factory=list)
    unchanged: list[Found] = field(default_factory=list)
    failing: list[Found] = field(default_factory=list)


def find_files(
    roots: Iterable[Path], drop_folder: Path, max_bytes: int, splitter: str, sources: Mapping[str, str]
) -> Scan:
    """Look for documents below these folders (or at these files themselves).

    `sources` gives the names that files have already, by path; they keep them. A new one is named by its
    path below the root, with the root's name before it where that name is taken.
    """
    scan = Scan()
    seen: set[Path] = set()
    taken = set(sources.values())
    for root in roots:
        for path in _walk(root, drop_folder, scan.unlisted):
            if path in seen:
                continue
            seen.add(path)
            if not _is_utf8(path):
                scan.refused.append((path, BAD_NAME))
            elif os.path.islink(path) and not _real(path).is_relative_to(_real(root)):
                scan.refused.append((path, OUTSIDE))
            else:
                source = sources.get(str(path)) or _free(_name(path, root), root, taken)
                taken.add(source)
                scan.found.append(look_at(path, source, max_bytes, splitter))
    scan.refused.extend((folder, UNLISTED) for folder in scan.unlisted)
    return scan


def _walk(root: Path, drop_folder: Path, unlisted: list[Path]) -> Iterable[Path]:
    """The documents below a root, folder by folder; a root that is no folder is given as it is.

    Links to folders are not followed. os.walk would not do: in Python 3.11 it calls itself for every level.
    """
    if not os.path.isdir(root):
        if os.path.exists(root):
            yield root
        return
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            unlisted.append(folder)
            continue
        own = {TRASH} if folder == drop_folder.parent else set()
        folders = []
        for entry in entries:
            path = Path(folder, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in NOT_DOCUMENTS | own:
                    folders.append(path)
            elif is_document(path) and not os.path.isdir(path):
                yield path
        waiting += reversed(folders)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # Path.resolve raises an error where links go round in a circle


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _name(path: Path, root: Path) -> str:
    """The path below the root in NFC; control characters, which may stand in names, become visible ones."""
    name = path.name if path == root else path.relative_to(root).as_posix()
    return unicodedata.normalize("NFC", name).translate(_VISIBLE)


def _free(name: str, root: Path, taken: Collection[str]) -> str:
    """The name, if need be with the root's before it and then with a number: "belgeler/ğ (2).md"."""
    if name not in taken:
        return name
    below_root = f"{_name(root, root)}/{name}"
    stem, dot, suffix = below_root.rpartition(".")
    numbered = (f"{stem} ({number}){dot}{suffix}" for number in count(2))
    return next(free for free in chain([below_root], numbered) if free not in taken)


def look_at(path: Path, source: str, max_bytes: int, splitter: str) -> Found:
    """The file as it is now; one that can't be read gets a mark all the same."""
    try:
        stat = path.stat()
        # A file that is too large or unreadable is not read to the end just to name it.
        readable = stat.st_size <= max_bytes and path.is_file()
        mark = content_hash(path) if readable else f"{stat.st_size}-{stat.st_mtime_ns}"
        return Found(path, source, stat.st_size, f"{splitter}:{mark}")
    except (OSError, KilavuzError):
        return Found(path, source, 0, f"{splitter}:-")


def make_plan(
    found: Sequence[Found], known: Mapping[str, StoredFile], failed: Mapping[str, str], again: Collection[str]
) -> Plan:
    """Compare the files found with those known below the same roots.

    `failed` gives the marks with which files failed before: they are not read again unless they changed.
    The paths in `again` are read in any case.
    """
    plan = Plan()
    present = {str(file.path) for file in found}
    gone: dict[str, list[StoredFile]] = {}
    for stored in known.values():
        if stored.path not in present:
            gone.setdefault(_mark(stored), []).append(stored)
    for file in found:
        before = known.get(str(file.path))
        if str(file.path) in again:
            plan.read.append(file)
        elif before is not None and _mark(before) == file.mark:
            plan.unchanged.append(file)
        elif failed.get(str(file.path)) == file.mark:
            plan.failing.append(file)
        elif before is None and gone.get(file.mark):
            plan.moved.append((gone[file.mark].pop(), file))
        else:
            plan.read.append(file)
    plan.removed.extend(stored for left in gone.values() for stored in left)
    return plan


def _mark(stored: StoredFile) -> str:
    return f"{stored.splitter}:{stored.content_hash}"
