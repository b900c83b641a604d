"""A finished answer cut into claims, each with the citations that stand behind it.

A claim is a sentence, a list item's sentence, a table's row or a code block. A mark belongs to the sentence
that it stands in or follows; sentences without one lean on the next mark of their paragraph or item; a list,
a table or code without any leans on the sentence with a colon before it; a mark alone in its paragraph stands
behind what is before it. Pure; it does not know whether a citation supports anything.
"""

import re
from dataclasses import dataclass, replace

from assistant.replies import CODE
from assistant.sentences import Kind, Unit, units

_MARKS = re.compile(r"\[(\d+)\]")
_MARKER = re.compile(r"\s*(?:>\s*)?(?:[-*+•]|\d{1,3}[.)]|[a-zçğıöşü]\))\s+")
_BLANK = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Claim:
    """`text` is the answer's from `start` to `end`, marks blanked; `cited` are the numbers behind it."""

    kind: Kind
    start: int
    end: int
    text: str
    cited: tuple[int, ...] = ()


@dataclass(slots=True)
class _Block:
    """Claims of one paragraph or item; of a table; a code block."""

    claims: list[Claim]

    @property
    def kind(self) -> Kind:
        return self.claims[0].kind

    @property
    def cited(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(n for claim in self.claims for n in claim.cited))


def claims(answer: str) -> list[Claim]:
    """The claims of an answer with marks [1], in order; headings and the header rows of tables are none."""
    code = [match.span() for match in CODE.finditer(answer)]
    marks = [m for m in _MARKS.finditer(answer) if not any(a <= m.start() < b for a, b in code)]
    masked = answer
    for mark in marks:
        masked = masked[: mark.start()] + " " * len(mark[0]) + masked[mark.end() :]
    blocks = _blocks(masked)
    for mark in marks:
        _assign(blocks, masked, mark.start(), int(mark[1]))
    intro: tuple[int, ...] = ()
    for block in blocks:
        told = _leant(block.claims)
        if block.kind in ("item", "row", "code") and not block.cited:
            told = [replace(claim, cited=intro) for claim in told]
        elif block.kind == "sentence":
            intro = told[-1].cited if told[-1].text.rstrip().endswith(":") else ()
        block.claims = told
    return [claim for block in blocks for claim in block.claims]


def _blocks(masked: str) -> list[_Block]:
    blocks: list[_Block] = []
    last: Unit | None = None
    for unit in units(masked):
        if unit.kind in ("heading", "header"):
            last = unit
            continue
        joined = (
            last is not None
            and bool(blocks)
            and unit.kind in ("sentence", "row")
            and not _BLANK.search(masked[last.end : unit.start])
            and (unit.kind == last.kind or (unit.kind == "sentence" and last.kind == "item"))
        )
        if not joined:
            blocks.append(_Block([]))
        kind = blocks[-1].kind if joined else unit.kind
        blocks[-1].claims += [Claim(kind, a, b, masked[a:b]) for a, b in _sentences(unit)]
        last = unit
    return blocks


def _sentences(unit: Unit) -> list[tuple[int, int]]:
    """Where a unit's sentences stand in the answer: an item's, too, without its marker."""
    marker = _MARKER.match(unit.text) if unit.kind == "item" else None
    if not marker:
        return [(unit.start, unit.end)]
    offset = unit.start + marker.end()
    inner = units(unit.text[marker.end() :])
    return [(offset + u.start, offset + u.end) for u in inner] or [(unit.start, unit.end)]


def _assign(blocks: list[_Block], masked: str, place: int, number: int) -> None:
    """Give a mark to its claim, or, alone in its paragraph, to all of the block before."""
    order = [(b, c) for b, block in enumerate(blocks) for c in range(len(block.claims))]
    if not order:
        return
    starts = [blocks[b].claims[c].start for b, c in order]
    before = sum(start <= place for start in starts) - 1
    wanted = [order[max(before, 0)]]
    if before >= 0:
        b, c = wanted[0]
        claim = blocks[b].claims[c]
        if place >= claim.end and "\n" in masked[claim.end : place]:
            after = order[before + 1] if before + 1 < len(order) else None
            if after and "\n" not in masked[place : blocks[after[0]].claims[after[1]].start]:
                wanted = [after]
            else:
                wanted = [(b, one) for one, claim in enumerate(blocks[b].claims) if not claim.cited] or wanted
    for b, c in wanted:
        claim = blocks[b].claims[c]
        if number not in claim.cited:
            blocks[b].claims[c] = replace(claim, cited=(*claim.cited, number))


def _leant(told: list[Claim]) -> list[Claim]:
    """Claims without a mark take the one of the next claim in their block that has one."""
    behind: tuple[int, ...] = ()
    leant = []
    for claim in reversed(told):
        behind = claim.cited or behind
        leant.append(replace(claim, cited=behind))
    return leant[::-1]
