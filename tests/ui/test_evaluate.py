"""`kilavuz evaluate` through `main`, with the fake assistant where a library would be."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ui.service_fakes import CHUNK, make_service, state
from ui.batch import read_questions
from ui.cli import main
from ui.evaluate import expected
from ui.evaluations import evaluations

RIGHT = {
    "id": "a", "question": "Yağ ne zaman değişir?", "kind": "fact", "source": "pompa.pdf", "page": 3,
    "evidence": [CHUNK.text], "answer": "Altı ayda bir.", "previous": None,
}  # fmt: skip
LATER = {
    "id": 2, "question": "Peki filtre?", "kind": "followup", "source": "filtre.md",
    "evidence": ["Filtre yılda bir."], "previous": "a",
}  # fmt: skip
NONE = {"id": "c", "question": "Kaç yaşındasın?", "kind": "unanswerable", "source": None, "evidence": []}
RESULTS = [
    {"id": "a", "hits": [{"source": "pompa.pdf", "page": 3, "text": CHUNK.text}], "answer": CHUNK.text,
     "abstained": False, "citations": [{"source": "pompa.pdf", "page": 3}], "seconds": 0.5},
    {"id": 2, "hits": [], "answer": "", "abstained": True, "citations": [], "seconds": 1},
    {"id": "c", "hits": [], "answer": "bulamadım", "abstained": True, "citations": []},
]  # fmt: skip


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("KILAVUZ_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KILAVUZ_HOME", str(tmp_path / "ev"))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def write_it(name: str, *lines: object) -> str:
        texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        (tmp_path / name).write_text("".join(text + "\n" for text in texts), "utf-8")
        return name

    return write_it


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(settings: Any) -> None:
        raise AssertionError("the library was opened")

    monkeypatch.setattr("ui.service.open_service", opened)


def figures(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


def test_questions_are_asked_with_their_conversation_and_judged(
    write: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    service = make_service(tmp_path / "ev", state(1, "/pompa.pdf"))
    asked: list[Any] = []
    ask = service.assistant.ask  # type: ignore[attr-defined]
    monkeypatch.setattr(
        service.assistant,
        "ask",
        lambda question, history, within: asked.append(history) or ask(question, history, within),
    )
    monkeypatch.setattr("ui.service.open_service", lambda settings: service)
    first, second = write("q1.jsonl", RIGHT, NONE), write("q2.jsonl", LATER)
    assert main(["evaluate", first, second, "--out", "r.jsonl"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("3 soru. Yüzde olarak")
    row = next(line for line in said.out.splitlines() if line.startswith("nDCG@10"))
    assert row.split("  ", 1)[1].split() == ["50,0", "(0,0–100,0)", "2", "100,0", "(100–100)", "0,0", "(0–0)"]
    assert [[one.question for one in history] for history in asked] == [[], [], [RIGHT["question"]]]
    written = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    assert [result["id"] for result in written] == ["a", "c", 2]
    (kept,) = evaluations(tmp_path / "ev")
    assert (kept.files, kept.questions, kept.embedder) == (("q1.jsonl", "q2.jsonl"), 3, "sahte-gömücü")
    assert kept.figures["ndcg@10"] == (0.5, (0.0, 1.0))

    assert main(["evaluate", first, second, "--json"]) == 0
    facts = figures(capsys)
    assert main(["evaluate", first, second, "--results", "r.jsonl", "--json"]) == 0
    again = figures(capsys)
    assert len(evaluations(tmp_path / "ev")) == 2  # results of before are none of this home's figures
    for group in (facts["all"], again["all"]):
        del group["seconds"], group["seconds_p95"]
    assert again["all"] == facts["all"]
    assert facts["all"]["ndcg@10"]["value"] == 0.5
    assert facts["all"]["evidence_in_answer"] == {"value": 0.5, "interval": [0.0, 1.0], "count": 2}
    assert facts["all"]["abstain_right"] == {"value": 0.0, "interval": [0.0, 0.0], "count": 1}
    assert facts["all"]["page_right"]["value"] == 1.0
    assert facts["kinds"].keys() == {"fact", "followup", "unanswerable"}


def test_a_home_without_documents_is_told(
    write: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("ui.service.open_service", lambda settings: make_service(tmp_path / "ev"))
    assert main(["evaluate", write("q.jsonl", RIGHT)]) == 0
    assert "Henüz aranabilecek bir belge yok" in capsys.readouterr().err


@pytest.mark.usefixtures("no_library")
def test_results_of_before_are_judged_without_a_library(
    write: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    questions, results = write("q.jsonl", RIGHT, LATER, NONE), write("r.jsonl", *RESULTS)
    assert main(["evaluate", questions, "--results", results, "--language", "en"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert re.search(r"^nDCG@10 +50\.0 \(0\.0–100\.0\) +2 ", said.out, re.M)
    assert "Rightly not answered" in said.out

    less = write("az.jsonl", *RESULTS[1:], {"id": "başka", "hits": None})
    assert main(["evaluate", questions, "--results", results, "--compare", less]) == 0
    said = capsys.readouterr()
    assert said.err == "az.jsonl: 1 sorunun sonucu yok (a); hiçbir şey bulunmamış sayıldı.\n"
    assert "1 soru daha iyi, 0 daha kötü, 2 aynı" in said.out
    assert "+100,0  a  Yağ ne zaman değişir?" in said.out

    assert main(["evaluate", questions, "--results", less, "--json"]) == 0
    facts = figures(capsys)
    assert facts["missing"] == ["a"]
    assert facts["all"]["answered"] == {"value": 0.0, "interval": [0.0, 0.0], "count": 2}


@pytest.mark.usefixtures("no_library")
def test_results_of_a_search_have_no_figures_of_answers(
    write: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    searched = [{"id": result["id"], "hits": result["hits"]} for result in RESULTS]
    questions, results = write("q.jsonl", RIGHT, LATER, NONE), write("r.jsonl", *searched)
    assert main(["evaluate", questions, "--results", results, "--compare", write("o.jsonl", *RESULTS)]) == 0
    said = capsys.readouterr().out
    assert "Recall@1" in said
    assert "Yanıtlanan" not in said
    nothing = write("n.jsonl", NONE)
    assert main(["evaluate", nothing, "--results", results]) == 0
    assert capsys.readouterr().out.startswith("1 soru.")


@pytest.mark.usefixtures("no_library")
@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "Soru dosyası boş: q.jsonl"),
        ([RIGHT, "", "{"], "q.jsonl, satır 3 bozuk"),
        ([{**RIGHT, "id": None}], "q.jsonl, satır 1 bozuk"),
        ([RIGHT, {**LATER, "id": "a"}], "satır 2: 'a' kimliği ikinci kez"),
        ([{"id": "a", "question": "x"}], "q.jsonl, satır 1: yanıtın yeri eksik"),
        ([{**RIGHT, "evidence": "Yağ değişir."}], "satır 1: yanıtın yeri"),
        ([{**RIGHT, "evidence": [3]}], "satır 1: yanıtın yeri"),
        ([{**RIGHT, "evidence": ["…"]}], "satır 1: yanıtın yeri"),
        ([{**RIGHT, "source": None}], "satır 1: yanıtın yeri"),
        ([{**RIGHT, "source": 7}], "satır 1: yanıtın yeri"),
        ([{**RIGHT, "page": "3"}], "satır 1: yanıtın yeri"),
    ],
)
def test_questions_that_will_not_do_are_told_in_a_sentence(
    write: Callable[..., str], lines: list[object], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", write("q.jsonl", *lines)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err


@pytest.mark.usefixtures("no_library")
@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "Sonuç dosyası boş: r.jsonl"),
        ([RESULTS[0], "{"], "r.jsonl, satır 2 bozuk"),
        ([RESULTS[0], RESULTS[0]], "satır 2: 'a' kimliği ikinci kez"),
        ([{"id": "a", "intent": "fact"}], "r.jsonl, satır 1 bozuk"),
        ([{"id": "a", "hits": 3}], "r.jsonl, satır 1 bozuk"),
        ([{"id": "a", "hits": ["x"]}], "r.jsonl, satır 1 bozuk"),
        ([{**RESULTS[0], "citations": {"source": "x"}}], "r.jsonl, satır 1 bozuk"),
        ([{**RESULTS[0], "seconds": 10**400}], "r.jsonl, satır 1 bozuk"),
        ([{"id": "x", "hits": []}], "r.jsonl başka soruların sonuçları"),
    ],
)
def test_results_that_will_not_do_are_told_in_a_sentence(
    write: Callable[..., str], lines: list[object], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, results = write("q.jsonl", RIGHT), write("r.jsonl", *lines)
    for option in ("--results", "--compare"):  # the second before anything is asked
        assert main(["evaluate", questions, option, results]) == 1
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert says in said.err


@pytest.mark.usefixtures("no_library")
def test_files_that_are_not_there_or_would_be_lost_are_told(
    write: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, results = write("q.jsonl", RIGHT), write("r.jsonl", *RESULTS)
    for argv in (["yok"], [questions, "--results", "yok"], [questions, "--compare", "yok"]):
        assert main(["evaluate", *argv]) == 1
        assert capsys.readouterr().err.startswith("Dosya okunamadı: yok (")
    for argv in (["--out", questions], ["--compare", results, "--out", results]):
        assert main(["evaluate", questions, *argv]) == 1
        assert "üstüne yazılamaz" in capsys.readouterr().err
    assert json.loads((tmp_path / questions).read_text("utf-8")) == RIGHT


def test_an_id_may_come_only_once_in_all_files(write: Callable[..., str], tmp_path: Path) -> None:
    first, second = write("q1.jsonl", RIGHT), write("q2.jsonl", {**LATER, "id": "a"})
    assert main(["evaluate", first, second, "--results", write("r.jsonl", *RESULTS)]) == 1


def test_what_is_expected_of_a_line(write: Callable[..., str], tmp_path: Path) -> None:
    decomposed = {
        **RIGHT,
        "id": "d",
        "source": "o\u0308zet.md",
        "evidence": None,
        "answer": None,
        "page": None,
    }
    found = expected(read_questions(tmp_path / write("q.jsonl", RIGHT, LATER, NONE, decomposed)))
    right, later, none, whole = found
    assert (right.page, right.answer, right.wanted) == (3, "Altı ayda bir.", 1)
    assert later.before == (RIGHT["question"],)
    assert none.source == ""
    assert (whole.source, whole.evidence, whole.answer) == ("özet.md", (), "")
    assert whole.is_from("klasör/özet.md")
