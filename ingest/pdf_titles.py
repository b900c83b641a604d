"""Titles among the lines of a PDF: lines that large or bold letters, capitals or another font set apart.

Such a line must stand alone and look like a title, and a style of which most lines don't gives none. Titles
in the letters of the body are not found, nor is the difference between a title and a slogan.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.turkish import fold
from ingest.layout import body_size
from ingest.lines import Line

LARGE = 1.15
"""A line this many times the size of the body is set apart."""

MIN_FAMILY = 0.15
"""Share of the letters in the body's size from which a font family is one of the body's."""

LONG = 40
"""Characters that make a line of running text."""

NEAR = 4.0
"""Points that the beginnings of lines in one column differ at most."""

LONGEST = 160
"""Characters of a title found by its letters."""

_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"(?:[A-ZÇĞİÖŞÜ]\.?)?(\d{1,2}(?:\.\d{1,2}){0,4})(?:\.?\)?\s+(?=\S)|\.(?=[A-ZÇĞİÖŞÜ]))")
_LEADER = re.compile(r"\.{4}|(?:\. ){3}|…{2}|(?:\s\.){3}")
_CAPTION = re.compile(
    r"(?i:Şekil|Tablo|Çizelge|Resim|Grafik|Figür|Fotoğraf|Görsel|Denklem|Kod|Figure|Fig|Table)"
    r"\.?\s*(?:\d|[IVX]+[.:\s])"
)
_NO_TITLE = re.compile(r"\s:|@|https?:|www\.|: ?\d{2}|(?:^|\s)\d+(?:\s.*\s|\s)\d+(?:\s|$)")
_ENTRY = re.compile(r"\s\d{1,3}$")
_FAMILY_END = re.compile(r"[-,]|(?<=[a-zıçğöşü])(?:PS|MT|Bold|Italic|Light)")
_CODE_FONT = re.compile(r"cour|consol|mono|menlo|cmtt|typewriter|lmtt|ectt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """A heading before the repair: lines `line` to `line + count - 1` of a page hold it.

    `text` is its wording where that does not come from the lines but from the outline, else "".
    """

    level: int
    page: int
    line: int
    count: int = 1
    text: str = ""


class _Style(NamedTuple):
    """What sets a line apart; `capitals` and `other` (family) only where it is neither large nor bold."""

    size: float
    bold: bool
    capitals: bool
    other: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive lines of one style."""

    page: int
    line: int
    count: int
    text: str
    style: _Style
    is_title: bool
    is_first: bool  # of its page


@dataclass(frozen=True, slots=True)
class _Body:
    """Size and font families of the running text; a family has at least MIN_FAMILY of the letters."""

    size: float
    families: frozenset[str]

    @classmethod
    def of(cls, pages: Sequence[Sequence[Line]]) -> "_Body":
        size = body_size(pages)
        letters: Counter[str] = Counter()
        for page in pages:
            for line in page:
                if abs(line.size - size) <= 0.25:
                    letters[_family(line.font)] += len(line.text)
        common = (name for name, count in letters.items() if count >= MIN_FAMILY * letters.total())
        return cls(size, frozenset(common))


def set_apart(pages: Sequence[Sequence[Line]]) -> list[Title]:
    """The titles among the lines of `pages`, in no order."""
    body = _Body.of(pages)
    if not body.size:
        return []
    runs = [run for number, page in enumerate(pages) for run in _runs(number, page, body)]
    by_style: defaultdict[_Style, list[_Run]] = defaultdict(list)
    for run in runs:
        by_style[run.style].append(run)
    largest = max((style.size for style in by_style), default=0.0)
    kept: list[_Run] = []
    for style, own in by_style.items():
        titles = [run for run in own if run.is_title]
        numbered = [run for run in titles if _NUMBER.match(run.text)]
        if 2 * len(titles) >= len(own) and (len(titles) > 1 or style.size == largest):
            kept += titles
        elif len(numbered) > 1:
            kept += numbered
    names = Counter(_name(run.text) for run in kept)
    return list(_with_levels([run for run in kept if not _is_running(run, names)]))


def _is_running(run: _Run, names: Counter[str]) -> bool:
    return run.is_first and not _NUMBER.match(run.text) and names[_name(run.text)] > 1


def _name(text: str) -> str:
    """A title's letters: the running header of a short chapter, in capitals without number, has the same."""
    return "".join(filter(str.isalpha, fold(text)))


