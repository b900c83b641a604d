"""The examples of the workbench's README run as they stand."""

import re
import shlex
from pathlib import Path

import pytest

import finetune.workbench
from finetune.workbench.sentences import MOST
from finetune.workbench.uses import PARAPHRASE
from tests.finetune.workbench.models import tiny
from ui.cli import main

ROOT = Path(__file__).parents[3]
TEXT = Path(finetune.workbench.__file__).with_name("README.md").read_text("utf-8")
OWN = ("similarity", "search", "paraphrases", "cluster", "classify", "intent", "extract", "static", "adapt",
       "smaller", "costs")  # fmt: skip
COMMANDS = [line for line in re.findall(r"^kilavuz (embed .+)$", TEXT, re.M) if line.split()[1] in OWN]
# Training and models of the hub are run by the tests that the table names.
PYTHON = [
    block
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.S)
    if "stsb" not in block and "pair_" not in block
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files and models that the examples name."""
    monkeypatch.chdir(tmp_path)
    weather = [
        "Bugün yağmur yağacak.",
        "Yarın yağmurlu bir gün olacak.",
        "Borsa düştü.",
        "Borsada düşüş var.",
    ]
    Path("cumleler.txt").write_text("\n".join(weather), "utf-8")
    Path("metinler.txt").write_text("\n".join(f"{one} {n}" for n in range(9) for one in weather), "utf-8")
    Path("ornekler.csv").write_text("text,label\nYağmur yağacak mı?,hava\nPilav tarifi,yemek\n", "utf-8")
    for kind in ("bert", "gpt2"):
        tiny(kind, tmp_path / kind)
    return tmp_path


def test_commands(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {line.split()[1] for line in COMMANDS} == set(OWN)
    for line in COMMANDS:
        assert main([*shlex.split(line), "--home", str(place / "home")]) == 0, line
        assert capsys.readouterr().out, line


def test_python(place: Path) -> None:
    assert len(PYTHON) >= 3
    for block in PYTHON:
        exec(compile(block, "README.md", "exec"), {})


def test_the_table_names_tests_that_there_are() -> None:
    named = re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", TEXT)
    assert len(named) >= 10
    for file, name in named:
        found = list((ROOT / "tests").rglob(file))
        assert found, file
        assert not name or any(f"def {name}(" in one.read_text("utf-8") for one in found), name


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"{MOST:,} sentences" in TEXT
    assert f"cosine of {PARAPHRASE}" in TEXT
