import json
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from ui import evaluations
from ui.evaluations import FOLDER, keep

SCORES = [{"recall@1": 1.0, "seconds": 0.2}, {"recall@1": 0.0, "seconds": 0.4}]


def test_figures_come_back(tmp_path: Path) -> None:
    keep(tmp_path, [Path("/x/sorular.jsonl")], SCORES, "kilavuz-compact-1", "")
    (one,) = evaluations.evaluations(tmp_path)
    assert (one.files, one.questions, one.embedder, one.llm) == (
        ("sorular.jsonl",),
        2,
        "kilavuz-compact-1",
        "",
    )
    assert one.figures["recall@1"] == (0.5, (0.0, 1.0)) and one.figures["seconds"][1] is None
    assert "/x/" not in next((tmp_path / FOLDER).iterdir()).read_text("utf-8")


def test_the_last_ones_stay_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluations, "KEPT", 3)
    for number in range(5):
        keep(tmp_path, [Path(f"{number}.jsonl")], SCORES, "m", "")
    assert [one.files for one in evaluations.evaluations(tmp_path)] == [
        ("2.jsonl",),
        ("3.jsonl",),
        ("4.jsonl",),
    ]
    assert [one.files for one in evaluations.evaluations(tmp_path, 1)] == [("4.jsonl",)]


@pytest.mark.parametrize(
    "damaged",
    [
        "", "[]", "null", '{"at": 3}',
        json.dumps({"at": "dün", "files": [], "questions": 1, "embedder": "", "llm": "", "figures": {}}),
        '{"at": "2026-05-04", "files": [], "questions": 1, "embedder": "", "llm": "", "figures": {"x": 3}}',
        '{"at": "2026-05-04", "files": [], "questions": 1, "embedder": "", "llm": "",'
        ' "figures": {"x": {"value": NaN, "interval": null}}}',
        '{"at": "2026-05-04", "files": [], "questions": 1, "embedder": "", "llm": "",'
        ' "figures": {"x": {"value": 1, "interval": [1]}}}',
    ],
)  # fmt: skip
def test_a_damaged_file_is_left_out(tmp_path: Path, damaged: str) -> None:
    keep(tmp_path, [Path("a.jsonl")], SCORES, "m", "")
    (tmp_path / FOLDER / "2026-01-01T000000.json").write_text(damaged)
    assert [one.files for one in evaluations.evaluations(tmp_path)] == [("a.jsonl",)]


def test_a_home_without_any_has_none_and_one_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert evaluations.evaluations(tmp_path) == []
    (tmp_path / FOLDER).write_text("a file is in the way")
    with pytest.raises(KilavuzError, match="yazılamadı"):
        keep(tmp_path, [], SCORES, "m", "")
