"""A Word document (.docx) to a Document: headings, lists, tables and footnotes as Markdown.

Knows what mammoth knows: the styles that Word itself gives to headings and lists. Text boxes, headers and
footers, and numbers that Word counts by itself are not seen. The file is a zip of XML and is hostile until
its sizes and parts have been looked at.
"""

import html
import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError
from assistant.records import Document
from ingest import markdown_blocks
from ingest.html_markdown import page_markdown
from ingest.read_markdown import document, repaired
from ingest.titles import is_title

if TYPE_CHECKING:
    from ingest.lexicon import Lexicon

MAX_PARTS = 5_000
MAX_TEXT_BYTES = 60_000_000
"""Unpacked bytes of all XML; a thesis of 300 pages has 5 million."""

MAX_BYTES = 500_000_000
"""Unpacked bytes of everything."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .doc files, and encrypted .docx files
_DTD = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_NOTE = re.compile(r'<sup><a href="#(?:foot|end)note-[^"]*" id="[^"]*">\[(\d+)\]</a></sup>')
_NOTE_BACK = re.compile(r'(?<!\s)\s*+<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')
_TITLE = re.compile(r"<dc:title>([^<]{1,300})</dc:title>")
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='title'] => h1:fresh"
_BROKEN = KilavuzError(
    "Word dosyası bozuk, okunamadı; Word'de ya da LibreOffice'te açıp .docx olarak yeniden kaydedin.",
    "The Word file is damaged and cannot be read; open it in Word or LibreOffice and save it again as .docx.",
)


def read_docx(data: bytes, source: str, content_hash: str, lexicon: "Lexicon") -> Document:
    """The Word file `data` as a Document of one page without number.

    Raises KilavuzError if it is no .docx, is damaged or encrypted, unpacks to too much or holds no text.
    """
    if data.startswith(_OLE):
        raise KilavuzError(
            "Dosya parolalı ya da eski .doc biçiminde; Word'de parolasız .docx olarak yeniden kaydedin.",
            "The file is encrypted or an old .doc; save it again in Word as a .docx without password.",
        )
    title = _checked(data)
    try:
        page = _html(data)
    except Exception as error:  # damaged files raise nearly everything, RecursionError included
        raise _BROKEN from error
    _, text = page_markdown(_NOTE_BACK.sub("", _NOTE.sub(r" (\1)", page)))
    text, repairs = repaired(text, lexicon)
    headings = list(markdown_blocks.headings(text))
    has_title = any(heading.level == 1 for heading in headings)
    return document(text, headings, source, content_hash, "docx", "" if has_title else title, repairs)


def _checked(data: bytes) -> str:
    """The title in the file's properties ("" if none); KilavuzError for what should not be unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            infos = parts.infolist()
            is_small = len(infos) <= MAX_PARTS and sum(i.file_size for i in infos) <= MAX_BYTES
            texts = [i for i in infos if _is_xml(parts, i)] if is_small else []
            if not is_small or sum(i.file_size for i in texts) > MAX_TEXT_BYTES:
                raise KilavuzError(
                    "Word dosyası açıldığında aşırı büyüyor (sıkıştırma bombası olabilir); "
                    "kaynağına güveniyorsanız bölüp yeniden kaydedin.",
                    "The Word file grows too large when it is unpacked (it may be a decompression bomb); "
                    "if you trust its source, divide it and save it again.",
                )
            for content in map(parts.read, texts):
                if any(mark in content for mark in _DTD):
                    raise _BROKEN  # Word never writes one: it is there to be expanded a billion times
            core = "docProps/core.xml"
            found = (
                _TITLE.search(parts.read(core).decode("utf-8", "replace"))
                if core in parts.namelist()
                else None
            )
    except KilavuzError:
        raise
    except (
        Exception
    ) as error:  # BadZipFile, zlib.error, RuntimeError for encrypted parts, NotImplementedError
        raise _BROKEN from error
    title = html.unescape(found[1]).strip() if found else ""
    return title if is_title(title) else ""


def _is_xml(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a part begins as XML does, whatever its name: any may be named as the text."""
    with parts.open(info) as part:
        start = part.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return not start or start.startswith(b"<")


def _html(data: bytes) -> str:
    import mammoth  # type: ignore[import-untyped]

    pictures = mammoth.images.img_element(lambda image: {"src": ""})
    return str(mammoth.convert_to_html(BytesIO(data), convert_image=pictures, style_map=_STYLES).value)
