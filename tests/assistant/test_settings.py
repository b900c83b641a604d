from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from assistant.settings import load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "PORT", "LANGUAGE", "LLM"):
        monkeypatch.delenv(f"KILAVUZ_{name}", raising=False)


def test_arguments_beat_environment_beats_env_file_beats_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().port == 7860
    (tmp_path / "kilavuz.toml").write_text("port = 1\nllm = 'toml'\n")
    assert load_settings().port == 1
    (tmp_path / ".env").write_text("KILAVUZ_PORT=2\n")
    assert load_settings().port == 2
    monkeypatch.setenv("KILAVUZ_PORT", "3")
    assert load_settings().port == 3
    assert load_settings(port=4).port == 4
    assert load_settings(port=None).llm == "toml"


def test_the_home_is_absolute_and_holds_the_drop_folder(tmp_path: Path) -> None:
    settings = load_settings(home="ev")
    assert settings.home == tmp_path / "ev"
    assert settings.drop_folder == tmp_path / "ev" / "belgeler"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "çok"),
        ("language", "de"),
        ("max_file_mb", 0),
        ("reranker_seconds", 0),
        ("reranker_seconds", "inf"),
        ("llm_context", "çok"),
        ("llm_context", -1),
        ("llm_timeout", "nan"),
    ],
)
def test_a_bad_value_is_one_sentence(name: str, value: object) -> None:
    with pytest.raises(KilavuzError, match="KILAVUZ_" + name.upper()):
        load_settings(**{name: value})


def test_a_broken_toml_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "kilavuz.toml").write_text("port = = 1")
    with pytest.raises(KilavuzError, match=r"kilavuz\.toml"):
        load_settings()
