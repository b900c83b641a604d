import gc
import weakref
from collections import Counter

import numpy as np
import pytest

from assistant import turkish
from assistant.vocabulary import Asked, Vocabulary


def vocabulary(text: str) -> Vocabulary:
    counts = Counter(unit for piece in turkish.pieces(text) for unit in turkish.units(piece))
    return Vocabulary().grown(list(counts), np.array(list(counts.values())), True)


def asked(known: Vocabulary, question: str) -> dict[str, int]:
    return {word.text: word.times for word in known.asked(question, True)}


def tokens(known: Vocabulary, word: Asked) -> Counter[str]:
    return Counter({known.tokens[column]: times for column, times in word.columns.items()})


def test_a_word_is_searched_as_the_documents_mostly_write_it() -> None:
    known = vocabulary("öğrenme öğrenme ogrenme API")
    (word,) = known.asked("OGRENME", True)
    assert (word.text, word.key, word.times) == ("öğrenme", "ogren", 1)
    assert tokens(known, word) == Counter(turkish.tokens("öğrenme"))


def test_times_and_particles() -> None:
    known = vocabulary("pompa vana nedir")
    assert asked(known, "pompa pompa vana nedir") == {"pompa": 2, "vana": 1}
    assert asked(known, "nedir") == {"nedir": 1}  # nothing else was asked
    (word,) = known.asked("pompa pompa", True)
    assert tokens(known, word) == Counter(turkish.tokens("pompa") * 2)
    assert asked(known, "?") == {}


def test_code_tokens_are_taken_as_they_are() -> None:
    known = vocabulary("getUserName getUserName max_seq_length")
    assert asked(known, "getUsrName --flga E-1042") == {"getUsrName": 1, "--flga": 1, "E-1042": 1}


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("öğrnme nasıl çalışır", ["öğrenme", "çalışır"]),
        ("ögrneme", ["öğrenme"]),
        ("naslı çalışır", ["çalışır"]),  # put right it is a question particle
        ("öğrenmelerimizden", ["öğrenmelerimizden"]),  # a form of a known word is no slip
        ("xkcdbilinmez", ["xkcdbilinmez"]),
        ("veri tabanı", ["veri", "tabanı", "veritabanı"]),
        ("veriöğrenme", ["veri", "öğrenme"]),
    ],
)
def test_slips_and_spaces(typed: str, searched: list[str]) -> None:
    known = vocabulary("derin öğrenme çalışır nasıl veri tabanı veritabanı " * 5)
    assert list(asked(known, typed)) == searched


def test_rare_words_correct_nothing() -> None:
    assert asked(vocabulary("öğrenme"), "öğrnme") == {"öğrnme": 1}


def test_common_words_are_one_for_each_beginning_whatever_the_order() -> None:
    text = "öğrenme öğrenme öğrenmenin vana vana vana öğrenme 3.11 3.11 3.11 nadir bakım Bakım bakıma"
    known = vocabulary(text)
    assert known.common_words() == ["vana", "öğrenme"]
    turned = vocabulary(" ".join(reversed(text.split())))
    assert turned.common_words() == known.common_words()


def test_like_has_the_beginning_and_the_stem() -> None:
    known = vocabulary("öğrenmenin")
    assert {known.tokens[column] for column in known.like("öğrenmenin")} == {"^ogren", "~ogrenme"}


def test_grown_keeps_what_was_there_and_follows_the_counts() -> None:
    one = vocabulary("ogrenme vana")
    two = one.grown([*one.units, "öğrenme"], np.array([1, 1, 5]), True)
    assert asked(two, "ogrenme") == {"öğrenme": 1}
    assert list(two.units[:2]) == list(one.units)
    assert one.tokens == two.tokens[: len(one.tokens)]
    assert asked(one, "ogrenme") == {"ogrenme": 1}


def test_one_that_was_replaced_is_gone_at_once() -> None:
    gc.collect()
    gc.disable()  # a cycle would keep hundreds of megabytes, and mapped files, until it runs
    try:
        old = vocabulary("öğrenme vana " * 5)
        assert asked(old, "öğrnme") == asked(old, "öğrnme") == {"öğrenme": 1}
        new = old.grown([*old.units], old.totals, True)
        gone = weakref.ref(old)
        del old
        assert gone() is None and asked(new, "vana") == {"vana": 1}
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Öğrneme oranı  nedir?", "öğrenme oranı  nedir?"),
        ("ÖĞRNEME, ögrneme", "öğrenme, öğrenme"),
        ("öğrenme oranı", "öğrenme oranı"),
        ("OGRENME'nin oranları --flga getUsrName", "OGRENME'nin oranları --flga getUsrName"),
        ("veriöğrenme oranı", "veri öğrenme oranı"),
        ("", ""),
        ("o\u0308g\u0306rneme", "öğrenme"),
    ],
)
def test_a_question_is_put_right_word_by_word(typed: str, meant: str) -> None:
    assert vocabulary("öğrenme oranı veri nedir " * 5).corrected(typed) == meant
