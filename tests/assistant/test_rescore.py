import pytest

from assistant.keywords import KeywordIndex
from assistant.records import Chunk
from assistant.related import RelatedWords
from assistant.rescore import AROUND, RELATED, passage_scores
from tests.fakes import WordEmbedder


class Like(RelatedWords):
    """Says that "kanca" means "hook", as near as .8."""

    def __init__(self) -> None:
        super().__init__(lambda: [], WordEmbedder())

    def of(self, words):
        return [[("hook", 0.8)] if word == "kanca" and "hook" not in words else [] for word in words]


def index(*texts: str) -> KeywordIndex:
    return KeywordIndex.build([Chunk("a.md", "", (), None, text, n, n + 1) for n, text in enumerate(texts)])


def alone(rows: int) -> dict[int, range]:
    return {row: range(row, row + 1) for row in range(rows)}


def test_without_relations_and_neighbours_it_is_what_the_index_gives() -> None:
    keywords = index("vana kapağı", "pompa yağı ve vana", "motor")
    question = "vana pompası nerede"
    assert list(passage_scores(keywords, Like(), question, alone(3)).values()) == pytest.approx(
        keywords.scores(question), rel=1e-5
    )


def test_a_word_of_like_meaning_counts_for_less_and_not_besides_the_word_itself() -> None:
    keywords = index("kanca", "hook", "kanca hook", "kanca vana", "motor", "kanca")
    scores = passage_scores(keywords, Like(), "kanca", alone(6))
    assert scores[1] == pytest.approx(RELATED * 0.8 * keywords.scores("hook")[1], rel=1e-5)
    assert scores[2] == pytest.approx(keywords.scores("kanca")[2], rel=1e-5)
    assert scores[4] == 0
    # asked for by itself it is no relation of another word
    assert passage_scores(keywords, Like(), "kanca hook", alone(6))[3] == scores[3]


def test_a_word_of_the_passage_counts_where_it_is_met_best() -> None:
    keywords = index("pompa", "vana vana vana", "vana", "motor")
    vana = keywords.scores("vana")
    scores = passage_scores(keywords, Like(), "pompa vana", {0: range(0, 3), 3: range(3, 4)})
    assert scores[0] == pytest.approx(keywords.scores("pompa")[0] + AROUND * vana[1], rel=1e-5)
    assert scores[3] == 0


def test_nothing_asked_and_nothing_found() -> None:
    assert passage_scores(index("vana"), Like(), "?", alone(1)) == {0: 0}
    assert passage_scores(index("vana"), Like(), "bilinmeyen", alone(1)) == {0: 0}


def test_a_very_long_question_is_cut_to_its_rarest_words() -> None:
    keywords = index("vana", *["ortak söz"] * 30)
    long = " ".join(f"kelime{n}" for n in range(400)) + " ortak vana"
    assert passage_scores(keywords, Like(), long, alone(1))[0] > 0
