"""A Document to Chunks: pieces of about one size that follow the document's own structure.

Sections begin at headings, blocks (paragraphs, lists, tables, code) are kept whole where they fit, and
a cut goes through the strongest boundary at hand (`pieces.py` says how a block is cut). A chunk's text is
verbatim from its page, so that it can be found again: the rows of a long table come without its header row
repeated. Chunks do not cross pages.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from assistant.records import Chunk, Document
from ingest.pieces import Piece, Section, fitting

TINY = 24
"""Tokens below which a section joins the next one, its sibling or child: too little to read alone."""

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class _Span:
    page: int
    start: int
    end: int
    path: tuple[str, ...]
    tokens: int
    is_bare: bool  # headings without body


def split(
    document: Document, count_tokens: Callable[[Sequence[str]], list[int]], chunk_tokens: int = 256
) -> list[Chunk]:
    """The chunks of `document` in reading order, at most `chunk_tokens` tokens each with their heading path.

    `count_tokens` is asked a few times per document, with all texts at once. A long heading path leaves at
    least half of the tokens to the text. Every letter and digit of the pages stands in a chunk, and no chunk
    is without one; marks alone (rules, frames) join a neighbour, which may then reach twice the size, and are
    left out where that is not enough.
    """
    sections = _sections(document)
    paths = sorted({section.path for section in sections})
    overhead, *path_tokens = count_tokens(["", *map(" › ".join, paths)])
    room = {
        path: max(chunk_tokens - (tokens - overhead if path else 0), chunk_tokens // 2, 1)
        for path, tokens in zip(paths, path_tokens, strict=True)
    }
    pieces = fitting(document, sections, room, lambda texts: [n - overhead for n in count_tokens(texts)])
    spans = [
        span
        for group in _groups(sections, pieces, room)
        for span in _packed(group, sections, min(room[sections[piece.section].path] for piece in group))
    ]
    return [
        Chunk(
            document.source,
            document.title,
            span.path,
            document.pages[span.page].number,
            document.pages[span.page].text[span.start : span.end].strip(),
            position,
            page_label=document.pages[span.page].label,
        )
        for position, span in enumerate(_with_neighbours(document, spans, chunk_tokens))
    ]


def _sections(document: Document) -> list[Section]:
    """From heading to heading, page by page; a page without heading at its top goes on with the last path."""
    found = []
    open_headings: list[tuple[int, str]] = []
    by_page: dict[int, list[tuple[int, int, str]]] = {}
    for heading in document.headings:
        by_page.setdefault(heading.page, []).append((heading.offset, heading.level, heading.text))
    for index, page in enumerate(document.pages):
        start = 0
        for offset, level, text in sorted(by_page.get(index, ())):
            if page.text[start:offset].strip():
                found.append(_section(index, start, offset, open_headings))
                start = offset
            open_headings = [*(h for h in open_headings if h[0] < level), (level, text)]
        if page.text[start:].strip():
            found.append(_section(index, start, len(page.text), open_headings))
    return found


def _section(page: int, start: int, end: int, open_headings: Sequence[tuple[int, str]]) -> Section:
    level = open_headings[-1][0] if open_headings else 0
    return Section(page, start, end, tuple(text for _, text in open_headings), level)


def _groups(
    sections: Sequence[Section], pieces: Sequence[Piece], room: dict[tuple[str, ...], int]
) -> Iterator[list[Piece]]:
    """The pieces by section, where a tiny section opens the group of the next one if that is no higher."""
    by_section: list[list[Piece]] = [[] for _ in sections]
    for piece in pieces:
        by_section[piece.section].append(piece)
    group: list[Piece] = []
    held, is_bare = 0, True  # tokens of the group, and whether it has headings only
    for number, own in enumerate(by_section):
        size = sum(piece.tokens for piece in own)
        if group:
            first, section = sections[group[0].section], sections[number]
            limit = room[section.path]
            is_close = first.page == section.page and first.level <= section.level
            if not is_close or not (is_bare or (held < TINY and (held + size <= limit or size > limit))):
                yield group
                group, held, is_bare = [], 0, True
        group += own
        held += size
        is_bare = is_bare and all(piece.block.kind == "heading" for piece in own)
    if group:
        yield group


def _packed(group: Sequence[Piece], sections: Sequence[Section], limit: int) -> Iterator[_Span]:
    """Neighbouring pieces joined up to `limit` tokens.

    A cut goes through the strongest boundary in the second half of what fits; between equal ones through
    the last, so that chunks are as full as can be.
    """
    before = [0, *accumulate(piece.tokens for piece in group)]
    begin = 0
    while begin < len(group):
        end = begin + 1
        while end < len(group) and before[end + 1] - before[begin] <= limit:
            end += 1
        if end < len(group):
            total = before[end] - before[begin]
            seconds = [i for i in range(begin + 1, end + 1) if 2 * (before[i] - before[begin]) >= total]
            if 4 * (before[-1] - before[end]) < limit:  # leave more than a scrap for the last chunk
                seconds = [i for i in seconds if 4 * (before[-1] - before[i]) >= limit] or seconds
            end = min(reversed(seconds), key=lambda i: _strength(group, i))
        yield _Span(
            sections[group[begin].section].page,
            group[begin].block.start,
            group[end - 1].block.end,
            _path(group[begin:end], sections),
            before[end] - before[begin],
            all(piece.block.kind == "heading" for piece in group[begin:end]),
        )
        begin = end


def _strength(group: Sequence[Piece], i: int) -> int:
    """Of the boundary before piece `i`: a new section is the strongest; a heading stays with what follows."""
    if group[i].section != group[i - 1].section:
        return -1
    return 99 if group[i - 1].block.kind == "heading" else group[i].strength


def _path(pieces: Sequence[Piece], sections: Sequence[Section]) -> tuple[str, ...]:
    """What the heading paths of the sections in a chunk have in common, sections without body left aside."""
    told = {sections[p.section].path for p in pieces if p.block.kind != "heading"}
    paths = list(told or {sections[pieces[-1].section].path})
    shared = takewhile(lambda names: len(set(names)) == 1, zip(*paths, strict=False))
    return tuple(names[0] for names in shared)


def _with_neighbours(document: Document, spans: Sequence[_Span], limit: int) -> list[_Span]:
    """The spans, those that say nothing alone joined to a neighbour on their page.

    Headings without body, left over at a section's end, join the chunk before if it stays within the limit
    and TINY. Marks without a letter or digit join the chunk before or after if that stays within twice the
    limit; else they are left out.
    """
    kept: list[_Span] = []
    waiting: _Span | None = None  # marks that stand before the first chunk of their page
    for span in spans:
        last = kept[-1] if kept and kept[-1].page == span.page and kept[-1].end == span.start else None
        if not _LETTER_OR_DIGIT.search(document.pages[span.page].text, span.start, span.end):
            if last and last.tokens + span.tokens <= 2 * limit:
                kept[-1] = _joined(last, span, last.path)
            elif waiting and waiting.end == span.start and waiting.tokens + span.tokens <= 2 * limit:
                waiting = _joined(waiting, span, span.path)
            else:
                waiting = span
        elif span.is_bare and last and last.tokens + span.tokens <= limit + min(TINY, limit):
            kept[-1] = _joined(last, span, last.path)
        else:
            if waiting and waiting.end == span.start and waiting.page == span.page:
                span = (
                    _joined(waiting, span, span.path) if waiting.tokens + span.tokens <= 2 * limit else span
                )
            waiting = None
            kept.append(span)
    return kept


def _joined(one: _Span, two: _Span, path: tuple[str, ...]) -> _Span:
    return _Span(one.page, one.start, two.end, path, one.tokens + two.tokens, one.is_bare and two.is_bare)
