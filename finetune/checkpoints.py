"""Checkpoints of a training that was cut: the last whole one, and whether it belongs to this training."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.errors import KilavuzError
from finetune.presets import TrainSettings
from finetune.records import ScoredPair, Triple

FOLDER = "checkpoints"
_ABOUT = "training.json"
_FULL = ("No space left", "os error 28", "PytorchStreamWriter failed", "Disk quota exceeded")
"""What the libraries say of a full disk: OSError, safetensors' error, torch's error."""


def open_folder(
    out: Path, settings: TrainSettings, rows: Sequence[Triple | ScoredPair], batch_size: int
) -> Path | None:
    """The last whole checkpoint below `out`, None to start anew; those of another training are dropped.

    It belongs to this one if settings, rows and batch size are the same. Raises OSError.
    """
    digest = hashlib.sha256(json.dumps([asdict(settings), batch_size], default=str).encode())
    for row in rows:
        digest.update(repr(row).encode())
    folder, about = out / FOLDER, out / _ABOUT
    try:
        same = json.loads(about.read_text("utf-8")) == digest.hexdigest()
    except (OSError, ValueError):
        same = False
    if not same:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    about.write_text(json.dumps(digest.hexdigest()), encoding="utf-8")
    whole = None
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rsplit("-", 1)[1])):
        if _is_whole(checkpoint):
            whole = checkpoint
        else:
            shutil.rmtree(checkpoint)  # cut while it was written
    return whole


def batch_of(out: Path, settings: TrainSettings) -> int | None:
    """The batch size that an earlier run with these settings had come down to; None if there was none."""
    try:
        size, digest = (out / "batch").read_text("utf-8").split()
        return int(size) if digest == _digest(settings) else None
    except (OSError, ValueError):
        return None


def note_batch(out: Path, settings: TrainSettings, size: int) -> None:
    """Note the batch size that is tried next with these settings."""
    (out / "batch").write_text(f"{size} {_digest(settings)}", encoding="utf-8")


def _digest(settings: TrainSettings) -> str:
    return hashlib.sha256(json.dumps(asdict(settings), default=str).encode()).hexdigest()


def is_disk_full(error: BaseException) -> bool:
    """Whether that is what the libraries say of a full disk."""
    return getattr(error, "errno", None) in (28, 122) or any(sign in str(error) for sign in _FULL)


def disk_full(out: Path) -> KilavuzError:
    """The sentence about it."""
    return KilavuzError(
        f"Diskte yer kalmadı: {out}; yer açıp aynı komutu yineleyin: eğitim son kayıttan sürer, "
        "kullanılan model "
        "değişmedi.",
        f"No space left on the disk: {out}; make room and repeat the command: the training goes on from "
        "its last "
        "checkpoint, and the model in use has not changed.",
    )


def check_space(out: Path, parameters: int) -> None:
    """Raises KilavuzError if the disk has too little room for two checkpoints and the model."""
    needed = 28 * parameters  # bytes: twice weights and two moments, and the model, in 32 bits
    free = shutil.disk_usage(out).free
    if free < needed:
        gigabytes, left = needed / 1e9, free / 1e9
        raise KilavuzError(
            f"Eğitim için diskte yaklaşık {gigabytes:.1f} GB gerekli, {left:.1f} GB boş yer var: {out}; "
            "yer açın ya da "
            "başka bir diskteki klasörü verin.",
            f"The training needs about {gigabytes:.1f} GB on the disk, and {left:.1f} GB are free: "
            f"{out}; make room, "
            "or give a folder on another disk.",
        )


def _is_whole(checkpoint: Path) -> bool:
    """The trainer writes its state last."""
    try:
        json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True
