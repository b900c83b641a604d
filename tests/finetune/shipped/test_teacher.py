from pathlib import Path

import numpy as np
import pytest

from finetune.shipped import teacher
from finetune.shipped.teacher import embed_texts


class FakeTeacher:
    """The vector of a text is (its length, 1); remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str], **_: object) -> object:
        import torch

        self.asked += texts
        return torch.tensor([[len(text), 1] for text in texts], dtype=torch.bfloat16)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeTeacher:
    fake = FakeTeacher()
    monkeypatch.setattr(teacher, "load_teacher", lambda _: fake)
    monkeypatch.setattr(teacher, "PART", 2)
    return fake


@pytest.mark.usefixtures("torch_installed")
def test_a_cut_run_goes_on(fake: FakeTeacher, tmp_path: Path) -> None:
    texts = ["a", "bb", "ccc", "dddd", "eeeee"]
    parts = embed_texts(texts, "m", tmp_path)
    expected = [[1, 1], [2, 1], [3, 1], [4, 1], [5, 1]]
    np.testing.assert_array_equal(np.concatenate(parts), expected)
    assert parts[0].dtype == np.float16 and isinstance(parts[0], np.memmap)
    sorted(tmp_path.glob("part-0001-*.npy"))[0].unlink()
    (tmp_path / "unfinished.npy").write_bytes(b"cut here")
    fake.asked.clear()
    np.testing.assert_array_equal(np.concatenate(embed_texts(texts, "m", tmp_path)), expected)
    assert fake.asked == ["ccc", "dddd"]


@pytest.mark.usefixtures("torch_installed")
def test_parts_of_other_texts_or_of_another_teacher_are_not_taken(fake: FakeTeacher, tmp_path: Path) -> None:
    embed_texts(["a", "bb"], "m", tmp_path)
    embed_texts(["a", "b"], "m", tmp_path)
    embed_texts(["a", "bb"], "n", tmp_path)
    assert fake.asked == ["a", "bb", "a", "b", "a", "bb"]


@pytest.mark.usefixtures("torch_installed")
def test_time_limit_leaves_the_rest(fake: FakeTeacher, tmp_path: Path) -> None:
    embed_texts(["a", "b", "c"], "m", tmp_path)
    assert embed_texts(["x"], "m", tmp_path, minutes=-1) == []
    assert len(embed_texts(["a", "b", "c"], "m", tmp_path, minutes=-1)) == 2  # all there already
