from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from assistant.model_in_use import InUse, Step, models_folder, read_in_use, weights_folder, write_in_use
from finetune.registry import Model, disk_use, model, models, prune, register


def made(home: Path, number: int, content: str = "ağırlık") -> Model:
    folder = home / "egitim"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_text(content, "utf-8")
    name = f"model-{number}"
    figures = {"dense": 0.6, "dense in use": 0.5}
    one = Model(name, "2026-01-01", "kilavuz-deep", "", f"f{number}", "f0", True, 9, 1.5, figures)
    return register(home, folder, one)


def test_a_model_is_kept_with_its_parentage_and_figures(tmp_path: Path) -> None:
    assert models(tmp_path) == []
    both = [made(tmp_path, 10), made(tmp_path, 9)]
    assert models(tmp_path) == both[::-1]
    assert model(tmp_path, "model-10") == both[0]
    assert (weights_folder(tmp_path, "model-9") / "model.safetensors").read_text("utf-8") == "ağırlık"
    assert disk_use(weights_folder(tmp_path, "model-9")) == len("ağırlık".encode())


@pytest.mark.parametrize("name", ["model-1", "../model-9", "", "model-9/../model-9"])
def test_another_name_is_one_sentence(name: str, tmp_path: Path) -> None:
    made(tmp_path, 9)
    with pytest.raises(KilavuzError, match="Böyle bir model yok"):
        model(tmp_path, name)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made(tmp_path, 1)

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", full)
    with pytest.raises(KilavuzError, match="diskte yer açıp"):
        made(tmp_path, 2)
    assert models(tmp_path) == [before]
    assert [path.name for path in models_folder(tmp_path).iterdir()] == ["model-1"]


def test_a_damaged_record_is_passed_over(tmp_path: Path) -> None:
    made(tmp_path, 1)
    (models_folder(tmp_path) / "model-1" / "record.json").write_text("{")
    assert models(tmp_path) == []


def test_a_clean_up_keeps_the_model_in_use_and_its_predecessor(tmp_path: Path) -> None:
    for number in range(1, 5):
        made(tmp_path, number)
    steps = (Step("", "f0"), Step("model-1", "f1"), Step("model-2", "f2"), Step("model-4", "f4"))
    write_in_use(tmp_path, InUse("başka bir ayar", 512, steps))  # whatever setting it counts under
    old_round = models_folder(tmp_path) / "turlar" / "1"
    old_round.mkdir(parents=True)
    (old_round / "train.jsonl").write_text("x" * 100)
    done = prune(tmp_path, {"1": old_round})
    assert (sorted(done.models), done.rounds) == (["model-1", "model-3"], ("1",))
    assert done.bytes > 100 and not old_round.exists()
    assert [one.name for one in models(tmp_path)] == ["model-2", "model-4"]
    found = read_in_use(tmp_path, "başka bir ayar")
    assert found and found.steps == steps[-2:]


def test_a_model_in_use_is_never_written_over(tmp_path: Path) -> None:
    before = made(tmp_path, 1)
    write_in_use(tmp_path, InUse("", 512, (Step("", "f0"), Step("model-1", "f1"), Step("model-2", "f2"))))
    with pytest.raises(KilavuzError, match="model-1 kullanımda"):
        made(tmp_path, 1)
    assert models(tmp_path) == [before]


def test_a_clean_up_without_a_promotion_deletes_all_models_but_those_that_wait(tmp_path: Path) -> None:
    made(tmp_path, 1)
    made(tmp_path, 2)
    assert prune(tmp_path, {}, ["model-2"]).models == ("model-1",)
    assert prune(tmp_path, {}).models == ("model-2",)
    assert models(tmp_path) == []
