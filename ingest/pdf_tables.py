"""Ruled tables of a PDF page: their rows as Markdown lines "| a | b |", with the cells' lines joined.

A table is what rulings that touch each other enclose, if most of its cells hold text. Columns that are
aligned but not ruled are left alone: formulas, tables of contents and two-column pages look like them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.decode import normal
from ingest.lines import Line

Ruling = tuple[float, float, float, float]
"""x0, y0, x1, y1 of a painted line or rectangle in points, x0 <= x1 and y0 <= y1."""

THIN = 3.0
"""Points: a rectangle this thin is drawn as a line; edges this near are the same edge."""

FRAME = (350.0, 450.0)
"""Width and height in points from which a rectangle frames or clips a page and is no cell."""

MAX_EDGES = 300
"""Edges of one direction on a page; a page with more is a drawing."""

MAX_CELL = 1200
"""Characters: a longer cell is a frame around running text."""

MIN_FILLED = 0.5
"""Share of the cells with text, of the rows and columns that have any; up to it the rulings are a drawing."""

MAX_CROSSING = 0.1
"""Share of the cells whose text seems to run across their right border; above it they are no cells."""

PADDING = 0.25
"""Points between a cell's left border and its text; less means that the letters are underlined or marked."""

MAX_UNPADDED = 0.3
"""Share of the cells without this padding; above it they are no cells."""

LETTER = 0.4
"""Least average width of a letter in a line, as a share of its size (Times and Calibri have 0.41 to 0.46)."""

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A ruling of any length: `at` is its x or y, from `start` to `end` along the other axis."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """Borders of columns from the left and of rows from the top.

    `owner` maps (row, column) to the first cell of those that no ruling parts.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: dict[tuple[int, int], tuple[int, int]]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        if not (self.xs[0] <= x + 0.5 and x < self.xs[-1] and self.ys[-1] < y <= self.ys[0]):
            return None
        column = sum(border <= x + 0.5 for border in self.xs) - 1
        row = sum(border >= y for border in self.ys) - 1
        return self.owner.get((row, column))


def with_tables(rows: Iterable[list[Line]], rulings: Sequence[Ruling]) -> Iterator[Line | list[Line]]:
    """`rows`, the pieces of each line of a page, where the pieces of a table are replaced by its rows.

    A table stands where the first of its pieces stood; all other pieces keep their order.
    """
    grids = _grids(rulings)
    placed = [list(_placed(row, grids)) for row in rows]
    cells: list[_Cells] = [defaultdict(list) for _ in grids]
    for row in placed:
        for (grid, cell), pieces in row:
            if grid >= 0:
                cells[grid][cell].append(pieces)
    todo = {i: own for i, (grid, own) in enumerate(zip(grids, cells, strict=True)) if _is_table(grid, own)}
    tables = set(todo)
    for row in placed:
        outside: list[Line] = []
        for (grid, _), pieces in row:
            if grid not in tables:
                outside += pieces
            elif grid in todo:
                if any(piece.text.strip() for piece in outside):
                    yield outside
                outside = []
                yield from _table(todo.pop(grid))
        if not row or outside:
            yield outside


_Cells = dict[tuple[int, int], list[list[Line]]]
"""The pieces of each line in a cell, by row and column."""

_Place = tuple[int, tuple[int, int]]
"""Index of a grid, -1 for none, and the row and column of a cell."""
_OUTSIDE: _Place = (-1, (0, 0))


def _placed(row: Sequence[Line], grids: Sequence[_Grid]) -> Iterator[tuple[_Place, list[Line]]]:
    """The pieces of a line by their place; a blank one belongs to the piece before it."""
    place = _OUTSIDE
    run: list[Line] = []
    for piece in row:
        if not run or piece.text.strip():
            places = ((i, grid.cell(piece.x, piece.y + piece.size / 4)) for i, grid in enumerate(grids))
            new = next(((i, cell) for i, cell in places if cell), _OUTSIDE)
            if run and new != place:
                yield place, run
                run = []
            place = new
        run.append(piece)
    if run:
        yield place, run


def _is_table(grid: _Grid, cells: _Cells) -> bool:
    """Whether most cells hold text, at least 2 x 2, and none more than fits into it."""
    texts = {cell: text for cell, lines in cells.items() if (text := _text(lines))}
    rows, columns = Counter(row for row, _ in texts), {column for _, column in texts}
    if len(columns) < 2 or sum(count >= 2 for count in rows.values()) < 2:
        return False
    last = {own: column for (_, column), own in sorted(grid.owner.items())}  # of each cell, its last column
    crossing = sum(
        any(line[0].x + _width(line) > grid.xs[last[cell] + 1] for line in cells[cell]) for cell in texts
    )
    unpadded = sum(cells[cell][0][0].x < grid.xs[cell[1]] + PADDING for cell in texts)
    return (
        len(texts) > MIN_FILLED * len(rows) * len(columns)
        and crossing <= MAX_CROSSING * len(texts)
        and unpadded <= MAX_UNPADDED * len(texts)
        and max(map(len, texts.values())) <= MAX_CELL
    )


def _width(line: Sequence[Line]) -> float:
    """The width in points that the pieces take at least."""
    return sum(LETTER * piece.size * len(piece.text) for piece in line if piece.text.strip())


