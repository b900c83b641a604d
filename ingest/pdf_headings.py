"""Headings of a PDF: those of its outline, else a regulation's articles, else the lines that are set apart.

Titles are found before or after the lines are repaired; their wording and offsets are taken from the texts as
they are in the end. What sets a line apart is known by `ingest.pdf_titles`.
"""

import re
from collections.abc import Iterable, Sequence

from assistant.records import Heading
from assistant.turkish import fold
from ingest.lines import Line
from ingest.pdf_titles import LONGEST, Title, set_apart

MIN_ARTICLES = 3
"""A text with fewer articles is not a regulation but quotes one."""

MIN_FOUND = 0.5
"""Share of an outline's titles that must stand on their pages; else it belongs to another version."""

_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = "0123456789"
_ARTICLE = re.compile(r"((?:GEÇİCİ |EK |Geçici |Ek )?(?:MADDE|Madde) \d+)\s*[-–—:./]")
_PART = re.compile(
    r"(?:BİRİNCİ|İKİNCİ|ÜÇÜNCÜ|DÖRDÜNCÜ|BEŞİNCİ|ALTINCI|YEDİNCİ|SEKİZİNCİ|DOKUZUNCU|ONUNCU|ON \w+)"
    r" (?:BÖLÜM|KISIM)$"
)


def find_titles(
    pages: Sequence[Sequence[Line]], outline: Sequence[tuple[int, str, int]] = ()
) -> tuple[Title, ...]:
    """The headings of `pages` (as `ingest.layout.arrange` gives them) in reading order.

    `outline` holds level, title and page index as `ingest.pdf_lines.outline` gives them.
    """
    found = _outline_titles(pages, outline) or _article_titles(pages) or set_apart(pages)
    return tuple(sorted(found, key=lambda title: (title.page, title.line)))


def heading_records(pages: Sequence[Sequence[Line]], titles: Iterable[Title]) -> tuple[Heading, ...]:
    """`titles` with their wording and offsets in the pages' texts: their lines joined by line feeds.

    The texts of the lines may have changed since the titles were found, but not the number of lines.
    """
    starts: dict[int, list[int]] = {}
    found = []
    for title in titles:
        page = pages[title.page]
        if title.page not in starts:
            starts[title.page] = [0]
            for line in page:
                starts[title.page].append(starts[title.page][-1] + len(line.text) + 1)
        text = title.text or _wording([line.text for line in page[title.line : title.line + title.count]])
        if _LETTER.search(text):
            found.append(Heading(title.level, text, title.page, starts[title.page][title.line]))
    return tuple(found)


def _wording(lines: Sequence[str]) -> str:
    texts = [" ".join(line.split()) for line in lines if line.strip()]
    if texts and (article := _ARTICLE.match(texts[-1])):
        return " – ".join((article[1], *texts[:-1]))
    if len(texts) > 1 and _PART.match(texts[0]):
        return f"{texts[0]} – {' '.join(texts[1:])}"
    return " ".join(texts)


# ---- outline


def _outline_titles(pages: Sequence[Sequence[Line]], outline: Sequence[tuple[int, str, int]]) -> list[Title]:
    """The outline's entries where their titles stand on their pages; else at the page's start."""
    found: dict[tuple[int, int], Title] = {}
    places: dict[int, dict[str, tuple[int, int]]] = {}
    hits = tried = 0
    for level, text, page in outline:
        if not 0 <= page < len(pages) or not _LETTER.search(text) or not pages[page]:
            continue
        if page not in places:
            places[page] = _places(pages[page])
        place = places[page].get(_letters(text).lstrip(_DIGITS))
        tried += 1
        hits += place is not None
        line, count = place or (0, 1)
        found.setdefault((page, line), Title(min(level, 6), page, line, count, text))
    return list(found.values()) if hits >= MIN_FOUND * tried else []


def _letters(text: str) -> str:
    """Only the folded letters and digits: blanks, dots and stray accents differ between the two spellings."""
    return "".join(filter(str.isalnum, fold(text)))


def _places(page: Sequence[Line]) -> dict[str, tuple[int, int]]:
    """First line and number of lines of all that may be a title: up to three lines, without their number."""
    lines = [(i, _letters(line.text)) for i, line in enumerate(page) if len(line.text) <= LONGEST]
    lines = [(i, line) for i, line in lines if line]
    found: dict[str, tuple[int, int]] = {}
    for n, (i, line) in enumerate(lines):
        if line.isdecimal():  # a page number is no part of the title
            continue
        for last in range(n, min(n + 3, len(lines))):
            joined = "".join(line for _, line in lines[n : last + 1]).lstrip(_DIGITS)
            found.setdefault(joined, (i, lines[last][0] - i + 1))
    return found


# ---- articles of a regulation


def _article_titles(pages: Sequence[Sequence[Line]]) -> list[Title]:
    """Articles and parts of a regulation, each with the title line above (article) or below (part) it."""
    found = []
    parts = []
    for number, page in enumerate(pages):
        for i, line in enumerate(page):
            if _ARTICLE.match(line.text):
                named = _lines_of_name(page, i)
                found.append(Title(2, number, i - named, 1 + named))
            elif _PART.match(line.text):
                named = i + 1 < len(page) and _is_name(page[i + 1].text)
                parts.append(Title(1, number, i, 1 + named))
    return found + parts if len(found) >= MIN_ARTICLES else []


def _lines_of_name(page: Sequence[Line], article: int) -> int:
    """The lines above an article that hold its name: one, or two if that is bold and a gap follows it."""
    if article >= 2 and not page[article - 1].text and page[article - 2].bold:
        return 2 * _is_name(page[article - 2].text)
    return int(article >= 1 and _is_name(page[article - 1].text))


def _is_name(line: str) -> bool:
    """Whether a line above an article names it: a few words that begin with a capital, no sentence."""
    return (
        2 <= len(line) <= 80
        and line[0].isupper()
        and line[-1].isalpha()
        and not any(c.isdigit() for c in line)
    )
