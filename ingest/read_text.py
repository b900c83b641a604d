"""A text file to a Document: the text as it is, with the headings that people write in such files.

Knows underlined headings and lines "# …" that stand alone, which comments in a script or a log seldom do.
"""

from typing import TYPE_CHECKING

from assistant.records import Document
from ingest import markdown_blocks
from ingest.decode import decode
from ingest.read_markdown import NOT_TEXT, document, repaired

if TYPE_CHECKING:
    from ingest.lexicon import Lexicon


def read_text(data: bytes, source: str, content_hash: str, lexicon: "Lexicon") -> Document:
    """The text file `data` as a Document of one page without number.

    Raises KilavuzError if it is not text or has no letter in it.
    """
    text = decode(data)
    if text is None:
        raise NOT_TEXT
    text, repairs = repaired(text, lexicon)
    headings = [heading for heading in markdown_blocks.headings(text) if _is_heading(text, heading.offset)]
    return document(text, headings, source, content_hash, "text", repairs=repairs)


def _is_heading(text: str, start: int) -> bool:
    """Whether the heading that Markdown would see at `start` is underlined or stands alone."""
    end = text.find("\n", start) + 1 or len(text)
    alone = text[max(0, start - 2) : start] in ("", "\n", "\n\n") and text[end : end + 1] in ("", "\n")
    return alone or not text.startswith("#", start)
