"""What became of the questions that each rule made: kept, dropped and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from finetune.splits import SPLITS, Split

AMBIGUOUS, COPIED, NOT_FOUND = "ambiguous", "copied", "not found"
"""Why a question is dropped: several sections give it, or an earlier chunk of its own; its passage stands in
a held-out document too; its passage is not found by it."""


@dataclass(frozen=True, slots=True)
class Yield:
    """What became of the questions of a rule; those beyond the limit were made, not kept and not dropped."""

    split: Split
    rule: str
    made: int
    kept: int
    dropped: dict[str, int]


class Yields:
    """Counts by side and rule."""

    def __init__(self, made: Iterable[tuple[Split, str]]) -> None:
        """`made` has the side and the rule of every question."""
        self._made = Counter(made)
        self._kept: Counter[tuple[Split, str]] = Counter()
        self._dropped: defaultdict[tuple[Split, str], Counter[str]] = defaultdict(Counter)

    def keep(self, split: Split, rule: str) -> None:
        """One became a triple."""
        self._kept[split, rule] += 1

    def drop(self, split: Split, rule: str, why: str) -> None:
        """One did not."""
        self._dropped[split, rule][why] += 1

    def rows(self) -> tuple[Yield, ...]:
        """By side, then by rule."""
        order = sorted(self._made, key=lambda row: (SPLITS.index(row[0]), row[1]))
        return tuple(Yield(*row, self._made[row], self._kept[row], dict(self._dropped[row])) for row in order)
