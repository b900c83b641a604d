"""Metrics of retrieval and answers, and their intervals. Pure functions; the only home of metrics."""

import math
import random
from collections.abc import Sequence

from assistant.turkish import fold

_GRAM = 8  # characters: long enough that two texts share few by chance


def letters(text: str) -> str:
    """Only the folded letters and digits, so that white space, marks and hyphens do not matter."""
    return "".join(char for char in fold(text) if char.isalnum())


def coverage(text: str, evidence: str) -> float:
    """The share of the evidence's character 8-grams that stand in the text, in 0..1."""
    wanted = _grams(evidence)
    return len(wanted & _grams(text)) / len(wanted)


def _grams(text: str) -> set[str]:
    plain = letters(text)
    return {plain[i : i + _GRAM] for i in range(max(1, len(plain) - _GRAM + 1))}


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
    """The 95 % interval of the mean by bootstrap (percentiles; Efron 1979)."""
    rng = random.Random(seed)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    return means[int(0.025 * rounds)], means[int(0.975 * rounds) - 1]
