"""Judging sources, without a browser."""

import pytest

from assistant.errors import KilavuzError
from assistant.owners import NOBODY
from assistant.records import Answer, Chunk, Hit
from assistant.remarks import REASONS, Remark, passage_key
from tests.ui.fake_page_backend import HITS, HOSTILE, FakeBackend
from ui import source_texts
from ui.web.evidence import SNIPPET, remark_html, seek_html, snippet
from ui.web.evidence_actions import EvidenceActions, panel


@pytest.fixture
def backend() -> FakeBackend:
    backend = FakeBackend()
    list(backend.stream("Pompa?", conversation="abc"))
    return backend


@pytest.fixture
def actions(backend: FakeBackend) -> EvidenceActions:
    return EvidenceActions(backend, NOBODY, "tr")


def test_every_reason_has_a_label() -> None:
    assert {reason for kind in REASONS.values() for reason in kind} == set(source_texts.REASONS)
    assert set(source_texts.REMARK_TITLES) == set(REASONS)


def test_the_panel_knows_which_documents_are_there_and_what_made_the_answer(backend: FakeBackend) -> None:
    answer = backend.turns.kept[0].answer
    assert 'data-action="show"' not in panel(backend, backend, answer, "Pompa?", "tr")
    backend.reading.known = lambda sources: {"1-belge.pdf": 3}  # type: ignore[method-assign]
    backend.remarks.made_with = lambda turn: {"embedder": "eski-gömücü"}  # type: ignore[method-assign]
    html = panel(backend, backend, answer, "Pompa?", "tr")
    assert html.count('data-action="show"') == 1 and html.count('data-action="point"') == len(HITS)
    assert "eski-gömücü" in html and "kilavuz-compact-1" not in html
    assert 'data-target="evidence"' in html
    growing = panel(backend, backend, Answer("x", HITS), "Pompa?", "tr")
    assert "data-action" not in growing  # what is not kept yet cannot be judged
    assert "evidence" not in panel(backend, backend, Answer("x"), "Pompa?", "tr") and panel(
        backend, backend, None, "", "tr"
    )


def test_a_hit_is_pointed_out_and_no_longer(backend: FakeBackend, actions: EvidenceActions) -> None:
    actions.point("abc", "1", "0", None, "true", None)
    assert backend.remarks.pointed(1) == {passage_key(HITS[0].chunk)}
    assert 'aria-pressed="true"' in panel(backend, backend, backend.turns.kept[0].answer, "", "tr")
    actions.point("abc", 1, 0, None, "false", None)
    assert backend.remarks.pointed(1) == frozenset()


@pytest.mark.parametrize(("hit", "chunk"), [("4", None), (-1, "5"), (None, None), ([], {}), ("0.5", "x")])
def test_what_is_no_passage_cannot_be_pointed_out(
    backend: FakeBackend, actions: EvidenceActions, hit: object, chunk: object
) -> None:
    with pytest.raises(KilavuzError):
        actions.point("abc", 1, hit, chunk, "true", "")
    assert backend.remarks.right == {}


def test_another_conversations_turn_is_out_of_reach(backend: FakeBackend, actions: EvidenceActions) -> None:
    for conversation, turn in (("xyz", 1), (None, 1), ("abc", 2), ("abc", "x")):
        with pytest.raises(KilavuzError):
            actions.point(conversation, turn, 0, None, "true", "")
        with pytest.raises(KilavuzError):
            actions.why(conversation, turn, "answer", 1)
        with pytest.raises(KilavuzError):
            actions.where(turn, conversation)
        with pytest.raises(KilavuzError):
            actions.seek(turn, "x", conversation)


def test_a_search_keeps_what_was_searched_for(backend: FakeBackend, actions: EvidenceActions) -> None:
    found = Chunk("yeni.md", "Yeni", (), None, "Işık ŞİDDETİ ölçülür.", 2, 77)
    backend.reading.chunk = lambda id: found if id == 77 else None  # type: ignore[method-assign,assignment]
    assert 'value="Pompa?"' in actions.where("1", "abc") and backend.searched == []
    assert actions.seek("1", "  ışık şiddeti ", "abc").count("<li>") == len(HITS)
    actions.seek("1", None, "abc")
    assert backend.searched == ["ışık şiddeti", "Pompa?"]
    assert source_texts.NOTHING_FOUND.tr in actions.seek("1", "yok", "abc")
    actions.point("abc", "1", None, "77", "true", "ışık şiddeti")
    assert backend.remarks.right == {(1, passage_key(found)): "ışık şiddeti"}


def test_a_remark_is_asked_for_by_target_and_kept(backend: FakeBackend, actions: EvidenceActions) -> None:
    assert "Yanıt hakkında" in actions.why("abc", "1", "answer", "-1")
    assert HITS[1].chunk.title in actions.why("abc", "1", "hit:1", -1)
    for target, vote in (("answer", 0), ("answer", "2"), ("hit:9", 1), ("hit:", 1), (None, 1), ("x", -1)):
        assert actions.why("abc", "1", target, vote) == ""
    assert "kaydedildi" in actions.remark("1", "answer", "wrong", " eksik ")
    assert backend.remarks.kept[1, "answer"] == Remark("wrong", "eksik")
    assert 'aria-checked="true"' in actions.why("abc", "1", "answer", "-1")
    for reason in ("<b>", None, ["wrong"]):
        if reason == "<b>":
            with pytest.raises(KilavuzError):
                actions.remark("1", "answer", reason, "")
        else:
            actions.remark("1", "answer", reason, None)
            assert backend.remarks.kept[1, "answer"] == Remark()


def test_nothing_said_or_found_becomes_a_tag() -> None:
    hit = Hit(Chunk(HOSTILE, HOSTILE, (HOSTILE,), 1, HOSTILE, 0, 5), 1)
    for html in (
        seek_html(1, HOSTILE, [hit], (), "tr"),
        remark_html(1, "hit:0", HOSTILE, -1, Remark("outdated", HOSTILE), "tr"),
    ):
        for tag in ("<script", "<img", "<style", '="javascript'):
            assert tag not in html


def test_a_snippet_shows_the_words_and_cuts_between_others() -> None:
    text = "giriş " * 200 + "ISI İZİ burada ölçülür " + "son " * 200
    cut = snippet(text, "ısı izi")
    assert "ISI İZİ" in cut and len(cut) <= SNIPPET + 4 and cut.startswith("… ") and cut.endswith(" …")
    assert set(cut.split()) <= {"…", "giriş", "ISI", "İZİ", "burada", "ölçülür", "son"}
    assert snippet("kısa", "x") == "kısa" and len(snippet("x" * 5000, "y")) <= SNIPPET + 4
