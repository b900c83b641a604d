"""Training: from triples or scored pairs to a model that `load_embedder` takes.

    base model, rows -> trainer (resumable; a smaller batch where memory ends) -> best checkpoint -> folder

The trainer is sentence-transformers' own. Everything is written below `out`: checkpoints while it runs, at
the end `model/` with its card and curves, whole or not at all. Started by torchrun or accelerate it uses all
their processes. Which questions are asked, and whether the model is promoted, is decided elsewhere.
"""

import gc
import shutil
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.batches import is_out_of_memory
from assistant.embedder import QUICK
from assistant.errors import KilavuzError, Message
from assistant.layered_embedder import load_layered
from assistant.library import Progress
from assistant.word_sketch import WordSketch
from finetune.base_model import checked_device, load_base, own_folder, own_part
from finetune.checkpoints import (
    FOLDER,
    batch_of,
    check_space,
    disk_full,
    is_disk_full,
    note_batch,
    open_folder,
)
from finetune.curves import Point, draw, points_from
from finetune.known_vectors import KnownVectors
from finetune.lora import add_lora, merge_lora
from finetune.losses import make_loss
from finetune.model_card import write_card
from finetune.presets import TrainSettings
from finetune.records import Rows, ScoredPair, Triple
from finetune.rows import dev_evaluator, pair_rows, triple_rows
from finetune.training_notes import LEAST, nothing_gained, smaller, too_few, too_little_memory

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer


