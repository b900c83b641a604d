import random

import pytest

from finetune.shipped.pairs import Section, examples, markdown_sections, passages, questions, text_sections
from finetune.shipped.parallel import DocumentText

MARKDOWN = """---
title: x
---
# Ağlar {#aglar}

Bir [ağ](https://a.b) **düğümlerden** oluşur.

- ilk `öğe`

## Kurma
```python
kod = 1
```
| a | b |
![resim](x.png)

Kurmak için komut çalıştırılır.
# Son
Biter.
"""


def section(sentences: int, *headings: str) -> Section:
    """Sentences of six words, all different."""
    texts = [f"Pompa{i} vana{i} motor{i} sızdırmazlık{i} contası{i} değişir." for i in range(sentences)]
    return Section(headings, (" ".join(texts),))


def test_markdown_is_cut_at_headings_and_loses_what_is_no_text() -> None:
    found = list(markdown_sections(MARKDOWN))
    assert [one.headings for one in found] == [("Ağlar",), ("Ağlar", "Kurma"), ("Son",)]
    assert found[0].paragraphs == ("Bir ağ düğümlerden oluşur.", "ilk öğe")
    assert found[1].paragraphs == ("Kurmak için komut çalıştırılır.",)


def test_levels_code_in_lists_and_signs_that_are_no_tags() -> None:
    text = (
        "## A\n\nx < 5 ise durur.\n\n## B\n\n1. Kur:\n\n   ```bash\n   pip install x\n   ```\n\n"
        "### C\n\niç\n\n### D\n\n> dış <br> yazı\n"
    )
    found = [(one.headings, one.paragraphs) for one in markdown_sections(text)]
    assert found == [
        (("A",), ("x < 5 ise durur.",)),
        (("B",), ("Kur:",)),
        (("B", "C"), ("iç",)),
        (("B", "D"), ("dış yazı",)),
    ]


def test_plain_text_is_cut_at_two_blank_lines() -> None:
    found = list(text_sections("bir\n\niki\n\n\nüç\n"))
    assert [one.paragraphs for one in found] == [("bir", "iki"), ("üç",)]


def test_passages_have_the_length_of_chunks_and_lose_no_sentence_but_a_short_rest() -> None:
    whole = section(100)
    found = list(passages(whole, random.Random(0)))
    lengths = [" ".join(sentences).count(" ") + 1 for sentences in found]
    assert all(35 <= length <= 130 for length in lengths) and len(set(lengths)) > 2
    text = " ".join(" ".join(sentences) for sentences in found)
    assert whole.paragraphs[0].startswith(text) and len(text) > 0.9 * len(whole.paragraphs[0])
    assert list(passages(section(2), random.Random(0))) == []


@pytest.mark.parametrize(
    ("heading", "asked"),
    [("Pompa değiştirme", "Pompa değiştirme nasıl yapılır?"), ("KURMA", "KURMA nasıl yapılır?")],
)
def test_headings_that_name_a_doing_are_asked_how(heading: str, asked: str) -> None:
    made = ask(section(9, "Bakım", heading))
    assert asked in made["asked heading"]
    assert made["heading"] <= {heading, f"Bakım {heading}"}


def ask(one: Section) -> dict[str, set[str]]:
    """All questions by kind that many draws give."""
    made: dict[str, set[str]] = {}
    for seed in range(200):
        draw = random.Random(seed)
        for sentences in passages(one, draw):
            for kind, question, _ in questions(one, sentences, draw):
                made.setdefault(kind, set()).add(question)
    return made


def test_a_definition_is_asked_for_by_its_term() -> None:
    text = "Gizli katman, girdi ile çıktı arasındaki katmandır. " + section(9).paragraphs[0]
    made = ask(Section((), (text,)))
    assert made["definition"] <= {f"Gizli katman {end}" for end in ("nedir?", "ne demek?", "ne işe yarar?")}
    assert "definition" not in ask(section(9))
    for opener in ("Ancak", "Bu nedenle", "Örneğin"):
        text = f"{opener}, girdi ile çıktı arasındaki katmandır. " + section(9).paragraphs[0]
        assert "definition" not in ask(Section((), (text,)))


def test_a_sentence_is_mostly_taken_out_of_its_passage() -> None:
    one = section(12)
    inside = []
    for seed in range(200):
        draw = random.Random(seed)
        for sentences in passages(one, draw):
            inside += [q in p for kind, q, p in questions(one, sentences, draw) if kind == "sentence"]
    assert 0.15 < sum(inside) / len(inside) < 0.45


def test_held_out_texts_and_near_duplicates_are_left_out() -> None:
    whole = section(9)
    again = Section((), (whole.paragraphs[0].replace("Pompa3", "Kompresör"),))
    sources = [("a", whole), ("b", again), ("c", section(9, "Başlık"))]
    assert {example.source for example in examples(sources, [])} == {"a"}
    assert list(examples(sources, [DocumentText(whole.paragraphs)])) == []
    assert list(examples(sources, [])) == list(examples(sources, []))
