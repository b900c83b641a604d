"""The hits in the order that suits the question: copies once, definitions first, both sides of a comparison.

It goes by the question's wording (assistant/forms.py) and reads no more than the hits that it is given.
An error code or another exact name needs nothing here: the keyword index counts it eightfold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.coverage import chunk_keys, coverage, keys
from assistant.forms import FORMS, asked_forms, tells
from assistant.records import Chunk, Hit
from assistant.sentences import chunk_units
from assistant.turkish import content_keys, key, words

DEFINING = 0.25
"""Worth of a defining sentence, beside a hit's score. +.002 nDCG@10 on the dev questions, 0 on TQuAD dev."""

OTHER_SIDE = 0.4
"""Worth of holding all that the hits before lack, in a comparison. +.003 nDCG@10 on the dev questions."""

ALIKE = 0.9
"""Share of all words of two chunks that both have, from which on one is a copy of the other."""

LOOKED_AT = 10
"""Hits that may change their places; to read more would take longer than the search."""

_DENYING = frozenset(("yok", "yoktu", "degil"))  # by key: yoktur, değildir

_SUBJECT = 2  # words of a question, the rarest, that a defining sentence should have …
_BEGINNING = 4  # … one of them among its first so many


def without_copies(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits without those that say the same as a better one, which then names their source.

    Texts that differ in a number, a code, a word of the question or in "yok" and "değil" are no copies; that
    a verb is negated ("açılmaz") is not noticed.
    """
    asked = frozenset(content_keys(question))
    kept: list[tuple[frozenset[str], Hit]] = []
    for hit in hits:
        said = frozenset(hit.chunk.text.split())
        place = next((n for n, (other, _) in enumerate(kept) if _are_copies(said, other, asked)), None)
        if place is None:
            kept.append((said, hit))
            continue
        other, shown = kept[place]
        if hit.chunk.source not in (shown.chunk.source, *shown.copies):
            kept[place] = other, replace(shown, copies=(*shown.copies, hit.chunk.source))
    return [hit for _, hit in kept]


def shaped(question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> list[Hit]:
    """The hits in another order, if the question asks for a definition or a comparison.

    Places keep their score and hits change theirs, so that scores fall from place to place.
    """
    forms = asked_forms(question)
    weights = {key: idf(key) for key in content_keys(question)}
    ranked = list(hits[:LOOKED_AT])
    if FORMS["definition"] in forms:
        subject = dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:_SUBJECT])
        ranked.sort(key=lambda hit: -(hit.score + DEFINING * _defines(hit.chunk, subject)))
    if FORMS["compare"] in forms:
        ranked = _all_sides(ranked, weights)
    moved = [replace(hit, score=place.score) for hit, place in zip(ranked, hits, strict=False)]
    return moved + list(hits[LOOKED_AT:])


def _are_copies(one: frozenset[str], other: frozenset[str], asked: frozenset[str]) -> bool:
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return False
    if len(one & other) < ALIKE * len(one | other):
        return False
    differing = " ".join(one ^ other)
    if not _DENYING.isdisjoint(map(key, words(differing))):  # no content words, so not among the keys
        return False
    return all(k.isalpha() and k not in asked for k in keys(differing))


def _defines(chunk: Chunk, subject: Mapping[str, float]) -> float:
    """Share of the subject in a sentence that begins with it and reads like a definition; the best one's."""
    best = 0.0
    for unit in chunk_units(chunk):
        found = [key(word) for word in words(unit.text)]
        begins = unit.kind not in ("heading", "header") and not subject.keys().isdisjoint(found[:_BEGINNING])
        if begins and tells(unit.text, unit.kind, [FORMS["definition"]]):
            best = max(best, coverage(subject, (1.0, found)))
    return best


def _all_sides(hits: Sequence[Hit], weights: Mapping[str, float]) -> list[Hit]:
    """Again and again the hit that fits best and holds most of what those before it lack."""
    held = [keys(hit.text) | chunk_keys(hit.chunk) for hit in hits]
    total = sum(weights.values()) or 1.0
    lacking, rest, ranked = dict(weights), list(range(len(hits))), []

    def worth(place: int) -> float:
        news = sum(weight for key, weight in lacking.items() if key in held[place])
        return hits[place].score + OTHER_SIDE * news / total

    while rest:
        best = max(rest, key=worth)
        rest.remove(best)
        ranked.append(hits[best])
        lacking = {key: weight for key, weight in lacking.items() if key not in held[best]}
    return ranked
