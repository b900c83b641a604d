import hashlib
import os
from pathlib import Path

import pytest

from assistant.document_texts import KnownDocument
from assistant.errors import KilavuzError
from ui.originals import Originals

CONTENT = b"%PDF-1.4 i\xc3\xa7erik"


def known(path: Path) -> KnownDocument:
    hashed = hashlib.sha256(CONTENT).hexdigest()
    return KnownDocument(3, str(path), "şema.pdf", "Şema", "pdf", hashed, 1, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "belgeler").mkdir()
    return tmp_path / "belgeler"


@pytest.fixture
def path(folder: Path) -> Path:
    (folder / "şema.pdf").write_bytes(CONTENT)
    return folder / "şema.pdf"


@pytest.fixture
def originals(folder: Path, path: Path) -> Originals:
    return Originals(lambda id: known(path) if id == 3 else None, lambda: [folder])


def read(originals: Originals, id: int = 3) -> bytes:
    with (original := originals.open(id)).file as file:
        content = file.read()
        assert original.size == len(content)
        return content


def test_the_file_that_was_read_is_opened_again_and_again(originals: Originals) -> None:
    assert read(originals) == read(originals) == CONTENT


def test_an_unknown_id_opens_nothing(originals: Originals) -> None:
    for id in (0, -1, 4, 10**18):
        with pytest.raises(KilavuzError):
            originals.open(id)


def test_a_file_moved_away_or_changed_is_refused(originals: Originals, path: Path) -> None:
    assert read(originals)
    path.write_bytes(CONTENT + b"x")
    with pytest.raises(KilavuzError, match="değişmiş"):
        originals.open(3)
    path.unlink()
    with pytest.raises(KilavuzError, match="yerinde değil"):
        originals.open(3)


def test_the_same_size_and_time_with_other_content_is_noticed(originals: Originals, path: Path) -> None:
    before = path.stat()
    assert read(originals)
    path.write_bytes(CONTENT[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(KilavuzError):
        originals.open(3)


@pytest.mark.parametrize("content", [b"root:x:0:0", CONTENT])
def test_a_link_out_of_the_folder_is_refused_whatever_it_leads_to(
    originals: Originals, path: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "secret").write_bytes(content)
    path.unlink()
    path.symlink_to(tmp_path / "secret")
    with pytest.raises(KilavuzError):
        originals.open(3)


def test_a_folder_that_became_a_link_is_refused(tmp_path: Path) -> None:
    folder, outside = tmp_path / "belgeler", tmp_path / "outside"
    for one in (folder / "alt", outside):
        one.mkdir(parents=True)
        (one / "a.pdf").write_bytes(CONTENT)
    originals = Originals(lambda _: known(folder / "alt" / "a.pdf"), lambda: [folder])
    assert read(originals) == CONTENT
    (folder / "alt").rename(tmp_path / "away")
    (folder / "alt").symlink_to(outside)
    with pytest.raises(KilavuzError):
        originals.open(3)


def test_a_link_within_the_folder_is_followed_as_the_ingest_does(folder: Path, path: Path) -> None:
    (folder / "link.pdf").symlink_to(path)
    assert read(Originals(lambda _: known(folder / "link.pdf"), lambda: [folder])) == CONTENT


def test_a_folder_no_longer_ingested_and_what_is_no_file_are_refused(folder: Path, path: Path) -> None:
    with pytest.raises(KilavuzError):
        Originals(lambda _: known(path), lambda: [folder / "alt"]).open(3)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(KilavuzError):
        Originals(lambda _: known(path), lambda: [folder]).open(3)
    with pytest.raises(KilavuzError):
        Originals(lambda _: known(Path("\0")), lambda: [folder]).open(3)
