"""Marks in every form, cut anywhere: the same text in the end, and never half a mark on the way."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.replies import (
    CODE,
    is_garbled,
    read_reply,
    read_rewriting,
    with_plain_references,
    without_marks,
)

FORMS = {
    "[1]": "[1]",
    "[1, 2]": "[1][2]",
    "[1][2]": "[1][2]",
    "[ 1 ; 2 ]": "[1][2]",
    "[1-3]": "[1][2][3]",
    "[1–2]": "[1][2]",
    "[1 ve 3]": "[1][3]",
    "【1】": "[1]",
    "【2†kaynak】": "[2]",
    "［3］": "[3]",
    "[^1]": "[1]",
    "[#2]": "[2]",
    "[Kaynak 1]": "[1]",
    "[KAYNAK 1]": "[1]",
    "[Kaynak: 1, Kaynak 2]": "[1][2]",
    "[Kaynaklar 1, 2]": "[1][2]",
    "[Parça 3]": "[3]",
    "[parca 3]": "[3]",
    "[Parc\u0327a 3]": "[3]",
    "[Parça no. 2]": "[2]",
    "[Source 2]": "[2]",
    "[9]": "",
    "[9, 1]": "[1]",
    "[Kaynak 12]": "",
    "【7†x】": "",
    "[0]": "[0]",
    "[2024]": "[2024]",
    "[x]": "[x]",
    "[Madde 1]": "[Madde 1]",
    "`a[9]`": "`a[9]`",
    "\n\n```\na[9]\n```\n\n": "\n\n```\na[9]\n```\n\n",
}
WORDS = ["Kedi", " süt", " içer", ".", " ", "\n\n", " [", "]", " `", "**", "- ", "<", "[bağlantı](x)"]


@pytest.mark.parametrize(("form", "shown"), FORMS.items())
def test_a_form(form, shown):
    assert read_reply(f"Kedi {form} içer", 3, finished=True).text == f"Kedi {shown} içer" or (
        shown == "" and read_reply(f"Kedi {form} içer", 3, finished=True).text == "Kedi içer"
    )


def check(raw, cuts):
    """What is shown on the way to `raw` is never taken back and never ends in a mark that has only begun."""
    final = read_reply(raw, 3, finished=True)
    code = [match.span() for match in CODE.finditer(final.text)]
    marks = [
        mark.span()
        for mark in re.finditer(r"\[[123]\]", final.text)
        if not any(a <= mark.start() < b for a, b in code)
    ]
    for cut in cuts:
        shown = read_reply(raw[:cut], 3, finished=False)
        assert final.text.startswith(shown.text.rstrip())
        assert list(shown.cited) == list(final.cited)[: len(shown.cited)]
        assert not any(a < len(shown.text) < b for a, b in marks)
    return final


@pytest.mark.parametrize(("form", "shown"), FORMS.items())
def test_a_form_cut_at_every_place(form, shown):
    raw = f"Kedi süt içer {form}. Köpek su içer {form}{form}"
    check(raw, range(len(raw) + 1))


@given(st.lists(st.sampled_from([*FORMS, *WORDS]), max_size=12), st.data())
def test_any_reply_cut_anywhere(pieces, data):
    raw = "".join(pieces)
    check(raw, data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))


@pytest.mark.parametrize("cut", range(len("<think>gizli [1]</think>Açık [2].") + 1))
def test_thoughts_are_never_shown(cut):
    raw = "<think>gizli [1]</think>Açık [2]."
    shown = read_reply(raw[:cut], 3, finished=False).text
    assert "Açık [2].".startswith(shown.rstrip())


def test_half_of_a_surrogate_pair_cannot_reach_a_file():
    assert read_reply("Kedi \ud800[1]", 1, finished=True).text.encode() == b"Kedi [1]"


@pytest.mark.parametrize("raw", ["\x00\x01\x02\x03", "\ufffd" * 9, "PK\x03\x04\x14\x00\x08\x00"])
def test_binary_is_no_text(raw):
    assert is_garbled(raw)


@pytest.mark.parametrize("raw", ["", "Kedi süt içer.\n\tBitti.", "şğüöçİı 😀 [1]", "x" * 99 + "\ufffd"])
def test_text_is_text(raw):
    assert not is_garbled(raw)


def test_references_of_a_document_are_no_citations():
    said = "Bu yöntem [1] ve [2, 3] kaynaklarında; dizi[1] ve `x[1]` kod.\n\n```\ny [1]\n```\n"
    assert with_plain_references(said) == (
        "Bu yöntem (1) ve (2, 3) kaynaklarında; dizi[1] ve `x[1]` kod.\n\n```\ny [1]\n```\n"
    )
    assert without_marks("Kedi [1] süt 【2】 içer `x[1]`.") == "Kedi süt içer `x[1]`."


@pytest.mark.parametrize(
    "junk",
    ["[Kaynak " * 1500, "[1, " * 3000, "【1†" * 4000, " \t" * 6000 + "[", "[1-999]" * 1700, "<" * 12_000],
)
def test_a_degenerate_reply_is_read_in_time(junk):
    started = time.perf_counter()
    read_reply(junk, 2, finished=False)
    read_reply(junk, 2, finished=True)
    assert time.perf_counter() - started < 1


def test_a_rewriting_is_one_line():
    assert read_rewriting("<think>hm</think> “Köpek ne içer?”\n") == "Köpek ne içer?"
    assert read_rewriting("bir\niki") == "" and read_rewriting("x" * 301) == ""
