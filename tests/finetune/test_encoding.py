from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from finetune.encoding import mender, open_data
from ingest.lexicon import lexicon_of

TEXT = "Bağlantı kurulamazsa ağ geçidini yeniden başlatın, ŞİFRE ÇÖZÜLÜR, “ığdır’ın” — â î û"


def read(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with open_data(path) as file:
        return file.read()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1254", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_each_encoding_of_turkish_files_is_read(tmp_path: Path, encoding: str) -> None:
    text = (TEXT + "\r\n") * 20
    assert read(tmp_path / "a.csv", text.encode(encoding)) == text


def test_latin5_is_read(tmp_path: Path) -> None:
    assert (
        read(tmp_path / "a.csv", "Çağrı, şifre, Iğdır, İş".encode("iso8859-9")) == "Çağrı, şifre, Iğdır, İş"
    )


def test_a_file_in_two_encodings_is_read_line_by_line(tmp_path: Path) -> None:
    data = ((TEXT + "\n").encode() + (TEXT + "\n").encode("cp1254")) * 20
    assert read(tmp_path / "a.csv", data) == (TEXT + "\n") * 40


@pytest.mark.parametrize("codec", ["latin-1", "sloppy-windows-1252", "sloppy-windows-1254"])
def test_utf8_taken_for_a_western_code_page_is_undone(codec: str) -> None:
    import ftfy  # noqa: F401 - brings the sloppy codecs

    spoiled = TEXT.encode().decode(codec)
    assert mender([])(spoiled) == TEXT.replace("“", '"').replace("”", '"').replace("’", "'") or (
        mender([])(spoiled) == TEXT
    )


def test_latin5_taken_for_latin1_is_undone_where_the_file_shows_it() -> None:
    spoiled = "Baðlantý kurulamazsa þifreyi deðiþtirin, ÞÝFRE".encode("latin-1").decode("latin-1")
    assert mender([spoiled])(spoiled) == "Bağlantı kurulamazsa şifreyi değiştirin, ŞİFRE"
    icelandic = "Guðmundur Þórðarson kimdir?"
    assert mender([TEXT, icelandic])(icelandic) == icelandic


def test_utf8_taken_for_gbk_is_undone() -> None:
    text = "Bağlantı kurulamazsa ağ geçidini yeniden başlatın"
    spoiled = text.encode().decode("gbk")
    assert "臒" in spoiled
    assert mender([spoiled])(spoiled) == text


def test_utf8_taken_for_big5_loses_letters_that_only_known_words_give_back() -> None:
    spoiled = "Y羹ksek doruluk, Doal Dil 襤leme, aktarlar覺n deikenlii"  # as in published model cards
    words = ["yüksek", "doğruluk", "doğal", "dil", "işleme", "değişkenliği"]
    assert mender([spoiled])(spoiled) == "Yüksek doruluk, Doal Dil İleme, aktarların deikenlii"
    known = lexicon_of(words).__contains__
    assert mender([spoiled], known)(spoiled) == "Yüksek doğruluk, Doğal Dil İşleme, aktarların deikenlii"


def test_a_lost_letter_that_could_be_two_stays_lost() -> None:
    known = lexicon_of(["yaşama", "yağama", "ağaç"]).__contains__
    mend = mender(["癟覺羹"], known)
    assert mend("yaama aa癟") == "yaama ağaç"


def test_chinese_is_left_alone() -> None:
    text = "Ağ geçidi (網關) ve 羹 yemeği 中文 文字"
    assert mender([text])(text) == text


def test_right_letters_are_left_alone_and_composed() -> None:
    assert mender([TEXT])(TEXT) == TEXT
    assert mender([])("a\u0301 o\u0308lc\u0327u\u0308 \ud800 \ufeffx\0 ") == "á ölçü \ufffd x"


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
    with pytest.raises(KilavuzError, match="metin dosyası değil"):
        read(tmp_path / "a.csv", png)
    with pytest.raises(KilavuzError, match="UTF-8 olarak kaydedin"):
        read(tmp_path / "a.csv", ("ışığı şişe ağı " * 20).encode("cp857"))


def test_text_with_wrong_letters_is_text(tmp_path: Path) -> None:
    spoiled = TEXT.encode().decode("latin-1")  # has control characters for ğ and ş
    assert read(tmp_path / "a.csv", spoiled.encode()) == spoiled
