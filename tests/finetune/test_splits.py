from collections import Counter

import pytest

from assistant.errors import KilavuzError
from finetune.splits import split_of
from tests.finetune.rules.chunks import decomposed


def test_shares_are_those_asked_for() -> None:
    counts = Counter(split_of(f"belge-{n}.md", 0.8) for n in range(4000))
    assert abs(counts["train"] - 3200) < 120
    assert abs(counts["dev"] - 400) < 70 and abs(counts["test"] - 400) < 70


def test_a_document_keeps_its_side() -> None:
    assert [split_of(f"b{n}") for n in range(12)] == [split_of(f"b{n}") for n in range(12)]
    assert split_of("Isı ölçümü.md") == split_of(decomposed("Isı ölçümü.md"))


def test_more_training_takes_from_the_others_only() -> None:
    """What trains with a smaller share trains with a larger one."""
    small = {n for n in range(500) if split_of(str(n), 0.6) == "train"}
    assert small < {n for n in range(500) if split_of(str(n), 0.9) == "train"}


def test_another_seed_splits_otherwise() -> None:
    assert [split_of(str(n), seed=1) for n in range(50)] != [split_of(str(n)) for n in range(50)]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 80, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(KilavuzError, match=r"0 ile 1 arasında"):
        split_of("a.md", share)