def _runs(number: int, page: Sequence[Line], body: "_Body") -> Iterator[_Run]:
    """The runs of lines that are set apart on a page; none on a cover or a table of contents."""
    prose = _first_prose(page, body)
    if (number < 3 and prose is None) or _is_contents(page):
        return
    shown = next((i for i, line in enumerate(page) if line.text), 0)
    i = 0
    while i < len(page):
        style = _style(page[i], body)
        j = i + 1
        while style and j < len(page) and _style(page[j], body) == style and not _NUMBER.match(page[j].text):
            j += 1
        if style:
            text = " ".join(line.text for line in page[i:j])
            is_front = number == 0 and prose is not None and i < prose and style.size < _largest(page)
            # a page without running text holds figures, names or forms: only its first line is sure
            is_sure = prose is not None or i == shown or bool(_NUMBER.match(text))
            is_title = is_sure and not is_front and j - i <= 3 and _stands_alone(page, i, j, style, body)
            yield _Run(number, i, j - i, text, style, is_title and _looks_like_title(text), i == shown)
        i = j


def _stands_alone(page: Sequence[Line], i: int, j: int, style: _Style, body: "_Body") -> bool:
    """Whether lines `i` to `j - 1` are a block: after a gap or a sentence's end, and in line with the text.

    A large line needs neither, one in capitals or with a number may stand in the middle of the page.
    """
    if j < len(page) and page[j].text and page[j].y >= page[i].y:
        return False  # goes on beside it
    if style.size >= LARGE * body.size:
        return True
    begins = i == 0 or not page[i - 1].text or page[i - 1].text[-1] in ".:;!?"
    text = page[i].text
    return begins and (text.isupper() or bool(_NUMBER.match(text)) or _is_in_line(page[i], page))


def _is_in_line(line: Line, page: Sequence[Line]) -> bool:
    return any(len(other.text) >= LONG and abs(other.x - line.x) <= NEAR for other in page)


def _style(line: Line, body: "_Body") -> _Style | None:
    """The style of a line that is set apart from the body by size, weight, family or capitals; else None."""
    if not line.text or line.role == "row" or line.text.startswith("- ") or _CODE_FONT.search(line.font):
        return None
    large = line.size >= LARGE * body.size
    capitals = line.text.isupper() and len(_LETTER.findall(line.text)) >= 4
    other = line.size >= body.size and _family(line.font) not in body.families
    if not large and not (line.size >= 0.95 * body.size and (line.bold or capitals or other)):
        return None
    plain = not large and not line.bold
    return _Style(round(2 * line.size) / 2, line.bold, capitals and plain, other and plain)


def _family(font: str) -> str:
    """The family's name in a font's name "ABCDEF+Family-Weight"; the whole name where that tells nothing."""
    name = font.partition("+")[2] or font
    return _FAMILY_END.split(name)[0] if _FAMILY_END.search(name) else name


def _first_prose(page: Sequence[Line], body: "_Body") -> int | None:
    """Where the first three lines of running text stand, None if nowhere."""
    count = 0
    for i, line in enumerate(page):
        is_long = len(line.text) >= LONG and abs(line.size - body.size) <= 0.15 * body.size
        count = count + 1 if is_long and not _LEADER.search(line.text) else 0
        if count == 3:
            return i - 2
    return None


def _is_contents(page: Sequence[Line]) -> bool:
    """Whether a page is a table of contents: leaders, or many lines that end with a page number."""
    texts = [line.text for line in page if line.text]
    numbered = sum(bool(_ENTRY.search(text)) for text in texts)
    return sum(bool(_LEADER.search(text)) for text in texts) >= 3 or (
        numbered >= 3 and 3 * numbered >= len(texts)
    )


def _largest(page: Sequence[Line]) -> float:
    return max((round(2 * line.size) / 2 for line in page if _LETTER.search(line.text)), default=0.0)


def _looks_like_title(text: str) -> bool:
    if len(text) > LONGEST:
        return False
    number = _NUMBER.match(text)
    bare = text[number.end() :].rstrip(": ") if number else text
    letters = len(_LETTER.findall(bare))
    return (
        letters >= 3
        and 2 * letters >= len(bare)
        and (bare[0].isupper() or bare[0].isdigit())
        and bare[-1] not in ".,;:=-"
        and not _NO_TITLE.search(bare)
        and not _CAPTION.match(bare)
        and not _LEADER.search(bare)
    )


def _with_levels(runs: Sequence[_Run]) -> Iterator[Title]:
    """A numbered title has the level of its number's depth, another one that of numbered ones like it.

    Like it are titles in capitals if it is in capitals, else those of its style; where there are none, its
    level is the rank of its size.
    """
    depths: defaultdict[_Style | bool, Counter[int]] = defaultdict(Counter)
    for run in runs:
        if number := _NUMBER.match(run.text):
            depths[run.text.isupper() or run.style][number[1].count(".") + 1] += 1
    ranks = {
        size: rank for rank, size in enumerate(sorted({run.style.size for run in runs}, reverse=True), 1)
    }
    for run in runs:
        if number := _NUMBER.match(run.text):
            level = number[1].count(".") + 1
        elif like := depths.get(run.text.isupper() or run.style):
            level = like.most_common(1)[0][0]
        else:
            level = ranks[run.style.size]
        yield Title(min(level, 6), run.page, run.line, run.count)
