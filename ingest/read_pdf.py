"""PDF to a Document: the text of each page, the headings of the outline, and a title.

Regulations have no outline but numbered articles (MADDE 5, under BİRİNCİ BÖLÜM): those are headings too.
Knows nothing of the layout: columns, tables, running headers and broken letters come as pypdf gives
them. A page that pypdf cannot read is left empty; a file without any text is refused as scanned.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from assistant.errors import KilavuzError
from assistant.records import Document, Heading, Page
from assistant.turkish import fold
from ingest.decode import normal
from ingest.titles import pdf_title

if TYPE_CHECKING:
    from pypdf import PdfReader

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\0": "\ufffd"}
)
_BLANKS = re.compile(r"[ \t\v\f\u00a0\u2000-\u200a\u202f\u3000]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")

_ARTICLE = re.compile(r"^((?:GEÇİCİ |EK |Geçici |Ek )?(?:MADDE|Madde) \d+)\s*[-–—:./]", re.MULTILINE)
_PART = re.compile(
    r"^(?:BİRİNCİ|İKİNCİ|ÜÇÜNCÜ|DÖRDÜNCÜ|BEŞİNCİ|ALTINCI|YEDİNCİ|SEKİZİNCİ|DOKUZUNCU|ONUNCU|ON \w+)"
    r" (?:BÖLÜM|KISIM)$",
    re.MULTILINE,
)
MIN_ARTICLES = 3
"""A text with fewer articles is not a regulation but quotes one."""


def read_pdf(data: bytes, source: str, content_hash: str) -> Document:
    """The PDF file `data` as a Document; its pages are numbered from 1 as in the file.

    Raises KilavuzError if it is no PDF, needs a password, is damaged, or has no text on any page.
    """
    if b"%PDF-" not in data[:1024]:  # readers accept some bytes before the header
        raise KilavuzError(
            "Adı .pdf ile bitiyor ama içeriği PDF değil; dosyayı bir PDF programıyla yeniden kaydedin.",
            "The name ends in .pdf but the content is not PDF; save the file again with a PDF program.",
        )
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports each oddity of each file
    try:
        reader = _open(data, source)
        pages = tuple(Page(text, number) for number, text in enumerate(_page_texts(reader), 1))
    except KilavuzError:
        raise
    except Exception as error:  # damaged files raise nearly everything, RecursionError included
        raise KilavuzError(
            f"PDF bozuk, okunamadı ({type(error).__name__}); "
            "dosyayı yeniden indirin ya da bir PDF programıyla yeniden kaydedin.",
            f"The PDF is damaged and cannot be read ({type(error).__name__}); "
            "download it again or save it again with a PDF program.",
        ) from error
    if not any(_LETTER_OR_DIGIT.search(page.text) for page in pages):
        raise KilavuzError(
            "PDF'de metin yok, sayfaları taranmış görüntü olabilir; "
            "metin tanımadan (OCR) geçirip yeniden ekleyin.",
            "The PDF holds no text, its pages may be scanned images; "
            "run text recognition (OCR) on it and add it again.",
        )
    headings = tuple(_outline_headings(reader, pages)) or tuple(_article_headings(pages))
    first_lines = [line for page in pages[:1] for line in page.text.split("\n") if line][:8]
    return Document(
        source, pdf_title(_metadata_title(reader), source, first_lines), "pdf", content_hash, pages, headings
    )


def _open(data: bytes, source: str) -> "PdfReader":
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise KilavuzError(
            "PDF parolayla korunuyor; parolasını kaldırıp yeniden ekleyin.",
            "The PDF is protected by a password; remove the password and add it again.",
        )
    return reader


def _page_texts(reader: "PdfReader") -> Iterator[str]:
    for index in range(len(reader.pages)):
        try:
            yield page_text(reader.pages[index].extract_text())
        except Exception:  # whatever is wrong with this page, the others may be well
            yield ""


def page_text(extracted: str) -> str:
    """Text from pypdf in normal form: NFC, ligatures as letters, single blanks, no blank at line ends.

    U+0000, with which pypdf gives a letter that the font does not name, becomes U+FFFD.
    """
    lines = normal(extracted.translate(_LIGATURES)).split("\n")
    text = "\n".join(_BLANKS.sub(" ", line).strip() for line in lines)
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _metadata_title(reader: "PdfReader") -> str | None:
    try:
        metadata = reader.metadata
        return normal(metadata.title) if metadata and metadata.title else None
    except Exception:  # a title is worth no failure
        return None


def _outline_headings(reader: "PdfReader", pages: Sequence[Page]) -> list[Heading]:
    """The outline's entries where their titles stand on their pages, in reading order."""
    try:
        entries = list(_flat(reader, reader.outline, 1))
    except Exception:  # endless, damaged or hostile outline
        return []
    found: dict[tuple[int, int], Heading] = {}
    folded: dict[int, list[tuple[int, str]]] = {}
    for level, title, page in entries:
        if not 0 <= page < len(pages) or not _LETTER_OR_DIGIT.search(title):
            continue
        if page not in folded:
            folded[page] = list(_folded_lines(pages[page].text))
        offset = _find_title(_letters(title), folded[page])
        found.setdefault((page, offset), Heading(level, title, page, offset))
    return [found[place] for place in sorted(found)]


