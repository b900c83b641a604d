"""Files put in and taken out, through the service."""

from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from assistant.records import IngestReport
from tests.ui.service_fakes import make_service, state


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "ev"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "gelen"
    folder.mkdir()
    return folder


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "belgeler").iterdir())


# files in


def test_an_upload_lands_whole_and_under_its_own_name(home: Path, given: Path) -> None:
    service = make_service(home)
    assert service.upload(write(given / "x", "merhaba"), "Kılavuz.md") == "Kılavuz.md"
    assert names(home) == ["Kılavuz.md"]
    assert (home / "belgeler" / "Kılavuz.md").read_text("utf-8") == "merhaba"
    service.close()


def test_another_file_of_the_same_name_is_not_overwritten(home: Path, given: Path) -> None:
    service = make_service(home)
    assert service.upload(write(given / "a.md", "bir"), "a.md") == "a.md"
    assert service.upload(write(given / "a.md", "iki"), "a.md") == "a (2).md"
    assert service.upload(write(given / "a.md", "üç"), "a.md") == "a (3).md"
    assert service.upload(write(given / "a.md", "iki"), "a.md") == "a (2).md"  # the same again: no copy
    assert {name: (home / "belgeler" / name).read_text("utf-8") for name in names(home)} == {
        "a.md": "bir", "a (2).md": "iki", "a (3).md": "üç",
    }  # fmt: skip
    service.close()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("satır\nsonu\x1b.md", "satır_sonu_.md"),
        ("I\u0307z.md", "\u0130z.md"),  # NFD becomes NFC
        ("proje/alt/a.md", "proje/alt/a.md"),
        ("./proje//alt/ ./a.md", "proje/alt/a.md"),
        ("a\\..\\b.md", "a_.._b.md"),
    ],
)
def test_names_and_folders_are_made_harmless(home: Path, given: Path, name: str, kept: str) -> None:
    service = make_service(home)
    assert service.upload(write(given / "x", "x"), name) == kept
    assert (home / "belgeler" / kept).read_text("utf-8") == "x"
    service.close()


@pytest.mark.parametrize(
    "name",
    ["../a.md", "alt/../../a.md", "/etc/a.md", "a/.git/b.md", "node_modules/b.md", "", "/", "\ud800/../a.md"],
)
def test_no_name_leads_out_of_the_folder(home: Path, given: Path, name: str) -> None:
    service = make_service(home)
    with pytest.raises(KilavuzError, match="kullanılamaz"):
        service.upload(write(given / "a.md", "x"), name)
    assert names(home) == [] and sorted(p.name for p in home.iterdir()) == ["belgeler"]


def test_no_link_leads_out_of_the_folder(home: Path, given: Path) -> None:
    service = make_service(home)
    (home / "belgeler" / "dışarı").symlink_to(given)
    with pytest.raises(KilavuzError, match="kullanılamaz"):
        service.upload(write(given / "a.md", "x"), "dışarı/alt/b.md")
    assert sorted(p.name for p in given.iterdir()) == ["a.md"]


def test_a_file_in_the_place_of_a_folder_is_told(home: Path, given: Path) -> None:
    service = make_service(home)
    write(home / "belgeler" / "a.md", "dosya")
    with pytest.raises(KilavuzError, match="kopyalanamadı"):
        service.upload(write(given / "b.md", "x"), "a.md/b.md")


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [("a.exe", 1, ".docx"), (".a.md", 1, ".docx"), ("a.md", 1001, "sınırını"),
     ("yok.md", None, "kopyalanamadı")],
)  # fmt: skip
def test_what_cannot_be_a_document_is_refused(
    home: Path, given: Path, name: str, size: int | None, says: str
) -> None:
    service = make_service(home)
    if size:
        (given / name).write_bytes(b"x" * size)
    with pytest.raises(KilavuzError, match=says):
        service.upload(given / name, name)
    assert names(home) == []


