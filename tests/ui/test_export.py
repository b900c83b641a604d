"""Conversations as files."""

import json
import re
from dataclasses import replace

import pytest

from assistant.records import Answer, Chunk, Citation, Conversation, Hit, Turn
from tests.ui.fake_page_backend import ANSWER, HITS, HOSTILE, PASSAGE
from ui.web.export import as_json, file_name, markdown

ONE = Conversation("c", "Pompa bakımı", "2026-05-04T09:30:00+00:00", 1)
TURN = Turn(
    7, "c", "2026-05-04T09:30:00+00:00", "Pompa neden titrer?",
    Answer(ANSWER, HITS, (Citation(1, 0, PASSAGE[:62]), Citation(2, 1, "80 °C üzerinde.")), turn=7),
)  # fmt: skip


def test_markdown_tells_question_answer_and_where_it_stands() -> None:
    text = markdown(ONE, [TURN], "tr")
    assert text.startswith("# Pompa bakımı\n\n*Kılavuz sohbeti · ") and "1 soru*" in text
    assert "## Pompa neden titrer?\n\n" + ANSWER in text
    assert (
        "- [1] KP-200 Santrifüj Pompa Bakım Talimatı, 1-belge.pdf, Arıza giderme › Titreşim, sayfa 14: “P"
        in text
    )
    assert "**Sources**" in markdown(ONE, [TURN], "en")


def test_nothing_of_documents_or_users_becomes_html_in_markdown() -> None:
    chunk = replace(HITS[0].chunk, title=HOSTILE, headings=(HOSTILE,))
    answer = Answer(HOSTILE, (replace(HITS[0], chunk=chunk),), (Citation(1, 0, HOSTILE),))
    text = markdown(replace(ONE, title=HOSTILE), [replace(TURN, question=HOSTILE, answer=answer)], "tr")
    assert "<" not in text and text.count("&lt;script>") == 5
    assert not re.search(r"(?<!\\)\]\(", text)
    assert len([line for line in text.splitlines() if line.startswith("#")]) == 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a `<b>` c <b>", "a `<b>` c &lt;b>"),
        ("```html\n<b>\n```\n<i>", "```html\n<b>\n```\n&lt;i>"),
        ("<i>\n~~~\n<b>", "&lt;i>\n~~~\n<b>"),
        ("` <b>", "` &lt;b>"),
    ],
)
def test_code_keeps_its_signs(text: str, kept: str) -> None:
    assert kept in markdown(ONE, [replace(TURN, answer=Answer(text))], "tr")


@pytest.mark.parametrize(
    "text",
    [
        "\\`<img src=x>`",
        "``<img src=x>`",
        "satır\n    ```\n<img src=x>",
        "- ```\n  x\n  ```\n\n<img src=x>",
        "- a\n  ```\n  x\n    ```\n\n<img src=x>",
        "![x][1]\n\n[1]: http://127.0.0.1/p.png",
        "![1]\n\n[1]: http://127.0.0.1/p.png",
        "[a](http://127.0.0.1) <http://127.0.0.1>",
    ],
)
def test_what_only_looks_like_code_or_hides_a_link_is_harmless(text: str) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").render(markdown(ONE, [replace(TURN, answer=Answer(text))], "tr"))
    assert "<img" not in html and "<a " not in html


def test_json_holds_all_of_the_turns_and_the_votes() -> None:
    kept = json.loads(as_json(ONE, [TURN], {7: {"hit:0": 1}}))
    (turn,) = kept["turns"]
    assert (kept["name"], turn["question"], turn["votes"]) == (
        "Pompa bakımı",
        "Pompa neden titrer?",
        {"hit:0": 1},
    )
    assert turn["citations"][0] == {"number": 1, "source": 0, "quote": PASSAGE[:62]}
    assert (
        turn["sources"][0]["headings"] == ["Arıza giderme", "Titreşim"] and turn["sources"][0]["page"] == 14
    )
    assert "ı" in as_json(ONE, [], {})  # letters, not escapes


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Isıtıcı İÇİN ayar?", "isitici-icin-ayar.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("???", "sohbet.md"),
        ("a" * 200, "a" * 60 + ".md"),
    ],
)
def test_a_files_name_is_plain_on_every_machine(title: str, name: str) -> None:
    assert file_name(replace(ONE, title=title), "md", "tr") == name


def test_a_source_without_page_or_headings_is_named_once() -> None:
    hit = Hit(Chunk("not.md", "not.md", (), None, "x", 0), 0.5)
    text = markdown(ONE, [replace(TURN, answer=Answer("Y. [1]", (hit,), (Citation(1, 0, "x_y"),)))], "tr")
    assert "- [1] not.md: “x\\_y”" in text