def _flat(reader: "PdfReader", entries: Sequence[Any], level: int) -> Iterator[tuple[int, str, int]]:
    """Level, title and page index of the outline's entries; `entries` nests lists as pypdf gives them."""
    for entry in entries:
        if isinstance(entry, list):
            yield from _flat(reader, entry, level + 1)
        else:
            page = reader.get_destination_page_number(entry)
            title = " ".join(normal(entry.title or "").translate(_LIGATURES).split())
            yield level, title, -1 if page is None else page


def _letters(text: str) -> str:
    """Only the folded letters and digits: blanks, dots and stray accents differ between the two spellings."""
    return "".join(filter(str.isalnum, fold(text)))


def _folded_lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.split("\n"):
        yield offset, _letters(line)
        offset += len(line) + 1


def _find_title(title: str, lines: Sequence[tuple[int, str]]) -> int:
    """Offset of the line where `title` begins; 0, the page's start, if it stands nowhere.

    The line is the title, with or without a number before it, or the title takes up to two more lines.
    """
    bare = title.lstrip("0123456789")
    for i, (offset, line) in enumerate(lines):
        if not line or line.isdecimal():  # a page number is no part of the title
            continue
        for count in (1, 2, 3):
            joined = "".join(text for _, text in lines[i : i + count]).lstrip("0123456789")
            if joined and joined == bare:
                return offset
    return 0


def _article_headings(pages: Sequence[Page]) -> list[Heading]:
    """Articles and parts of a regulation, each with the title line above (article) or below (part) it."""
    found = []
    for index, page in enumerate(pages):
        for match in _ARTICLE.finditer(page.text):
            name, start = match[1], match.start()
            above = page.text[:start].rsplit("\n", 2)[-2:]
            if len(above) == 2 and _is_short_title(above[0]):
                name, start = f"{name} – {above[0]}", start - len(above[0]) - 1
            found.append(Heading(2, name, index, start))
    if len(found) < MIN_ARTICLES:
        return []
    for index, page in enumerate(pages):
        for match in _PART.finditer(page.text):
            below = page.text[match.end() + 1 :].split("\n", 1)[0]
            name = f"{match[0]} – {below}" if _is_short_title(below) else match[0]
            found.append(Heading(1, name, index, match.start()))
    return sorted(found, key=lambda heading: (heading.page, heading.offset))


def _is_short_title(line: str) -> bool:
    """Whether a line above an article names it: a few words that begin with a capital, no sentence."""
    return (
        2 <= len(line) <= 80
        and line[0].isupper()
        and line[-1].isalpha()
        and not any(c.isdigit() for c in line)
    )
