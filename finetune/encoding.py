"""Data files to text with the right letters: their encoding, and what wrong readings have made of them.

    bytes -> text (UTF-8, UTF-16, UTF-32, Windows-1254 with Latin-5) -> rows -> letters mended

Three wrong readings are undone: UTF-8 taken for a Western code page ("baÄŸlantÄ±"), UTF-8 taken for an East
Asian one ("ba臒lant覺"), Latin-5 taken for Latin-1 ("baðlantý"). The first shows in every text by itself; the
others only in many texts together. A letter that a reading has dropped can be put back where the words are
known. Files are read in blocks, however large they are.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import TextIO

from assistant.errors import KilavuzError

SAMPLE = 1 << 20
"""Bytes that tell the encoding."""
EVIDENCE = 3
"""Signs of a wrong reading, at least, before whole files are taken for wrongly read."""
LATIN_LETTERS = 0.9
"""Share of the East Asian characters that must stand for Turkish letters."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # C1 is what wrong readings give
_CONTROL_SHARE = 0.01  # PNG, ZIP and ELF files have 5 to 30 %
_ACCENTED = re.compile(r"[^\W\d_\x00-\x7f]")
_UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_TURKISH = "çğıöşüÇĞİÖŞÜâîûÂÎÛ"
_ASIAN = ("big5", "gbk", "cp949")
_ASIAN_SIGN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_LATIN5 = str.maketrans("ðþýÐÞÝ", "ğşıĞŞİ")
_LATIN5_LETTER = re.compile("[ðþýÐÞÝ]")
_TRUE_LETTER = re.compile("[ğşıĞŞİ]")
# UTF-8 read as Windows-1252 or -1254 (or as Latin-1): a lead byte's letter and what follows it
_MOJIBAKE = re.compile(
    "[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]"
)
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 25  # letters of a word in which lost ones are looked for
_MOST_LOST = 2


def _as_windows_1254(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1254", "replace"), error.end


codecs.register_error("kilavuz-cp1254", _as_windows_1254)


def open_data(path: Path) -> TextIO:
    """Open a data file as text; line ends stay as they are.

    What is not UTF-8 is read as Windows-1254, byte by byte: the letters of Latin-5 are never valid UTF-8, so
    files in either and in both at once are read rightly. Raises KilavuzError for a file that is not to be
    read, is empty, is no text or is in another encoding.
    """
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE)
        codec = _codec(sample)
        _check(path, sample.decode(codec, _errors(codec)))
        return path.open(encoding=codec, errors=_errors(codec), newline="")
    except OSError as error:
        raise KilavuzError(
            f"Veri dosyası okunamadı: {path} ({error.strerror}); yolu ve izinleri denetleyin.",
            f"The data file could not be read: {path} ({error.strerror}); check path and permissions.",
        ) from None


def _codec(sample: bytes) -> str:
    for mark, codec in _MARKS:
        if sample.startswith(mark):
            return codec
    head = sample[: 4096 & ~1]
    for codec, high, low in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        # its high bytes: 0 for Latin-1, 1 for ğ ı ş İ, 0x20 for quotes and dashes
        if 0 in high and sum(b in b"\x00\x01\x20" for b in high) >= 0.95 * len(high) and 0 not in low:
            return codec
    return "utf-8"


def _errors(codec: str) -> str:
    return "kilavuz-cp1254" if codec.startswith("utf-8") else "replace"


def _check(path: Path, text: str) -> None:
    if not text.strip("\ufeff \t\r\n"):
        raise KilavuzError(
            f"Veri dosyası boş: {path}; içinde en az iki soru ile yanıtı olan bir dosya verin.",
            f"The data file is empty: {path}; give one with two questions and their answers at least.",
        )
    if len(_CONTROL.findall(text)) > 2 + _CONTROL_SHARE * len(text):
        raise KilavuzError(
            f"Bu bir metin dosyası değil: {path}; verileri JSON, JSONL ya da CSV olarak kaydedin.",
            f"This is not a text file: {path}; save the data as JSON, JSONL or CSV.",
        )
    accented = len(_ACCENTED.findall(text))
    if text.count("\ufffd") > 2 + 0.1 * accented:
        raise KilavuzError(
            f"Dosyanın harf kodlaması anlaşılamadı: {path}; dosyayı UTF-8 olarak kaydedin.",
            f"The encoding of the file could not be told: {path}; save it as UTF-8.",
        )


def mender(texts: Iterable[str], known: Callable[[str], bool] | None = None) -> Callable[[str], str]:
    """What mends the letters of any text of a file, judged by some of its texts.

    `known` tells whether a word (in any case) is known; without it dropped letters stay dropped.
    """
    texts = list(texts)
    asian = _asian_letters(texts)
    latin5 = sum(len(_LATIN5_LETTER.findall(text)) for text in texts)
    is_latin5 = latin5 >= EVIDENCE and latin5 > sum(len(_TRUE_LETTER.findall(text)) for text in texts)
    lost = "".join(letter for letter in _TURKISH[:12] if letter not in asian.values()) if asian else ""

    def mend(text: str) -> str:
        text = _SURROGATE.sub("\ufffd", unicodedata.normalize("NFC", _UNUSABLE.sub("", text))).strip()
        if text.isascii() and not lost:
            return text
        if _MOJIBAKE.search(text):
            from ftfy import fix_encoding

            text = str(fix_encoding(text))
        if is_latin5:
            text = text.translate(_LATIN5)
        for sign, letter in asian.items():
            text = text.replace(sign, letter)
        if lost and known:
            text = _WORD.sub(lambda word: _with_lost(word[0], lost, known), text)
        return text

    return mend


def _asian_letters(texts: list[str]) -> dict[str, str]:
    """The East Asian characters that stand for Turkish letters in these texts: none in a Chinese text."""
    signs = [sign for text in texts for sign in _ASIAN_SIGN.findall(text)]
    if len(signs) < EVIDENCE:
        return {}
    best: dict[str, str] = {}
    most = 0
    for codec in _ASIAN:
        letters = _letters_of(codec)
        count = sum(sign in letters for sign in signs)
        if count > most:
            best, most = letters, count
    return best if most >= LATIN_LETTERS * len(signs) else {}


def _letters_of(codec: str) -> dict[str, str]:
    letters = {}
    for letter in _TURKISH:
        sign = letter.encode().decode(codec, "ignore")
        if len(sign) == 1 and _ASIAN_SIGN.match(sign):
            letters[sign] = letter
    return letters


def _with_lost(word: str, lost: str, known: Callable[[str], bool]) -> str:
    """The word with the letters that it must have lost; as it is if it is known or nothing single fits."""
    if known(word) or len(word) > _LONGEST:
        return word
    for count in range(1, _MOST_LOST + 1):
        found = {
            candidate
            for places in combinations(range(len(word) + 1), count)
            for candidate in _inserted(word, places, lost)
            if known(candidate)
        }
        if found:
            return found.pop() if len(found) == 1 else word
    return word


def _inserted(word: str, places: tuple[int, ...], lost: str) -> list[str]:
    """The word with a lost letter before each of these places; capitals only where one may stand."""
    grown = [("", 0)]
    for place in places:
        fits = [c for c in lost if c.isupper() == (place == 0 and not word[:1].isupper())]
        grown = [(done + word[start:place] + c, place) for done, start in grown for c in fits]
    return [done + word[start:] for done, start in grown]
