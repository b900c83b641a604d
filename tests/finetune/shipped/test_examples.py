import json
from pathlib import Path

import pytest

from finetune.shipped.examples import main, read_examples


def text(word: str) -> str:
    return " ".join(f"Her{i} {word}{i} {word}lar{i} için gerekir." for i in range(30))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    files = {
        "docs/d2l-tr/bir.md": f"# Bir\n\n{text('pompa')}",
        "docs/d2l-tr/asked.md": f"# İki\n\n{text('vana')}",
        "docs/truba/uc.md": f"# Üç\n\n{text('conta')}",
        "docs/progit2-tr/nc.md": f"# Dört\n\n{text('keçe')}",
        "text/ms-x.txt": f"{text('motor')}\n\n\n{text('vana')}\n\n\n{text('rulman')}",
        "qa/tqp-soru-parafraz/tqp_train.csv": (
            "prefix,input,target\n"
            "p,Bu nedir?,Nedir bu?\n"
            "p,aynı,aynı\n"
            "p,Ne zaman yağlanır?,Rulman kaç saatte bir yağlanır acaba?\n"
            "p,Rulman kaç saatte bir yağlanır acaba?,Rulman ne zaman yağlanır?\n"
        ),
        "qa/stsb-tr/stsb_tr_test.tsv": f"x\t1.0\t{text('rulman')}\tKısa.",
        "qa/xquad-tr/xquad.tr.json": json.dumps(
            {"data": [{"paragraphs": [{"context": "c", "qas": [
                {"question": "Rulman kaç saatte bir yağlanır acaba?"}]}]}]}
        ),
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_only_what_may_be_trained_on_is_collected(corpus: Path, tmp_path: Path) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text(json.dumps({"question": "?", "source": "d2l-tr/asked.md"}))
    assert main([str(corpus), "--questions", str(asked), "--work", str(tmp_path / "work")]) == 0
    found = read_examples(tmp_path / "work" / "examples.jsonl")
    documents = " ".join(one.passage for one in found if one.kind != "paraphrase")
    assert "pompa1" in documents and "motor1" in documents
    for word in ("vana", "conta", "keçe", "rulman"):  # asked about, never trained, no licence, evaluation set
        assert word not in documents
    pairs = [(one.question, one.passage) for one in found if one.kind == "paraphrase"]
    assert pairs == [("Bu nedir?", "Nedir bu?")]
    assert {one.source for one in found} == {"d2l-tr", "ms-x", "tqp-soru-parafraz"}


def test_a_missing_document_is_told_and_nothing_is_written(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text(json.dumps({"question": "?", "source": "d2l-tr/yok.md"}))
    assert main([str(corpus), "--questions", str(asked), "--work", str(tmp_path)]) == 1
    assert "d2l-tr/yok.md" in capsys.readouterr().err
    assert read_examples(tmp_path / "examples.jsonl") == []
