import json
from pathlib import Path

from benchmarks.questions import FORMS, Passage, Question, read_questions, read_squad, typed


def test_forms() -> None:
    assert FORMS["ASCII"]("Işık, İstanbul: ağ kâğıdı") == "Isik, Istanbul: ag kagidi"
    assert FORMS["CAPITALS"]("ışık, istanbul") == "IŞIK, İSTANBUL"
    question = Question("ya çıkışı", "a.md", ("çıkış",), before=("ağ girişi",))
    assert typed(question, FORMS["ASCII"]) == Question("ya cikisi", "a.md", ("çıkış",), before=("ag girisi",))


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
