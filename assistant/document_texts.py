"""A searchable document as it is read beside an answer: its file, its chunks, where a passage stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.catalogue import Catalogue
from assistant.documents import Documents
from assistant.records import Chunk

_BATCH = 500  # names in one statement


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A searchable document. `content_hash` is that of the file when it was read; `format` as "pdf"."""

    id: int
    path: str
    source: str
    title: str
    format: str
    content_hash: str
    pages: int
    chunks: int


class DocumentTexts:
    """Queries over documents one by one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._stored = Documents(catalogue)

    def known(self, sources: Sequence[str]) -> dict[str, int]:
        """The ids of those of the documents that are searchable now, by source."""
        found: dict[str, int] = {}
        wanted = list(dict.fromkeys(sources))
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(part))
            rows = self._catalogue.read(
                f"SELECT source, id FROM documents WHERE state = 'ready' AND source IN ({marks})", part
            )
            found |= dict(rows)
        return found

    def document(self, id: int) -> KnownDocument | None:
        """The searchable document with this id; None if there is none."""
        rows = self._catalogue.read(
            "SELECT id, path, source, title, format, content_hash, pages,"
            " (SELECT count(*) FROM chunks WHERE document = documents.id)"
            " FROM documents WHERE id = ? AND state = 'ready'",
            (id,),
        )
        return KnownDocument(*rows[0]) if rows else None

    def chunks(self, document: int, first: int, count: int) -> list[Chunk]:
        """`count` chunks of a document from position `first` on."""
        rows = self._catalogue.read(
            "SELECT id FROM chunks WHERE document = ? AND position >= ? ORDER BY position LIMIT ?",
            (document, first, count),
        )
        kept = self._stored.chunks([id for (id,) in rows])
        return [kept[id] for (id,) in rows if id in kept]

    def chunk(self, id: int) -> Chunk | None:
        """The searchable chunk with this id; None if there is none."""
        return self._stored.chunks([id]).get(id)

    def position(self, document: int, chunk: Chunk) -> int:
        """Where a chunk, perhaps of an earlier version, stands in the document now.

        By its text; where that has changed by its headings, its page, its old place; 0 at worst.
        """
        for condition, value in (
            ("text = ?", chunk.text),
            ("headings = ?", json.dumps(chunk.headings, ensure_ascii=False)),
            ("page = ?", chunk.page),
            ("position = ?", chunk.position),
        ):
            rows = self._catalogue.read(
                f"SELECT position FROM chunks WHERE document = ? AND {condition} "
                "ORDER BY abs(position - ?) LIMIT 1",
                (document, value, chunk.position),
            )
            if rows:
                return int(rows[0][0])
        return 0
