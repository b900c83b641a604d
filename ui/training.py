"""The learning loop as the page shows and steers it: the round in its process, its figures, votes, models.

All of it is read from the home, where rounds and models are; the process is started and stopped here, and a
promotion goes through the service, which owns the index.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import KilavuzError, Message
from assistant.model_in_use import models_folder, read_in_use

if TYPE_CHECKING:
    from assistant.catalogue import Catalogue
    from finetune.curves import Point
    from finetune.gate import Difference
    from finetune.promote import Switched
    from finetune.records import Triple
    from finetune.registry import Model
    from finetune.rounds import Round
    from finetune.votes import Candidate
    from ui.service import Service

log = logging.getLogger(__name__)

PROCESS = "ui.training_process"
SHOWN_TRIPLES = 8
METRICS = ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10")
ROWS = (
    *(("test", side, metric) for side in ("dense", "hybrid") for metric in METRICS),
    ("general", "dense", "ndcg@10"),
)
"""What the comparison shows: set, side, metric."""


@dataclass(frozen=True, slots=True)
class Running:
    """The process: `ours` if this page can stop it; the step's label and how far it is; how it ended."""

    active: bool = False
    ours: bool = False
    label: Message | None = None
    done: int = 0
    total: int = 0
    notes: tuple[Message, ...] = ()
    outcome: str = ""
    error: Message | None = None


