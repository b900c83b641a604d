import sqlite3
from pathlib import Path

import pytest

from assistant import catalogue as module
from assistant.catalogue import MIGRATIONS, Catalogue
from assistant.documents import Documents
from assistant.errors import KilavuzError
from assistant.records import Chunk


def test_a_transaction_keeps_all_or_nothing(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "k.db")
    with pytest.raises(RuntimeError), catalogue.change() as db:
        db.execute("INSERT INTO roots VALUES ('/a')")
        raise RuntimeError
    assert catalogue.read("SELECT * FROM roots") == []
    with catalogue.change() as db:
        db.execute("INSERT INTO roots VALUES ('/a')")
    catalogue.close()
    reopened = Catalogue(tmp_path / "k.db")
    assert reopened.read("SELECT * FROM roots") == [("/a",)]
    assert reopened.read("PRAGMA journal_mode") == [("wal",)]
    reopened.close()


def test_a_newer_catalogue_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    Catalogue(path).close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(KilavuzError, match="güncelleyin"):
        Catalogue(path)
    assert path.read_bytes() == before


def test_an_older_catalogue_is_migrated_after_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "k.db"
    old = Catalogue(path)
    with old.change() as db:
        db.execute("INSERT INTO roots VALUES ('/a')")
    old.close()
    version = len(MIGRATIONS)
    step = lambda db: db.execute("ALTER TABLE roots ADD COLUMN note TEXT DEFAULT 'x'")  # noqa: E731
    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, step))
    new = Catalogue(path)
    assert new.read("SELECT * FROM roots") == [("/a", "x")]
    new.close()
    backup = sqlite3.connect(tmp_path / f"k.db.v{version}.yedek")
    assert backup.execute("SELECT * FROM roots").fetchall() == [("/a",)]
    assert backup.execute("PRAGMA user_version").fetchone() == (version,)
    backup.close()


def test_a_failing_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "k.db"
    Catalogue(path).close()

    def step(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (x)")
        db.execute("SELECT * FROM nowhere")

    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, step))
    with pytest.raises(KilavuzError):
        Catalogue(path)
    monkeypatch.undo()
    again = Catalogue(path)
    assert again.read("SELECT name FROM sqlite_master WHERE name = 'half'") == []
    again.close()


def test_a_file_that_is_no_database_gives_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    path.write_text("bu bir veritabanı değil " * 100)
    with pytest.raises(KilavuzError, match="Katalog açılamadı"):
        Catalogue(path)


def test_documents_of_the_first_version_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "k.db"
    monkeypatch.setattr(module, "MIGRATIONS", MIGRATIONS[:1])
    old = Catalogue(path)
    with old.change() as db:
        db.execute(
            "INSERT INTO documents VALUES (7, '/a.pdf', 'a.pdf', 'A', 'pdf', 'x', '1-256', 3, 9, '', 'ready')"
        )
        db.execute("INSERT INTO chunks VALUES (5, 7, 0, '[\"Giriş\"]', 2, 'metin')")
    old.close()
    monkeypatch.undo()
    new = Catalogue(path)
    documents = Documents(new)
    [state] = documents.states()
    assert (state.id, state.chunks, state.repairs, state.unread, state.seconds) == (7, 1, (), (), 0.0)
    assert documents.chunks([5])[5] == Chunk("a.pdf", "A", ("Giriş",), 2, "metin", 0, 5, None)
    new.close()
