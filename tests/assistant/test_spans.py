import random

import numpy as np

from assistant.spans import merged


def test_ranges_are_merged_and_empty_ones_dropped() -> None:
    spans = merged([(7, 9), (1, 3), (3, 5), (4, 4), (8, 12)])
    assert (spans.starts.tolist(), spans.ends.tolist()) == ([1, 7], [5, 12])
    assert spans.size == 9 and spans.numbers().tolist() == [1, 2, 3, 4, 7, 8, 9, 10, 11]
    assert merged([]).size == 0 and merged([]).numbers().tolist() == []


def test_holds_rows_and_taken_are_what_sets_say() -> None:
    draw = random.Random(1)
    for _ in range(200):
        spans = merged((start, start + draw.randrange(6)) for start in draw.choices(range(60), k=5))
        inside = spans.numbers().tolist()
        values = np.array(sorted(draw.sample(range(70), draw.randrange(30))), np.int64)
        there = [value in inside for value in values.tolist()]
        assert spans.holds(values).tolist() == there
        places = [place for place, held in enumerate(there) if held]
        assert spans.rows(values).numbers().tolist() == places
        found, ranks = spans.taken(values)
        assert found.tolist() == places
        assert ranks.tolist() == [inside.index(values[place]) for place in places]
