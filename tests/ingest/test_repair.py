import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.records import REPAIRS
from ingest.lexicon import load_lexicon
from ingest.repair import repair, repair_text

LEXICON = load_lexicon()


def test_all_repairs_over_all_pages() -> None:
    pages = [
        ["S¸irket 1 P\0n", "˙Ilk b¨ol¨um¨un do˘gru sırası", "", "Ö N S Ö Z", "sınıﬂandırma has-"],
        ["talıktır. D\0j\0tal g\0r\0ş", "ver\0"],
        [],
    ]
    repaired = repair(pages, LEXICON)
    assert repaired.pages == [
        ["Şirket 1 Pin", "İlk bölümün doğru sırası", "", "ÖNSÖZ", "sınıflandırma hastalıktır."],
        ["Dijital giriş", "veri"],
        [],
    ]
    assert repaired.counts == {"accents": 4, "ligatures": 1, "letters": 4, "spaces": 1, "hyphens": 1}
    assert set(repaired.counts) <= set(REPAIRS)


def test_a_clean_text_stays() -> None:
    pages = [
        ["# Kurulum", "", "Paketi `pip install kilavuz --no-cache-dir` ile kurun.", "| Ad | Değer |"],
        ["Ön-lisans öğrencileri e-posta alır; 2^10 = 1024, x ~ y, a ¨ b.", "veri_tabanı.bağlantıAdı()"],
    ]
    repaired = repair(pages, LEXICON)
    assert repaired.pages == pages
    assert repaired.counts == {}


def test_nothing_gives_nothing() -> None:
    assert repair([], LEXICON).pages == []
    assert repair([[], [""]], LEXICON).pages == [[], [""]]


def test_a_sign_without_a_letter_is_never_u_0000() -> None:
    assert repair([["\0 5", "a\0"]], LEXICON).pages == [["\ufffd 5", "a\ufffd"]]


def test_texts_of_other_formats_get_their_letters_only() -> None:
    text = "Ä°stanbul o\u0308g\u0306renci has\u00adtalık\n\nhas-\ntalıktır d¨unya Ö N S Ö Z"
    mended, counts = repair_text(text, LEXICON)
    assert mended == "İstanbul öğrenci hastalık\n\nhas-\ntalıktır d¨unya Ö N S Ö Z"
    assert counts == {"encoding": 1, "ligatures": 2}
    assert repair_text("temiz metin", LEXICON) == ("temiz metin", {})


_PIECES = """
    hastalıktır değişken öğrenme bir ve da o A için yöntemi düşük oranı İstanbul YÖNETMELİK çünkü has talıktır
    de ğişken öğ renme dü şük oran ı b ir r isk ki ta p KVH x 12 -1 --flag a_b f(x) | d¨unya Do˘g S¸ekil
    ˙Ikinci g˘g s¸s C¸ ¨un ˆ ~ ´ þekil ýþýk ÅŸehir Ã§ok sınıﬂandırma o\u0308g\u0306 ı\u0307 P\ufffdn
    İs\ufffdm g\0r\0ş yu zdesi dag ılımı bag ımsız Ö N S Ö Z G İ R İ Ş has- geliş¬ tirme\u00ad \u00ad \ufffe
    kısıtlıdeğişken     değerlerindahakötüsonuçlaranedenolduğu herverinoktasınınözelliklerinintamamen
"""
_WORDS = st.sampled_from(_PIECES.split())
_LINE = st.one_of(
    st.lists(_WORDS, max_size=9).map(" ".join),
    st.lists(_WORDS, max_size=5).map("".join),
    st.text(alphabet="aiıoöuüsşcçgğIİŞ˘¸¨˙ˆ´ -¬\u00ad\ufffd\0.'|\u0308\u0306Ã¼ð", max_size=20),
)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.lists(_LINE, max_size=8), max_size=3), st.integers(1, 3))
def test_repairing_twice_is_repairing_once(pages: list[list[str]], times: int) -> None:
    once = repair([page * times for page in pages], LEXICON)
    assert [len(page) for page in once.pages] == [len(page) * times for page in pages]
    twice = repair(once.pages, LEXICON)
    assert twice.pages == once.pages
    assert twice.counts == {}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=40).map(lambda text: " ".join(text.split())), max_size=6))
def test_any_text_comes_out_with_as_many_lines(lines: list[str]) -> None:
    once = repair([lines], LEXICON)
    assert len(once.pages[0]) == len(lines)
    assert repair(once.pages, LEXICON).pages == once.pages


@pytest.mark.parametrize(
    "piece", ["¨", "a¸ ", "C¸ ", "˘g ", "o ", "b ir ", "A ", "veri", "has- ", "ş\ufffd", "Ã¼", "|a"]
)
def test_hostile_lines_take_linear_time(piece: str) -> None:
    start = time.process_time()
    repair([[piece * 20_000], [piece] * 5_000], LEXICON)
    assert time.process_time() - start < 10  # under 1 s on an idle machine


@pytest.mark.parametrize(
    "line",
    ["a" * 20_000 + " Do˘g", "a" * 20_000 + " ki\ufffdap", "s" * 20_000 + "S¸ ark", "a " * 20_000 + "aa"],
)
def test_long_runs_beside_a_defect_take_linear_time(line: str) -> None:
    start = time.process_time()
    repair([[line, "yağ-", "mur" + "." * 20_000 + "x"]], LEXICON)
    assert time.process_time() - start < 3  # under 0.1 s on an idle machine
