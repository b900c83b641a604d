"""The pages of a PDF read as well as can be: by pypdf, then by the second reader, then from their images.

Repairs and running lines take their evidence from the whole document, so whenever pages are replaced by
another reading the whole document is settled again, and each page keeps the reading that came out better.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.errors import Message
from ingest import ocr, pdfium
from ingest.layout import arrange
from ingest.lexicon import Lexicon
from ingest.lines import Line
from ingest.quality import GOOD, UNREADABLE, mended_words, page_quality
from ingest.repair import repair

GAIN, KEPT, MORE, MENDED = 0.01, 0.9, 1.5, 2
"""Another reading of a page is taken if its score is higher by `GAIN` or `MENDED` words in pieces are whole,
and it has `KEPT` of the letters; or if it has `MORE` times as many letters."""

TABLE_GAIN = 0.05
"""The gain asked for where the page has tables: the second reader gives no rows."""

TORN = 1.0
"""Words in pieces mended per page of a document from which all its pages are read again: more were not."""

FEW_WORDS = 30
"""A page with fewer words may be an image with a heading or a page number on it, and is looked at."""

WRITTEN = 0.05
"""Share of a page's height with writing outside its text, from which a page with a large image, or without
words, is an image of text. Scanned pages have 0.1 to 0.7, headings and rules alone less than 0.03."""

SECOND_READER, OCR = "second reader", "ocr"  # of records.REPAIRS
_WORD = re.compile(r"[^\W\d_]{2,}")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")

_LOST = Message("Taranmış ya da okunamayan sayfa", "Scanned or unreadable page")
_PICTURE = Message(
    "Bu sayfada görüntü içindeki yazı okunmadı", "On this page the text inside an image was not read"
)

NO_TIME = Message(
    f"metin tanımaya bir dosyada {ocr.SECONDS_A_FILE:.0f} saniye ayrılır, dosyayı bölüp yeniden ekleyin.",
    f"text recognition has {ocr.SECONDS_A_FILE:.0f} seconds a file, divide the file and add it again.",
)
NOT_OPENED = Message(
    "dosyayı bir PDF programıyla yeniden kaydedip ekleyin.",
    "save the file again with a PDF program and add it.",
)
NOT_RECOGNISED = Message(
    "görüntüsünde de metin tanınamadı, daha net taranmış bir kopyasını ekleyin.",
    "no text was recognised in its image either, add a clearer scan.",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The pages of a document as read, arranged and repaired.

    `raw` are the lines as a reader gave them, `pages` as they came out of that, without those dropped;
    `scores` is each page's quality, 0 without letters or digits; `counts` is by `records.REPAIRS`;
    `unread` gives the index of each page that could not be read, and why.
    """

    raw: list[list[Line]]
    pages: list[list[Line]]
    scores: list[float]
    counts: dict[str, int]
    unread: dict[int, Message] = field(default_factory=dict)

    def text(self, index: int) -> str:
        """The text of the page."""
        return "\n".join(line.text for line in self.pages[index])

    def words(self, index: int) -> int:
        """How many words of two letters or more are on the page."""
        return len(_WORD.findall(self.text(index)))

    def letters(self, index: int) -> int:
        """How many letters are on the page, however they are parted into words."""
        return sum(map(str.isalpha, self.text(index)))


def settle(raw: Sequence[list[Line]], lexicon: Lexicon) -> Reading:
    """Arrange and repair the pages that a reader gave, and say how good they are."""
    arranged = arrange(raw)
    repaired = repair([[line.text for line in page] for page in arranged.pages], lexicon)
    pages = [  # a line whose only word went up to the line before is no paragraph's end
        [
            replace(line, text=" ".join(text.split()))
            for line, text in zip(page, texts, strict=True)
            if text or not line.text
        ]
        for page, texts in zip(arranged.pages, repaired.pages, strict=True)
    ]
    scores = [_score(page, lexicon) for page in pages]
    return Reading(list(raw), pages, scores, {**repaired.counts, **arranged.counts})


def read_again(data: bytes, reading: Reading, lexicon: Lexicon) -> Reading:
    """`reading` with its poor pages read again by PDFium, or recognised in their images.

    What can't be read then is in `unread`, with its letters taken out if they are none. Pages that show
    nothing are well read.
    """
    torn = reading.counts.get("spaces", 0) >= TORN * len(reading.pages)
    poor = [
        i for i, score in enumerate(reading.scores) if torn or score < GOOD or reading.words(i) < FEW_WORDS
    ]
    if not poor:
        return reading
    with pdfium.opened(data) as document:
        if document is None:
            return _with_unread(reading, {i: NOT_OPENED for i in poor if _is_lost(reading, i)}, lexicon)
        found = {i: pdfium.pdfium_lines(document, i) for i in poor}
        promising = {i: lines for i, lines in found.items() if _is_promising(reading, i, lines, lexicon)}
        reading = _with_better(reading, promising, SECOND_READER, lexicon)
        return _recognised(document, reading, poor, lexicon)


def _score(page: Sequence[Line], lexicon: Lexicon) -> float:
    text = "\n".join(line.text for line in page)
    return page_quality(text, lexicon) if _LETTER_OR_DIGIT.search(text) else 0.0


