import numpy as np

from finetune.consistency import consistent
from finetune.pool import Scores


def scores(lexical, dense):
    return Scores(np.array([lexical], np.float32), np.array([dense], np.float32))


def test_either_side_is_enough() -> None:
    own = np.array([0])
    last, first = [1, 2, 3, 4, 5], [9, 2, 3, 4, 5]
    assert consistent(scores(first, last), own).tolist() == [True]
    assert consistent(scores(last, first), own).tolist() == [True]
    assert consistent(scores(last, last), own).tolist() == [False]


def test_the_third_place_is_good_and_the_fourth_is_not() -> None:
    assert consistent(scores([3, 5, 4, 1], [0] * 4), np.array([0])).all()
    assert not consistent(scores([3, 5, 4, 6], [0] * 4), np.array([0])).any()


def test_what_scores_nothing_is_not_found() -> None:
    assert not consistent(scores([0, 0], [0, 0]), np.array([0])).any()
