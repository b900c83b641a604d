import time

import pytest

from ingest.lexicon import Lexicon, known_share, lexicon_of, load_lexicon, words_of, words_to_learn


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.mark.parametrize(
    "word",
    ["ve", "Öğrencilerin", "İSTANBUL", "IŞIK", "Ankara'da", "Ankara’nın", "hastalıktır", "önsöz", "KİŞİSEL"],
)
def test_words_are_known_in_any_case_and_with_a_suffix(lexicon: Lexicon, word: str) -> None:
    assert word in lexicon


@pytest.mark.parametrize("word", ["", "'", "ğışöç", "hastas", "xqzt", "hasta lık", "ISTANBULL", "ve veya"])
def test_what_is_no_word_is_unknown(lexicon: Lexicon, word: str) -> None:
    assert word not in lexicon


def test_turkish_capitals_are_not_english_ones(lexicon: Lexicon) -> None:
    assert "KIRMIZI" in lexicon
    assert "KİRMİZİ" not in lexicon


def test_a_widened_lexicon_leaves_the_first_as_it_was(lexicon: Lexicon) -> None:
    wide = lexicon.with_words(["Zorbulgraf", "IŞILTEK"])
    assert "zorbulgraf" in wide and "ışıltek" in wide and "yönetmelik" in wide
    assert "zorbulgraf" not in lexicon
    assert "zorbulgraf" in wide.with_words(["başka"])


def test_common_words_have_a_rank(lexicon: Lexicon) -> None:
    bir, kod = lexicon.rank("bir"), lexicon.rank("kod")
    assert bir is not None and kod is not None and bir < kod
    assert lexicon.rank("hastalıktır") is None


def test_a_stem_with_an_ending_in_harmony_inflects(lexicon: Lexicon) -> None:
    small = lexicon_of(["mutasyon", "simetrik", "masa"], endings=["lar", "ler", "larda", "tir", "ın"])
    assert small.inflects("mutasyonlarda") and small.inflects("simetriktir")
    assert not small.inflects("mutasyonler")  # harmony
    assert not small.inflects("masaın")  # two vowels
    assert not small.inflects("kelimeler")  # unknown stem
    assert lexicon.inflects("presepsin") == lexicon.inflects("xqztler") is False


def test_share_of_known_words() -> None:
    small = lexicon_of(["kedi", "köpek"])
    assert known_share("Kedi, KÖPEK! a 12 kuş", small) == pytest.approx(2 / 3)
    assert known_share("12 + x = ?", small) is None
    assert words_of("a_b 12c'd") == ["a", "b", "c", "d"]


def test_unknown_words_that_repeat_are_learned() -> None:
    small = lexicon_of(["kedi"])
    text = (
        "Kedi kedi Glorpta glorpta GLORPTA tekil abc abc x1y2z3 ILGIN ılgın "
        + "uzun" * 10
        + " "
        + "uzun" * 10
    )
    assert words_to_learn(text, small) == ("glorpta", "ılgın")


def test_the_list_is_small_and_loads_fast() -> None:
    from ingest.lexicon import WORD_LIST

    assert WORD_LIST.stat().st_size <= 2_000_000
    load_lexicon.cache_clear()
    start = time.process_time()
    load_lexicon()
    assert time.process_time() - start < 1  # 0.1 s on an idle machine
