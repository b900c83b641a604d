"""Which of the home's own models is in use: a pointer that a promotion writes and a rollback flips.

    <home>/modeller/in-use.json          the pointer
    <home>/modeller/model-3/model/       a model, as `load_embedder` takes it (more: finetune/registry.py)

A model takes the place of the embedder that the setting named when it was promoted. The pointer counts as
long as the setting is the same: a user who names another embedder gets that one.
"""

import json
import logging
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.embedder import DEEP_NAME, Embedder, load_embedder
from assistant.errors import KilavuzError
from assistant.whole_file import write_json

log = logging.getLogger(__name__)

FOLDER, POINTER, MODEL = "modeller", "in-use.json", "model"
_NAME = re.compile(r"model-[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Step:
    """An embedder that was in use: a model of the home by name, or "" for the one that the setting names."""

    model: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class InUse:
    """What was in use, one after the other; the last is in use now, the one before it is its predecessor.

    `setting` is KILAVUZ_EMBEDDER, `max_tokens` what its embedder reads: chunks keep their size.
    """

    setting: str
    max_tokens: int
    steps: tuple[Step, ...]

    @property
    def model(self) -> str:
        """The model in use, "" for the setting's own embedder."""
        return self.steps[-1].model

    @property
    def previous(self) -> Step | None:
        """What a rollback returns to."""
        return self.steps[-2] if len(self.steps) > 1 else None


def models_folder(home: Path) -> Path:
    """Where the home's own models are."""
    return home / FOLDER


def is_model_name(name: str) -> bool:
    """Whether this can be the name of a home's model; such a name leads nowhere else."""
    return bool(_NAME.fullmatch(name))


def weights_folder(home: Path, model: str) -> Path:
    """What `load_embedder` loads for the model of that name."""
    return models_folder(home) / model / MODEL


def read_in_use(home: Path, setting: str | None) -> InUse | None:
    """The pointer; None if there is none, it is damaged, or it was written under another setting.

    With None for the setting it is read whatever it was written under.
    """
    path = models_folder(home) / POINTER
    try:
        said = json.loads(path.read_bytes())
        steps = tuple(Step(str(one["model"]), str(one["fingerprint"])) for one in said["steps"])
        found = InUse(str(said["setting"]), int(said["max_tokens"]), steps)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is damaged (%s); the embedder of the settings is used", path, error)
        return None
    if not steps or any(step.model and not is_model_name(step.model) for step in steps):
        log.warning("%s is damaged; the embedder of the settings is used", path)
        return None
    return found if setting is None or _same(found.setting, setting) else None


def write_in_use(home: Path, in_use: InUse) -> None:
    """Write the pointer in one step. Raises KilavuzError if that can't be done; then the old one stands."""
    write_json(models_folder(home) / POINTER, asdict(in_use))


def load_by_name(home: Path, name: str) -> Embedder:
    """A model of the home by its name, else what `load_embedder` makes of the name. Raises KilavuzError."""
    folder = weights_folder(home, name)
    if not is_model_name(name) or not folder.is_dir():
        return load_embedder(name)
    embedder = load_embedder(str(folder))
    embedder.name = name
    return embedder


def load_in_use(home: Path, setting: str) -> tuple[Embedder, InUse | None]:
    """The embedder that is to serve, and the pointer that says so.

    Raises KilavuzError if the setting's embedder can't be loaded. A promoted one that can't is told of in
    the log, and the setting's serves: a search that works comes first.
    """
    in_use = read_in_use(home, setting)
    if in_use and in_use.model:
        try:
            return load_by_name(home, in_use.model), in_use
        except KilavuzError as error:
            log.warning("%s can't be loaded; the embedder of the settings is used: %s", in_use.model, error)
            in_use = None
    return load_embedder(setting), in_use


def _same(one: str, other: str) -> bool:
    return (one or DEEP_NAME) == (other or DEEP_NAME)
