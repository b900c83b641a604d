import re
from pathlib import Path

import pytest

from ui.arguments import parse
from ui.finetune_arguments import with_hyphens


def given(*argv: str) -> dict[str, object]:
    known = {"home", "language", "host", "port", "auth", "no_browser", "limit", "version", "command", "step"}
    found = vars(parse(["finetune", *argv], "tr"))
    return {name: value for name, value in found.items() if name not in known or (name == "limit" and value)}


SEED_OPTIONS = [
    (["--data-path", "v.json"], {"data_path": Path("v.json")}),
    (["--output_dir", "m"], {"output_dir": Path("m")}),
    (["--model_name=BAAI/bge-m3"], {"model_name": "BAAI/bge-m3"}),
    (["--epochs", "10"], {"epochs": 10.0}),
    (["--batch_size", "64"], {"batch_size": 64}),
    (["--learning_rate", "5e-6"], {"learning_rate": 5e-6}),
    (["--warmup-steps", "0"], {"warmup_steps": 0}),
    (["--max_seq_length=512"], {"max_seq_length": 512}),
    (["--train_split", "0.85"], {"train_share": 0.85}),
    (["--pooling_mode", "mean"], {"pooling": "mean"}),
    (["--no_instructions"], {"instructions": False}),
    (["--no-hard-negatives"], {"hard_negatives": False}),
    (["--num_negatives", "5"], {"num_negatives": 5}),
    (["--test_only"], {"test_only": True}),
    (["--compare"], {"compare": True}),
    (["--matryoshka", "256,128"], {"matryoshka": (256, 128)}),
]


@pytest.mark.parametrize(("argv", "options"), SEED_OPTIONS, ids=lambda each: str(each))
def test_the_seeds_options_with_hyphens_and_underscores(argv: list[str], options: dict[str, object]) -> None:
    assert given(*argv) == options
    assert given() == {}  # what is not given is not there: presets and earlier steps decide


def test_a_step_takes_its_options_before_and_after_its_name() -> None:
    assert given("--epochs", "2", "train", "--batch_size", "4") == {"epochs": 2.0, "batch_size": 4}
    assert parse(["finetune", "--epochs", "2", "train"], "tr").step == "train"
    assert parse(["finetune", "models", "--home", "ev", "--language", "en"], "tr").home == "ev"
    assert parse(["finetune"], "tr").step is None


def test_the_other_steps() -> None:
    assert given("promote", "model-3") == {"model": "model-3"}
    assert given("export", "model-3", "--output-dir", "o", "--dimension", "128", "--no-int8") == {
        "model": "model-3", "output_dir": Path("o"), "dimension": 128, "int8": False,
    }  # fmt: skip
    assert given("feedback", "accept", "ab12", "cd34") == {"action": "accept", "ids": ["ab12", "cd34"]}
    assert given("feedback", "import", "d.jsonl") == {"action": "import", "file": Path("d.jsonl")}


def test_only_this_commands_options_are_read_with_underscores() -> None:
    assert with_hyphens(["finetune", "--data_path=a_b.json", "--out_x", "c_d"]) == [
        "finetune", "--data-path=a_b.json", "--out-x", "c_d",
    ]  # fmt: skip
    assert with_hyphens(["ask", "--a_b"]) == ["ask", "--a_b"]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--epochs", "0"], "sıfırdan büyük bir sayı"),
        (["--epochs", "çok"], "sıfırdan büyük bir sayı"),
        (["--learning-rate", "nan"], "sıfırdan büyük bir sayı"),
        (["--train-split", "1"], "1 değerinden küçük"),
        (["--batch-size", "-3"], "--batch-size"),
        (["--num-negatives", "2.5"], "en az 1 olan bir tam sayı"),
        (["--warmup-steps", "²"], "en az 0 olan bir tam sayı"),
        (["--pooling-mode", "son"], "geçersiz seçim"),
        (["export", "model-1"], "şu argümanlar gerekli"),
        (["geri"], "geçersiz seçim"),
    ],
)
def test_wrong_values_are_told_in_turkish(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse(["finetune", *argv], "tr")
    said = capsys.readouterr().err
    assert end.value.code == 2 and says in said
    assert not re.findall(r"invalid|must be|expected", said)
