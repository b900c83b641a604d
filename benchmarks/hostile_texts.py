"""Markdown, HTML, reStructuredText, Word and plain files that were written to do harm.

Depths, widths, bombs, circles and broken encodings; small on disk (10 MB at most) and of our own making.
Nothing here knows what a reader should do with them.
"""

from collections.abc import Iterator

from benchmarks.mutate import zipped

WORD = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
"""XML namespace of Word's text."""


def hostile_texts() -> Iterator[tuple[str, bytes]]:
    """Name and content of each; made one at a time, for some are large."""
    yield from _markdown()
    yield from _markup()
    yield from _office()


def _markdown() -> Iterator[tuple[str, bytes]]:
    ten = 10_000_000
    yield "one-line.md", "Pompa yağı yılda bir değişir. ".encode() * (ten // 34)
    yield "one-word.md", b"a" * ten
    yield "one-number.md", b"1" * ten
    yield "blanks.md", b"a" + b" " * ten + b"b"
    yield "line-breaks.md", b"\n" * ten
    yield "no-letters.md", b"-" * ten
    yield "carriage-returns.md", b"a\r" * (ten // 2)
    for name, text, times in (
        ("brackets", "[", 200_000), ("images", "![", 100_000), ("links", "[a](", 100_000),
        ("quotes", "> ", 100_000), ("lists", "- ", 50_000), ("ordered", "1. ", 50_000),
        ("stars", "*a **a ", 100_000), ("bars", "_a __a ", 100_000), ("ticks", "`a``b```c", 50_000),
        ("comments", "<!-- ", 100_000), ("tags", "<a ", 100_000), ("divs", "<div>\n", 50_000),
        ("entities", "&#x110000;&a", 100_000), ("backslashes", "\\", 1_000_000),
        ("fences", "```\n~~~\n", 50_000), ("columns", "|a", 100_000), ("dollars", "$$a$", 100_000),
        ("cdata", "<![CDATA[", 100_000), ("questions", "<?", 100_000), ("colons", ":::{note}\n", 30_000),
        ("rules", "---\n", 200_000), ("hashes", "#", 1_000_000), ("tildes", "~~a~", 100_000),
        ("directives", "```{note}\n", 30_000), ("jinja", "{% a %}{{", 100_000),
        ("imports", "import a from 'b'\n", 50_000), ("jsx", "<A b={{c:[", 50_000),
        ("addresses", "http://", 100_000), ("ats", "a@", 300_000), ("angles", "<", 500_000),
        ("admonitions", "!!! note\n    ", 30_000), ("github", "> [!NOTE]\n", 50_000),
        ("footnotes", "[^a]: ", 100_000),
    ):  # fmt: skip
        yield f"{name}.md", (text * times).encode() + "\n\nYağ yılda bir değişir.\n".encode()
    yield "tick-runs.md", "".join("`" * n + "a" for n in range(2000)).encode()
    yield "deep-quotes.md", b"\n".join(b"> " * n + b"a" for n in range(2000))
    yield "deep-lists.md", b"\n".join(b"  " * n + b"- a" for n in range(2000))
    yield "table.md", b"|a" * 2000 + b"|\n" + b"|-" * 2000 + b"|\n" + (b"|b" * 2000 + b"|\n") * 500
    yield "headings.md", b"".join(b"#" * (n % 6 + 1) + b" a%d\n" % n for n in range(200_000))
    yield "references.md", b"".join(b"[a%d]: /b\n" % n for n in range(100_000)) + b"[a1] " * 100_000
    yield "titles.md", b"[a]: /b '" * 100_000
    laughs = b"---\na0: &a0 x\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 30)
    )
    yield "front-matter-laughs.md", laughs + b"title: *a29\n---\n# Pompa\n"
    yield "front-matter-open.md", b"---\n" + b"title: a\n" * 500_000
    yield "front-matter-python.md", b"---\ntitle: !!python/object/apply:os.system ['true']\n---\n# Pompa\n"
    yield "front-matter-deep.md", b"---\ntitle: " + b"[" * 100_000 + b"\n---\n# Pompa\n"
    yield "accents.md", ("a" + "\u0301\u0323" * 2_000_000).encode()
    yield "zero-width.md", ("Pom\u200bpa\u00ad" * 1_000_000).encode()
    yield "bidi.md", ("# \u202eapmoP\u2066\n" * 100_000).encode()
    yield "surrogates.md", b"# Pompa \xed\xa0\x80\xed\xb0\x80\n" * 1000
    yield "not-utf8.md", bytes(range(128, 256)) * 10_000
    yield "utf-16-half.md", b"\xff\xfe" + "Yağ".encode("utf-16-le") * 1000 + b"\xd8"
    yield "utf-32.md", "Yağ yılda bir değişir.\n".encode("utf-32") * 100
    yield "mojibake.md", "Ã¼Ã§ÄŸÄ±ÅŸ Ä°Ã–".encode() * 300_000
    yield "nuls.md", b"# Pompa\n\n" + b"a\0" * 100_000


def _markup() -> Iterator[tuple[str, bytes]]:
    yield "deep.html", b"<html><body>" + b"<div>" * 100_000 + b"Pompa"
    yield "deep-inline.html", b"<p>" + b"<b><i>" * 50_000 + b"Pompa"
    yield "deep-lists.html", b"<ul><li>" * 3000 + b"Pompa"
    yield "deep-tables.html", b"<table><tr><td>" * 3000 + b"Pompa"
    yield "spans.html", b"<table><tr><td colspan=999999999 rowspan=999999999>a</td></tr></table>" * 10
    yield "cells.html", b"<table><tr>" + b"<td>a" * 300_000
    yield "open-tags.html", b"<a <b <c " * 300_000
    yield "angles.html", b"<" * 2_000_000
    yield "attributes.html", b"<p " + b"".join(b"a%d=1 " % n for n in range(200_000)) + b">Pompa</p>"
    yield "entities.html", b"<p>&amp;&#xD800;&#x110000;&#0;" * 100_000
    yield "closing.html", b"</p></b></div>" * 300_000
    yield "comment.html", b"<!--" * 300_000 + b"Pompa"
    yield "doctype.html", b"<!DOCTYPE a [<!ENTITY b '" + b"a" * 1000 + b"'>]><p>" + b"&b;" * 100_000
    yield "charset.html", b"<meta charset='utf-7'><p>+AGE-Pompa</p>" + b"<meta charset='yok'>" * 1000
    yield "pre.html", b"<pre>" + b"a\n" * 500_000
    yield (
        "include.rst",
        b"Pompa\n=====\n\n"
        + b"".join(
            b".. %s /etc/hostname\n\n" % way
            for way in (b"include::", b"raw:: html\n   :file:", b"csv-table::\n   :file:")
        ),
    )
    laughs = (
        b"".join(b".. |a%d| replace:: %s\n" % (n, b"|a%d| " % (n + 1) * 9) for n in range(20))
        + b".. |a20| replace:: x\n"
    )
    yield "laughs.rst", laughs + b"\n|a0|\n"
    yield "circle.rst", b".. |a| replace:: |b|\n.. |b| replace:: |a|\n\n|a|\n\n.. _c: d_\n.. _d: c_\n\nc_\n"
    yield "deep.rst", b"\n\n".join(b"  " * n + b"a" for n in range(1500))
    yield "deep-lists.rst", b"\n\n".join(b"  " * n + b"- a" for n in range(1500))
    yield "stars.rst", b"*a **a ``a `a |a " * 30_000
    yield "links.rst", b"a_ `b`_ `c <d>`__ " * 30_000
    yield (
        "table.rst",
        b"+" + b"-+" * 1000 + b"\n" + (b"|" + b"a|" * 1000 + b"\n+" + b"-+" * 1000 + b"\n") * 100,
    )
    yield "titles.rst", b"".join(b"a\n%s\n\n" % (bytes([33 + n % 15]) * 3) for n in range(20_000))
    yield "line.rst", b"a" * 5_000_000
    yield "line.txt", b"Pompa " * 1_500_000
    yield "word.txt", b"a" * 10_000_000
    yield "breaks.txt", b"\r\n\x0b\x0c\x1c\x85\xe2\x80\xa8" * 1_000_000
    yield "nuls.txt", bytes(1_000_000)


def _office() -> Iterator[tuple[str, bytes]]:
    head = b"<?xml version='1.0'?>"
    body = b"<w:document xmlns:w='%s'><w:body>%%s</w:body></w:document>" % WORD

    def paragraph(text: bytes) -> bytes:
        return b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % text

    laughs = b"<!DOCTYPE a [<!ENTITY b0 'ha'>%s]>" % b"".join(
        b"<!ENTITY b%d '%s'>" % (n, b"&b%d;" % (n - 1) * 10) for n in range(1, 15)
    )
    yield "laughs.docx", docx(head + laughs + body % paragraph(b"&b14;"))
    outside = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>"
    yield "outside.docx", docx(head + outside + body % paragraph(b"&b;"))
    yield "deep.docx", docx(head + body % (b"<w:sdt><w:sdtContent>" * 50_000))
    yield (
        "deep-tables.docx",
        docx(
            head + body % (b"<w:tbl><w:tr><w:tc>" * 2000 + paragraph(b"a") + b"</w:tc></w:tr></w:tbl>" * 2000)
        ),
    )
    yield "empty.docx", zipped({})
    yield "no-body.docx", docx(b"<a/>")
    yield "not-xml.docx", docx(b"\xff\xfe<w:document")
    yield "not-zip.docx", b"PK\x03\x04" + bytes(1000)
    yield "bomb.docx", docx(head + body % paragraph(b" " * 300_000_000))
    yield "bomb-text.docx", docx(head + body % (paragraph(b"Pompa yagi.") * 2_000_000))


def docx(document: bytes) -> bytes:
    """A Word file whose text part is `document`."""
    package = b"http://schemas.openxmlformats.org/package/2006"
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    word = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relations = b"application/vnd.openxmlformats-package.relationships+xml"
    types = b"<Types xmlns='%s/content-types'><Default Extension='rels' ContentType='%s'/>" % (
        package,
        relations,
    )
    types += b"<Override PartName='/word/document.xml' ContentType='%s'/></Types>" % word
    links = b"<Relationships xmlns='%s/relationships'><Relationship Id='r' Type='%s'" % (package, office)
    links += b" Target='word/document.xml'/></Relationships>"
    return zipped({"[Content_Types].xml": types, "_rels/.rels": links, "word/document.xml": document})
