from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.catalogue import Catalogue
from assistant.conversations import Conversations
from assistant.errors import KilavuzError, Message
from assistant.feedback import TurnLog
from assistant.records import Answer, Chunk, Citation, Hit, Unsupported

CHUNK = Chunk("a.pdf", "Başlık", ("Bölüm", "Alt bölüm"), 3, "Pompa yağı yılda bir değişir.", 4, id=7)
ANSWER = Answer(
    "Pompa yağı yılda bir değişir. [1]",
    (Hit(CHUNK, 0.9, 1, 12.5, 2, 0.7, copies=("kopya.md",)),),
    (Citation(1, 0, "Pompa yağı yılda bir değişir."),),
    notice=Message("Uyarı.", "Notice."),
    seconds=0.25,
    searched="pompa yağı ne zaman",
    within=("a.pdf", "klasör"),
    unsupported=(Unsupported(0, 10, ("7,1",)),),
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TurnLog]:
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        yield TurnLog(catalogue, lambda: {"embedder": "compact", "index": "f1"})


def test_a_turn_comes_back_whole(log: TurnLog) -> None:
    recorded = log.record("c1", "Yağ ne zaman değişir?", ANSWER)
    assert recorded.turn is not None
    (turn,) = log.conversation("c1")
    assert turn.answer == recorded
    assert turn.question == "Yağ ne zaman değişir?"


def test_a_turn_of_an_earlier_version_doubts_nothing_and_was_not_limited(log: TurnLog) -> None:
    log.record("c1", "s", ANSWER)
    with log._catalogue.change() as db:
        db.execute("UPDATE turns SET detail = json_remove(detail, '$.unsupported', '$.within')")
    answer = log.conversation("c1")[0].answer
    assert (answer.unsupported, answer.within) == ((), ())


def test_a_turn_of_an_earlier_version_does_not_say_what_was_searched(log: TurnLog) -> None:
    log.record("c1", "s", ANSWER)
    with log._catalogue.change() as db:
        db.execute("UPDATE turns SET detail = json_remove(detail, '$.searched')")
    assert log.conversation("c1")[0].answer.searched == ""


def test_a_turn_keeps_the_versions_that_made_it(log: TurnLog) -> None:
    log.record("c1", "s", ANSWER)
    assert log._catalogue.read("SELECT versions FROM turns") == [('{"embedder": "compact", "index": "f1"}',)]


def test_votes_can_be_changed_and_taken_back(log: TurnLog) -> None:
    turn = log.record("c1", "s", ANSWER).turn or 0
    log.vote(turn, "answer", 1)
    log.vote(turn, "hit:0", -1)
    assert log.votes(turn) == {"answer": 1, "hit:0": -1}
    log.vote(turn, "answer", -1)
    log.vote(turn, "hit:0", 0)
    assert log.votes(turn) == {"answer": -1}


@pytest.mark.parametrize(
    ("turn", "target", "value"), [(99, "hit:0", 1), (1, "hit:1", 1), (1, "answer", 5), (1, "x", 1)]
)
def test_a_vote_on_nothing_is_refused(log: TurnLog, turn: int, target: str, value: int) -> None:
    log.record("c1", "s", ANSWER)
    with pytest.raises(KilavuzError):
        log.vote(turn, target, value)
    assert log.votes(1) == {}


def test_a_turn_of_a_conversation_that_was_deleted_meanwhile_stays_deleted(log: TurnLog) -> None:
    log.record("c1", "İlk", ANSWER)
    Conversations(log._catalogue).delete("c1")
    log.record("c1", "Geç kalan", ANSWER)
    log.record("c2", "Başka", ANSWER)
    assert log.conversation("c1") == []
    assert [turn.question for turn in log.conversation("c2")] == ["Başka"]


def test_turns_with_votes_come_oldest_first_also_of_deleted_conversations(log: TurnLog) -> None:
    turns = [log.record(c, f"Soru {c}", ANSWER).turn or 0 for c in ("c1", "c2", "c3")]
    log.vote(turns[2], "hit:0", 1)
    log.vote(turns[0], "answer", -1)
    log.vote(turns[0], "hit:0", 1)
    log.vote(turns[1], "answer", 1)
    log.vote(turns[1], "answer", 0)
    Conversations(log._catalogue).delete("c1")
    found = [(turn.conversation, turn.question, turn.answer.hits, votes) for turn, votes in log.voted()]
    assert found == [
        ("c1", "Soru c1", ANSWER.hits, {"answer": -1, "hit:0": 1}),
        ("c3", "Soru c3", ANSWER.hits, {"hit:0": 1}),
    ]
