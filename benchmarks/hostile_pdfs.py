"""PDFs that were written to do harm: decompression bombs, circles, depths, widths, numbers without measure.

All are small on disk (10 MB at most) and of our own making. Nothing here knows what a reader should do with
them.
"""

import zlib
from collections.abc import Iterator, Sequence

_GIGABYTE = 1_000_000_000


def hostile_pdfs() -> Iterator[tuple[str, bytes]]:
    """Name and content of each; made one at a time, for some are large."""
    yield from _bombs()
    yield from _circles()
    yield from _large_numbers()
    yield from _odd()


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    data = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(data + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object; what its dictionary says beside the length is in `entries`."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def page(content: bytes, *others: bytes, resources: bytes = b"", entries: bytes = b"") -> bytes:
    """A PDF of one page: 1 catalogue, 2 pages, 3 page, 4 `content` (an object), 5 a font, 6 ff. `others`."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
            b"/Resources << /Font << /F 5 0 R >> %s >> %s >>" % (resources, entries),
            content,
            font,
            *others,
        ]
    )


_TEXT = b"BT /F 12 Tf 50 700 Td (Pompa yagi yilda bir degisir.) Tj ET\n"


def _deflated(unit: bytes, size: int) -> bytes:
    """`unit` again and again up to `size` bytes, compressed without ever being held whole."""
    packer = zlib.compressobj(9)
    piece = unit * (1_000_000 // len(unit))
    parts = [packer.compress(piece) for _ in range(size // len(piece))]
    return b"".join([*parts, packer.flush()])


def _bombs() -> Iterator[tuple[str, bytes]]:
    zeros = _deflated(b"\0", _GIGABYTE)
    yield "bomb-zeros.pdf", page(stream(zeros, b"/Filter /FlateDecode"))
    twice = zlib.compress(zeros, 9)
    yield "bomb-nested.pdf", page(stream(twice, b"/Filter [/FlateDecode /FlateDecode]"))
    yield "bomb-blanks.pdf", page(stream(_deflated(b" ", _GIGABYTE), b"/Filter /FlateDecode"))
    yield "bomb-text.pdf", page(stream(_deflated(_TEXT, 70_000_000), b"/Filter /FlateDecode"))
    yield (
        "bomb-operators.pdf",
        page(stream(_deflated(b"q 1 0 0 1 0 0 cm Q\n", 70_000_000), b"/Filter /FlateDecode")),
    )
    runs = b"\x81a" * 4_000_000
    yield "bomb-runs.pdf", page(stream(runs, b"/Filter /RunLengthDecode"))
    yield (
        "bomb-hex.pdf",
        page(stream(b"20" * 4_000_000, b"/Filter [/ASCIIHexDecode /ASCIIHexDecode /ASCIIHexDecode]")),
    )
    many = b"/Contents [%s]" % (b"4 0 R " * 200_000)
    yield "bomb-contents.pdf", page(stream(_TEXT), entries=many)
    pages = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        stream(_deflated(_TEXT, 1_000_000), b"/Filter /FlateDecode"),
    ]
    pages += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R >>"] * 3000
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 3004))
    pages[1] = b"<< /Type /Pages /Count 3000 /Kids [%s] >>" % kids
    yield "bomb-pages.pdf", pdf(pages)


def _circles() -> Iterator[tuple[str, bytes]]:
    catalogue = b"<< /Type /Catalog /Pages 2 0 R >>"
    yield "circle-kids.pdf", pdf([catalogue, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])
    yield "circle-parent.pdf", pdf(
        [catalogue, b"<< /Type /Pages /Kids [3 0 R] /Parent 3 0 R /Count 1 >>",
         b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>", stream(_TEXT)]
    )  # fmt: skip
    tree = [catalogue]
    for level in range(12):  # 10^11 pages
        tree.append(b"<< /Type /Pages /Count 99999999999 /Kids [%s] >>" % (b"%d 0 R " % (level + 3) * 10))
    yield "wide-pages.pdf", pdf([*tree, b"<< /Type /Page /Contents 15 0 R >>", stream(_TEXT)])
    deep = [catalogue, *(b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (n + 3) for n in range(20_000))]
    yield (
        "deep-pages.pdf",
        pdf([*deep, b"<< /Type /Page /Contents %d 0 R >>" % (len(deep) + 2), stream(_TEXT)]),
    )
    good = page(stream(_TEXT))
    start = good.rindex(b"xref\n0")
    yield "circle-xref.pdf", good.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)
    yield "circle-length.pdf", page(b"<< /Length 4 0 R >>\nstream\n%s\nendstream" % _TEXT)
    yield "circle-object.pdf", page(b"4 0 R")
    outline = b"<< /Title (Bir) /Parent 6 0 R /First 7 0 R /Next 7 0 R /Prev 7 0 R /Dest [3 0 R /Fit] >>"
    with_outline = page(stream(_TEXT), b"<< /Type /Outlines /First 7 0 R /Last 7 0 R >>", outline)
    yield "circle-outline.pdf", with_outline.replace(b"/Pages 2 0 R", b"/Pages 2 0 R /Outlines 6 0 R")
    labels = page(stream(_TEXT), b"<< /Kids [6 0 R 6 0 R] /Limits [0 9] >>")
    yield "circle-labels.pdf", labels.replace(b"/Pages 2 0 R", b"/Pages 2 0 R /PageLabels 6 0 R")
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F 5 0 R >> "
    form += b"/XObject << /X %d 0 R >> >>"
    objects = b"/XObject << /X 6 0 R >>"
    yield "circle-form.pdf", page(stream(b"/X Do"), stream(_TEXT + b"/X Do", form % 6), resources=objects)
    forms = [stream(b"/X Do /X Do " + _TEXT, form % (number + 7)) for number in range(40)]  # 2^40 drawn
    yield "wide-forms.pdf", page(stream(b"/X Do"), *forms, stream(_TEXT, form % 6), resources=objects)
    yield (
        "circle-objects.pdf",
        page(stream(_TEXT), stream(b"6 0 << >>", b"/Type /ObjStm /N 1 /First 4 /Extends 6 0 R")),
    )
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A "
    font += b"/DescendantFonts [6 0 R] /ToUnicode 6 0 R /Encoding 6 0 R >>"
    yield "circle-font.pdf", page(stream(_TEXT), font, resources=b"/Font << /F 6 0 R >>")


def _large_numbers() -> Iterator[tuple[str, bytes]]:
    def mapped(table: bytes) -> bytes:
        font = b"<< /Type /Font /Subtype /Type1 /BaseFont /A /ToUnicode 7 0 R >>"
        return page(stream(_TEXT), font, stream(table)).replace(b"/F 5 0 R", b"/F 6 0 R")

    begin = b"begincmap 1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange\n"
    yield "cmap-range.pdf", mapped(begin + b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange endcmap")
    yield (
        "cmap-ranges.pdf",
        mapped(begin + b"9 beginbfrange\n" + b"<0000> <FFFF> <0041>\n" * 5000 + b"endbfrange endcmap"),
    )
    yield "cmap-surrogates.pdf", mapped(begin[:10] + b"1 beginbfrange <20> <7E> <D800> endbfrange endcmap")
    yield (
        "cmap-long.pdf",
        mapped(b"begincmap 1 beginbfchar <50> <%s> endbfchar endcmap" % (b"0041" * 500_000)),
    )
    yield "count.pdf", page(stream(_TEXT)).replace(b"/Count 1 ", b"/Count 2147483647 ")
    yield (
        "box.pdf",
        page(stream(b""), entries=b"/MediaBox [0 0 1e9 1e9]").replace(
            b"[0 0 600 800]", b"[0 0 99999999 99999999]"
        ),
    )
    predictor = b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2147483647 /Colors 4 >>"
    yield "predictor.pdf", page(stream(zlib.compress(_TEXT), predictor))
    image = b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000 "
    image += b"/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode"
    pixels = stream(_deflated(b"\x80", 200_000_000), image)
    yield "image.pdf", page(stream(b"600 0 0 800 0 0 cm /X Do"), pixels, resources=b"/XObject << /X 6 0 R >>")
    yield "size.pdf", page(stream(_TEXT)).replace(b"/Size 6", b"/Size 999999999999")
    yield (
        "index.pdf",
        page(
            stream(_TEXT),
            stream(b"\0" * 100, b"/Type /XRef /Size 9 /W [999999999 -1 2] /Index [0 4294967296]"),
        ),
    )
    yield (
        "numbers.pdf",
        page(
            stream(b"BT /F 1e308 Tf 1e308 0 0 -1e308 1e308 1e308 Tm (a) Tj 9e999 Tc [(a) -1e308 (b)] TJ ET")
        ),
    )
    digits = b"1" * 1_000_000
    yield "digits.pdf", page(stream(b"BT /F %s Tf (a) Tj ET" % digits), entries=b"/Rotate " + digits)


def _odd() -> Iterator[tuple[str, bytes]]:
    yield "deep-array.pdf", page(stream(_TEXT), entries=b"/A " + b"[" * 100_000)
    yield "deep-dictionary.pdf", page(stream(_TEXT), entries=b"/A " + b"<< /A " * 100_000)
    yield (
        "deep-operands.pdf",
        page(stream(b"BT /F 12 Tf " + b"[" * 100_000 + b"(a)" + b"]" * 100_000 + b" TJ ET")),
    )
    yield "deep-string.pdf", page(stream(b"BT /F 12 Tf " + b"(" * 1_000_000 + b" Tj ET"))
    yield "deep-state.pdf", page(stream(b"q " * 1_000_000 + _TEXT))
    yield "one-string.pdf", page(stream(b"BT /F 12 Tf (" + b"a" * 5_000_000 + b") Tj ET"))
    letters = b"".join(
        b"1 0 0 1 %d %d Tm (a) Tj " % (n * 7919 % 600, n * 104_729 % 800) for n in range(200_000)
    )
    yield "letters.pdf", page(stream(b"BT /F 1 Tf " + letters + b"ET"))
    yield "inline-image.pdf", page(stream(b"BI /W 9 /H 9 ID " + b"EI" * 1_000_000))
    yield "comments.pdf", b"%PDF-1.7\n" + b"%\n" * 2_000_000
    yield "objects.pdf", b"%PDF-1.7\n" + b"".join(b"%d 0 obj << >> endobj\n" % n for n in range(200_000))
    yield "open-objects.pdf", b"%PDF-1.7\n" + b"1 0 obj << /A " * 200_000
    yield "startxref.pdf", b"%PDF-1.7\n" + b"startxref\n9\n" * 200_000 + b"%%EOF"
    yield "header-only.pdf", b"%PDF-1.7\n%%EOF"
    title = page(stream(_TEXT), b"<< /Title <FEFFD800004100DFDC00> >>")
    yield "title-surrogate.pdf", title.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 6 0 R")
    locked = page(stream(_TEXT), b"<< /Filter /Standard /V 99 /R -1 /O () /U () /P 1e9 /Length -8 >>")
    yield "encrypt.pdf", locked.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 6 0 R /ID [() ()]")
    font = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 0 0] /FontMatrix [0 0 0 0 0 0] "
    font += b"/Encoding << /Differences [%s] >> >>"
    yield (
        "differences.pdf",
        page(stream(_TEXT), font % (b"-5 /A 999999999 /B " * 50_000), resources=b"/Font << /F 6 0 R >>"),
    )
    marks = b"\x41\xcc\x81\xcc\xa3" * 10
    yield "controls.pdf", page(stream(b"BT /F 12 Tf (\\000\\001\\033[31m\\377%s) Tj ET" % marks))
