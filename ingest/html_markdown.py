"""HTML to Markdown: headings, lists, tables, code, alternative texts and links as Markdown writes them.

Knows what belongs to a page's frame (navigation, footer, scripts, forms) by its element and role alone; a
menu made of plain `div`s comes as text. HTML that is nested too deeply comes as bare text.
"""

import re
from typing import TYPE_CHECKING

from assistant.turkish import fold
from ingest.inline import LITERAL

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

MAX_DEPTH = 100
"""Elements inside elements above which a page is no page; the converter runs out of stack at some 300."""

FRAME = (
    "head",
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
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_LINE_END = re.compile(r"[ \t]+\n")


def page_markdown(page: str) -> tuple[str, str]:
    """The title of an HTML page ("" if it has none), and its text as Markdown without its frame.

    Here and in `fragment_markdown` a "<" or "&" of the text is written as `inline.LITERAL` says.
    """
    soup = _soup(page)
    title = " ".join(soup.title.get_text(" ").split()) if soup.title else ""
    for element in [*soup(FRAME), *soup.find_all(role=_ROLES)]:
        element.extract()
    return title, _markdown(soup)


def fragment_markdown(fragment: str) -> str:
    """A part of a page as Markdown."""
    soup = _soup(fragment)
    for element in soup(_UNSEEN):
        element.extract()
    return _markdown(soup)


def _soup(text: str) -> "BeautifulSoup":
    import warnings

    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(_closed(text), "html.parser")


def _closed(text: str) -> str:
    """`text` with the ends of items and cells that HTML lets out; the parser would put each into the last."""
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


def _markdown(soup: "BeautifulSoup") -> str:
    if _is_too_deep(soup):
        return "\n".join(" ".join(text.split()) for text in soup.stripped_strings).translate(LITERAL)
    for element in soup(_BOXES):
        element.name = "div"
    for table in soup("table"):
        if table.find(("table", "pre", "h1", "h2", "h3", "h4", "h5", "h6")):  # a layout, not a table
            for part in [table, *table(("thead", "tbody", "tfoot", "tr", "td", "th"), recursive=True)]:
                if part is table or part.find_parent("table") in (table, None):
                    part.name = "div"
    from ingest.html_converter import Converter

    text = Converter().convert_soup(soup)
    return _BLANK_LINES.sub("\n\n", _LINE_END.sub("\n", text)).strip("\n")


def _is_too_deep(soup: "BeautifulSoup") -> bool:
    """Whether an element has more than MAX_DEPTH ancestors, found without recursion."""
    depth: dict[int, int] = {id(soup): 0}
    for element in soup.find_all(True):
        here = depth[id(element.parent)] + 1 if element.parent is not None else 0
        if here > MAX_DEPTH:
            return True
        depth[id(element)] = here
    return False
