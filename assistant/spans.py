"""Ranges of ascending numbers: the chunk ids or rows that a limited search may find.

The chunks of one document have ids in a row (assistant/documents.py), so a document is one range, and so is
a folder whose documents were stored together, however many chunks it has.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Spans(NamedTuple):
    """Ranges from `starts` to before `ends`: ascending, not empty, without touching each other."""

    starts: NDArray[Any]
    ends: NDArray[Any]

    @property
    def size(self) -> int:
        """How many numbers the ranges hold."""
        return int((self.ends - self.starts).sum())

    def holds(self, numbers: NDArray[Any]) -> NDArray[np.bool_]:
        """For each number whether it is in one of the ranges."""
        if not len(self.starts):
            return np.zeros(len(numbers), np.bool_)
        place = np.searchsorted(self.starts, numbers, "right") - 1
        inside: NDArray[np.bool_] = (place >= 0) & (numbers < self.ends[place])
        return inside

    def numbers(self) -> NDArray[np.int64]:
        """All numbers, ascending."""
        return _counted(self.starts, self.ends - self.starts)

    def rows(self, values: NDArray[Any]) -> "Spans":
        """The places in `values`, which ascend, of what is in the ranges."""
        starts, ends = (np.searchsorted(values, bound) for bound in self)
        kept = starts < ends
        return merged(zip(starts[kept].tolist(), ends[kept].tolist(), strict=True))

    def taken(self, values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The places in `values` (ascending) of what is in the ranges, and its rank among `numbers()`."""
        firsts, lasts = (np.searchsorted(values, bound) for bound in self)
        lengths = self.ends - self.starts
        before = np.cumsum(lengths) - lengths
        places = _counted(firsts, lasts - firsts)
        return places, values[places] - np.repeat(self.starts - before, lasts - firsts)


def merged(pairs: Iterable[tuple[int, int]]) -> Spans:
    """Ranges in any order, that may touch or overlap, as `Spans`; empty ones are dropped."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(pair for pair in pairs if pair[0] < pair[1]):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Spans(np.array(starts, np.int64), np.array(ends, np.int64))


def _counted(starts: NDArray[Any], lengths: NDArray[Any]) -> NDArray[np.int64]:
    """From each start on so many numbers, one after the other."""
    before = np.cumsum(lengths) - lengths
    counted: NDArray[np.int64] = np.arange(int(lengths.sum()), dtype=np.int64)
    counted += np.repeat(starts - before, lengths)
    return counted
