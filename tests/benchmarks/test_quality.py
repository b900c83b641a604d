from contextlib import ExitStack

import pytest

from assistant.search import Searcher
from benchmarks.quality import NAIVE, Bench, failing, our_searches, over_paragraphs, table
from benchmarks.questions import FORMS, Passage, Question
from tests.fakes import WordEmbedder

ANSWERS = {"pompa?": "pompa.md", "vana?": "vana.md", "conta?": "conta.md"}
QUESTIONS = [Question(text, source, (f"{source} {text}",), "fact") for text, source in ANSWERS.items()]


def bench(**searches: dict[str, list[str]]) -> Bench:
    """Searches that find, for the questions in them, passages of these documents with all the evidence."""

    def finder(found: dict[str, list[str]]):
        return lambda q: [Passage(source, f"{source} {q.text}") for source in found.get(q.text, ())]

    named = {name.replace("_", " "): finder(found) for name, found in searches.items()}
    return Bench("küme", QUESTIONS, None, named)


def test_the_table_by_hand() -> None:
    second = {question: ["x", source] for question, source in ANSWERS.items()}
    first = {question: [source] for question, source in ANSWERS.items()}
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in table(bench(**{NAIVE: second, "hybrid": first}))
    ]
    assert rows == [
        ["**küme**, 3 questions", "", ""],
        ["nDCG@10", ".631 (.631–.631)", "1.000 (1.000–1.000)"],
        ["Recall@5", "1.000 (1.000–1.000)", "1.000 (1.000–1.000)"],
        ["Recall@10", "1.000 (1.000–1.000)", "1.000 (1.000–1.000)"],
        ["nDCG@10 above naive LangChain", "", ".369 (.369 to .369)"],
        ["nDCG@10, typed in ASCII", ".631", "1.000"],
        ["nDCG@10, typed in CAPITALS", ".000", ".000"],
        ["largest less smallest of the three forms", ".631", "1.000"],
        ["nDCG@10, kind fact (3)", ".631 (.631–.631)", "1.000 (1.000–1.000)"],
    ]


def test_failures_stand_in_their_group() -> None:
    searches = {"pompa?": ["x", "pompa.md"], "vana?": ["x"], "conta?": [*"abcdefg", "conta.md"]}
    text = "\n".join(failing(bench(hybrid=searches)))
    wrong, other, late = text.split("## ")[1:]
    assert wrong.startswith("wrong document: 1 of 3") and "vana?" in wrong and "first hit: x" in wrong
    assert other.startswith("right document, other section: 0")
    assert late.startswith("evidence found, but late or in part: 1") and "conta.md, at rank 8" in late
    assert "pompa" not in text


def test_the_right_document_with_another_section_is_told_apart() -> None:
    found = Bench("küme", QUESTIONS[:1], None, {"hybrid": lambda q: [Passage("pompa.md", "başka bir şey")]})
    assert "right document, other section: 1 of 1" in "\n".join(failing(found))


@pytest.fixture
def searcher():
    texts = ["pompa bakım kılavuzu", "vana açma yönergesi", "pompanın contası"]
    with ExitStack() as undo:
        yield over_paragraphs(
            [Passage(str(i), text) for i, text in enumerate(texts, 1)], WordEmbedder(), undo
        )


def test_each_side_alone(searcher: Searcher) -> None:
    found = {
        name: [passage.source for passage in search(Question("vana 3", ""))]
        for name, search in our_searches(searcher).items()
    }
    assert found["keyword side"] == ["2"]  # a paragraph's number is no word of it
    assert set(found["dense side"]) == set(found["hybrid"]) == {"1", "2", "3"}


def test_a_follow_up_is_asked_with_the_question_before(searcher: Searcher) -> None:
    search = our_searches(searcher)["keyword side"]
    assert search(Question("peki nasıl", "", before=("vana açma",)))[0].source == "2"
    assert search(Question(FORMS["CAPITALS"]("peki nasıl"), "", before=("VANA AÇMA",)))[0].source == "2"
