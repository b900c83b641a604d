import json
from pathlib import Path

import pytest

from benchmarks.questions import FORMS, Passage, Question, read_questions, read_squad

EVIDENCE = "Pompa her altı ayda bir yağlanır."
QUESTION = Question("pompa ne zaman yağlanır", "klasor/pompa.md", (EVIDENCE, "Vana yılda bir açılır."))


def test_the_right_document_needs_less_of_the_evidence_than_another() -> None:
    most = EVIDENCE[:-7]  # 18 of its 19 eight-grams would be too much, 14 are enough
    assert QUESTION.found(
        [
            Passage("klasor/pompa.md", f"Bilindiği gibi {EVIDENCE}"),
            Passage("/başka/yer/klasor/pompa.md", most),
            Passage("kopya.md", most),
            Passage("kopya.md", EVIDENCE.replace("ğ", "g").replace(" ", "\n")),
            Passage("pompa.md", "Vana yılda"),
        ]
    ) == [{0}, {0}, set(), {0}, set()]


@pytest.mark.parametrize("source", ["pompa.md", "x-klasor/pompa.md", "klasor/pompa.md/x", ""])
def test_another_path_is_another_document(source: str) -> None:
    assert not QUESTION.is_from(source)


def test_only_the_first_2000_characters_count() -> None:
    assert QUESTION.found([Passage(QUESTION.source, "x" * 2000 + EVIDENCE)]) == [set()]
    assert QUESTION.found([Passage(QUESTION.source, "x" * (2000 - len(EVIDENCE)) + EVIDENCE)]) == [{0}]


def test_without_evidence_the_document_is_the_answer() -> None:
    question = Question("soru", "7")
    assert question.wanted == 1
    assert question.found([Passage("17", ""), Passage("7", "")]) == [set(), {0}]


def test_forms() -> None:
    assert FORMS["ASCII"]("Işık, İstanbul: ağ kâğıdı") == "Isik, Istanbul: ag kagidi"
    assert FORMS["CAPITALS"]("ışık, istanbul") == "IŞIK, İSTANBUL"
    question = Question("ya çıkışı", "a.md", ("çıkış",), before=("ağ girişi",))
    assert question.typed(FORMS["ASCII"]) == Question("ya cikisi", "a.md", ("çıkış",), before=("ag girisi",))


def test_question_files(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "question": "bir", "kind": "fact", "source": "a.md", "evidence": ["x"], "previous": None},
        {"id": 2, "question": "iki", "kind": "followup", "source": "a.md", "evidence": ["y"], "previous": 1},
        {"id": 3, "question": "üç", "kind": "unanswerable", "source": None, "evidence": [], "previous": None},
    ]
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    first.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    lines = [{**lines[1], "id": 4, "question": "dört", "previous": 2}]
    second.write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")
    found = read_questions([first, second])
    assert [(q.id, q.text, q.before) for q in found] == [
        (1, "bir", ()),
        (2, "iki", ("bir",)),
        (4, "dört", ("bir", "iki")),
    ]


def test_paragraphs_that_come_twice_are_one(tmp_path: Path) -> None:
    paragraphs = [
        {"context": "Ankara başkenttir.", "qas": [{"question": "Başkent neresi?"}]},
        {"context": "Van doğudadır.", "qas": [{"question": "Van nerede?"}]},
        {"context": "Ankara başkenttir.", "qas": [{"question": "Ankara nedir?"}]},
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"title": "İl", "paragraphs": paragraphs}]}), "utf-8")
    texts, questions = read_squad(file)
    assert texts == [Passage("1", "Ankara başkenttir."), Passage("2", "Van doğudadır.")]
    assert [(q.text, q.source) for q in questions] == [
        ("Başkent neresi?", "1"),
        ("Van nerede?", "2"),
        ("Ankara nedir?", "1"),
    ]
