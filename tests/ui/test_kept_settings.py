"""Settings that the page keeps: what wins, what is fixed, that secrets stay where they are."""

import os
import stat
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from assistant.settings import load_settings
from ui.kept_settings import KeptSettings
from ui.web.settings import settings_html


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [one for one in os.environ if one.startswith("KILAVUZ_")]:
        monkeypatch.delenv(name)
    (tmp_path / "ev").mkdir()


@pytest.fixture
def kept(tmp_path: Path) -> KeptSettings:
    return KeptSettings(load_settings(home=tmp_path / "ev"))


def test_what_is_kept_is_there_at_the_next_start(kept: KeptSettings) -> None:
    kept.keep(kept.with_changes({"llm": " openai:qwen ", "max_file_mb": "20", "llm_timeout": "2.5"}))
    later = load_settings(home=kept.home)
    assert (later.llm, later.max_file_mb, later.llm_timeout) == ("openai:qwen", 20, 2.5)
    assert kept.waiting() == ("max_file_mb",)  # the language model serves at once
    kept.keep(kept.with_changes({"llm": "", "max_file_mb": "", "llm_timeout": ""}))
    assert (kept.home / "kilavuz.toml").read_text() == "" and kept.waiting() == ()


def test_hand_written_lines_stay_and_the_file_is_the_owners_alone(kept: KeptSettings) -> None:
    path = kept.home / "kilavuz.toml"
    path.write_text("# benim\nport = 1234\nllm = 'eski'\n", "utf-8")
    assert load_settings(home=kept.home).port == 1234
    kept.keep(kept.with_changes({"llm": 'tırnak "ve" \\'}))
    assert "# benim\nport = 1234\n" in path.read_text("utf-8") and "eski" not in path.read_text("utf-8")
    assert load_settings(home=kept.home).llm == 'tırnak "ve" \\'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_environment_wins_and_says_so(
    kept: KeptSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept.keep(kept.with_changes({"embedder": "sayfadan", "reranker": "sayfadan"}))
    monkeypatch.setenv("KILAVUZ_EMBEDDER", "kilavuz-compact")
    (tmp_path / ".env").write_text("KILAVUZ_RERANKER=dosyadan\n")
    later = load_settings(home=kept.home)
    assert (later.embedder, later.reranker) == ("kilavuz-compact", "dosyadan")
    now = KeptSettings(later)
    assert set(now.fixed()) == {"embedder", "reranker"}
    assert "KILAVUZ_EMBEDDER" in now.fixed()["embedder"].tr and ".env" in now.fixed()["reranker"].tr
    changed = now.with_changes({"embedder": "başka", "reranker": "başka", "max_file_mb": "7"})
    assert (changed.embedder, changed.reranker, changed.max_file_mb) == ("kilavuz-compact", "dosyadan", 7)
    html = settings_html(now.next(), now.fixed(), now.waiting(), "tr")
    assert 'name="embedder" disabled' in html and "KILAVUZ_EMBEDDER ortam değişkeniyle" in html


def test_what_the_command_line_said_is_fixed(tmp_path: Path) -> None:
    now = KeptSettings(load_settings(home=tmp_path / "ev", language="en"))
    assert set(now.fixed()) == {"language"} and now.next().language == "en" and now.waiting() == ()


def test_a_key_is_kept_but_never_shown_and_never_sent_elsewhere(kept: KeptSettings) -> None:
    first = {"llm": "openai:qwen", "llm_url": "http://bir", "llm_api_key": "çok-gizli"}
    kept.keep(kept.with_changes(first))
    html = settings_html(kept.next(), kept.fixed(), (), "tr")
    assert "çok-gizli" not in html and "kayıtlı" in html
    assert kept.with_changes({"llm_api_key": ""}).llm_api_key.get_secret_value() == "çok-gizli"
    assert kept.with_changes({"llm": "openai:baska"}).llm_api_key.get_secret_value() == "çok-gizli"
    for elsewhere in ({"llm_url": "http://iki"}, {"llm": "anthropic:x"}, {"llm_url": ""}):
        assert kept.with_changes(elsewhere).llm_api_key.get_secret_value() == ""
    given = kept.with_changes({"llm_url": "http://iki", "llm_api_key": "yeni"})
    assert given.llm_api_key.get_secret_value() == "yeni"


def test_a_key_of_the_environment_goes_nowhere_else(
    kept: KeptSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KILAVUZ_LLM_API_KEY", "çok-gizli")
    assert set(kept.fixed()) == {"llm_api_key", "llm_url"}
    assert kept.with_changes({"llm_url": "http://kötü"}).llm_url == ""
    kept.keep(kept.with_changes({"llm": "openai:bir"}))
    assert kept.with_changes({"llm": "openai:iki"}).llm_api_key.get_secret_value() == "çok-gizli"
    assert kept.with_changes({"llm": ""}).llm == ""
    with pytest.raises(KilavuzError, match="başka bir sağlayıcıya"):
        kept.with_changes({"llm": "anthropic:bir"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("llm_timeout", "çok"), ("max_file_mb", "-1"), ("language", "de"), ("llm", "a\nhost = 'x'"),
     ("llm", "x" * 3000)],
)  # fmt: skip
def test_bad_values_are_refused(name: str, value: str, kept: KeptSettings) -> None:
    with pytest.raises(KilavuzError, match=f"KILAVUZ_{name.upper()}"):
        kept.with_changes({name: value})


def test_what_is_no_field_of_the_page_is_not_kept(kept: KeptSettings) -> None:
    kept.keep(kept.with_changes({"host": "0.0.0.0", "auth": "a:b", "home": "/", "port": "1"}))
    assert (kept.home / "kilavuz.toml").read_text() == ""


@pytest.mark.parametrize("text", ["llm = ", "max_file_mb = 'çok'"])
def test_a_broken_file_is_told_with_its_line(text: str, kept: KeptSettings) -> None:
    (kept.home / "kilavuz.toml").write_text(f"# ayarlar\n{text}\n", "utf-8")
    with pytest.raises(KilavuzError, match="satır 2"):
        load_settings(home=kept.home)
