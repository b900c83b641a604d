"""An answer without a language model: the few units of the best hits that answer the question, verbatim.

Pure: takes hits, returns text with marks [1], [2], the citations behind them and a confidence in 0..1 that
can be compared between questions. It chooses and orders; it never rewrites. It does not know whether the
question can be answered: `assistant/chat.py` abstains below its bound.
"""

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.confidence import confidence
from assistant.coverage import chunk_keys, code_keys, coverage, heading_keys, keys
from assistant.forms import asked_forms, asks_code, tells
from assistant.records import Chunk, Citation, Hit
from assistant.sentences import Unit, chunk_units
from assistant.turkish import content_keys, words

if TYPE_CHECKING:
    from assistant.embedder import Embedder

HITS = 5
"""Hits whose units are looked at; later hits seldom hold the answer and cost time."""

BUDGET = 600
"""Characters that an answer aims at."""

LIMIT = 1200
"""Characters that no answer exceeds, marks included: steps and code may go over BUDGET, not over this."""

OVERHEAD = 10
"""Characters allowed for a unit's mark and the space around it."""

SCRAP = 3
"""Fewer words without a capital or a full stop are a scrap: a rest ("verilir."), a cell, a number."""

FULL = 120
"""Characters from which on a unit is long enough to say something."""

EMBEDDED = 30
"""Units compared with the question by the embedder: the best ones by words, in one call."""

# Weights of a unit's score. Coverage is in 0..1; the others are added to it. Chosen on the dev questions
# at the lexical weights .7 and .8; there each may vary by a third without a difference that means anything.
IN_HEADING = 0.8
"""Worth of a question word that stands only in the headings."""
IN_BEFORE = 0.5
"""Worth of a question word that stands only in the unit just before."""
BEFORE = 0.3
"""Weight of a word of the question before, where this one leans on it."""
DENSE = 0.2
"""Worth of a unit's cosine similarity to the question."""
PRIOR = 0.7
"""Worth of the unit's hit being the best one."""
FORM = 0.1
"""Worth of showing the form that the question asks for."""
LENGTH = 0.2
"""Worth of being FULL long; shorter units have their share of it."""
ADJACENT = 0.3
"""Added for a unit next to one already chosen: an answer often runs over two sentences."""
KEEP_NEAR = 0.4
"""A unit next to a chosen one must fit at least this share as well as the best one."""
KEEP_ELSE = 0.5
"""The same for a unit elsewhere, which must have a word of the question, too."""


@dataclass(frozen=True, slots=True)
class Extract:
    """`parts` joined are the answer's text; each part is one unit with its mark, so it can be streamed."""

    parts: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0

    @property
    def text(self) -> str:
        """The whole answer as Markdown."""
        return "".join(self.parts)


@dataclass(slots=True)
class _Candidate:
    hit: int
    place: int  # index in the chunk's units
    unit: Unit
    header: str  # of a row's table
    keys: frozenset[str]
    fit: float  # how well the unit itself answers
    prior: float  # what its hit's rank adds

    @property
    def score(self) -> float:
        return self.fit + self.prior


def extract(
    question: str,
    hits: Sequence[Hit],
    idf: Callable[[str], float],
    embedder: "Embedder | None" = None,
    before: str = "",
) -> Extract:
    """The units of the best hits that answer `question`, in reading order; empty without hits.

    `before` is the question that this one follows, if it leans on it.
    """
    if not hits:
        return Extract()
    weights = {key: BEFORE * idf(key) for key in content_keys(before)}
    weights |= {key: idf(key) for key in content_keys(question)}
    asked = f"{before} {question}".strip()
    candidates = _scored(asked, hits[:HITS], weights, embedder)
    parts, citations = _written(_choose(candidates, hits, weights.keys()))
    return Extract(parts, citations, confidence(asked, idf, hits))


def best_quote(text: str, chunk: Chunk, idf: Callable[[str], float]) -> str:
    """The unit of `chunk` that shares most with `text`: what a language model's citation rests on."""
    weights = {key: idf(key) for key in content_keys(text)}
    found = [unit for unit in chunk_units(chunk) if unit.kind not in ("heading", "header")]
    if not found:
        return chunk.text.strip()[:BUDGET]
    return max(found, key=lambda unit: coverage(weights, (1.0, keys(unit.text)))).text


def _scored(
    question: str, hits: Sequence[Hit], weights: dict[str, float], embedder: "Embedder | None"
) -> list[_Candidate]:
    """Every unit that may be quoted for this question, with its score."""
    forms = asked_forms(question)
    best = max(hit.score for hit in hits) or 1.0
    candidates = []
    for number, hit in enumerate(hits):
        above = heading_keys(hit.chunk)
        header, before = "", frozenset[str]()
        for place, unit in enumerate(chunk_units(hit.chunk)):
            header = unit.text if unit.kind == "header" else header if unit.kind == "row" else ""
            found = keys(unit.text)
            if _quotable(unit):
                leans = keys(header) if header else before
                fit = coverage(weights, (1.0, found), (IN_HEADING, above), (IN_BEFORE, leans))
                fit += LENGTH * min(1.0, len(unit.text) / FULL)
                fit += FORM * tells(unit.text, unit.kind, forms)
                candidates.append(
                    _Candidate(number, place, unit, header, found, fit, PRIOR * hit.score / best)
                )
            before = found
    candidates = _fitting(candidates, hits, weights, question)
    if embedder and candidates:
        top = sorted(candidates, key=lambda c: -c.score)[:EMBEDDED]
        vectors = embedder.embed_passages([c.unit.text for c in top])
        near = np.maximum(vectors @ embedder.embed_question(question), 0.0)
        for candidate, similarity in zip(top, near, strict=True):
            candidate.fit += DENSE * float(similarity)
    return candidates


