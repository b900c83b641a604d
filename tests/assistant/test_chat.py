"""The assistant with fakes: follow-ups, abstaining, streams, marks, a failing model, stopping, recording."""

from dataclasses import replace
from itertools import pairwise

import pytest

from assistant.chat import LONGEST_QUESTION, Assistant
from assistant.errors import KilavuzError
from assistant.faq import Entry
from assistant.intents import Intent
from assistant.llm_errors import LLMError
from assistant.prompts import NOT_FOUND
from assistant.records import Answer, Chunk, DocumentName, Exchange, Hit, Place
from assistant.replies import read_reply
from assistant.scope import Scope, chosen
from assistant.smalltalk import NO_DOCUMENTS
from assistant.spans import merged

KEDI = Hit(Chunk("kedi.md", "Kediler", ("Beslenme",), None, "Kedi süt içer. Kedi balık yer.", 0), 0.9)
KOPEK = Hit(Chunk("kopek.pdf", "Köpekler", (), 4, "Köpek su içer.", 0), 0.5)


NAMES = [DocumentName(0, "kedi.md", "Kediler"), DocumentName(1, "kopek.pdf", "Köpekler")]


class OneIdf:
    def idf(self, key):
        return 1.0

    def corrected(self, question):
        return question.replace("Kdei", "kedi")


class FakeLibrary:
    """Gives the same hits to every question and remembers the questions."""

    keywords = OneIdf()
    embedder = None
    names = staticmethod(lambda: NAMES)

    def __init__(self, *hits):
        self.hits = list(hits)
        self.asked = []
        self.parts = self

    @property
    def searcher(self):
        return self

    def documents(self):
        return []

    def scope(self, names):
        documents = chosen(names, NAMES)
        spans = merged((one.id, one.id + 1) for one in documents)
        return Scope(tuple(names), tuple(documents), spans)

    def places(self, document):
        return [Place(document, (), 60)]

    def fetch(self, ids):
        return {id: hit.chunk for hit in self.hits for id in ids if hit.chunk.source == NAMES[id].source}

    def search(self, question, limit=10, among=None):
        self.asked.append(question)
        inside = [NAMES[id].source for id in among.numbers()] if among else ()
        return [hit for hit in self.hits if not among or hit.chunk.source in inside][:limit]


class FakeTurns:
    def __init__(self):
        self.kept = []
        self.owner = None

    def of(self, owner):
        self.owner = owner
        return self

    def record(self, conversation, question, answer):
        answer = replace(answer, turn=len(self.kept) + 1)
        self.kept.append((conversation, question, answer))
        return answer


class FakeLLM:
    """Says these pieces; an exception among them is raised."""

    name = "fake:model"
    context = 4096

    def __init__(self, *pieces):
        self.pieces = pieces
        self.told = []
        self.closed = False

    def stream(self, question, hits, history):
        self.told.append((question, tuple(hits), tuple(history)))
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed = True


def assistant(*hits, llm=None, turns=None, language="tr"):
    return Assistant(FakeLibrary(*hits), turns, llm, language)


# Questions


@pytest.mark.parametrize("question", ["", "  \n ", "?!", "\u200b"])
def test_an_empty_question(question):
    with pytest.raises(KilavuzError, match="Soru boş"):
        assistant(KEDI).stream(question)
    with pytest.raises(KilavuzError):
        assistant(KEDI).search(question)


def test_a_question_of_100_000_characters_names_the_limit():
    with pytest.raises(KilavuzError, match=str(LONGEST_QUESTION)) as error:
        assistant(KEDI).ask("kedi " * 20_000)
    assert "belge olarak" in error.value.message.tr
    assert str(LONGEST_QUESTION) in error.value.message.en


KEDI_SORUSU = Exchange("Kedi günde kaç litre süt içer?", "Bir litre.")


def test_search_uses_the_history():
    library = FakeLibrary(KEDI)
    Assistant(library, None, None).search("ya köpek?", 3, [KEDI_SORUSU])
    assert library.asked == ["Kedi günde kaç litre süt içer ya köpek?"]


class Rewriter(FakeLLM):
    """A FakeLLM that rewrites questions too."""

    def __init__(self, rewritten, *pieces):
        super().__init__(*pieces)
        self.rewritten = rewritten

    def rewrite(self, question, history):
        if isinstance(self.rewritten, Exception):
            raise self.rewritten
        return self.rewritten


