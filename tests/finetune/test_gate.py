from dataclasses import replace

import pytest

from assistant.errors import KilavuzError
from finetune.compare import Figures
from finetune.gate import LEAST_DOCUMENTS, LEAST_QUESTIONS, decide, difference

COUNT = 120
CLUSTERS = tuple(f"{n % 20}.md" for n in range(COUNT))


def figures(dense: list[float], hybrid: list[float], name: str = "m") -> Figures:
    return Figures(
        name,
        name,
        tuple(f"soru {n}" for n in range(len(dense))),
        CLUSTERS[: len(dense)],
        {"dense": {"ndcg@10": tuple(dense)}, "hybrid": {"ndcg@10": tuple(hybrid)}},
        {},
        10,
    )


def varied(mean: float, spread: float = 0.1) -> list[float]:
    """Scores whose mean is exactly that."""
    return [mean + spread * (-1) ** (n // 20) for n in range(COUNT)]


IN_USE = figures(varied(0.5), varied(0.7), "old")
BETTER = figures([one + 0.05 for one in varied(0.5, 0.2)], varied(0.7), "new")


def refused(candidate: Figures, in_use: Figures = IN_USE, general: float = 0.6) -> list[str]:
    flat = [0.6] * COUNT
    verdict = decide(candidate, in_use, figures([general] * COUNT, flat), figures(flat, flat))
    assert verdict.promoted is not bool(verdict.refusals)
    return [one.tr for one in verdict.refusals]


def test_what_is_better_beyond_chance_and_harms_nothing_is_promoted() -> None:
    assert refused(BETTER) == []
    verdict = decide(BETTER, IN_USE, IN_USE, IN_USE)
    assert verdict.promoted and (verdict.candidate, verdict.against) == ("new", "old")
    dense, hybrid, general = verdict.checks
    assert dense.difference.value == pytest.approx(0.05) and dense.difference.interval[0] > 0
    assert hybrid.difference.interval == (0.0, 0.0) and general.difference.value == 0
    assert (dense.difference.better, dense.difference.worse) == (60, 60)


def test_the_same_and_the_worse_are_refused() -> None:
    [said] = refused(IN_USE)
    assert "kesin olarak daha iyi değil" in said
    assert refused(figures(varied(0.45), varied(0.7)))


def test_a_gain_that_may_be_chance_is_refused() -> None:
    """A quarter of the documents gain much and the others lose: better on average, but not beyond chance."""
    lucky = [0.5 + (0.5 if int(name[:-3]) < 5 else -0.15) for name in CLUSTERS]
    assert sum(lucky) / COUNT > 0.51
    assert refused(figures(lucky, varied(0.7)), figures([0.5] * COUNT, varied(0.7)))


def test_questions_of_one_document_are_not_that_many_witnesses() -> None:
    one_document = replace(IN_USE, clusters=("a.md",) * COUNT), replace(BETTER, clusters=("a.md",) * COUNT)
    assert any("az" in said for said in refused(one_document[1], one_document[0]))


def test_a_hybrid_that_falls_is_refused_but_not_one_within_the_margin() -> None:
    assert len(refused(replace(BETTER, scores=BETTER.scores | {"hybrid": {"ndcg@10": (0.5,) * COUNT}}))) == 1
    little = tuple(one - 0.005 for one in varied(0.7))
    assert refused(replace(BETTER, scores=BETTER.scores | {"hybrid": {"ndcg@10": little}})) == []


@pytest.mark.parametrize(("general", "passes"), [(0.6, True), (0.591, True), (0.589, False), (0.9, True)])
def test_a_point_may_be_lost_on_the_general_set(general: float, passes: bool) -> None:
    assert (refused(BETTER, general=general) == []) is passes


def test_no_decision_without_enough_questions_or_the_general_set() -> None:
    few = [0.5] * (LEAST_QUESTIONS - 1)
    verdict = decide(figures([1.0] * len(few), few), figures(few, few), IN_USE, IN_USE)
    assert not verdict.promoted and f"en az {LEAST_DOCUMENTS}" in verdict.refusals[0].tr
    assert not decide(figures([], []), figures([], []), IN_USE, IN_USE).promoted
    assert decide(BETTER, IN_USE, None, None).refusals[0].tr.startswith("Genel küme")
    assert not decide(BETTER, IN_USE, figures([], []), figures([], [])).promoted


def test_other_questions_cannot_be_compared() -> None:
    with pytest.raises(KilavuzError, match="aynı sorularla"):
        difference(BETTER, replace(IN_USE, questions=("başka",) * COUNT), "dense")
