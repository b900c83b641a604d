import importlib.util
import json
import math
import random
from pathlib import Path

import pytest

from assistant.evaluation import scored, summary
from assistant.judge import Passage, Question, Result, judge
from ui.batch import read_questions
from ui.evaluate import expected, results_of

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


def test_a_short_piece_of_evidence_counts_as_a_whole() -> None:
    question = Question("titreşim kaç", "a.md", ("7,1 mm/s",))
    assert question.found([Passage("a.md", "en çok 7,1 mm/s olur"), Passage("a.md", "8,1 mm/s")]) == [
        {0},
        set(),
    ]


TWO = Question(
    "pompa ne zaman yağlanır",
    "pompa.pdf",
    (EVIDENCE, "Vana yılda bir kez tümüyle açılır."),
    page=3,
    answer="Altı ayda bir yağlanır, İŞTE bu.",
)


def test_a_result_judged_by_hand() -> None:
    hits = (
        Passage("pompa.pdf", "ilgisiz", 1),
        Passage("pompa.pdf", EVIDENCE, 4),
        Passage("pompa.pdf", EVIDENCE, 3),
        Passage("kopya.md", TWO.evidence[1]),
    )
    answer = "Pompa her altı ayda bir yağlanır. [1] İşte"
    scores = judge(TWO, Result(hits, answer, cited=("x", "y", "pompa.pdf", "z"), seconds=0.25))
    assert scores == {
        "recall@1": 0.0,
        "recall@3": 0.5,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "mrr@10": 0.5,
        "ndcg@10": pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))),
        "source@1": 1.0,
        "page_right": 0.0,
        "answered": 1.0,
        "answer_chars": 42.0,
        "cites_source": 1.0,
        "evidence_in_answer": 0.5,
        "answer_recall": 1.0,  # altı, ayda, bir, yağla…, işte; "bu" is too short to count
        "verbatim": 1.0,
        "seconds": 0.25,
    }


def test_only_ten_hits_and_three_citations_count() -> None:
    late = Result((Passage("x", ""),) * 10 + (Passage("pompa.pdf", EVIDENCE, 3),), "ne", cited=("x",) * 3)
    for result in (late, Result((), "ne", cited=("x", "x", "x", "pompa.pdf"))):
        scores = judge(TWO, result)
        assert (scores["recall@10"], scores["ndcg@10"], scores["cites_source"]) == (0.0, 0.0, 0.0)
        assert "page_right" not in scores


def test_an_abstention_and_an_endless_answer_prove_nothing() -> None:
    abstained = judge(TWO, Result((), EVIDENCE, True, ("pompa.pdf",)))
    assert abstained == judge(TWO, Result((), "", True)) | {"answer_chars": float(len(EVIDENCE))}
    assert (abstained["answered"], abstained["cites_source"], abstained["evidence_in_answer"]) == (0, 0, 0)
    for length, proven in ((1500, 0.5), (1501, 0.0)):
        scores = judge(TWO, Result((), EVIDENCE.ljust(length), cited=("pompa.pdf",)))
        assert (scores["answered"], scores["cites_source"]) == (1.0, 1.0)
        assert scores["evidence_in_answer"] == proven
        assert (scores["answer_recall"] > 0) is (proven > 0)


def test_what_stands_before_a_mark_is_verbatim_or_not() -> None:
    hits = (Passage("pompa.pdf", "Pompayı kapatın.\nSonra  yağ-\nlayın."), Passage("x.md", "Bekleyin."))
    for answer, share in (
        ("- Pompayı kapatın. [1]\n\nSonra yağlayın. [1] Kendi sözüm", 1.0),
        ("Pompayı kapatın. [1] Pompayı açın. [1]", 0.5),
        ("Bekleyin. [1]", 0.0),  # stands in what is not cited
    ):
        assert judge(TWO, Result(hits, answer, cited=("pompa.pdf",)))["verbatim"] == share
    assert "verbatim" not in judge(TWO, Result(hits, "Pompayı kapatın.", cited=("pompa.pdf",)))


def test_what_the_documents_do_not_answer_is_rightly_not_answered() -> None:
    nothing = Question("kaç yaşındasın", "")
    hit = (Passage("a.md", "x"),)
    assert judge(nothing, Result(hit, "bulamadım", True)) == {"abstain_right": 1.0}
    assert judge(nothing, Result(hit, "on")) == {"abstain_right": 0.0}
    assert judge(nothing, Result(hit)) == {}


def test_without_evidence_or_a_reference_only_the_document_is_judged() -> None:
    scores = judge(Question("soru", "a.md"), Result((Passage("b.md", ""), Passage("a.md", "")), "x"))
    assert (scores["recall@3"], scores["mrr@10"], scores["answered"]) == (1.0, 0.5, 1.0)
    assert not {"evidence_in_answer", "answer_recall"} & scores.keys()


def damaged_results(questions: list[dict[str, object]]) -> list[dict[str, object]]:
    """Results of all sorts for the questions: evidence whole, cut, copied, late or missing."""
    rng = random.Random(7)
    results = []
    for number, question in enumerate(questions):
        if number % 17 == 0:
            continue
        pieces = list(question["evidence"])  # type: ignore[call-overload]
        texts = (
            [piece[: rng.randint(len(piece) // 2, len(piece))] for piece in pieces] + pieces + ["ilgisiz"] * 4
        )
        rng.shuffle(texts)
        hits = [
            {
                "source": rng.choice([str(question["source"]), f"/ev/{question['source']}", "baska.md"]),
                "page": rng.choice([question["page"], 1, None]),
                "text": "ÖNCESİ " * rng.choice([0, 5, 270]) + text,
            }
            for text in texts * rng.choice([1, 3])
        ]
        answer = rng.choice(["", " ".join(pieces[:1]), str(question["answer"]), "Bilmiyorum. " * 200])
        cited = [{"source": rng.choice(["x.md", str(question["source"])]), "page": None} for _ in range(4)]
        result = {"id": question["id"], "hits": hits, "answer": answer, "abstained": rng.random() < 0.3}
        results.append({**result, "citations": cited[: rng.randint(0, 4)]})
    return results


def test_the_figures_are_those_of_the_shared_benchmark(shared: Path, tmp_path: Path) -> None:
    script = shared / "bench/score.py"
    files = sorted((shared / "bench/questions").glob("dev-[ab].jsonl"))
    if not script.is_file() or not files:
        pytest.skip("no shared benchmark")
    spec = importlib.util.spec_from_file_location("score", script)
    assert spec and spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    asked = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    given = damaged_results(asked)
    by_id = {result["id"]: result for result in given}
    theirs = [score.score_one(question, by_id.get(question["id"], {"answer": ""})) for question in asked]

    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(result) + "\n" for result in given), "utf-8")
    lines = read_questions(*files)
    ours = scored(expected(lines), results_of(path, lines))
    assert len(ours) == len(theirs) == len(asked)
    for question, mine, other in zip(asked, ours, theirs, strict=True):
        assert mine == pytest.approx(other), question["id"]
    assert 0.1 < summary(ours)["ndcg@10"].value < 0.9
