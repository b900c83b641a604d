"""Which texts of a pool say what a given one says: itself, its copies, or what quotes it."""

from collections.abc import Sequence

import numpy as np

ALIKE = 0.9
"""Share of all words of two texts that both have, from which on one is a copy of the other."""
_TOGETHER = 512  # texts compared with the pool at a time
_QUOTE = 20  # characters from which on a text is looked for inside others


def copies_of(texts: Sequence[str], pool: Sequence[str]) -> list[list[int]]:
    """For each text the places in the pool of itself and its copies; without any, of what contains it."""
    from scipy.sparse import csr_array

    columns: dict[str, int] = {}
    bags = [{columns.setdefault(word, len(columns)) for word in text.split()} for text in (*texts, *pool)]
    ends = np.cumsum([0, *map(len, bags)])
    flat = np.fromiter((column for bag in bags for column in sorted(bag)), np.int64, int(ends[-1]))
    ones = np.ones(len(flat), np.float32)
    rows = csr_array((ones, flat, ends), shape=(len(bags), max(1, len(columns))))
    sizes = np.diff(ends)
    there, found = rows[len(texts) :].T, []
    for start in range(0, len(texts), _TOGETHER):
        end = min(start + _TOGETHER, len(texts))
        both = (rows[start:end] @ there).toarray()
        either = sizes[start:end, None] + sizes[None, len(texts) :] - both
        found += [np.flatnonzero(row).tolist() for row in (both >= ALIKE * either) & (both > 0)]
    return [same or _containing(text, pool) for text, same in zip(texts, found, strict=True)]


def _containing(text: str, pool: Sequence[str]) -> list[int]:
    wanted = " ".join(text.split())
    if len(wanted) < _QUOTE:
        return []
    return [place for place, other in enumerate(pool) if wanted in " ".join(other.split())]
