"""Questions that are offered, made from headings."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.records import Answer, Chunk, Citation, DocumentState, Hit
from ui.suggest import FOLLOWUPS, STARTERS, Starters, followups, nearby, question_of

TEXT = "Kaplin yarımları arasında üç milimetre boşluk bırakılır ve eksen kaçıklığı mastar ile ölçülür. " * 3


def chunk(heading: str, source: str = "a.md", id: int = 1, text: str = TEXT, title: str = "Pompa") -> Chunk:
    return Chunk(source, title, (title, heading) if heading else (), None, text, id, id)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Kaplin ayarı", "Kaplin ayarı hakkında bilgi verir misin?"),
        ("3.2 Kaplin ayarı", "Kaplin ayarı hakkında bilgi verir misin?"),
        ("B.1.2 Kaplin ayarı", "Kaplin ayarı hakkında bilgi verir misin?"),
        ("Kaplin ayarı hakkında", "Kaplin ayarı hakkında bilgi verir misin?"),
        ("Kaplin nasıl ayarlanır?", "Kaplin nasıl ayarlanır?"),
        ("Kaplin ayarını yenilemek", "Kaplin ayarını yenilemek için ne yapmalıyım?"),
        ("Kaplin ayarını yenileyin", "“Kaplin ayarını yenileyin” başlığında ne anlatılıyor?"),
        ("Pompa", "Pompa hakkında bilgi verir misin?"),
        ("İçindekiler", ""),
        ("Giriş", ""),
        ("Şema", ""),
        ("Bölüm 4", ""),
        ("Yukarıdaki değerler", ""),
        ("Aşağıdaki ısı değerleri", ""),
        ("x = y | z", ""),
        ("Neden?", ""),
        ("", ""),
        ("Çok " * 40, ""),
    ],
)
def test_a_heading_becomes_a_question_that_can_be_asked_alone(heading: str, question: str) -> None:
    assert question_of(chunk(heading), "tr") == question


def test_english_asks_in_english_and_a_heading_without_text_is_passed_over() -> None:
    assert question_of(chunk("Kaplin ayarı"), "en") == "What is said under “Kaplin ayarı”?"
    assert question_of(chunk("Kaplin ayarı", text="Kısa."), "tr") == ""


def hits(*chunks: Chunk) -> tuple[Hit, ...]:
    return tuple(Hit(one, 0.9) for one in chunks)


def test_followups_lead_on_from_the_sources_and_repeat_nothing() -> None:
    cited = chunk("Kaplin ayarı")
    answer = Answer("Yanıt. [1]", hits(cited, chunk("Rulman yağı", "b.md", 9)), (Citation(1, 0, "x"),))
    near = [
        chunk(h, id=n)
        for n, h in enumerate(("Kaplin ayarının yenilenmesi", "Kaplin ayarı", "Motor bakımı"), 2)
    ]
    made = followups(answer, lambda one: near if one == cited else [], ["Kaplin ayarı nedir?"], "tr")
    assert made == ["Motor bakımı hakkında bilgi verir misin?", "Rulman yağı hakkında bilgi verir misin?"]
    asked = ["Kaplin ayarı nedir?", "Motor bakımı nasıl yapılır?"]
    assert "Motor bakımı hakkında bilgi verir misin?" not in followups(answer, lambda _: near, asked, "tr")


def test_followups_are_few_and_an_answer_without_hits_has_none() -> None:
    many = [
        chunk(f"{name} bakımı", id=n)
        for n, name in enumerate(("Motor", "Rulman", "Kaplin", "Salmastra", "Vana"))
    ]
    answer = Answer("x", hits(*many))
    assert len(followups(answer, lambda _: [], [], "tr")) == FOLLOWUPS
    assert followups(Answer("Merhaba!"), lambda _: many, [], "tr") == []


class FakeDocuments:
    def __init__(self, *chunks: Chunk) -> None:
        self.kept = {one.id: one for one in chunks}
        self.asked = 0

    def chunk_ids(self, documents: Sequence[int]) -> list[int]:
        self.asked += 1
        return list(self.kept)

    def chunks(self, ids: Sequence[int]) -> dict[int, Chunk]:
        return {id: self.kept[id] for id in ids if id in self.kept}


def test_nearby_keeps_to_the_document_and_begins_after_the_chunk() -> None:
    chunks = [chunk("x", "a.md" if n < 12 else "b.md", n) for n in range(5, 15)]
    documents: Any = FakeDocuments(*chunks)
    assert [one.id for one in nearby(documents, chunks[3])] == [9, 10, 11, 7, 6, 5]


def state(id: int, source: str) -> DocumentState:
    return DocumentState(id, f"/{source}", source, f"{source} belgesi", 0, 3, 10, "2026-01-01T00:00:00+00:00")


def test_starters_find_their_own_document_and_are_made_once() -> None:
    names = ("Motor bakımı", "Rulman yağı", "Salmastra değişimi", "Vana ayarı", "Kazan basıncı")
    chunks = [chunk(name, f"{n}.md", n) for n, name in enumerate(names)]
    documents: Any = FakeDocuments(*chunks)

    def search(question: str, limit: int) -> list[Hit]:
        """Finds all but one."""
        found = next(one for one in chunks if one.headings[-1] in question)
        return [Hit(replace(found, source="başka.md") if "Vana" in question else found, 1.0)]

    starters = Starters(documents, search, "tr")
    states = [state(n, f"{n}.md") for n in range(5)]
    made = starters.of(states)
    assert len(made) == STARTERS and not any("Vana" in one for one in made)
    assert made[-1].endswith("belgesini özetler misin?")
    assert starters.of(states) == made and documents.asked == 1
    starters.of(states[:4])
    assert documents.asked == 2


def test_starters_that_were_cut_short_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    documents: Any = FakeDocuments(chunk("Motor bakımı", "0.md", 0))
    starters = Starters(documents, lambda question, limit: [Hit(documents.kept[0], 1.0)], "tr")
    states = [state(0, "0.md"), replace(state(1, "1.md"), title="Bu bölümdekiler")]
    monkeypatch.setattr("ui.suggest.BUDGET", 0.0)
    assert starters.of(states) == ("“0.md belgesi” belgesini özetler misin?",)
    monkeypatch.setattr("ui.suggest.BUDGET", 60.0)
    assert starters.of(states)[0] == "Motor bakımı hakkında bilgi verir misin?"


def test_sample_documents_have_questions_of_their_own() -> None:
    from importlib.resources import files

    documents: Any = SimpleNamespace()  # is not asked at all
    samples = [state(n, one.name) for n, one in enumerate(files("assistant").joinpath("samples").iterdir())]
    assert Starters(documents, lambda question, limit: [], "tr").of(samples) == ()
