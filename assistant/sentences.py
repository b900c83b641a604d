"""Split a chunk's text into verbatim units: sentences, list items, table rows, whole code blocks.

A unit is a substring of the text with its offsets; nothing is repaired or joined, so a quotation can be
checked against its source character by character. Works on Markdown and on the text of PDF pages, where
a sentence runs over line breaks. It knows Turkish abbreviations, ordinals and numbering; it does not know
grammar, so a sentence that begins with a small letter is taken for the end of the one before.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.records import Chunk
from assistant.turkish import lower

Kind = Literal["sentence", "item", "row", "header", "code", "heading"]

LONG = 400
"""Characters above which an item is cut into its sentences, and a sentence at line breaks or semicolons."""

SHORT_LINE = 0.6
"""A line of a page shorter than this share of its widest one was not wrapped: a heading, a table's row."""

ABBREVIATIONS = frozenset(
    """
    örn ör bkz bk krş dr prof doç yrd öğr gör arş av müh uzm sn s ss sf sh md no nr çev ed haz yay cad sok mah
    apt tel faks şek tab böl yy yak min maks ort ing alm fr lat ltd şti a.ş t.c m.ö m.s i.ö i.s a.g.e age agm
    e.g i.e fig eq sec vol pp approx
    """.split()  # noqa: SIM905
)
"""Written with a point that never ends a sentence."""

OPEN_ENDED = frozenset(("vb", "vs", "vd", "v.b", "v.s", "v.d", "etc", "dk", "sa"))
"""Abbreviations that may also stand last: they end the sentence if a capital follows."""

NUMBERED = frozenset(
    ("madde", "fıkra", "bölüm", "kısım", "şekil", "tablo", "ek", "adım", "soru", "örnek", "geçici")
)
"""A number after one of these, where a sentence begins, is its name: "Madde 5. Bu Yönetmelik …"."""

