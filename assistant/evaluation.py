"""Many judged questions summed up: means with their intervals, and how two runs over them differ.

The scores of a question are what `judge` gives: metrics by name, only those that apply to it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from assistant.judge import Question, Result, judge
from assistant.metrics import interval

Scores = Mapping[str, float]

MEDIANS = ("answer_chars", "seconds")
"""What is summed up by its median, and is neither good nor bad in itself."""

_EQUAL = 1e-9  # differences below it come from adding in another order


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a metric with its 95 % interval; of `MEDIANS` the median. `count` questions have it."""

    value: float
    interval: tuple[float, float] | None
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How a metric of ours differs from theirs, over the questions that have it in both."""

    ours: float
    theirs: float
    value: float
    interval: tuple[float, float]
    better: int
    worse: int
    count: int

    @property
    def certain(self) -> bool:
        """Whether the interval leaves zero out."""
        low, high = self.interval
        return low > _EQUAL or high < -_EQUAL


def scored(questions: Sequence[Question], results: Mapping[str | int, Result]) -> list[dict[str, float]]:
    """The scores of each question; one without a result counts as one for which nothing was found."""
    asked = any(result.answer is not None for result in results.values())
    nothing = Result(answer="" if asked else None)
    return [judge(question, results.get(question.id, nothing)) for question in questions]


def summary(scores: Sequence[Scores]) -> dict[str, Figure]:
    """The figure of each metric by name, and as `seconds_p95` the 95th percentile of the seconds."""
    columns: dict[str, list[float]] = defaultdict(list)
    for one in scores:
        for name, value in one.items():
            columns[name].append(value)
    figures = {}
    for name, values in columns.items():
        if name in MEDIANS:
            figures[name] = Figure(float(np.median(values)), None, len(values))
        else:
            figures[name] = Figure(fmean(values), interval(values), len(values))
    if seconds := columns.get("seconds"):
        figures["seconds_p95"] = Figure(float(np.quantile(seconds, 0.95)), None, len(seconds))
    return figures


def by_kind(questions: Sequence[Question], scores: Sequence[Scores]) -> dict[str, list[Scores]]:
    """The scores of the questions of each kind, the most frequent kind first."""
    kinds = Counter(question.kind for question in questions if question.kind)
    return {
        kind: [one for question, one in zip(questions, scores, strict=True) if question.kind == kind]
        for kind, _ in kinds.most_common()
    }


def differences(ours: Sequence[Scores], theirs: Sequence[Scores]) -> dict[str, Difference]:
    """What sets our scores apart from theirs for the same questions, paired, by metric."""
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for mine, other in zip(ours, theirs, strict=True):
        for name in _shared(mine, other):
            pairs[name].append((mine[name], other[name]))
    return {name: _difference(values) for name, values in pairs.items()}


def changes(
    questions: Sequence[Question], ours: Sequence[Scores], theirs: Sequence[Scores]
) -> list[tuple[Question, float]]:
    """The questions that fare better or worse, by the mean difference of their metrics; best first."""
    found = []
    for question, mine, other in zip(questions, ours, theirs, strict=True):
        gained = [mine[name] - other[name] for name in _shared(mine, other)]
        if gained and abs(fmean(gained)) > _EQUAL:
            found.append((question, fmean(gained)))
    return sorted(found, key=lambda changed: -changed[1])


def _shared(ours: Scores, theirs: Scores) -> list[str]:
    return [name for name in ours if name in theirs and name not in MEDIANS]


def _difference(pairs: Sequence[tuple[float, float]]) -> Difference:
    gained = [ours - theirs for ours, theirs in pairs]
    return Difference(
        fmean(ours for ours, _ in pairs),
        fmean(theirs for _, theirs in pairs),
        fmean(gained),
        interval(gained),
        sum(one > _EQUAL for one in gained),
        sum(one < -_EQUAL for one in gained),
        len(gained),
    )