def test_what_a_follow_up_was_searched_by_is_told_and_the_question_stays_as_it_was_asked():
    turns, library = FakeTurns(), FakeLibrary(KEDI, KOPEK)
    answer = Assistant(library, turns, None).ask("ya köpek?", [KEDI_SORUSU], "k1")
    assert turns.kept[0][:2] == ("k1", "ya köpek?")
    assert library.asked == [answer.searched] == ["Kedi günde kaç litre süt içer ya köpek?"]
    assert Assistant(library, None, None).ask("Köpek ne içer?").searched == ""


def test_a_model_rewrites_what_is_searched_but_is_asked_the_question_itself():
    llm, library = Rewriter("Köpek günde kaç litre su içer?", "Su [1]."), FakeLibrary(KEDI)
    answer = Assistant(library, None, llm).ask("ya köpek?", [KEDI_SORUSU])
    assert library.asked == [answer.searched] == ["Köpek günde kaç litre su içer?"]
    assert llm.told[0][0] == "ya köpek?"


def test_a_model_that_cannot_rewrite_leaves_the_rule_and_says_nothing_of_it():
    llm, library = Rewriter(BROKEN, "Su [1]."), FakeLibrary(KEDI)
    answer = Assistant(library, None, llm).ask("ya köpek?", [KEDI_SORUSU])
    assert library.asked == ["Kedi günde kaç litre süt içer ya köpek?"]
    assert (answer.notice, answer.text) == (None, "Su [1].")


# Extractive answers


def test_an_extractive_answer_grows_and_only_the_last_is_recorded():
    turns = FakeTurns()
    answers = list(assistant(KEDI, KOPEK, turns=turns).stream("Kedi süt içer mi?", conversation="k1"))
    assert [a.turn for a in answers] == [None] * (len(answers) - 1) + [1]
    assert all(b.text.startswith(a.text) for a, b in pairwise(answers))
    final = answers[-1]
    assert final.text.startswith("Kedi süt içer. [1]")
    assert final.hits == (KEDI, KOPEK)
    assert (final.generator, final.abstained, final.notice) == ("extractive", False, None)
    assert final.citations[0].quote == "Kedi süt içer."
    assert final.seconds > 0
    assert turns.kept == [("k1", "Kedi süt içer mi?", final)]
    assert all(f"[{c.number}]" in a.text for a in answers for c in a.citations)


def test_without_a_turn_log():
    assert assistant(KEDI).ask("Kedi süt içer mi?").turn is None


@pytest.mark.parametrize(("language", "words"), [("tr", "Belgelerde bulamadım"), ("en", "could not find")])
def test_a_poor_match_is_not_answered(language, words):
    turns = FakeTurns()
    answer = assistant(KEDI, KOPEK, turns=turns, language=language).ask("Zürafanın boynu niçin uzun?")
    assert answer.abstained and answer.citations == ()
    assert words in answer.text
    assert "Zürafanın, boynu, uzun" in answer.text
    assert "- Kediler › Beslenme\n- Köpekler, " in answer.text
    assert answer.hits == (KEDI, KOPEK)
    assert turns.kept[0][2].abstained


def test_headings_in_an_abstention_are_not_markdown():
    hit = Hit(Chunk("a.md", "[**Kısa**](x) <b>", (), None, "Metin.", 0), 0.5)
    assert not set("*[]<>`") & set(assistant(hit).ask("Zürafa nedir?").text.split("\n- ")[1])


def test_an_abstention_names_the_subject_and_not_the_particles():
    text = assistant(KOPEK, KEDI).ask("peki zürafanın boynu nedir?", [KEDI_SORUSU]).text
    assert "Aranan sözcükler: zürafanın, boynu." in text


@pytest.mark.parametrize("llm", [None, FakeLLM("olmamalı")])
def test_no_documents_says_how_to_add_some(llm):
    answer = assistant(llm=llm).ask("Kedi ne içer?")
    assert answer.abstained and answer.text == NO_DOCUMENTS.tr
    assert "kilavuz ingest" in answer.text


# Answers by a language model


def test_a_quote_may_come_from_the_surroundings_that_the_model_was_given():
    around = "Kedi süt içer. Kedi balık yer.\n\nKedi günde on beş saat uyur."
    hit = replace(KEDI, surroundings=around)
    answer = assistant(hit, llm=FakeLLM("Kedi on beş saat uyur [1].")).ask("Kedi kaç saat uyur?")
    assert [citation.quote for citation in answer.citations] == ["Kedi günde on beş saat uyur."]


