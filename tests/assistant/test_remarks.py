from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.catalogue import Catalogue
from assistant.errors import KilavuzError
from assistant.feedback import TurnLog
from assistant.records import Answer, Chunk, Hit
from assistant.remarks import MOST_TEXT, Remark, Remarks, passage_key

VERSIONS = {"embedder": "iç-gömücü-1", "index": "abc"}
CHUNK = Chunk("bakım/pompa.pdf", "Pompa", ("Arıza", "Isı İZİ"), 3, "Isı İZİNİ ölçün.", 4, 17, "iii")


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        yield catalogue


def turn_of(catalogue: Catalogue, *hits: Hit) -> int:
    return TurnLog(catalogue, lambda: VERSIONS).record("c", "Isı izi nedir?", Answer("a", hits)).turn or 0


def test_a_remark_is_kept_changed_and_taken_back(catalogue: Catalogue) -> None:
    turn, remarks = turn_of(catalogue, Hit(CHUNK, 1)), Remarks(catalogue, dict)
    remarks.remark(turn, "answer", Remark("wrong", " İki adım eksik <b>ışık</b> \n"))
    remarks.remark(turn, "hit:0", Remark("outdated"))
    remarks.remark(turn, "evidence", Remark(text="x" * (MOST_TEXT + 5)))
    assert remarks.remarks(turn)["answer"] == Remark("wrong", "İki adım eksik <b>ışık</b>")
    assert len(remarks.remarks(turn)["evidence"].text) == MOST_TEXT
    remarks.remark(turn, "answer", Remark("unclear"))
    assert remarks.remarks(turn)["answer"] == Remark("unclear")
    remarks.remark(turn, "answer", Remark())
    assert set(remarks.remarks(turn)) == {"hit:0", "evidence"}


@pytest.mark.parametrize(
    ("target", "reason"), [("hit:1", ""), ("hit:-1", ""), ("", ""), ("answer", "outdated"), ("x:y", "wrong")]
)
def test_what_is_no_target_or_no_reason_is_refused(catalogue: Catalogue, target: str, reason: str) -> None:
    turn = turn_of(catalogue, Hit(CHUNK, 1))
    with pytest.raises(KilavuzError):
        Remarks(catalogue, dict).remark(turn, target, Remark(reason, "metin"))
    assert Remarks(catalogue, dict).remarks(turn) == {}


def test_nothing_is_kept_of_a_turn_that_there_is_not(catalogue: Catalogue) -> None:
    remarks = Remarks(catalogue, dict)
    with pytest.raises(KilavuzError):
        remarks.remark(5, "answer", Remark("wrong"))
    with pytest.raises(KilavuzError):
        remarks.point_out(5, CHUNK)
    with pytest.raises(KilavuzError):
        TurnLog(catalogue, dict).vote(5, "answer", 1)
    assert remarks.made_with(5) == {} and list(remarks.all_pointed()) == []


def test_without_sources_the_evidence_cannot_be_judged(catalogue: Catalogue) -> None:
    turn = turn_of(catalogue)
    with pytest.raises(KilavuzError):
        Remarks(catalogue, dict).remark(turn, "evidence", Remark("outdated"))
    with pytest.raises(KilavuzError):
        TurnLog(catalogue, dict).vote(turn, "evidence", -1)


def test_a_passage_is_pointed_out_and_no_longer(catalogue: Catalogue) -> None:
    turn, remarks = turn_of(catalogue), Remarks(catalogue, lambda: VERSIONS)
    remarks.point_out(turn, CHUNK, searched="ISI izi")
    assert remarks.pointed(turn) == {passage_key(CHUNK)}
    (one,) = remarks.all_pointed()
    assert (one.turn, one.chunk) == (turn, CHUNK)
    read_again = replace(CHUNK, id=99, page=4, position=7)
    assert passage_key(read_again) == passage_key(CHUNK) != passage_key(replace(CHUNK, source="b.pdf"))
    remarks.point_out(turn, read_again, right=False)
    assert remarks.pointed(turn) == frozenset() and list(remarks.all_pointed()) == []


def test_what_was_pointed_out_keeps_the_versions_and_the_search(catalogue: Catalogue) -> None:
    turn, remarks = turn_of(catalogue), Remarks(catalogue, lambda: VERSIONS)
    remarks.point_out(turn, CHUNK, searched="ISI izi")
    ((searched, versions),) = catalogue.read("SELECT searched, versions FROM pointed")
    assert searched == "ISI izi" and "iç-gömücü-1" in versions.encode().decode("unicode_escape")
    assert remarks.made_with(turn) == VERSIONS
