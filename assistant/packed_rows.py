"""Tables of token vectors in 4 bits a number: two numbers in a byte, one scale a row.

A text's vector is made of many rows, so what is lost in each row mostly cancels out. What the rows mean is
not known here.
"""

import numpy as np
from numpy.typing import NDArray

_MOST = 7
"""Numbers are -7 to 7."""
_CLIPPED = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
"""Scales tried for each row, as shares of the one that clips nothing: few large numbers may be cut."""
_AT_ONCE = 4096


def pack(table: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """(rows, width / 2) bytes and (rows,) scales that come nearest to `table` (rows, even width)."""
    packed = np.empty((len(table), table.shape[1] // 2), np.uint8)
    scales = np.empty(len(table), np.float16)
    for start in range(0, len(table), _AT_ONCE):
        rows = table[start : start + _AT_ONCE]
        largest = np.maximum(np.abs(rows).max(1), 1e-6)
        tried = [(largest * (share / _MOST)).astype(np.float16) for share in _CLIPPED]
        numbers = [_rounded(rows, scale) for scale in tried]
        lost = [
            ((rows - some * scale.astype(np.float32)[:, None]) ** 2).sum(1)
            for some, scale in zip(numbers, tried, strict=True)
        ]
        best = np.argmin(lost, axis=0)
        chosen = (np.stack(numbers)[best, np.arange(len(rows))] + 8).astype(np.uint8)
        packed[start : start + _AT_ONCE] = chosen[:, 0::2] | chosen[:, 1::2] << 4
        scales[start : start + _AT_ONCE] = np.stack(tried)[best, np.arange(len(rows))]
    return packed, scales


def unpack(packed: NDArray[np.uint8]) -> NDArray[np.int8]:
    """(rows, width) numbers, to be multiplied by the rows' scales."""
    numbers = np.empty((len(packed), 2 * packed.shape[1]), np.int8)
    numbers[:, 0::2] = packed & 15
    numbers[:, 1::2] = packed >> 4
    numbers -= 8
    return numbers


def _rounded(rows: NDArray[np.float32], scale: NDArray[np.float16]) -> NDArray[np.float32]:
    numbers: NDArray[np.float32] = np.rint(rows / scale.astype(np.float32)[:, None])
    return np.clip(numbers, -_MOST, _MOST)
