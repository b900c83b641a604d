import numpy as np

from assistant.packed_rows import pack, unpack


def restored(table: np.ndarray) -> np.ndarray:
    packed, scale = pack(table)
    assert packed.shape == (len(table), table.shape[1] // 2) and packed.dtype == np.uint8
    assert scale.dtype == np.float16
    return unpack(packed) * scale.astype(np.float32)[:, None]


def test_rows_of_whole_steps_come_back_as_they_were() -> None:
    table = np.array([[7, -7, 3, 0], [0, 0, 0, 0], [-1, 0.5, 0, 0.25]], np.float32)
    found = restored(table)
    np.testing.assert_allclose(found[:2], table[:2], atol=1e-2)
    assert np.abs(found[2] - table[2]).max() <= 0.5 / 7


def test_what_is_lost_is_little_and_large_numbers_may_be_cut() -> None:
    draw = np.random.default_rng(0)
    table = draw.normal(size=(5000, 64)).astype(np.float32)
    found = restored(table)
    cosines = (found * table).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(table, axis=1)
    assert cosines.mean() > 0.99
    unclipped = (
        np.rint(table / (np.abs(table).max(1, keepdims=True) / 7)) * np.abs(table).max(1, keepdims=True) / 7
    )
    assert ((found - table) ** 2).sum() < 0.9 * ((unclipped - table) ** 2).sum()
