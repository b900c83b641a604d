import io
import logging
import unicodedata
from collections.abc import Sequence

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, IndirectObject, NameObject
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import KilavuzError
from assistant.records import Document
from ingest.read_pdf import page_text, read_pdf


def pdf(pages: Sequence[str], title: str = "", outline: Sequence[tuple[str, int, int]] = ()) -> bytes:
    """A PDF with these page texts in Turkish; `outline` holds title, level from 0 and page index.

    The characters go through a font whose ToUnicode table names them, so no font file is needed.
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
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def read(data: bytes, source: str = "belge.pdf") -> Document:
    return read_pdf(data, source, "özet")


TURKISH = "Şu küçük ağaç İstanbul'da ıslandı.\nÜç öğün yağmur yağdı."


def test_pages_are_numbered_and_carry_turkish_text() -> None:
    document = read(pdf([TURKISH, "", "Son sayfa"]))
    assert [(page.number, page.text) for page in document.pages] == [(1, TURKISH), (2, ""), (3, "Son sayfa")]
    assert (document.format, document.content_hash, document.headings) == ("pdf", "özet", ())


@pytest.mark.parametrize(
    ("extracted", "text"),
    [
        (unicodedata.normalize("NFD", "şğıİç"), "şğıİç"),
        ("ﬁziksel aﬃne ﬂama", "fiziksel affine flama"),
        ("iki   boşluk\t\u00a0sekme  \n  girinti ", "iki boşluk sekme\ngirinti"),
        ("bir\n\n\n\n\niki\n", "bir\n\niki"),
        ("P\0n ad\ud800", "P\ufffdn ad\ufffd"),
        ("½ x² Do˘gru", "½ x² Do˘gru"),
    ],
)
def test_page_text_in_normal_form(extracted: str, text: str) -> None:
    assert page_text(extracted) == text


def test_not_a_pdf() -> None:
    with pytest.raises(KilavuzError, match="PDF değil"):
        read(b"# Markdown")


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_encryption(algorithm: str) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf([TURKISH])))
    writer.encrypt("gizli", algorithm=algorithm)
    with pytest.raises(KilavuzError, match="parola"):
        read(saved(writer))
    writer = PdfWriter(clone_from=io.BytesIO(pdf([TURKISH])))
    writer.encrypt("", "yalnızca sahibine", algorithm=algorithm)
    assert read(saved(writer)).pages[0].text == TURKISH


def test_damaged_files() -> None:
    whole = pdf([TURKISH])
    for data in (b"%PDF-1.7\n", b"%PDF-1.4\n" + b"\xff\x00" * 500, whole[: len(whole) // 3]):
        with pytest.raises(KilavuzError, match=r"bozuk|metin yok"):
            read(data)


def test_scanned_pdf_is_refused() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(10, 10, 100, 100)
    canvas.showPage()
    canvas.drawString(10, 10, "– • –")
    canvas.save()
    with pytest.raises(KilavuzError, match=r"taranmış.*OCR"):
        read(out.getvalue())


def test_a_page_that_fails_is_left_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PageObject

    extract = PageObject.extract_text

    def fails_on_the_first(page: PageObject) -> str:
        text = extract(page)
        if "Bir" in text:
            raise RecursionError
        return text

    monkeypatch.setattr(PageObject, "extract_text", fails_on_the_first)
    assert [page.text for page in read(pdf(["Bir", "İki"])).pages] == ["", "İki"]
    with pytest.raises(KilavuzError, match="taranmış"):
        read(pdf(["Bir"]))


def test_endless_page_tree_and_outline_end() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf([TURKISH], outline=[("A", 0, 0), ("B", 0, 0)])))
    outlines = writer.root_object["/Outlines"]
    assert isinstance(outlines, DictionaryObject)
    first = outlines.raw_get("/First")
    first.get_object()[NameObject("/Next")] = first
    first.get_object()[NameObject("/First")] = first
    data = saved(writer)
    assert read(data).pages[0].text == TURKISH
    tree = PdfReader(io.BytesIO(data)).root_object["/Pages"].indirect_reference
    loop = data.replace(b"/Kids [ ", b"/Kids [ %d 0 R " % tree.idnum)  # type: ignore[union-attr]
    assert loop != data
    try:
        assert read(loop).pages
    except KilavuzError as error:
        assert "bozuk" in error.message.tr


def test_outline_entries_are_found_on_their_pages() -> None:
    pages = [
        "Kapak",
        "3\n1. GİRİŞ\nMetin burada.\n1.1 Işık ve\nSes\nDevam.",
        "Giriş sözü geçer.\nSonuç\nBitti.",
    ]
    outline = [("Giriş", 0, 1), ("1.1 Işık ve Ses", 1, 1), ("Sonuç", 0, 2), ("Yok böyle", 0, 2)]
    document = read(pdf(pages, outline=outline))
    assert [(h.level, h.text, h.page) for h in document.headings] == [
        (1, "Giriş", 1), (2, "1.1 Işık ve Ses", 1), (1, "Yok böyle", 2), (1, "Sonuç", 2)
    ]  # fmt: skip
    assert [h.offset for h in document.headings] == [
        pages[1].index("1. GİRİŞ"), pages[1].index("1.1 Işık"), 0, pages[2].index("Sonuç")
    ]  # fmt: skip


def test_articles_of_a_regulation_are_headings() -> None:
    pages = [
        "BİRİNCİ BÖLÜM\nAmaç ve Kapsam\nAmaç\nMADDE 1 – (1) Amacı budur.\nKapsam\nMADDE 2- Kapsar.",
        "devamı, MADDE 2 uyarınca.\nGEÇİCİ MADDE 1 – (1) Geçicidir.",
    ]
    document = read(pdf(pages))
    assert [(h.level, h.text, h.page) for h in document.headings] == [
        (1, "BİRİNCİ BÖLÜM – Amaç ve Kapsam", 0), (2, "MADDE 1 – Amaç", 0), (2, "MADDE 2 – Kapsam", 0),
        (2, "GEÇİCİ MADDE 1", 1),
    ]  # fmt: skip
    assert document.pages[0].text[document.headings[1].offset :].startswith("Amaç\nMADDE 1")
    assert read(pdf(["MADDE 1 – Tek.\nMADDE 2 – İki."])).headings == ()


@pytest.mark.parametrize(
    ("metadata", "source", "first_page", "title"),
    [
        ("Ağ Kurulum Kılavuzu", "x.pdf", "Bir satır başlık", "Ağ Kurulum Kılavuzu"),
        ("Microsoft Word - rapor.doc", "x.pdf", "Yıllık Satış Raporu", "Yıllık Satış Raporu"),
        ("Microsoft Office Yönetimi", "x.pdf", "", "Microsoft Office Yönetimi"),
        (
            "tez_son.tex",
            "x.pdf",
            "T.C.\nGEBZE TEKNİK ÜNİVERSİTESİ\nBitirme Tezi Yazımı",
            "Bitirme Tezi Yazımı",
        ),
        ("untitled", "YÖ-0004 Çift Anadal Yönergesi.pdf", "Başka bir satır", "YÖ-0004 Çift Anadal Yönergesi"),
        ("LaTeX ile Tez YazÄ±mÄ±", "tez.pdf", "12\nwww.ornek.com adresi\n", "tez"),
        ("", "ders-notlari-son.pdf", "Lineer Cebir Notları", "Lineer Cebir Notları"),
        ("", "ders-notlari.pdf", "D¨uzenli ˙Ifadeler", "ders notlari"),
    ],
)
def test_title(metadata: str, source: str, first_page: str, title: str) -> None:
    assert read(pdf([first_page + "\nmetin."], metadata), source).title == title


def test_pypdf_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("pypdf").setLevel(logging.NOTSET)
    data = pdf([TURKISH])
    with caplog.at_level(logging.DEBUG):
        read(data.replace(b"startxref\n", b"startxref\n9"))
    assert not caplog.records


def test_metadata_that_cannot_be_read_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: PdfReader) -> None:
        raise ValueError

    monkeypatch.setattr(PdfReader, "metadata", property(fails))
    assert read(pdf([TURKISH])).title == "belge"
