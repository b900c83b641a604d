import pytest

from assistant.evaluation import by_kind, changes, differences, scored, summary
from assistant.judge import Passage, Question, Result
from assistant.metrics import interval

QUESTIONS = [
    Question("a?", "a.md", kind="fact", id="a"),
    Question("b?", "b.md", kind="howto", id="b"),
    Question("c?", "", kind="fact", id=3),
]
FOUND = Passage("a.md", "x")


def test_a_question_without_a_result_found_nothing_and_said_nothing() -> None:
    a, b, c = scored(QUESTIONS, {"a": Result((FOUND,), "x", seconds=1.0)})
    assert (a["recall@1"], a["seconds"]) == (1.0, 1.0)
    assert (b["recall@10"], b["answered"]) == (0.0, 0.0)
    assert c == {"abstain_right": 0.0}
    assert "seconds" not in b
    a, b, c = scored(QUESTIONS, {"a": Result((FOUND,))})
    assert "answered" not in a.keys() | b.keys()
    assert c == {}


def test_the_summary_has_means_with_intervals_and_medians_without() -> None:
    scores = [
        {"mrr@10": value, "seconds": seconds} for value, seconds in ((0.0, 9.0), (1.0, 1.0), (1.0, 2.0))
    ]
    figures = summary([*scores, {"answer_chars": 7.0}])
    assert figures["mrr@10"].value == pytest.approx(2 / 3)
    assert figures["mrr@10"].interval == interval([0.0, 1.0, 1.0])
    assert figures["mrr@10"].count == 3
    assert (figures["seconds"].value, figures["seconds"].interval) == (2.0, None)
    assert figures["seconds_p95"].value == pytest.approx(8.3)
    assert (figures["answer_chars"].value, figures["answer_chars"].count) == (7.0, 1)
    assert summary([{}]) == {}


def test_kinds_come_by_their_number_and_nameless_ones_not_at_all() -> None:
    scores = [{"mrr@10": float(n)} for n in range(4)]
    kinds = by_kind([*QUESTIONS[1:], QUESTIONS[0], Question("d?", "")], scores)
    assert list(kinds.items()) == [("fact", [scores[1], scores[2]]), ("howto", [scores[0]])]


def test_differences_are_paired_over_what_both_have() -> None:
    ours = [{"mrr@10": 0.6, "seconds": 1.0}] * 30 + [
        {"mrr@10": 1.0},
        {"page_right": 1.0, "answered": 0.1 + 0.2},
    ]
    theirs = [{"mrr@10": 0.5, "seconds": 2.0}] * 30 + [
        {"page_right": 1.0},
        {"page_right": 1.0, "answered": 0.3},
    ]
    found = differences(ours, theirs)
    assert found.keys() == {"mrr@10", "page_right", "answered"}
    one = found["mrr@10"]
    assert (one.better, one.worse, one.count, one.certain) == (30, 0, 30, True)
    assert (one.ours, one.theirs, one.value) == pytest.approx((0.6, 0.5, 0.1))
    assert one.interval == pytest.approx((0.1, 0.1))
    for name in ("page_right", "answered"):  # 0.1 + 0.2 is 0.3
        assert (found[name].better, found[name].worse, found[name].certain) == (0, 0, False)


def test_an_interval_around_zero_is_not_certain_and_one_below_it_is() -> None:
    mixed = differences([{"mrr@10": float(n % 2)} for n in range(20)], [{"mrr@10": 0.5}] * 20)["mrr@10"]
    assert (mixed.better, mixed.worse, mixed.certain) == (10, 10, False)
    worse = differences([{"mrr@10": 0.0}] * 20, [{"mrr@10": 0.5 + n / 100} for n in range(20)])["mrr@10"]
    assert worse.certain and worse.interval[1] < 0


def test_the_questions_that_changed_by_the_mean_of_their_metrics() -> None:
    ours = [{"mrr@10": 0.0, "answered": 1.0, "seconds": 9.0}, {"mrr@10": 1.0}, {"abstain_right": 1.0}]
    theirs = [{"mrr@10": 1.0, "answered": 1.0, "seconds": 1.0}, {"mrr@10": 0.5}, {"abstain_right": 1.0}]
    assert changes(QUESTIONS, ours, theirs) == [(QUESTIONS[1], 0.5), (QUESTIONS[0], -0.5)]
    assert changes(QUESTIONS, ours, [{}] * 3) == []
