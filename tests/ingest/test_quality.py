import pytest

from ingest.lexicon import lexicon_of, words_of
from ingest.quality import GOOD, UNREADABLE, lost_share, mended_words, page_quality
from tests.pdf_files import PROSE

LEXICON = lexicon_of(words_of(PROSE))
ENGLISH = (
    "The strength of this method is that it works without any knowledge of the language. "
    "Although previous studies reported higher scores, the difference was not significant. "
    "We therefore suggest that further work should look at the structure of the network."
)


def quality(text: str) -> float:
    return page_quality(text, LEXICON)


def test_known_words_are_well_read() -> None:
    assert quality(PROSE) == 1.0
    assert quality(PROSE.replace("\n", " ") + " İSTANBUL'da") > 0.98


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 34,5 %6 7.8",
        "x = 3y + k",
        "مرحبا بالعالم هذا نص عربي طويل",
        "http://a.b/c_d e-posta@x.y",
        "• – 3",
    ],
)
def test_pages_without_words_of_latin_letters_are_not_judged(text: str) -> None:
    assert quality(9 * f"{text} ") == 1.0


def test_another_language_is_poor_but_readable() -> None:
    for text in (
        ENGLISH,
        "Der größte Teil der Wörter steht nicht im Verzeichnis, wird aber gesprochen. " * 4,
    ):
        assert UNREADABLE < quality(text * 3) < GOOD


def test_letters_that_come_out_as_others_are_unreadable() -> None:
    shifted = "".join(chr(max(33, ord(c) - 29)) if c.isalpha() and c < "~" else c for c in ENGLISH * 3)
    assert shifted.startswith("7KH VWUHQJWK")
    assert quality(shifted) < UNREADABLE
    assert quality("".join(chr((ord(c) - 94) % 26 + 97) if "a" <= c <= "z" else c for c in ENGLISH * 3)) < 0.5


def test_a_few_odd_words_do_not_sink_a_page() -> None:
    assert quality("Kxqrt 7 wzzk") >= 0.8


@pytest.mark.parametrize(
    "broken",
    [
        PROSE.replace("ğ", "\ufffd"),  # a letter that the font does not name
        PROSE.replace("ğ", "\ue123"),
        PROSE.replace("ü", "¨u"),  # an accent beside its letter
        PROSE.replace("ı", " ı "),  # torn words
        PROSE.replace("la", "l a"),
        PROSE.replace("i", ""),
    ],
)
def test_damage_lowers_the_score(broken: str) -> None:
    assert quality(broken) < 0.95


def test_more_damage_lowers_it_more() -> None:
    scores = [
        quality("".join("\ufffd" if i % n == 0 else c for i, c in enumerate(PROSE * 3)))
        for n in (50, 20, 8, 3)
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.7
    assert scores[-1] < UNREADABLE


def test_words_are_asked_without_marks_around_them_and_with_their_suffix() -> None:
    assert quality("“Yağmurlu” (sonbahar), çınar'ın! **büyük** ") == 1.0


def test_lost_share() -> None:
    assert lost_share("") == 0.0
    assert lost_share("ab\ufffd\n\ue000 \x07c") == 0.5
    assert lost_share("şğ – “a” é") == 0.0


def test_mended_words() -> None:
    def count(old: str, new: str) -> int:
        return mended_words(old, new, LEXICON)

    assert count("yağ murlu bir son bahar sab ahı.", "yağmurlu bir sonbahar sabahı.") == 3
    assert count("bir poz isyon bul", "bir pozisyon bul") == 1  # unknown, but so is a piece of it
    assert count("güneş ışığını renklere", "güneşışığını renklere") == -1
    assert count("güneş ışığını güneşışığını", "güneşışığını") == 0
    assert count(PROSE, PROSE) == 0
    assert count("x 1 a b", "x1 ab") == 1
    assert count("", "") == 0