MODEL = "model"
"""The finished model's folder below `out`."""
_SMALLEST = 2  # rows of a batch: with one there is nothing to tell it apart from
_WARM_UP = 0.1  # of all steps, at most


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished training: `folder` is what `load_embedder` loads, `notes` what the user should know.

    `figures` are those of the dev questions, by name, as they are with the model in `folder`; names that
    begin with "base_" are those of the base model.
    """

    folder: Path
    curve: tuple[Point, ...]
    figures: dict[str, float]
    seconds: float
    notes: tuple[Message, ...] = ()


@dataclass(slots=True)
class _Run:
    """What one attempt at a training is made with."""

    settings: TrainSettings
    rows: Rows
    dev: Rows
    out: Path
    progress: Progress
    known: KnownVectors | None
    words: WordSketch | None
    notes: list[Message] = field(default_factory=list)


def train(
    settings: TrainSettings,
    triples: Rows,
    dev: Rows,
    out: Path,
    *,
    progress: Progress = lambda done, total, name: None,
    known: KnownVectors | None = None,
    words: WordSketch | None = None,
    name: str = "",
) -> Trained:
    """Train the model that the settings name, and write it to `out / "model"`.

    Dev questions choose the checkpoint; they are searched among the positives and negatives of all of them.
    `known` embeds with the layers of our own pairs, where those are not trained; `words` becomes a part of
    such a pair. The same call goes on where an earlier one was cut. Raises KilavuzError for what can go
    wrong; then no model is written.
    """
    started = time.monotonic()
    if len(triples) < LEAST:
        raise too_few(len(triples))
    folder = own_folder(settings.model_name)
    run = _Run(settings, triples, dev, out, progress, known, words)
    _quiet()
    try:
        out.mkdir(parents=True, exist_ok=True)
        if folder is not None and known is None and not _trains_layers(settings):
            run.known = _layers_of(folder, out)
        if run.known:
            _read_with_layers(run)
        trainer = _train(run)
        return _finish(run, trainer, started, name or f"{_short(settings.model_name)}-tr")
    except KilavuzError:
        raise
    except Exception as error:
        if is_disk_full(error):
            raise disk_full(out) from error
        raise


def _trains_layers(settings: TrainSettings) -> bool:
    """Whether our own layers learn, too: as asked, else where there is a GPU."""
    import torch

    if settings.train_layers is not None:
        return settings.train_layers
    place = checked_device(settings.device or None)
    return torch.cuda.is_available() if place is None else place.startswith("cuda")


def _layers_of(folder: Path, out: Path) -> KnownVectors | None:
    from finetune.own_model import parts_of

    deep = parts_of(folder)[1]
    return KnownVectors(load_layered(deep), out / "layers.npz") if deep else None


def _read_with_layers(run: _Run) -> None:
    """Embed all texts once; nearly all the time of a training on a CPU goes into this."""
    assert run.known
    texts = [text for rows in (run.rows, run.dev) for row in rows for text in _texts(row, run.settings)]
    run.known.embed_passages(texts, lambda done, total: run.progress(done, total, "katman"))
    run.known.keep()


def _texts(row: Triple | ScoredPair, settings: TrainSettings) -> tuple[str, ...]:
    if isinstance(row, ScoredPair):
        return row.first, row.second
    return row.question, row.positive, *(row.negatives if settings.hard_negatives else ())


def _train(run: _Run) -> "SentenceTransformerTrainer":
    """The trainer when it is done, after as many attempts with smaller batches as memory asks for."""
    size = run.settings.batch_size
    if less := batch_of(run.out, run.settings):
        size = less
        run.notes.append(smaller(size))
    while True:
        try:
            return _attempt(run, size)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            if size <= _SMALLEST:
                raise too_little_memory() from error
        size = max(_SMALLEST, size // 2)
        note_batch(run.out, run.settings, size)
        run.notes.append(smaller(size))
        _release()  # not while the error, and with it what its frames hold, is alive


def _attempt(run: _Run, size: int) -> "SentenceTransformerTrainer":
    """Train with batches of this size. Raises what torch raises where memory ends."""
    from finetune.trainer import make_trainer

    settings = run.settings
    model = load_base(
        settings.model_name,
        pooling=settings.pooling,
        instructions=settings.instructions,
        max_seq_length=settings.max_seq_length,
        device=settings.device or None,
        frozen=run.known.embed_passages if run.known else None,
        words=run.words,
    )
    own = own_part(model)
    resumed = open_folder(run.out, settings, run.rows, size)
    if resumed is None:
        check_space(run.out, sum(parameter.numel() for parameter in model.parameters()))
    if settings.lora:
        add_lora(model, settings.lora)
    pairs = isinstance(run.rows[0], ScoredPair)
    if pairs:
        data = pair_rows([row for row in run.rows if isinstance(row, ScoredPair)])
    else:
        negatives = settings.num_negatives if settings.hard_negatives else 0
        data = triple_rows([row for row in run.rows if isinstance(row, Triple)], negatives, settings.seed)
    loss = make_loss(model, settings, pairs=pairs, own=own is not None)
    trainer = make_trainer(
        model, settings, data, loss, run.dev, run.out / FOLDER, size, run.progress, _WARM_UP
    )
    trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    return trainer


def _finish(run: _Run, trainer: "SentenceTransformerTrainer", started: float, name: str) -> Trained:
    """Write the model with card and curves, ask the dev questions once more, drop the checkpoints."""
    folder, part = run.out / MODEL, run.out / f"{MODEL}.part"
    model, size = trainer.model, trainer.args.per_device_train_batch_size
    curve = points_from(trainer.state.log_history)
    if run.settings.lora:
        merge_lora(model)
    if not trainer.is_world_process_zero():
        return Trained(folder, curve, {}, time.monotonic() - started, tuple(run.notes))
    shutil.rmtree(part, ignore_errors=True)
    own = own_part(model)
    if own:
        own.export(name, part)
    else:
        model.save(str(part), create_model_card=False)
    figures = {f"base_{key}": value for key, value in _first(trainer.state.log_history).items()}
    if run.dev:
        figures |= _figures(run, _served(run, model, part), size)
    if figures and _main(figures) <= _main(figures, "base_"):
        run.notes.append(nothing_gained())
    seconds = time.monotonic() - started
    settings = replace(run.settings, batch_size=size)
    draw(curve, part / "curves.png")
    write_card(part, name, settings, run.rows, run.dev, curve, figures, seconds, run.notes)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
    shutil.rmtree(run.out / FOLDER, ignore_errors=True)
    return Trained(folder, curve, figures, seconds, tuple(run.notes))


def _served(run: _Run, model: "SentenceTransformer", folder: Path) -> "SentenceTransformer":
    """The model as it is served: our own formats round, so it is read back from the folder."""
    if own_part(model) is None:
        return model
    return load_base(str(folder), frozen=run.known.embed_passages if run.known else None)


def _figures(run: _Run, model: "SentenceTransformer", size: int) -> dict[str, float]:
    return _plain(dev_evaluator(run.dev, size)[0](model))  # type: ignore[arg-type]


def _first(history: list[dict[str, Any]]) -> dict[str, float]:
    return next((_plain(entry) for entry in history if entry.get("step") == 0), {})


def _plain(found: dict[str, Any]) -> dict[str, float]:
    """The figures of the dev set among those in a log, without what the library puts before them."""
    named = {key.removeprefix("eval_").removeprefix("dev_").removeprefix("cosine_"): value
             for key, value in found.items() if "dev_" in key}  # fmt: skip
    return {key: float(value) for key, value in named.items()}


def _short(model_name: str) -> str:
    return Path(model_name).name or "kilavuz-deep" if model_name != QUICK else QUICK


def _quiet() -> None:
    """How far it is, `progress` tells: no bars of the libraries' own."""
    from datasets import disable_progress_bars  # type: ignore[import-untyped]
    from transformers.utils import logging

    disable_progress_bars()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _release() -> None:
    """Give freed memory back, once nothing refers to the failed attempt any more."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _main(figures: dict[str, float], before: str = "") -> float:
    """The figure that the checkpoint was chosen by."""
    return next(figures[key] for key in (f"{before}ndcg@10", f"{before}spearman_cosine") if key in figures)
