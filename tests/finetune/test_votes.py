from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.catalogue import Catalogue
from assistant.feedback import TurnLog
from assistant.records import Answer, Chunk, Citation, Hit
from assistant.remarks import Remarks
from finetune.votes import MOST_QUESTIONS, candidates, doubts, vote_triples

QUESTION = "Yağ ne zaman değişir?"


def nowhere(source: str) -> bool:
    return False


class Chat:
    """Asks questions that find the passages p0, p1, … of documents d0, d1, …, and votes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.log = TurnLog(catalogue, dict)

    def turn(
        self, votes: dict[str, int], question: str = QUESTION, voter: str = "c1", hits: str = "0123456789",
        cites: tuple[int, ...] = (), searched: str = "",
    ) -> None:  # fmt: skip
        chunks = [Chunk(f"d{n}", "", ("Başlık",), None, f"p{n}", 0) for n in hits]
        answer = Answer(
            "a", tuple(Hit(chunk, 0.5) for chunk in chunks),
            tuple(Citation(n, hit, "") for n, hit in enumerate(cites, 1)), searched=searched,
        )  # fmt: skip
        turn = self.log.record(voter, question, answer).turn or 0
        for target, value in votes.items():
            self.log.vote(turn, target, value)

    def month(self, wrong_each: int = 6, turns: int = 60) -> None:
        """Other people's votes: first hits are right, deep ones wrong, but for one vote in `wrong_each`."""
        for n in range(turns):
            right = 1 if n % wrong_each else -1
            self.turn({"hit:0": right, "hit:7": -right}, f"Başka konu {n} nedir?", f"başka {n}", "xabcdefy")

    def triples(self) -> list[tuple[str, tuple[str, ...]]]:
        return [
            (t.positive.split("\n")[1], tuple(n.split("\n")[1] for n in t.negatives))
            for t in vote_triples(self.catalogue, nowhere)
            if t.question == QUESTION
        ]


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        yield Chat(catalogue)


def test_a_source_that_was_pointed_out_is_a_positive_and_one_voted_down_a_negative(chat: Chat) -> None:
    chat.turn({"hit:0": 1, "hit:6": -1, "hit:8": -1})
    (triple,) = vote_triples(chat.catalogue, nowhere)
    assert triple.question == QUESTION
    assert triple.positive == "Başlık\np0"  # what the index holds
    assert set(triple.negatives) == {"Başlık\np6", "Başlık\np8"}
    assert (triple.source, triple.rule) == ("d0", "vote")


def test_a_vote_for_an_answer_is_one_for_what_it_cites(chat: Chat) -> None:
    chat.turn({"answer": 1}, cites=(0, 0))
    assert chat.triples() == [("p0", ())]


def test_a_sources_own_vote_counts_before_that_on_the_answer(chat: Chat) -> None:
    chat.turn({"answer": 1, "hit:0": -1}, cites=(0,))
    assert chat.triples() == []


def test_a_vote_against_an_answer_says_nothing_of_its_sources(chat: Chat) -> None:
    chat.turn({"answer": -1}, cites=(0, 1))
    assert candidates(chat.catalogue, nowhere) == []
    chat.turn({"answer": -1, "hit:0": 1}, "Yağ hangi sıcaklıkta değişir?", cites=(0, 8))
    (triple,) = vote_triples(chat.catalogue, nowhere)
    assert triple.negatives == ()


def test_a_vote_that_was_taken_back_counts_no_more(chat: Chat) -> None:
    chat.turn({"hit:0": 1})
    chat.log.vote(1, "hit:0", 0)
    assert candidates(chat.catalogue, nowhere) == []


def test_a_deep_hit_needs_more_votes_than_the_first(chat: Chat) -> None:
    chat.month()
    chat.turn({"hit:4": 1}, voter="c1")
    assert chat.triples() == []
    for voter in ("c2", "c3", "c4"):
        chat.turn({"hit:4": 1}, "YAĞ ne zaman değişir", voter)
    assert [positive for positive, _ in chat.triples()] == ["p4"]


def test_a_single_vote_against_the_first_hit_is_no_proof(chat: Chat) -> None:
    chat.month()
    chat.turn({"hit:0": -1, "hit:7": -1}, hits="0123456789")
    chat.turn({"hit:0": 1}, voter="c2", hits="5")
    assert chat.triples() == [("p5", ("p7",))]
    for voter in ("c3", "c4", "c5"):
        chat.turn({"hit:0": -1}, voter=voter)
    assert sorted(chat.triples()[0][1]) == ["p0", "p7"]


def test_where_voters_contradict_each_other_nothing_is_learned(chat: Chat) -> None:
    chat.turn({"hit:1": 1}, voter="c1")
    chat.turn({"hit:1": -1}, voter="c2")
    assert chat.triples() == []


