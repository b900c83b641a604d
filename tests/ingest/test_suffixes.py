import pytest

from ingest.suffixes import lacks_blank, suffix_at


@pytest.mark.parametrize(
    "suffix",
    [
        "'da",
        "’nın",
        "'ların",
        "nda",
        "sını",
        "lar",
        "larından",
        "yi",
        "i",
        "ü",
        "mizle",
        "ninki",
        "ndeki",
        "dır",
        "s",
        "ını",
        "sine",
        "ca",
        "lı",
        "lığı",
        "sız",
    ],
)
def test_suffixes(suffix: str) -> None:
    assert suffix_at(f"]{suffix} bak", 1) == suffix and not lacks_blank(f"]{suffix} bak", 1)


@pytest.mark.parametrize(
    "word",
    ["ile", "ve", "veya", "için", "kullanarak", "öğesinden", "gibi", "bir", "Azure", "İçin", "ışık", "iki"],
)
def test_words(word: str) -> None:
    assert suffix_at(word, 0) == "" and lacks_blank(word, 0)


@pytest.mark.parametrize("text", ["", " ile", ".", "(a)", "[b]", "1", "a", "'", "nda[", "nda(", "_x", "ı"])
def test_what_is_neither(text: str) -> None:
    assert suffix_at(text, 0) in ("", "ı", "a") and not lacks_blank(text, 0)
