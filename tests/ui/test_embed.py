"""`kilavuz embed` from the command line."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.finetune.workbench.models import tiny
from ui.cli import main

WEATHER = ["Bugün yağmur yağacak.", "Yarın yağmurlu bir gün olacak.", "Borsa düştü.", "Borsada düşüş var."]
QUICK = ("--model", "kilavuz-compact")


@pytest.fixture
def embed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run(*argv: str, code: int = 0) -> str:
        capsys.readouterr()
        assert main(["embed", *argv, "--home", str(tmp_path / "home")]) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return run


@pytest.fixture
def weather(tmp_path: Path) -> str:
    file = tmp_path / "c.txt"
    file.write_text("\n".join(WEATHER), "utf-8")
    return str(file)


def test_similarity_search_and_paraphrases(embed, weather: str, tmp_path: Path) -> None:
    lines = embed("similarity", *WEATHER[:3]).splitlines()
    assert lines[0].endswith(WEATHER[1])
    assert "," in lines[0].split()[0]
    assert float(lines[0][:6].replace(",", ".")) > float(lines[1][:6].replace(",", "."))
    assert "3. Borsa düştü." in embed("search", "hisse senetleri borsa", "--file", weather, "--limit", "2")
    found = json.loads(embed("paraphrases", "--file", weather, "--threshold", "0.5", "--json"))
    assert {tuple(one["sentences"]) for one in found} == {tuple(WEATHER[:2]), tuple(WEATHER[2:])}
    scored = tmp_path / "s.csv"
    scored.write_text("sentence1,sentence2,score\nA evi,A evi,1\nKedi,Borsa,0.1\n", "utf-8")
    assert "F1 1,000" in embed("paraphrases", "--file", weather, "--scored", str(scored))
    assert "yok" in embed("paraphrases", "Elma", "Uçak gemisi")


def test_groups_with_their_picture(embed, weather: str, tmp_path: Path) -> None:
    told = embed("cluster", "--file", weather, "--groups", "2", "--plot", str(tmp_path / "p.png"))
    assert "(2 cümle)" in told
    assert (tmp_path / "p.png").exists()
    groups = json.loads(embed("cluster", *WEATHER, "--groups", "2", "--json"))
    assert groups[0]["group"] == groups[1]["group"] != groups[2]["group"] == groups[3]["group"]


def test_classes_and_intents(embed, tmp_path: Path) -> None:
    table = tmp_path / "e.csv"
    table.write_text(
        "text,label\nYağmur yağacak mı?,hava\nYarın kar var mı?,hava\nPilav tarifi,yemek\n",
        "utf-8",
    )
    assert embed("classify", "Yarın yağmur var mı?", "--examples", str(table)).startswith("hava  0,")
    assert embed("intent", "Pilav nasıl yapılır, tarifi?", "--examples", str(table)).startswith("yemek")
    assert embed("intent", "Merhaba!").startswith("greeting")


def test_vectors_of_layers_and_tokens(embed, weather: str, tmp_path: Path) -> None:
    model, out = tiny("bert", tmp_path / "m"), tmp_path / "v.npy"
    told = embed("extract", "--file", weather, "--model", model, "--layer=-2,-1", "--out", str(out))
    assert "Satır: 4" in told
    assert np.load(out, mmap_mode="r").shape == (4, 32)
    embed(
        "extract",
        WEATHER[0],
        "--model",
        model,
        "--layer",
        "-1",
        "--tokens",
        "--out",
        str(out),
        "--pooling",
        "cls",
    )
    assert np.load(out).shape == (np.load(tmp_path / "v.starts.npy")[-1, 0], 32)
    told = embed("extract", "a", "--model", model, "--layer", "9", "--out", str(out), code=1)
    assert "katman yok: 9" in told
    assert "Traceback" not in told


def test_adapted_smaller_and_static_models_can_be_used(embed, weather: str, tmp_path: Path) -> None:
    kept, out = str(tmp_path / "adapted"), tmp_path / "v.npy"
    texts = tmp_path / "t.txt"
    texts.write_text("\n".join(f"{one} {n}" for n in range(10) for one in WEATHER), "utf-8")
    embed("adapt", "--method", "pca", "--texts", str(texts), "--dim", "16", "--save", kept, *QUICK)
    told = embed(
        "adapt", "--file", weather, "--dim", "16", "--precision", "binary", "--out", str(out), *QUICK
    )
    assert "Satır başına bayt: 2" in told
    assert np.load(out).dtype == np.uint8
    model = tiny("bert", tmp_path / "m")
    embed("smaller", "--layers", "1", "--out", str(tmp_path / "small"), "--model", model)
    embed("static", "--out", str(tmp_path / "static"), "--model", model)
    for folder in (kept, str(tmp_path / "small"), str(tmp_path / "static")):
        assert len(embed("similarity", *WEATHER, "--model", folder).splitlines()) == 3


def test_costs_as_a_table_and_as_json(embed) -> None:
    table = embed("costs", *QUICK).splitlines()
    assert table[0].split() == ["bayt", "nDCG@10"]
    rows = json.loads(embed("costs", *QUICK, "--json"))
    assert len(rows) == len(table) - 1
    assert rows[0]["way"] == "source"


def test_wrong_use_is_said_in_a_sentence(embed, weather: str, tmp_path: Path) -> None:
    bare = tiny("bert", tmp_path / "bare", tokenizer=False)
    wrong = [
        (["similarity", "a", "b", "--model", bare], "tokenizer"),
        (["similarity", "a", ""], "boş"),
        (["similarity", "a", "b", "--model", str(tmp_path / "a" / "b" / "c")], "bulunamadı"),
        (["search", "a"], "--file"),
        (["search", "a", "b", "--file", weather], "--file"),
        (["search", "a", "--file", str(tmp_path / "yok.txt")], "yok.txt"),
        (["adapt", "a", "--dim", "100000", "--out", str(tmp_path / "x.npy"), *QUICK], "Hedef boyut"),
        (["adapt", "a", "--method", "pca", "--out", "x.npy", *QUICK], "--texts"),
        (["adapt", "a", "--method", "learned", "--out", "x.npy", *QUICK], "--pairs"),
        (["adapt", "a", *QUICK], "--out"),
        (["static", "--out", "/proc/x", *QUICK], "yazılamadı"),
        (["smaller", "--layers", "99", "--out", str(tmp_path / "x")], "99 katmanı"),
    ]
    for argv, said in wrong:
        told = embed(*argv, code=1)
        assert said in told, argv
        assert "Traceback" not in told


def test_wrong_usage_ends_with_2(embed) -> None:
    for argv in (["extract", "a"], ["nothing"], [], ["extract", "a", "--out", "x", "--layer=x,y"]):
        embed(*argv, code=2)
