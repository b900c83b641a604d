"""Small chunks are matched, their surroundings returned: a chunk with its neighbours in the document.

A chunk of 700 characters is matched precisely but often lacks the sentence before or after. Chunks of one
document are stored in one go: they have ids in a row, and positions that count from 0. So neighbours are
found without looking at texts.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

CHARACTERS = 2000
"""Length of a chunk with its surroundings, at most. On the dev questions 1,400 give .04 nDCG@10 less."""

REACH = 5
"""Neighbours that are looked at on either side."""

NEIGHBOUR = 0.2
"""Share of its best neighbour's score that a chunk is given: an answer often spans two chunks."""

_BETWEEN = "\n\n"


class Outline(NamedTuple):
    """Where chunks stand: ids, ascending; position in the document; length in characters. One row a chunk."""

    ids: NDArray[Any] = np.zeros(0, np.int64)
    positions: NDArray[Any] = np.zeros(0, np.int32)
    characters: NDArray[Any] = np.zeros(0, np.int32)

    def take(self, rows: NDArray[Any]) -> "Outline":
        """The outline of these chunks alone."""
        return Outline(self.ids[rows], self.positions[rows], self.characters[rows])


def surroundings(row: int, outline: Outline) -> range:
    """The rows of the chunk and its neighbours as far as they fit, those behind first."""
    start = max(0, row - REACH)
    ids, positions, characters = (part[start : row + REACH + 1].tolist() for part in outline)
    first = last = here = row - start
    size = characters[here]
    grows = {1, -1}
    while grows:
        for step in (1, -1):
            beside = last + 1 if step == 1 else first - 1
            if step not in grows:
                continue
            far = beside - here
            if (
                not 0 <= beside < len(ids)
                or size + len(_BETWEEN) + characters[beside] > CHARACTERS
                or (ids[beside] - ids[here], positions[beside] - positions[here]) != (far, far)
            ):
                grows.discard(step)
                continue
            size += len(_BETWEEN) + characters[beside]
            first, last = (first, beside) if step == 1 else (beside, last)
    return range(start + first, start + last + 1)


def passages(
    scores: Mapping[int, float], reach: Mapping[int, range], limit: int
) -> list[tuple[int, float, range]]:
    """The best chunks as (row, score, rows of its passage): best first, ties by row, at most `limit`.

    `reach` has the surroundings of each. A chunk that stands in the passage of a better one is not returned
    again, and no chunk is in two passages.
    """
    best_beside = {
        row: max((scores.get(other, 0.0) for other in around if other != row), default=0.0)
        for row, around in reach.items()
    }
    lifted = {row: (scores[row] + NEIGHBOUR * best_beside[row]) / (1 + NEIGHBOUR) for row in reach}
    found: list[tuple[int, float, range]] = []
    taken: set[int] = set()
    for row in sorted(lifted, key=lambda row: (-lifted[row], row)):
        if row in taken:
            continue
        first = last = row
        while first - 1 in reach[row] and first - 1 not in taken:
            first -= 1
        while last + 1 in reach[row] and last + 1 not in taken:
            last += 1
        taken.update(range(first, last + 1))
        found.append((row, lifted[row], range(first, last + 1)))
        if len(found) == limit:
            break
    return found


def joined(texts: Sequence[str]) -> str:
    """The texts as paragraphs; rows of one table stay together."""
    whole = texts[0]
    for text in texts[1:]:
        in_table = whole.endswith("|") and text.startswith("|")
        whole += ("\n" if in_table else _BETWEEN) + text
    return whole
