import pytest

from assistant.spelling import Speller

KNOWN = {
    "ogrenme": 90, "ogrenmenin": 9, "katman": 50, "kaynak": 40, "veri": 70, "tabani": 20, "veritabani": 30,
    "aslinda": 8, "nasil": 60, "ayni": 40, "gecerli": 12, "yapilandirmasi": 7, "git": 30, "e-posta": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ogrnme", ["ogrenme"]),  # a letter left out
        ("ogrrenme", ["ogrenme"]),  # one too many
        ("ogremne", ["ogrenme"]),  # two in the wrong order
        ("ogtenme", ["ogrenme"]),  # another one
        ("asilnda", ["aslinda"]),
        ("kagman", ["katman"]),
        ("ypailandirmalari", ["yapilandirmasi"]),  # the suffix is not known, the beginning is
        ("ogrnmelerimizden", ["ogrenme"]),
        ("verikatman", ["veri", "katman"]),  # a space left out
        ("aynimi", ["ayni"]),  # before a question particle
    ],
)
def test_a_slip_is_put_right(speller: Speller, typed: str, meant: list[str]) -> None:
    assert speller.meant(typed) == meant


@pytest.mark.parametrize("typed", ["", "ve", "gti", "zebra", "x" * 5000, "qogrenme", "öğrenmr", "i\u0307"])
def test_what_is_not_near_a_word_stays(speller: Speller, typed: str) -> None:
    assert speller.meant(typed) == []


def test_of_two_words_the_one_that_begins_alike_is_meant() -> None:
    assert Speller({"kasa": 5, "masa": 30, "kasalar": 4}).meant("kasaa") == ["kasa"]
    assert Speller({"yakit": 5, "bakit": 30}).meant("yakkit") == ["yakit"]


def test_words_that_the_documents_write_as_one(speller: Speller) -> None:
    assert speller.joined("veri", "tabani") == "veritabani"
    assert speller.joined("veri", "kaynak") is None
    assert Speller({"vekil": 9}).joined("ve", "kil") is None  # parts too short to say anything
