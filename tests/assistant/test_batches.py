from pathlib import Path

import numpy as np
import pytest

from assistant.batches import Batches, affordable_tokens, free_memory, is_out_of_memory, within_budget
from assistant.errors import KilavuzError


class Fake:
    """A model whose vector of a text is its length; memory ends above so many tokens."""

    def __init__(self, limit: int, error: BaseException | None = None) -> None:
        self.limit = limit
        self.error = error or MemoryError()
        self.sizes: list[int] = []
        self.released = 0

    def __call__(self, texts: list[str]) -> np.ndarray:
        size = len(texts) * max(map(len, texts))
        if size > self.limit:
            raise self.error
        self.sizes.append(size)
        return np.array([[len(text), 1] for text in texts], np.float32)

    def release(self) -> None:
        self.released += 1


TEXTS = ["a" * n for n in (3, 90, 7, 50, 1, 80, 20, 20, 0, 64)]
LENGTHS = [len(text) for text in TEXTS]
OUT_OF_MEMORY = [
    MemoryError(),
    RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried"),
    RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
]


def test_rows_come_in_the_texts_order_in_few_full_batches() -> None:
    model = Fake(10**9)
    rows = Batches(model, 200).encode(TEXTS, LENGTHS)
    assert rows.dtype == np.float32 and rows[:, 0].tolist() == LENGTHS
    assert model.sizes == [180, 192, 100]  # of 90 and 80, of 64, 50 and 20, of the others


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda e: str(e)[:20])
def test_smaller_batches_where_memory_ends(error: BaseException) -> None:
    model = Fake(100, error)
    batches = Batches(model, 10_000, model.release)
    assert batches.encode(TEXTS, LENGTHS)[:, 0].tolist() == LENGTHS
    assert max(model.sizes) <= 100 and batches.budget <= 200
    assert model.released > 0
    model.released = 0
    batches.encode(["b"] * 40, [1] * 40)
    assert model.released == 0  # the budget that was enough is remembered


def test_one_passage_too_large_for_memory_is_told() -> None:
    with pytest.raises(KilavuzError) as told:
        Batches(Fake(10), 10_000).encode(TEXTS, LENGTHS)
    assert "Bellek" in told.value.message.tr and "KILAVUZ_EMBEDDER" in told.value.message.tr
    assert "too little memory" in told.value.message.en
    assert isinstance(told.value.__cause__, MemoryError)


def test_other_errors_are_not_taken_for_memory() -> None:
    with pytest.raises(RuntimeError, match="shape"):
        Batches(Fake(10, RuntimeError("shape mismatch")), 10_000).encode(TEXTS, LENGTHS)


@pytest.mark.usefixtures("torch_installed")
def test_torch_says_so_in_these_words() -> None:
    import torch

    with pytest.raises(RuntimeError) as told:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(told.value)
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory."))


def test_a_batch_is_within_the_budget_or_a_single_passage() -> None:
    lengths = [100, 40, 40, 10, 10, 10, 50]
    found = [list(batch) for batch in within_budget(lengths, 80)]
    assert found == [[0], [1, 2], [3, 4, 5], [6]]
    assert list(within_budget([], 80)) == []


def test_tokens_that_the_free_memory_allows() -> None:
    assert affordable_tokens(None, 1000, 8192) == 8192
    assert affordable_tokens(1 << 40, 1000, 8192) == 8192
    assert affordable_tokens(4_000_000, 1000, 8192) == 1000  # a quarter of it
    assert affordable_tokens(0, 1000, 8192) == 1


def test_free_memory_is_the_machines_or_the_containers(tmp_path: Path) -> None:
    assert free_memory(tmp_path) is None
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal:  900 kB\nMemFree: 10 kB\nMemAvailable:  500 kB\n")
    assert free_memory(tmp_path) == 500 * 1024
    group = tmp_path / "sys/fs/cgroup"
    group.mkdir(parents=True)
    (group / "memory.max").write_text("max\n")
    (group / "memory.current").write_text("1000\n")
    assert free_memory(tmp_path) == 500 * 1024
    (group / "memory.max").write_text("3000\n")
    assert free_memory(tmp_path) == 2000
    (tmp_path / "proc/meminfo").write_text("bozuk")
    assert free_memory(tmp_path) is None