def test_only_a_voters_last_vote_on_a_passage_counts(chat: Chat) -> None:
    for _ in range(10):
        chat.turn({"hit:5": 1})
    assert chat.triples() == []
    assert candidates(chat.catalogue, nowhere) == []
    chat.turn({"hit:0": 1})
    chat.turn({"hit:0": -1})
    assert all("p0" not in one.triple.positive for one in candidates(chat.catalogue, nowhere))


def test_no_conversation_gives_more_than_its_newest_questions(chat: Chat) -> None:
    for n in range(MOST_QUESTIONS + 5):
        chat.turn({"hit:0": 1}, f"Soru numarası {n} nedir?")
    questions = {triple.question for triple in vote_triples(chat.catalogue, nowhere)}
    assert len(questions) == MOST_QUESTIONS
    assert "Soru numarası 4 nedir?" not in questions
    chat.turn({"hit:0": 1}, QUESTION, "c2")
    assert len(vote_triples(chat.catalogue, nowhere)) == MOST_QUESTIONS + 1


def test_votes_on_held_out_documents_never_train(chat: Chat) -> None:
    chat.turn({"hit:0": 1, "hit:7": -1, "hit:8": -1})
    chat.turn({"hit:0": 1}, "Filtre ne zaman değişir?", hits="9")
    found = vote_triples(chat.catalogue, lambda source: source in ("d9", "d8"))
    assert [(t.positive, t.negatives) for t in found] == [("Başlık\np0", ("Başlık\np7",))]


def test_a_month_of_mostly_wrong_votes_trains_nothing_without_review(chat: Chat) -> None:
    chat.month(wrong_each=2, turns=200)
    assert vote_triples(chat.catalogue, nowhere) == []
    assert len(candidates(chat.catalogue, nowhere)) > 50
    message = doubts(chat.catalogue, nowhere)
    assert message is not None and "yanlış görünüyor" in message.tr


def test_an_honest_month_raises_no_doubts(chat: Chat) -> None:
    assert doubts(chat.catalogue, nowhere) is None  # without any votes
    chat.month(turns=200)
    assert doubts(chat.catalogue, nowhere) is None
    assert len(vote_triples(chat.catalogue, nowhere)) > 150


def test_what_was_searched_is_learned_not_the_follow_up(chat: Chat) -> None:
    chat.turn({"hit:0": 1}, "peki ya kışın?", searched="Yağ kışın ne zaman değişir?")
    assert [t.question for t in vote_triples(chat.catalogue, nowhere)] == ["Yağ kışın ne zaman değişir?"]


def test_personal_data_is_taken_out_and_what_is_nothing_without_it_is_left_out(chat: Chat) -> None:
    chat.turn({"hit:0": 1}, "ali@example.com adresine posta neden gitmiyor?")
    chat.turn({"hit:0": 1}, "0532 123 45 67", "c2")
    found = vote_triples(chat.catalogue, nowhere)
    assert [t.question for t in found] == ["adresine posta neden gitmiyor?"]


def test_the_same_question_in_other_letters_is_one(chat: Chat) -> None:
    for n, text in enumerate(("İSTANBUL ışığı nedir?", "istanbul isigi nedir", "İstanbul ışığı nedir?")):
        chat.turn({"hit:1": 1}, text, f"c{n}")
    assert [(one.ups, one.state) for one in candidates(chat.catalogue, nowhere)] == [(3, "ready")]


def test_a_passage_that_a_search_found_and_the_user_pointed_out_is_a_positive(chat: Chat) -> None:
    chat.turn({})
    remarks, chunk = Remarks(chat.catalogue, dict), Chunk("elsewhere", "", ("Başlık",), None, "doğrusu", 0)
    remarks.point_out(1, chunk, searched="yağ değişimi")
    assert chat.triples() == [("doğrusu", ())]
    assert vote_triples(chat.catalogue, lambda source: source == "elsewhere") == []
    remarks.point_out(1, chunk, right=False)
    assert chat.triples() == []


def test_a_vote_on_the_sources_as_a_whole_is_one_on_each_that_is_cited(chat: Chat) -> None:
    chat.turn({"evidence": 1}, cites=(0,))
    assert chat.triples() == [("p0", ())]
    chat.turn({"evidence": -1, "answer": 1, "hit:0": 1}, "Yağ hangi sıcaklıkta değişir?", cites=(0, 6, 7))
    (triple,) = [t for t in vote_triples(chat.catalogue, nowhere) if t.question != QUESTION]
    assert triple.positive == "Başlık\np0" and set(triple.negatives) == {"Başlık\np6", "Başlık\np7"}
