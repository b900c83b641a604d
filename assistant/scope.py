"""Which documents a question is limited to: names as the documents list shows them, made ranges of chunks.

A name is a document's source or a folder above it, as a POSIX path. Names are only compared with those of
stored documents and never opened, so ".." and absolute paths lead nowhere.
"""

import os
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from assistant.errors import KilavuzError
from assistant.records import DocumentName, DocumentState
from assistant.spans import Spans
from assistant.turkish import fold

NEAREST = 3
"""Names that are offered instead of an unknown one."""

_ALIKE = 0.7  # of 0..1, by difflib
_LONGEST = 200  # characters of an unknown name that an error repeats


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a question is limited to, their documents, and these documents' chunk ids."""

    names: tuple[str, ...]
    documents: tuple[DocumentName, ...]
    chunks: Spans


def normal(name: str) -> str:
    """A name as it is compared: NFC, without "./" in front and "/" at the end."""
    name = unicodedata.normalize("NFC", name).strip().removeprefix("./")
    return name.rstrip("/") or name[:1]


def folders(source: str) -> list[str]:
    """The folders above a source, the outermost first."""
    parts = source.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def known(names: Iterable[str], sources: Iterable[str]) -> tuple[str, ...]:
    """Those of the names, each once, that are one of these sources or a folder above one."""
    there = {name for source in sources for name in (source, *folders(source))}
    return tuple(dict.fromkeys(name for name in map(normal, names) if name in there))


def chosen(names: Sequence[str], documents: Sequence[DocumentName]) -> list[DocumentName]:
    """The documents that are named, or lie below a folder that is named, in their order.

    Raises KilavuzError for a name that nothing has; it tells the nearest ones.
    """
    wanted = dict.fromkeys(map(normal, names))
    there = known(wanted, (document.source for document in documents))
    for name in wanted:
        if name not in there:
            raise _unknown(name, [document.source for document in documents])
    return [one for one in documents if not wanted.keys().isdisjoint((one.source, *folders(one.source)))]


def as_source(name: str, documents: Iterable[DocumentState]) -> str:
    """The source of the document whose file lies at this path; the name itself where it is a source."""
    paths = {os.path.abspath(name), os.path.realpath(name)}
    at_path = name
    for one in documents:
        if one.source == normal(name):
            return name
        if one.path in paths:
            at_path = one.source
    return at_path


def _unknown(name: str, sources: Collection[str]) -> KilavuzError:
    shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    near = nearest(name, sources)
    if not near:
        return KilavuzError(
            f"“{shown}” adında aranabilir bir belge ya da klasör yok; belge listesindeki adlardan birini "
            "yazın.",
            f"No searchable document or folder is called “{shown}”; write a name from the documents list.",
        )
    listed = ", ".join(f"“{one}”" for one in near)
    return KilavuzError(
        f"“{shown}” adında aranabilir bir belge ya da klasör yok; en yakın adlar: {listed}.",
        f"No searchable document or folder is called “{shown}”; the nearest names: {listed}.",
    )


def nearest(name: str, sources: Iterable[str]) -> list[str]:
    """The sources and folders whose whole path, or last part, is most like the name, the likest first."""
    by_fold: dict[str, str] = {}
    for one in dict.fromkeys(name for source in sources for name in (source, *folders(source))):
        by_fold.setdefault(fold(one), one)
        by_fold.setdefault(fold(one.rpartition("/")[2]), one)
    wanted = fold(name[:_LONGEST])
    tail = wanted.rpartition("/")[2]
    found = [get_close_matches(one, by_fold, 2 * NEAREST, _ALIKE) for one in (wanted, tail)]
    return list(dict.fromkeys(by_fold[one] for near in found for one in near))[:NEAREST]
