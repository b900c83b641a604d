"""The SQLite catalogue: its schema, migrations and transactions.

It is the truth about documents, chunks, turns and votes; vectors and the keyword index are made
from it. What the rows mean is known to `documents.py` and `feedback.py`, not here.
"""

import shutil
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import KilavuzError

_V1 = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE roots (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, format TEXT NOT NULL,
    content_hash TEXT NOT NULL, splitter TEXT NOT NULL, pages INTEGER NOT NULL,
    size INTEGER NOT NULL, changed_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'removing')));
CREATE INDEX documents_by_path ON documents (path);
CREATE UNIQUE INDEX one_ready_document_per_path ON documents (path) WHERE state = 'ready';
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, headings TEXT NOT NULL, page INTEGER, text TEXT NOT NULL);
CREATE INDEX chunks_by_document ON chunks (document, position);
CREATE TABLE failures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE, source TEXT NOT NULL, reason_tr TEXT NOT NULL, reason_en TEXT NOT NULL,
    content_hash TEXT NOT NULL, size INTEGER NOT NULL, changed_at TEXT NOT NULL);
CREATE TABLE active_index (
    fingerprint TEXT PRIMARY KEY, embedder TEXT NOT NULL, since TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL, asked_at TEXT NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, abstained INTEGER NOT NULL, generator TEXT NOT NULL,
    seconds REAL NOT NULL, versions TEXT NOT NULL, detail TEXT NOT NULL,
    hidden INTEGER NOT NULL DEFAULT 0);
CREATE INDEX turns_by_conversation ON turns (conversation, id);
CREATE TABLE votes (
    turn INTEGER NOT NULL REFERENCES turns (id), target TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value IN (-1, 0, 1)), voted_at TEXT NOT NULL,
    PRIMARY KEY (turn, target)) WITHOUT ROWID;
"""


def _v1(db: sqlite3.Connection) -> None:
    for statement in _V1.split(";"):
        db.execute(statement)
    db.execute("INSERT INTO facts VALUES ('catalogue', ?)", (uuid.uuid4().hex,))


_V2 = """
ALTER TABLE documents ADD COLUMN seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN repairs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE documents ADD COLUMN unread TEXT NOT NULL DEFAULT '[]';
ALTER TABLE chunks ADD COLUMN page_label TEXT;
CREATE TABLE words (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE, word TEXT NOT NULL,
    PRIMARY KEY (document, word)) WITHOUT ROWID;
"""


def _v2(db: sqlite3.Connection) -> None:
    for statement in _V2.split(";"):
        db.execute(statement)


def _v3(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE documents ADD COLUMN moved INTEGER NOT NULL DEFAULT 0")


def _v4(db: sqlite3.Connection) -> None:
    db.execute(
        "CREATE TABLE reviews (key TEXT PRIMARY KEY,"
        " state TEXT NOT NULL CHECK (state IN ('accepted', 'rejected')),"
        " triple TEXT NOT NULL, reviewed_at TEXT NOT NULL) WITHOUT ROWID"
    )


def _names_and_branches(db: sqlite3.Connection) -> None:
    db.execute(
        "CREATE TABLE conversation_names (conversation TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID"
    )
    db.execute("ALTER TABLE turns ADD COLUMN copy_of INTEGER")  # in a branch: the turn that was asked


_V5 = """
CREATE TABLE remarks (
    turn INTEGER NOT NULL REFERENCES turns (id), target TEXT NOT NULL,
    reason TEXT NOT NULL, text TEXT NOT NULL, remarked_at TEXT NOT NULL,
    PRIMARY KEY (turn, target)) WITHOUT ROWID;
CREATE TABLE pointed (
    turn INTEGER NOT NULL REFERENCES turns (id), passage TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value IN (0, 1)), searched TEXT NOT NULL,
    versions TEXT NOT NULL, chunk TEXT NOT NULL, pointed_at TEXT NOT NULL,
    PRIMARY KEY (turn, passage)) WITHOUT ROWID;
"""


def _v5(db: sqlite3.Connection) -> None:
    for statement in _V5.split(";"):
        db.execute(statement)


def _owners(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE turns ADD COLUMN owner TEXT NOT NULL DEFAULT ''")  # "": nobody's, see owners.py
    db.execute("CREATE INDEX turns_by_owner ON turns (owner, conversation, hidden, id)")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _v1, _v2, _v3, _v4, _v5, _names_and_branches, _owners,
)  # fmt: skip
"""Step n brings a catalogue from version n to n + 1. A released step is never changed."""


def now() -> str:
    """The time as the catalogue writes it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Catalogue:
    """One open catalogue. Safe to share between threads: each call takes the lock."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or create the file; migrate an older one after a backup beside it.

        With `read_only` it is opened as it is, beside the process that owns it, and must be there and of this
        version. Raises KilavuzError if the file is damaged, unreadable or was written by a newer version.
        """
        self._lock = threading.RLock()
        if read_only:
            self._db = _opened_to_read(path)
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate(path)
        except (sqlite3.Error, OSError) as error:
            if hasattr(self, "_db"):
                self._db.close()
            raise KilavuzError(
                f"Katalog açılamadı: {path} ({error}); dosyanın izinlerini denetleyin, dosya bozuksa onu "
                "başka yere taşıyın: belgeler yeniden okunur.",
                f"The catalogue could not be opened: {path} ({error}); check the file's permissions, or "
                "move it away if it is damaged: the documents are read again.",
            ) from error

    def _migrate(self, path: Path) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            self._db.close()
            raise KilavuzError(
                f"Bu katalog Kılavuz'un daha yeni bir sürümüyle yazılmış: {path}; Kılavuz'u güncelleyin.",
                f"This catalogue was written by a newer version of Kılavuz: {path}; update Kılavuz.",
            )
        if 0 < version < len(MIGRATIONS):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy2(path, path.with_name(f"{path.name}.v{version}.yedek"))
        for number in range(version, len(MIGRATIONS)):
            with self.change():
                MIGRATIONS[number](self._db)
                self._db.execute(f"PRAGMA user_version = {number + 1}")

    def close(self) -> None:
        """Close the file; the catalogue can't be used afterwards."""
        with self._lock:
            self._db.close()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all that happens inside is kept together, or nothing of it."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite has ended it itself if the disk is full
                    self._db.execute("ROLLBACK")
                raise

    def read(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock:
            return self._db.execute(query, values).fetchall()


def _opened_to_read(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise KilavuzError(
            f"Bu ev klasöründe henüz belge yok: {path.parent}; önce belgelerinizi ekleyin: kilavuz ingest.",
            f"There are no documents in this home yet: {path.parent}; add yours first: kilavuz ingest.",
        )
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        db = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise KilavuzError(
            f"Katalog okunamadı: {path} ({error}); dosyanın izinlerini denetleyin.",
            f"The catalogue could not be read: {path} ({error}); check the file's permissions.",
        ) from error
    if version != len(MIGRATIONS):
        db.close()
        raise KilavuzError(
            f"Katalog başka bir sürümün: {path}; Kılavuz'u güncelleyip bir kez `kilavuz ingest` çalıştırın.",
            f"The catalogue is another version's: {path}; update Kılavuz and run `kilavuz ingest` once.",
        )
    return db