def _table(cells: _Cells) -> Iterator[Line]:
    """The rows; columns and rows without any text are left out."""
    cells = _without_slivers({cell: lines for cell, lines in cells.items() if _text(lines)})
    columns = sorted({column for _, column in cells})
    for number, row in enumerate(sorted({row for row, _ in cells})):
        texts = [_text(cells.get((row, column), ())).replace("|", "\\|") for column in columns]
        pieces = [
            p for column in columns for line in cells.get((row, column), ()) for p in line if p.text.strip()
        ]
        first = pieces[0]
        is_bold = all(piece.bold for piece in pieces)
        place = (pieces[0].x, max(piece.y for piece in pieces), first.size, is_bold, first.font)
        yield Line(f"| {' | '.join(texts)} |", *place, role="row")
        if number == 0:
            yield Line(f"|{' --- |' * len(columns)}", *place, role="row")


def _without_slivers(
    cells: dict[tuple[int, int], list[list[Line]]],
) -> dict[tuple[int, int], list[list[Line]]]:
    """The cells, two columns made one where no row has text in both: borders that differ a little by row."""
    columns = sorted({column for _, column in cells})
    rows = {column: {row for row, own in cells if own == column} for column in columns}
    first = {column: column for column in columns}
    for before, column in pairwise(columns):
        if not rows[first[before]] & rows[column]:
            first[column] = first[before]
            rows[first[before]] |= rows[column]
    return {(row, first[column]): lines for (row, column), lines in cells.items()}


def _text(lines: Sequence[Sequence[Line]]) -> str:
    """The text of a cell: its lines with a blank between them."""
    text = " ".join("".join(piece.text for piece in line) for line in lines)
    return _BLANKS.sub(" ", normal(text.replace("\0", "\ufffd"))).strip()


# ---- grids


def _grids(rulings: Sequence[Ruling]) -> list[_Grid]:
    """The grids that the rulings make, each of at least two rows and two columns."""
    flat: list[_Edge] = []
    upright: list[_Edge] = []
    for x0, y0, x1, y1 in rulings:
        width, height = x1 - x0, y1 - y0
        if height <= THIN and width > THIN:
            flat.append(_Edge((y0 + y1) / 2, x0, x1))
        elif width <= THIN and height > THIN:
            upright.append(_Edge((x0 + x1) / 2, y0, y1))
        elif width > THIN and not (width >= FRAME[0] and height >= FRAME[1]):
            flat += (_Edge(y0, x0, x1), _Edge(y1, x0, x1))
            upright += (_Edge(x0, y0, y1), _Edge(x1, y0, y1))
    flat, upright = _merged(flat), _merged(upright)
    if not 3 <= len(flat) <= MAX_EDGES or not 2 <= len(upright) <= MAX_EDGES:
        return []
    return [grid for group in _touching(flat, upright) if (grid := _grid(*group))]


def _merged(edges: Iterable[_Edge]) -> list[_Edge]:
    """Edges at nearly the same place joined where they touch, the longest possible ones."""
    by_place: list[list[_Edge]] = []
    for edge in sorted(edges, key=lambda edge: edge.at):
        if by_place and edge.at - by_place[-1][0].at <= THIN:
            by_place[-1].append(edge)
        else:
            by_place.append([edge])
    found = []
    for group in by_place:
        at = group[0].at
        start = end = None
        for edge in sorted(group, key=lambda edge: edge.start):
            if start is None or end is None:
                start, end = edge.start, edge.end
            elif edge.start <= end + THIN:
                end = max(end, edge.end)
            else:
                found.append(_Edge(at, start, end))
                start, end = edge.start, edge.end
        if start is not None and end is not None:
            found.append(_Edge(at, start, end))
    return found


def _touching(flat: Sequence[_Edge], upright: Sequence[_Edge]) -> Iterator[tuple[list[_Edge], list[_Edge]]]:
    """The groups of edges that cross or touch each other."""
    group = list(range(len(flat) + len(upright)))

    def root(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for i, one in enumerate(flat):
        for j, two in enumerate(upright, len(flat)):
            if one.start - THIN <= two.at <= one.end + THIN and two.start - THIN <= one.at <= two.end + THIN:
                group[root(j)] = root(i)
    by_root: dict[int, tuple[list[_Edge], list[_Edge]]] = defaultdict(lambda: ([], []))
    for i, edge in enumerate((*flat, *upright)):
        by_root[root(i)][i >= len(flat)].append(edge)
    yield from by_root.values()


def _grid(flat: Sequence[_Edge], upright: Sequence[_Edge]) -> _Grid | None:
    xs = _borders([edge.at for edge in upright] + [end for edge in flat for end in (edge.start, edge.end)])
    ys = _borders([edge.at for edge in flat] + [end for edge in upright for end in (edge.start, edge.end)])
    if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > MAX_EDGES * 10:
        return None
    ys.reverse()
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (left, right) in enumerate(pairwise(xs)):
            own = (row, column)
            if column and not _has_edge(upright, left, (top + bottom) / 2):
                own = owner[row, column - 1]
            elif row and not _has_edge(flat, top, (left + right) / 2):
                own = owner[row - 1, column]
            owner[row, column] = own
    return _Grid(tuple(xs), tuple(ys), owner)


def _borders(places: Iterable[float]) -> list[float]:
    """The different ones among the places, from the smallest."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > THIN:
            found.append(place)
    return found


def _has_edge(edges: Sequence[_Edge], at: float, across: float) -> bool:
    return any(abs(edge.at - at) <= THIN and edge.start <= across <= edge.end for edge in edges)
