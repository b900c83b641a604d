"""Pieces: the blocks of a document, and the parts of those that are too large for a chunk.

A block is cut in the best way that divides it: at blank lines before sentences, at rows before words. Knows
Markdown's blocks and a PDF page's tables; what is cut stays verbatim, and together the pieces are all of it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.records import Document
from assistant.sentences import units
from ingest.markdown_blocks import Block, blocks

SURELY_LARGE = 16
"""Characters per token above which a piece need not be counted: no text has such long tokens on average."""

MAX_PARAGRAPH = 50_000
"""Characters above which a paragraph is no prose and is not searched for sentences, which takes long."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n+")
_LINE = re.compile(r"\n+")
_BLANK = re.compile(r"\s+")
_TABLE = re.compile(
    r"(?:^(?:Tablo|TABLO|Çizelge|ÇİZELGE|Table|TABLE)[ \t]+[\dA-Z][^\n]{0,200}\n{1,2})?"  # its caption
    r"(?:^\|[^\n]*\|[ \t]*(?:\n+|\Z))+",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """From one heading to the next on a page: its place, the path of headings down to it, its level."""

    page: int
    start: int
    end: int
    path: tuple[str, ...]
    level: int  # of its heading, 0 before the first one


@dataclass(frozen=True, slots=True)
class Piece:
    """What is packed into chunks. `strength`: of the boundary before, 0 between blocks, higher is weaker."""

    section: int
    block: Block
    strength: int = 0
    rung: int = 0  # of the ladder of its kind: where to cut next if it is too large
    tokens: int = 0


def fitting(
    document: Document,
    sections: Sequence[Section],
    room: dict[tuple[str, ...], int],
    count: Callable[[Sequence[str]], list[int]],
) -> list[Piece]:
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
        finer: list[Piece] = []
        for piece in pieces:
            if piece.tokens > room[sections[piece.section].path] and not _is_last(piece):
                finer += _cut(document, sections, piece, room[sections[piece.section].path])
            else:
                finer.append(piece)
        if all(piece.tokens for piece in finer):
            return finer
        pieces = finer


def _blocks_of(document: Document, sections: Sequence[Section]) -> list[Piece]:
    """The blocks of each section; one that goes on in the next section is divided there."""
    pieces = []
    parsed: tuple[Block, ...] = ()
    page, first = -1, 0
    for number, section in enumerate(sections):
        if section.page != page:
            page, first = section.page, 0
            text = document.pages[page].text
            parsed = page_blocks(text) if document.format == "pdf" else blocks(text)
        while parsed[first].end <= section.start:
            first += 1
        i = first
        while i < len(parsed) and parsed[i].start < section.end:
            start, end = max(parsed[i].start, section.start), min(parsed[i].end, section.end)
            whole = (start, end) == (parsed[i].start, parsed[i].end)
            block = parsed[i] if whole else Block("prose", start, end)
            pieces.append(Piece(number, block))
            i += 1
    return pieces


def page_blocks(text: str) -> tuple[Block, ...]:
    """A PDF page's text as its tables ("| a | b |" line by line, a caption above) and the prose between."""
    found, last = [], 0
    for table in _TABLE.finditer(text):
        if text[last : table.start()].strip():
            found.append(Block("prose", last, table.start()))
            last = table.start()
        found.append(Block("table", last, table.end()))
        last = table.end()
    if last < len(text) or not found:
        found.append(Block("prose", last, len(text)))
    return tuple(found)


_LADDERS = {  # by kind: the ways to cut it, best first
    "prose": ("blank lines", "sentences", "lines", "words", "characters"),
    "code": ("blank lines", "lines", "words", "characters"),
    "table": ("lines", "words", "characters"),
}


def _ladder(piece: Piece) -> tuple[str, ...]:
    return _LADDERS.get(piece.block.kind, _LADDERS["prose"])


def _is_last(piece: Piece) -> bool:
    return piece.rung >= len(_ladder(piece))


def _cut(document: Document, sections: Sequence[Section], piece: Piece, room: int) -> Iterator[Piece]:
    """The parts of a piece that is too large: its children, or else by the first rung that divides it."""
    block, rung = piece.block, piece.rung
    if block.children:
        for n, child in enumerate(block.children):
            yield Piece(piece.section, child, piece.strength + 1 if n else piece.strength)
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
        yield Piece(piece.section, part, piece.strength + rung if start else piece.strength, rung)


def _apart(cuts: Sequence[int], distance: int) -> list[int]:
    """Those of the cuts that leave at least `distance` characters between them."""
    kept = [0]
    for cut in cuts:
        if cut - kept[-1] >= distance:
            kept.append(cut)
    return kept[1:]


def _text(document: Document, sections: Sequence[Section], piece: Piece) -> str:
    return document.pages[sections[piece.section].page].text[piece.block.start : piece.block.end]
