"""How each element of HTML is written as Markdown, where that is not as markdownify writes it.

Imported only where a page is converted: markdownify takes a while to load. Text stands as it is, without
backslashes; "<" and "&" are written as `inline.LITERAL` says.
"""

import re

from bs4.element import PageElement, Tag
from markdownify import MarkdownConverter

from ingest.inline import LITERAL, link_text
from ingest.suffixes import suffix_at

_ANCHORS = ("¶", "#", "§", "🔗")  # what a heading's link to itself is shown as
_LANGUAGE = re.compile(r"(?:language|lang|highlight|brush|source)[-_: ]+(?:source-)?([A-Za-z][\w+#-]*)")
_NO_ADDRESS = frozenset(("_noformat", "h1", "h2", "h3", "h4", "h5", "h6"))  # code and headings


class Converter(MarkdownConverter):
    """Converts one page."""

    def __init__(self) -> None:
        super().__init__(
            heading_style="atx", escape_asterisks=False, escape_underscores=False, table_infer_header=True
        )
        self.numbers: dict[int, int] = {}  # of the last item of each list; counting anew would be quadratic

    def escape(self, text: str, parent_tags: set[str]) -> str:
        text = text.replace("|", "\\|") if parent_tags & {"td", "th"} else text
        return text.replace("\xa0", " ").translate(LITERAL)

    def process_text(self, el: PageElement, parent_tags: set[str]) -> str:
        text: str = super().process_text(el, parent_tags)  # type: ignore[misc]
        return text.removeprefix(_suffix(el.previous_sibling, parent_tags))

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self.escape(" ".join(str(el.get("alt") or "").split()), parent_tags)

    def convert_x_hidden(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return ""

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        stripped = text.strip()
        if "headerlink" in str(el.get("class")) or stripped in _ANCHORS:
            return ""
        if not stripped or not _shows_address(el, parent_tags):
            return text
        return text.replace(stripped, link_text(stripped, _address(el), _suffix(el, parent_tags)), 1)

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip("\n")
        longest = max(map(len, re.findall("`{3,}", text)), default=2)
        fence = "`" * (longest + 1)
        return f"\n\n{fence}{_language(el)}\n{text}\n{fence}\n\n" if text.strip() else ""

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = " ".join(text.split())
        return f"\n- {text}\n" if text else "\n"

    def convert_dd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        lines = text.strip().split("\n")
        return "\n".join(f"  {line}" if line.strip() else "" for line in lines) + "\n"

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip()
        if not text:
            return "\n"
        bullet = "- "
        if el.parent is not None and el.parent.name == "ol":
            start = str(el.parent.get("start"))
            first = int(start) if start.isdecimal() and len(start) < 9 else 1
            number = self.numbers[id(el.parent)] = self.numbers.get(id(el.parent), first - 1) + 1
            bullet = f"{number}. "
        return bullet + text.replace("\n", "\n" + " " * len(bullet)) + "\n"


def _address(link: Tag) -> str:
    return str(link.get("href") or "").strip().replace(" ", "%20")


def _shows_address(link: Tag, parent_tags: set[str]) -> bool:
    is_web = _address(link).startswith(("http://", "https://"))
    return is_web and not parent_tags & _NO_ADDRESS and bool(link.get_text().strip())


def _suffix(element: PageElement | None, parent_tags: set[str]) -> str:
    """The suffix behind a link, "<a>GitHub</a>'da", which goes before its address; "" behind all else."""
    if not isinstance(element, Tag) or element.name != "a" or not _shows_address(element, parent_tags):
        return ""
    return suffix_at(element.next_sibling, 0) if isinstance(element.next_sibling, str) else ""


def _language(pre: Tag) -> str:
    """The language that `<pre>`, the `<code>` in it or the boxes around it name in their class."""
    code = pre.find("code")
    for element in (pre, *([code] if isinstance(code, Tag) else []), *list(pre.parents)[:2]):
        named = element.get("class") or ()
        if match := _LANGUAGE.search(" ".join([named] if isinstance(named, str) else named)):
            return match[1]
    return ""
