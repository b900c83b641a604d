"""HTML to Markdown: headings, lists, tables, code, alternative texts and links as Markdown writes them.

Knows what belongs to a page's frame (navigation, footer, scripts, forms) by its element and role alone; a
menu made of plain `div`s comes as text. HTML that is nested too deeply comes as bare text.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.turkish import fold
from ingest.inline import LITERAL

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MAX_DEPTH = 100
"""Elements inside elements above which a page is no page; the converter runs out of stack at some 300."""

FRAME = (
    "head",
    "title",  # where "head" is let out
    "script",
    "style",
    "nav",
    "footer",
    "noscript",
    "template",
    "svg",
    "iframe",
    "form",
    "button",
    "dialog",
)
"""Elements that are not a page's text."""

_ROLES = ("navigation", "search", "contentinfo")
_UNSEEN = ("script", "style", "template", "svg")  # of a fragment, whose author put the rest into the text
_BOXES = (
    "main",
    "header",
    "aside",
    "figure",
    "details",
    "summary",
    "address",
    "center",
    "fieldset",
    "legend",
    "hgroup",
)
_UNCLOSED = {
    "li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd"), "tr": ("tr", "td", "th"), "td": ("td", "th"),
    "th": ("td", "th"),
}  # fmt: skip
_PART = re.compile(r"<(/?)(li|dt|dd|tr|td|th|ul|ol|dl|table)(?=[\s>])", re.IGNORECASE)
_LONG_BLANK = re.compile(r"[ \t]{200,}+")  # no code's indent; markdownify's time grows with its square
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_LINE_END = re.compile(r"(?<![ \t])[ \t]++\n")


def page_markdown(page: str) -> tuple[str, str]:
    """The title of an HTML page ("" if it has none), and its text as Markdown without its frame.

    Here and in `fragment_markdown` a "<" or "&" of the text is written as `inline.LITERAL` says.
    """
    soup = _soup(page)
    title = " ".join(soup.title.get_text(" ").split()) if soup.title else ""
    elements = _elements(soup)
    hidden = [e for e in elements if e.name in FRAME or e.get("role") in _ROLES]
    return title, _markdown(soup, elements, hidden)


def fragment_markdown(fragment: str) -> str:
    """A part of a page as Markdown."""
    soup = _soup(fragment)
    elements = _elements(soup)
    return _markdown(soup, elements, [e for e in elements if e.name in _UNSEEN])


def _soup(text: str) -> "BeautifulSoup":
    import warnings

    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(_closed(_LONG_BLANK.sub(" ", text)), "html.parser")


def _closed(text: str) -> str:
    """`text` with the ends of items and cells that HTML lets out; the parser would put each into the last.

    Nor may it look for the end of a tag that never ends: it would do so from each "<" on.
    """
    whole = text.rfind(">") + 1
    text = text[:whole] + text[whole:].replace("<", "&lt;")
    parts: list[str] = []
    opened: list[str] = []
    last = 0
    for tag in _PART.finditer(text):
        name = fold(tag[2])
        if tag[1]:
            while opened and opened[-1] != name and opened[-1] in _UNCLOSED:
                opened.pop()
            if opened and opened[-1] == name:
                opened.pop()
            continue
        parts.append(text[last : tag.start()])
        while opened and opened[-1] in _UNCLOSED.get(name, ()):
            parts.append(f"</{opened.pop()}>")
        opened.append(name)
        last = tag.start()
    return "".join((*parts, text[last:]))


def _elements(soup: "BeautifulSoup") -> "list[Tag]":
    """All elements in order; to search for each kind anew takes longer than to parse the page."""
    from bs4 import Tag

    return [element for element in soup.descendants if isinstance(element, Tag)]


def _markdown(soup: "BeautifulSoup", elements: "Sequence[Tag]", hidden: "Iterable[Tag]") -> str:
    if _is_too_deep(soup, elements):
        return "\n".join(" ".join(text.split()) for text in soup.stripped_strings).translate(LITERAL)
    tables = [element for element in elements if element.name == "table"]
    for element in elements:
        if element.name in _BOXES:
            element.name = "div"
    for element in hidden:  # to take each out of the tree would be quadratic
        element.name = "x-hidden"
    for table in tables:
        if table.find(("table", "pre", "h1", "h2", "h3", "h4", "h5", "h6")):  # a layout, not a table
            for part in [table, *table(("thead", "tbody", "tfoot", "tr", "td", "th"), recursive=True)]:
                if part is table or part.find_parent("table") in (table, None):
                    part.name = "div"
    from ingest.html_converter import Converter

    text = Converter().convert_soup(soup)
    return _BLANK_LINES.sub("\n\n", _LINE_END.sub("\n", text)).strip("\n")


def _is_too_deep(soup: "BeautifulSoup", elements: "Iterable[Tag]") -> bool:
    """Whether an element has more than MAX_DEPTH ancestors, found without recursion."""
    depth: dict[int, int] = {id(soup): 0}
    for element in elements:
        here = depth[id(element.parent)] + 1 if element.parent is not None else 0
        if here > MAX_DEPTH:
            return True
        depth[id(element)] = here
    return False
