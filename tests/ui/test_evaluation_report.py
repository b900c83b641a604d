import json

import pytest

from assistant.evaluation import MEDIANS
from assistant.judge import Passage, Question, Result, judge
from ui.evaluation_report import LABELS, comparison, print_json, print_tables, table

QUESTIONS = [
    Question("a?", "a.md", kind="fact", id="a"),
    Question("b\x1b[2J?", "", kind="boş\x1b[31m", id="b\x9b"),
]
OURS = [{"mrr@10": 1.0, "seconds": 0.1254}, {"abstain_right": 0.0, "seconds": 0.1}]
THEIRS = [{"mrr@10": 0.5}, {"abstain_right": 1.0}]


def test_every_metric_has_a_name_in_both_languages() -> None:
    question = Question("a?", "a.md", ("uzunca bir kanıt",), page=1, answer="kanıt")
    hit = Passage("a.md", "uzunca bir kanıt", 1)
    scores = judge(question, Result((hit,), "x [1]", seconds=1.0)) | judge(
        Question("", ""), Result(answer="")
    )
    assert LABELS.keys() == scores.keys() | {"seconds_p95"}
    assert set(MEDIANS) < LABELS.keys()
    assert all(label.tr and label.en for label in LABELS.values())


def test_the_table_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    assert table(QUESTIONS, OURS, "tr") == [
        "",
        "                                   Hepsi (2)  Soru         fact (1)  boş [31m (1)",
        "MRR@10                   100,0 (100,0–100,0)     1  100,0 (100–100)",
        "Yerinde “bulamadım”            0,0 (0,0–0,0)     1                      0,0 (0–0)",
        "Süre (sn)                              0,113     2            0,125         0,100",
        "Süre, 95. yüzdelik (sn)                0,124     2            0,125         0,100",
    ]


def test_columns_that_do_not_fit_stand_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = table(QUESTIONS, OURS, "en")
    assert [line.split() for line in lines if "(1)" in line or "(2)" in line] == [
        ["All", "(2)", "Questions"],
        ["fact", "(1)", "boş", "[31m", "(1)"],
    ]
    assert max(map(len, lines)) <= 60
    monkeypatch.setenv("COLUMNS", "5")
    assert sum("(" in line and "100" not in line for line in table(QUESTIONS, OURS, "en")) >= 3


def test_one_kind_has_no_column_of_its_own() -> None:
    assert "fact" not in "\n".join(table(QUESTIONS[:1], OURS[:1], "tr"))


def test_the_comparison_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    assert comparison(QUESTIONS, OURS, THEIRS, "tr") == [
        "",
        "                        Bu  Öteki         Fark (%95 aralığı)  Artan  Azalan",
        "MRR@10               100,0   50,0     +50,0 (+50,0; +50,0) *      1       0",
        "Yerinde “bulamadım”    0,0  100,0  −100,0 (−100,0; −100,0) *      0       1",
        "",
        "* Aralık sıfırı içermiyor.",
        "1 soru daha iyi, 1 daha kötü, 0 aynı (ölçütlerinin ortalama farkına göre).",
        "",
        "En çok iyileşenler:",
        "   +50,0  a  a?",
        "",
        "En çok kötüleşenler:",
        "  −100,0  b  b [2J?",
    ]
    same = comparison(QUESTIONS, OURS, OURS, "en")
    assert "0.0 (0.0; 0.0)  " in same[2]
    assert "0 questions better, 0 worse, 2 the same" in same[-1]
    assert comparison(QUESTIONS, OURS, [{}, {}], "tr") == ["", "Karşılaştırılacak ortak bir ölçüt yok."]


def test_at_most_five_questions_are_named_on_each_side_the_greatest_change_first() -> None:
    questions = [Question(f"soru {n} " + "ç" * 100, "a.md", id=n) for n in range(20)]
    ours = [{"mrr@10": n / 20} for n in range(20)]
    lines = comparison(questions, ours, [{"mrr@10": 0.49}] * 20, "en")
    named = [line.split()[1] for line in lines if "soru" in line]
    assert named == ["19", "18", "17", "16", "15", "0", "1", "2", "3", "4"]
    assert max(len(line) for line in lines if "soru" in line) < 100


def test_what_is_printed_for_people_and_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(QUESTIONS, OURS, None, "tr")
    said = capsys.readouterr().out
    assert said.startswith("2 soru. Yüzde olarak ortalama (%95 güven aralığı)")
    assert "Öteki" not in said
    assert [c for c in said if not c.isprintable() and c != "\n"] == []
    print_json(QUESTIONS, OURS, THEIRS, ["b"])
    facts = json.loads(capsys.readouterr().out)
    assert (facts["questions"], facts["missing"], list(facts["kinds"])) == (2, ["b"], ["fact", "boş\x1b[31m"])
    assert facts["all"]["mrr@10"] == {"value": 1.0, "interval": [1.0, 1.0], "count": 1}
    assert facts["all"]["seconds"]["interval"] is None
    assert facts["comparison"]["metrics"]["mrr@10"]["certain"] is True
    assert facts["comparison"]["changes"] == [{"id": "a", "change": 0.5}, {"id": "b\x9b", "change": -1.0}]
    print_json(QUESTIONS, OURS, None, [])
    assert "comparison" not in json.loads(capsys.readouterr().out)
