"""PDF to a Document: its pages as well as they can be read, their printed numbers, headings and a title.

This file only puts the steps together: pypdf's lines (`pdf_lines`), layout, repair and the readings of poor
pages (`reread`), headings (`pdf_headings`). A file of which no page can be read is refused.
"""

import re
from collections.abc import Sequence
from typing import Any

from assistant.errors import KilavuzError
from assistant.records import REPAIRS, Document, Page, Repair, UnreadPage
from ingest import ocr, pdfium
from ingest.lexicon import Lexicon
from ingest.lines import Line
from ingest.pdf_headings import find_titles, heading_records
from ingest.pdf_lines import metadata_title, open_pdf, outline, page_labels, page_lines
from ingest.reread import NOT_RECOGNISED, read_again, settle
from ingest.titles import pdf_title

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def read_pdf(data: bytes, source: str, content_hash: str, lexicon: Lexicon) -> Document:
    """The PDF file `data` as a Document; its pages are numbered from 1 as in the file.

    Raises KilavuzError if it is no PDF, needs a password, is damaged, or no page of it can be read.
    """
    raw: list[list[Line]] = []
    labels: list[str | None] = []
    entries: list[tuple[int, str, int]] = []
    title, damage = None, None
    try:
        reader = open_pdf(data)
        raw = [_lines(reader.pages, index) for index in range(len(reader.pages))]
        labels, entries, title = page_labels(reader), outline(reader), metadata_title(reader)
    except KilavuzError:
        raise
    except Exception as error:  # damaged files raise nearly everything, RecursionError included
        raw, damage = [], error
    count = pdfium.page_count(data, len(raw))
    if damage and not count:
        raise KilavuzError(
            f"PDF bozuk, okunamadı ({type(damage).__name__}); "
            "dosyayı yeniden indirin ya da bir PDF programıyla yeniden kaydedin.",
            f"The PDF is damaged and cannot be read ({type(damage).__name__}); "
            "download it again or save it again with a PDF program.",
        ) from damage
    if count > len(
        raw
    ):  # pypdf passed pages over, so those it has may have wrong numbers: the second reader's
        raw, labels, entries = [[] for _ in range(count)], [None] * count, []
    reading = read_again(data, settle(raw, lexicon), lexicon)
    texts = [reading.text(index) for index in range(len(reading.pages))]
    if not any(map(_LETTER_OR_DIGIT.search, texts)):
        remedy = ocr.INSTALL if ocr.find_ocr() is None else NOT_RECOGNISED
        raise KilavuzError(
            f"PDF'de okunabilir metin yok, taranmış olabilir; {remedy.tr}",
            f"The PDF holds no readable text, it may be scanned; {remedy.en}",
        )
    first_lines = [line.text for page in reading.pages[:1] for line in page if line.text][:8]
    return Document(
        source,
        pdf_title(title, source, first_lines),
        "pdf",
        content_hash,
        tuple(Page(text, n, label) for n, (text, label) in enumerate(zip(texts, labels, strict=True), 1)),
        heading_records(reading.pages, find_titles(reading.pages, entries)),
        tuple(Repair(kind, reading.counts[kind]) for kind in REPAIRS if reading.counts.get(kind)),
        tuple(UnreadPage(index + 1, reason) for index, reason in sorted(reading.unread.items())),
    )


def _lines(pages: Sequence[Any], index: int) -> list[Line]:
    """The lines of one of the pages of pypdf's reader, [] if it cannot read that page."""
    try:
        return page_lines(pages[index])
    except Exception:  # whatever is wrong with this page, the others may be well
        return []
