"""The rounds on disk: which steps of one are done, and what each has left for the next.

    <home>/modeller/turlar/3/round.json     the steps done, each with its options and results
                             train.jsonl …  triples; pool.jsonl, the chunks of held-out documents
                             words.json     the words of those that are trained on
                             training/      what the training writes, kept until the model is registered
                             figures.json   all scores, question by question
                             verdict.json   the gate's decision

A step is noted once its files are whole on the disk; so a round that was killed goes on after its last step.
"""

import fcntl
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from assistant.catalogue import now
from assistant.errors import KilavuzError
from assistant.model_in_use import is_model_name, models_folder, read_in_use
from assistant.records import Chunk
from assistant.whole_file import whole_file, write_json
from finetune.records import ScoredPair, Triple

STEPS = ("triples", "train", "evaluate", "gate", "promote")
STATE = "round.json"
_Row = TypeVar("_Row", Triple, Chunk, ScoredPair)


class Round:
    """One round; `number` is also that of its model."""

    def __init__(self, folder: Path) -> None:
        """The round in `folder`, which need not exist yet."""
        self.folder = folder
        self.number = int(folder.name)
        try:
            self._steps: dict[str, dict[str, Any]] = json.loads((folder / STATE).read_bytes())["steps"]
        except (OSError, ValueError, KeyError, TypeError):
            self._steps = {}

    @property
    def model(self) -> str:
        """The name of its model."""
        return f"model-{self.number}"

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do: the model was promoted, or refused."""
        return "promote" in self._steps or self.facts("gate").get("promoted") is False

    def is_done(self, step: str) -> bool:
        """Whether that step is done."""
        return step in self._steps

    def facts(self, step: str) -> Mapping[str, Any]:
        """What was noted when it was done; nothing if it is not."""
        return self._steps.get(step, {})

    def note(self, step: str, **facts: object) -> None:
        """Note that it is done. Raises KilavuzError if that can't be written."""
        steps = {**self._steps, step: dict(facts)}
        write_json(self.folder / STATE, {"steps": steps})
        self._steps = steps

    def redo(self, step: str) -> None:
        """Forget that step and those after it."""
        later = STEPS[STEPS.index(step) :]
        self._steps = {name: facts for name, facts in self._steps.items() if name not in later}
        write_json(self.folder / STATE, {"steps": self._steps})
        if step in ("triples", "train"):
            shutil.rmtree(self.folder / "training", ignore_errors=True)


def rounds(home: Path) -> list[Round]:
    """All rounds of a home, oldest first."""
    folder = models_folder(home) / "turlar"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return [Round(folder / name) for name in sorted((n for n in names if _is_number(n)), key=int)]


def last_round(home: Path) -> Round | None:
    """The newest round that has got through its first step, if there is one."""
    return next((one for one in reversed(rounds(home)) if one.is_done("triples")), None)


def current_round(home: Path, new: bool = False) -> Round:
    """The newest round if it is not over, else (or if a `new` one is wanted) a new one."""
    known = rounds(home)
    if known and not known[-1].is_over and not new:
        return known[-1]
    return Round(models_folder(home) / "turlar" / str(_last_number(home) + 1))


def note_promotion(home: Path, model: str, before: str) -> None:
    """Close the round of a model that was promoted by its name, if it waits for that."""
    for one in rounds(home):
        if one.model == model and one.is_done("gate") and not one.is_over:
            one.note("promote", at=now(), before=before)


def _last_number(home: Path) -> int:
    """The highest that a round bears, or a model whose round is gone."""
    in_use = read_in_use(home, None)
    names = [one.model for one in rounds(home)] + [path.name for path in models_folder(home).glob("model-*")]
    names += [step.model for step in in_use.steps] if in_use else []
    return max((int(name.removeprefix("model-")) for name in names if is_model_name(name)), default=0)


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and 0 < int(name) < 1_000_000


def write_rows(path: Path, rows: Iterable[_Row]) -> int:
    """Write records as JSON lines, whole or not at all; returns how many. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with whole_file(path) as file:
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last one counts
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    return count


def read_rows(path: Path, kind: type[_Row]) -> list[_Row]:
    """The records that `write_rows` wrote. Raises KilavuzError if the file is gone or damaged."""
    return list(_rows(path, kind))


def read_json(path: Path) -> dict[str, Any]:
    """What a step left as JSON. Raises KilavuzError if the file is gone or damaged."""
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> KilavuzError:
    return KilavuzError(
        f"{path} okunamadı ({error}); yeni bir tur başlatın: kilavuz finetune --new.",
        f"{path} could not be read ({error}); begin a new round: kilavuz finetune --new.",
    )


def _rows(path: Path, kind: type[_Row]) -> Iterator[_Row]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                said = json.loads(line).items()
                fields: Any = {name: tuple(each) if isinstance(each, list) else each for name, each in said}
                yield kind(**fields)
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable(path, error) from error


@contextmanager
def only_training(home: Path) -> Iterator[None]:
    """Keep every other training on this home out. Raises KilavuzError if one is running."""
    folder = models_folder(home)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "training.lock").open("w")
    except OSError as error:
        raise KilavuzError(
            f"{folder} klasörüne yazılamıyor ({error.strerror}); izinleri denetleyin.",
            f"{folder} can't be written to ({error.strerror}); check the permissions.",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise KilavuzError(
                "Bu ev klasöründe başka bir eğitim sürüyor; bitmesini bekleyin ya da onu durdurup yeniden "
                "deneyin.",
                "Another training is running on this home; wait until it ends, or stop it and try again.",
            ) from None
        yield