def test_a_cited_answer_by_the_model():
    llm = FakeLLM("Kedi süt ", "içer [1]. ", "Köpek su içer [2].")
    history = [Exchange("Selam", "Merhaba")]
    answers = list(assistant(KEDI, KOPEK, llm=llm).stream("Kedi günde ne kadar süt içer?", history))
    final = answers[-1]
    assert final.text == "Kedi süt içer [1]. Köpek su içer [2]."
    assert [(c.number, c.hit, c.quote) for c in final.citations] == [
        (1, 0, "Kedi süt içer."),
        (2, 1, "Köpek su içer."),
    ]
    assert (final.generator, final.notice) == ("fake:model", None)
    assert answers[0].text == "Kedi süt "
    assert llm.told == [("Kedi günde ne kadar süt içer?", (KEDI, KOPEK), tuple(history))]


REPLY = "Kedi `a[1]` süt [2] içer [1, 2][7].\n\n```py\nx[1] = y[2]\n```\nSon [9]"
SHOWN = "Kedi `a[1]` süt [2] içer [1][2].\n\n```py\nx[1] = y[2]\n```\nSon"


@pytest.mark.parametrize("cut", range(len(REPLY) + 1))
def test_marks_split_at_any_position(cut):
    answers = list(assistant(KEDI, KOPEK, llm=FakeLLM(REPLY[:cut], REPLY[cut:])).stream("Kedi?"))
    assert answers[-1].text == SHOWN
    assert [c.number for c in answers[-1].citations] == [2, 1]
    for answer in answers:
        assert SHOWN.startswith(answer.text.rstrip()), "what is shown is never taken back"


def test_letter_by_letter_nothing_shown_is_taken_back():
    for n in range(len(REPLY) + 1):
        reply = read_reply(REPLY[:n], 2, finished=False)
        assert SHOWN.startswith(reply.text.rstrip())
    assert read_reply(REPLY, 2, finished=True).cited == (2, 1)


@pytest.mark.parametrize(
    ("raw", "text", "cited"),
    [
        ("Yanıt [3].", "Yanıt.", ()),
        ("Yanıt [1,9; 2].", "Yanıt [1][2].", (1, 2)),
        ("Dizi[0] ilk [1].", "Dizi[0] ilk [1].", (1,)),
        ("```\na[1]\n", "```\na[1]", ()),
        ("Kapanmamış `a [1].", "Kapanmamış `a [1].", (1,)),
        ("<think>gizli [1]</think>\nYanıt [2].", "Yanıt [2].", (2,)),
        ("<think>bitmedi", "", ()),
        ("Ka\x00ra\x1b[31m\u202e [1]\r\nson", "Kara[31m [1]\nson", (1,)),
        ("~~~\n[1]\n~~~\n[2]", "~~~\n[1]\n~~~\n[2]", (2,)),
        ("", "", ()),
    ],
)
def test_how_a_reply_is_read(raw, text, cited):
    raw_reply = read_reply(raw, 2, finished=True)
    assert (raw_reply.text, raw_reply.cited) == (text, cited)


@pytest.mark.parametrize(
    "junk", [" " * 12_000, "\n" * 12_000, "[" * 12_000, "`" * 12_000, "[1" * 6_000, "` " * 6000]
)
def test_a_degenerate_reply_is_read_in_time(junk):
    import time

    started = time.perf_counter()
    read_reply(junk, 2, finished=False)
    read_reply(junk, 2, finished=True)
    assert time.perf_counter() - started < 1


BROKEN = LLMError("Sunucuya ulaşılamadı.", "The server could not be reached.")


@pytest.mark.parametrize("pieces", [(BROKEN,), ("Kedi ", BROKEN), (" \n ",)])
def test_a_model_that_fails_leaves_the_extractive_answer_and_a_notice(pieces):
    answer = assistant(KEDI, KOPEK, llm=FakeLLM(*pieces)).ask("Kedi süt içer mi?")
    assert answer.text.startswith("Kedi süt içer. [1]")
    assert answer.generator == "extractive"
    assert answer.notice.tr.endswith("Yanıt doğrudan belgelerden alıntılandı.")
    assert answer.notice.en.endswith("The answer was picked from the documents instead.")


@pytest.mark.parametrize("said", [NOT_FOUND.tr, NOT_FOUND.en, "Belgelerde bulamadım"])
def test_a_model_that_finds_nothing_abstains(said):
    answer = assistant(KEDI, llm=FakeLLM(said)).ask("Kedi kaç yıl yaşar?")
    assert answer.abstained and answer.citations == ()
    assert "En yakın bölümler" in answer.text
    assert answer.generator == "fake:model"


