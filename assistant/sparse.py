"""Sparse matrices of counts, in arrays that can be memory-mapped and in few bytes.

It knows nothing of words or scores. scipy multiplies; the copies that its sums, stacks and wider index types
would make are avoided here, since at a million chunks each of them is half a gigabyte.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_PART = 1 << 22  # entries summed at a time
_MOST = np.iinfo(np.uint16).max  # of one count; BM25 cannot tell more apart


class Sparse(NamedTuple):
    """A sparse matrix by rows (or by columns, for postings), as scipy's csr_array holds it."""

    indptr: NDArray[Any]
    indices: NDArray[Any]
    data: NDArray[Any]

    def row(self, i: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Where row `i` is not 0, and what it is there."""
        part = slice(self.indptr[i], self.indptr[i + 1])
        return self.indices[part], self.data[part]


EMPTY = Sparse(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint16))
"""A matrix without rows."""


def tally(ends: NDArray[np.int64], columns: NDArray[np.int32], width: int) -> Sparse:
    """How often each column is named in each row; row i is `columns[ends[i]:ends[i + 1]]`."""
    from scipy.sparse import csr_array

    ones = np.ones(len(columns), np.int32)
    counts = csr_array((ones, columns, ends.astype(np.int32)), shape=(len(ends) - 1, width))
    counts.sum_duplicates()
    data = np.minimum(counts.data, _MOST).astype(np.uint16)
    return Sparse(counts.indptr.astype(np.int64), counts.indices.astype(np.int32), data)


def stack(parts: Sequence[Sparse]) -> Sparse:
    """The rows of all parts, one part below the other."""
    sizes = np.concatenate([np.diff(part.indptr) for part in parts])
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    indices, data = (np.concatenate([part[i] for part in parts]) for i in (1, 2))
    return Sparse(indptr, indices, data)


def take(matrix: Sparse, rows: NDArray[Any], width: int) -> Sparse:
    """These rows of the matrix in this order; the matrix itself if they are all of it as it is."""
    if np.array_equal(rows, np.arange(len(matrix.indptr) - 1)):
        return matrix
    taken = as_csr(matrix, (len(matrix.indptr) - 1, width))[rows]
    return Sparse(taken.indptr.astype(np.int64), taken.indices.astype(np.int32), taken.data)


def as_csr(matrix: Sparse, shape: tuple[int, int]) -> "csr_array[Any]":
    """As scipy's matrix, with empty rows added below where `shape` has more."""
    from scipy.sparse import csr_array

    more = np.full(shape[0] + 1 - len(matrix.indptr), matrix.indptr[-1])
    indptr = np.concatenate([matrix.indptr, more])
    if indptr[-1] <= np.iinfo(np.int32).max:  # else scipy copies the indices to have one type
        indptr = indptr.astype(np.int32)
    return csr_array((matrix.data, matrix.indices, indptr), shape=shape)


def column_sums(matrix: Sparse, width: int) -> NDArray[np.int64]:
    """The sum of each column."""
    sums = np.zeros(width)
    for first in range(0, len(matrix.indices), _PART):
        part = slice(first, first + _PART)
        sums += np.bincount(matrix.indices[part], matrix.data[part], width)
    return sums.astype(np.int64)
