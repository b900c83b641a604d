"""Answers over the sample documents, the whole way: cited lines verbatim, the right document, or none."""

import json
from pathlib import Path

import pytest

from assistant.judge import Passage, Question, Result, judge
from ui.cli import main

ANSWERED = {
    "E-1042 hatası ne anlama gelir?": "ag-gecidi-sorun-giderme.md",
    "KILAVUZ_PORT varsayılan değeri kaç?": "kilavuz-nedir.md",
}
UNANSWERED = (
    "COMSOL'u çok düğümlü nasıl çalıştırırım?",
    "Isolation Forest ile eşik nasıl belirlenir?",
    "RwLock ne zaman Mutex'ten iyidir?",
    "GTÜ'de Farabi için not ortalaması kaç olmalı?",
    "std::variant ziyaretçi deseni",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KILAVUZ_EMBEDDER", "kilavuz-compact")
        assert main(["--home", str(home), "ingest"]) == 0
    return home


def ask(home: Path, questions: list[str]) -> list[dict[str, object]]:
    file, out = home / "q.jsonl", home / "r.jsonl"
    file.write_text("".join(json.dumps({"id": n, "question": q}) + "\n" for n, q in enumerate(questions)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KILAVUZ_EMBEDDER", "kilavuz-compact")
        assert main(["--home", str(home), "ask", "--questions", str(file), "--out", str(out)]) == 0
    return [json.loads(line) for line in out.read_text().splitlines()]


def headings() -> list[str]:
    """Every heading of the Markdown samples: a question about each is answered from somewhere."""
    samples = Path(__file__).parents[1] / "assistant" / "samples"
    lines = [line for file in samples.glob("*.md") for line in file.read_text().splitlines()]
    return sorted({line.lstrip("#").strip() for line in lines if line.startswith("#")})


def test_every_cited_line_is_verbatim(home: Path) -> None:
    judged = []
    for result in ask(home, [f"{heading} nedir?" for heading in headings()] + list(ANSWERED)):
        hits = tuple(Passage(hit["source"], hit["text"]) for hit in result["hits"])  # type: ignore[attr-defined]
        cited = tuple(one["source"] for one in result["citations"])  # type: ignore[attr-defined]
        asked = Question("", "x.md", ("kanıt",))
        scores = judge(asked, Result(hits, str(result["answer"]), bool(result["abstained"]), cited))
        if cited:
            judged.append(scores["verbatim"])
    assert len(judged) > 20 and set(judged) == {1.0}


def test_the_right_document_is_cited(home: Path) -> None:
    for result, source in zip(ask(home, list(ANSWERED)), ANSWERED.values(), strict=True):
        assert source in [one["source"] for one in result["citations"]]  # type: ignore[attr-defined]


def test_what_no_document_holds_is_not_answered(home: Path) -> None:
    for question, result in zip(UNANSWERED, ask(home, list(UNANSWERED)), strict=True):
        assert result["abstained"] and not result["citations"], question
        assert "En yakın bölümler" in str(result["answer"])
