import json
import shutil
from pathlib import Path

import pytest

from assistant.embedder import COMPACT, QUICK, load_embedder
from assistant.errors import KilavuzError
from assistant.model_in_use import (
    InUse,
    Step,
    is_model_name,
    load_by_name,
    load_in_use,
    models_folder,
    read_in_use,
    weights_folder,
    write_in_use,
)

BASE, FIRST = Step("", "f0"), Step("model-1", "f1")


def install(home: Path, model: str = "model-1") -> None:
    shutil.copytree(COMPACT, weights_folder(home, model))


def test_the_pointer_is_read_back_and_tells_the_predecessor(tmp_path: Path) -> None:
    assert read_in_use(tmp_path, "") is None
    in_use = InUse("", 512, (BASE, FIRST))
    write_in_use(tmp_path, in_use)
    assert read_in_use(tmp_path, "") == in_use
    assert (in_use.model, in_use.previous) == ("model-1", BASE)
    assert InUse("", 512, (BASE,)).previous is None
    assert [path.name for path in models_folder(tmp_path).iterdir()] == ["in-use.json"]


def test_the_users_own_setting_wins(tmp_path: Path) -> None:
    write_in_use(tmp_path, InUse("", 512, (BASE, FIRST)))
    assert read_in_use(tmp_path, "BAAI/bge-m3") is None
    assert read_in_use(tmp_path, "kilavuz-deep") is not None  # another name of the default
    install(tmp_path)
    embedder, in_use = load_in_use(tmp_path, QUICK)
    assert embedder.name == QUICK and in_use is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"setting": "", "max_tokens": 1, "steps": []}',
     '{"setting": "", "max_tokens": 1, "steps": [{"model": "../../etc", "fingerprint": "x"}]}'],
)  # fmt: skip
def test_a_damaged_pointer_is_none(text: str, tmp_path: Path) -> None:
    models_folder(tmp_path).mkdir()
    (models_folder(tmp_path) / "in-use.json").write_text(text)
    assert read_in_use(tmp_path, "") is None


@pytest.mark.parametrize(
    "name", ["", "model-0", "model-01", "../model-1", "model-1/..", "model-1\n", "model-x"]
)
def test_what_is_no_model_name(name: str) -> None:
    assert not is_model_name(name)


def test_a_model_is_loaded_by_its_name_and_bears_it(tmp_path: Path) -> None:
    install(tmp_path)
    embedder = load_by_name(tmp_path, "model-1")
    assert embedder.name == "model-1"
    assert embedder.fingerprint == load_embedder(QUICK).fingerprint
    assert load_embedder(QUICK).name == QUICK
    assert load_by_name(tmp_path, QUICK).name == QUICK
    write_in_use(tmp_path, InUse(QUICK, 512, (BASE, FIRST)))
    assert load_in_use(tmp_path, QUICK)[0].name == "model-1"


def test_a_promoted_model_that_is_gone_gives_way_to_the_settings_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    install(tmp_path)
    (weights_folder(tmp_path, "model-1") / "model.safetensors").write_bytes(b"bozuk")
    write_in_use(tmp_path, InUse(QUICK, 512, (BASE, FIRST)))
    embedder, in_use = load_in_use(tmp_path, QUICK)
    assert embedder.name == QUICK and in_use is None
    assert "model-1 can't be loaded" in caplog.text


def test_a_pointer_that_cannot_be_written_is_one_sentence_and_the_old_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_in_use(tmp_path, InUse("", 512, (BASE,)))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(KilavuzError, match="diskte yer açıp"):
        write_in_use(tmp_path, InUse("", 512, (BASE, FIRST)))
    assert json.loads((models_folder(tmp_path) / "in-use.json").read_text())["steps"][-1]["model"] == ""
    assert len(list(models_folder(tmp_path).iterdir())) == 1
