"""A Document to Chunks: pieces of about one size that follow the document's own structure.

Sections begin at headings, blocks (paragraphs, lists, tables, code) are kept whole where they fit, and
a cut goes through the strongest boundary at hand. A chunk's text is verbatim from its page, so that it can be
found again: the rows of a long table come without its header row repeated. Chunks do not cross pages.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile

from assistant.records import Chunk, Document
from assistant.sentences import units
from ingest.markdown_blocks import Block, blocks

TINY = 24
"""Tokens below which a section joins the next one, its sibling or child: too little to read alone."""

SURELY_LARGE = 16
"""Characters per token above which a piece need not be counted: no text has such long tokens on average."""

MAX_PARAGRAPH = 50_000
"""Characters above which a paragraph is no prose and is not searched for sentences, which takes long."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n+")
_LINE = re.compile(r"\n+")
_BLANK = re.compile(r"\s+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class _Section:
    page: int
    start: int
    end: int
    path: tuple[str, ...]
    level: int  # of its heading, 0 before the first one


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is packed into chunks. `strength`: of the boundary before, 0 between blocks, higher is weaker."""

    section: int
    block: Block
    strength: int = 0
    rung: int = 0  # of the ladder of its kind: where to cut next if it is too large
    tokens: int = 0


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
    pieces = _fitting(document, sections, room, lambda texts: [n - overhead for n in count_tokens(texts)])
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
        )
        for position, span in enumerate(_with_neighbours(document, spans, chunk_tokens))
    ]


def _sections(document: Document) -> list[_Section]:
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


def _section(page: int, start: int, end: int, open_headings: Sequence[tuple[int, str]]) -> _Section:
    level = open_headings[-1][0] if open_headings else 0
    return _Section(page, start, end, tuple(text for _, text in open_headings), level)


# ---- pieces: blocks, and parts of blocks that are too large


def _fitting(
    document: Document,
    sections: Sequence[_Section],
    room: dict[tuple[str, ...], int],
    count: Callable[[Sequence[str]], list[int]],
) -> list[_Piece]:
    """The blocks of all sections in order with their tokens, cut until each fits its section's room."""
    pieces = _blocks_of(document, sections)
    while True:
        todo = []
        for i, piece in enumerate(pieces):
            if not piece.tokens:
                limit = room[sections[piece.section].path]
                if piece.block.end - piece.block.start > SURELY_LARGE * limit and not _is_last(piece):
                    pieces[i] = replace(piece, tokens=limit + 1)
                else:
                    todo.append(i)
        if todo:
            counts = count([_text(document, sections, pieces[i]) for i in todo])
            for i, tokens in zip(todo, counts, strict=True):
                pieces[i] = replace(pieces[i], tokens=max(tokens, 1))
        finer: list[_Piece] = []
        for piece in pieces:
            if piece.tokens > room[sections[piece.section].path] and not _is_last(piece):
                finer += _cut(document, sections, piece, room[sections[piece.section].path])
            else:
                finer.append(piece)
        if all(piece.tokens for piece in finer):
            return finer
        pieces = finer


def _blocks_of(document: Document, sections: Sequence[_Section]) -> list[_Piece]:
    """The blocks of each section: Markdown's own, or the section as one piece of prose."""
    pieces = []
    parsed: list[Block] = list(blocks(document.pages[0].text)) if document.format == "markdown" else []
    first = 0
    for number, section in enumerate(sections):
        if not parsed:
            pieces.append(_Piece(number, Block("prose", section.start, section.end)))
            continue
        while parsed[first].end <= section.start:
            first += 1
        i = first
        while i < len(parsed) and parsed[i].start < section.end:
            start, end = max(parsed[i].start, section.start), min(parsed[i].end, section.end)
            whole = (start, end) == (parsed[i].start, parsed[i].end)
            pieces.append(_Piece(number, parsed[i] if whole else Block("prose", start, end)))
            i += 1
    return pieces


_LADDERS = {  # by kind: the ways to cut it, best first
    "prose": ("blank lines", "sentences", "lines", "words", "characters"),
    "code": ("blank lines", "lines", "words", "characters"),
    "table": ("lines", "words", "characters"),
}


def _ladder(piece: _Piece) -> tuple[str, ...]:
    return _LADDERS.get(piece.block.kind, _LADDERS["prose"])


def _is_last(piece: _Piece) -> bool:
    return piece.rung >= len(_ladder(piece))


def _cut(document: Document, sections: Sequence[_Section], piece: _Piece, room: int) -> Iterator[_Piece]:
    """The parts of a piece that is too large: its children, or else by the first rung that divides it."""
    block, rung = piece.block, piece.rung
    if block.children:
        for n, child in enumerate(block.children):
            yield _Piece(piece.section, child, piece.strength + 1 if n else piece.strength)
        return
    text = _text(document, sections, piece)
    cuts: list[int] = []
    while rung < len(_ladder(piece)) and not cuts:
        way = _ladder(piece)[rung]
        rung += 1
        if way == "sentences":
            cuts = [unit.start for unit in units(text)][1:] if len(text) <= MAX_PARAGRAPH else []
        elif way == "characters":
            cuts = list(range(max(1, room // 4), len(text), max(1, room // 4)))
        else:
            pattern = {"blank lines": _BLANK_LINE, "lines": _LINE, "words": _BLANK}[way]
            cuts = [match.end() for match in pattern.finditer(text) if match.end() < len(text)]
        if way == "words":  # not one by one: a line of a million words would make a million pieces
            cuts = _apart(cuts, room // 2)
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        part = Block(block.kind, block.start + start, block.start + end)
        yield _Piece(piece.section, part, piece.strength + rung if start else piece.strength, rung)


def _apart(cuts: Sequence[int], distance: int) -> list[int]:
    """Those of the cuts that leave at least `distance` characters between them."""
    kept = [0]
    for cut in cuts:
        if cut - kept[-1] >= distance:
            kept.append(cut)
    return kept[1:]


def _text(document: Document, sections: Sequence[_Section], piece: _Piece) -> str:
    return document.pages[sections[piece.section].page].text[piece.block.start : piece.block.end]


# ---- groups: sections that are packed together


def _groups(
    sections: Sequence[_Section], pieces: Sequence[_Piece], room: dict[tuple[str, ...], int]
) -> Iterator[list[_Piece]]:
    """The pieces by section, where a tiny section opens the group of the next one if that is no higher."""
    by_section: list[list[_Piece]] = [[] for _ in sections]
    for piece in pieces:
        by_section[piece.section].append(piece)
    group: list[_Piece] = []
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


def _packed(group: Sequence[_Piece], sections: Sequence[_Section], limit: int) -> Iterator[_Span]:
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


def _strength(group: Sequence[_Piece], i: int) -> int:
    """Of the boundary before piece `i`: a new section is the strongest; a heading stays with what follows."""
    if group[i].section != group[i - 1].section:
        return -1
    return 99 if group[i - 1].block.kind == "heading" else group[i].strength


def _path(pieces: Sequence[_Piece], sections: Sequence[_Section]) -> tuple[str, ...]:
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
