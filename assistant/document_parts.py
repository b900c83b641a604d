"""What is known of searchable documents without reading a text: names, id ranges, where chunks stand."""

import json
from collections.abc import Sequence

from assistant.catalogue import Catalogue
from assistant.records import DocumentName, Place
from assistant.spans import Spans, merged

_BATCH = 500  # ids in one statement
_END = "(SELECT id FROM chunks WHERE document = d.id ORDER BY position {} LIMIT 1)"


class DocumentParts:
    """Queries over documents and the places of their chunks."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def names(self) -> list[DocumentName]:
        """The searchable documents by source."""
        rows = self._catalogue.read(
            "SELECT id, source, title FROM documents WHERE state = 'ready' ORDER BY source, id"
        )
        return [DocumentName(*row) for row in rows]

    def spans(self, documents: Sequence[int]) -> Spans:
        """The ids of these documents' chunks; those of one document are in a row."""
        rows = []
        for start in range(0, len(documents), _BATCH):
            part = list(documents[start : start + _BATCH])
            marks = ",".join("?" * len(part))
            ends = f"{_END.format('ASC')}, {_END.format('DESC')}"
            rows += self._catalogue.read(f"SELECT {ends} FROM documents d WHERE id IN ({marks})", part)
        return merged((first, last + 1) for first, last in rows if first is not None)

    def places(self, document: int) -> list[Place]:
        """Where the chunks of a document stand, in order."""
        rows = self._catalogue.read(
            "SELECT id, headings, length(text) FROM chunks WHERE document = ? ORDER BY position", (document,)
        )
        return [Place(id, tuple(json.loads(headings)), size) for id, headings, size in rows]
