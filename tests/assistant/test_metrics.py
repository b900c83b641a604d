import math

import pytest

from assistant.metrics import (
    clustered_interval,
    coverage,
    interval,
    mean_squared_error,
    ndcg,
    pearson,
    recall,
    reciprocal_rank,
    spearman,
    word_recall,
)


def test_coverage_ignores_case_marks_and_white_space() -> None:
    assert coverage("… IŞIK  şiddeti-\nnin ÖLÇÜMÜ …", "Işık şiddetinin ölçümü") == 1.0
    assert coverage("Işık şiddetinin", "bambaşka bir cümle burada") == 0.0
    assert coverage("kısa", "kısa") == 1.0
    assert coverage("bir I\u0307Kİ üç", "iki") == 1.0
    assert coverage("bir üç", "iki") == 0.0


def test_word_recall_compares_folded_beginnings() -> None:
    assert word_recall("POMPANIN YAGI degisti", "Pompası, yağı değişir mi") == 1.0
    assert word_recall("ısıtıcılar", "ISITICI, vana, is") == 0.5  # "is" is too short to count
    assert word_recall("", "vana") == word_recall("vana", "") == word_recall("o", "o") == 0.0


def test_metrics_by_hand() -> None:
    found = [set(), {0}, {0}, {1}]
    assert recall(found, 2, 3) == 0.5
    assert recall(found, 2, 4) == 1.0
    assert reciprocal_rank(found) == 0.5
    assert reciprocal_rank(found, 1) == 0.0
    ideal = 1 + 1 / math.log2(3)
    assert ndcg(found, 2) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert ndcg([{0, 1}], 2) == 1.0
    assert ndcg([], 1) == 0.0


def test_the_interval_holds_the_mean_and_narrows() -> None:
    few, many = [0.0, 1.0] * 10, [0.0, 1.0] * 1000
    low, high = interval(few)
    assert low < 0.5 < high
    assert interval(many)[1] - interval(many)[0] < high - low
    assert interval(few) == interval(few)
    assert interval([0.25]) == (0.25, 0.25)


def test_equal_differences_have_an_interval_without_width_since_they_are_drawn_in_pairs() -> None:
    ours, theirs = [0.1 * n + 0.05 for n in range(10)], [0.1 * n for n in range(10)]
    gained = [a - b for a, b in zip(ours, theirs, strict=True)]
    assert interval(gained) == pytest.approx((0.05, 0.05))
    assert interval(ours)[0] - interval(theirs)[0] == pytest.approx(0.05)


def test_values_that_belong_together_are_drawn_together() -> None:
    values, alone = [0.0] * 50 + [1.0] * 50, [str(n) for n in range(100)]
    few = ["a"] * 50 + ["b"] * 50
    assert clustered_interval(values, few) == (0.0, 1.0)  # two documents say next to nothing
    low, high = clustered_interval(values, alone)
    assert (low, high) == pytest.approx(interval(values, 10_000), abs=0.02)
    assert clustered_interval(values, alone) == (low, high)
    assert clustered_interval([0.5, 0.5, 0.5], ["a", "a", "b"]) == (0.5, 0.5)
    # a document of many questions weighs more: of (a, a), (a, b), (b, a), (b, b) the middle ones give .75
    uneven = [1.0, 1.0, 1.0, 0.0], ["a", "a", "a", "b"]
    assert set(clustered_interval(*uneven, rounds=400)) <= {0.0, 0.75, 1.0}


def test_correlations_and_errors_by_hand() -> None:
    assert pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1.0)
    assert pearson([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)
    assert pearson([1, 1, 1], [1, 2, 3]) == 0.0
    assert spearman([1, 2, 30], [0.1, 0.2, 0.3]) == pytest.approx(1.0)
    assert spearman([1, 1, 2], [1, 1, 5]) == pytest.approx(1.0)
    assert mean_squared_error([1.0, 0.0], [0.5, 0.5]) == 0.25
