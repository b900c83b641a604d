"""Markdown as blocks: where paragraphs, lists, tables and code stand in a text.

Only markdown-it's block rules run: nothing here needs its slower inline rules, except the headings that
carry marks (`heading_text`). Knows CommonMark and pipe tables; what other dialects add (admonitions, MDX,
MyST) comes as paragraphs or HTML.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_HEADING = 200
"""Characters above which a "heading" is text: a commented-out line, say, from code without its fence."""

_ANCHOR = re.compile(r"\s*\{\s*(?:[#.:]|/\*)[^{}]*\}\s*$")  # {#id}, { .class }, MDX {/*id*/}
_MARKS = re.compile(r"[*_`\[\]<&\\]")
_HTML_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|center|code|del|div|em|font|i|img|ins|kbd|mark|p|s|samp|small|span|strong|sub|sup|u|var)"
    r"(?:[\s/][^>]*)?>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_CONTAINERS = frozenset(("bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open"))


@dataclass(frozen=True, slots=True)
class Block:
    """A block from character `start` to `end`. `kind` is prose, code, table, heading or a container's."""

    kind: str
    start: int
    end: int
    children: tuple["Block", ...] = ()


@dataclass(frozen=True, slots=True)
class BlockHeading:
    """A heading of level 1 to 6 whose line begins at `offset`; `text` is without marks."""

    level: int
    text: str
    offset: int


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of `text` in order; they cover all of it: blank lines belong to the block before."""
    tokens = _parsed(text)[0]
    return _nested(tokens, 0, len(tokens), 0, _line_starts(text), 0, len(text))


def headings(text: str) -> Iterator[BlockHeading]:
    """The headings of `text`, ATX and setext, outside of code, lists and quotes, that have a text."""
    tokens = _parsed(text)[0]
    starts = _line_starts(text)
    for token, inline in itertools.pairwise(tokens):
        if token.type != "heading_open" or token.level or token.map is None:
            continue
        if token.markup in ("=", "-") and not _is_setext(text, inline.content, starts, token.map[1]):
            continue
        shown = heading_text(inline.content)
        if 0 < len(shown) <= MAX_HEADING:
            yield BlockHeading(int(token.tag[1]), shown, starts[token.map[0]])


def leaves(text: str) -> Iterator[tuple[str, int, int]]:
    """`text` in order as (kind, start, end): code, html, table and heading blocks, and prose between them.

    Whatever stands in a list or a quotation is a leaf like all others, with the marks of its lines.
    """
    starts, last = _line_starts(text), 0
    for token in _parsed(text)[0]:
        if token.map is None or token.type not in _LEAVES:
            continue
        start, end = starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)]
        if start < last:  # the same line opens two blocks: "- # heading"
            continue
        if last < start:
            yield "prose", last, start
        yield _LEAVES[token.type], start, end
        last = end
    if last < len(text):
        yield "prose", last, len(text)


def references(text: str) -> dict[str, str]:
    """The target of each link reference that `text` defines, by its label as it is written there."""
    found = _parsed(text)[1].get("references", {})
    return {name: target["href"] for name, target in found.items()}


def heading_text(content: str) -> str:
    """A heading's content as a reader sees it: no emphasis, links, tags, entities or {#anchors}."""
    content = _ANCHOR.sub("", content[: 4 * MAX_HEADING])
    if _MARKS.search(content):
        content = _HTML_TAG.sub("", content)
        content = "".join(map(_visible, _inline_parser().parseInline(content)[0].children or ()))
    return " ".join(content.split())


def _visible(token: "Token") -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return "".join(map(_visible, token.children or ()))
    return token.content  # empty for opening and closing marks


def _is_setext(text: str, content: str, starts: Sequence[int], end_line: int) -> bool:
    """A line "=" inside a formula makes a heading of it in CommonMark; such ones are left out."""
    underline = text[starts[end_line - 1] : starts[end_line]].strip()
    return len(underline) >= 3 and "\n" not in content and "$" not in content


def _nested(
    tokens: Sequence["Token"], first: int, last: int, level: int, starts: Sequence[int], begin: int, end: int
) -> tuple[Block, ...]:
    """Blocks among tokens[first:last] of nesting `level`, stretched to cover the characters begin..end."""
    opened = [
        i for i in range(first, last) if tokens[i].level == level and tokens[i].nesting >= 0 and tokens[i].map
    ]
    found = []
    for n, i in enumerate(opened):
        line = (tokens[i].map or [0])[0]
        following = opened[n + 1] if n + 1 < len(opened) else last
        stop = starts[(tokens[following].map or [0])[0]] if following < last else end
        start = begin if n == 0 else starts[line]
        kind = tokens[i].type
        if kind in _CONTAINERS:
            inside = _nested(tokens, i + 1, following, level + 1, starts, start, stop)
            found.append(Block(kind, start, stop, inside))
        else:
            found.append(Block(_KINDS.get(kind, "prose"), start, stop))
    return tuple(found) if found else (Block("prose", begin, end),)


_KINDS = {
    "fence": "code",
    "code_block": "code",
    "html_block": "code",
    "table_open": "table",
    "heading_open": "heading",
}


_LEAVES = {
    "fence": "code",
    "code_block": "code",
    "html_block": "html",
    "table_open": "table",
    "heading_open": "heading",
}


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text)), len(text)]


@lru_cache(maxsize=1)  # a text is asked for its leaves, its headings and its blocks in turn
def _parsed(text: str) -> tuple[list["Token"], dict[str, Any]]:
    found: dict[str, Any] = {}
    return _parser().parse(text, found), found


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable("inline")


@cache
def _inline_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")
