"""An answer as Markdown for other programs."""

from dataclasses import replace
from itertools import pairwise

import pytest

from assistant.errors import Message
from assistant.records import Answer, Chunk, Citation, Hit
from tests.ui.service_fakes import ANSWER, CHUNK, HIT
from ui.cited import Mark, closed, harmless, marks, tail, without_tail

NOTE = Hit(Chunk("alt/çalışma notu.md", "Not", (), None, "x", 0), 0.5)
TWO = Answer(
    "Bir. [1] İki. [2][1]", (HIT, NOTE), (Citation(1, 0, "a"), Citation(2, 1, "b"), Citation(1, 0, "c"))
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](http://kotu.example/a.png)", "! [x](http://kotu.example/a.png)"),
        ("\\\\![x](y)", "\\\\! [x](y)"),
        ("<img src=x> <!-- y --> </b> <?z", "&lt;img src=x> &lt;!-- y --> &lt;/b> &lt;?z"),
        ("5 < 6, 7<8", "5 < 6, 7<8"),
        ("`<b>` ve `![a](b)`", "`<b>` ve `![a](b)`"),
        ("```html\n<b>![a](b)\n```\n<b>", "```html\n<b>![a](b)\n```\n&lt;b>"),
        ("```html\n<b>", "```html\n<b>"),
        ("` <b>\n\n<i>`", "` &lt;b>\n\n&lt;i>`"),  # no code span reaches over a paragraph's end
    ],
)
def test_nothing_outside_code_is_an_image_or_a_tag(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    "text",
    ["Bir `<b>` ve ``<i>`` iki. [1]\n\n- üç <b> ![x](y)\n\n```\n<b>\n```\n\nson `", "a <", "x ``<b ` c>`` y"],
)
def test_a_growing_text_only_grows(text: str) -> None:
    shown = [harmless(text[:n], finished=False) for n in range(len(text))]
    shown = [*shown, harmless(text)]
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(shown))
    assert len(set(shown)) > 1


def test_the_tail_lists_each_source_once_and_the_notice() -> None:
    notice = Message("Dil modeli yanıt vermedi.", "The language model did not respond.")
    assert tail(replace(TWO, notice=notice), "tr") == (
        "\n\n**Kaynaklar**\n\n- [1] pompa.pdf, s. 3 · Bakım › Yağ\n- [2] alt/çalışma notu.md"
        "\n\nDil modeli yanıt vermedi."
    )
    assert tail(ANSWER, "en") == "\n\n**Sources**\n\n- [1] pompa.pdf, p. 3 · Bakım › Yağ"
    assert tail(Answer("Yok."), "tr") == ""


def test_names_of_documents_cannot_bring_markdown_or_html() -> None:
    evil = replace(HIT, chunk=replace(CHUNK, source="](x)<img src=y>![a](b)`.pdf", headings=("**k**",)))
    shown = tail(replace(ANSWER, hits=(evil,)), "tr").partition("[1]")[2]
    assert not set(shown) & set("[]<>*`")


def test_an_answer_that_comes_back_loses_its_list_of_sources() -> None:
    for language in ("tr", "en"):
        assert without_tail(ANSWER.text + tail(ANSWER, language)) == ANSWER.text
    assert without_tail("Kaynaklar\n\n- [1] a") == "Kaynaklar\n\n- [1] a"


def test_marks_are_where_they_stand_and_name_their_source() -> None:
    pdf, note = (
        ("pompa.pdf, s. 3 · Bakım › Yağ", "kilavuz:pompa.pdf#page=3"),
        (
            "alt/çalışma notu.md",
            "kilavuz:alt/%C3%A7al%C4%B1%C5%9Fma%20notu.md",
        ),
    )
    assert marks(TWO.text, TWO, "tr") == [Mark(5, 8, *pdf), Mark(14, 17, *note), Mark(17, 20, *pdf)]
    assert marks(TWO.text, TWO, "tr", 9) == [Mark(14, 17, *note), Mark(17, 20, *pdf)]
    assert marks("`a[1]` [3] [01] [1]", TWO, "tr") == [Mark(16, 19, *pdf)]


def test_what_follows_an_open_code_block_is_outside_it() -> None:
    assert closed("```\nx") == "```\nx\n```"
    assert closed("```\nx\n```\ny") == "```\nx\n```\ny"
