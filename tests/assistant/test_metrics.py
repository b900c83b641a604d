import math

import pytest

from assistant.metrics import coverage, interval, ndcg, recall, reciprocal_rank


def test_coverage_ignores_case_marks_and_white_space() -> None:
    assert coverage("… IŞIK  şiddeti-\nnin ÖLÇÜMÜ …", "Işık şiddetinin ölçümü") == 1.0
    assert coverage("Işık şiddetinin", "bambaşka bir cümle burada") == 0.0
    assert coverage("kısa", "kısa") == 1.0


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
