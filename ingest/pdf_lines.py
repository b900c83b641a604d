"""The lines of a PDF page with their places and fonts, and what a PDF says of itself: outline, labels, title.

The words and their order are exactly pypdf's; only the rows of ruled tables are put together
(`ingest.pdf_tables`). Knows nothing of other pages. Of a form inside a page it takes the place, not the
form's own matrix, and a page's text that pypdf cannot read raises.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any

from assistant.errors import KilavuzError
from ingest.decode import normal
from ingest.lines import Line
from ingest.pdf_columns import cut_at_gap
from ingest.pdf_tables import Ruling, with_tables

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

Matrix = Sequence[float]
"""a b c d e f of PDF 32000-1, 8.3.3: x' = ax + cy + e, y' = bx + dy + f."""

MAX_OUTLINE = 20_000
"""Entries of an outline that are read; more is hostile."""

MAX_RULINGS = 20_000
"""Ruled segments of a page that are kept; a page with more is a drawing."""

_BOLD = re.compile(r"bold|black|heavy|demi|[a-z]bx\d|semib|,b$", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # flag 19 of PDF 32000-1, table 123
_PAINT = frozenset((b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
_CLIP = frozenset((b"W", b"W*"))
_NO_LETTER = str.maketrans({"\0": "\ufffd"})


def open_pdf(data: bytes) -> "PdfReader":
    """The reader of a PDF file's bytes.

    Raises KilavuzError if they are no PDF or need a password, and whatever pypdf raises if they are damaged.
    """
    from pypdf import PdfReader

    if b"%PDF-" not in data[:1024]:  # readers accept some bytes before the header
        raise KilavuzError(
            "Adı .pdf ile bitiyor ama içeriği PDF değil; dosyayı bir PDF programıyla yeniden kaydedin.",
            "The name ends in .pdf but the content is not PDF; save the file again with a PDF program.",
        )
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports each oddity of each file
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise KilavuzError(
            "PDF parolayla korunuyor; parolasını kaldırıp yeniden ekleyin.",
            "The PDF is protected by a password; remove the password and add it again.",
        )
    return reader


def page_lines(page: "PageObject") -> list[Line]:
    """The lines of `page` in pypdf's order; blank ones have the text "".

    Their texts are those of extract_text(), with U+FFFD for a letter that the font does not name (pypdf:
    U+0000) and no blanks at the ends. The rows of a ruled table are one line each, of role "row"; lines that
    were read across two columns are two.
    """
    collector = _Collector(_upright(page))
    page.extract_text(
        visitor_text=collector.text,
        visitor_operand_before=collector.before,
        visitor_operand_after=collector.after,
    )
    rows = cut_at_gap(list(_rows(collector.pieces)))
    with_rows = with_tables(rows, list(collector.rulings))
    return [row if isinstance(row, Line) else _line(row) for row in with_rows]


class _Collector:
    """Takes what pypdf tells its visitors: pieces of text (lines end with a line feed) and rulings.

    Rulings are what is painted and the rectangles that text is clipped to: Word clips each cell's text to
    its cell, so they show tables without any painted line.
    """

    def __init__(self, upright: Matrix) -> None:
        self.pieces: list[Line] = []
        self.rulings: dict[Ruling, None] = {}  # each once, in their order
        self._bases = [upright]  # of the page and the forms it is in
        self._path: list[Ruling] = []
        self._clips = False
        self._point = (0.0, 0.0)
        self._fonts: dict[int, tuple[str, bool]] = {}

    def text(self, text: str, cm: Matrix, tm: Matrix, font: Mapping[str, Any] | None, size: float) -> None:
        if not text:
            return
        place = _times(_times(tm, cm), self._bases[-1])
        x, y, height = place[4], place[5], size * hypot(place[2], place[3])
        if not (isfinite(x) and isfinite(y) and isfinite(height)):
            x = y = height = 0.0
        if id(font) not in self._fonts:
            self._fonts[id(font)] = _font(font)
        name, bold = self._fonts[id(font)]
        self.pieces.append(Line(text, x, y, round(abs(height), 2), bold, name))

    def before(self, operator: bytes, operands: Sequence[Any], cm: Matrix, _: Matrix) -> None:
        if operator == b"re":
            self._rectangle(operands, cm)
        elif operator == b"m" or operator == b"l":
            self._to(operands, cm, operator == b"l")
        elif operator in _CLIP:
            self._clips = True
        elif operator in _PAINT or operator == b"n":
            if self._clips or operator != b"n":
                self.rulings.update(dict.fromkeys(self._path[: MAX_RULINGS - len(self.rulings)]))
            self._path, self._clips = [], False
        elif operator == b"Do":
            self._bases.append(_times(cm, self._bases[-1]))

    def after(self, operator: bytes, *_: object) -> None:
        if operator == b"Do":
            self._bases.pop()

    def _rectangle(self, operands: Sequence[Any], cm: Matrix) -> None:
        corners = _numbers(operands)
        if len(corners) == 4 and len(self._path) < MAX_RULINGS:
            x, y, width, height = corners
            whole = _times(cm, self._bases[-1])
            self._path.append(_ruling(whole, (x, y), (x + width, y + height)))

    def _to(self, operands: Sequence[Any], cm: Matrix, draws: bool) -> None:
        point = _numbers(operands)
        if len(point) == 2:
            if draws and len(self._path) < MAX_RULINGS:
                self._path.append(_ruling(_times(cm, self._bases[-1]), self._point, (point[0], point[1])))
            self._point = (point[0], point[1])


def _numbers(operands: Sequence[Any]) -> list[float]:
    try:
        return [number for number in map(float, operands) if isfinite(number)]
    except (TypeError, ValueError, OverflowError):
        return []


def _ruling(whole: Matrix, one: tuple[float, float], two: tuple[float, float]) -> Ruling:
    a, b, c, d, e, f = whole
    xs = sorted(a * x + c * y + e for x, y in (one, two))
    ys = sorted(b * x + d * y + f for x, y in (one, two))
    return round(xs[0], 1), round(ys[0], 1), round(xs[1], 1), round(ys[1], 1)


def _times(one: Matrix, two: Matrix) -> list[float]:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = two
    return [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u]


def _upright(page: "PageObject") -> Matrix:
    """From the page's own coordinates to points from the left and the bottom of the page as it is shown."""
    try:
        left, bottom, right, top = map(float, page.mediabox)
        rotation = page.rotation % 360
    except Exception:  # a damaged box tells nothing
        return (1, 0, 0, 1, 0, 0)
    return {
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }.get(rotation, (1, 0, 0, 1, -left, -bottom))


