from dataclasses import replace
from pathlib import Path

import pytest

from assistant.embedder import load_embedder
from assistant.errors import KilavuzError
from assistant.model_in_use import InUse, Step, read_in_use, weights_folder, write_in_use
from finetune.promote import Switched, promote, roll_back
from finetune.registry import Model, register
from tests.fakes import OpenLibrary, WordEmbedder
from tests.fakes import read_file as file
from tests.finetune.model_fakes import good_model

BASE = WordEmbedder("base")


@pytest.fixture
def candidate(tmp_path: Path) -> Model:
    folder = good_model(tmp_path / "egitilmis")
    fingerprint = load_embedder(str(folder)).fingerprint
    one = Model("model-1", "2026", "", "", fingerprint, BASE.fingerprint, True, 5, 1.0)
    return register(tmp_path / "home", folder, one)


def store(home: Path, one: Model) -> None:
    register(home, home.parent / "egitilmis", one)


def test_a_promoted_model_serves_once_its_index_is_there_and_the_way_back_is_short(
    candidate: Model, open_library: OpenLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    library = open_library(BASE)
    library.add([file("a.md", "Pompa yağı değişir."), file("b.md", "Vana kapatılır.")])
    library.publish()
    assert promote(library, home, "", "model-1") == Switched("model-1", "", False)
    assert library.versions()["embedder"] == "base"
    library.rebuild()
    assert library.versions()["embedder"] == "model-1"
    assert library.searcher.search("pompa")[0].chunk.source == "a.md"
    in_use = read_in_use(home, "")
    assert in_use and in_use.max_tokens == BASE.max_tokens
    assert in_use.steps == (Step("", "base"), Step("model-1", candidate.fingerprint))
    assert promote(library, home, "", "model-1") == Switched("model-1", "model-1", True)  # nothing to do
    assert read_in_use(home, "") == in_use

    monkeypatch.setattr("finetune.promote.load_by_name", lambda home, name: BASE)
    assert roll_back(library, home, "") == Switched("", "model-1", True)
    assert library.versions()["embedder"] == "base"
    found = read_in_use(home, "")
    assert found and found.steps == (Step("", "base"),)
    with pytest.raises(KilavuzError, match="Geri dönülecek bir model yok"):
        roll_back(library, home, "")


def refused(library: object, home: Path, name: str = "model-1") -> str:
    with pytest.raises(KilavuzError) as error:
        promote(library, home, "", name)  # type: ignore[arg-type]
    assert read_in_use(home, "") is None
    return error.value.message.tr


def test_what_the_gate_refused_or_measured_against_another_is_not_promoted(
    candidate: Model, open_library: OpenLibrary, tmp_path: Path
) -> None:
    home, library = tmp_path / "home", open_library(BASE)
    store(home, replace(candidate, promotable=False))
    assert "daha iyi olduğu gösterilemedi" in refused(library, home)
    store(home, replace(candidate, against="başka"))
    assert "başka bir modelle karşılaştırılmıştı" in refused(library, home)
    store(home, replace(candidate, fingerprint="değişmiş"))
    assert "değişmiş ya da bozulmuş" in refused(library, home)
    assert "Böyle bir model yok" in refused(library, home, "model-7")
    store(home, candidate)
    (weights_folder(home, "model-1") / "config.json").unlink()
    assert refused(library, home)
    assert library.wanted is BASE and not library.needs_rebuild


def test_a_pointer_that_cannot_be_written_changes_nothing(
    candidate: Model, open_library: OpenLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_library(BASE)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    refused(library, tmp_path / "home")
    assert library.wanted is BASE


def test_a_pointer_of_other_times_is_begun_anew(
    candidate: Model, open_library: OpenLibrary, tmp_path: Path
) -> None:
    """The user has named another embedder since: what was in use then is no predecessor now."""
    home = tmp_path / "home"
    write_in_use(home, InUse("başka", 99, (Step("", "x"), Step("model-9", "y"))))
    promote(open_library(BASE), home, "", "model-1")
    found = read_in_use(home, "")
    assert found and [step.model for step in found.steps] == ["", "model-1"]
