import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import assistant.catalogue as module
from assistant.catalogue import MIGRATIONS, Catalogue
from assistant.conversations import LONGEST_NAME, Conversations
from assistant.errors import KilavuzError
from assistant.feedback import TurnLog
from assistant.owners import NOBODY, Owner
from assistant.records import Answer

NFD = unicodedata.normalize("NFD", "ısıtıcı ayarı")


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        yield catalogue


@pytest.fixture
def log(catalogue: Catalogue) -> TurnLog:
    return TurnLog(catalogue, lambda: {"embedder": "compact"})


@pytest.fixture
def kept(catalogue: Catalogue) -> Conversations:
    return Conversations(catalogue)


def ids(found: list[object]) -> list[str]:
    return [one.id for one in found]  # type: ignore[attr-defined]


def test_they_are_listed_by_last_use_and_titled_by_their_first_question(
    log: TurnLog, kept: Conversations
) -> None:
    log.record("eski", "İlk soru", Answer("a"))
    log.record("yeni", "Başka soru", Answer("a"))
    log.record("eski", "İkinci soru", Answer("a"))
    log.record("", "toplu iş", Answer("a"))
    assert [(c.id, c.title, c.turns) for c in kept.all()] == [
        ("eski", "İlk soru", 2),
        ("yeni", "Başka soru", 1),
    ]
    assert ids(kept.all(1)) == ["eski"]
    one = kept.get("yeni")
    assert one and (one.title, one.turns) == ("Başka soru", 1)
    assert kept.get("yok") is None and kept.get("") is None


def test_a_name_replaces_the_title_and_an_empty_one_brings_it_back(log: TurnLog, kept: Conversations) -> None:
    log.record("c", "İlk soru", Answer("a"))
    kept.rename("c", "  Pompa\n bakımı ")
    assert kept.all()[0].title == "Pompa bakımı"
    kept.rename("c", "x" * 500)
    assert len(kept.all()[0].title) == LONGEST_NAME
    kept.rename("c", " ")
    assert kept.all()[0].title == "İlk soru"
    with pytest.raises(KilavuzError, match="artık yok"):
        kept.rename("yok", "ad")


def test_what_was_deleted_comes_back_whole(log: TurnLog, kept: Conversations) -> None:
    log.record("c", "Bir", Answer("a"))
    log.record("c", "İki", Answer("a"))
    kept.rename("c", "Ad")
    kept.delete("c")
    assert kept.all() == [] and kept.get("c") is None and kept.closed("c") and log.conversation("c") == []
    kept.restore("c")
    assert [(c.title, c.turns) for c in kept.all()] == [("Ad", 2)] and not kept.closed("c")


@pytest.mark.parametrize(
    "wanted",
    ["ISITICI", "ısıtıcı", "isitici", "ISITICI AYARI", "ayari ISITICI", NFD, "sıtıc"],
)
def test_words_are_found_folded_wherever_they_stand(log: TurnLog, kept: Conversations, wanted: str) -> None:
    log.record("c", "Pompa nedir?", Answer("Bir makinedir."))
    log.record("c", "Peki IsıTıCı?", Answer("Isıtıcı ayarı elle yapılır."))
    log.record("başka", "İstanbul nerede?", Answer("Marmara'da."))
    assert ids(kept.find(wanted)) == ["c"]
    assert ids(kept.find(wanted + " yokböyleşey")) == []


def test_a_search_shows_the_text_around_its_word_unless_the_title_has_it(
    log: TurnLog, kept: Conversations
) -> None:
    long = "İ" * 60 + " burada kaplin ayarı anlatılır, " + "son " * 60
    log.record("c", "Soru", Answer(long))
    (one,) = kept.find("KAPLIN")
    assert "kaplin ayarı" in one.found and one.found.startswith("…") and one.found.endswith("…")
    assert len(one.found) < 140
    assert kept.find("soru")[0].found == ""
    kept.rename("c", "Kaplin")
    assert kept.find("kaplin")[0].found == ""


def test_an_empty_search_lists_all_and_deleted_ones_are_not_found(log: TurnLog, kept: Conversations) -> None:
    log.record("a", "Bir", Answer("x"))
    log.record("b", "İki", Answer("x"))
    assert ids(kept.find("  ")) == ["b", "a"]
    kept.delete("b")
    assert ids(kept.find("x")) == ["a"]
    assert ids(kept.find("%_*\"'")) == []


