from collections import Counter

import pytest

from ingest.lexicon import Lexicon, lexicon_of, load_lexicon
from ingest.repair_letters import fix_accents, fix_encoding, fix_forms, fix_lost_accents, fix_nameless


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("Do˘grusal S¸ekil d¨unya", "Doğrusal Şekil dünya"),
        ("˙Ikinci b¨ol¨um ba¸slıyor", "İkinci bölüm başlıyor"),
        ("˙ Ikinci y¨ontem", "İkinci yöntem"),
        ("K˙IS¸˙ISEL M¨UHEND˙ISL˙I ˘G˙I", "KİŞİSEL MÜHENDİSLİĞİ"),
        ("Meselˆa ˙Istanbul hˆalˆa g¨uzel", "Meselâ İstanbul hâlâ güzel"),
        ("C¸ ıktı ve C¸ ¨unk¨u", "Çıktı ve Çünkü"),
        ("Y ¨UZDE GEC¸ EN", "YÜZDE GEÇEN"),
        ("du¨nya dag˘lar go¨z", "dünya dağlar göz"),  # behind their letters
        ("ba ˘glantı", "bağlantı"),
        ("model ¨uzerinde ¸cok ¸sey", "model üzerinde çok şey"),
        ("Do ̆gru s ̧ekil", "Doğru şekil"),  # as NFKC leaves them
    ],
)
def test_accents_go_to_their_letters(lexicon: Lexicon, broken: str, right: str) -> None:
    lines, count = fix_accents([broken], lexicon)
    assert lines == [right]
    assert count > 0


def test_between_two_letters_the_known_word_decides(lexicon: Lexicon) -> None:
    # the accent of "au¨o" fits u and o; before its letter, as in the rest, it would give "auö"
    small = lexicon_of(["aüo", "içsel"])
    assert fix_accents(["b¨uy¨uk au¨o ics¸cel"], small)[0] == ["büyük aüo icsçel"]
    assert fix_accents(["bu¨yu¨k au¨o"], lexicon)[0] == ["büyük aüo"]


@pytest.mark.parametrize(
    "text",
    [
        "x ¨ o",
        "∈ˆy",
        "(ˆ b − a)",
        "ˆ +∞",
        "xˆa",
        "2^10 ~ 1000",
        "θ˙ = ω",
        "İzmir´in",
        "a˘b",
        "¸",
        "˘˘˘",
        "ˆθ",
    ],
)
def test_accents_of_formulas_stay(lexicon: Lexicon, text: str) -> None:
    assert fix_accents([text], lexicon) == ([text], 0)


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("Ýstanbul þehri çok güzel, ýþýk saðlar", "İstanbul şehri çok güzel, ışık sağlar"),
        ("Ä°stanbul ÅŸehri Ã§ok gÃ¼zel", "İstanbul şehri çok güzel"),
        ("deÄŸiÅŸken Ä±ÅŸÄ±k", "değişken ışık"),
    ],
)
def test_wrong_code_pages(lexicon: Lexicon, broken: str, right: str) -> None:
    assert fix_encoding([broken], lexicon)[0] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "Ísland: Þórður Guðmundsson og maðurinn í bænum",  # Icelandic
        "þ harfi (thorn) eski İngilizcede kullanılırdı",
        "ð ∈ Ð, ý = f(þ)",
        'Örneğin "Ã¡" dizesi',  # a text about encodings
        "çağdaş Türkçe metin — “tırnak” içinde €5",
    ],
)
def test_right_letters_of_other_languages_stay(lexicon: Lexicon, text: str) -> None:
    assert fix_encoding([text], lexicon) == ([text], 0)


def test_latin5_is_decided_for_the_whole_document(lexicon: Lexicon) -> None:
    lines = ["Þekil 1", "yazýlým geliþtirme", "deðiþken", "Xþy"]
    assert fix_encoding(lines, lexicon)[0] == ["Şekil 1", "yazılım geliştirme", "değişken", "Xşy"]


def test_ligatures_decomposed_letters_and_invisible_signs() -> None:
    lines = [
        "sınıﬂandırma eﬀekt oﬃs",
        "o\u0308g\u0306renci",
        "has\u00adta\u200blık",
        "ı\u0307ki i\u0307ki I\u0307ki",
    ]
    mended, count = fix_forms(lines)
    assert mended == ["sınıflandırma effekt offis", "öğrenci", "hastalık", "iki iki İki"]
    assert count == 8


@pytest.mark.parametrize(
    "text", ["👩\u200d💻", "می\u200cخواهم", "क्\u200dष", "düz metin", "son has\u00ad", "x² ½ №"]
)
def test_joiners_that_mean_something_and_other_forms_stay(text: str) -> None:
    assert fix_forms([text]) == ([text], 0)


def test_a_letter_without_a_name_is_found_by_the_words(lexicon: Lexicon) -> None:
    lines = [
        "P\ufffdn \ufffds\ufffdm",
        "g\ufffdr\ufffdş ve ver\ufffd",
        "b\ufffdr\ufffdm\ufffdn\ufffdn",
        "ANAL\ufffdZ",
        "\ufffd 5",
    ]
    mended, count = fix_nameless(lines, lexicon)
    assert mended == ["Pin isim", "giriş ve veri", "biriminin", "ANALİZ", "\ufffd 5"]
    assert count == 6


def test_nameless_letters_stay_without_evidence(lexicon: Lexicon) -> None:
    for lines in (["P\ufffdn"], ["\ufffd\ufffd \ufffd"], ["a\ufffdb c\ufffdd e\ufffdf g\ufffdh i\ufffdj"]):
        assert fix_nameless(lines, lexicon) == (lines, 0)


def test_accents_that_became_blanks(lexicon: Lexicon) -> None:
    lines = [
        "hastaların yu zdesi ve dag ılımı",
        "bag ımsız o rnek ile go ru lmektedir",
        "du zeyler deg erlendirildi, dog rulandı",
        "deg işken sag lamaktadır o nemli",
    ]
    mended, _ = fix_lost_accents(lines, lexicon, Counter({"metin": 100}))
    assert mended == [
        "hastaların yüzdesi ve dağılımı",
        "bağımsız örnek ile görülmektedir",
        "düzeyler değerlendirildi, doğrulandı",
        "değişken sağlamaktadır önemli",
    ]
    assert fix_lost_accents(lines[:1], lexicon, Counter({"metin": 100})) == (lines[:1], 0)  # too few
    assert fix_lost_accents(lines, lexicon, Counter({"metin": 100_000})) == (lines, 0)


def test_long_and_hostile_lines_take_no_time(lexicon: Lexicon) -> None:
    for piece in ("¨", "¨u", "a¸ ", "ş\ufffd", "Ã¼", "˘g ", "o ", "ı\u0307", " ̆"):
        line = piece * 20_000
        lines = fix_encoding([line], lexicon)[0]
        lines = fix_accents(lines, lexicon)[0]
        lines = fix_forms(lines)[0]
        lines = fix_nameless(lines, lexicon)[0]
        fix_lost_accents(lines, lexicon, Counter())
