import codecs
import random
import unicodedata

import pytest

from assistant.errors import KilavuzError
from assistant.records import Document
from ingest.decode import decode
from ingest.lexicon import lexicon_of
from ingest.read_markdown import read_markdown

LEXICON = lexicon_of(())

TURKISH = "# Çığlık\n\nŞu küçük ağaç “İstanbul”da ıslandı – üç öğün yağmur yağdı.\n"


def read(text: str, source: str = "belge.md") -> Document:
    return read_markdown(text.encode(), source, "özet", lexicon_of(()))


def outline(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in read(text).headings]


@pytest.mark.parametrize(
    "data",
    [
        TURKISH.encode(),
        codecs.BOM_UTF8 + TURKISH.encode(),
        TURKISH.encode("utf-16"),
        codecs.BOM_UTF16_BE + TURKISH.encode("utf-16-be"),
        TURKISH.encode("utf-32"),
        TURKISH.encode("utf-16-le"),
        TURKISH.encode("utf-16-be"),
        TURKISH.encode("cp1254"),
        TURKISH.replace("\n", "\r\n").encode(),
        TURKISH.replace("\n", "\r").encode("cp1254"),
        unicodedata.normalize("NFD", TURKISH).encode(),
        TURKISH.replace("Ç", "\0Ç").encode(),
    ],
)
def test_encodings_line_ends_and_normal_form(data: bytes) -> None:
    document = read_markdown(data, "a.md", "", lexicon_of(()))
    assert document.pages[0].text == TURKISH and document.title == "Çığlık"


def test_latin_5_is_a_part_of_windows_1254() -> None:
    text = "Göğüs kafesi şişti, ışık söndü, İnce çubuk."
    assert decode(text.encode("iso8859-9")) == text


def test_utf_8_with_a_broken_byte_stays_utf_8() -> None:
    assert decode(TURKISH.encode() + b"\xff son") == TURKISH + "\ufffd son"
    assert decode((TURKISH * 3).encode()[:-30]) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(1).randbytes(5000),
        b"\x7fELF" + bytes(range(256)) * 20,
        random.Random(2).randbytes(9999),
        "Привет, как дела? Это русский текст.".encode("cp1251"),
        b"\0" * 1000,
    ],
)
def test_binary_and_unknown_encodings_are_refused(data: bytes) -> None:
    with pytest.raises(KilavuzError, match="UTF-8"):
        read_markdown(data, "a.md", "", lexicon_of(()))


@pytest.mark.parametrize("text", [" \n\t\n", "---\ntitle: Boş\n---\n", "* * *\n\n---\n", "\ufeff"])
def test_file_without_text_is_refused(text: str) -> None:
    with pytest.raises(KilavuzError, match="metin yok"):
        read(text)


def test_headings_have_level_text_and_offset() -> None:
    text = "Önsöz\n\n# Bir\n\n## İki ##\n\nÜç\n===\n\nDört\n----\n"
    document = read(text)
    assert outline(text) == [(1, "Bir"), (2, "İki"), (1, "Üç"), (2, "Dört")]
    assert [text[h.offset :].split("\n")[0] for h in document.headings] == [
        "# Bir",
        "## İki ##",
        "Üç",
        "Dört",
    ]
    assert document.pages[0].text == text and document.pages[0].number is None


