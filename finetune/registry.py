"""The home's own models: what they were trained on and from, what they reached, and the room they take.

    <home>/modeller/model-3/record.json   this file's `Model`
    <home>/modeller/model-3/model/        what `load_embedder` loads
    <home>/modeller/turlar/3/             the round it comes from (finetune/rounds.py)
    <home>/modeller/in-use.json           which one serves (assistant/model_in_use.py)

A model appears here whole, by the renaming of its folder, and is never changed afterwards.
"""

import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from assistant.errors import KilavuzError
from assistant.model_in_use import MODEL, is_model_name, models_folder, read_in_use, write_in_use
from assistant.whole_file import write_json

RECORD = "record.json"


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model: `base` is what it was trained from, `parent` the model then in use.

    Both are "" for the embedder of the settings. `against` is the fingerprint of what it was compared with,
    `promotable` the gate's verdict, `figures` the means that it went by, with "in use", "low" and "high";
    `train_share` and `seed` made the split into documents that train and documents that judge.
    """

    name: str
    made_at: str
    base: str
    parent: str
    fingerprint: str
    against: str
    promotable: bool
    triples: int
    seconds: float
    figures: Mapping[str, float] = field(default_factory=dict)
    train_share: float = 0.8
    seed: int = 0


def register(home: Path, folder: Path, model: Model) -> Model:
    """Make a copy of the model in `folder` one of the home's.

    Raises KilavuzError if that fails, for example if the disk is full, or if a model of that name serves or
    may be gone back to; then nothing has changed.
    """
    in_use = read_in_use(home, None)
    if in_use and any(step.model == model.name for step in in_use.steps):
        raise KilavuzError(
            f"{model.name} kullanımda, üzerine yazılamaz; yeni bir tur başlatın: kilavuz finetune --new.",
            f"{model.name} is in use and can't be written over; begin a new round: kilavuz finetune --new.",
        )
    place = models_folder(home) / model.name
    made = models_folder(home) / f".{model.name}"
    try:
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        write_json(made / RECORD, asdict(model))
        shutil.copytree(folder, made / MODEL)
        shutil.rmtree(place, ignore_errors=True)  # what an earlier try of the same round left
        os.rename(made, place)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(made, ignore_errors=True)
        raise KilavuzError(
            f"Model {place} klasörüne yerleştirilemedi ({error}); diskte yer açıp yeniden deneyin.",
            f"The model could not be put into {place} ({error}); make room on the disk and try again.",
        ) from error
    return model


def models(home: Path) -> list[Model]:
    """All models of the home, oldest first; a folder whose record can't be read is left out."""
    folder = models_folder(home)
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    found = [_read(home, name) for name in names if is_model_name(name)]
    return sorted((one for one in found if one), key=lambda one: int(one.name.partition("-")[2]))


def model(home: Path, name: str) -> Model:
    """The model of that name. Raises KilavuzError if there is none."""
    found = _read(home, name) if is_model_name(name) else None
    if found is None:
        raise KilavuzError(
            f"Böyle bir model yok: {name}; var olanları `kilavuz finetune models` gösterir.",
            f"There is no such model: {name}; `kilavuz finetune models` shows those there are.",
        )
    return found


def disk_use(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a clean-up deleted, and how many bytes that made free."""

    models: tuple[str, ...]
    rounds: tuple[str, ...]
    bytes: int


def prune(home: Path, rounds: Mapping[str, Path], waiting: Collection[str] = ()) -> Pruned:
    """Delete the models that are neither in use nor the predecessor nor `waiting`, and these rounds.

    What was in use before the predecessor is taken out of the pointer, too: nothing leads back to it.
    """
    in_use = read_in_use(home, None)
    kept = {*waiting, *(step.model for step in (in_use.steps[-2:] if in_use else ()))}
    if in_use and len(in_use.steps) > 2:
        write_in_use(home, replace(in_use, steps=in_use.steps[-2:]))
    gone = [models_folder(home) / one.name for one in models(home) if one.name not in kept]
    freed = sum(map(disk_use, [*gone, *rounds.values()]))
    for path in (*gone, *rounds.values()):
        shutil.rmtree(path, ignore_errors=True)
    return Pruned(tuple(path.name for path in gone), tuple(rounds), freed)


def _read(home: Path, name: str) -> Model | None:
    try:
        said = json.loads((models_folder(home) / name / RECORD).read_bytes())
        return Model(**said) if said["name"] == name else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
