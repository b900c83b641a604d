from itertools import pairwise

import numpy as np

from finetune.negatives import Miner
from tests.finetune.rules.chunks import chunk

TEXTS = [
    "pompa yağı her altı ayda bir değiştirilir",
    "vana contası her yıl gözden geçirilip yenilenir",
    "motor sargısı ısındığında koruma rölesi açılır",
    "kazan suyu sertliği haftada bir kez ölçülür",
    "kompresör filtresi tozlu ortamda ayda bir temizlenir",
]


def miner(chunks=None, reuse=9, scorer=None):
    return Miner(
        chunks or [chunk(text, f"H{n}", source=f"{n}.md") for n, text in enumerate(TEXTS)], reuse, scorer
    )


def mined(one, lexical, dense=None, count=3, own=0, allowed=None):
    size = len(lexical)
    dense = np.array(dense if dense is not None else lexical, np.float32)
    allowed = np.ones(size, np.bool_) if allowed is None else np.array(allowed)
    return one.negatives("soru", own, np.array(lexical, np.float32), dense, allowed, count)


class Fixed:
    """A cross-encoder that gives scores by the passage's heading line."""

    name, batch_tokens = "fixed", 1000

    def __init__(self, scores):
        self.scores = scores

    def lengths(self, question, passages):
        return [1] * len(passages)

    def score(self, question, passages):
        return np.array([next(s for text, s in self.scores.items() if text in p) for p in passages])


def test_the_hardest_come_first_and_both_sides_count() -> None:
    assert mined(miner(), [10, 1, 5, 0, 0], [1.0, 0.9, 0.1, 0.2, 0]) == (
        1,
        2,
        3,
    )  # .5, .3, .1 of the answer's


def test_what_is_as_good_as_the_answer_is_none() -> None:
    assert mined(miner(), [10, 9.6, 9.4, 12, 1]) == (2, 4)


def test_nothing_is_made_up_where_nothing_is_found() -> None:
    assert mined(miner(), [10, 0, 0, 0, 0]) == ()
    assert mined(miner(), [10, 5, 0, 0, 0], [0, 0, 0, 0, 0]) == (1,)  # the dense side has no say


def test_the_same_section_its_neighbours_and_copies_are_left_out() -> None:
    chunks = [
        chunk(TEXTS[0], "H", source="a.md", position=4),
        chunk(TEXTS[1], "H", source="a.md", position=9),  # same section
        chunk(TEXTS[2], "G", source="a.md", position=5),  # next to it
        chunk(TEXTS[0] + " mutlaka", "K", source="b.md"),  # nearly a copy
        chunk(TEXTS[4], "F", source="a.md", position=8),
    ]
    assert mined(miner(chunks), [10, 5, 5, 5, 5]) == (4,)


def test_copies_of_each_other_count_once() -> None:
    chunks = [chunk(text, source=f"{n}") for n, text in enumerate([TEXTS[0], TEXTS[1], TEXTS[1], TEXTS[2]])]
    assert mined(miner(chunks), [10, 5, 5, 4]) == (1, 3)


def test_held_out_passages_are_not_shown() -> None:
    assert mined(miner(), [10, 5, 4, 3, 2], allowed=[True, False, True, False, True]) == (2, 4)


def test_a_passage_serves_only_so_often() -> None:
    one = miner(reuse=2)
    assert [mined(one, [10, 5, 4, 3, 2], count=1) for _ in range(5)] == [(1,), (1,), (2,), (2,), (3,)]


def test_a_cross_encoder_judges_anew() -> None:
    scores = {TEXTS[0]: 0.8, TEXTS[1]: 0.79, TEXTS[2]: 0.1, TEXTS[3]: 0.5, TEXTS[4]: 0.3}
    assert mined(miner(scorer=Fixed(scores)), [10, 6, 5, 4, 3]) == (3, 4, 2)


def test_ties_are_broken_by_place() -> None:
    found = mined(miner(), [10, 5, 5, 5, 5], count=4)
    assert all(a < b for a, b in pairwise(found))
