"""The second reader of PDFs (PDFium): the lines of a page, whether it shows anything else, its image.

It keeps words together where pypdf splits them, and opens some files that pypdf cannot. It does not know
layout: lines come in the order of the page's content. A page that it cannot read is an empty page.
"""

import ctypes
import math
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ingest.lines import Line

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument as PdfDocument  # type: ignore[import-untyped]
    from pypdfium2 import PdfPage, PdfTextPage

MAX_PIXELS = 20_000_000
"""Of a page's image; an A4 page at 300 dpi has 8.7 million. Larger pages are drawn at fewer dpi."""

MAX_PAGES = 20_000
"""Pages that are looked for beyond those that pypdf finds."""

LARGE_IMAGE = 0.3
"""Share of a page: photographs and logos beside text are smaller, scans cover it all."""

_LINE_ENDS = "\r\n"
_BLANKS = " \t\v\f\u00a0\u2000\u2001\u2002\u2003\u2009\u202f\u3000"
_BOLD_WEIGHT = 600  # of 100..900, as in CSS; 700 is bold
_LOOK_DPI = 100  # letters of 6 points keep the strokes that `written_share` counts
_JUMP = 60  # grey levels between neighbours where a stroke begins or ends
_JUMPS = 10  # in a row of pixels, as five letters have
_LOOK_PIXELS = 2_000_000


@contextmanager
def opened(data: bytes) -> "Iterator[PdfDocument | None]":
    """The PDF file `data`, None if PDFium cannot open it or it needs a password."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except (PdfiumError, ValueError):
        yield None
        return
    with closing(document):
        yield document


def page_count(data: bytes, known: int) -> int:
    """How many pages there are, if more than the `known` ones can be opened; else `known`.

    The number that the file states is not trusted. At most `MAX_PAGES` are looked for.
    """
    with opened(data) as document:
        for index in range(min(len(document), MAX_PAGES) if document else 0)[known:][::-1]:
            with _page(document, index) as page:
                if page is not None:
                    return index + 1
    return known


def pdfium_lines(document: "PdfDocument", index: int) -> list[Line]:
    """The lines of page `index` (from 0) with their places, in the order of the page's content."""
    from pypdfium2 import PdfiumError

    with _page(document, index) as page:
        if page is None:
            return []
        try:
            with closing(page.get_textpage()) as text:
                return [_line(page, text, start, letters) for start, letters in _split(text)]
        except PdfiumError:
            return []


def written_share(document: "PdfDocument", index: int, lines: Sequence[Line]) -> float:
    """How much of the page's height shows writing that is not among `lines`, 0..1; 0 if it can't be drawn.

    Writing is what changes between dark and light many times from left to right, as strokes do: rules,
    logos, shades and most photographs do not. A page of scanned text has about half of its height written.
    """
    import numpy as np

    image = _draw(document, index, _LOOK_DPI, _LOOK_PIXELS)
    if image is None:
        return 0.0
    with _page(document, index) as page:
        points = page.get_height() if page is not None else 0.0
    grey = np.asarray(image, dtype=np.int16)
    written = (np.abs(np.diff(grey, axis=1)) > _JUMP).sum(axis=1) >= _JUMPS
    per_point = len(written) / points if points else 0.0
    for line in lines:
        size = line.size or 12.0
        top, bottom = ((points - line.y + up * size) * per_point for up in (-1.2, 0.5))
        written[max(0, int(top)) : max(0, math.ceil(bottom))] = False
    return float(written.mean())


def has_large_image(document: "PdfDocument", index: int) -> bool:
    """Whether images cover `LARGE_IMAGE` of the page or more, as scans do; strips are added up."""
    from pypdfium2 import PdfiumError
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE  # type: ignore[import-untyped]

    with _page(document, index) as page:
        if page is None:
            return False
        width, height = page.get_size()
        covered = 0.0
        try:
            for image in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]):
                area, placed = 1.0, image  # an image is a square of 1 that its matrix and its forms' stretch
                while placed is not None:
                    matrix = placed.get_matrix()
                    area *= abs(matrix.a * matrix.d - matrix.b * matrix.c)
                    placed = placed.container
                covered += area
        except PdfiumError:  # a damaged object; those before it count
            pass
        return bool(covered >= LARGE_IMAGE * width * height)


