"""Follow-ups: which questions lean on the conversation, what they carry over, a model that rewrites."""

import time
import unicodedata

import pytest

from assistant.followup import CARRIED, Standalone, resolve, standalone
from assistant.llm_errors import LLMError
from assistant.records import Exchange

KEDI = "Kedi günde kaç litre süt içer?"
COMMON = ("dosya", "bellek", "iceri")


def idf(key):
    return 2.0 if key in COMMON else 10.0


def asked(question, *previous):
    return standalone(question, [Exchange(before, "") for before in previous], idf)


@pytest.mark.parametrize(
    "question",
    [
        "Ya köpek?",
        "peki köpek ne kadar içer?",
        "bunun nedeni nedir?",
        "Onun yaşı kaç olur sonra büyüyünce kilosu artar mı?",
        "neden?",
        "o zaman suyu nereden alıyor",
        "sonra bunu nasıl yapıyor",
        "ikincisi hangisi",
        "Diğerinin ağırlığı ne kadar?",
        "ilkinden farkı ne",
        "bu hayvanın tüyü uzar mı?",
        "dezavantajları neler?",
        "DEZAVANTAJLARI NELER?",
        "dezavantajlari neler",
        "kapasitesi ne kadar?",
        "ömrü kaç yıl?",
        "fiyatını söyle",
        "Güvenlik riskleri nelerdir?",
        "nasıl kurulur?",
        "Nasıl iptal ederim?",
        "hangi sürümde eklendi?",
        "örnek ver",
        "kod örneği göster",
        "daha kısa anlat",
        "biraz açıklar mısın?",
        "yaşlı kediler için?",
        "cinsi nedir peki",
        "peki dosya çok büyükse bellek dolar mı?",
    ],
)
def test_a_question_without_a_subject_of_its_own_leans(question):
    for typed in (question, unicodedata.normalize("NFD", question)):
        found = asked(typed, KEDI)
        assert "Kedi" in found.before and found.question == typed
        assert found.text == f"{found.before} {typed}"
    assert asked(question) == Standalone(question)


@pytest.mark.parametrize(
    "question",
    [
        "Köpek günde kaç litre su içer?",
        "Bu kılavuzdaki ağ geçidi ayarları hangi dosyada saklanıyor?",
        "BERT modelinde katman sayısı kaçtır?",
        "dropout",
        "öğrenme oranı",
        "Veri nedir?",
        "ISI POMPASI NASIL ÇALIŞIR?",
        "İki CSV dosyam var, bunları nasıl birleştiririm?",
        "TCP mi UDP mi, hangisi daha hızlı?",
        "hangisi daha hızlı, TCP mi UDP mi?",
        "Hangi belgeler var?",
        "Hangi python sürümleri destekleniyor?",
        "merhaba",
        "teşekkür ederim",
        "neler yapabilirsin?",
        "Erasmus hibesi ne kadar?",
        "Yaz okulunda kaç ders alınabilir?",
        "Piramitleri kim yaptı?",
        "Kedi ne zaman uyur?",
        "O(n) ne demek, karmaşıklık mı?",
        "Şu anda sunucu açık mı?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question):
    assert asked(question, KEDI) == Standalone(question)


@pytest.mark.parametrize(
    ("previous", "question", "before"),
    [
        ("PyTorch'un avantajları neler?", "peki dezavantajları?", "PyTorch neler"),
        ("PyTorch'un avantajları neler?", "nasıl kurulur?", "PyTorch neler"),
        ("Docker nasıl kurulur?", "nasıl silinir?", "Docker nasıl"),
        ("Docker nasıl kurulur?", "neden?", "Docker nasıl kurulur"),
        ("Ubuntu'da güvenlik duvarı nasıl açılır?", "Peki Fedora'da?", "güvenlik duvarı nasıl açılır"),
        ("Klima E-1042 hatasını neden verir?", "peki E-1043?", "Klima hatasını neden verir"),
        ("--verbose ne işe yarar?", "ya --quiet?", "ne işe yarar"),
        ("Presin parçaları nelerdir?", "ağırlığı ne kadar?", "Presin nelerdir"),
        ("Şifremi nasıl değiştiririm?", "ya bilmiyorsam", "Şifremi nasıl değiştiririm"),
    ],
)
def test_what_the_question_replaces_is_not_carried_over(previous, question, before):
    assert asked(question, previous).before == before


@pytest.mark.parametrize(
    "question",
    [
        "Peki Docker nedir?",
        "peki docker nedir",
        "ya Bayes teoremi nedir?",
        "peki lojistik regresyon ne demek?",
        "Peki Docker'ın avantajları neler?",
        "peki MySQL nasıl kurulur?",
    ],
)
def test_a_new_subject_behind_an_opener_is_noticed(question):
    assert asked(question, KEDI) == Standalone(question)


@pytest.mark.parametrize(
    "question",
    [
        "peki Docker'da?",
        "peki GPU gerekir mi?",
        "peki Docker ile nasıl kurulur?",
        "peki dosya nedir?",
        "PEKİ DOSYA NEDİR?",
    ],
)
def test_what_only_goes_round_the_old_subject_is_no_new_one(question):
    assert asked(question, "Flask nedir?").before == "Flask nedir"


def test_a_subject_that_the_answer_brought_up_is_no_new_one():
    history = [Exchange("PyTorch hızlı mıdır?", "Bir GPU ile on kat hızlanır.")]
    assert standalone("peki GPU nasıl takılır?", history, idf).before == "PyTorch hızlı mıdır"
    assert standalone("peki GPU nasıl takılır?", [Exchange("PyTorch hızlı mıdır?", "")], idf).before == ""


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("Yeni soru: avantajları neler?", "avantajları neler?"),
        ("YENİ BİR SORU: SMTP NEDİR?", "SMTP NEDİR?"),
        ("Başka bir konu: fiyatı ne?", "fiyatı ne?"),
        ("Konuyu değiştirelim, örnek ver", "örnek ver"),
        ("başka bir şey soracağım: nasıl kurulur", "nasıl kurulur"),
        ("alakasız olacak ama bunu nasıl yaparım", "bunu nasıl yaparım"),
        ("konuyu değiştirelim", "konuyu değiştirelim"),
    ],
)
def test_a_change_of_subject_is_believed(question, alone):
    assert asked(question, KEDI) == Standalone(alone)