def test_an_answer_without_citations_carries_a_notice():
    answer = assistant(KEDI, llm=FakeLLM("Kedi süt içer.")).ask("Kedi süt içer mi?")
    assert not answer.abstained and "kaynak göstermedi" in answer.notice.tr


# Stopping


def test_what_was_shown_is_recorded_when_the_user_stops():
    turns = FakeTurns()
    llm = FakeLLM("Kedi süt [1] ", "içer ve ", "uyur.")
    answers = assistant(KEDI, llm=llm, turns=turns).stream("Kedi?", conversation="k")
    next(answers)
    next(answers)
    answers.close()
    ((conversation, question, kept),) = turns.kept
    assert (conversation, question, kept.text) == ("k", "Kedi?", "Kedi süt [1] içer ve ")
    assert kept.notice.tr == "Yanıt durduruldu."
    assert [c.number for c in kept.citations] == [1]
    assert llm.closed


def test_closing_after_the_end_records_once():
    turns = FakeTurns()
    answers = assistant(KEDI, turns=turns).stream("Kedi süt içer mi?")
    for answer in answers:
        if answer.turn:
            break
    answers.close()
    assert len(turns.kept) == 1


def test_ask_returns_an_answer():
    assert isinstance(assistant(KEDI).ask("Kedi süt içer mi?"), Answer)
    assert assistant(KEDI).generator == "extractive"
    assert assistant(KEDI, llm=FakeLLM()).generator == "fake:model"


# Small talk and the user's own answers


class OneIntent:
    """Takes everything for this intent; its own words are "selam" and "hava"."""

    def __init__(self, name, confidence=0.9):
        self.intent = Intent(name, confidence)

    def match(self, utterance):
        return self.intent

    def words(self, name, examples=1):
        return frozenset({"selam", "hava"})


class OneEntry:
    def match(self, question):
        return Entry(("Kedi?",), "**Kedi** evdedir.", "Ev <b>kitabı") if question == "Kedi?" else None


def test_small_talk_is_recorded_and_needs_no_model():
    turns, llm = FakeTurns(), FakeLLM("olmamalı")
    (answer,) = Assistant(FakeLibrary(KEDI), turns, llm, "tr", OneIntent("greeting")).stream("selam")
    assert answer.text.startswith("Merhaba") and answer.turn == 1
    assert (answer.generator, answer.hits, answer.abstained) == ("smalltalk", (), False)
    assert llm.told == [] and turns.kept[0][2].text == answer.text


@pytest.mark.parametrize(
    "intent", [OneIntent("greeting"), OneIntent("out_of_scope"), OneIntent("greeting", 0.5)]
)
def test_what_the_documents_answer_is_never_small_talk(intent):
    answer = Assistant(FakeLibrary(KEDI, KOPEK), None, None, "tr", intent).ask("Kedi süt içer mi?")
    assert answer.text.startswith("Kedi süt içer. [1]")


def test_warming_up_says_and_records_nothing():
    turns, intent, fitted = FakeTurns(), OneIntent("greeting"), []
    intent.fit = lambda: fitted.append(1)
    Assistant(FakeLibrary(KEDI), turns, None, "tr", intent).warm_up()
    Assistant(FakeLibrary(), turns, None).warm_up()
    assert fitted == [1] and turns.kept == []


def test_out_of_scope_counts_as_abstained():
    answer = Assistant(FakeLibrary(KEDI), None, None, "tr", OneIntent("out_of_scope")).ask("Hava nasıl?")
    assert answer.abstained and answer.generator == "smalltalk"
    assert "En yakın bölümler:\n- " in answer.text and answer.hits and not answer.citations


def test_without_documents_a_greeting_is_still_answered():
    assert (
        Assistant(FakeLibrary(), None, None, "en", OneIntent("greeting"))
        .ask("selam")
        .text.startswith("Hello")
    )


def test_the_users_own_answer_comes_first_verbatim_with_its_source():
    library, turns = FakeLibrary(KEDI), FakeTurns()
    assistant = Assistant(library, turns, FakeLLM("olmamalı"), "tr", None, OneEntry())
    answer = assistant.ask("Kedi?")
    assert answer.text == "**Kedi** evdedir.\n\nKaynak: Ev kitabı"
    assert (answer.generator, answer.abstained, answer.turn) == ("faq", False, 1)
    assert library.asked == []


