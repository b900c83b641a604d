"""What each word of a question is there for."""

import pytest

from assistant.question_words import Role, read_words


def roles(question):
    return " ".join(word.role.name.lower() for word in read_words(question))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("peki Docker'ın avantajları neler?", "opener subject side small"),
        ("bu yöntemin hızı ne?", "pointer pointer side small"),
        ("bu belgede ne yazıyor", "small subject small act"),
        ("ikincisiyle nasıl bağlanırım?", "pointer small act"),
        ("iki kişi", "subject subject"),
        ("hangi sürümde eklendi?", "small measure act"),
        ("hangi python sürümleri destekleniyor", "small subject measure act"),
        ("nasıl iptal ederim?", "small act act"),
        ("örnek verir misin?", "order order small"),
        ("yaz okulu ne zaman?", "subject subject small small"),
        ("Erasmus hibesi nedir?", "subject subject small"),
        ("seçmeli ders kaldırılmış", "subject subject act"),
        ("geç verirsem olur mu", "subject clause act small"),
        ("lisans öğrencisi", "subject subject"),
        ("lisansı nedir", "side small"),
        ("Eksik veri", "subject subject"),
        ("NE YAPABİLİRSİN", "small chat"),
        ("", ""),
        ("?! \u200b", ""),
    ],
)
def test_roles(question, expected):
    assert roles(question) == expected


@pytest.mark.parametrize(
    ("question", "case"),
    [
        ("Linux'ta", "place"),
        ("LİNUX’TA", "place"),
        ("kütüphaneden", "place"),
        ("veri", ""),
        ("Svelte", ""),
        ("Docker'ın", "genitive"),
        ("Docker'la", "with"),
        ("Docker ile", "with"),
        ("öğrenciler için", "for"),
        ("Docker", ""),
    ],
)
def test_cases(question, case):
    assert read_words(question)[0].case == case


def test_what_belongs_to_something():
    assert all(word.possessed for word in read_words("fiyatı kapasitesi lisansının dişlilerinden"))
    assert not any(word.possessed for word in read_words("veri bilgi teknoloji Docker dosyanın sınırlı"))
    assert Role.SIDE in {word.role for word in read_words("DEZAVANTAJLARI")}
