import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant import turkish
from assistant.turkish import content_keys, fold, key, lower, matched_spans, spans, tokens, words

# Letters that go wrong elsewhere, and signs that hold words together or apart.
TEXTS = st.text(
    st.sampled_from("aeğiİıIşŞçbBKk\u0306\u0307\u0327\u00ad\u200b'’ʼ´ﬁﬂ²½¨ \n-._+#(,09é한\u1100\u1161")
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IŞIK", "ışık"),
        ("İSTANBUL", "istanbul"),
        ("I\u0307zmir", "izmir"),  # NFD of İ
        ("i\u0307zmir", "izmir"),  # what Python's own lower() makes of İ
        ("Âlim ÖĞÜT", "âlim öğüt"),
        ("o\u0308g\u0306e", "öğe"),
    ],
)
def test_lower_keeps_diacritics(text, expected):
    assert lower(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İIıi", "iiii"),
        ("ÇĞÖŞÜ çğöşü ÂÎÛ", "cgosu cgosu aiu"),
        ("API", "api"),
        ("sınıﬂandırma", "siniflandirma"),
        ("dag\u0306\u0131t\u0131k", "dagitik"),
    ],
)
def test_fold_ignores_diacritics(text, expected):
    assert fold(text) == expected


@given(TEXTS)
def test_fold_is_the_same_for_all_spellings(text):
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert not set(fold(text)) & set("çğıöşüâîûIİ\u0307")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İstanbul'daki ofis", ["istanbul", "ofis"]),
        ("BERT’in KATMANLARI", ["bert", "katmanlari"]),
        ("İSTANBUL´DAKİ", ["istanbul"]),
        ("Dockerʼın pythonʼun", ["docker", "python"]),
        ("2024'te C'nin", ["2024", "c"]),
        ("O'Reilly, l'eau", ["o", "reilly", "l", "eau"]),
        ("'tırnak' ve d['anahtar']", ["tirnak", "ve", "d", "anahtar"]),
        ("pip install --no-cache-dir", ["pip", "install", "--no-cache-dir"]),
        ("ls -l, -Kullanıcı", ["ls", "-l", "kullanici"]),
        ("max_seq_length'i __init__ _vurgu_", ["max_seq_length", "init", "vurgu"]),
        ("getUserName()'i", ["getusername", "i"]),
        ("E-1042: UTF-8 e-posta", ["e-1042", "utf-8", "e", "posta"]),
        ("Python 3.11. numpy.linalg", ["python", "3.11", "numpy.linalg"]),
        ("C++, C#'ta; C dili", ["c++", "c#", "c", "dili"]),
        ("a/b (c) %30", ["a", "b", "c", "30"]),
        ("öğ\u00adren\u200bme", ["ogrenme"]),
        ("", []),
        ("... – ' ? \u0307 _", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@given(TEXTS)
@example("b\u00ad\u0306")
@example("g\u00ad\u0306 ´\u0306")
@example("\u1100\u1161")
def test_spans_are_the_words_with_their_place(text):
    found = spans(text)
    assert [word for _, _, word in found] == words(text)
    assert all(0 <= start < end <= len(text) for start, end, _ in found)
    assert found == sorted(found, key=lambda span: span[:2])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("İĞNE ve BERT’in", ["İĞNE", "ve", "BERT"]),
        ("da\u0067\u0306\u0131t\u0131k e\u011fitim", ["dag\u0306\u0131t\u0131k", "e\u011fitim"]),
        ("I\u0307stanbul'da sınıﬂa öğ\u00adren", ["I\u0307stanbul", "sınıﬂa", "öğ\u00adren"]),
        ("kod max_len_ son", ["kod", "max_len", "son"]),
    ],
)
def test_spans_count_characters_of_the_original(text, places):
    assert [text[start:end] for start, end, _ in spans(text)] == places


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ogrenme", "ogren"),
        ("ag", "ag"),
        ("max_length", "max_length"),
        ("3.11", "3.11"),
        ("2024123", "2024123"),
    ],
)
def test_key(word, expected):
    assert key(word) == expected


def test_content_keys_leave_out_question_particles():
    assert content_keys("Veritabanı nedir ve nasıl kurulur mu?") == ["verit", "kurul"]
    assert content_keys("VERİTABANI NEDİR VE NASIL KURULUR MU?") == ["verit", "kurul"]
    assert content_keys("Bu ne?") == []


def test_matched_spans_mark_inflected_words_and_code():
    text = "İ. Öğrenme oranının seçimi: get_user_name ve get_user_id."
    marked = [text[a:b] for a, b in matched_spans(text, "ogrenme ORANI nedir, user name")]
    assert marked == ["Öğrenme", "oranının", "get_user_name", "get_user_id"]
    assert [text[a:b] for a, b in matched_spans(text, "get_user_id")] == ["get_user_id"]
    assert matched_spans(text, "ve nedir") == []
    assert matched_spans("", "x") == matched_spans("x", "") == []


def test_tokens_of_a_word():
    grams = ["ogre", "gren", "renm", "enme", "nmes", "mesi"]
    assert tokens("öğrenmesi") == ["^ogren"] * 4 + ["~ogrenmes"] * 4 + grams
    assert tokens("öğrenmesi", grams=False) == ["^ogren"] * 4 + ["~ogrenmes"] * 4
    assert tokens("ağ") == ["^ag"] * 4 + ["~ag"] * 4


def test_tokens_of_code_are_the_whole_and_its_parts():
    found = tokens("getUserName")
    assert found.count("=getusername") == 8
    assert {"^get", "^user", "^name", "^getus"} <= set(found)
    assert "^no" in tokens("--no-cache-dir") and "=--no-cache-dir" in tokens("--no-cache-dir")
    assert not set(tokens("E-1042")) & set(tokens("1043"))


def test_parts_follow_the_humps():
    assert turkish.parts("HTTPServerName2x") == ["HTTP", "Server", "Name", "2", "x"]
    assert turkish.parts("kullanıcıAdı_İlk") == ["kullanıcı", "Adı", "İlk"]


@given(TEXTS)
def test_a_unit_analysed_again_is_itself(text):
    for piece in turkish.pieces(text):
        for unit in turkish.units(piece):
            assert turkish.units(unit) == (unit,)
            assert fold(unit) and tokens(unit)


def test_very_long_words_are_cut_short():
    assert len(tokens("a" * 100_000)) < 100


@given(TEXTS)
@example("Dockerʼın")
def test_plain_words_are_found_as_others_are(text):
    for piece in turkish.pieces(text):
        slowly = turkish._find(piece.translate(turkish._CLEAN))
        assert turkish.units(piece) == tuple(unit for _, _, unit in slowly)


@given(TEXTS)
def test_code_is_what_has_other_signs_or_capitals(text):
    for piece in turkish.pieces(text):
        for unit in turkish.units(piece):
            plain = all(c.isalnum() or unicodedata.combining(c) for c in unit)
            assert turkish.is_code(unit) == (not plain or any(c.isupper() for c in unit))


def test_a_long_chain_of_hyphens_takes_no_longer_than_its_length():
    begin = time.perf_counter()
    assert len(words("a-" * 20_000)) == 20_000
    assert time.perf_counter() - begin < 2
