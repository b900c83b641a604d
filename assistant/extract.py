"""An answer without a language model: the few units of the best hits that answer the question, verbatim.

Pure: takes hits, returns text with marks [1], [2], the citations behind them and a confidence in 0..1 that
can be compared between questions. It chooses and orders; it never rewrites. It does not know whether the
question can be answered: `assistant/chat.py` abstains below its bound.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from assistant.records import Chunk, Citation, Hit
from assistant.sentences import Unit, units
from assistant.turkish import content_keys, words

if TYPE_CHECKING:
    from assistant.embedder import Embedder

HITS = 4
"""Hits whose units are looked at; later hits seldom hold the answer and cost time."""

BUDGET = 600
"""Characters that an answer aims at."""

LIMIT = 1200
"""Characters that no answer exceeds, marks included: steps and code may go over BUDGET, not over this."""

OVERHEAD = 10
"""Characters allowed for a unit's mark and the space around it."""

SCRAP = 3
"""A sentence of fewer words that begins with a small letter is the rest of one."""

EMBEDDED = 30
"""Units compared with the question by the embedder: the best ones by words, in one call."""

# Weights of a unit's score. Coverage is in 0..1; the others are added to it.
IN_HEADING = 0.6
"""Worth of a question word that stands only in the headings."""
IN_BEFORE = 0.7
"""Worth of a question word that stands only in the unit just before."""
BEFORE = 0.3
"""Weight of a word of the question before, where this one leans on it."""
DENSE = 0.4
"""Worth of a unit's cosine similarity to the question."""
PRIOR = 0.7
"""Worth of the unit's hit being the best one."""
FORM = 0.1
"""Worth of showing the form that the question asks for."""
ADJACENT = 0.3
"""Added for a unit next to one already chosen: an answer often runs over two sentences."""
KEEP = 0.45
"""A further unit must score at least this share of the best one."""

# Confidence: see `confidence`.
CHUNK_SHARE, UNIT_SHARE, DENSE_SHARE = 0.35, 0.35, 0.3
DENSE_LOW, DENSE_HIGH = 0.2, 0.8


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


@dataclass(frozen=True, slots=True)
class Form:
    """A way of asking: how the question shows it, and how a unit shows that it answers.

    Signs are looked for in the folded words between single spaces, with " ." at the end: " fark" is the
    beginning of a word, "dir ." the end of the last one.
    """

    asked: tuple[str, ...]
    told: tuple[str, ...]
    kinds: tuple[str, ...] = ()


FORMS = {
    "definition": Form(
        (" nedir ", " kimdir ", " ne demek", " ne anlama ", " tanimi", " neye denir ", " neyi anlat"),
        (" denir ", " denilir ", " denmekte", " adlandiril", " ifade ede", " anlamina gel", " tanim",
         "dir .", "dur .", "tir .", "tur ."),
    ),
    "howto": Form(
        (" nasil ", " ne yap", " hangi komut", " hangi yol", " hangi adim", " nereden ", " yolu "),
        (" kullan", " calistir", " ekle", " olustur", " yazin ", " yazip ", " yazabil", " secin ", " tikla"),
        ("item", "code"),
    ),
    "value": Form(
        (" kac", " ne kadar", " yuzde ", " ne zaman ", " hangi yil", " hangi tarih", " hangi surum"),
        (*"0123456789", " bir ", " iki ", " uc ", " dort ", " bes ", " on ", " yuz ", " bin "),
    ),
    "why": Form(
        (" neden ", " niye ", " nicin ", " sebebi", " nedeni"),
        (" cunku ", " neden", " sebe", " dolayi ", " yuzden ", " sayesinde ", " boylece ", " zira ", " icin ",
         " oldugundan "),
    ),
    "compare": Form(
        (" fark", " arasinda", " yoksa ", " karsilastir", " ayril", " hangisi"),
        (" ise ", " fark", " oysa ", " aksine ", " yerine ", " daha ", " gore ", " hem "),
    ),
}  # fmt: skip
"""Question forms. A question may have several; a unit that fits any of them gains FORM."""


@dataclass(slots=True)
class _Candidate:
    hit: int
    place: int  # index in the chunk's units
    unit: Unit
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
    candidates = _scored(f"{before} {question}".strip(), hits[:HITS], weights, embedder)
    chosen = _choose(candidates, hits)
    parts, citations = _written(chosen, hits)
    return Extract(parts, citations, confidence(weights, hits))


def confidence(weights: dict[str, float], hits: Sequence[Hit]) -> float:
    """How well the best of the first hits matches, in 0..1, comparable between questions.

    A weighted mean of the idf-weighted share of the question's words that stand in the hit or its headings,
    of the largest share that stands in a single unit of it, and of the hit's cosine similarity, scaled
    from DENSE_LOW..DENSE_HIGH. The cosine counts only where the dense side found any of the hits.
    """
    dense_share = DENSE_SHARE if any(hit.dense_rank is not None for hit in hits) else 0.0

    def one(hit: Hit) -> float:
        in_chunk = _coverage(weights, _keys(hit.chunk.text) | _heading_keys(hit.chunk))
        in_unit = max((_coverage(weights, _keys(unit.text)) for unit in units(hit.chunk.text)), default=0.0)
        near = min(1.0, max(0.0, (hit.dense_score - DENSE_LOW) / (DENSE_HIGH - DENSE_LOW)))
        total = CHUNK_SHARE + UNIT_SHARE + dense_share
        return (CHUNK_SHARE * in_chunk + UNIT_SHARE * in_unit + dense_share * near) / total

    return max((one(hit) for hit in hits[:HITS]), default=0.0)


