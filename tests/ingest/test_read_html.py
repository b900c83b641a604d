import pytest

from assistant.errors import KilavuzError
from assistant.records import Document
from ingest.lexicon import lexicon_of
from ingest.read_html import read_html


def read(data: bytes | str, source: str = "sayfa.html") -> Document:
    return read_html(data if isinstance(data, bytes) else data.encode(), source, "özet", lexicon_of(()))


PAGE = """<!DOCTYPE html>
<html lang="tr"><head><title>Isı Pompası Kılavuzu</title><style>p {}</style></head>
<body><nav><a href="/">Ana sayfa</a></nav>
<h2>Kurulum</h2><p>Şebeke gerilimini ölçün.</p>
<table><tr><th>Ad</th><th>Güç</th></tr><tr><td>İç ünite</td><td>2 kW</td></tr></table>
<h2>Bakım</h2><p>Yılda bir kez.</p><script>gizli()</script><footer>© 2024</footer></body></html>"""


def test_a_page_becomes_markdown_under_its_title() -> None:
    document = read(PAGE)
    text = document.pages[0].text
    assert document.title == "Isı Pompası Kılavuzu" and document.format == "html"
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "Isı Pompası Kılavuzu"), (2, "Kurulum"), (2, "Bakım")
    ]  # fmt: skip
    assert all(text[h.offset :].startswith("#") for h in document.headings)
    assert "| Ad | Güç |\n| --- | --- |\n| İç ünite | 2 kW |" in text
    assert not any(word in text for word in ("Ana sayfa", "gizli", "2024", "{}"))


def test_a_heading_of_the_first_level_stands_with_the_title() -> None:
    document = read("<title>Site adı</title><h1>Bölüm <b>İki</b></h1><p>Metin</p>")
    assert document.pages[0].text.startswith("# Bölüm") and document.title == "Site adı"
    assert [h.text for h in document.headings] == ["Bölüm İki"]


@pytest.mark.parametrize(
    ("encoding", "meta"),
    [
        ("windows-1254", '<meta charset="windows-1254">'),
        ("iso-8859-9", '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-9">'),
        ("cp1254", ""),
        ("utf-8", "<meta charset=iso-8859-9>"),  # it is not what it says
        ("utf-16", ""),
        ("utf-8-sig", ""),
        ("cp1254", '<meta charset="yok-böyle"'.encode().decode("ascii", "ignore") + ">"),
    ],
)
def test_encodings(encoding: str, meta: str) -> None:
    html = f"<html><head>{meta}</head><body><p>Şu küçük ağaç ıslandı, İğne çıktı.</p></body></html>"
    assert read(html.encode(encoding)).pages[0].text == "Şu küçük ağaç ıslandı, İğne çıktı."


def test_entities_and_angle_brackets_are_text() -> None:
    document = read("<h1>List&lt;T&gt; &amp; &Ccedil;i&#287;</h1><p>&lt;dosya&gt; a&nbsp;b &#304;stanbul</p>")
    assert document.title == "List<T> & Çiğ"
    assert document.pages[0].text.endswith("<dosya> a b İstanbul")


def test_decomposed_letters_are_composed() -> None:
    assert read("<p>I\u0307zmir s\u0327ehri</p>").pages[0].text == "İzmir şehri"
    assert read("<p>I&#775;zmir</p>").pages[0].text == "İzmir"


@pytest.mark.parametrize(
    "html", ["<html></html>", "<script>var x</script>", "<!-- yorum -->", "<p>---</p>", " "]
)
def test_a_page_without_text_is_refused(html: str) -> None:
    with pytest.raises(KilavuzError, match="metin yok"):
        read(html)


def test_binary_data_is_refused() -> None:
    with pytest.raises(KilavuzError, match="HTML"):
        read(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)


def test_without_title_and_headings_the_file_name_is_the_title() -> None:
    assert read("<p>Metin", "ağ/isi-pompasi.html").title == "isi pompasi"
