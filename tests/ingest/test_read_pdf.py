import io
import logging
import re
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import KilavuzError
from assistant.records import Document, Repair
from ingest import ocr
from ingest.lexicon import lexicon_of, words_of
from ingest.read_pdf import read_pdf
from tests.pdf_files import PROSE, drawn, joined, saved, scanned
from tests.pdf_files import spelled as pdf


def read(data: bytes, source: str = "belge.pdf") -> Document:
    return read_pdf(data, source, "özet", LEXICON)


LEXICON = lexicon_of(words_of(PROSE))
TURKISH = "Şu küçük ağaç İstanbul'da ıslandı.\nÜç öğün yağmur yağdı."


def test_pages_are_numbered_and_carry_turkish_text() -> None:
    document = read(pdf([TURKISH, "", "Son sayfa"]))
    assert [(page.number, page.text) for page in document.pages] == [(1, TURKISH), (2, ""), (3, "Son sayfa")]
    assert (document.format, document.content_hash, document.headings) == ("pdf", "özet", ())


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


def test_a_file_without_a_readable_page_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(10, 10, 100, 100)
    canvas.showPage()
    canvas.drawString(10, 10, "– • –")
    canvas.save()
    for recognise, remedy in ((None, "tesseract-ocr-tur"), (lambda *_: [], "daha net taranmış")):
        monkeypatch.setattr(ocr, "find_ocr", lambda recognise=recognise: recognise)
        with pytest.raises(KilavuzError, match=rf"taranmış olabilir.*{remedy}"):
            read(out.getvalue())


def test_a_page_that_pypdf_cannot_read_is_read_by_the_second_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PageObject

    extract = PageObject.extract_text

    def fails_on_the_first(page: PageObject, **visitors: Any) -> str:
        text = extract(page, **visitors)
        if "Bir" in text:
            raise RecursionError
        return text

    monkeypatch.setattr(PageObject, "extract_text", fails_on_the_first)
    document = read(pdf(["Bir", "İki"]))
    assert [page.text for page in document.pages] == ["Bir", "İki"]
    assert document.repairs == (Repair("second reader", 1),)
    assert document.unread == ()


def test_a_file_that_pypdf_cannot_open_is_read_by_the_second_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: bytes) -> None:
        raise ValueError("xref")

    monkeypatch.setattr("ingest.read_pdf.open_pdf", fails)
    document = read(drawn([PROSE, ""]))
    assert [(page.number, page.text, page.label) for page in document.pages] == [
        (1, PROSE, None),
        (2, "", None),
    ]
    with pytest.raises(KilavuzError, match=r"bozuk.*ValueError"):
        read(b"%PDF-1.7 nothing")


def test_a_page_that_is_lost_keeps_its_number() -> None:
    data = drawn([f"Sayfa {number}\n{PROSE}" for number in "123"])
    data, made = re.subn(rb"(/Kids \[ \d+ 0 R )\d+ 0 R", rb"\g<1>0 0 R", data)
    assert made == 1 and len(PdfReader(io.BytesIO(data)).pages) == 2  # pypdf passes it over
    document = read(data)
    assert [(page.number, page.text[:7]) for page in document.pages] == [
        (1, "Sayfa 1"),
        (2, ""),
        (3, "Sayfa 3"),
    ]
    assert [page.number for page in document.unread] == [2]


def test_the_number_of_pages_that_a_file_states_is_not_trusted() -> None:
    document = read(drawn([PROSE]).replace(b"/Count 1", b"/Count 999999"))
    assert (len(document.pages), document.unread) == (1, ())


def test_pages_that_cannot_be_read_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_ocr", lambda: None)
    document = read(joined(drawn([PROSE]), scanned(drawn([PROSE])), drawn([""])))
    assert [page.text for page in document.pages] == [PROSE, "", ""]
    (unread,) = document.unread
    assert unread.number == 2
    assert unread.reason.tr.startswith("Taranmış ya da okunamayan sayfa; ")
    assert "tesseract-ocr-tur" in unread.reason.en


@pytest.mark.skipif(ocr.find_ocr() is None, reason="no tesseract with Turkish")
def test_a_scanned_file_is_read() -> None:
    document = read(scanned(drawn([PROSE])))
    assert document.pages[0].text.split() == PROSE.split()
    assert document.repairs == (Repair("ocr", 1),)


def test_repairs_are_counted_in_the_order_of_the_records() -> None:
    document = read(pdf(["Do˘gru bir yağ-\nmurlu sabahı\n• ﬁl ve ﬁre"]))
    assert document.pages[0].text == "Doğru bir yağmurlu\nsabahı\n- fil ve fire"
    assert [(repair.kind, repair.count) for repair in document.repairs] == [
        ("accents", 1), ("ligatures", 2), ("hyphens", 1), ("bullets", 1)
    ]  # fmt: skip


def test_headings_stand_where_their_lines_begin_after_repair() -> None:
    body = "Bu paragrafta yağ-\nmurlu sabahı anlatan uzunca bir cümle vardır."
    pages = [f"{body}\nGiri¸s\n{body}", f"{body}\nSonuç\n{body}"]
    document = read(pdf(pages, outline=[("Giriş", 0, 0), ("Sonuç", 0, 1)]))
    found = [document.pages[h.page].text[h.offset :].split("\n")[0] for h in document.headings]
    assert found == ["Giriş", "Sonuç"]


def test_printed_page_numbers_are_labels() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(["Bir", "İki", "Üç"])))
    writer.set_page_label(0, 1, style="/r")
    writer.set_page_label(2, 2, style="/D", start=1)
    pages = read(saved(writer)).pages
    assert [(page.number, page.label) for page in pages] == [(1, "i"), (2, "ii"), (3, "1")]


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
        ("", "ders-notlari.pdf", "D¨uzenli ˙Ifadeler", "Düzenli İfadeler"),
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
