"""Text of a PDF as its writer meant it: all repairs in order, over all pages together.

    pages of lines -> encoding -> accents -> ligatures -> nameless letters -> line ends -> blanks -> pages

Each repair has its own evidence and leaves alone what it is unsure of; the order matters, as words can
only be looked up when their letters are right. Line breaks stay where they are: a word that was broken at
a line end moves to the first of its lines.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.lexicon import Lexicon
from ingest.repair_blanks import fix_glued, fix_spaced
from ingest.repair_letters import fix_accents, fix_encoding, fix_forms, fix_lost_accents, fix_nameless
from ingest.repair_words import fix_hyphens, fix_initials, fix_spaces, vocabulary

ROUNDS = 8
"""One repair may bring out the next; nearly always the second round finds nothing more."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """Pages of lines, as many as before, and how many words were mended by kind (see records.REPAIRS)."""

    pages: list[list[str]]
    counts: dict[str, int]


def repair(pages: Sequence[Sequence[str]], lexicon: Lexicon) -> Repaired:
    """Mend the lines of all pages of one PDF; doing it twice changes nothing more."""
    lines = [line.replace("\0", "\ufffd") for page in pages for line in page]
    counts: Counter[str] = Counter()
    for _ in range(ROUNDS):
        before = lines
        lines = _round(lines, lexicon, counts)
        if lines == before:
            break
    mended, start = [], 0
    for page in pages:
        mended.append(lines[start : start + len(page)])
        start += len(page)
    return Repaired(mended, {kind: count for kind, count in counts.items() if count})


def repair_text(text: str, lexicon: Lexicon) -> tuple[str, dict[str, int]]:
    """Only the letters of a text that is no PDF: encodings, decomposed letters, invisible characters."""
    lines = text.split("\n")
    lines, encoding = fix_encoding(lines, lexicon)
    lines, forms = fix_forms(lines)
    counts = {"encoding": encoding, "ligatures": forms}
    return "\n".join(lines), {kind: count for kind, count in counts.items() if count}


def _round(lines: list[str], lexicon: Lexicon, counts: Counter[str]) -> list[str]:
    letters = (
        ("encoding", fix_encoding),
        ("accents", fix_accents),
        ("ligatures", lambda lines, _: fix_forms(lines)),
        ("letters", fix_nameless),
        ("spaces", fix_spaced),
    )
    for kind, fix in letters:
        lines, count = fix(lines, lexicon)
        counts[kind] += count
    own = vocabulary(lines)
    words = (
        ("accents", fix_lost_accents),
        ("spaces", fix_initials),
        ("hyphens", fix_hyphens),
        ("spaces", fix_spaces),
        ("glued", fix_glued),
    )
    for kind, mend in words:
        lines, count = mend(lines, lexicon, own)
        counts[kind] += count
    return lines