def test_a_branch_copies_the_turns_before_and_both_go_on_alone(log: TurnLog, kept: Conversations) -> None:
    turns = [log.record("c", f"Soru {n}", Answer(f"Yanıt {n}")).turn or 0 for n in (1, 2, 3)]
    log.vote(turns[0], "answer", 1)
    new = kept.branch("c", turns[2])
    log.record(new, "Başka soru", Answer("Başka yanıt"))
    assert [t.question for t in log.conversation(new)] == ["Soru 1", "Soru 2", "Başka soru"]
    assert [t.question for t in log.conversation("c")] == ["Soru 1", "Soru 2", "Soru 3"]
    assert [log.votes(t.id) for t in log.conversation(new)] == [{}, {}, {}]
    assert len(list(log.voted())) == 1
    copies = kept._catalogue.read("SELECT copy_of FROM turns WHERE conversation = ? ORDER BY id", (new,))
    assert copies == [(turns[0],), (turns[1],), (None,)]
    again = kept.branch(new, log.conversation(new)[1].id)  # a copy of a copy names the turn that was asked
    assert kept._catalogue.read("SELECT copy_of FROM turns WHERE conversation = ?", (again,)) == [(turns[0],)]
    kept.delete("c")
    assert len(log.conversation(new)) == 3


def test_a_branch_at_the_first_question_has_no_turns_yet(log: TurnLog, kept: Conversations) -> None:
    turn = log.record("c", "Soru", Answer("x")).turn or 0
    assert log.conversation(kept.branch("c", turn)) == []


def test_there_is_no_branch_of_what_is_not_there(log: TurnLog, kept: Conversations) -> None:
    turn = log.record("c", "Soru", Answer("x")).turn or 0
    for id, number in (("yok", turn), ("c", turn + 1), ("", turn)):
        with pytest.raises(KilavuzError, match="artık yok"):
            kept.branch(id, number)
    kept.delete("c")
    with pytest.raises(KilavuzError):
        kept.branch("c", turn)


CAN, AYLA, MANAGER = Owner("can"), Owner("ayla"), Owner("ışık", and_nobodys=True)


def test_what_is_anothers_is_not_there(log: TurnLog, kept: Conversations) -> None:
    turn = log.of(CAN).record("c", "Gizli soru", Answer("Gizli yanıt")).turn or 0
    for owner in (AYLA, MANAGER, NOBODY, Owner("c'an"), Owner("CAN")):
        others, turns = kept.of(owner), log.of(owner)
        assert others.all() == others.find("gizli") == turns.conversation("c") == []
        assert others.get("c") is None and others.closed("c")
        for refused in (lambda o=others: o.rename("c", "Ad"), lambda o=others: o.branch("c", turn)):
            with pytest.raises(KilavuzError, match="artık yok"):
                refused()
        with pytest.raises(KilavuzError, match="artık yok"):
            turns.record("c", "Araya giren", Answer("x"))
        with pytest.raises(KilavuzError):
            turns.vote(turn, "answer", -1)
        others.delete("c")
    mine = kept.of(CAN)
    assert [(c.id, c.title) for c in mine.all()] == [("c", "Gizli soru")] and ids(mine.find("gizli")) == ["c"]
    mine.delete("c")
    kept.of(MANAGER).restore("c")
    assert mine.all() == []
    mine.restore("c")
    log.of(CAN).vote(turn, "answer", 1)
    assert log.of(CAN).votes(turn) == {"answer": 1} and log.of(AYLA).votes(turn) == log.votes(turn) == {}
    assert [(t.id, votes) for t, votes in log.voted()] == [(turn, {"answer": 1})]  # it trains all the same


def test_what_is_nobodys_is_seen_by_managers_and_stays_nobodys(log: TurnLog, kept: Conversations) -> None:
    turn = log.record("c", "Girişsiz soru", Answer("x")).turn or 0
    assert kept.of(CAN).all() == [] and kept.of(CAN).closed("c")
    assert ids(kept.of(MANAGER).all()) == ["c"] and not kept.of(MANAGER).closed("c")
    second = log.of(MANAGER).record("c", "Devamı", Answer("x")).turn or 0
    assert ids(kept.of(Owner("ayşe", and_nobodys=True)).find("devamı")) == ["c"]
    assert [t.id for t in log.conversation("c")] == [turn, second]
    branch = kept.of(MANAGER).branch("c", second)  # a branch is its maker's
    assert [t.question for t in log.of(Owner("ışık")).conversation(branch)] == ["Girişsiz soru"]
    assert log.conversation(branch) == []


def test_an_older_catalogue_keeps_its_conversations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MIGRATIONS", MIGRATIONS[:4])
    with closing(Catalogue(tmp_path / "k.db")) as old:
        detail = '{"hits": [], "citations": [], "notice": null}'
        with old.change() as db:
            db.execute(
                "INSERT INTO turns (conversation, asked_at, question, answer, abstained, generator, seconds,"
                " versions, detail) VALUES ('c', '2026-01-01', 'Eski soru', 'x', 0, 'a', 1, '{}', ?)",
                (detail,),
            )
    monkeypatch.undo()
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        kept = Conversations(catalogue)
        kept.rename("c", "Ad")
        assert [(c.id, c.title) for c in kept.all()] == [("c", "Ad")]
