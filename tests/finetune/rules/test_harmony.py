import pytest

from finetune.rules.harmony import genitive, high, is_name, locative, low, particle, sounded


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("kullanılabilir", "mi"),
        ("zorunlu", "mu"),
        ("mümkün", "mü"),
        ("açık", "mı"),
        ("İSTANBUL", "mu"),
        ("IŞIK", "mı"),
        ("MPI", "mi"),  # an English I
        ("3.11", "mi"),  # bir
        ("2040", "mı"),  # kırk
        ("100", "mü"),  # yüz
    ],
)
def test_the_question_particle_follows_the_last_vowel(word: str, asked: str) -> None:
    assert particle(word) == asked


def test_a_name_takes_an_apostrophe_and_a_word_does_not() -> None:
    assert (genitive("TRUBA"), genitive("veri"), genitive("sistem")) == ("TRUBA'nın", "verinin", "sistemin")
    assert (locative("Linux"), locative("CUDA"), locative("kitap")) == ("Linux'ta", "CUDA'da", "kitapta")
    assert genitive("HTTP") == "HTTP'nin"  # spelled out: he-te-te-pe
    assert [is_name(word) for word in ("veri", "Veri", "x2", "a.b")] == [False, True, True, True]


def test_a_form_that_is_not_sure_is_not_given() -> None:
    assert genitive("kitap") == genitive("renk") == ""


@pytest.mark.parametrize("word", ["", "?", "--", "0", "ß", "Я", "i\u0307"])
def test_anything_has_a_sound(word: str) -> None:
    assert sounded(word)
    assert high(word) in "ıiuü" and low(word) in "ae"
