from pathlib import Path

import pytest

from benchmarks.kills import run


@pytest.mark.timeout(600)
def test_an_ingest_killed_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    hits, _ = run(rounds=5, seed=1, folder=tmp_path)
    assert hits > 0
