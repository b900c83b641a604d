import unicodedata
from datetime import UTC, date, timedelta, timezone

import pytest

from assistant.quality import FEW, SHOWN, Asked, Figures, Vote, groups, quality, uses

TODAY = date(2026, 5, 10)


def asked(
    turn: int,
    question: str = "soru",
    day: int = 10,
    answered: bool = True,
    seconds: float = 1.0,
    cited: str = "",
) -> Asked:
    at = f"2026-05-{day:02d}T09:30:00+00:00"
    return Asked(turn, f"c{turn}", at, question, answered, "extractive", seconds, tuple(cited.split()))


def test_figures_of_days_and_of_those_before() -> None:
    turns = [
        asked(1, day=1, answered=False), asked(2, day=4), asked(3, day=9), asked(4, day=10, seconds=5.0),
        asked(5, day=10, answered=False, seconds=3.0),
    ]  # fmt: skip
    votes = [
        Vote(3, "answer", 1, ""), Vote(4, "answer", -1, ""), Vote(4, "hit:0", 1, ""),
        Vote(4, "hit:1", -1, ""), Vote(99, "answer", 1, ""),
    ]  # fmt: skip
    found = quality(turns, votes, TODAY, 5, UTC)
    assert found.total == Figures(3, 2, 1, 1, 1, 1, 3.0, 5.0)
    assert found.total.share == pytest.approx(2 / 3) and found.total.liked == 0.5
    assert (found.before.questions, found.before.answered) == (2, 1)
    assert [day for day, _ in found.days] == [date(2026, 5, day) for day in range(6, 11)]
    assert [figures.questions for _, figures in found.days] == [0, 0, 0, 1, 2]
    assert [one.turn for one in found.disliked] == [4] and [one.turn for one in found.slowest] == [4, 5, 3]


def test_nothing_asked_gives_no_shares() -> None:
    found = quality([], [], TODAY, 7, UTC)
    assert found.total == Figures() and found.total.share is None and found.total.liked is None
    assert len(found.days) == 7 and found.missing == found.slowest == found.disliked == ()


def test_small_talk_is_no_question() -> None:
    hello = Asked(1, "c", "2026-05-10T09:30:00+00:00", "merhaba", True, "smalltalk", 0.0)
    assert quality([hello], [], TODAY, 7, UTC).total.questions == 0


def test_a_day_is_one_of_the_time_zone() -> None:
    late = Asked(1, "c", "2026-05-09T22:30:00+00:00", "s", True, "extractive", 1.0)
    istanbul = timezone(timedelta(hours=3))
    assert quality([late], [], TODAY, 1, istanbul).total.questions == 1
    assert quality([late], [], TODAY, 1, UTC).total.questions == 0


def test_questions_of_deleted_conversations_count_but_are_not_shown() -> None:
    gone = asked(1, "gizli soru", answered=False).unworded()
    found = quality([gone], [Vote(1, "answer", -1, "")], TODAY, 7, UTC)
    assert found.total.questions == found.total.down == 1
    assert found.missing == found.slowest == found.disliked == ()


def test_questions_of_similar_wording_are_together() -> None:
    wordings = [
        "İzin formu nerede bulunur?",
        "Kahve makinesinin filtresi ne zaman değişir?",
        "IZIN FORMU NEREDE?".replace("I", "İ"),
        unicodedata.normalize("NFD", "kahve makinesi filtresini ne zaman değiştirmeliyim"),
        "kahve makinesi filtresi ne zaman degisir",
        "Servis saatleri nedir?",
    ]
    found = groups([asked(turn, question) for turn, question in enumerate(wordings, 1)])
    assert [(group.count, group.latest.turn) for group in found] == [(3, 5), (2, 3), (1, 6)]
    assert found[0].wordings == (wordings[4], wordings[3], wordings[1])


def test_questions_of_question_words_alone_are_grouped_by_what_they_say() -> None:
    found = groups([asked(1, "Ne?"), asked(2, "Nasıl?"), asked(3, "ne?"), asked(4, "???"), asked(5, "???")])
    assert sorted((group.count, group.latest.turn) for group in found) == [(1, 2), (2, 3), (2, 5)]


def test_lists_are_short() -> None:
    turns = [asked(turn, f"konu{turn} eksik{turn}", answered=False, seconds=turn) for turn in range(1, 40)]
    found = quality(turns, [Vote(turn, "answer", -1, "") for turn in range(1, 40)], TODAY, 7, UTC)
    assert (len(found.missing), len(found.slowest), len(found.disliked)) == (SHOWN, FEW, FEW)
    assert found.slowest[0].turn == found.disliked[0].turn == 39


def test_how_often_documents_are_cited() -> None:
    found = uses([asked(1, day=3, cited="a.md b.md"), asked(2, day=5, cited="a.md"), asked(3)])
    assert {source: (use.answers, use.last[:10]) for source, use in found.items()} == {
        "a.md": (2, "2026-05-05"), "b.md": (1, "2026-05-03"),
    }  # fmt: skip
