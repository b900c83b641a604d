"""Which document is to be summarised, and what is shown."""

from collections.abc import Sequence

import pytest

from assistant.intents import Intent
from assistant.llm_errors import LLMError
from assistant.records import Chunk, DocumentName, Exchange, Place
from assistant.summary import WHICH, Wanted, asked_back, summarised, wanted
from tests.assistant.test_map_reduce import FakeLLM

POMPA, STAJ, TEZ = (
    DocumentName(1, "bakim/pompa.md", "Pompa bakım talimatı"),
    DocumentName(2, "staj.md", "Staj Yönergesi"),
    DocumentName(3, "tez.pdf", "Müşteri kaybı"),
)
ALL = [POMPA, STAJ, TEZ]


def summarise(_: str) -> Intent:
    return Intent("summarise", 0.9)


def ask(question: str, documents: Sequence[DocumentName] = ALL, *history: Exchange) -> Wanted | None:
    return wanted(question, history, lambda: documents, summarise)


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("tez.pdf ne anlatıyor?", TEZ),
        ("Staj yönergesini kısaca özetler misin?", STAJ),
        ("POMPA BAKIM TALİMATINI ÖZETLE", POMPA),
        ("pompa belgesini ozetle", POMPA),
        ("summarize staj.md please", STAJ),
    ],
)
def test_a_named_document(question: str, document: DocumentName) -> None:
    assert ask(question) == Wanted(document)


@pytest.mark.parametrize(
    "question", ["bu belgeyi özetle", "özet çıkar", "bu ne anlatıyor", "summarize this document"]
)
def test_the_only_one_of_the_limit_else_the_one_cited_most_else_the_question_back(question: str) -> None:
    cited = Exchange("Yağ?", "Altı ayda bir [1].", ("bakim/pompa.md", "tez.pdf"))
    assert ask(question, [TEZ], cited) == Wanted(TEZ)
    assert ask(question, ALL, cited) == Wanted(POMPA)
    assert ask(question, [STAJ, TEZ], cited) == Wanted(TEZ)
    back = ask(question)
    assert back == Wanted(None, (POMPA, STAJ, TEZ))
    assert (
        asked_back(back.hints, "tr").text.startswith(WHICH.tr) and "(tez.pdf)" in asked_back(ALL, "tr").text
    )


@pytest.mark.parametrize(
    "question",
    [
        "Üçüncü bölümü özetle", "Önceki yanıtı daha kısa söyle", "Kubernetes ağ modelini özetle",
        "Müşteri iadeleri ve faturaları özetle",
    ],
)  # fmt: skip
def test_parts_earlier_answers_and_subjects_are_left_to_the_search(question: str) -> None:
    assert ask(question) is None


def test_no_summary_without_the_intent_or_documents() -> None:
    assert wanted("tez.pdf", [], lambda: ALL, lambda _: Intent("definition", 0.9)) is None
    assert wanted("tez.pdf", [], lambda: ALL, lambda _: Intent("summarise", 0.3)) is None
    assert ask("bu belgeyi özetle", []) is None


def test_an_unknown_file_is_asked_back_and_the_name_alone_is_then_enough() -> None:
    back = ask("rapor2024.pdf ne anlatıyor")
    assert back is not None and back.document is None
    before = Exchange("bu belgeyi özetle", asked_back(ALL, "tr").text)
    assert wanted("staj yönergesi", [before], lambda: ALL, lambda _: Intent("fact", 0.9)) == Wanted(STAJ)
    assert wanted("Yağ ne zaman değişir?", [before], lambda: ALL, lambda _: Intent("fact", 0.9)) is None


def test_the_documents_are_not_listed_for_other_questions():
    def never():
        raise AssertionError

    assert wanted("Yağ ne zaman değişir?", [], never, lambda _: Intent("fact", 0.9)) is None


TEXT = "Pompanın yağı her altı ayda bir yetkili servis tarafından değiştirilir."
CHUNK = Chunk("bakim/pompa.md", "Pompa", ("Yağ",), None, TEXT, 0, 7)
PLACES = [Place(7, ("Yağ",), len(TEXT))]


def test_a_model_that_fails_leaves_the_outline_and_a_notice() -> None:
    llm = FakeLLM(LLMError("Sunucu yok.", "No server."))
    answers = list(summarised(POMPA, PLACES, lambda ids: {7: CHUNK}, lambda key: 1.0, llm, None, "tr"))  # type: ignore[arg-type]
    last = answers[-1]
    assert TEXT in last.text and last.generator == "extractive" and last.citations[0].quote == TEXT
    assert last.notice and last.notice.tr.startswith("Sunucu yok. ")
    assert [len(one.text) for one in answers] == sorted(len(one.text) for one in answers)


def test_a_model_writes_the_summary() -> None:
    llm = FakeLLM("Yağ altı ayda bir değişir [1].")
    last = list(summarised(POMPA, PLACES, lambda ids: {7: CHUNK}, lambda key: 1.0, llm, None, "tr"))[-1]  # type: ignore[arg-type]
    assert (last.text, last.generator) == ("Yağ altı ayda bir değişir [1].", "fake:model")
    assert last.sources == ("bakim/pompa.md",)


def test_a_document_without_sentences_shows_its_headings() -> None:
    code = Chunk("k.md", "k", ("Kurulum <b>",), None, "```\nx\n```", 0, 7)
    places = [Place(7, code.headings, 9)]
    last = list(summarised(POMPA, places, lambda ids: {7: code}, lambda key: 1.0, None, None, "tr"))[-1]
    assert "Kurulum" in last.text and "<b>" not in last.text and last.citations == ()
