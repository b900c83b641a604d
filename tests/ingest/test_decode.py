import codecs
import random
import unicodedata

import pytest

from ingest.decode import decode, normal

TURKISH = "Çığlık: şu küçük ağaç “İstanbul”da ıslandı – üç öğün yağmur yağdı.\n"
LATIN_5 = TURKISH.translate(str.maketrans("“”–", '""-'))


@pytest.mark.parametrize(
    "data",
    [
        TURKISH.encode(),
        codecs.BOM_UTF8 + TURKISH.encode(),
        TURKISH.encode("utf-16"),
        TURKISH.encode("utf-32"),
        codecs.BOM_UTF16_BE + TURKISH.encode("utf-16-be"),
        TURKISH.encode("utf-16-le"),
        TURKISH.encode("utf-16-be"),
        TURKISH.encode("cp1254"),
        unicodedata.normalize("NFD", TURKISH).encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    assert decode(data) == TURKISH


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("iso8859-9", "iso-8859-9"),
        ("iso8859-9", "latin5"),
        ("iso8859-9", "ISO-8859-1"),
        ("utf-8", "iso-8859-9"),
        ("cp857", "cp857"),
        ("mac-turkish", "x-mac-turkish"),
        ("iso8859-9", "yok-böyle"),
        ("iso8859-9", "rot13"),
        ("iso8859-9", "base64"),
        ("iso8859-9", "\0"),
        ("iso8859-9", ""),
    ],
)
def test_what_a_file_declares(encoding: str, declared: str) -> None:
    if declared == "x-mac-turkish":
        declared = "mac-turkish"
    assert decode(LATIN_5.encode(encoding), declared) == LATIN_5


@pytest.mark.parametrize("data", [b"", b"abc", "ı".encode(), "ş".encode("utf-16")])
def test_short_files(data: bytes) -> None:
    assert decode(data) == data.decode("utf-16" if data[:1] == b"\xff" else "utf-8")


def test_a_broken_byte_in_utf_8_does_not_make_it_another_encoding() -> None:
    assert decode(TURKISH.encode() + b"\xff son") == TURKISH + "\ufffd son"
    assert decode((TURKISH * 3).encode()[:-30]) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(1).randbytes(5000),
        b"\x7fELF" + bytes(range(256)) * 20,
        random.Random(2).randbytes(9999),
        "Привет, как дела? Это русский текст.".encode("cp1251"),
        b"\0" * 1000,
        b"PK\x03\x04" + random.Random(3).randbytes(5000),
        codecs.BOM_UTF16_LE + random.Random(4).randbytes(999),
    ],
)
def test_what_is_no_text(data: bytes) -> None:
    assert decode(data) is None


def test_normal_form() -> None:
    assert normal("a\r\nb\rc\0\ufeff I\u0307 \ud800") == "a\nb\nc İ \ufffd"