def test_copies_that_were_cut_off_are_cleared_at_the_start(home: Path) -> None:
    (home / "belgeler").mkdir(parents=True)
    (home / "belgeler" / "alt").mkdir()
    write(home / "belgeler" / ".kilavuz-x1", "yarım")
    write(home / "belgeler" / "alt" / ".kilavuz-x2", "yarım")
    write(home / "belgeler" / "tam.md", "tam")
    make_service(home)
    assert names(home) == ["alt", "tam.md"] and not list((home / "belgeler" / "alt").iterdir())


# files out


def test_a_deleted_document_moves_to_the_trash(home: Path) -> None:
    folder = home / "belgeler"
    service = make_service(home, state(1, folder / "a.md"), state(2, folder / "alt" / "a.md"))
    (folder / "alt").mkdir()
    write(folder / "a.md", "bir")
    write(folder / "alt" / "a.md", "iki")
    service.delete_document(1)
    service.delete_document(2)
    assert service.documents() == []
    assert service._library.published == 2  # type: ignore[attr-defined]
    assert {p.name: p.read_text("utf-8") for p in (home / "silinenler").iterdir()} == {
        "a.md": "bir", "a (2).md": "iki",
    }  # fmt: skip
    service.close()


def test_a_deletion_is_undone(home: Path) -> None:
    path = home / "belgeler" / "alt" / "İğne.md"
    service = make_service(home, state(1, path))
    path.parent.mkdir()
    write(path, "bir")
    token = service.delete_document(1)
    path.parent.rmdir()
    assert service.restore(token) == "alt/İğne.md"
    assert path.read_text("utf-8") == "bir" and not list((home / "silinenler").iterdir())
    with pytest.raises(KilavuzError, match="artık geri alınamıyor"):
        service.restore(token)
    service.close()


def test_an_undo_replaces_no_file_that_has_come_since(home: Path) -> None:
    path = home / "belgeler" / "a.md"
    service = make_service(home, state(1, path))
    write(path, "eski")
    token = service.delete_document(1)
    write(path, "yeni")
    assert service.restore(token) == "a (2).md"
    assert path.read_text("utf-8") == "yeni" and path.with_name("a (2).md").read_text("utf-8") == "eski"
    service.close()


def test_an_undo_whose_file_is_gone_is_told(home: Path) -> None:
    path = home / "belgeler" / "a.md"
    service = make_service(home, state(1, path))
    write(path, "bir")
    token = service.delete_document(1)
    (home / "silinenler" / "a.md").unlink()
    with pytest.raises(KilavuzError, match="geri getirilemedi"):
        service.restore(token)
    with pytest.raises(KilavuzError, match="artık geri alınamıyor"):
        service.restore("../../etc")
    service.close()


def test_a_document_is_read_anew_once(home: Path) -> None:
    asked: list[set[str]] = []

    def ingest(paths: object, *, progress: object, again: set[str]) -> IngestReport:
        asked.append(set(again))
        return IngestReport()

    path = home / "belgeler" / "a.md"
    service = make_service(home, state(1, path), ingest=ingest)
    assert service.reindex(1) == "a.md"
    assert service.wait_idle(5)
    service.ingest()
    assert asked == [{str(path)}, set()]
    with pytest.raises(KilavuzError, match="Böyle bir belge yok"):
        service.reindex(7)
    service.close()


def test_a_file_outside_the_drop_folder_is_left_where_it_is(home: Path, given: Path) -> None:
    path = write(given / "a.md", "bir")
    service = make_service(home, state(1, path))
    with pytest.raises(KilavuzError, match="dışında"):
        service.delete_document(1)
    assert path.exists()
    assert [one.id for one in service.documents()] == [1]
    path.unlink()
    service.delete_document(1)  # the file is gone anyway
    assert service.documents() == []
    service.close()


def test_no_document_is_deleted_by_guess(home: Path) -> None:
    service = make_service(home, state(0, home / "belgeler/a.md", 0), state(0, home / "belgeler/b.md", 0))
    for unknown in (0, 5):
        with pytest.raises(KilavuzError, match="Böyle bir belge yok"):
            service.delete_document(unknown)
