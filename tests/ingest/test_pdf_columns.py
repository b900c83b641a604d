from dataclasses import replace

from reportlab.pdfgen.canvas import Canvas

from ingest.layout import arrange
from ingest.lines import Line
from ingest.pdf_columns import by_columns, cut_at_gap
from ingest.pdf_lines import open_pdf, page_lines
from tests.pdf_files import on_canvas

LEFT = [f"Soldaki sütunun {n}. satırı burada" for n in range(10)]
RIGHT = [f"Sağdaki sütunun {n}. satırı şurada" for n in range(10)]


def pieces(left: str, right: str, y: float) -> list[Line]:
    return [Line(left + " ", 72, y, 10), Line(right, 320, y, 10)]


def test_a_page_read_across_is_put_in_order() -> None:
    def draw(canvas: Canvas, _: str) -> None:
        canvas.setFont("Vera", 9)
        canvas.drawString(72, 760, "Makalenin bütün sayfayı kaplayan uzun başlığı iki sütunun üstünde durur")
        for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
            canvas.drawString(72, 700 - 14 * n, left)
            canvas.drawString(320, 700 - 14 * n, right)

    page = page_lines(open_pdf(on_canvas(["x"], draw)).pages[0])
    arranged = arrange([page])
    shown = [line.text for line in arranged.pages[0] if line.text]
    assert shown[1:] == LEFT + RIGHT
    assert shown[0].startswith("Makalenin")
    assert arranged.counts == {"columns": 1}


def test_columns_in_order_stay() -> None:
    lines = [Line(text, 72, 700 - 14 * n, 10) for n, text in enumerate(LEFT)]
    lines += [Line(text, 320, 700 - 14 * n, 10) for n, text in enumerate(RIGHT)]
    assert by_columns(lines) == lines


def test_tables_and_few_lines_stay() -> None:
    table = [pieces("Vida", "12", 700 - 14 * n) for n in range(20)]
    assert cut_at_gap(table) == table
    few = [pieces(LEFT[n], RIGHT[n], 700 - 14 * n) for n in range(7)]
    assert cut_at_gap(few) == few
    mixed = [pieces(LEFT[n], RIGHT[n], 700 - 14 * n) for n in range(8)]
    mixed += [[Line("Tek sütun satırı", 72, 500 - 14 * n, 10)] for n in range(20)]
    assert cut_at_gap(mixed) == mixed


def test_words_of_one_line_are_not_columns() -> None:
    close = [
        [
            Line("Bir satırın ilk sözleri ", 72, 700 - n, 10),
            Line("ve hemen ardından gelenler", 170, 700 - n, 10),
        ]
        for n in range(20)
    ]
    assert cut_at_gap(close) == close
    apart = [pieces(LEFT[n], RIGHT[n], 700 - n) for n in range(10)]
    apart = [[left, replace(right, x=right.x + 9 * n)] for n, (left, right) in enumerate(apart)]
    assert cut_at_gap(apart) == apart


def test_a_line_over_both_columns_parts_the_page() -> None:
    rows = [pieces(LEFT[n], RIGHT[n], 700 - 14 * n) for n in range(10)]
    middle = Line("İki sütunu da kaplayan ara başlık burada durur ve sağa kadar uzanır, evet", 72, 630, 10)
    lines = [piece for row in rows[:5] for piece in row] + [middle] + [p for row in rows[5:] for p in row]
    ordered = [line.text.strip() for line in by_columns(lines)]
    assert ordered == [*LEFT[:5], *RIGHT[:5], middle.text, *LEFT[5:], *RIGHT[5:]]


def test_a_row_of_many_pieces_takes_linear_time() -> None:
    row = [Line("ab", 30.0 * n, 700, 10) for n in range(100_000)]
    assert cut_at_gap([row]) == [row]
