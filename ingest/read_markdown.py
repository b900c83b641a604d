"""Markdown to a Document: title, headings and the text as written, without the front matter.

Knows YAML (`---`) and TOML (`+++`) front matter only as far as the title needs. Images, links and
HTML stay in the text as they stand in the file.
"""

import re

from assistant.errors import KilavuzError
from assistant.records import Document, Heading, Page
from ingest import markdown_blocks
from ingest.decode import decode
from ingest.titles import readable_stem

_FRONT_MATTER = re.compile(
    r"\A\s*(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_FIELD = re.compile(r"^[\w.-]+[ \t]*[:=]", re.MULTILINE)
_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(.*)$((?:\n[ \t]+.*$)*)", re.MULTILINE)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def read_markdown(data: bytes, source: str, content_hash: str) -> Document:
    """The Markdown file `data` as a Document of one page without number.

    Raises KilavuzError if it is not text or has no letter in it.
    """
    text = decode(data)
    if text is None:
        raise KilavuzError(
            "Markdown dosyası değil ya da harf kodlaması tanınmıyor; "
            "metinse UTF-8 olarak kaydedip yeniden deneyin.",
            "Not a Markdown file, or its encoding is not known; "
            "if it is text, save it as UTF-8 and try again.",
        )
    title, text = _without_front_matter(text)
    if not _LETTER_OR_DIGIT.search(text):
        raise KilavuzError(
            "Dosyada aranacak bir metin yok; içine metin ekleyin ya da dosyayı klasörden çıkarın.",
            "The file holds no text to search; add text to it or take it out of the folder.",
        )
    headings = tuple(Heading(h.level, h.text, 0, h.offset) for h in markdown_blocks.headings(text))
    title = title or (headings[0].text if headings else readable_stem(source))
    return Document(source, title, "markdown", content_hash, (Page(text),), headings)


def _without_front_matter(text: str) -> tuple[str, str]:
    """The title that the front matter gives ("" if none), and the text after it."""
    match = _FRONT_MATTER.match(text)
    if not match or not _FIELD.search(match[2]):
        return "", text  # a thematic break, not front matter
    return _front_matter_title(match[2]), text[match.end() :]


def _front_matter_title(fields: str) -> str:
    match = _TITLE.search(fields)
    if not match:
        return ""
    value = match[1].strip()
    if value[:1] in (">", "|"):  # YAML block scalar: the indented lines that follow
        value = ""
    value = " ".join((value + " " + match[2]).split())
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        quote, value = value[0], value[1:-1]
        value = value.replace("''", "'") if quote == "'" else value.replace('\\"', '"')
    return markdown_blocks.heading_text(value) if value not in ("~", "null") else ""
