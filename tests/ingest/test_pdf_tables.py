from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.lines import Line
from ingest.pdf_lines import open_pdf, page_lines
from ingest.pdf_tables import Ruling, with_tables
from tests.pdf_files import on_canvas

XS = (100, 200, 300)
YS = (500, 480, 460, 440)


def grid(xs: Sequence[float] = XS, ys: Sequence[float] = YS) -> list[Ruling]:
    """The rulings of a table with these borders."""
    flat = [(min(xs), y, max(xs), y) for y in ys]
    return flat + [(x, min(ys), x, max(ys)) for x in xs]


def cell(row: int, column: int, text: str, down: float = 14) -> list[Line]:
    """A line in a cell of the grid."""
    return [Line(text, XS[column] + 5, YS[row] - down, 10)]


def texts(rows: Sequence[list[Line]], rulings: Sequence[Ruling]) -> list[str]:
    found = with_tables(rows, rulings)
    return [row.text if isinstance(row, Line) else "".join(piece.text for piece in row) for row in found]


ROWS = [
    [Line("Önce", 72, 600, 10)],
    [*cell(0, 0, "Parça "), *cell(0, 1, "Adet")],
    [*cell(1, 0, "Vida "), *cell(1, 1, "12")],
    [*cell(2, 0, "Conta "), *cell(2, 1, "3")],
    [Line("Sonra", 72, 400, 10)],
]
TABLE = ["| Parça | Adet |", "| --- | --- |", "| Vida | 12 |", "| Conta | 3 |"]


def test_rows_of_a_ruled_table() -> None:
    assert texts(ROWS, grid()) == ["Önce", *TABLE, "Sonra"]
    table = [row for row in with_tables(ROWS, grid()) if isinstance(row, Line)]
    assert {row.role for row in table} == {"row"}
    assert (table[0].x, table[0].y) == (105, 486)


def test_cells_written_column_by_column_and_on_several_lines() -> None:
    rows = [
        cell(0, 0, "Parça"), cell(1, 0, "Uzun", 8), cell(1, 0, "vida", 18), cell(2, 0, "Conta"),
        cell(0, 1, "Ölçü"), cell(1, 1, "8|10"), cell(2, 1, "3"),
    ]  # fmt: skip
    assert texts(rows, grid()) == [
        "| Parça | Ölçü |", "| --- | --- |", "| Uzun vida | 8\\|10 |", "| Conta | 3 |"
    ]  # fmt: skip


def test_merged_cells() -> None:
    open_row = [line for line in grid() if line != (200, 440, 200, 500)] + [(200, 440, 200, 480)]
    rows = [cell(0, 0, "Parça listesi ve adetleri"), *ROWS[2:4]]
    assert texts(rows, open_row)[0] == "| Parça listesi ve adetleri |  |"
    spanned = [line for line in grid() if line[1] != 460] + [(200, 460, 300, 460)]
    rows = [ROWS[1], cell(1, 0, "Vida", 25), cell(1, 1, "12"), cell(2, 1, "14")]
    assert texts(rows, spanned)[2:] == ["| Vida | 12 |", "|  | 14 |"]


@pytest.mark.parametrize(
    "rulings",
    [
        [],
        grid(ys=(500, 440)),  # one row
        grid(xs=(100, 300)),  # one column
        [(100, y, 300, y) for y in YS],  # no uprights: a list between lines
        grid(xs=tuple(range(0, 2000, 5))),  # a drawing
        [(0.0, 0.0, 600.0, 800.0)],  # the page's frame
    ],
)
def test_other_rulings_leave_all_alone(rulings: list[Ruling]) -> None:
    assert texts(ROWS, rulings) == ["".join(piece.text for piece in row) for row in ROWS]


@pytest.mark.parametrize(
    "rows",
    [
        [cell(0, 0, "Kutu"), cell(1, 1, "Kutu"), cell(2, 0, "Kutu")],  # a drawing: never two in a row
        [cell(0, 0, "Uzun " * 30), *ROWS[2:4]],  # runs out of its cell
        [cell(0, 0, "x" * 1300), *ROWS[2:4]],
        [
            [Line("Alt", 200, 486, 10)],
            [Line("çizgi", 200, 466, 10), Line("li", 100, 466, 10)],
            cell(0, 0, "a"),
        ],
        [[Line(" ", 105, 486, 10)], []],
    ],
)
def test_what_is_no_table_is_left_alone(rows: list[list[Line]]) -> None:
    assert texts(rows, grid()) == ["".join(piece.text for piece in row) for row in rows]


def test_text_beside_a_table_stays() -> None:
    rows = [[Line("solda ", 20, 486, 10), *ROWS[1], Line("sağda", 400, 486, 10)], *ROWS[2:]]
    assert texts(rows, grid()) == ["solda ", *TABLE[:1], *TABLE[1:], "sağda", "Sonra"]


def test_rulings_of_a_page_painted_and_clipped() -> None:
    def draw(canvas: Canvas, kind: str) -> None:
        canvas.setFont("Vera", 10)
        for row, words in enumerate((("Parça", "Adet"), ("Vida", "12"), ("Conta", "3"))):
            for column, word in enumerate(words):
                x, y = XS[column], YS[row + 1]
                canvas.saveState()
                if kind == "clip":
                    path = canvas.beginPath()
                    path.rect(x, y, 100, 20)
                    canvas.clipPath(path, stroke=0, fill=0)
                elif kind == "rectangles":
                    canvas.rect(x, y, 100, 20)
                else:
                    canvas.line(x, y, x + 100, y)
                    canvas.line(x, y, x, y + 20)
                    canvas.line(x + 100, y, x + 100, y + 20)
                    canvas.line(x, y + 20, x + 100, y + 20)
                canvas.drawString(x + 5, y + 6, word)
                canvas.restoreState()

    data = on_canvas(["clip", "rectangles", "lines"], draw)
    for page in open_pdf(data).pages:
        assert [line.text for line in page_lines(page) if line.text] == TABLE


def test_many_rulings_and_pieces_end() -> None:
    rulings = [
        (x % 600, y % 800, x % 600 + 7, y % 800 + 9)
        for x, y in zip(range(0, 60000, 3), range(20000), strict=True)
    ]
    rows = [[Line("a", n % 600, n % 800, 10)] for n in range(5000)]
    assert len(texts(rows, rulings)) > 0
