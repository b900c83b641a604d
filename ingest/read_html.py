"""An HTML page to a Document: its text as Markdown, without scripts, menus and footer.

Knows the encoding that the page declares, and UTF-8 in spite of it. What a script would write into the page
is not seen.
"""

import re
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError
from assistant.records import Document
from ingest import markdown_blocks
from ingest.decode import decode
from ingest.html_markdown import page_markdown
from ingest.read_markdown import document, repaired

if TYPE_CHECKING:
    from ingest.lexicon import Lexicon

_CHARSET = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_LOOKED_AT = 4096  # browsers read 1,024 bytes for it


def read_html(data: bytes, source: str, content_hash: str, lexicon: "Lexicon") -> Document:
    """The HTML file `data` as a Document of one page without number.

    Raises KilavuzError if it is not text or shows none.
    """
    declared = _CHARSET.search(data[:_LOOKED_AT])
    text = decode(data, declared[1].decode("ascii") if declared else None)
    if text is None:
        raise KilavuzError(
            "HTML dosyası değil ya da harf kodlaması tanınmıyor; sayfayı UTF-8 olarak yeniden kaydedin.",
            "Not an HTML file, or its encoding is not known; save the page again as UTF-8.",
        )
    title, text = page_markdown(text)
    text, repairs = repaired(text, lexicon)
    title, _ = repaired(title, lexicon)
    return document(text, markdown_blocks.headings(text), source, content_hash, "html", title, repairs)
