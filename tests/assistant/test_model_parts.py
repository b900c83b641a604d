from pathlib import Path

from assistant.embedder import COMPACT
from assistant.model_parts import model_format


def test_format_of_a_folder(tmp_path: Path) -> None:
    assert model_format(tmp_path) == ""
    for damaged in ("[]", "{", "{}"):
        (tmp_path / "config.json").write_text(damaged)
        assert model_format(tmp_path) == ""
    assert model_format(COMPACT) == "kilavuz-static"