@pytest.mark.parametrize(
    "text",
    [
        "```bash\n# yorum\n```\n",
        "~~~\n# yorum\n## yorum\n~~~\n",
        "    # girintili kod\n",
        "````\n```\n# içte\n```\n````\n",
        "<!--\n# açıklama\n-->\n",
        "- madde\n\n  # listede\n",
        "> # alıntıda\n",
        "#etiket\n",
        "$$\na\n=\nb\n$$\n",
        "```\n# kapanmayan kod\n",
        "# " + "uzun " * 60 + "\n",
        "# <!-- boş -->\n",
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert outline(text + "\nmetin") == []


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("# **Kalın** ve `kod_adı`", "Kalın ve kod_adı"),
        ("# [Bağlantı](http://a.b/c) metni", "Bağlantı metni"),
        ("# ![Logo](a.png) Ürün", "Logo Ürün"),
        ("# JSX Nedir? {#jsx-nedir}", "JSX Nedir?"),
        ("# Kurulum { #kurulum }", "Kurulum"),
        ("# Durum {/*durum*/}", "Durum"),
        ('# <a name="x"></a>Genel bakış', "Genel bakış"),
        ("# List<T> ve <ayarlar> öğesi", "List<T> ve <ayarlar> öğesi"),
        ("# array_slice &amp; str_contains", "array_slice & str_contains"),
        ("# İki   boşluk\t#", "İki boşluk"),
        ("# C#", "C#"),
    ],
)
def test_heading_text_is_without_marks(line: str, text: str) -> None:
    assert outline(line + "\n\nmetin\n") == [(1, text)]


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ("title: Işığın Hızı", "Işığın Hızı"),
        ("id: x\ntitle: 'Python''ın Yolu'\nauthor: y", "Python'ın Yolu"),
        ('title: "Nasıl: \\"kur\\""', 'Nasıl: "kur"'),
        ("title: >-\n  Uzun bir\n  başlık\nsira: 1", "Uzun bir başlık"),
        ("title:", "Bölüm"),
    ],
)
def test_front_matter_gives_the_title(fields: str, title: str) -> None:
    document = read(f"---\n{fields}\n---\n# Bölüm\n\nmetin\n")
    assert document.title == title
    assert document.pages[0].text == "# Bölüm\n\nmetin\n" and document.headings[0].offset == 0


def test_toml_front_matter() -> None:
    document = read('+++\ntitle = "Ağ Ayarları"\n+++\nmetin')
    assert document.title == "Ağ Ayarları" and document.pages[0].text == "# Ağ Ayarları\n\nmetin"
    assert [(h.level, h.text, h.offset) for h in document.headings] == [(1, "Ağ Ayarları", 0)]


def test_what_the_front_matter_says_about_the_page_stands_under_its_heading() -> None:
    fields = "description: Yazıcıyı kurmak\ntags: [ağ, yazıcı]\ndate: 2024-01-05"
    document = read(f"---\n{fields}\n---\n# Kurulum\n\nmetin\n\n## Alt\n\nson\n")
    text = document.pages[0].text
    assert text == "# Kurulum\n\nYazıcıyı kurmak\n\nağ, yazıcı\n\n\nmetin\n\n## Alt\n\nson\n"
    assert [text[h.offset :].split("\n")[0] for h in document.headings] == ["# Kurulum", "## Alt"]


def test_a_title_heads_a_page_that_has_only_lower_headings() -> None:
    document = read("---\ntitle: Sunucu\ndescription: Kısaca.\n---\n\n## Kurulum\n\nmetin\n")
    assert document.pages[0].text.startswith("# Sunucu\n\nKısaca.\n\n")
    assert [(h.level, h.text) for h in document.headings] == [(1, "Sunucu"), (2, "Kurulum")]
    assert all(document.pages[0].text[h.offset :].startswith("#") for h in document.headings)


@pytest.mark.parametrize("text", ["---\nBir çizgi\n---\nmetin", "---\ntitle: kapanmıyor\n\nmetin"])
def test_a_rule_is_not_front_matter(text: str) -> None:
    assert read(text).pages[0].text == text


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("ağ/ip_adresi-nedir.md", "ip adresi nedir"),
        ("ağ/Yıl sonu - rapor.md", "Yıl sonu - rapor"),
        ("sunucu-kurulumu/README.md", "sunucu kurulumu"),
        ("index.md", "index"),
        ("__.md", "__.md"),
    ],
)
def test_without_headings_the_file_name_is_the_title(source: str, title: str) -> None:
    assert read("Yalnızca metin.", source).title == title


