"""Metrics of retrieval and answers, and their intervals. Pure functions; the only home of metrics."""

import math
import random
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.turkish import fold

_GRAM = 8  # characters: long enough that two texts share few by chance
_TOGETHER = 500  # rounds of a bootstrap that are in memory together
_PREFIX = 5  # letters, which leave most suffixes out


def letters(text: str) -> str:
    """Only the folded letters and digits, so that white space, marks and hyphens do not matter."""
    return "".join(char for char in fold(text) if char.isalnum())


def coverage(text: str, evidence: str) -> float:
    """The share of the evidence's character 8-grams that stand in the text, in 0..1.

    Evidence of fewer letters stands in it as a whole or not at all.
    """
    if len(short := letters(evidence)) < _GRAM:
        return float(short in letters(text))
    wanted = _grams(evidence)
    return len(wanted & _grams(text)) / len(wanted)


@lru_cache(maxsize=64)  # a piece of evidence is looked for in several texts, a text for several pieces
def _grams(text: str) -> frozenset[str]:
    plain = letters(text)
    return frozenset(plain[i : i + _GRAM] for i in range(len(plain) - _GRAM + 1))


def word_recall(text: str, reference: str) -> float:
    """The share of the reference's words that the text has, too, in 0..1; 0 for a reference without words.

    Words are compared folded and by their first five letters; those of one or two letters don't count.
    """
    wanted = _words(reference)
    return len(wanted & _words(text)) / len(wanted) if wanted else 0.0


def _words(text: str) -> set[str]:
    plain = "".join(char if char.isalnum() else " " for char in fold(text))
    return {word[:_PREFIX] for word in plain.split() if len(word) > 2}


def recall(found: Sequence[set[int]], wanted: int, k: int) -> float:
    """The share of the `wanted` pieces that the first k hits hold; `found` is what each hit holds."""
    return len(set().union(*found[:k])) / wanted


def reciprocal_rank(found: Sequence[set[int]], k: int = 10) -> float:
    """1 / rank of the first hit that holds any piece, 0 if none of the first k does."""
    return next((1 / rank for rank, pieces in enumerate(found[:k], 1) if pieces), 0.0)


def ndcg(found: Sequence[set[int]], wanted: int, k: int = 10) -> float:
    """Normalised discounted cumulative gain: a hit gains 1 if it holds a piece that none before it held.

    Järvelin and Kekäläinen 2002; a hit that holds several new pieces shortens the ideal ranking.
    """
    seen: set[int] = set()
    gain = 0.0
    together = 0
    for rank, pieces in enumerate(found[:k], 1):
        new = pieces - seen
        seen |= pieces
        gain += bool(new) / math.log2(rank + 1)
        together += max(0, len(new) - 1)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, wanted - together + 1))
    return gain / ideal


def interval(values: Sequence[float], rounds: int = 2000, seed: int = 0) -> tuple[float, float]:
    """The 95 % interval of the mean by bootstrap (percentiles; Efron 1979).

    Of paired differences it is the paired bootstrap: what is drawn is the same for all values of a length.
    """
    means = np.sort(np.asarray(values, float)[_draws(len(values), rounds, seed)].mean(axis=1))
    return float(means[int(0.025 * rounds)]), float(means[int(0.975 * rounds) - 1])


def clustered_interval(
    values: Sequence[float], clusters: Sequence[str], rounds: int = 10_000, seed: int = 0
) -> tuple[float, float]:
    """The same where values belong together: whole clusters are drawn, not values (Field and Welsh 2007).

    Questions about one document fare alike; drawn one by one they would seem to say more than they do.
    """
    rows: dict[str, int] = {}
    row_of = [rows.setdefault(name, len(rows)) for name in clusters]
    sums = np.bincount(row_of, np.asarray(values, float), len(rows))
    sizes = np.bincount(row_of, minlength=len(rows))
    rng = np.random.default_rng(seed)
    means = np.empty(rounds)
    for start in range(0, rounds, _TOGETHER):
        drawn = rng.integers(0, len(rows), (min(_TOGETHER, rounds - start), len(rows)))
        means[start : start + len(drawn)] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    means.sort()
    return float(means[int(0.025 * rounds)]), float(means[int(0.975 * rounds) - 1])


def pearson(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The linear correlation, in -1..1; 0 where one of both is always the same."""
    a, b = (np.asarray(each, float) - np.mean(each) for each in (ours, theirs))
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size > 1e-12 else 0.0


def spearman(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The correlation of the ranks, those that are equal sharing theirs."""
    from scipy.stats import rankdata

    return pearson(rankdata(ours).tolist(), rankdata(theirs).tolist())


def mean_squared_error(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The mean of the squared differences."""
    return float(np.mean((np.asarray(ours, float) - np.asarray(theirs, float)) ** 2))


@lru_cache(maxsize=2)  # several metrics of the same questions come one after the other
def _draws(size: int, rounds: int, seed: int) -> NDArray[np.int32]:
    """The places that each round draws: rounds × size."""
    rng = random.Random(seed)
    places = np.empty((rounds, size), np.int32)
    for row in places:
        row[:] = rng.choices(range(size), k=size)
    return places
