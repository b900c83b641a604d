"""Passages to a transformer in batches that fit: sorted by length, bounded in tokens, halved if need be.

A batch costs what its longest passage costs times its number, for all are padded to the longest. What makes a
vector out of a text is not known here.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError

Text = TypeVar("Text")
"""A text, or its tokens."""
_SHARE = 0.25  # of the free memory: other programs need some, and an estimate may be wrong


class Batches(Generic[Text]):
    """Runs `encode` over passages; remembers the number of tokens (`budget`) that memory was enough for."""

    def __init__(
        self,
        encode: Callable[[list[Text]], NDArray[np.float32]],
        budget: int,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        """`encode` gives a row a text; `budget` is in tokens with padding; `release` frees cached memory."""
        self._encode = encode
        self._release = release
        self.budget = budget

    def encode(self, texts: Sequence[Text], lengths: Sequence[int]) -> NDArray[np.float32]:
        """A row for each text, in their order; `lengths` are in tokens, and `texts` not empty.

        Where memory ends, the budget is halved and the work goes on with smaller batches. Raises KilavuzError
        if it is not even enough for one passage.
        """
        order = sorted(range(len(texts)), key=lambda i: -lengths[i])  # the longest first: they fail early
        sizes = [lengths[i] for i in order]
        rows: list[NDArray[np.float32]] = []
        while len(rows) < len(order):
            done = len(rows)
            batch = next(within_budget(sizes[done:], self.budget))
            try:
                rows += list(self._encode([texts[order[done + i]] for i in batch]))
                continue
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                if len(batch) == 1:
                    raise _too_little_memory() from error
                self.budget = max(1, min(self.budget, len(batch) * sizes[done]) // 2)
            self._release()  # not while the error, and with it what its frames hold, is alive
        table = np.empty((len(order), len(rows[0])), np.float32)
        table[order] = rows
        return table


def within_budget(lengths: Sequence[int], budget: int) -> Iterator[range]:
    """Consecutive positions whose number times their longest is at most `budget`; at least one each time."""
    start = 0
    while start < len(lengths):
        end, longest = start + 1, lengths[start]
        while end < len(lengths) and (end + 1 - start) * max(longest, lengths[end]) <= budget:
            longest = max(longest, lengths[end])
            end += 1
        yield range(start, end)
        start = end


def is_out_of_memory(error: BaseException) -> bool:
    """True for MemoryError and for what torch says on a GPU (a RuntimeError too) and on a CPU."""
    told = str(error)
    return isinstance(error, MemoryError) or any(
        sign in told
        for sign in ("out of memory", "DefaultCPUAllocator: can't allocate memory", "not enough memory")
    )


def affordable_tokens(free: int | None, bytes_per_token: int, most: int) -> int:
    """How many tokens a batch may have with so many bytes free (None: unknown), at most `most`."""
    return most if free is None else max(1, min(most, int(free * _SHARE) // bytes_per_token))


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes that a program may still take: of the machine, or of the container if that has less (cgroup v2).

    None where the system does not tell (no Linux). `root` is where /proc and /sys stand.
    """
    free = None
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
        group = root / "sys/fs/cgroup"
        left = int((group / "memory.max").read_text()) - int((group / "memory.current").read_text())
        return max(0, min(free, left))
    except (OSError, ValueError, StopIteration):  # no such file, or memory.max is "max"
        return free


def _too_little_memory() -> KilavuzError:
    return KilavuzError(
        "Bellek, gömme modelinin tek bir parçayı işlemesine bile yetmiyor; başka programları kapatın ya da "
        "KILAVUZ_EMBEDDER ayarında daha küçük bir model seçin.",
        "There is too little memory for the embedding model to process even one passage; close other "
        "programs or choose a smaller model in KILAVUZ_EMBEDDER.",
    )
