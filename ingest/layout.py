"""The lines of all pages of a PDF in order: running lines dropped, bullets as items, paragraphs parted.

Repeated headers, footers and page numbers are known by standing at the same height of several pages. What
is not plain is left alone: a line is dropped only at the edge of its page. It reads no files.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.turkish import fold
from ingest.lines import Line
from ingest.pdf_columns import by_columns

MIN_PAGES = 3
"""Pages on which a line must stand to be a running one."""

MIN_SHARE = 0.1
"""Share of the pages on which a running line stands; those of one chapter stand on few."""

MIN_UNUSUAL_SHARE = 0.6
"""The same for a table's row, which may be the header of a long table, and for a line in larger letters than
the body, which may be the title of some slides."""

EDGE = 3
"""Lines from the top or the bottom of a page that may be running whatever stands beyond them."""

DEEPEST = 14
"""Lines from the edge that are looked at while all before them are running (a letterhead's table)."""

NEAR = 4.0
"""Points that the baseline of a running line may differ between pages."""

CLEAR = 1.3
"""A line of text nearer to the body than so many times the usual distance of baselines belongs to it."""

WIDE_GAP = 1.25
"""Baselines further apart than so many times the page's usual distance part two paragraphs."""

_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlcIVXLC]{1,7}")
_MARKS = re.compile(r"[\W_]*")
_BULLET = re.compile(r"[\ue000-\uf8ff•‣◦▪▫■□●○◆◇❖➢➤➔►▶✓✔❑❒⁃∙·]\s*(?![\ue000-\uf8ff])")
_ITEM = re.compile(r"(?:[-–*]|\(?\d{1,2}[.)]|\(?[a-zçğıöşü]\))\s+\S")


@dataclass(frozen=True, slots=True)
class Arranged:
    """The pages' lines in reading order, and how often each kind of `assistant.records.REPAIRS` occurred."""

    pages: list[list[Line]]
    counts: dict[str, int]


def arrange(pages: Sequence[Sequence[Line]]) -> Arranged:
    """The lines of `pages`, one list each, as they are to be read; blank lines stand between paragraphs.

    Takes the lines of `ingest.pdf_lines.page_lines`; lines without places (all at 0, 0) keep their order.
    """
    counts: Counter[str] = Counter()
    running = _running(pages)
    arranged = []
    for page, dropped in zip(pages, running, strict=True):
        lines = [line for i, line in enumerate(page) if i not in dropped]
        ordered = by_columns(lines)
        counts["running"] += len(dropped)
        counts["columns"] += ordered != lines
        items = _with_items(ordered)
        counts["bullets"] += sum(bool(line.role == "text" and _BULLET.match(line.text)) for line in ordered)
        arranged.append(_with_gaps(items))
    return Arranged(arranged, {kind: count for kind, count in counts.items() if count})


# ---- running lines