def is_blank(document: "PdfDocument", index: int) -> bool:
    """Whether the page shows nothing at all: drawn small, all its pixels are alike."""
    image = _draw(document, index, _LOOK_DPI, _LOOK_PIXELS)
    if image is None:
        return False
    low, high = image.getextrema()
    return bool(low == high)


def page_image(document: "PdfDocument", index: int, dpi: int) -> "Image | None":
    """The page in grey at `dpi`, or fewer if it is so large; None if it cannot be drawn."""
    return _draw(document, index, dpi, MAX_PIXELS)


@contextmanager
def _page(document: "PdfDocument", index: int) -> "Iterator[PdfPage | None]":
    from pypdfium2 import PdfiumError

    try:
        page = document[index]
    except (PdfiumError, IndexError):
        yield None
        return
    with closing(page):
        yield page


def _draw(document: "PdfDocument", index: int, dpi: int, most: int) -> "Image | None":
    from pypdfium2 import PdfiumError

    with _page(document, index) as page:
        if page is None:
            return None
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            return None
        scale = min(dpi / 72, math.sqrt(most / (width * height)))
        if min(width, height) * scale < 1:  # a thread of a page
            return None
        try:
            with closing(page.render(scale=scale, grayscale=True)) as bitmap:
                image: Image = bitmap.to_pil().convert("L").copy()
        except (PdfiumError, MemoryError, ValueError, RuntimeError):
            return None
    image.info["dpi"] = (72 * scale, 72 * scale)
    return image


def _split(text: "PdfTextPage") -> Iterator[tuple[int, str]]:
    """The lines of a page as the index of the first character that is no blank, and the text.

    PDFium joins a word that is broken at a line end and puts U+0002 for its hyphen: the hyphen and the
    line end come back here. A letter that the font does not name is U+0000 or U+FFFE and becomes U+FFFD.
    """
    from pypdfium2 import raw

    start, letters = -1, ""
    for place in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, place)
        hyphen = code == 2 or (code == 0xFFFE and raw.FPDFText_IsHyphen(text, place) == 1)
        letter = "-" if hyphen else chr(code) if 0 < code < 0x110000 else "\ufffd"
        if letter in "\ufffe\uffff" or 0xD800 <= code < 0xE000:
            letter = "\ufffd"
        if letter not in _LINE_ENDS:
            if start < 0 and letter not in _BLANKS:
                start = place
            letters += letter if start >= 0 else ""
        if (hyphen or letter in _LINE_ENDS) and start >= 0:
            yield start, letters.rstrip(_BLANKS)
            start, letters = -1, ""
    if start >= 0:
        yield start, letters.rstrip(_BLANKS)


def _line(page: "PdfPage", text: "PdfTextPage", place: int, letters: str) -> Line:
    """A line with the place, the size and the font of its first character."""
    from pypdfium2 import raw

    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    raw.FPDFText_GetCharOrigin(text, place, x, y)
    size = raw.FPDFText_GetFontSize(text, place)
    if raw.FPDFText_GetMatrix(text, place, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    name = ctypes.create_string_buffer(128)
    length = raw.FPDFText_GetFontInfo(text, place, name, len(name), None)
    font = name.raw[: max(0, min(length, len(name)) - 1)].decode("utf-8", "replace")
    bold = raw.FPDFText_GetFontWeight(text, place) >= _BOLD_WEIGHT or "Bold" in font
    return Line(letters, *_as_shown(page, x.value, y.value), size=size, bold=bold, font=font)


def _as_shown(page: "PdfPage", x: float, y: float) -> tuple[float, float]:
    """A place on the page in points from the left and the bottom of what is shown, turned as the page is."""
    left, bottom, *_ = page.get_cropbox()
    x, y, (width, height) = x - left, y - bottom, page.get_size()
    places = {0: (x, y), 90: (y, height - x), 180: (width - x, height - y), 270: (width - y, x)}
    return places[page.get_rotation()]
