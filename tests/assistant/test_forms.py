"""Questions and the forms that their wording shows."""

import pytest

from assistant.forms import FORMS, asked_forms, asks_code, tells


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Zor negatif nedir?", "definition"),
        ("E-1042 ne anlama gelir?", "definition"),
        ("Modele nasıl geçerim?", "howto"),
        ("Kaç ohm olmalı?", "value"),
        ("niçin taşar", "why"),
        ("A ile B arasındaki fark", "compare"),
    ],
)
def test_the_form_of_a_question(question, name):
    assert FORMS[name] in asked_forms(question)


def test_keywords_have_no_form():
    assert asked_forms("staj devamsızlık sınırı") == []
    assert not tells("Bu 3 gündür.", "sentence", [])


def test_a_unit_tells_by_its_words_or_its_kind():
    assert tells("Buna kedi denir.", "sentence", [FORMS["definition"]])
    assert not tells("Kedi uyur.", "sentence", [FORMS["definition"]])
    assert tells("Kedi uyur.", "item", [FORMS["howto"]])


@pytest.mark.parametrize(
    "question", ["nasıl kurulur", "kurma komutu", "nn.Module listesi", "getUserName boş"]
)
def test_questions_that_code_may_answer(question):
    assert asks_code(question)


@pytest.mark.parametrize(
    "question", ["rulman ne zaman yağlanır", "2024'te kaç kişi vardı", "3.11 ne zaman çıktı"]
)
def test_questions_that_code_does_not_answer(question):
    assert not asks_code(question)