def shown(text: str) -> str:
    return read(text).pages[0].text.strip("\n")


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("[Sayfa](b.md) ve [Site](https://a.tr/x)", "Sayfa ve Site (https://a.tr/x)"),
        ("[a.tr/x](https://a.tr/x/) <https://b.tr> <a@b.tr>", "a.tr/x https://b.tr a@b.tr"),
        (
            "[GitHub](https://github.com)'da ve [depo](b.md)sundan",
            "GitHub'da (https://github.com) ve deposundan",
        ),
        ("[DbContext](b.md)öğesinden, [SDK](https://a.tr)ile", "DbContext öğesinden, SDK (https://a.tr) ile"),
        (
            "[Bağ][1] ve [kısa], [yok]\n\n[1]: https://a.tr 'Ad'\n[kısa]: b.md",
            "Bağ (https://a.tr) ve kısa, [yok]",
        ),
        ("[Ad (iç)](b_(c).md 'Başlık') son", "Ad (iç) son"),
        ("![Güç şeması](a.png) ve ![](b.png)son", "Güç şeması ve son"),
        ("[![Yapı](a.svg)](https://a.tr) son", "Yapı son"),
        ("<img src='a.png' alt='Güç &amp; ısı'> <img alt=Logo src=b.png>", "Güç & ısı Logo"),
        ("[**Kalın** `kod`](b.md)", "**Kalın** `kod`"),
        ("a[0] ve [x] ve [ ] ve f(x)[i](j)", "a[0] ve [x] ve [ ] ve f(x)i"),
        ("- [ ] yap\n- [x] yapıldı", "- ☐ yap\n- ☑ yapıldı"),
        ("Söz[^1] var.\n\n[^1]: Dipnot.", "Söz (1) var.\n\n(1) Dipnot."),
    ],
)
def test_links_and_images_leave_their_text(text: str, page: str) -> None:
    assert shown(text) == page


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Bir <b>kalın</b><br>iki<br/>üç", "Bir kalın\niki\nüç"),
        ("Bir<!-- gizli\n\n gizli --> iki", "Bir iki"),
        ("Bir {/* gizli */}iki", "Bir iki"),
        ("Bas: <kbd>Ctrl</kbd>+<code>x_y</code>", "Bas: `Ctrl`+`x_y`"),
        ("<script>\nkötü()\n</script>\n\nson", "son"),
        ("<style>p {}</style>\nson", "son"),
        ("List<T> ve <dosya> ve a < b && c", "List<T> ve <dosya> ve a < b && c"),
        ("&lt;dosya&gt; &amp;lt; a&nbsp;b &#304;", "<dosya> &lt; a b İ"),
        ("<Directory /var>\nson", "<Directory /var>\nson"),
        ('<a href="https://a.tr/x">Site</a> ve <a name="y"></a>son', "Site (https://a.tr/x) ve son"),
        (
            "<details><summary>Ayrıntı</summary>\n\nMetin **kalın**\n\n</details>",
            "Ayrıntı\n\nMetin **kalın**",
        ),
        ("<ul>\n<li>bir <b>iki</b></li>\n<li>üç</li>\n</ul>", "- bir **iki**\n- üç"),
        ("<h2>Başlık</h2>\n\nson", "## Başlık\n\nson"),
        ("<p align=center>\n  <em>Orta</em>\n</p>", "Orta"),
        ("| a |\n|---|\n| <table><tr><th>Ad</th><th>Güç</th></tr></table> |", "| a |\n|---|\n| Ad Güç  |"),
        ("| a<br>b | c &#124; d |\n|---|---|\n| x | y |", "| a b | c \\| d |\n|---|---|\n| x | y |"),
        ("<Tabs>\n<TabItem value='x' label='Linux'>\n\napt\n\n</TabItem>\n</Tabs>", "**Linux**\n\n\napt"),
    ],
)
def test_html_in_markdown(text: str, page: str) -> None:
    got = [line.strip() for line in shown(text).split("\n")]
    assert [line for line in got if line] == [line for line in page.split("\n") if line]


def test_a_table_in_html_keeps_its_rows_together() -> None:
    text = "<table>\n<tr><th>Ad<th>Güç\n<tr><td>İç<td>2 kW\n</table>\n\nson"
    assert shown(text).replace("\n\n\n", "\n\n") == "| Ad | Güç |\n| --- | --- |\n| İç | 2 kW |\n\nson"


