from pathlib import Path

import pytest

from benchmarks.kills import run


@pytest.mark.timeout(900)
def test_an_ingest_killed_at_30_random_moments_loses_nothing(tmp_path: Path) -> None:
    hits, cut, _ = run(rounds=30, seed=1, folder=tmp_path)
    assert hits >= 20 and cut >= 5