def _quotable(unit: Unit) -> bool:
    """Whether a unit says something by itself: no heading, no scrap."""
    if unit.kind in ("heading", "header") or len(unit.text) + OVERHEAD > LIMIT:
        return False
    scrap = unit.text[0].islower() or unit.text[-1].isalnum()
    return not (scrap and unit.kind == "sentence" and len(unit.text.split()) < SCRAP)


def _fitting(
    candidates: list[_Candidate], hits: Sequence[Hit], weights: dict[str, float], question: str
) -> list[_Candidate]:
    """Without what can't be meant while anything else is left.

    That is a passage without the question's codes where others have one, a unit about other codes of the
    same shape (E-1043 for E-1042), and a code block where none is asked for.
    """
    codes = code_keys(weights)
    codes &= frozenset().union(*(chunk_keys(hits[c.hit].chunk) for c in candidates))
    shapes = {_shape(code) for code in codes if any(map(str.isdigit, code))}

    def meant(c: _Candidate) -> bool:
        chunk = hits[c.hit].chunk
        if not codes & chunk_keys(chunk):
            return False
        named = c.keys | heading_keys(chunk)
        return bool(codes & named) or not any(_shape(key) in shapes for key in named)

    if codes:
        candidates = [c for c in candidates if meant(c)]
    if asks_code(question):
        return candidates
    return [c for c in candidates if c.unit.kind != "code"] or candidates


def _shape(code: str) -> str:
    return re.sub(r"\d", "0", code)


def _choose(candidates: list[_Candidate], hits: Sequence[Hit], asked: Set[str]) -> list[_Candidate]:
    """The best unit, then what is worth most while it fits; in reading order within each document."""
    chosen: list[_Candidate] = []
    texts: set[str] = set()  # documents repeat each other
    used = 0

    def beside(c: _Candidate) -> bool:
        return any(c.hit == d.hit and abs(c.place - d.place) == 1 for d in chosen)

    rest = sorted(candidates, key=lambda c: (-c.score, c.hit, c.place))
    while rest:
        best = max(rest, key=lambda c: c.score + ADJACENT * beside(c))  # the first of equals
        rest.remove(best)
        near = beside(best)
        if chosen and not (near or best.keys & asked):
            continue
        if chosen and best.fit < (KEEP_NEAR if near else KEEP_ELSE) * chosen[0].fit:
            continue
        room = LIMIT if not chosen or (best.unit.kind == "code" and near) else BUDGET
        size = len(best.unit.text) + OVERHEAD
        if best.header and not any((d.hit, d.header) == (best.hit, best.header) for d in chosen):
            size += 2 * len(best.header)
        text = " ".join(words(best.unit.text))
        if text not in texts and used + size <= room:
            chosen.append(best)
            texts.add(text)
            used += size
    order = {source: n for n, source in reversed(list(enumerate(hits[c.hit].chunk.source for c in chosen)))}

    def reading(c: _Candidate) -> tuple[int, int, int]:
        chunk = hits[c.hit].chunk
        return order[chunk.source], chunk.position, c.place

    return sorted(chosen, key=reading)


def _written(chosen: list[_Candidate]) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """The chosen units as Markdown, each with its mark, and one citation a hit: its best unit.

    Rows of one table are one part under one header.
    """
    numbers: dict[int, int] = {}
    quotes: dict[int, _Candidate] = {}
    parts: list[str] = []
    last: _Candidate | None = None
    for c in chosen:
        number = numbers.setdefault(c.hit, len(numbers) + 1)
        mark = f"[{number}]"
        if c.hit not in quotes or c.score > quotes[c.hit].score:
            quotes[c.hit] = c
        if last and c.header and (c.hit, c.header) == (last.hit, last.header):
            parts[-1] = parts[-1].removesuffix(f"\n\n{mark}") + f"\n{c.unit.text.strip()}\n\n{mark}"
        else:
            parts.append(_gap(last, c) + _markdown(c) + mark)
        last = c
    return tuple(parts), tuple(Citation(n, hit, quotes[hit].unit.text) for hit, n in numbers.items())


def _gap(last: _Candidate | None, c: _Candidate) -> str:
    """What stands between two units: neighbours keep together, all else is a new paragraph."""
    if last is None:
        return ""
    same = last.unit.kind == c.unit.kind
    if same and c.unit.kind == "item":
        return "\n"
    if same and c.unit.kind == "sentence" and last.hit == c.hit and c.place == last.place + 1:
        return " "
    return "\n\n"


def _markdown(c: _Candidate) -> str:
    """The unit so that it renders as what it is, ready for its mark. Only white space and markers change."""
    text = c.unit.text
    if c.unit.kind == "code":
        lines = text.split("\n")
        indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        lines = [line[indent:] for line in lines]
        fence = lines[0][: len(lines[0]) - len(lines[0].lstrip(lines[0][0]))]
        closed = len(lines) > 1 and lines[-1].strip() == fence
        return "\n".join(lines if closed else [*lines, fence]) + "\n\n"
    if c.unit.kind == "row":
        if not c.header:
            return f"```text\n{text}\n```\n\n"
        columns = c.header.strip("|").replace("\\|", "").count("|") + 1
        return "\n".join((c.header.strip(), "|" + "---|" * columns, text.strip())) + "\n\n"
    text = re.sub(r"\s*\n\s*(?:>\s*)?", " ", text.removeprefix(">").lstrip())
    if c.unit.kind == "item":
        text = re.sub(r"^[*+•▪◦‣●○■]\s+", "- ", text)
    return text + " "
