"""Whether the hits can answer the question: one number in 0..1, comparable between questions and libraries.

A logistic regression on six signs, all without a unit of their own, so that neither the embedder's scale
nor the size of the library matters much. It judges the search, not the answer.
"""

import math
from collections.abc import Mapping, Sequence

from assistant.coverage import chunk_keys, code_keys, coverage
from assistant.records import Hit

FIRST = 5
"""Hits that are looked at."""

# Fitted on the 220 dev questions over 43,608 chunks, at the lexical weights .7 and .8 together, and rounded.
# Ten-fold cross-validated: area under the curve .86; the bound that answers 90 % of the questions with an
# answer turns away 65 % of those without.
INTERCEPT = -4.1
COVERED = 3.0
KNOWN = 2.0
AGREED = 1.4
LEAD = 3.4
SAME = 2.3
CODE_MISSING = -3.0


def signs(weights: Mapping[str, float], hits: Sequence[Hit]) -> tuple[float, ...]:
    """The six signs, each in 0..1, of hits for a question with these keys and idfs.

    - covered: share of the question's keys, weighted by idf², in the first hit with its headings: a rare
      word that is missing says more than its share of the question;
    - known: share of the keys, weighted by idf, that stand in any of the hits;
    - agreed: 1 / rank of the first hit by similarity alone (0 if that did not find it);
    - lead: how far the first hit's score lies above the fifth's;
    - same: share of the first five hits that come from the first one's document;
    - code missing: 1 if a code or name of the question stands in none of the hits.
    """
    first, shown = hits[0], hits[:FIRST]
    covered = coverage({key: w * w for key, w in weights.items()}, (1.0, chunk_keys(first.chunk)))
    agreed = 1 / first.dense_rank if first.dense_rank else 0.0
    lead = first.score - shown[-1].score
    same = sum(hit.chunk.source == first.chunk.source for hit in shown) / len(shown)
    anywhere = frozenset().union(*(chunk_keys(hit.chunk) for hit in hits))
    known = coverage(weights, (1.0, anywhere))
    return covered, known, agreed, lead, same, float(bool(code_keys(weights) - anywhere))


def confidence(weights: Mapping[str, float], hits: Sequence[Hit]) -> float:
    """The probability that the first hits hold the answer; 0 without hits or without a word to look for."""
    if not hits or not weights:
        return 0.0
    factors = (COVERED, KNOWN, AGREED, LEAD, SAME, CODE_MISSING)
    total = INTERCEPT + sum(f * sign for f, sign in zip(factors, signs(weights, hits), strict=True))
    return 1 / (1 + math.exp(-total))
