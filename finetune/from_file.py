"""Training from a data file in place of the documents, and measuring what came of it. The home is left alone.

The rows are split by their passage into training, dev and test. The model lands in its folder whole, with the
rows that it was not trained on beside it, so that it can be measured again later; while it is in the making,
it stands beside that folder, and the next call goes on there.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeGuard

from assistant.embedder import load_embedder
from assistant.errors import KilavuzError, Message
from assistant.library import Progress
from assistant.whole_file import write_json
from finetune.compare import Figures, PairFigures, evaluate, evaluate_pairs, pool_of
from finetune.needs import Desk, Trained
from finetune.records import Rows, ScoredPair, Triple
from finetune.rounds import read_json, read_rows, write_rows

RESULT = "kilavuz.json"
"""Beside a model from a file: what it was trained from and on, and what it reached."""


@dataclass(frozen=True, slots=True)
class FileParts:
    """Who reads a file, looks for hard negatives, and trains (with its options and a folder to work in)."""

    read: Callable[[Path], Rows]
    mine: Callable[[Sequence[Triple], Mapping[str, Any], Progress], Sequence[Triple]]
    advise: Callable[[Rows, Mapping[str, Any]], Sequence[Message]]
    train: Callable[[Mapping[str, Any], Rows, Rows, Path, Progress], Trained]


@dataclass(frozen=True, slots=True)
class Measured:
    """What models reached on the same rows, by role: "base" (where there was one) and "tuned"."""

    figures: Mapping[str, Figures | PairFigures]


def train_from_file(
    path: Path,
    out: Path,
    base: str,
    options: Mapping[str, Any],
    parts: FileParts,
    desk: Desk,
    helps: bool = False,
) -> Measured:
    """Train on the file's rows and measure before and after. `base` is what is trained, `options` the rest.

    A process that only `helps`, one of torchrun's, trains along and neither measures nor writes.
    Raises KilavuzError for a file that will not do, for a folder that holds something else, and if the disk
    is full; then nothing half-written is in `out`.
    """
    _check_free(out)
    rows = parts.read(path)
    for advice in parts.advise(rows, options):
        desk.tell(advice)
    learned, dev, test = split(rows, float(options.get("train_share", 0.8)), int(options.get("seed", 0)))
    work = out.with_name(f".{out.name}.calisma")
    try:
        train = _with_negatives(learned, options, parts, desk) if is_triples(rows) else learned
        with desk.watch(Message("Eğitim", "Training")) as step:
            trained = parts.train(options, train, dev, work, step)
        if helps:
            return Measured({})
        for note in trained.notes:
            desk.tell(note)
        measured = measure({"base": base, "tuned": str(trained.folder)}, test, [*dev, *test], desk)
        facts = {
            "base": base,
            "data": str(path),
            "rows": {"train": len(train), "dev": len(dev), "test": len(test)},
            "options": {name: value for name, value in options.items() if value is not None},
            "seconds": trained.seconds,
            "figures": {role: asdict(each) for role, each in measured.figures.items()},
        }
        _put(trained.folder, out, dev, test, facts)
        shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise KilavuzError(
            f"Eğitim yarıda kaldı ({error}); diskte yer açıp aynı komutu yineleyin: kaldığı yerden sürer.",
            f"The training was cut short ({error}); make room on the disk and repeat the command.",
        ) from error
    return measured


def measure_again(out: Path, base: str | None, rows: Rows | None, compare: bool, desk: Desk) -> Measured:
    """Measure the model in `out` on these rows, or on those kept with it; with `compare` its base, too.

    Raises KilavuzError if there is no model, nothing to measure it on, or nothing to compare it with.
    """
    if not out.is_dir():
        raise KilavuzError(
            f"Ölçülecek model klasörü yok: {out}; --output-dir ile modelin klasörünü verin.",
            f"There is no model folder to measure: {out}; give the model's folder by --output-dir.",
        )
    models = {"tuned": str(out)}
    if compare:
        known = read_json(out / RESULT).get("base") if base is None and (out / RESULT).exists() else base
        if known is None:
            raise KilavuzError(
                "Neyle karşılaştırılacağı bilinmiyor; --model-name ile eğitildiği modeli verin.",
                "It is not known what to compare with; give the model it was trained from by --model-name.",
            )
        models = {"base": str(known), **models}
    pool = rows
    if rows is None:
        rows, pool = _kept(out)
    return measure(models, rows, pool or rows, desk)


def measure(models: Mapping[str, str], test: Rows, pool: Rows, desk: Desk) -> Measured:
    """What the models of these names reach: by their roles."""
    figures: dict[str, Figures | PairFigures] = {}
    for role, name in models.items():
        embedder = load_embedder(name)
        with desk.watch(Message("Ölçüm", "Measuring")) as step:
            if is_triples(test) and is_triples(pool):
                figures[role] = evaluate(embedder, test, pool_of(pool), step)
            else:
                figures[role] = evaluate_pairs(embedder, [one for one in test if isinstance(one, ScoredPair)])
    return Measured(figures)


def split(rows: Rows, train_share: float, seed: int) -> tuple[list[Any], list[Any], list[Any]]:
    """Training, dev and test rows; those of one passage stay together. Three passages give each some."""
    keys = [one.positive if isinstance(one, Triple) else one.first for one in rows]
    order = sorted(set(keys), key=lambda key: hashlib.sha256(f"{seed}\n{key}".encode()).digest())
    held_out = max(round((1 - train_share) * len(order)), 2 if len(order) > 2 else 0)
    place = {key: number for number, key in enumerate(order)}
    parts: tuple[list[Any], list[Any], list[Any]] = [], [], []
    for one, key in zip(rows, keys, strict=True):
        here = place[key]
        parts[0 if here >= held_out else 1 + here % 2].append(one)
    return parts


def is_triples(rows: Rows) -> TypeGuard[Sequence[Triple]]:
    """Whether these are questions with passages, not scored pairs."""
    return not rows or isinstance(rows[0], Triple)


def _with_negatives(
    train: Sequence[Triple], options: Mapping[str, Any], parts: FileParts, desk: Desk
) -> Sequence[Triple]:
    """The rows with those of the file, with mined ones where it has none, or without any, as is wanted."""
    if options.get("hard_negatives") is False:
        return [replace(one, negatives=()) for one in train]
    if any(one.negatives for one in train):
        return train
    with desk.watch(Message("Zor örnekler", "Hard negatives")) as step:
        return parts.mine(train, options, step)


def _check_free(out: Path) -> None:
    if out.exists() and not (out / RESULT).exists() and (not out.is_dir() or any(out.iterdir())):
        raise KilavuzError(
            f"{out} boş değil ve içinde Kılavuz'un eğittiği bir model yok; --output-dir ile başka bir klasör "
            "verin.",
            f"{out} is not empty and holds no model that Kılavuz trained; give another by --output-dir.",
        )


def _put(folder: Path, out: Path, dev: Rows, test: Rows, facts: Mapping[str, Any]) -> None:
    """The model's folder as `out`, with the rows to measure it on, in place of an earlier one."""
    made, old = out.with_name(f".{out.name}.yeni"), out.with_name(f".{out.name}.eski")
    for leftover in (made, old):
        shutil.rmtree(leftover, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(folder, made)
        for name, rows in (("dev.jsonl", dev), ("test.jsonl", test)):
            write_rows(made / name, rows)  # type: ignore[type-var]
        write_json(made / RESULT, facts)
    except (OSError, KilavuzError):
        shutil.rmtree(made, ignore_errors=True)
        raise
    if out.exists():
        os.rename(out, old)
    os.rename(made, out)
    shutil.rmtree(old, ignore_errors=True)


def _kept(out: Path) -> tuple[Rows, Rows]:
    """The test rows that were kept with a model, and those with the dev rows."""
    if not (out / "test.jsonl").exists():
        raise KilavuzError(
            f"{out} klasöründe sınama verisi yok; --data-path ile bir dosya verin.",
            f"There is no test data in {out}; give a file by --data-path.",
        )
    files = out / "dev.jsonl", out / "test.jsonl"
    try:
        dev, test = (read_rows(file, Triple) for file in files)
        return test, [*dev, *test]
    except KilavuzError:
        first, second = (read_rows(file, ScoredPair) for file in files)
        return second, [*first, *second]
