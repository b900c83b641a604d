"""sentence-transformers' trainer, set up: arguments, best checkpoint on dev, early stop, progress.

What is trained on, and what becomes of the result, is not known here.
"""

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.sampler import BatchSamplers
from transformers import (
    EarlyStoppingCallback,
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
)
from transformers.trainer import TRAINING_ARGS_NAME

from assistant.library import Progress
from finetune.base_model import own_part
from finetune.curves import LOG, write_log
from finetune.presets import TrainSettings
from finetune.records import ScoredPair, Triple
from finetune.rows import dev_evaluator

if TYPE_CHECKING:
    from datasets import Dataset  # type: ignore[import-untyped]

    from finetune.own_model import OwnModel


class OwnTrainer(SentenceTransformerTrainer):
    """The trainer, for models in our own formats, too, whose checkpoints hold the weights alone.

    It collects and writes nothing for a model card: ours is written at the end.
    """

    def add_model_card_callback(self, default_args_dict: dict[str, object]) -> None:
        """None is wanted."""

    def _save(self, output_dir: str | None = None, state_dict: object = None) -> None:
        folder = str(output_dir or self.args.output_dir)
        self.model.save_pretrained(folder, create_model_card=False)
        torch.save(self.args, Path(folder) / TRAINING_ARGS_NAME)

    def _load_from_checkpoint(self, checkpoint_path: str) -> None:  # type: ignore[override]
        own = own_part(self.model)
        if own is None:
            super()._load_from_checkpoint(checkpoint_path)
        else:
            own.load_weights(Path(checkpoint_path))


class Watch(TrainerCallback):
    """Tells after each step how far the training is, and keeps its log for who looks on."""

    def __init__(self, progress: Progress, log: Path) -> None:
        self._progress, self._log = progress, log

    def on_step_end(self, args: object, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """Called by the trainer."""
        self._progress(state.global_step, state.max_steps, f"{state.epoch:.1f}. tur")

    def on_log(self, args: object, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """Called by the trainer."""
        if state.is_world_process_zero:
            write_log(state.log_history, self._log)


def make_trainer(
    model: SentenceTransformer,
    settings: TrainSettings,
    data: "Dataset",
    loss: torch.nn.Module,
    dev: Sequence[Triple] | Sequence[ScoredPair],
    folder: Path,
    batch_size: int,
    progress: Progress,
    warm_up: float,
) -> SentenceTransformerTrainer:
    """The trainer, ready to go; checkpoints go below `folder`, warm-up takes at most the share `warm_up`."""
    world = int(os.environ.get("WORLD_SIZE", 1))  # torchrun's and accelerate's number of processes
    steps = max(1, math.ceil(math.ceil(len(data) / (batch_size * world)) * settings.epochs))
    evaluator, best = dev_evaluator(dev, max(32, min(batch_size, 256))) if dev else (None, None)
    every = max(1, steps // settings.evaluations)
    own = own_part(model)
    on_gpu = model.device.type == "cuda"
    pairs = "score" in data.column_names
    prompts = {} if pairs else _prompts(model, data)
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=batch_size,
        learning_rate=settings.learning_rate,
        learning_rate_mapping=_rates(settings, own),
        weight_decay=0.0 if own else settings.weight_decay,
        warmup_steps=min(settings.warmup_steps, int(warm_up * steps)),
        lr_scheduler_type="linear",
        bf16=on_gpu and torch.cuda.is_bf16_supported(),
        use_cpu=not on_gpu,
        activation_checkpointing=settings.gradient_checkpointing,
        batch_sampler=BatchSamplers.BATCH_SAMPLER if pairs else BatchSamplers.NO_DUPLICATES,
        prompts=prompts or None,
        router_mapping={name: "query" if name == "question" else "document" for name in data.column_names},
        eval_strategy="steps" if dev else "no",
        eval_on_start=bool(dev),
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=bool(dev),
        metric_for_best_model=f"eval_{best}" if best else None,
        greater_is_better=True if best else None,
        logging_steps=max(1, min(10, steps // 20)),
        seed=settings.seed,
        data_seed=settings.seed,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=on_gpu,
        ddp_find_unused_parameters=True,  # BERT brings a pooler that nobody asks
    )
    callbacks: list[TrainerCallback] = [Watch(progress, folder.parent / LOG)]
    if dev:
        callbacks.append(EarlyStoppingCallback(settings.patience))
    trainer = OwnTrainer(
        model=model, args=arguments, train_dataset=data, loss=loss, evaluator=evaluator, callbacks=callbacks
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _rates(settings: TrainSettings, own: "OwnModel | None") -> dict[str, float]:
    """Rates of the parameters that learn faster or slower than the rest."""
    if own is None:
        return {}
    rates = {r"\.table$": settings.learning_rate * settings.table_rate}
    if own.turn is not None:
        rates[r"\.turn$"] = settings.turn_rate
    return rates if own.body is None else rates | {r"\.body\.": settings.layers_rate}


def _prompts(model: SentenceTransformer, data: "Dataset") -> dict[str, str]:
    """The prompt of each column: the question's for the first, the passage's for all others."""
    question, passage = (model.prompts.get(key) or "" for key in ("query", "document"))
    given = {name: question if name == "question" else passage for name in data.column_names}
    return {name: prompt for name, prompt in given.items() if prompt}
