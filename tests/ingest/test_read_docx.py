import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from assistant.errors import KilavuzError
from assistant.records import Document
from ingest import read_docx as module
from ingest.lexicon import lexicon_of
from ingest.read_docx import read_docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = f"""<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"
 ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"
 ContentType="application/xml"/></Types>"""
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
    for name in ("heading 1", "heading 2", "Title")
)
LISTS = """<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1">
<w:abstractNumId w:val="0"/></w:num>"""


def paragraph(text: str, style: str = "", before: str = "") -> str:
    shown = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else before
    return f'<w:p>{shown}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def item(text: str, level: int = 0) -> str:
    return paragraph(
        text, before=f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    )


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def relations(*targets: tuple[str, str, str]) -> str:
    made = (f'<Relationship Id="{i}" Type="{R}/{kind}" Target="{escape(to)}"/>' for i, kind, to in targets)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(made)}</Relationships>'


def docx(body: str, **parts: str) -> bytes:
    """A Word file with the XML `body`; `parts` are added or take the place of others ("/" is "__")."""
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(
            ("r1", "styles", "styles.xml"),
            ("r2", "numbering", "numbering.xml"),
            ("r3", "footnotes", "footnotes.xml"),
        ),
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{STYLES}</w:styles>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{W}">{LISTS}</w:numbering>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            files | {name.replace("__", "/"): part for name, part in parts.items()}
        ).items():
            if content:
                archive.writestr(name, content)
    return buffer.getvalue()


def read(data: bytes) -> Document:
    return read_docx(data, "ağ/isi-pompasi.docx", "özet", lexicon_of(()))


def test_headings_paragraphs_and_lists() -> None:
    document = read(
        docx(
            paragraph("Isı Pompası", "heading1")
            + paragraph("Şebekeyi ölçün.")
            + paragraph("İç ünite", "heading2")
            + item("bir")
            + item("iç madde", 1)
            + item("iki")
            + paragraph("Son.")
        )
    )
    text = document.pages[0].text
    assert text == "# Isı Pompası\n\nŞebekeyi ölçün.\n\n## İç ünite\n\n- bir\n  - iç madde\n- iki\n\nSon."
    assert [(h.level, h.text) for h in document.headings] == [(1, "Isı Pompası"), (2, "İç ünite")]
    assert all(text[h.offset :].startswith("#") for h in document.headings)
    assert document.title == "Isı Pompası" and document.format == "docx" and document.pages[0].number is None


def test_tables_keep_their_rows_together() -> None:
    text = read(docx(table(("Ad", "Güç"), ("İç | dış", "2 kW")) + paragraph("son"))).pages[0].text
    assert text.split("\n")[:3] == ["| Ad | Güç |", "| --- | --- |", "| İç \\| dış | 2 kW |"]


def test_angle_brackets_stars_and_decomposed_letters() -> None:
    text = read(docx(paragraph("<dosya> & a * b_c &amp; # I\u0307zmir’in"))).pages[0].text
    assert text == "<dosya> & a * b_c &amp; # İzmir’in"


def test_links_notes_and_deleted_text() -> None:
    link = '<w:hyperlink r:id="r9"><w:r><w:t>Sayfa</w:t></w:r></w:hyperlink>'
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    deleted = "<w:del><w:r><w:delText>silindi</w:delText></w:r></w:del>"
    inserted = "<w:ins><w:r><w:t> eklendi</w:t></w:r></w:ins>"
    body = paragraph("Dipnot metni.")
    footnotes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{body}</w:footnote></w:footnotes>'
    rels = relations(("r3", "footnotes", "footnotes.xml"), ("r9", "hyperlink", "https://a.tr/x"))
    parts = {"word__footnotes.xml": footnotes, "word___rels__document.xml.rels": rels}
    text = read(docx(f"<w:p>{link}{note}{deleted}{inserted}</w:p>", **parts)).pages[0].text
    assert text.startswith("Sayfa (https://a.tr/x) (1) eklendi") and "silindi" not in text
    assert text.endswith("Dipnot metni.") and "↑" not in text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Isı Pompası Kılavuzu", "Isı Pompası Kılavuzu"),
        ("Belge1", "isi pompasi"),
        ("a.docx", "isi pompasi"),
        ("I&amp;Ş Birimi", "I&Ş Birimi"),
    ],
)
def test_the_title_in_the_properties(title: str, shown: str) -> None:
    core = f'<cp:coreProperties xmlns:cp="x" xmlns:dc="y"><dc:title>{title}</dc:title></cp:coreProperties>'
    assert read(docx(paragraph("Metin."), **{"docProps__core.xml": core})).title == shown


def test_a_heading_of_the_first_level_goes_before_the_properties() -> None:
    core = "<dc:title>Eski şablonun adı</dc:title>"
    assert read(docx(paragraph("Başlık", "Title"), **{"docProps__core.xml": core})).title == "Başlık"


GOOD = docx(paragraph("Metin."))


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"metin",
        b"\0" * 100,
        GOOD[: len(GOOD) // 2],
        GOOD[:-30],
        GOOD.replace(b"word/", b"cord/"),
        docx("", **{"word__document.xml": ""}),
        docx("", **{"word__document.xml": "<w:document"}),
        docx("<w:p>"),
        docx("", **{"word__document.xml": "<a/>"}),
        docx("", **{"_rels__.rels": "<"}),
        GOOD[:60] + b"\xff" * 40 + GOOD[100:],
    ],
)
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(KilavuzError, match="Word"):
        read(data)


def test_an_old_or_encrypted_file_is_told_so() -> None:
    with pytest.raises(KilavuzError, match="parola"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["word/comments.xml", "word/media/image.png"])  # either may be the text
def test_entities_are_not_expanded(name: str, encoding: str) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY e0 "ha">{entities}]><a>&e9;</a>'
    buffer = io.BytesIO(GOOD)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, bomb.encode(encoding))
    with pytest.raises(KilavuzError, match="bozuk"):
        read(buffer.getvalue())


def test_files_that_grow_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KilavuzError, match="bomba"):
        read(docx(paragraph("a" * (module.MAX_TEXT_BYTES + 1))))
    for limit in ("MAX_PARTS", "MAX_BYTES"):
        with monkeypatch.context() as patch, pytest.raises(KilavuzError, match="bomba"):
            patch.setattr(module, limit, 5)
            read(GOOD)


def test_a_file_without_text_is_refused() -> None:
    with pytest.raises(KilavuzError, match="metin yok"):
        read(docx("<w:p/>"))


def test_nesting_without_end_is_refused_or_read() -> None:
    deep = docx("<w:tbl><w:tr><w:tc>" * 3000 + paragraph("dip") + "</w:tc></w:tr></w:tbl>" * 3000)
    with pytest.raises(KilavuzError, match="bozuk"):
        read(deep)


@pytest.mark.timeout(20)
def test_long_blanks_take_no_time_beyond_their_size() -> None:
    assert read(docx(paragraph("baş" + " " * 200_000 + "son"))).pages[0].text.split() == ["baş", "son"]