def _is_promising(reading: Reading, index: int, lines: list[Line], lexicon: Lexicon) -> bool:
    """Whether a reading is worth settling the document again: better before repair."""
    old, new = (Reading([], [page], [_score(page, lexicon)], {}) for page in (reading.raw[index], lines))
    return _is_better(new, 0, old, 0, lexicon)


def _is_better(new: Reading, at: int, old: Reading, index: int, lexicon: Lexicon) -> bool:
    """Whether a page is readable and holds much more text, or nearly as much of better quality."""
    letters, before = new.letters(at), old.letters(index)
    if new.scores[at] < UNREADABLE or letters < KEPT * before:
        return False
    if letters >= MORE * max(before, 1):
        return True
    gain = new.scores[at] - old.scores[index]
    if any(line.role == "row" for line in old.pages[index]):
        return gain >= TABLE_GAIN
    return gain >= GAIN or mended_words(old.text(index), new.text(at), lexicon) >= MENDED


def _with_better(
    reading: Reading, candidates: Mapping[int, list[Line]], kind: str, lexicon: Lexicon
) -> Reading:
    """`reading` with those candidates that are better; their number is counted as `kind`."""
    taken = dict(candidates)
    new = _replaced(reading, taken, lexicon)
    if any(not _is_better(new, i, reading, i, lexicon) for i in candidates):
        taken = {i: lines for i, lines in candidates.items() if _is_better(new, i, reading, i, lexicon)}
        new = _replaced(reading, taken, lexicon)
    return replace(new, counts={**new.counts, kind: len(taken)}) if taken else reading


def _replaced(reading: Reading, pages: Mapping[int, list[Line]], lexicon: Lexicon) -> Reading:
    """`reading` settled again with these pages in place of its own."""
    if not pages:
        return reading
    new = settle([pages.get(i, page) for i, page in enumerate(reading.raw)], lexicon)
    readers = {kind: count for kind, count in reading.counts.items() if kind in (SECOND_READER, OCR)}
    return replace(new, counts={**new.counts, **readers})


def _is_lost(reading: Reading, index: int) -> bool:
    return reading.scores[index] < UNREADABLE


def _recognised(
    document: "pdfium.PdfDocument", reading: Reading, poor: Sequence[int], lexicon: Lexicon
) -> Reading:
    """`reading` with the text that OCR finds on pages that are lost or show more writing than their text."""
    pictures = [i for i in poor if _shows_more(document, reading, i)]
    if not pictures:
        return reading
    unread: dict[int, Message] = {}
    candidates: dict[int, list[Line]] = {}
    recognise = ocr.find_ocr()
    end = time.monotonic() + ocr.SECONDS_A_FILE
    for index in pictures:
        left = end - time.monotonic()
        if recognise is None or left < 1:
            unread[index] = ocr.INSTALL if recognise is None else NO_TIME
            continue
        image = pdfium.page_image(document, index, ocr.DPI)
        lines = recognise(image, min(left, ocr.SECONDS_A_PAGE)) if image is not None else []
        candidates[index] = lines if _is_lost(reading, index) else _added(reading.raw[index], lines)
    before, reading = reading, _with_better(reading, candidates, OCR, lexicon)
    unread |= {
        i: NOT_RECOGNISED for i in candidates if _is_lost(reading, i) or reading.raw[i] is before.raw[i]
    }
    return _with_unread(reading, unread, lexicon)


def _shows_more(document: "pdfium.PdfDocument", reading: Reading, index: int) -> bool:
    """Whether the page shows text that was not read."""
    own, words = reading.raw[index], reading.words(index)
    if not any(line.text for line in own):
        return not pdfium.is_blank(document, index)
    if words and _is_lost(reading, index):
        return True
    if words >= FEW_WORDS or (words and not pdfium.has_large_image(document, index)):
        return False
    return pdfium.written_share(document, index, own) >= WRITTEN


def _added(own: Sequence[Line], recognised: Sequence[Line]) -> list[Line]:
    """The page's own lines and, between those above and those below, what was recognised elsewhere on it."""
    places = [(line.y, line.size or 12.0) for line in own if line.text]
    new = [line for line in recognised if not any(abs(line.y - y) < 0.7 * size for y, size in places)]
    if not any(line.text for line in new):
        return list(own)
    top = max(line.y for line in new if line.text)
    above = [line for line in own if line.y > top]
    return [*above, Line(""), *new, Line(""), *(line for line in own if line.y <= top)]


def _with_unread(reading: Reading, unread: Mapping[int, Message], lexicon: Lexicon) -> Reading:
    """`reading` with these pages unread, each with its remedy; the letters of lost ones are taken out."""
    lost = {i for i in unread if _is_lost(reading, i)}
    reading = _replaced(reading, {i: [] for i in lost if reading.pages[i]}, lexicon)
    reasons = {}
    for i, remedy in unread.items():
        what = _LOST if i in lost else _PICTURE
        reasons[i] = Message(f"{what.tr}; {remedy.tr}", f"{what.en}; {remedy.en}")
    return replace(reading, unread=reasons)
