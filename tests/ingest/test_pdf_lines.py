import io
import math
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import KilavuzError
from ingest.lines import Line
from ingest.pdf_lines import metadata_title, open_pdf, outline, page_labels, page_lines
from tests.pdf_files import on_canvas, saved, spelled


def lines(data: bytes, page: int = 0) -> list[Line]:
    return page_lines(open_pdf(data).pages[page])


def test_lines_have_places_sizes_and_fonts() -> None:
    def draw(canvas: Canvas, _: str) -> None:
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(72, 700, "Pompa")
        canvas.setFont("Helvetica", 10)
        text = canvas.beginText(80, 650)
        text.textOut("Kapak ")
        text.moveCursor(120, 0)
        text.textOut("vida")
        canvas.drawText(text)

    title, row = [line for line in lines(on_canvas(["x"], draw)) if line.text]
    assert (title.text, title.x, title.y, title.size, title.bold) == ("Pompa", 72, 700, 16, True)
    assert (row.text, row.x, row.y, row.size, row.bold) == ("Kapak vida", 80, 650, 10, False)
    assert title.font.endswith("Helvetica-Bold")


def test_text_is_that_of_pypdf() -> None:
    data = spelled(["Şu küçük ağaç\nİstanbul'da", "P\0n"])
    for page in open_pdf(data).pages:
        text = "\n".join(line.text for line in page_lines(page))
        assert text == page.extract_text().replace("\0", "\ufffd").strip()


def test_corpus_text_is_that_of_pypdf(shared: Path) -> None:
    folder = shared / "corpus/docs"
    for name in ("classnotes/regex-kj.pdf", "truba/Multi_GPU_Metin.pdf"):
        for page in open_pdf((folder / name).read_bytes()).pages:
            shown = " ".join(line.text for line in page_lines(page) if line.role != "row")
            words = set(page.extract_text().replace("\0", "\ufffd").split())
            assert set(shown.split()) <= words


@pytest.mark.parametrize(
    ("angle", "place"), [(0, (100, 700)), (90, (700, 500)), (180, (500, 100)), (270, (100, 100))]
)
def test_places_are_those_of_the_page_as_shown(angle: int, place: tuple[int, int]) -> None:
    data = on_canvas(["x"], lambda canvas, _: canvas.drawString(100, 700, "Üst"), (600, 800))
    writer = PdfWriter(clone_from=io.BytesIO(data))
    writer.pages[0].rotate(angle)
    (line,) = lines(saved(writer))
    assert (round(line.x), round(line.y)) == place


def test_a_form_has_its_place_on_the_page() -> None:
    def draw(canvas: Canvas, _: str) -> None:
        canvas.beginForm("f")
        canvas.drawString(10, 20, "formda")
        canvas.endForm()
        canvas.translate(100, 300)
        canvas.doForm("f")

    (line,) = [line for line in lines(on_canvas(["x"], draw)) if line.text]
    assert (line.text, line.x, line.y) == ("formda", 110, 320)


@pytest.mark.parametrize("matrix", ["0 0 0 0 0 0", "1 0 0 1 1e308 1e308", "-1 0 0 -1 50 50", "1 0 0 1"])
def test_odd_matrices_give_finite_places(matrix: str) -> None:
    content = f"1e300 0 0 1e300 1e300 0 cm BT {matrix} Tm /F1 -12 Tf (Metin) Tj ET"
    data = spelled(["Metin"])
    writer = PdfWriter(clone_from=io.BytesIO(data))
    stream = writer.pages[0].get_contents()
    assert stream is not None
    stream.set_data(content.encode())
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    for line in lines(saved(writer)):
        assert math.isfinite(line.x) and math.isfinite(line.y) and line.size >= 0


def test_no_pdf_and_password() -> None:
    with pytest.raises(KilavuzError, match="PDF değil"):
        open_pdf(b"# Markdown")
    writer = PdfWriter(clone_from=io.BytesIO(spelled(["Metin"])))
    writer.encrypt("gizli")
    with pytest.raises(KilavuzError, match="parola"):
        open_pdf(saved(writer))


def test_labels_only_where_they_differ_from_the_number() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(spelled(["a", "b", "c", "d"])))
    writer.set_page_label(0, 1, style="/r")
    writer.set_page_label(2, 3, style="/D", start=3)
    assert page_labels(open_pdf(saved(writer))) == ["i", "ii", None, None]
    assert page_labels(open_pdf(spelled(["a", "b"]))) == [None, None]


def test_damaged_labels_are_none() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(spelled(["a", "b"])))
    nums = ArrayObject([TextStringObject("x"), NumberObject(3)])
    writer.root_object[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): nums})
    assert page_labels(open_pdf(saved(writer))) == [None, None]


def test_outline_with_levels_and_pages() -> None:
    data = spelled(["a", "b"], outline=[("Giriş", 0, 0), ("Amaç", 1, 1), ("Sonuç", 0, 1)])
    assert outline(open_pdf(data)) == [(1, "Giriş", 0), (2, "Amaç", 1), (1, "Sonuç", 1)]


def test_endless_outline_is_none() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(spelled(["a"], outline=[("A", 0, 0), ("B", 0, 0)])))
    outlines = writer.root_object["/Outlines"]
    assert isinstance(outlines, DictionaryObject)
    first = outlines.raw_get("/First")
    first.get_object()[NameObject("/Next")] = first
    first.get_object()[NameObject("/First")] = first
    assert len(outline(open_pdf(saved(writer)))) <= 2


def test_damaged_media_box_does_no_harm() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(spelled(["Metin"])))
    writer.pages[0][NameObject("/MediaBox")] = ArrayObject([FloatObject(0)])
    assert [line.text for line in lines(saved(writer))] == ["Metin"]


def test_metadata_that_cannot_be_read_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert metadata_title(open_pdf(spelled(["a"], "Ağ Kılavuzu"))) == "Ağ Kılavuzu"

    def fails(_: PdfReader) -> None:
        raise ValueError

    monkeypatch.setattr(PdfReader, "metadata", property(fails))
    assert metadata_title(open_pdf(spelled(["a"], "Ağ Kılavuzu"))) is None