def test_a_slip_is_put_right_answered_and_told():
    turns = FakeTurns()
    answer = Assistant(FakeLibrary(KEDI, KOPEK), turns, None).ask("Kdei süt içer mi?")
    assert answer.text.startswith("Kedi süt içer. [1]")
    assert answer.notice.tr == "Şöyle arandı: kedi süt içer mi?"
    assert answer.searched == "kedi süt içer mi?" and turns.kept[0][1] == "Kdei süt içer mi?"
    assert Assistant(FakeLibrary(KEDI, KOPEK), None, None).ask("Kedi süt içer mi?").notice is None


# Limits and summaries


def test_a_limit_holds_for_search_answer_and_record_and_is_told():
    turns = FakeTurns()
    assistant = Assistant(FakeLibrary(KEDI, KOPEK), turns, None)
    assert assistant.search("Köpek ne içer?", within=["kopek.pdf"]) == [KOPEK]
    answers = list(assistant.stream("Köpek ne içer?", (), "k", ["kopek.pdf"]))
    assert all(one.within == ("kopek.pdf",) and set(one.hits) == {KOPEK} for one in answers)
    assert answers[-1].text == "Köpek su içer. [1]" and turns.kept[0][2].within == ("kopek.pdf",)
    assert assistant.ask("Köpek ne içer?").within == ()


def test_an_unknown_document_is_refused_at_once():
    library = FakeLibrary(KEDI)
    for ask in (Assistant(library, None, None).stream, Assistant(library, None, None).search):
        with pytest.raises(KilavuzError, match="“kedi"):
            ask("Kedi?", within=["kedo.md"])
    assert library.asked == []


def test_an_abstention_under_a_limit_says_where_it_looked_and_who_else_may_know():
    library = FakeLibrary(KEDI, KOPEK)
    answer = Assistant(library, None, None).ask("Kedi süt içer mi?", within=["kopek.pdf"])
    assert answer.abstained and "yalnızca şunlara bakıldı: kopek.pdf." in answer.text
    assert "şu belgede olabilir: Kediler (kedi.md)." in answer.text
    answer = Assistant(library, None, None).ask("Zürafa nerede yaşar?", within=["kopek.pdf"])
    assert answer.abstained and "olabilir" not in answer.text


def test_the_users_own_answers_are_no_documents():
    assistant = Assistant(FakeLibrary(KEDI, KOPEK), None, None, "tr", None, OneEntry())
    assert assistant.ask("Kedi süt içer mi?", within=["kedi.md"]).generator == "extractive"


LONG = Hit(Chunk("kedi.md", "Kediler", (), None, "Kediler günde on altı saat uyur ve gece avlanır.", 0), 0.9)


def test_a_summary_is_recorded_and_needs_no_search():
    turns, library = FakeTurns(), FakeLibrary(LONG)
    assistant = Assistant(library, turns, None, "tr", OneIntent("summarise"))
    answer = assistant.ask("bu belgeyi özetle", within=["kedi.md"])
    assert LONG.chunk.text in answer.text and answer.sources == ("kedi.md",)
    assert turns.kept[0][2].within == ("kedi.md",) and library.asked == []
    cited = Exchange("Kedi?", "Süt [1].", ("kopek.pdf", "kedi.md"))
    assert assistant.ask("bu belgeyi özetle", [cited]).text.startswith("“Köpekler” belgesinde")
    assert assistant.ask("özet çıkar").text.startswith("Hangi belgeyi özetleyeyim?")


class Writer(FakeLLM):
    """A FakeLLM that writes summaries too."""

    def write(self, told):
        return self.stream("", (), ())


def test_under_a_limit_a_models_answer_and_its_summary_are_checked_and_recorded():
    invented = "Kediler 1987 yılında Ankara kentinde görüldü [1]."
    turns, llm = FakeTurns(), Writer(f"Kediler günde on altı saat uyur [1]. {invented} Fazla [9].")
    library = FakeLibrary(KOPEK, LONG)
    for intent in ("summarise", "fact"):
        assistant = Assistant(library, turns, llm, "tr", OneIntent(intent))
        answer = assistant.ask("bu belgeyi özetle", within=["kedi.md"])
        assert (answer.generator, answer.sources) == ("fake:model", ("kedi.md",))
        assert "[9]" not in answer.text
        assert invented in [answer.text[one.start : one.end].strip() for one in answer.unsupported]
        assert "bulunamadı" in answer.notice.tr
        assert turns.kept[-1][2] == answer and answer.within == ("kedi.md",)