_FENCE = re.compile(r"\s*(?:>\s*)?(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}\s+\S|\d+(?:\.\d+)+\.?\s+[^\W\d_][^.!?:;]{0,70}$|\*\*[^*]{1,80}\*\*$")
_RULE = re.compile(r"\s*(?:([=~^*_-])\s*){3,}$|\s*\+[-=+]+\+\s*$")
_SEPARATOR = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$|\s*\|\s*:?-+:?\s*\|\s*$")
_ITEM = re.compile(r"\s*(?:>\s*)?(?:[-*+•▪◦‣●○■]|(\d{1,3})[.)]|[a-zçğıöşü]\))\s+\S")
_END = re.compile(r"[.!?…]+[\"'”’»)\]*_]*(?=\s|$)")
_OPAQUE = re.compile(  # code spans, formulas, link targets and addresses: no sentence ends in them
    r"(`+)(?!`).+?(?<!`)\1(?!`)|\$\$.+?\$\$|\$[^$\n]{1,200}\$|\]\([^)\s]*\)|(?:https?|ftp)://[^\s)>\]]*[^\s)>\].,;:!?]",
    re.DOTALL,
)
_WORD_BEFORE = re.compile(r"(?<![^\s(\[\"'“‘«*_])[\w.&-]+$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece that can be quoted: `text` is the chunk's text from `start` to `end`."""

    kind: Kind
    start: int
    end: int
    text: str


@lru_cache(maxsize=512)
def chunk_units(chunk: Chunk) -> tuple[Unit, ...]:
    """The units of a chunk's text; its headings, and the short lines of a page, are kept apart."""
    return tuple(units(chunk.text, frozenset(map(_plain, chunk.headings)), chunk.page is not None))


def units(text: str, headings: Collection[str] = (), page: bool = False) -> list[Unit]:
    """The units of `text` in order, without overlap; blank lines, rules and table separators are in none.

    A line that is one of `headings` is a heading. In the text of a `page` a short line before a capital or
    a number ends its paragraph.
    """
    found: list[Unit] = []
    for kind, start, end in _blocks(text, headings, page):
        pieces = [(start, end)]
        if kind == "sentence" or (kind == "item" and end - start > LONG):
            pieces = [part for s, e in _sentences(text, start, end) for part in _shorter(text, s, e)]
        for n, (a, b) in enumerate(pieces):
            while a < b and text[a].isspace() and kind != "code":
                a += 1
            while b > a and text[b - 1].isspace():
                b -= 1
            if any(c.isalnum() for c in text[a:b]):
                found.append(Unit("sentence" if kind == "item" and n else kind, a, b, text[a:b]))
    return found


def _lines(text: str) -> list[tuple[int, int]]:
    """Start and end (without the line break) of every line."""
    ends = [m.start() for m in re.finditer(r"\n", text)]
    return list(zip([0, *(e + 1 for e in ends)], [*ends, len(text)], strict=True))


def _plain(line: str) -> str:
    return " ".join(line.split())


def _blocks(text: str, headings: Collection[str], page: bool) -> Iterator[tuple[Kind, int, int]]:
    """Blocks with their kind: a paragraph ("sentence"), an item, a row, a code block, a heading."""
    lines = _lines(text)
    open_kind: Kind | None = None  # of the paragraph or item that may go on
    start = end = number = 0
    in_table = False
    short = SHORT_LINE * max(b - a for a, b in lines) if page else 0
    i = 0
    while i < len(lines):
        a, b = lines[i]
        line = text[a:b]
        following = text[slice(*lines[i + 1])] if i + 1 < len(lines) else ""
        what = "heading" if _plain(line) in headings else _kind_of_line(line, following, in_table)
        item = _ITEM.match(line) if what == "text" else None
        if item and open_kind and not _begins_item(item, text[start:end], open_kind, number):
            item = None
        before = lines[i - 1][1] - lines[i - 1][0] if i else 0
        breaks = before < short and (line.lstrip()[:1].isupper() or line.lstrip()[:1].isdigit())
        if open_kind and (item or breaks or what != "text"):
            underlined = what == "rule" and open_kind == "sentence" and "\n" not in text[start:end]
            yield ("heading" if underlined else open_kind), start, end
            open_kind = None
        in_table = what in ("header", "row") or (what == "rule" and in_table)
        if what == "code":
            i = _fence_end(text, lines, i)
            yield "code", a, lines[i][1]
        elif what == "header" or what == "row" or what == "heading":
            yield what, a, b
        elif what == "text":
            if open_kind is None:
                open_kind, start = ("item" if item else "sentence"), a
                number = int(item[1]) if item and item[1] else 0
            end = b
        i += 1
    if open_kind:
        yield open_kind, start, end


def _kind_of_line(line: str, following: str, in_table: bool) -> Kind | Literal["text", "rule", "blank"]:
    """What a line begins, seen with the line after it; "text" may be a paragraph, an item or their rest."""
    if not line.strip():
        return "blank"
    if _FENCE.match(line):
        return "code"
    if _RULE.match(line) or _SEPARATOR.match(line):
        return "rule"
    if "|" in line and _SEPARATOR.match(following):
        return "header"
    if line.lstrip().startswith("|") or (in_table and "|" in line):
        return "row"
    return "heading" if _HEADING.match(line.strip()) else "text"


def _fence_end(text: str, lines: list[tuple[int, int]], first: int) -> int:
    """Index of the line that closes the code block; the last line if the chunk ends inside it."""
    fence = _FENCE.match(text[slice(*lines[first])])
    mark = fence[1] if fence else "```"
    closing = re.compile(rf"\s*(?:>\s*)?{re.escape(mark[0])}{{{len(mark)},}}\s*$")
    rest = range(first + 1, len(lines))
    return next((i for i in rest if closing.match(text[slice(*lines[i])])), len(lines) - 1)


def _begins_item(item: re.Match[str], before: str, kind: Kind, number: int) -> bool:
    """Whether a line that looks like an item is one, and not wrapped text: "… Kanunun⏎5. maddesi"."""
    if item[1] is None:
        return True
    continues = kind == "item" and int(item[1]) == number + 1
    return continues or int(item[1]) == 1 or before.rstrip().endswith((".", ":", ";", "!", "?"))


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of one paragraph or item."""
    opaque = [m.span() for m in _OPAQUE.finditer(text, start, end)]
    begin = start
    for mark in _END.finditer(text, start, end):
        inside = any(a <= mark.start() < b for a, b in opaque)
        if not inside and _is_end(
            text[begin : mark.start()], mark[0], text[mark.end() : end].lstrip(" \t\n>*_([\"'“‘«")
        ):
            yield begin, mark.end()
            begin = mark.end()
    if begin < end:
        yield begin, end


def _is_end(before: str, mark: str, after: str) -> bool:
    """Whether `mark` between these texts ends a sentence."""
    if not after:
        return True
    if after[0].islower():
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    match = _WORD_BEFORE.search(before, max(0, len(before) - 60))
    if not match:
        return True
    word = lower(match[0])
    first = not any(c.isalnum() for c in before[: match.start()])
    if word in ABBREVIATIONS:
        return word == "no" and not after[0].isdigit()  # "no" is also a word
    if word.replace(
        ".", ""
    ).isdecimal():  # "1. Kurulum", "2.3. Ayarlar", "Madde 5. Bu …"; a year does end one
        name = re.fullmatch(r"\W*(\w+)\W+", before[: match.start()])
        return not (first or (name and lower(name[1]) in NUMBERED))
    if re.fullmatch(r"[IVX]+|\w", match[0]):  # "II. Dünya Savaşı", "A. Yılmaz"
        return False
    return word not in OPEN_ENDED or after[0].isupper()


def _shorter(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is, or, where it is longer than LONG, its parts between semicolons or line breaks."""
    while end - start > LONG:
        cuts = [m.end() for m in re.finditer(r";\s|\n", text[start : start + LONG]) if m.end() > LONG // 4]
        if not cuts:
            break
        yield start, start + cuts[-1]
        start += cuts[-1]
    yield start, end
