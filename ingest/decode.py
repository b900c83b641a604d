"""Bytes to text: which encoding a text file is in, and text in one normal form.

Knows UTF-8, UTF-16 and UTF-32, and Windows-1254 (which holds ISO 8859-9, "Latin-5"), the encodings
that Turkish text files come in, and what a file declares. Old DOS and Macintosh code pages are not guessed:
a wrong guess would be indexed as garbage and nobody would see it.
"""

import codecs
import re
import unicodedata

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")  # not \t \n \v \f \r ESC NEL
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_ASCII_LETTER = re.compile(r"[^\W\d_\x00-\x7f]")
_LETTER = re.compile(r"[^\W\d_]")
_TURKISH = frozenset("çğıöşüÇĞİÖŞÜâîûÂÎÛ")

MAX_CONTROL_SHARE = 0.01
"""Above this share of control characters, and above 2 of them, a file is not text.

PNG, ZIP and ELF files have 5 to 30 %."""


def decode(data: bytes, declared: str | None = None) -> str | None:
    """The text in `data` in normal form (see `normal`), or None if it is not text in a known encoding.

    `declared` is the encoding that the file itself names; what is valid UTF-8 is read as that all the same.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _text(data.decode(encoding, errors="replace"))
    unmarked = _utf16_without_mark(data)
    if unmarked:
        return _text(data.decode(unmarked, errors="replace"))
    try:
        return _text(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    named = _codec(declared)
    if named:
        return _text(data.decode(named, errors="replace"))
    damaged = data.decode("utf-8", errors="replace")
    broken = damaged.count("\ufffd")
    if len(_NOT_ASCII_LETTER.findall(damaged)) > 4 * broken:
        return _text(damaged)  # UTF-8 with a few bad bytes; any other reading would spoil every ş and ğ
    text = _text(data.decode("cp1254", errors="replace"))
    return text if text is not None and _is_plausible(text) else None


def _codec(declared: str | None) -> str | None:
    """Python's name of a declared single-byte or East Asian encoding; None if it tells nothing.

    Latin-1 tells nothing: it is the default of many programs that wrote Turkish. ISO 8859-9 is read as its
    superset Windows-1254, as browsers do.
    """
    try:
        codec = codecs.lookup(declared or "")
    except (LookupError, ValueError):
        return None
    if codec.name in ("iso8859-9", "cp1254"):
        return "cp1254"
    is_text = codec.name.startswith(
        ("iso8859-", "cp", "koi8", "mac-", "big5", "gb", "euc", "shift", "iso2022")
    )
    return codec.name if is_text and codec.name not in ("iso8859-1", "cp1252") else None


def normal(text: str) -> str:
    r"""`text` in NFC with "\n" line ends, without U+0000 and U+FEFF; lone surrogates become U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\ufeff", "")
    return unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))


def _text(text: str) -> str | None:
    controls = len(_CONTROL.findall(text)) + text.count("\ufffd")
    return None if controls > 2 + MAX_CONTROL_SHARE * len(text) else normal(text)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 shows by its high bytes: 0 for Latin-1, 1 for ğ ı ş İ, 0x20 for quotes and dashes."""
    sample = data[:4096]
    if len(data) % 2 or 0 not in sample:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        low = sample[0::2] if encoding == "utf-16-le" else sample[1::2]
        if sum(byte in b"\x00\x01\x20" for byte in high) >= 0.95 * len(high) and low.count(0) <= 0.02 * len(
            low
        ):
            return encoding
    return None


def _is_plausible(text: str) -> bool:
    """Whether a reading as Windows-1254 gives words: mostly Turkish letters, or hardly any accents at all."""
    accented = _NOT_ASCII_LETTER.findall(text)
    turkish = sum(letter in _TURKISH for letter in accented)
    letters = len(_LETTER.findall(text))
    return 2 * len(accented) <= letters and (
        turkish >= 0.8 * len(accented) or len(accented) <= 0.02 * letters
    )
