import numpy as np

from assistant.sections import CHARACTERS, NEIGHBOUR, Outline, joined, passages, surroundings


def outline(*documents: list[int], first: int = 1) -> Outline:
    """Documents stored one after another, given by the lengths of their chunks."""
    positions = [position for lengths in documents for position in range(len(lengths))]
    lengths = [length for lengths in documents for length in lengths]
    return Outline(np.arange(first, first + len(lengths)), np.array(positions), np.array(lengths))


def found(scores: dict[int, float], known: Outline, limit: int = 10) -> list[tuple[int, list[int]]]:
    reach = {row: surroundings(row, known) for row in scores}
    return [(row, list(rows)) for row, _, rows in passages(scores, reach, limit)]


def test_a_passage_has_the_neighbours_that_fit() -> None:
    assert list(surroundings(1, outline([3, 3, 3]))) == [0, 1, 2]
    known = outline([900, 900, 900])
    assert list(surroundings(1, known)) == [1, 2]  # what follows goes first
    assert list(surroundings(2, known)) == [1, 2]
    assert list(surroundings(1, outline([1, CHARACTERS, 1]))) == [1]
    assert list(surroundings(1, outline([997, 998, 1]))) == [0, 1, 2]  # 2,000 with what stands between
    assert list(surroundings(1, outline([998, 998, 1]))) == [1, 2]


def test_neighbours_are_of_the_same_document_and_next_to_each_other() -> None:
    known = outline([3, 3], [3, 3])
    assert list(surroundings(1, known)) == [0, 1]
    assert list(surroundings(2, known)) == [2, 3]
    gone = Outline(np.array([1, 3, 4]), np.array([0, 2, 3]), np.array([3, 3, 3]))
    assert list(surroundings(0, gone)) == [0]
    moved = Outline(np.array([1, 2]), np.array([0, 7]), np.array([3, 3]))  # ids in a row, positions not
    assert list(surroundings(0, moved)) == [0]


def test_neighbouring_hits_become_one_passage_under_the_better_one() -> None:
    assert found({0: 0.5, 1: 0.9, 3: 0.4}, outline([3, 3, 3], [9])) == [(1, [0, 1, 2]), (3, [3])]


def test_no_chunk_is_in_two_passages() -> None:
    known = outline([900] * 6)
    assert found({1: 0.9, 3: 0.8, 4: 0.1}, known) == [(1, [1, 2]), (3, [3, 4])]
    assert found({2: 0.9, 0: 0.8}, outline([900] * 3)) == [(2, [1, 2]), (0, [0])]


def test_a_good_neighbour_lifts_a_chunk() -> None:
    known = outline([3, 3], [3])
    scores = {0: 0.5, 1: 0.5, 2: 0.55}
    first, second = passages(scores, {row: surroundings(row, known) for row in scores}, 10)
    assert first[:2] == (0, 0.5)
    assert second[:2] == (2, 0.55 / (1 + NEIGHBOUR))


def test_the_limit_holds() -> None:
    assert found({0: 0.5, 1: 0.4}, outline([3], [3]), 1) == [(0, [0])]
    assert passages({}, {}, 10) == []


def test_rows_of_one_table_stay_together() -> None:
    assert joined(["Önce", "| a | b |", "| c | d |", "Sonra"]) == "Önce\n\n| a | b |\n| c | d |\n\nSonra"
