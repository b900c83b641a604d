"""PDF files made for tests: drawn with real letters, scanned, or with every code of a font named."""

import io
from collections.abc import Callable, Sequence
from contextlib import closing

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import IndirectObject
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)

PROSE = """Yağmurlu bir sonbahar sabahı
Çocuklar büyük çınar ağacının altında toplandı.
Öğretmen onlara ışığın nasıl kırıldığını gösterdi.
İnce bir cam prizma, güneş ışığını renklere ayırdı.
Şimşek çakınca köpek ürktü ve kulübesine koştu.
Akşama doğru gökyüzü yeniden açıldı."""
"""Our own text with all Turkish letters, a heading and five sentences."""


def drawn(pages: Sequence[str], size: float = 14, box: tuple[float, float] = A4) -> bytes:
    """A PDF with these page texts in a font that draws and names the Turkish letters."""

    def draw(canvas: Canvas, text: str) -> None:
        canvas.setFont("Vera", size)
        for number, line in enumerate(text.split("\n")):
            canvas.drawString(72, box[1] - 92 - 1.5 * size * number, line)

    return on_canvas(pages, draw, box)


def on_canvas(
    pages: Sequence[str], draw: Callable[[Canvas, str], None], box: tuple[float, float] = A4
) -> bytes:
    """A PDF with one page for each of `pages`, on which `draw` puts what it holds; "Vera" can be used."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    out = io.BytesIO()
    canvas = Canvas(out, box, invariant=1)
    for page in pages:
        draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned(pdf: bytes, dpi: int = 200) -> bytes:
    """The pages of `pdf` as images only, as a scanner makes them."""
    out = io.BytesIO()
    first, *others = images(pdf, dpi)
    first.save(out, "PDF", resolution=dpi, save_all=True, append_images=others)
    return out.getvalue()


def images(pdf: bytes, dpi: int = 200) -> list[Image.Image]:
    """The pages of `pdf` as grey images."""
    from pypdfium2 import PdfDocument

    found = []
    with closing(PdfDocument(pdf)) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.render(scale=dpi / 72)) as bitmap:
                found.append(bitmap.to_pil().convert("L").copy())
    return found


def joined(*files: bytes) -> bytes:
    """The pages of all these PDFs in one."""
    writer = PdfWriter()
    for data in files:
        writer.append(io.BytesIO(data))
    return saved(writer)


def spelled(pages: Sequence[str], title: str = "", outline: Sequence[tuple[str, int, int]] = ()) -> bytes:
    """A PDF with these page texts in any characters; `outline` holds title, level from 0 and page index.

    The characters go through a font whose ToUnicode table names them. What is drawn are other letters.
    """
    letters = sorted(set("".join(pages)) - {"\n"})
    code = {letter: n + 33 for n, letter in enumerate(letters)}
    names = "".join(f"<{code[c]:02X}> <{c.encode('utf-16-be').hex()}>\n" for c in letters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <FF> endcodespacerange\n{len(letters)} beginbfchar\n{names}endbfchar\n"
        "endcmap end end"
    )
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 4 0 R >>")
    objects.append(f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream")
    kids = []
    for text in pages:
        lines = "".join(f"<{''.join(f'{code[c]:02X}' for c in line)}> Tj T*\n" for line in text.split("\n"))
        content = f"BT /F1 12 Tf 14 TL 50 750 Td\n{lines}ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    data += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    writer = PdfWriter(clone_from=io.BytesIO(data))
    if title:
        writer.add_metadata({"/Title": title})
    parents: list[IndirectObject] = []
    for name, level, page in outline:
        parents = parents[:level]
        parent = parents[-1] if parents else None
        parents.append(writer.add_outline_item(title=name, page_number=page, parent=parent))
    return saved(writer)


def saved(writer: PdfWriter) -> bytes:
    """The bytes that the writer writes."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