@dataclass(frozen=True, slots=True)
class RoundState:
    """A round as far as it is: steps done, counts of triples, the curve, figures, the gate's verdict.

    `figures` by (set, side, metric); `verdict` as gate.py writes it, None before.
    """

    number: int
    model: str
    done: frozenset[str]
    over: bool
    counts: Mapping[str, int]
    curve: "tuple[Point, ...]" = ()
    figures: "Mapping[tuple[str, str, str], Difference] | None" = None
    verdict: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model of the home, its bytes, and whether it serves or is the one before."""

    model: "Model"
    bytes: int
    serves: bool
    previous: bool


class TrainingDesk:
    """Safe to call from several threads."""

    def __init__(self, service: "Service", home: Path, setting: str, language: str) -> None:
        """`setting` is the embedder that the settings name."""
        self._service, self._home, self._setting, self._language = service, home, setting, language
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._figures: tuple[object, Mapping[tuple[str, str, str], Difference]] | None = None

    # --- the process ------------------------------------------------------------------------------

    def running(self) -> Running:
        """The training that runs now, of this page or of the command line, else how the last one ended."""
        ours = self._process is not None and self._process.poll() is None
        active = ours or _locked(models_folder(self._home) / "training.lock")
        state = _read(models_folder(self._home) / "training.json")
        if active and state.get("outcome") not in (None, "running"):
            state = {}  # it is about another one
        outcome = str(state.get("outcome", ""))
        if outcome == "running" and not active:
            outcome = "killed"
        error = _message(state.get("error"))
        notes = tuple(one for one in map(_message, state.get("notes", ())) if one)
        label = _message(state.get("label"))
        done, total = (int(state.get(name, 0)) for name in ("done", "total"))
        return Running(active, ours, label, done, total, notes, outcome, error)

    def start(self, new: bool) -> None:
        """Begin a round, or go on with one that was cut short. Raises KilavuzError if one is running."""
        with self._lock:
            if self.running().active:
                raise KilavuzError(
                    "Bir eğitim zaten sürüyor; bitmesini bekleyin ya da durdurun.",
                    "A training is running already; wait until it ends, or stop it.",
                )
            (models_folder(self._home) / "training.json").unlink(missing_ok=True)
            command = [sys.executable, "-m", PROCESS, str(self._home), self._language]
            path = os.pathsep.join(one or os.getcwd() for one in sys.path)
            try:
                self._process = subprocess.Popen(
                    [*command, *(["new"] if new else [])],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                raise KilavuzError(
                    f"Eğitim başlatılamadı ({error.strerror}); biraz sonra yeniden deneyin.",
                    f"The training could not be started ({error.strerror}); try again later.",
                ) from error

    def stop(self) -> None:
        """Stop the training of this page; the next start goes on from its last checkpoint."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                raise KilavuzError(
                    "Bu sayfadan başlatılmış, süren bir eğitim yok.",
                    "No training that this page started runs.",
                )
            _end(self._process)

    def close(self) -> None:
        """End the process with the server; what is done stays."""
        with self._lock:
            if self._process and self._process.poll() is None:
                _end(self._process)

    # --- the round --------------------------------------------------------------------------------

    def round(self) -> RoundState | None:
        """The newest round; None before the first."""
        from finetune.curves import LOG, read_points
        from finetune.rounds import rounds

        known = rounds(self._home)
        if not known:
            return None
        one = known[-1]
        curve = read_points(one.folder / LOG) if one.is_done("train") else ()
        curve = curve or read_points(one.folder / "training" / LOG)
        done = frozenset(
            step for step in ("triples", "train", "evaluate", "gate", "promote") if one.is_done(step)
        )
        counts = one.facts("triples").get("counts", {})
        try:
            figures = self._compared(one) if "evaluate" in done else None
            verdict = _read(one.folder / "verdict.json") or None if "gate" in done else None
        except KilavuzError as error:
            log.warning("%s", error)
            figures = verdict = None
        return RoundState(one.number, one.model, done, one.is_over, counts, curve, figures, verdict)

    def _compared(self, one: "Round") -> "Mapping[tuple[str, str, str], Difference]":
        """The rows of the comparison, kept as long as the file is the same: intervals take time."""
        from finetune.gate import difference
        from finetune.round import figures_of

        path = one.folder / "figures.json"
        stamp = path, path.stat().st_mtime_ns
        if self._figures and self._figures[0] == stamp:
            return self._figures[1]
        found = figures_of(one)
        rows = {
            (name, side, metric): difference(found[name]["candidate"], found[name]["in_use"], side, metric)
            for name, side, metric in ROWS
            if found[name]["candidate"].questions
        }
        self._figures = stamp, rows
        return rows

    def triples(self) -> "list[Triple]":
        """Some of the newest round's training questions, spread over all of them."""
        from finetune.records import Triple
        from finetune.rounds import last_round, read_rows

        one = last_round(self._home)
        if one is None:
            return []
        try:
            rows = read_rows(one.folder / "train.jsonl", Triple)
        except KilavuzError as error:
            log.warning("%s", error)
            return []
        every = max(1, len(rows) // SHOWN_TRIPLES)
        return rows[::every][:SHOWN_TRIPLES]

    # --- votes ------------------------------------------------------------------------------------

    def candidates(self) -> "list[Candidate]":
        """What the votes suggest, for review."""
        from finetune.votes import candidates

        return candidates(self._catalogue, _held_out)

    def doubts(self) -> Message | None:
        """What is to be said of votes that are too often wrong."""
        from finetune.votes import doubts

        return doubts(self._catalogue, _held_out)

    def decide(self, key: str, accepted: bool) -> None:
        """Accept or reject a suggestion. Raises KilavuzError if there is none with that key."""
        from finetune.review import decide

        decide(self._catalogue, [key], accepted, _held_out)

    @property
    def _catalogue(self) -> "Catalogue":
        return self._service.catalogue

    # --- models -----------------------------------------------------------------------------------

    def models(self) -> tuple[list[ModelRow], str, str | None]:
        """All models, newest first; which serves ("" = that of the settings), and which was before it."""
        from finetune.registry import disk_use, models

        in_use = read_in_use(self._home, self._setting)
        serving = in_use.model if in_use else ""
        previous = in_use.previous.model if in_use and in_use.previous else None
        rows = [
            ModelRow(
                one, disk_use(models_folder(self._home) / one.name), one.name == serving, one.name == previous
            )
            for one in reversed(models(self._home))
        ]
        return rows, serving, previous

    def promote(self, name: str) -> "Switched":
        """Let a model serve, and close its round. Raises KilavuzError like the service."""
        from finetune.rounds import note_promotion

        switched = self._service.promote(name)
        note_promotion(self._home, name, switched.before)
        return switched

    def roll_back(self) -> "Switched":
        """Go back to what served before. Raises KilavuzError if there is nothing."""
        return self._service.roll_back()


def _held_out(source: str) -> bool:
    from finetune.splits import split_of

    return split_of(source) != "train"


def _locked(path: Path) -> bool:
    """Whether a process holds the lock. Trying to take it would keep out a training that starts just then."""
    try:
        inode = path.stat().st_ino
        lines = Path("/proc/locks").read_text("ascii", "replace").splitlines()
    except OSError:
        return False
    return any("FLOCK" in line and f":{inode} " in line for line in lines)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()  # a checkpoint that is half written is noticed and dropped
        process.wait(10)


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def _message(said: object) -> Message | None:
    if isinstance(said, dict) and isinstance(said.get("tr"), str) and isinstance(said.get("en"), str):
        return Message(said["tr"], said["en"])
    return None