def best_quote(text: str, chunk: Chunk, idf: Callable[[str], float]) -> str:
    """The unit of `chunk` that shares most with `text`: what a language model's citation rests on."""
    weights = {key: idf(key) for key in content_keys(text)}
    found = [unit for unit in units(chunk.text) if unit.kind not in ("heading", "header")]
    if not found:
        return chunk.text.strip()[:BUDGET]
    return max(found, key=lambda unit: _coverage(weights, _keys(unit.text))).text


@lru_cache(maxsize=4096)
def _keys(text: str) -> frozenset[str]:
    return frozenset(content_keys(text))


def _heading_keys(chunk: Chunk) -> frozenset[str]:
    return _keys("\n".join((chunk.title, *chunk.headings)))


def _signs(text: str) -> str:
    return f" {' '.join(words(text))} ."


def _coverage(
    weights: dict[str, float],
    keys: frozenset[str],
    headings: frozenset[str] = frozenset(),
    before: frozenset[str] = frozenset(),
) -> float:
    """Share of the question's weight found in `keys`, or for less in the headings or the unit before."""
    total = sum(weights.values())

    def worth(key: str) -> float:
        return 1.0 if key in keys else max(IN_HEADING * (key in headings), IN_BEFORE * (key in before))

    return sum(weight * worth(key) for key, weight in weights.items()) / total if total else 0.0


def _scored(
    question: str, hits: Sequence[Hit], weights: dict[str, float], embedder: "Embedder | None"
) -> list[_Candidate]:
    """Every unit that can be quoted, with its score."""
    asked = _signs(question)
    forms = [form for form in FORMS.values() if any(sign in asked for sign in form.asked)]
    best = max(hit.score for hit in hits) or 1.0
    candidates = []
    for number, hit in enumerate(hits):
        headings = _heading_keys(hit.chunk)
        before: frozenset[str] = frozenset()
        for place, unit in enumerate(units(hit.chunk.text)):
            keys = _keys(unit.text)
            if _quotable(unit):
                fit = _coverage(weights, keys, headings, before)
                told = _signs(unit.text) if forms else ""
                if any(unit.kind in form.kinds or any(sign in told for sign in form.told) for form in forms):
                    fit += FORM
                candidates.append(_Candidate(number, place, unit, fit, PRIOR * hit.score / best))
            before = keys
    if embedder and candidates:
        top = sorted(candidates, key=lambda c: -c.score)[:EMBEDDED]
        vectors = embedder.embed_passages([c.unit.text for c in top])
        near = np.maximum(vectors @ embedder.embed_question(question), 0.0)
        for candidate, similarity in zip(top, near, strict=True):
            candidate.fit += DENSE * float(similarity)
    return candidates


def _quotable(unit: Unit) -> bool:
    """Whether a unit says something by itself: no heading, no scrap that a page break left ("verilir.")."""
    if unit.kind in ("heading", "header") or len(unit.text) + OVERHEAD > LIMIT:
        return False
    scrap = unit.kind == "sentence" and unit.text[0].islower() and len(unit.text.split()) < SCRAP
    return not scrap


def _choose(candidates: list[_Candidate], hits: Sequence[Hit]) -> list[_Candidate]:
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
        if chosen and best.fit + ADJACENT * beside(best) < KEEP * chosen[0].fit:
            continue
        room = LIMIT if not chosen or (best.unit.kind == "code" and beside(best)) else BUDGET
        size = len(best.unit.text) + OVERHEAD
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


def _written(chosen: list[_Candidate], hits: Sequence[Hit]) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """The chosen units as Markdown, each with its mark, and one citation a hit: its best unit."""
    numbers: dict[int, int] = {}
    quotes: dict[int, _Candidate] = {}
    parts: list[str] = []
    last: _Candidate | None = None
    for c in chosen:
        number = numbers.setdefault(c.hit, len(numbers) + 1)
        if c.hit not in quotes or c.score > quotes[c.hit].score:
            quotes[c.hit] = c
        parts.append(_gap(last, c) + _markdown(c, hits[c.hit].chunk, last) + f"[{number}]")
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


def _markdown(c: _Candidate, chunk: Chunk, last: _Candidate | None) -> str:
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
        head = [u.text for u in units(chunk.text)[: c.place] if u.kind == "header"][-1:]
        if not head:
            return f"```text\n{text}\n```\n\n"
        columns = head[0].strip("|").replace("\\|", "").count("|") + 1
        return "\n".join((head[0].strip(), "|" + "---|" * columns, text.strip())) + "\n\n"
    text = re.sub(r"\s*\n\s*(?:>\s*)?", " ", text.removeprefix(">").lstrip())
    if c.unit.kind == "item":
        text = re.sub(r"^[*+•▪◦‣●○■]\s+", "- ", text)
    return text + " "
