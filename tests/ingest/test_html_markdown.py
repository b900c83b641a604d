import pytest

from ingest.html_markdown import MAX_DEPTH, fragment_markdown, page_markdown
from ingest.inline import UNESCAPED


def fragment(html: str) -> str:
    return fragment_markdown(html).translate(UNESCAPED)


def page(body: str) -> str:
    return page_markdown(f"<html><body>{body}</body></html>")[1].translate(UNESCAPED)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>İkinci <em>bölüm</em></h2><p>Işık.</p>", "## İkinci *bölüm*\n\nIşık."),
        ("<p>Bir<br>iki</p>", "Bir  \niki"),
        ("<ul><li>bir<ul><li>iç</li></ul></li><li>iki</li></ul>", "- bir\n  - iç\n- iki"),
        ("<ol start=3><li>üç</li><li>dört</li></ol>", "3. üç\n4. dört"),
        ("<ul><li>bir<li>iki</ul>", "- bir\n- iki"),  # ends let out
        ("<dl><dt>Terim<dd>Anlamı<dt>Öbürü<dd>Öbür anlam</dl>", "- Terim\n  Anlamı\n- Öbürü\n  Öbür anlam"),
        ("<p><img src='a.png' alt='Güç  şeması'> ve <img src='b.png'></p>", "Güç şeması ve"),
        ("<p>x &lt; y &amp; z &lt;dosya&gt;</p>", "x < y & z <dosya>"),
        ("<p>a * b_c</p>", "a * b_c"),
        ("<p>Bir<!-- gizli --> iki</p><script>kötü()</script><style>p{}</style>", "Bir iki"),
        ("<details><summary>Ayrıntı</summary>Metin</details>", "Ayrıntı\n\nMetin"),
    ],
)
def test_elements(html: str, text: str) -> None:
    assert "\n".join(line.rstrip() for line in fragment(html).split("\n")) == "\n".join(
        line.rstrip() for line in text.split("\n")
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<a href='/yol'>Sayfa</a>", "Sayfa"),
        ("<a href='https://a.tr/x'>Sayfa</a>", "Sayfa (https://a.tr/x)"),
        ("<a href='https://a.tr/x'>a.tr/x</a>", "a.tr/x"),
        ("<a href='https://github.com'>GitHub</a>'da var", "GitHub'da (https://github.com) var"),
        ("<a href='https://a.tr'>depo</a>sundan alın", "deposundan (https://a.tr) alın"),
        ("<h3>Ad <a class='headerlink' href='#x'>¶</a></h3>", "### Ad"),
        ("<a href='javascript:kotu()'>Tıkla</a>", "Tıkla"),
    ],
)
def test_links(html: str, text: str) -> None:
    assert fragment(html) == text


def test_tables_keep_their_rows_together() -> None:
    rows = fragment("<table><tr><th>Ad<th>Değer<tr><td>Güç<td>5 | 6<br>kW</table>").split("\n")
    assert rows == ["| Ad | Değer |", "| --- | --- |", "| Güç | 5 \\| 6 kW |"]


def test_a_layout_table_is_no_table() -> None:
    text = fragment(
        "<table><tr><td><h2>Başlık</h2>metin<table><tr><td>a</td><td>b</td></tr></table></td></tr></table>"
    )
    assert "## Başlık" in text and "metin" in text and "| a | b |" in text
    assert not text.startswith("|")


@pytest.mark.parametrize(
    ("html", "fence"),
    [
        ("<pre><code class='language-python'>x  = 1\n\n# ş</code></pre>", "```python\nx  = 1\n\n# ş\n```"),
        ("<div class='highlight-source-shell'><pre>ls</pre></div>", "```shell\nls\n```"),
        ("<pre>a &lt; b &amp;&amp; c</pre>", "```\na < b && c\n```"),
        ("<pre>```\niç\n```</pre>", "````\n```\niç\n```\n````"),
    ],
)
def test_code_comes_in_fences(html: str, fence: str) -> None:
    assert fragment(html) == fence


def test_the_frame_of_a_page_is_left_out() -> None:
    text = page(
        "<nav>menü</nav><div role=navigation>yol</div><main><h1>Ana</h1><p>Metin</p></main>"
        "<form>ara</form><footer>alt</footer><script>x</script><svg><text>çizim</text></svg>"
    )
    assert text == "# Ana\n\nMetin"


def test_the_title_of_a_page() -> None:
    html = "<head><title> Işık\n ve  Isı </title></head><p>Metin"
    assert page_markdown(html) == ("Işık ve Isı", "Metin")
    assert page_markdown("<p>Metin")[0] == ""


@pytest.mark.parametrize(
    "html", ["", "<", "<<<>>>", "</p></div>", "<p", "<!--", "<![CDATA[", "&#xffffffff;", "\0<p>"]
)
def test_broken_html_is_read(html: str) -> None:
    fragment_markdown(html)
    assert "son" in page_markdown(f"<p>son</p>{html}")[1]


def test_html_that_is_too_deep_comes_as_text_without_scripts() -> None:
    deep = "<div>" * (MAX_DEPTH + 1)
    assert (
        page_markdown(f"<p>bir</p><script>kötü()</script>{deep}&lt;iki")[1].translate(UNESCAPED)
        == "bir\n<iki"
    )
    assert page_markdown("<div>" * (MAX_DEPTH - 2) + "<h2>A</h2>")[1] == "## A"


@pytest.mark.parametrize(
    "piece", ["<a ", "<svg>", "<b>x", "<style\n", "<li>", "a<svg>b</svg>", '<a x="', "<!--", "&"]
)
@pytest.mark.timeout(20)
def test_hostile_pages_end(piece: str) -> None:
    assert "baş" in page_markdown("<p>baş</p>" + piece * (100_000 // len(piece)))[1]
