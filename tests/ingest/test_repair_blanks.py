from collections import Counter

import pytest

from ingest.lexicon import Lexicon, load_lexicon
from ingest.repair_blanks import fix_glued, fix_spaced
from ingest.repair_words import vocabulary


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("Ö N S Ö Z", "ÖNSÖZ"),
        ("  G İ R İ Ş", "  GİRİŞ"),
        ("S O N U Ç  V E  Ö N E R İ L E R", "SONUÇ VE ÖNERİLER"),
        ("1. K A Y N A K L A R", "1. KAYNAKLAR"),
        ("Ö z e t:", "Özet:"),
    ],
)
def test_letters_that_stand_apart(lexicon: Lexicon, broken: str, right: str) -> None:
    assert fix_spaced([broken], lexicon) == ([right], 1)


@pytest.mark.parametrize(
    "line", ["A A T T C C G G", "a b c d e f", "x y z", "K A R E = 4", "p q r s", "I V X L C", "a"]
)
def test_single_letters_stay(lexicon: Lexicon, line: str) -> None:
    assert fix_spaced([line], lexicon) == ([line], 0)


def glued(lines: list[str], lexicon: Lexicon) -> list[str]:
    return fix_glued(lines, lexicon, vocabulary(lines))[0]


def test_two_words_that_stand_side_by_side_elsewhere(lexicon: Lexicon) -> None:
    lines = ["Kısıtlı değişken seçilir.", "Burada kısıtlıdeğişken vardır."]
    assert glued(lines, lexicon) == [lines[0], "Burada kısıtlı değişken vardır."]
    assert glued(lines[1:], lexicon) == lines[1:]


@pytest.mark.parametrize(
    "line",
    [
        "gerçekleştirmeyebilir ve gerçekleştirmeye bilir",
        "Süperbilgisayarı, süper bilgisayarı",
        "değerlendirilebilmektedir değerlendirilebildiklerinde",
        "getUserName, veri_tabanıbağlantısı, dosya.adıuzantısı",
        "https://ornek.org/kullanıcıadıgirin kullanıcı adı",
        "MonteCarlo ve PowerPoint",
        "veritabanı önyükleme özyinelemeli",
        "çekoslovakyalılaştıramadıklarımızdanmışsınızcasına",
    ],
)
def test_long_words_and_names_stay(lexicon: Lexicon, line: str) -> None:
    assert glued([line], lexicon) == [line]


def test_a_document_without_blanks(lexicon: Lexicon) -> None:
    lines = [
        "budeğerlerindahakötüsonuçlaranedenolduğu görülür.",
        "Her birverinoktasınınözelliklerinintamamenbağımsızolduğu",
        "ve olaraktanımlanacakdeğişkendeğeriverilir, getUserName(x)",
        "değerlendirilebilmektedir",
    ]
    assert glued(lines, lexicon) == [
        "bu değerlerin daha kötü sonuçlara neden olduğu görülür.",
        "Her bir veri noktasının özelliklerinin tamamen bağımsız olduğu",
        "ve olarak tanımlanacak değişken değeri verilir, getUserName(x)",
        "değerlendirilebilmektedir",
    ]


def test_terms_that_repeat_stay(lexicon: Lexicon) -> None:
    lines = ["kısıtlı değişken", "kısıtlıdeğişken", "kısıtlıdeğişken"]
    assert fix_glued(lines, lexicon, Counter({"kısıtlıdeğişken": 2})) == (lines, 0)