def _font(font: Mapping[str, Any] | None) -> tuple[str, bool]:
    """Name and boldness of a font dictionary as pypdf gives it, None included."""
    if font is None:
        return "", False
    try:
        name = str(font["/BaseFont"]).lstrip("/")
        own = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = own["/FontDescriptor"] if "/FontDescriptor" in own else {}  # noqa: SIM401 (get() would not resolve it)
        is_forced = int(descriptor.get("/Flags", 0)) & _FORCE_BOLD
        heavy = is_forced or float(descriptor.get("/FontWeight", 0)) >= 600
    except Exception:  # a font without a name
        return "", False
    return name, bool(heavy or _BOLD.search(name))


def _rows(pieces: Sequence[Line]) -> Iterator[list[Line]]:
    """The pieces of each line."""
    row: list[Line] = []
    for piece in pieces:
        *ended, rest = piece.text.split("\n")
        for text in ended:
            row.append(replace(piece, text=text))
            yield row
            row = []
        if rest:
            row.append(piece if not ended else replace(piece, text=rest))
    if row:
        yield row


def _line(pieces: Sequence[Line]) -> Line:
    """The line that the pieces make: its place is that of the first, its font that of most letters."""
    text = "".join(piece.text for piece in pieces).translate(_NO_LETTER)
    shown = [piece for piece in pieces if piece.text.strip()]
    if not shown:
        return Line("", pieces[0].x, pieces[0].y, pieces[0].size) if pieces else Line("")
    weights: Counter[tuple[float, str]] = Counter()
    bold = 0
    for piece in shown:
        letters = len(piece.text.strip())
        weights[piece.size, piece.font] += letters
        bold += letters if piece.bold else 0
    (size, font), _ = weights.most_common(1)[0]
    is_bold = bold >= 0.8 * weights.total()
    return Line(normal(text).replace("\n", " ").strip(), shown[0].x, shown[0].y, size, is_bold, font)


def page_labels(reader: "PdfReader") -> list[str | None]:
    """The printed label of each page, None where it is the page's number or nothing is known."""
    try:
        labels = reader.page_labels if "/PageLabels" in reader.root_object else []
    except Exception:  # damaged labels are no reason to refuse the text
        labels = []
    count = len(reader.pages)
    if len(labels) != count:
        return [None] * count
    shown = [" ".join(normal(label).split())[:40] for label in labels]
    return [label if label and label != str(number) else None for number, label in enumerate(shown, 1)]


def outline(reader: "PdfReader") -> list[tuple[int, str, int]]:
    """Level from 1, title and page index of each entry of the outline in its order; [] if it is damaged.

    The page index is -1 where the entry leads to no page. At most MAX_OUTLINE entries are read.
    """
    try:
        entries = reader.outline
    except Exception:  # endless, damaged or hostile outline
        return []
    found: list[tuple[int, str, int]] = []
    todo: list[tuple[Any, int]] = [(entry, 1) for entry in reversed(entries)]
    while todo and len(found) < MAX_OUTLINE:
        entry, level = todo.pop()
        if isinstance(entry, list):
            todo += [(inner, level + 1) for inner in reversed(entry)]
            continue
        try:
            page = reader.get_destination_page_number(entry)
            title = " ".join(normal(str(entry.title or "")).split())
        except Exception:  # this entry leads nowhere
            continue
        found.append((level, title, -1 if page is None else page))
    return found


def metadata_title(reader: "PdfReader") -> str | None:
    """The title in the PDF's metadata, None if there is none or it cannot be read."""
    try:
        metadata = reader.metadata
        return normal(metadata.title) if metadata and metadata.title else None
    except Exception:  # a title is worth no failure
        return None
