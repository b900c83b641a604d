import hashlib
import os
import socket
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from ingest.lexicon import lexicon_of
from ingest.read import READERS, content_hash, is_document, read_document

LIMIT = 1_000_000
LEXICON = lexicon_of(())
TEXT = "# Kurulum\n\nSunucuyu başlatmak için düğmeye basın; ışık yanınca İstanbul şubesi görünür.\n"


def refused(path: Path, limit: int = LIMIT) -> KilavuzError:
    with pytest.raises(KilavuzError) as caught:
        read_document(path, path.name, limit, lexicon_of(()))
    # The name stands beside the sentence wherever it is shown.
    assert path.name not in caught.value.message.tr and path.name not in caught.value.message.en
    return caught.value


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_document_carries_source_and_hash_of_its_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, "a.md", TEXT.encode())
    document = read_document(path, "kılavuz/a.md", LIMIT, lexicon_of(()))
    assert (document.source, document.title, document.format) == ("kılavuz/a.md", "Kurulum", "markdown")
    assert document.content_hash == hashlib.sha256(TEXT.encode()).hexdigest() == content_hash(path)


@pytest.mark.parametrize(
    "name",
    [
        "a.md",
        "A.MD",
        "İçerik.Markdown",
        "a.pdf",
        "KILAVUZ.PDF",
        "..md",
        "a.TXT",
        "a.rst",
        "A.HTML",
        "a.htm",
        "Rapor.DOCX",
    ],
)
def test_known_suffixes_are_documents(name: str) -> None:
    assert is_document(Path("klasör") / name)


@pytest.mark.parametrize(
    "name",
    [".a.md", "a.md~", "~$a.pdf", ".#a.md", "#a.md#", "a.md.swp", "4913", "a.pdf.part", "a.pdf.crdownload",
     "a.tmp", "a.doc", "a", ".md", "Kpdf"],
)  # fmt: skip
def test_other_suffixes_and_editors_files_are_none(name: str) -> None:
    assert not is_document(Path(name))


@pytest.mark.parametrize(("name", "form"), [("a.txt", "text"), ("a.rst", "rst"), ("a.html", "html")])
def test_every_format_of_text_is_read_and_named(tmp_path: Path, name: str, form: str) -> None:
    path = written(tmp_path, name, "Işık yanınca İstanbul şubesi görünür.".encode())
    document = read_document(path, name, LIMIT, LEXICON)
    assert document.format == form and "İstanbul şubesi" in document.pages[0].text


def test_missing_file(tmp_path: Path) -> None:
    assert "Böyle bir dosya yok" in refused(tmp_path / "yok.md").message.tr
    with pytest.raises(KilavuzError, match="Böyle bir dosya yok"):
        content_hash(tmp_path / "yok.md")


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.md", b"metin")
    if os.geteuid() == 0:  # root may read everything: let the system refuse as it would refuse a user

        def refuse(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("ingest.read.os.open", refuse)
    path.chmod(0)
    assert "izni yok" in refused(path).message.tr


def test_read_error_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.md", b"metin")

    def fail(*_: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("ingest.read.os.open", fail)
    assert "okunamadı" in refused(path).message.tr


def test_empty_file(tmp_path: Path) -> None:
    assert "boş" in refused(written(tmp_path, "a.pdf", b"")).message.tr


def test_unknown_suffix(tmp_path: Path) -> None:
    message = refused(written(tmp_path, "a.xyz", b"metin")).message
    assert ".xyz" in message.tr and all(suffix in message.tr for suffix in READERS)


def test_folder_fifo_and_socket_are_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "klasör.md").mkdir()
    os.mkfifo(tmp_path / "boru.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "soket.md"))
        for name in ("klasör.md", "boru.md", "soket.md"):
            assert "Bu bir dosya değil" in refused(tmp_path / name).message.tr


def test_symlink_loop_and_nul_in_path(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("a.md")
    assert "okunamadı" in refused(tmp_path / "a.md").message.tr
    assert "okunamadı" in refused(tmp_path / "a\0b.md").message.tr


def test_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "büyük.md"
    with path.open("wb") as file:
        file.truncate(200_000_000_000)  # sparse: reading it would run out of memory
    message = refused(path, 100_000_000).message
    assert "çok büyük" in message.tr and "200000 MB" in message.tr and "KILAVUZ_MAX_FILE_MB" in message.tr


def test_limit_is_inclusive(tmp_path: Path) -> None:
    path = written(tmp_path, "a.md", b"metin")
    assert read_document(path, "a.md", 5, lexicon_of(())).pages[0].text == "metin"
    refused(path, 4)
