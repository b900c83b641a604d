"""Whether the hits can answer the question: one number in 0..1, comparable between questions and libraries.

A logistic regression on five signs, all without a unit of their own, so that neither the embedder's scale
nor the size of the library matters much. It judges the search, not the answer.
"""

import math
from collections.abc import Mapping, Sequence

from assistant.coverage import chunk_keys, code_keys, coverage
from assistant.records import Hit

FIRST = 5
"""Hits that are compared with the first one."""

# Fitted to the 220 dev questions over 43,608 chunks, at an earlier search. So that it holds in a
# small library too, also to the four sample documents with their 25 questions and, at a fifth of the weight,
# the dev questions, which nothing there answers. The intercept puts the bound that answers 90 % of the
# questions with an answer at .5; it turns away 66 % of those without (area under the curve .88). Fitted anew
# to today's search, ten-fold cross-validated, the factors do no better (.87).
INTERCEPT = -2.6
COVERED = 4.5
AGREED = 1.8
LEAD = 2.8
SAME = 3.3
CODE_MISSING = -2.5


def signs(weights: Mapping[str, float], hits: Sequence[Hit]) -> tuple[float, float, float, float, float]:
    """The five signs, each in 0..1, of hits for a question with these keys and idfs.

    - covered: share of the question's keys, weighted by idf², in the first hit with its headings: a rare
      word that is missing says more than its share of the question;
    - agreed: 1 / rank of the first hit by similarity alone (0 if that did not find it);
    - lead: how far the first hit's score lies above the fifth's (or the last one's);
    - same: share of the first five hits that come from the first one's document;
    - code missing: 1 if a code or name of the question stands in none of the hits.

    The middle three only say that one passage stands out; they are multiplied by the share of the keys,
    weighted by idf, that stand in any of the hits.
    """
    first, shown = hits[0], hits[:FIRST]
    covered = coverage({key: w * w for key, w in weights.items()}, (1.0, chunk_keys(first.chunk)))
    anywhere = frozenset[str]().union(*(chunk_keys(hit.chunk) for hit in hits))
    known = coverage(weights, (1.0, anywhere))
    agreed = 1 / first.dense_rank if first.dense_rank else 0.0
    lead = first.score - (shown[-1].score if len(shown) > 1 else 0.0)
    same = sum(hit.chunk.source == first.chunk.source for hit in shown) / FIRST
    missing = float(bool(code_keys(weights) - anywhere))
    return covered, known * agreed, known * lead, known * same, missing


def confidence(weights: Mapping[str, float], hits: Sequence[Hit]) -> float:
    """How sure it is that the first hits hold the answer; 0 without hits or without a word to look for."""
    if not hits or not weights:
        return 0.0
    factors = (COVERED, AGREED, LEAD, SAME, CODE_MISSING)
    total = INTERCEPT + sum(f * sign for f, sign in zip(factors, signs(weights, hits), strict=True))
    return 1 / (1 + math.exp(-total))