def test_headings_in_html_are_headings() -> None:
    document = read("<h1>Işık</h1>\n\nmetin\n\n## İki\n\nson\n")
    assert [(h.level, h.text) for h in document.headings] == [(1, "Işık"), (2, "İki")]
    assert all(document.pages[0].text[h.offset :].startswith("#") for h in document.headings)


CODE = "[a](b.md) ![c](d) <b>x</b> <!-- y --> &amp; {ref}`z` \\* {#k} :::\n{{ v }} {% if %}\n!!! note"


@pytest.mark.parametrize(
    ("before", "after"), [("```js\n", "\n```"), ("~~~\n", "\n~~~"), ("````md\n```\n", "\n````")]
)
def test_code_in_any_language_stays_as_it_was_written(before: str, after: str) -> None:
    assert (
        shown(f"metin [x](y.md)\n\n{before}{CODE}{after}\n\nson")
        == f"metin x\n\n{before}{CODE}{after}\n\nson"
    )


@pytest.mark.parametrize(
    "code", ["`[a](b) <b> &amp;`", "``x ` [a](b)``", "$a_{[b](c)} < d$", "$$\n\\frac{a}{b} <c>\n$$"]
)
def test_code_and_formulas_in_a_line_stay(code: str) -> None:
    assert shown(f"Bak: {code} [x](y.md)") == f"Bak: {code} x"


def test_indented_code_stays() -> None:
    assert shown("metin\n\n    <b>x</b> [a](b)\n\nson <b>y</b>") == "metin\n\n    <b>x</b> [a](b)\n\nson y"


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("{ref}`Kurulum <hedef>` ve {py:func}`~a.b`", "Kurulum ve `a.b`"),
        (":ref:`hedef` ve :numref:`sekil_1`", "hedef ve sekil_1"),
        ("![Şekil](a.png)\n:label:`sekil`\n:width:`300px`", "Şekil"),
        ("Söz{:.sinif} ve **x**{ .y }", "Söz{:.sinif} ve **x**"),
        ("<xref:System.String>kullanın", "System.String kullanın"),
        ("[!INCLUDE [Kısa ad](a.md)] [!code-csharp[Main](a.cs)] son", "Kısa ad  son"),
        ("1\\. madde değil, yıldız \\* ve alt\\_çizgi", "1\\. madde değil, yıldız * ve alt_çizgi"),
        ("> [!NOTE]\n> Işık [yanar](a.md).", "**Not**\n\nIşık yanar."),
    ],
)
def test_syntax_of_other_programs(text: str, page: str) -> None:
    assert shown(text) == page


def test_offsets_hold_where_text_before_the_heading_shrinks() -> None:
    document = read(
        "[Uzun bağlantı](https://a.tr/cok/uzun) <b>x</b>\n\n# Bir [iki](b.md) &amp; `üç`\n\nson\n"
    )
    (heading,) = document.headings
    assert heading.text == "Bir iki & üç" and document.pages[0].text[heading.offset :].startswith(
        "# Bir iki & `üç`"
    )


@pytest.mark.parametrize(
    "piece",
    [
        "![", "[]", "{{", "<", "|", ":::", "[", "](", "`", "``a", "$a", "\\(", "<!--", "<a ", "<li>\n\n",
        "<style\n\n", "&", "[^1]", "{#a}", ":a:`", "**a", "[a](", "[![a](b)](",
        "<a href=\"", "| a |\n|---|\n", "> ",
        "- ", "[a]: b\n", "<Tab ",
    ],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_hostile_text_takes_no_time_beyond_its_size(piece: str) -> None:
    assert "baş" in shown("baş\n\n" + piece * (100_000 // len(piece)))


@pytest.mark.parametrize(
    "line",
    ["!!! a{} !", "???{}!", "{}- x", "{{%{}", "[a]:{}", "[a]: b{}x", "<pre>a{}b</pre>", "<td>a{}b", "a{}b"],
)
@pytest.mark.timeout(20)
def test_long_blanks_take_no_time_beyond_their_size(line: str) -> None:
    blanks = " " * 50_000
    assert "baş" in shown(f"baş\n\n::: x\n\n[a]: b\n\n{line.format(blanks)}\n{line.format('a' * 50_000)}\n")
