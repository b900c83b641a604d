import pytest

from finetune.rules.verbs import (
    aorist,
    doing,
    first_person,
    infinitive,
    is_copula,
    participle,
    passive,
    stem_of_aorist,
    stem_of_noun,
)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        *(("döndürür", "döndür"), ("oluşturur", "oluştur"), ("tanımlar", "tanımla"), ("siler", "sil")),
        *(("yapar", "yap"), ("okur", "oku"), ("korur", "koru"), ("bulur", "bul"), ("alır", "al")),
        *(("eder", "et"), ("kaydeder", "kaydet"), ("kapatır", "kapat"), ("üretir", "üret"), ("arar", "ara")),
        *(("çağırır", "çağır"), ("önceler", "öncele"), ("böler", "böl"), ("taşır", "taşı")),
    ],
)
def test_the_aorist_and_its_stem(word: str, stem: str) -> None:
    assert stem_of_aorist(word) == stem
    assert aorist(stem) == word


@pytest.mark.parametrize("word", ["yapıdır", "araçtır", "büyüktür", "ve", "dir", "2r", "X"])
def test_what_is_no_verb_has_no_stem(word: str) -> None:
    assert stem_of_aorist(word) == ""


def test_is_and_does_are_told_apart() -> None:
    assert [is_copula(word) for word in ("koddur", "sınıftır", "kapatır", "üretir", "döndürür")] == [
        *(True, True, False, False, False)
    ]


@pytest.mark.parametrize(
    ("word", "stem"), [("ekleme", "ekle"), ("oluşturma", "oluştur"), ("silmek", "sil"), ("okumak", "oku")]
)
def test_stems_of_verbal_nouns(word: str, stem: str) -> None:
    assert stem_of_noun(word) == stem


@pytest.mark.parametrize("word", ["küme", "kelime", "şema", "sistem", "me", "ekmak"])
def test_nouns_that_end_so_are_no_verbs(word: str) -> None:
    assert stem_of_noun(word) == ""


def test_other_forms() -> None:
    stems = ("döndür", "tanımla", "et", "sil", "yap", "ayır")
    assert [infinitive(stem) for stem in stems[:3]] == ["döndürmek", "tanımlamak", "etmek"]
    assert [first_person(stem) for stem in stems[:5]] == [
        "döndürürüm",
        "tanımlarım",
        "ederim",
        "silerim",
        "yaparım",
    ]
    assert [participle(stem) for stem in stems[:4]] == ["döndüren", "tanımlayan", "eden", "silen"]
    assert [aorist(passive(stem)) for stem in stems] == [
        *("döndürülür", "tanımlanır", "edilir", "silinir", "yapılır", "ayrılır")
    ]
    assert doing("ekle") == "ekleme" and doing("oku") == "okuma"
