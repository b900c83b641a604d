"""Whether the sentences of an answer stand in the passages that it cites.

A claim (assistant/claims.py) is unsupported if a number, a name or a code token in it stands in no cited
passage, if too little of it is said there in any words, or if it cites nothing although it says something.
What the user's own question says is no invention. It judges wording, not logic: a claim turned into its
opposite by a "not" passes. Pure.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from assistant.claims import Claim, claims
from assistant.coverage import coverage, keys
from assistant.facts import Facts, facts, held, missing
from assistant.records import Unsupported
from assistant.sentences import units

if TYPE_CHECKING:
    from assistant.embedder import Embedder

# Chosen with benchmarks/support.py on the development questions and TQuAD dev, where the bound matters more
# than the weights. They hold for the shipped embedder, whose cosines those are.
DENSE = 0.45
"""Weight of the nearest unit's cosine similarity; the rest is the lexical share."""
BOUND = 0.37
"""Overlap below which a claim is unsupported: 2 % of the sentences that are supported lie below it."""

IN_HEADING = 0.5
"""Worth of a word that stands only in the passage's title or headings."""
WINDOW = 2
"""Units of a passage that are read together: a sentence of an answer often sums up as many."""

NEAREST = 3
"""Units of the passages that the embedder compares with a claim: the best ones by words."""
LONGEST = 60
"""Claims that are judged; an answer has fewer."""

_MARKS_BEHIND = re.compile(r"(?:[ \t]*\[\d+\])+")

SAYING = 3
"""Content words that a claim without citation must have, besides those below, to say something."""
_ABOUT_ITSELF = keys(
    "belge belgede kaynak parça pasaj bilgi bilgiler yer alan verilen geçen adım aşağıda aşağıdaki yukarıda "
    "şöyle şunlar böyle soru sorunuz yanıt cevap yardım yardımcı özet özetle kısaca sonuç bulunmuyor "
    "evet hayır bulunamadı anlatılıyor belirtilmiş belirtilmemiş açıklanmış umarım başka konu ilgili lütfen "
    "document documents source passage the following steps information answer question not found here are"
)


def unsupported(
    answer: str,
    passages: Mapping[int, str],
    idf: Callable[[str], float],
    embedder: "Embedder | None",
    question: str = "",
) -> tuple[Unsupported, ...]:
    """The claims of a finished answer that its citations do not support, in order.

    `passages` are the texts behind the numbers: title and headings, an empty line, what the model was given.
    Without an embedder words alone decide.
    """
    found = []
    for claim in claims(answer)[:LONGEST]:
        said = facts(claim.text)
        cited = [passages[n] for n in claim.cited if n in passages]
        gone = missing(said, held("\n".join([*cited, question])))
        if not cited:
            gone, bad = (), not _connects(claim, said, SAYING)
        else:
            judged = claim.kind != "code" and not _connects(claim, said, 1)
            bad = bool(gone) or (judged and overlap(claim.text, cited, idf, embedder) < BOUND)
        if bad:
            marks = _MARKS_BEHIND.match(answer, claim.end)
            found.append(Unsupported(claim.start, marks.end() if marks else claim.end, gone))
    return tuple(found)


def overlap(
    sentence: str, cited: Sequence[str], idf: Callable[[str], float], embedder: "Embedder | None"
) -> float:
    """How much of a sentence is said in the passages, by words and by meaning, in 0..1."""
    weights = {key: idf(key) for key in keys(sentence)}
    if not weights:
        return 1.0
    said: list[str] = []
    lexical = 0.0
    for text in cited:
        head, _, body = text.partition("\n\n")
        found = _units(body)
        said += found
        for n in range(max(1, len(found) - WINDOW + 1)):
            there = keys("\n".join(found[n : n + WINDOW]))
            lexical = max(lexical, coverage(weights, (1.0, there), (IN_HEADING, keys(head))))
    if embedder is None or not said:
        return lexical
    nearest = sorted(said, key=lambda unit: -coverage(weights, (1.0, keys(unit))))[:NEAREST]
    vectors = embedder.embed_passages([sentence, *nearest])
    dense = max(0.0, float(np.max(vectors[1:] @ vectors[0])))
    return (1 - DENSE) * lexical + DENSE * dense


@lru_cache(maxsize=64)
def _units(text: str) -> tuple[str, ...]:
    return tuple(unit.text for unit in units(text) if unit.kind != "heading")


def _connects(claim: Claim, said: Facts, saying: int) -> bool:
    """Whether a claim only leads on, with less than `saying` words of its own: "Adımlar şöyledir:"."""
    if claim.text.rstrip("*_ ").endswith(":"):
        return True
    telling = keys(claim.text) - _ABOUT_ITSELF
    return len(telling) < saying and not any((said.numbers, said.names, said.codes))
