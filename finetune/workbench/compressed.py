"""Vectors in fewer bytes: 8 bits or one bit a number, and how near a question's vector is to them.

float32   4 bytes a number
int8      1 byte: 127 levels of each vector's largest number
binary    1 bit: its sign; the question keeps its numbers, which costs nothing and finds more
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError

PRECISIONS = ("float32", "int8", "binary")
_LEVELS = 127
_TOGETHER = 4096  # rows unpacked at a time


@dataclass(frozen=True, slots=True)
class Compressed:
    """`codes` (vectors, bytes) and `scale` (vectors,), which makes them as long as they were."""

    precision: str
    dimension: int
    codes: NDArray[np.float32] | NDArray[np.int8] | NDArray[np.uint8]
    scale: NDArray[np.float32]

    @property
    def bytes_per_vector(self) -> int:
        """What a vector takes; the scale is not counted where ranking does without it."""
        extra = 4 if self.precision == "int8" else 0
        return int(self.codes.shape[1] * self.codes.itemsize) + extra

    def vectors(self) -> NDArray[np.float32]:
        """What is left of the vectors: (vectors, dimension)."""
        if self.precision == "binary":
            signs = np.unpackbits(self.codes.view(np.uint8), axis=1, count=self.dimension).astype(np.float32)
            return (2 * signs - 1) * self.scale[:, None]
        return self.codes.astype(np.float32) * self.scale[:, None]

    def scores(self, question: NDArray[np.float32]) -> NDArray[np.float32]:
        """About the cosine similarity of a question's vector with each: (vectors,)."""
        found = np.empty(len(self.codes), np.float32)
        for start in range(0, len(found), _TOGETHER):
            rows = slice(start, start + _TOGETHER)
            part = Compressed(self.precision, self.dimension, self.codes[rows], self.scale[rows])
            found[rows] = part.vectors() @ question
        return found


def compress(vectors: NDArray[np.float32], precision: str) -> Compressed:
    """Vectors of length 1 in that precision. Raises KilavuzError for an unknown one."""
    width = vectors.shape[1]
    if precision == "float32":
        return Compressed(precision, width, vectors, np.ones(len(vectors), np.float32))
    if precision == "int8":
        scale = np.maximum(np.abs(vectors).max(1), 1e-12) / _LEVELS
        return Compressed(precision, width, np.rint(vectors / scale[:, None]).astype(np.int8), scale)
    if precision == "binary":
        scale = np.full(len(vectors), width**-0.5, np.float32)
        return Compressed(precision, width, np.packbits(vectors > 0, axis=1), scale)
    raise KilavuzError(
        f"Böyle bir duyarlık yok: {precision}; olanlar: {', '.join(PRECISIONS)}.",
        f"There is no such precision: {precision}; there are: {', '.join(PRECISIONS)}.",
    )
