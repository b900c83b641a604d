import io
from contextlib import closing

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdfium2 import PdfiumError, PdfPage
from reportlab.pdfgen.canvas import Canvas

from ingest import pdfium
from ingest.lines import Line
from tests.pdf_files import PROSE, drawn, images, on_canvas, saved, scanned, spelled


def lines(data: bytes, index: int = 0) -> list[Line]:
    with pdfium.opened(data) as document:
        assert document is not None
        return pdfium.pdfium_lines(document, index)


def test_lines_have_text_place_size_and_font() -> None:
    first, *others = lines(drawn([PROSE]))
    assert [first.text, *(line.text for line in others)] == PROSE.split("\n")
    assert (first.x, first.y, first.size) == pytest.approx((72, 750, 14))
    assert "Vera" in first.font
    assert not first.bold
    assert others[0].y == pytest.approx(729)


def test_bold_and_the_size_that_is_seen() -> None:
    def draw(canvas: Canvas, text: str) -> None:
        canvas.setFont("Helvetica-Bold", 10)
        canvas.scale(2, 2)
        canvas.drawString(30, 40, text)

    (line,) = lines(on_canvas(["Kalin"], draw))
    assert line.bold
    assert (line.x, line.y, line.size) == pytest.approx((60, 80, 20))


@pytest.mark.parametrize(
    ("rotation", "place"), [(0, (72, 708)), (90, (708, 328)), (180, (328, 92)), (270, (92, 72))]
)
def test_places_are_those_of_the_page_as_it_is_shown(rotation: int, place: tuple[float, float]) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(drawn(["Ağaç"], box=(400, 800))))
    writer.pages[0].rotate(rotation)
    (line,) = lines(saved(writer))
    assert (line.x, line.y) == pytest.approx(place)


def test_hyphens_at_line_ends_come_back() -> None:
    assert [line.text for line in lines(drawn(["Büyük bir yağ-\nmur yağdı, dün-\nkü gibi."]))] == [
        "Büyük bir yağ-", "mur yağdı, dün-", "kü gibi."
    ]  # fmt: skip


def test_letters_without_a_name_are_marked() -> None:
    found = lines(spelled(["P\0n ad\ufffe\nson"]))
    assert [line.text for line in found] == ["P\ufffdn ad\ufffd", "son"]


def test_an_image_has_no_lines() -> None:
    assert lines(scanned(drawn([PROSE]))) == []


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"%PDF-1.4\n" + b"\xff\x00" * 500, b"# Markdown"])
def test_what_cannot_be_opened_is_none(data: bytes) -> None:
    with pdfium.opened(data) as document:
        assert document is None


def test_a_password_is_not_guessed() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(drawn([PROSE])))
    writer.encrypt("gizli", algorithm="AES-256")
    with pdfium.opened(saved(writer)) as document:
        assert document is None


def test_a_page_that_is_not_there_is_empty_and_shows_nothing_more() -> None:
    with pdfium.opened(drawn([PROSE])) as document:
        assert document is not None
        assert pdfium.pdfium_lines(document, 7) == []
        assert pdfium.page_image(document, 7, 100) is None
        assert not pdfium.is_blank(document, 7)
        assert not pdfium.has_large_image(document, 7)
        assert pdfium.written_share(document, 7, []) == 0.0