def _running(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """For each page the places of its running headers, footers and page numbers."""
    body = body_size(pages)
    tops = [_from_edge(page, top=True) for page in pages]
    bottoms = [_from_edge(page, top=False) for page in pages]
    return [
        one | two
        for one, two in zip(_repeated(pages, tops, body), _repeated(pages, bottoms, body), strict=True)
    ]


def body_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size in which most letters of the document are set, in points to .5; 0 where it has none.

    Short lines count for little: those of tables and lists would outweigh the text of some articles.
    """
    sizes: Counter[float] = Counter({0.0: 0})
    for page in pages:
        for line in page:
            if line.role != "row" and line.size > 0:
                sizes[round(2 * line.size) / 2] += len(line.text) if len(line.text) >= 30 else 1
    return sizes.most_common(1)[0][0]


def _from_edge(page: Sequence[Line], top: bool) -> list[int]:
    """Places of the page's outermost lines, the outermost first; none where no line has a place."""
    shown = [i for i, line in enumerate(page) if line.text]
    if len({page[i].y for i in shown}) < 2:
        return []
    return sorted(shown, key=lambda i: -page[i].y if top else page[i].y)[:DEEPEST]


def _repeated(pages: Sequence[Sequence[Line]], edges: Sequence[Sequence[int]], body: float) -> list[set[int]]:
    where: defaultdict[tuple[str, int], dict[int, int]] = defaultdict(dict)  # key, height -> page -> place
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        for i in edge:
            where[_key(page[i].text), round(page[i].y / NEAR)].setdefault(number, i)
    found = []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        dropped: set[int] = set()
        for rank, i in enumerate(edge):
            if rank >= EDGE and len(dropped) < rank:
                break
            key, height = _key(page[i].text), round(page[i].y / NEAR)
            others = {n: j for near in (-1, 1, 0) for n, j in where.get((key, height + near), {}).items()}
            others[number] = i
            is_counted = "#" in key and _counts_pages(pages, others)
            unusual = page[i].role == "row" or (page[i].size > 1.05 * body and not is_counted)
            share = MIN_UNUSUAL_SHARE if unusual else MIN_SHARE
            if key and (key != "#" or is_counted) and len(others) >= max(MIN_PAGES, share * len(pages)):
                dropped.add(i)
        found.append(_clear(page, edge, dropped))
    return found


def _clear(page: Sequence[Line], edge: Sequence[int], dropped: set[int]) -> set[int]:
    """Those of the `dropped` that stand apart from the rest of the page; rows and page numbers need not.

    More than EDGE lines of text, or the whole page, are no running lines but the same page again.
    """
    kept = set(dropped)
    usual = _distances([line for line in page if line.text])
    for before, i in reversed(list(pairwise(edge))):
        near = abs(page[i].y - page[before].y) < CLEAR * max(usual.get(page[i].size, 0.0), page[before].size)
        is_text = page[before].role != "row" and _key(page[before].text) != "#"
        if before in kept and i not in kept and near and is_text:
            kept.remove(before)
    baselines = {round(page[i].y) for i in kept if page[i].role != "row"}
    return set() if len(baselines) > EDGE or len(kept) == sum(bool(line.text) for line in page) else kept


def _key(text: str) -> str:
    """What two running lines have in common: the text without numbers, "#" for a number alone."""
    if _ROMAN.fullmatch(text.strip("-–— ")):
        return "#"
    masked = _DIGITS.sub("#", fold(text))
    return "#" if "#" in masked and _MARKS.fullmatch(masked) else masked


def _counts_pages(pages: Sequence[Sequence[Line]], places: dict[int, int]) -> bool:
    """Whether the numbers in these lines, page -> place, mostly grow by one from page to page."""
    offsets: Counter[int] = Counter()
    for number, i in places.items():
        digits = _DIGITS.findall(pages[number][i].text)
        value = int(digits[0][:6]) if digits else _roman(pages[number][i].text)
        offsets[value - number] += 1
    return offsets.most_common(1)[0][1] >= max(MIN_PAGES, len(places) / 2)


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}.get(c, 0) for c in fold(text)]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0], strict=False))


# ---- items and paragraphs


def _with_items(lines: Sequence[Line]) -> list[Line]:
    """The lines with the role of list items; bullets of any shape become "- ".

    A large initial on a line of its own joins the line that it begins.
    """
    found: list[Line] = []
    for line in lines:
        if line.role == "text" and (bullet := _BULLET.match(line.text)):
            line = replace(line, text=f"- {line.text[bullet.end() :]}".rstrip(), role="item")
        elif line.role == "text" and _ITEM.match(line.text):
            line = replace(line, role="item")
        if found and _is_initial(found[-1], line):
            line = replace(line, text=found.pop().text + line.text)
        found.append(line)
    return found


def _is_initial(letter: Line, line: Line) -> bool:
    is_large = letter.size >= 2 * line.size > 0
    return is_large and len(letter.text) == 1 and letter.text.isupper() and line.text[:1].islower()


def _with_gaps(lines: Sequence[Line]) -> list[Line]:
    """The lines with a blank one where the distance of baselines or a table parts two paragraphs."""
    shown = [(line, i) for i, line in enumerate(lines) if line.text]
    usual = _distances([line for line, _ in shown])
    found: list[Line] = []
    for n, (line, i) in enumerate(shown):
        if n:
            before, place = shown[n - 1]
            if (
                i - place > 1  # the page has a blank line there
                or (line.role == "row") != (before.role == "row")
                or before.y - line.y > WIDE_GAP * max(usual.get(line.size, 0.0), 1.2 * line.size)
            ):
                found.append(Line("", line.x, line.y))
        found.append(line)
    return found


def _distances(lines: Sequence[Line]) -> dict[float, float]:
    """For each size the most usual distance in points of two lines of it that follow each other, to .5."""
    counts: defaultdict[float, Counter[float]] = defaultdict(Counter)
    for one, two in pairwise(lines):
        if one.size == two.size and 0.8 * one.size < one.y - two.y < 3 * one.size:
            counts[one.size][round(2 * (one.y - two.y)) / 2] += 1
    return {size: own.most_common(1)[0][0] for size, own in counts.items()}
