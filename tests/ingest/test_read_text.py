import pytest

from assistant.errors import KilavuzError
from assistant.records import Document
from ingest.lexicon import lexicon_of
from ingest.read_text import read_text


def read(data: str | bytes, source: str = "ağ/yazici-notlari.txt") -> Document:
    return read_text(data if isinstance(data, bytes) else data.encode(), source, "özet", lexicon_of(()))


def test_the_text_stays_as_it_is() -> None:
    text = "Işık & <ayar> *yıldız* [bağ](a.md) {% x %} &amp;\n\n    girintili\n!!! note\n<!-- kalır -->\n"
    document = read(text)
    assert document.pages[0].text == text and document.format == "text" and document.pages[0].number is None


def test_headings_are_underlined_or_stand_alone() -> None:
    text = "Kurulum\n=======\n\nMetin.\n\n# Bakım\n\nMetin.\n\nİç bölüm\n--------\nson\n"
    document = read(text)
    assert [(h.level, h.text) for h in document.headings] == [(1, "Kurulum"), (1, "Bakım"), (2, "İç bölüm")]
    assert [text[h.offset :].split("\n")[0] for h in document.headings] == ["Kurulum", "# Bakım", "İç bölüm"]
    assert document.title == "Kurulum"


@pytest.mark.parametrize(
    "text", ["# yorum\nayar = 1\n", "ayar = 1\n# yorum\n\nx\n", "a\n=\nb\n", "-----\n\nmetin\n"]
)
def test_comments_and_rules_are_no_headings(text: str) -> None:
    document = read(text)
    assert document.headings == () and document.title == "yazici notlari"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1254", "iso8859-9"])
def test_encodings(encoding: str) -> None:
    text = "Şu küçük ağaç ıslandı, İğne çıktı.\n"
    assert read(text.replace("\n", "\r\n").encode(encoding)).pages[0].text == text


def test_decomposed_letters_are_composed() -> None:
    assert read("I\u0307zmir’in s\u0327ehri").pages[0].text == "İzmir’in şehri"


@pytest.mark.parametrize("data", [b"\x7fELF" + bytes(range(256)) * 20, b"\0" * 500])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(KilavuzError, match="UTF-8"):
        read(data)


@pytest.mark.parametrize("text", ["\n", "\ufeff", "---\n***\n"])
def test_a_file_without_text_is_refused(text: str) -> None:
    with pytest.raises(KilavuzError, match="metin yok"):
        read(text)
