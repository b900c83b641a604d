"""The best of many chunks without adding up all postings: MaxScore, done with arrays.

A question's terms come with the highest score that each can give, those that can give most first. They are
added up in that order until what is left cannot lift a chunk among the best that is not near them already;
the few chunks that still can get there are looked up in the remaining terms, which have the longest
postings, and dropped as soon as they cannot. Each chunk's sum is made in the order of the terms, so the
result is that of adding up everything, to the last bit.

Turtle and Flood, "Query Evaluation: Strategies and Optimizations", 1995. It knows nothing of words.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.spans import Spans

# What a look at all sums (and for each chunk) and the search for a chunk in a term cost, in postings added up
# (1.7 ns); measured at 43,000 and 1,000,000 chunks. They decide on time alone, never on the result.
_LOOK, _LOOK_CHUNK = 30_000, 0.25
_FIND = 20


class Term(NamedTuple):
    """A token of a question: how often it counts, its postings (chunks ascend) and their highest score."""

    weight: int
    highest: float
    chunks: NDArray[Any]
    scores: NDArray[Any]


def add(total: NDArray[Any], term: Term) -> None:
    """Add the term's scores to the sums of all chunks."""
    np.add.at(total, term.chunks, term.weight * term.scores)


def scores_at(term: Term, rows: NDArray[Any]) -> NDArray[Any]:
    """What the term, which must have postings, gives these chunks; 0 where it does not stand."""
    places = np.minimum(np.searchsorted(term.chunks, rows), len(term.chunks) - 1)
    found: NDArray[Any] = (term.chunks[places] == rows) * (term.weight * term.scores[places])
    return found


def within(terms: Iterable[Term], rows: Spans) -> list[Term]:
    """The terms with these rows' postings alone, which are found without a look at the others.

    The rows are numbered anew from 0; terms that none of them has are left out.
    """
    kept = []
    for term in terms:
        places, chunks = rows.taken(term.chunks)
        if len(places):
            kept.append(term._replace(chunks=chunks, scores=term.scores[places]))
    return kept


def best(terms: Sequence[Term], size: int, limit: int, precision: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rows and scores of the `limit` best of `size` chunks, best first, ties by row; only scores above 0.

    Every term must have postings, those with negative scores first. Sums are made with dtype `precision`.
    """
    bounds = [max(0.0, term.weight * float(term.highest)) for term in terms]
    rest = _sums_from(bounds)  # what a term and all later ones can give at most
    left = _sums_from([len(term.chunks) for term in terms])  # and their postings
    slack = 2 * len(terms) * float(np.finfo(precision).eps) * rest[0]  # what rounding can do
    total = np.zeros(size, precision)
    look, looked = _LOOK + _LOOK_CHUNK * size, left[0]
    for i, term in enumerate(terms):
        if looked - left[i] > look < left[i] and rest[i] < rest[0] / 2:
            looked = left[i]
            lowest = _kth(total, limit) - rest[i] - slack
            if lowest > 0 and np.count_nonzero(total >= lowest) * (len(terms) - i) * _FIND < left[i]:
                rows = np.flatnonzero(total >= lowest).astype(term.chunks.dtype)
                ahead = zip(terms[i:], rest[i + 1 :], strict=True)
                return _ranked(*_finish(ahead, rows, total[rows], limit, slack), limit)
        add(total, term)
    rows = np.flatnonzero(total >= max(_kth(total, limit), np.finfo(precision).tiny))
    return _ranked(rows, total[rows], limit)


def _sums_from(values: Sequence[float]) -> list[float]:
    """For every place the sum of the values from there to the end; 0 after the last."""
    return [*np.cumsum(values[::-1])[::-1].tolist(), 0]


def _kth(sums: NDArray[Any], limit: int) -> float:
    """The `limit`-th highest of the sums; 0 if it is not above 0."""
    highest = float(sums.max(initial=0))
    for level in (highest / 2, highest / 8, np.finfo(sums.dtype).tiny):  # to sort few of them
        high = sums[sums >= level]
        if len(high) >= limit:
            return float(np.partition(high, -limit)[-limit])
    return 0.0


def _finish(
    ahead: Iterable[tuple[Term, float]], rows: NDArray[Any], sums: NDArray[Any], limit: int, slack: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Add the terms ahead to the sums of these rows; each comes with what those after it can give.

    Rows that cannot be among the `limit` best any more are left out.
    """
    for term, rest in ahead:
        sums += scores_at(term, rows)
        if len(rows) > limit:
            near = sums >= np.partition(sums, -limit)[-limit] - rest - slack
            rows, sums = rows[near], sums[near]
    return rows, sums


def _ranked(rows: NDArray[Any], sums: NDArray[Any], limit: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The best, best first; rows ascend, and so do equal ones."""
    order = np.argsort(-sums, kind="stable")[:limit]
    return rows[order], sums[order]
