"""Markdown to a Document: title, headings and the text as the rendered page reads, still in Markdown.

    bytes -> text -> without front matter -> without dialects -> each block outside of code cleaned

Code stands as it was written. The page begins with what the front matter says about it.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError
from assistant.records import Document, Heading, Page, Repair
from ingest import inline, markdown_blocks, tags
from ingest.decode import decode
from ingest.dialects import plain_markdown
from ingest.front_matter import front_matter
from ingest.markdown_blocks import BlockHeading
from ingest.titles import readable_stem

if TYPE_CHECKING:
    from ingest.lexicon import Lexicon

NOT_TEXT = KilavuzError(
    "Dosya metin değil ya da harf kodlaması tanınmıyor; metinse UTF-8 olarak kaydedip yeniden deneyin.",
    "The file is not text, or its encoding is not known; if it is text, save it as UTF-8 and try again.",
)

MAX_CONVERTED = 1_000
"""Blocks of HTML above which the others of a page only lose their tags: each takes 0.3 ms."""

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_NO_SENTINELS = dict.fromkeys(inline.UNESCAPED)
_STRUCTURE = re.compile(
    r"<(?:table|tr|td|th|ul|ol|li|dl|dt|dd|pre|blockquote|script|style|h[1-6])[\s>]", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]{0,60})")
_HEADING_LINE = re.compile(r"^ {0,3}#{1,6} ", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def read_markdown(data: bytes, source: str, content_hash: str, lexicon: "Lexicon") -> Document:
    """The Markdown file `data` as a Document of one page without number.

    Raises KilavuzError if it is not text or has no letter in it.
    """
    text = decode(data)
    if text is None:
        raise NOT_TEXT
    text, repairs = repaired(text, lexicon)
    fields = front_matter(text)
    text, headings = _rendered(plain_markdown(fields.text))
    title = markdown_blocks.heading_text(fields.title)
    return document(text, headings, source, content_hash, "markdown", title, repairs, fields.about)


def document(
    text: str,
    headings: Iterable[BlockHeading],
    source: str,
    content_hash: str,
    form: str,
    title: str = "",
    repairs: tuple[Repair, ...] = (),
    about: str = "",
) -> Document:
    """The cleaned Markdown `text` with its headings as a Document of one page; `form` is its format.

    In text and headings "<" and "&" may be written as `inline.LITERAL` writes them. A `title` heads the page
    where no heading of the first level does; `about` stands under the first heading of that level. Raises
    KilavuzError if the text has no letter or digit in it.
    """
    if not _LETTER_OR_DIGIT.search(text):
        raise KilavuzError(
            "Dosyada aranacak bir metin yok; içine metin ekleyin ya da dosyayı klasörden çıkarın.",
            "The file holds no text to search; add text to it or take it out of the folder.",
        )
    found = [Heading(h.level, h.text.translate(inline.UNESCAPED), 0, h.offset) for h in headings]
    place, added = 0, f"{about}\n\n" if about else ""
    if title and all(heading.level > 1 for heading in found):
        added = f"# {title}\n\n{added}"
    elif about and found and found[0].level == 1 and not text[: found[0].offset].strip():
        place = _line_after(text, found[0].offset)
        added = f"\n{added}"
    moved = [replace(h, offset=h.offset + len(added)) if h.offset >= place else h for h in found]
    if added.startswith("# "):
        moved.insert(0, Heading(1, title, 0, 0))
    title = title or (moved[0].text if moved else readable_stem(source))
    page = Page(text[:place].translate(inline.UNESCAPED) + added + text[place:].translate(inline.UNESCAPED))
    return Document(source, title, form, content_hash, (page,), tuple(moved), repairs)


def _line_after(text: str, heading: int) -> int:
    """Where the heading that begins at `heading` ends: after its line, or after its underline."""
    end = text.find("\n", heading) + 1 or len(text)
    return end if text.startswith("#", heading) else text.find("\n", end) + 1 or len(text)


def repaired(text: str, lexicon: "Lexicon") -> tuple[str, tuple[Repair, ...]]:
    """`text` with its letters mended, and how often in which way."""
    from ingest.repair import repair_text

    text, counts = repair_text(text, lexicon)
    return text, tuple(Repair(kind, count) for kind, count in counts.items() if count)


def _rendered(text: str) -> tuple[str, list[BlockHeading]]:
    """`text` with everything outside of code cleaned, and the headings of what came out."""
    if not inline.may_need_cleaning(text):
        return text, list(markdown_blocks.headings(text))
    text = text.translate(_NO_SENTINELS) if "\ufdd0" in text or "\ufdd1" in text else text
    defined = markdown_blocks.references(text).items()
    references = {inline.label(name): to for name, to in defined if not name.startswith("^")}  # a footnote
    components = tags.components(text)
    parts, places, length, has_new, converted = [], {}, 0, False, 0
    for kind, start, end in markdown_blocks.leaves(text):
        places[start] = length
        part = text[start:end]
        if kind == "html":
            is_structure = converted < MAX_CONVERTED and _is_structure(part)
            converted += is_structure
            part = _html(part, components) if is_structure else _bare_html(part, components)
            has_new = has_new or _HEADING_LINE.search(part) is not None
        elif kind != "code":
            part = inline.clean(part, kind, references, components)
        parts.append(part)
        length += len(part)
    cleaned = "".join(parts)
    if has_new:  # headings that were HTML
        return cleaned, list(markdown_blocks.headings(cleaned))
    return cleaned, [replace(h, offset=places[h.offset]) for h in markdown_blocks.headings(text)]


def _is_structure(block: str) -> bool:
    """Whether a block of HTML holds lists, tables, headings or code, and something in them."""
    is_quoted = block.lstrip().startswith(">")
    return not is_quoted and _STRUCTURE.search(block) is not None and _shows(block)


def _shows(block: str) -> bool:
    """Whether a block of HTML has any text outside of its tags, or an image."""
    return "<img" in block or any(
        _LETTER_OR_DIGIT.search(part.rpartition(">")[2]) for part in block.split("<")
    )


def _bare_html(block: str, components: Collection[str]) -> str:
    """A block of HTML without its tags."""
    return inline.clean(_INDENT.sub("", block), "prose", {}, components)


def _html(block: str, components: Collection[str]) -> str:
    """A block of HTML by the HTML reader; what is no tag in it stands as it is."""

    def known(match: re.Match[str]) -> str:
        is_known = tags.is_tag(match[2], "", "", components)
        return match[0] if is_known else f"&lt;{match[1]}{match[2]}"

    from ingest.html_markdown import fragment_markdown

    return fragment_markdown(_TAG.sub(known, block)) + "\n\n"
