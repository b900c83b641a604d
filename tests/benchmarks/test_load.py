"""The load test with five people on the samples, and its arithmetic."""

from pathlib import Path

import pytest

from benchmarks.load import Asked, measure, summed_up
from ui.cli import main


def test_the_row_by_hand() -> None:
    asked = [Asked(number / 100, number / 50) for number in range(1, 101)] + [Asked(0, 0, "koptu")]
    assert summed_up(asked, 10.0) == "101 | 1 | 0.51 s | 0.96 s | 1.00 s | 1.92 s | 10.0"
    assert summed_up([Asked(0, 0, "koptu")], 1.0).startswith("1 | 1 | nan")


@pytest.mark.timeout(180)
def test_five_people_are_answered_by_page_and_endpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "ev"
    home.mkdir()
    (home / "kilavuz.toml").write_text('embedder = "kilavuz-compact"\n')
    assert main(["--home", str(home), "ingest"]) == 0
    questions = ["E-1042 hatası ne anlama gelir?", "Titreşim hangi değeri aşarsa pompa durdurulmalı?"]
    found = measure(home, questions, 5, ["page", "api"], 0.5, 2)
    assert [len(asked) for _, asked in found] == [10, 10, 10, 10]
    for name, asked in found:
        assert [one.error for one in asked if one.error] == [], name
        assert all(0 < one.first <= one.whole for one in asked)
    assert capsys.readouterr().out.count("| page |") == 2
