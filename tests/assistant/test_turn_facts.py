from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import turn_facts
from assistant.catalogue import Catalogue
from assistant.conversations import Conversations
from assistant.feedback import TurnLog
from assistant.turn_facts import TurnFacts
from tests.assistant.test_feedback import ANSWER


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        yield catalogue


@pytest.fixture
def log(catalogue: Catalogue) -> TurnLog:
    return TurnLog(catalogue, lambda: {})


def test_what_was_asked_and_cited(catalogue: Catalogue, log: TurnLog) -> None:
    facts = TurnFacts(catalogue)
    assert facts.asked() == [] and facts.votes() == []
    log.record("c1", "Yağ?", ANSWER)
    log.record("c1", "Yok?", replace(ANSWER, abstained=True, citations=()))
    first, second = facts.asked()
    assert (first.question, first.answered, first.seconds, first.cited) == ("Yağ?", True, 0.25, ("a.pdf",))
    assert (second.conversation, second.answered, second.cited) == ("c1", False, ())


def test_each_turn_is_read_once_and_later_ones_are_found(
    catalogue: Catalogue, log: TurnLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_facts, "_AT_ONCE", 2)
    facts = TurnFacts(catalogue)
    for number in range(5):
        log.record("c", f"s{number}", ANSWER)
    assert [one.question for one in facts.asked()] == [f"s{number}" for number in range(5)]
    with catalogue.change() as db:
        db.execute("UPDATE turns SET detail = 'read again' WHERE id <= 5")
    log.record("c", "s5", ANSWER)
    assert [one.turn for one in facts.asked()] == [1, 2, 3, 4, 5, 6]


def test_a_deleted_conversation_loses_its_wording(catalogue: Catalogue, log: TurnLog) -> None:
    facts = TurnFacts(catalogue)
    log.record("c1", "gizli", ANSWER)
    assert facts.asked()[0].question == "gizli"
    Conversations(catalogue).delete("c1")
    (one,) = facts.asked()
    assert (one.question, one.conversation, one.answered) == ("", "", True)


def test_votes_that_stand(catalogue: Catalogue, log: TurnLog) -> None:
    turn = log.record("c", "s", ANSWER).turn or 0
    log.vote(turn, "answer", 1)
    log.vote(turn, "hit:0", -1)
    log.vote(turn, "answer", 0)
    assert [(vote.turn, vote.target, vote.value) for vote in TurnFacts(catalogue).votes()] == [
        (turn, "hit:0", -1)
    ]