@pytest.mark.parametrize("question", ["başka bir şey gerekir mi?", "yeni soru nasıl eklenir peki"])
def test_words_of_a_change_within_a_question_are_no_change(question):
    assert asked(question, KEDI).question == question
    assert asked(question, KEDI).before


def test_a_question_about_changing_a_subject_is_left_whole():
    for question in ("Konu değişikliği nasıl yapılır?", "yeni soru-cevap sayfası nasıl açılır"):
        assert asked(question, KEDI) == Standalone(question)


def test_a_chain_of_follow_ups_keeps_its_subject():
    chain = ["Redis nedir?", "avantajları neler?", "peki dezavantajları?", "nasıl kurulur?"]
    assert asked("lisansı nedir?", *chain).before.split()[0] == "Redis"
    assert "avantajları" not in asked("lisansı nedir?", *chain).before
    assert "köpek" in asked("ya kuş?", KEDI, "peki köpek?").before


def test_a_chain_goes_on_from_the_newest_subject_and_thanks_end_none():
    assert asked("avantajları?", "React nedir?", "peki Svelte nedir?").before == "Svelte nedir"
    assert asked("avantajları?", "React nedir?", "yeni soru: Svelte nedir?").before == "Svelte nedir"
    assert asked("avantajları?", "React nedir?", "teşekkür ederim").before == "React nedir"
    assert asked("avantajları?", "merhaba").before == ""


@pytest.mark.parametrize(
    "history",
    [
        ["peki " + "kedi " * 790] * 500,
        ["'" * 4000] * 6,
        ["bu " * 1300] * 6,
        ["\u0301\u200b?!"] * 6,
        [""],
    ],
)
def test_odd_conversations_are_read_in_time_and_bounded(history):
    started = time.perf_counter()
    assert len(asked("ya kuş?", *history).before.split()) <= CARRIED
    assert asked("bu " * 1300, *history).question
    assert time.perf_counter() - started < 1


# With a language model


class Rewriter:
    name = "fake"

    def __init__(self, reply):
        self.reply = reply
        self.calls = 0

    def rewrite(self, question, history):
        self.calls += 1
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


HISTORY = [Exchange("Redis nedir?", "Bellekte çalışan bir veri deposudur [1].")]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("Redis'in dezavantajları nelerdir?", "Redis'in dezavantajları nelerdir?"),
        (" “Redis'in dezavantajları nelerdir?”\n", "Redis'in dezavantajları nelerdir?"),
        ("<think>Redis mi?</think>\nRedis'in dezavantajları", "Redis'in dezavantajları"),
        ("Redis\x1b[31m dezavantajları\u202e", "Redis[31m dezavantajları"),
    ],
)
def test_a_model_rewrites_a_follow_up(reply, text):
    assert resolve("peki dezavantajları?", HISTORY, idf, Rewriter(reply)) == Standalone(text)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "?!",
        "Redis'in dezavantajları\nşunlardır:",
        "Redis " * 60,
        "Üzgünüm, yardımcı olamam.",
        "<think>Redis",
        LLMError("Olmadı.", "Failed."),
    ],
)
def test_a_reply_that_is_no_question_about_the_conversation_leaves_the_rule(reply):
    llm = Rewriter(reply)
    found = resolve("peki dezavantajları?", HISTORY, idf, llm)
    assert (found.before, llm.calls) == ("Redis nedir", 1)


@pytest.mark.parametrize(
    ("question", "history"),
    [("dezavantajları?", []), ("Kafka nedir?", HISTORY), ("peki Kafka nedir?", HISTORY)],
)
def test_a_model_is_not_asked_about_what_stands_alone(question, history):
    llm = Rewriter("olmamalı")
    assert resolve(question, history, idf, llm) == Standalone(question)
    assert llm.calls == 0
