"""Documents and their chunks in the catalogue.

A document row goes pending -> ready -> removing. Only ready rows are searchable. A row becomes ready
after its vectors are written or left to a rebuild, in one transaction that also turns the file's older row
to removing; what a crash leaves pending or removing is cleared at the next start.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.catalogue import Catalogue, now
from assistant.errors import Message
from assistant.records import Chunk, Document, DocumentState, Repair, UnreadPage

_CHUNK = "d.source, d.title, c.headings, c.page, c.text, c.position, c.id, c.page_label"
_BATCH = 500  # ids in one statement; SQLite's own limit is far higher


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file that is searchable, to tell whether it changed."""

    id: int
    path: str
    source: str
    title: str
    content_hash: str
    splitter: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read and split, ready to be stored. `size` is in bytes.

    `splitter` says by which rules and to what size it was split: a file split otherwise is read again.
    `seconds` is how long reading took; `words` are those that the document teaches (see `Documents.words`).
    """

    path: str
    size: int
    splitter: str
    document: Document
    chunks: tuple[Chunk, ...]
    seconds: float = 0.0
    words: tuple[str, ...] = ()


class Documents:
    """Queries and changes over documents, chunks, failures and ingested folders."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    # what is stored

    def identity(self) -> str:
        """A random name of this catalogue, to tell homes apart on a shared Chroma server."""
        return str(self._catalogue.read("SELECT value FROM facts WHERE name = 'catalogue'")[0][0])

    def files(self) -> dict[str, StoredFile]:
        """The searchable files by path."""
        rows = self._catalogue.read(
            "SELECT id, path, source, title, content_hash, splitter FROM documents WHERE state = 'ready'"
        )
        return {row[1]: StoredFile(*row) for row in rows}

    def failures(self) -> dict[str, str]:
        """Content hashes of the files that could not be read, by path."""
        return dict(self._catalogue.read("SELECT path, content_hash FROM failures"))

    def states(self) -> list[DocumentState]:
        """All files, searchable or not, by source; those that are not have ids below 0."""
        rows = self._catalogue.read("""
            SELECT d.id, d.path, d.source, d.title, d.pages,
                   (SELECT count(*) FROM chunks WHERE document = d.id), d.size, d.changed_at,
                   f.reason_tr, f.reason_en, d.repairs, d.unread, d.seconds
            FROM documents d LEFT JOIN failures f ON f.path = d.path WHERE d.state = 'ready'
            UNION ALL
            SELECT -id, path, source, '', 0, 0, size, changed_at, reason_tr, reason_en, '[]', '[]', 0
            FROM failures WHERE path NOT IN (SELECT path FROM documents WHERE state = 'ready')
            ORDER BY 3""")
        return [_state(row) for row in rows]

    def words(self) -> list[str]:
        """Words that at least two of the documents teach, copies aside: they are no misspellings."""
        rows = self._catalogue.read(
            "SELECT word FROM words JOIN documents d ON d.id = document WHERE d.state = 'ready' "
            "GROUP BY word HAVING count(DISTINCT d.content_hash) > 1 ORDER BY word"
        )
        return [row[0] for row in rows]

    def chunk_count(self) -> int:
        """The number of searchable chunks."""
        return int(
            self._catalogue.read(
                "SELECT count(*) FROM chunks JOIN documents d ON d.id = document WHERE d.state = 'ready'"
            )[0][0]
        )

    def document_count(self) -> int:
        """The number of searchable documents."""
        return int(self._catalogue.read("SELECT count(*) FROM documents WHERE state = 'ready'")[0][0])

    def chunk_ids(self, documents: Sequence[int] | None = None) -> list[int]:
        """Ids of the chunks of these documents (None: of all searchable ones), ascending."""
        if documents is None:
            rows = self._catalogue.read(
                "SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document "
                "WHERE d.state = 'ready' ORDER BY c.id"
            )
            return [row[0] for row in rows]
        return sorted(row[0] for row in self._in("SELECT id FROM chunks WHERE document IN ({})", documents))

    def chunks(self, ids: Sequence[int]) -> dict[int, Chunk]:
        """The searchable chunks with these ids, by id; those that are gone are left out."""
        rows = self._in(
            f"SELECT {_CHUNK} FROM chunks c "
            "JOIN documents d ON d.id = c.document WHERE d.state = 'ready' AND c.id IN ({})",
            ids,
        )
        return {row[6]: _chunk(row) for row in rows}

    # changes, in the order in which a file lives through them

    def insert_pending(self, files: Sequence[ReadFile]) -> list[list[Chunk]]:
        """Store these files, not searchable yet; returns each file's chunks with their ids."""
        stored = []
        with self._catalogue.change() as db:
            for file in files:
                document = file.document
                row = db.execute(
                    "INSERT INTO documents (path, source, title, format, content_hash, splitter, pages, size,"
                    " changed_at, seconds, repairs, unread, state)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')",
                    (
                        file.path, document.source, document.title, document.format, document.content_hash,
                        file.splitter, sum(page.number is not None for page in document.pages),
                        file.size, now(), file.seconds,
                        _json([(repair.kind, repair.count) for repair in document.repairs]),
                        _json([(page.number, page.reason.tr, page.reason.en) for page in document.unread]),
                    ),
                ).lastrowid  # fmt: skip
                db.executemany("INSERT INTO words VALUES (?, ?)", [(row, word) for word in set(file.words)])
                with_ids = []
                for chunk in file.chunks:
                    id = db.execute(
                        "INSERT INTO chunks (document, position, headings, page, text, page_label)"
                        " VALUES (?, ?, ?, ?, ?, ?)",
                        (
                            row,
                            chunk.position,
                            _json(chunk.headings),
                            chunk.page,
                            chunk.text,
                            chunk.page_label,
                        ),
                    ).lastrowid
                    with_ids.append(replace(chunk, id=int(id or 0)))
                stored.append(with_ids)
        return stored

    def make_ready(self, paths: Sequence[str]) -> None:
        """Make the pending rows of these paths searchable in place of their older rows."""
        with self._catalogue.change() as db:
            for path in paths:
                db.execute(
                    "UPDATE documents SET state = 'removing' WHERE path = ? AND state = 'ready'", (path,)
                )
                db.execute(
                    "UPDATE documents SET state = 'ready' WHERE path = ? AND state = 'pending'", (path,)
                )
                db.execute("DELETE FROM failures WHERE path = ?", (path,))

    def mark_removing(self, documents: Iterable[int]) -> None:
        """Take these documents out of the search; `delete_leftovers` forgets them."""
        with self._catalogue.change() as db:
            db.executemany(
                "UPDATE documents SET state = 'removing' WHERE id = ?", [(id,) for id in documents]
            )

    def leftovers(self) -> list[int]:
        """Documents that are not searchable: replaced, removed, or cut off by a crash."""
        return [row[0] for row in self._catalogue.read("SELECT id FROM documents WHERE state <> 'ready'")]

    def delete_leftovers(self, documents: Sequence[int]) -> None:
        """Forget documents that are not searchable, with their chunks."""
        with self._catalogue.change() as db:
            db.executemany(
                "DELETE FROM documents WHERE id = ? AND state <> 'ready'", [(id,) for id in documents]
            )

    def move(self, document: int, path: str, source: str, title: str) -> None:
        """Give a searchable document its new place and title; its chunks stay as they are."""
        with self._catalogue.change() as db:
            db.execute(
                "UPDATE documents SET path = ?, source = ?, title = ?, moved = 1 WHERE id = ?",
                (path, source, title, document),
            )
            db.execute("DELETE FROM failures WHERE path = ?", (path,))

    def moved(self) -> list[int]:
        """Searchable documents whose new place the indexes may not know yet."""
        rows = self._catalogue.read("SELECT id FROM documents WHERE moved AND state = 'ready'")
        return [row[0] for row in rows]

    def note_known(self, documents: Iterable[int]) -> None:
        """Note that the indexes know these documents' places."""
        with self._catalogue.change() as db:
            db.executemany("UPDATE documents SET moved = 0 WHERE id = ?", [(id,) for id in documents])

    def fail(self, path: str, source: str, reason: Message, content_hash: str, size: int) -> None:
        """Note why a file could not be read; its last readable version, if any, stays searchable."""
        with self._catalogue.change() as db:
            db.execute(
                "INSERT OR REPLACE INTO failures (path, source, reason_tr, reason_en, content_hash, size,"
                " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (path, source, reason.tr, reason.en, content_hash, size, now()),
            )

    def forget_failures(self, paths: Iterable[str]) -> None:
        """Forget the failures of files that are gone or whole again."""
        with self._catalogue.change() as db:
            db.executemany("DELETE FROM failures WHERE path = ?", [(path,) for path in paths])

    # indexes: which one serves, which one is being built

    def active_index(self) -> tuple[str, str] | None:
        """Fingerprint and embedder name of the index that serves, if there is one."""
        rows = self._catalogue.read("SELECT fingerprint, embedder FROM active_index")
        return (rows[0][0], rows[0][1]) if rows else None

    def activate(self, fingerprint: str, embedder: str) -> None:
        """Let this index serve, in one step; the one that served before is forgotten."""
        with self._catalogue.change() as db:
            db.execute("DELETE FROM active_index")
            db.execute("INSERT INTO active_index VALUES (?, ?, ?)", (fingerprint, embedder, now()))

    def is_done(self, name: str) -> bool:
        """Whether something that is done once in the catalogue's life was done."""
        return bool(self._catalogue.read("SELECT 1 FROM facts WHERE name = ?", (name,)))

    def note_done(self, name: str) -> None:
        """Note that it was."""
        with self._catalogue.change() as db:
            db.execute("INSERT OR IGNORE INTO facts VALUES (?, 'done')", (name,))

    # the folders and files that were ingested

    def roots(self) -> list[str]:
        """Every folder or file that was given to an ingest."""
        return [row[0] for row in self._catalogue.read("SELECT path FROM roots ORDER BY path")]

    def add_root(self, path: str) -> None:
        """Remember a folder or file, so that later ingests look after it."""
        with self._catalogue.change() as db:
            db.execute("INSERT OR IGNORE INTO roots VALUES (?)", (path,))

    def remove_root(self, path: str) -> None:
        """No longer look after a folder or file."""
        with self._catalogue.change() as db:
            db.execute("DELETE FROM roots WHERE path = ?", (path,))

    # helpers

    def _in(self, query: str, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(ids), _BATCH):
            part = [int(id) for id in ids[start : start + _BATCH]]
            yield from self._catalogue.read(query.format(",".join("?" * len(part))), part)


def _chunk(row: tuple[Any, ...]) -> Chunk:
    source, title, headings, *others = row
    return Chunk(source, title, tuple(json.loads(headings)), *others)


def _state(row: tuple[Any, ...]) -> DocumentState:
    *facts, tr, en, repairs, unread, seconds = row
    return replace(
        DocumentState(*facts),
        reason=tr and Message(tr, en),
        repairs=tuple(Repair(kind, count) for kind, count in json.loads(repairs)),
        unread=tuple(UnreadPage(page, Message(tr, en)) for page, tr, en in json.loads(unread)),
        seconds=seconds,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
