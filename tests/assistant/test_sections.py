from assistant.records import Chunk
from assistant.sections import CHARACTERS, NEIGHBOUR, near, passages, surroundings


def chunks(*texts: str, source: str = "a.md", first: int = 1) -> dict[int, Chunk]:
    return {
        first + n: Chunk(source, "A", ("Bölüm",), None, text, n, first + n) for n, text in enumerate(texts)
    }


def test_a_passage_has_the_neighbours_that_fit() -> None:
    known = chunks("bir", "iki", "üç")
    assert list(surroundings(2, known)) == [1, 2, 3]
    known = chunks("b" * 900, "i" * 900, "ü" * 900)
    assert list(surroundings(2, known)) == [2, 3]  # what follows goes first
    assert list(surroundings(3, known)) == [2, 3]
    known = chunks("b", "i" * CHARACTERS, "ü")
    assert list(surroundings(2, known)) == [2]


def test_neighbours_are_of_the_same_document_and_next_to_each_other() -> None:
    known = chunks("bir", "iki") | chunks("üç", "dört", source="b.md", first=3)
    assert list(surroundings(2, known)) == [1, 2]
    assert list(surroundings(3, known)) == [3, 4]
    parted = chunks("bir", "iki")
    parted[2] = Chunk("a.md", "A", (), None, "yedi", 6, 2)  # ids in a row, positions not
    assert list(surroundings(1, parted)) == [1]


def test_neighbouring_hits_become_one_passage_under_the_better_one() -> None:
    known = chunks("bir", "iki", "üç") | chunks("uzakta", source="b.md", first=9)
    found = passages({1: 0.5, 2: 0.9, 9: 0.4}, known, 10)
    assert [(id, text) for id, _, text in found] == [(2, "bir\n\niki\n\nüç"), (9, "uzakta")]


def test_no_text_is_in_two_passages() -> None:
    known = chunks(*(letter * 900 for letter in "abcdef"))
    found = passages({2: 0.9, 4: 0.8, 5: 0.1}, known, 10)
    assert [id for id, _, _ in found] == [2, 4]
    assert [text[:1] + text[-1:] for _, _, text in found] == ["bc", "de"]
    found = passages({3: 0.9, 1: 0.8}, chunks("a" * 900, "b" * 900, "c" * 900), 10)
    assert [(id, set(text) - {"\n"}) for id, _, text in found] == [(3, {"b", "c"}), (1, {"a"})]


def test_a_good_neighbour_lifts_a_chunk() -> None:
    known = chunks("bir", "iki") | chunks("tek", source="b.md", first=9)
    found = passages({1: 0.5, 2: 0.5, 9: 0.55}, known, 10)
    assert [id for id, _, _ in found] == [1, 9]
    assert found[0][1] == 0.5 and found[1][1] == 0.55 / (1 + NEIGHBOUR)


def test_rows_of_one_table_stay_together() -> None:
    found = passages({1: 0.5}, chunks("Önce", "| a | b |", "| c | d |", "Sonra"), 10)
    assert found[0][2] == "Önce\n\n| a | b |\n| c | d |\n\nSonra"


def test_limit_and_chunks_that_are_gone() -> None:
    known = chunks("bir") | chunks("iki", source="b.md", first=9)
    assert [id for id, _, _ in passages({1: 0.5, 9: 0.4, 77: 0.9}, known, 1)] == [1]
    assert passages({}, {}, 10) == []
    assert near([7]) == list(range(2, 13))
