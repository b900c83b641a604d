"""Two columns of a page that were read across, line by line: cut at the gap and put in order.

pypdf reads in the order in which a page was written, which is nearly always column by column. It needs proof:
many lines with running text on both sides of one gap. Text that was written as one piece over both columns
stays as it is, and so do three columns.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.lines import Line

MIN_LINES = 8
"""Lines with text on both sides of the gap from which a page was read across."""

MIN_SHARE = 0.5
"""Share of the page's lines that they must be."""

LONG = 20
"""Characters that make a line of a column, fewer may be a table's cell."""

GAP = 10.0
"""Least width of the gap between two columns, in points."""

LETTER = 0.4
"""Least average width of a letter as a share of its size."""


def cut_at_gap(rows: Sequence[list[Line]]) -> list[list[Line]]:
    """`rows`, the pieces of each line of a page, cut in two where two columns were read as one line."""
    starts: Counter[int] = Counter()
    for row in rows:
        starts.update({round(row[i].x) for i in _gaps(row)})
    if not starts:
        return list(rows)
    right, _ = starts.most_common(1)[0]
    cuts = [next((i for i in _gaps(row) if abs(row[i].x - right) <= 1), 0) for row in rows]
    shown = sum(any(piece.text.strip() for piece in row) for row in rows)
    if sum(map(bool, cuts)) < max(MIN_LINES, MIN_SHARE * shown):
        return list(rows)
    found = []
    for row, cut in zip(rows, cuts, strict=True):
        found += [row[:cut], row[cut:]] if cut else [row]
    return found


def _gaps(row: Sequence[Line]) -> list[int]:
    """The pieces of a line that follow a gap, with enough text before and after it."""
    total = sum(len(piece.text.strip()) for piece in row)
    before, end, found = 0, 0.0, []
    for i, piece in enumerate(row):
        if before >= LONG and total - before >= LONG and piece.x >= end + GAP:
            found.append(i)
        if letters := len(piece.text.strip()):
            before += letters
            end = max(end, piece.x + LETTER * piece.size * letters)
    return found


def by_columns(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page; where left and right ones alternate on the same baselines, the left come first.

    A line that reaches over the gap, and a table, part the page: what is above it is read before it.
    """
    pairs = [
        (one, two)
        for one, two in pairwise(line for line in lines if line.text)
        if abs(one.y - two.y) < 0.3 * one.size and two.x > _end(one) and _is_long(one) and _is_long(two)
    ]
    shown = sum(bool(line.text) for line in lines)
    if len(pairs) < MIN_LINES or 2 * len(pairs) < MIN_SHARE * shown:
        return list(lines)
    right = Counter(round(two.x) for _, two in pairs).most_common(1)[0][0]
    if sum(abs(two.x - right) <= 1 for _, two in pairs) < MIN_LINES:
        return list(lines)
    found: list[Line] = []
    left: list[Line] = []
    rest: list[Line] = []
    for line in lines:
        if line.role == "row" or (line.x < right - 1 and _end(line) > right):
            found += [*left, *rest, line]
            left, rest = [], []
        else:
            (left if line.x < right - 1 else rest).append(line)
    return [*found, *left, *rest]


def _end(line: Line) -> float:
    return line.x + LETTER * line.size * len(line.text)


def _is_long(line: Line) -> bool:
    return line.role == "text" and len(line.text) >= LONG
