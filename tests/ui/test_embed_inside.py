"""`kilavuz embed`: attention, tokens, word-contexts, fill-mask, train-pairs, score-pairs, suite."""

import json
from pathlib import Path

import pytest

from tests.finetune.workbench.models import SENTENCES, tiny
from ui.cli import main

pytest.importorskip("torch")


def test_pictures_and_tokens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bert, home = tiny("bert", tmp_path / "bert"), ["--home", str(tmp_path / "home"), "embed"]
    picture = tmp_path / "dikkat.png"
    assert main([*home, "attention", "İstanbul güzel.", "--model", bert, "--out", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG") and "[CLS] →" in capsys.readouterr().out
    assert main([*home, "attention", "a", "--model", bert, "--layer", "9"]) == 1
    assert "9. katman yok" in capsys.readouterr().err
    assert main([*home, "tokens", "Kitaplarımızdan okuduk.", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)][:3] == ["WordPiece", "BPE", "Unigram"]
    cut = tmp_path / "bolunme.png"
    assert main([*home, "tokens", "Kitaplarımızdan $x$ okuduk.", "--out", str(cut)]) == 0
    assert cut.read_bytes().startswith(b"\x89PNG") and str(cut) in capsys.readouterr().out
    assert main([*home, "tokens", "su", "--model", bert, "--length", "8"]) == 0
    assert capsys.readouterr().out.count("[PAD]") >= 4
    command = [*home, "word-contexts", "su", "Su aktı.", "Suyu içtim.", "--model", bert]
    assert main([*command, "--out", str(tmp_path / "su.png")]) == 0
    assert capsys.readouterr().out.startswith("1,000") and (tmp_path / "su.png").exists()
    assert main([*home, "fill-mask", "su", "--model", bert]) == 1


def test_pairs_are_trained_and_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bert, home = tiny("bert", tmp_path / "bert"), ["--home", str(tmp_path / "home"), "embed"]
    file = tmp_path / "p.tsv"
    rows = [f"{5.0 * (a == b)}\t{a}\t{b}" for a in SENTENCES for b in SENTENCES]
    file.write_text("\n".join(["score\tsentence1\tsentence2", *rows]), "utf-8")
    out = str(tmp_path / "m")
    learn = [
        "train-pairs",
        str(file),
        "--test",
        str(file),
        "--model",
        bert,
        "--out",
        out,
        "--epochs",
        "1",
        "--frozen",
        "1",
    ]
    assert main([*home, *learn]) == 0
    said = capsys.readouterr().out
    assert "1. epok: kayıp" in said and "16 çift: Pearson" in said and "training_stats.png" in said
    assert main([*home, "score-pairs", "--model", out, "Su aktı.", "Su akıyor.", "--json"]) == 0
    assert 0 <= float(capsys.readouterr().out) <= 1
    assert main([*home, "score-pairs", "--model", out, "tek"]) == 1
    results = tmp_path / "suite"
    compared = ["suite", "--models", "kilavuz-compact", "--pairs", str(file), "--dimensions", "64"]
    assert main([*home, *compared, "--out", str(results)]) == 0
    assert "kilavuz-compact dimension=64" in capsys.readouterr().out
    assert {each.name for each in results.iterdir()} == {"results.json", "table.md", "plot.png"}