def test_cut_and_scrambled_files_raise_nothing() -> None:
    whole = drawn([PROSE, PROSE])
    damaged = [whole[: len(whole) * n // 10] for n in range(1, 10)]
    damaged += [
        whole.replace(b"/Length", b"/Lemgth"),
        whole.replace(b"/Kids", b"/Kjds"),
        whole.replace(b"obj", b"obk"),
    ]
    for data in damaged:
        with pdfium.opened(data) as document:
            for index in range(len(document) if document is not None else 0):
                assert document is not None
                pdfium.pdfium_lines(document, index)
                pdfium.is_blank(document, index)
                pdfium.has_large_image(document, index)
                pdfium.written_share(document, index, [])


def test_only_a_page_that_shows_nothing_is_blank() -> None:
    def draw(canvas: Canvas, text: str) -> None:
        if text == "white":
            canvas.drawInlineImage(Image.new("L", (50, 50), 255), 0, 0, 595, 842)
        if text == "rule":
            canvas.line(100, 400, 300, 400)
        if text == "letter":
            canvas.drawString(100, 100, "a")

    with pdfium.opened(on_canvas(["", "white", "rule", "letter"], draw)) as document:
        assert document is not None
        assert [pdfium.is_blank(document, i) for i in range(4)] == [True, True, False, False]


def test_an_image_over_the_page_is_large_also_in_strips_and_forms() -> None:
    (scan,) = images(drawn([PROSE]), 50)

    def draw(canvas: Canvas, kind: str) -> None:
        if kind == "whole":
            canvas.drawInlineImage(scan, 0, 0, 595, 842)
        if kind == "logo":
            canvas.drawInlineImage(scan, 100, 600, 200, 150)
        if kind == "strips":
            for n in range(10):
                canvas.drawInlineImage(scan, 0, 84.2 * n, 595, 84.2)
        if kind == "form":
            canvas.beginForm("F")
            canvas.drawInlineImage(scan, 0, 0, 1, 1)
            canvas.endForm()
            canvas.scale(595, 842)
            canvas.doForm("F")

    with pdfium.opened(on_canvas(["whole", "logo", "strips", "form", ""], draw)) as document:
        assert document is not None
        assert [pdfium.has_large_image(document, i) for i in range(5)] == [True, False, True, True, False]


def test_writing_outside_the_text_is_seen() -> None:
    page = drawn([PROSE])
    (scan,) = images(page)

    def draw(canvas: Canvas, kind: str) -> None:
        canvas.setFont("Vera", 14)
        if kind == "scan":
            canvas.drawInlineImage(scan, 0, 0, 595, 742)
        if kind == "shade":
            canvas.linearGradient(0, 0, 595, 842, ("#103060", "#80c0ff"))
        canvas.drawString(72, 780, "Üst bilgi satırı ve sayfa numarası 12")

    data = on_canvas(["scan", "shade", ""], draw)
    with pdfium.opened(data) as document:
        assert document is not None
        shares = [pdfium.written_share(document, i, pdfium.pdfium_lines(document, i)) for i in range(3)]
        assert shares[0] > 0.05
        assert shares[1:] == [0.0, 0.0]
        assert pdfium.written_share(document, 2, []) > 0.005


def test_an_image_of_a_huge_page_is_small() -> None:
    with pdfium.opened(drawn(["Ağaç"], box=(14400, 14400))) as document:
        assert document is not None
        image = pdfium.page_image(document, 0, 300)
        assert image is not None
        assert image.mode == "L"
        assert 0.9 * pdfium.MAX_PIXELS < image.width * image.height <= pdfium.MAX_PIXELS * 1.01
        assert image.info["dpi"][0] == pytest.approx(72 * image.width / 14400, rel=0.01)
    with pdfium.opened(drawn(["Ağaç"])) as document:
        assert document is not None
        image = pdfium.page_image(document, 0, 300)
        assert image is not None
        assert (image.width, image.height) == (2480, 3509)


def test_a_page_without_an_area_has_no_image() -> None:
    data = drawn(["Ağaç"]).replace(b"[ 0 0 595 842 ]", b"[ 0 0 595 0.0 ]")
    with pdfium.opened(data) as document:
        if document is not None:
            pdfium.page_image(document, 0, 300)
            pdfium.pdfium_lines(document, 0)


def test_a_page_whose_text_cannot_be_loaded_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PdfiumError("Failed to load text page.")

    monkeypatch.setattr(PdfPage, "get_textpage", fail)
    with pdfium.opened(drawn([PROSE])) as document:
        assert document is not None
        assert pdfium.pdfium_lines(document, 0) == []


def test_documents_are_closed() -> None:
    with pdfium.opened(drawn([PROSE])) as document:
        assert document is not None
        page = document[0]
        with closing(page):
            pass
    with pytest.raises(Exception):  # noqa: B017
        len(document)
