"""Training a pair model on scored pairs: MSE, dev after each epoch, the best one kept.

The folder holds the model, `training_stats.png` (loss and Pearson by epoch) and `pair_scorer.json`. It
appears whole or not at all.
"""

import math
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from assistant.errors import KilavuzError
from assistant.metrics import mean_squared_error, pearson, spearman
from assistant.precision import best_dtype
from assistant.whole_file import write_json
from finetune.records import ScoredPair
from finetune.workbench.pair_model import FACTS, PairModel, load_pair_model, new_pair_model

if TYPE_CHECKING:
    from torch.nn import Parameter
    from torch.optim.lr_scheduler import LRScheduler

PICTURE = "training_stats.png"
_START = 512  # pairs that the head's start is found from
_TOGETHER = 32  # batches whose pairs are sorted by length: less padding, still shuffled


@dataclass(frozen=True, slots=True)
class PairSettings:
    """How a pair model learns; small bodies (384 wide) want a rate of 1e-4.

    `frozen`: the token vectors and so many of the first layers stay as they are, which is faster, and keeps
    words that are in no pair comparable with those that are.
    """

    kind: str = "cross"
    epochs: int = 4
    batch: int = 16
    rate: float = 2e-5
    head_rate: float = 1e-3
    warm_up: float = 0.1
    frozen: int = 0
    longest: int = 128
    dropout: float = 0.1
    seed: int = 0
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Epoch:
    """What an epoch came to."""

    epoch: int
    train_loss: float
    pearson: float
    mse: float


@dataclass(frozen=True, slots=True)
class Score:
    """How predictions go with the labels."""

    pairs: int
    pearson: float
    spearman: float
    mse: float


Tell = Callable[[int, int, float], None]
"""Called with the steps done, all steps, and the mean loss so far."""


def train_pairs(
    base: str,
    train: Sequence[ScoredPair],
    dev: Sequence[ScoredPair],
    out: Path,
    settings: PairSettings = PairSettings(),
    tell: Tell = lambda done, steps, loss: None,
) -> tuple[PairModel, list[Epoch]]:
    """Train on `train`; the epoch with the best Pearson on `dev` is what lands in `out`.

    Returns it and the course. Raises KilavuzError if there is no such base, if `out` holds something else, if
    the loss is no number any more, or if the disk is full.
    """
    import torch

    if not train or not dev:
        raise KilavuzError(
            "Eğitmek için hem eğitim hem de seçim çiftleri gerekir; dosyaları denetleyin.",
            "Training needs pairs to train on and pairs to choose by; check the files.",
        )
    _check_free(out)
    made = out.with_name(f".{out.name}.{os.getpid()}")
    course: list[Epoch] = []
    started = time.monotonic()
    try:
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            model = new_pair_model(
                base,
                settings.kind,
                longest=settings.longest,
                dropout=settings.dropout,
                device=settings.device,
            )
            model.frozen(settings.frozen)
            first = random.Random(settings.seed).sample(list(train), min(len(train), _START))
            model.start_at_cosine(first)
            for epoch in _epochs(model, train, dev, settings, tell):
                if all(epoch.pearson > earlier.pearson for earlier in course):
                    shutil.rmtree(made, ignore_errors=True)
                    model.save(made)
                course.append(epoch)
        draw(course, made / PICTURE)
        facts: dict[str, object] = {
            "kind": settings.kind,
            "base": base or "kilavuz-deep",
            "settings": asdict(settings),
        }
        facts |= {
            "epochs": [asdict(each) for each in course],
            "pairs": {"train": len(train), "dev": len(dev)},
        }
        write_json(made / FACTS, facts | {"seconds": round(time.monotonic() - started, 1)})
        shutil.rmtree(out, ignore_errors=True)
        made.rename(out)
    except OSError as error:
        raise KilavuzError(
            f"Eğitilen model yazılamadı: {out} ({error.strerror}); diskte yer açın ya da başka bir "
            "klasör verin.",
            f"The trained model could not be written: {out} ({error.strerror}); make room, or give another "
            "folder.",
        ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return load_pair_model(out), course


def evaluate_pair_model(model: PairModel, pairs: Sequence[ScoredPair]) -> Score:
    """Pearson, Spearman and MSE of the predictions."""
    found = model.predict([(pair.first, pair.second) for pair in pairs]).tolist()
    labels = [pair.score for pair in pairs]
    return Score(
        len(pairs), pearson(found, labels), spearman(found, labels), mean_squared_error(found, labels)
    )


def draw(course: Sequence[Epoch], file: Path) -> None:
    """Loss and Pearson by epoch, side by side, as a PNG. Raises OSError."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 5), layout="constrained")
    FigureCanvasAgg(figure)
    epochs = [each.epoch for each in course]
    for place, (title, axis, values) in enumerate(
        (
            ("Eğitim kaybı (MSE)", "Kayıp", [each.train_loss for each in course]),
            ("Seçim çiftleri: Pearson korelasyonu", "Korelasyon", [each.pearson for each in course]),
        ),
        1,
    ):
        axes = figure.add_subplot(1, 2, place)
        axes.plot(epochs, values, marker="o")
        axes.set(title=title, xlabel="Epok", ylabel=axis, xticks=epochs)
        axes.grid(alpha=0.3)
    figure.savefig(file, dpi=110)


def _epochs(
    model: PairModel,
    train: Sequence[ScoredPair],
    dev: Sequence[ScoredPair],
    settings: PairSettings,
    tell: Tell,
) -> Iterator[Epoch]:
    """Train epoch after epoch; the model is that of the epoch told last.

    The rates rise at first, then fall to 0 in a line.
    """
    import torch
    from transformers import get_linear_schedule_with_warmup

    steps = settings.epochs * math.ceil(len(train) / settings.batch)
    body, head = _learning(model.model[0]), [*chain(*map(_learning, list(model.model)[1:]))]
    groups = [{"params": body, "lr": settings.rate}, {"params": head, "lr": settings.head_rate}]
    optimizer = torch.optim.AdamW([group for group in groups if group["params"]], eps=1e-8)
    schedule: LRScheduler = get_linear_schedule_with_warmup(  # type: ignore[no-untyped-call]
        optimizer, round(settings.warm_up * steps), steps
    )
    kind = model.model.device.type
    quick = best_dtype(kind) == torch.bfloat16  # weights and their updates stay in fp32
    done, order = 0, random.Random(settings.seed)
    for epoch in range(1, settings.epochs + 1):
        model.model.train(True)
        losses: list[float] = []
        for batch in _batches(train, settings.batch, order):
            with torch.autocast(kind, torch.bfloat16, enabled=quick):
                scores = model.scores([pair.first for pair in batch], [pair.second for pair in batch])
            labels = torch.tensor([pair.score for pair in batch], device=scores.device)
            loss = torch.nn.functional.mse_loss(scores, labels)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            done += 1
            tell(done, steps, fmean(losses))
        score = evaluate_pair_model(model, dev)
        if not math.isfinite(fmean(losses)) or not math.isfinite(score.mse):
            raise KilavuzError(
                "Eğitim ıraksadı, kayıp artık bir sayı değil; --rate ile daha küçük bir öğrenme oranı verin.",
                "The training diverged, its loss is no number any more; give a smaller learning rate by "
                "--rate.",
            )
        yield Epoch(epoch, fmean(losses), score.pearson, score.mse)


def _learning(part: Any) -> "list[Parameter]":  # noqa: ANN401 - torch's modules
    """What of a part is not frozen."""
    return [each for each in part.parameters() if each.requires_grad]


def _batches(pairs: Sequence[ScoredPair], size: int, order: random.Random) -> Iterator[list[ScoredPair]]:
    """All pairs in random batches of about the same length each."""
    shuffled = order.sample(pairs, len(pairs))
    batches = []
    for start in range(0, len(shuffled), size * _TOGETHER):
        near = sorted(shuffled[start : start + size * _TOGETHER], key=lambda p: len(p.first) + len(p.second))
        batches += [near[place : place + size] for place in range(0, len(near), size)]
    order.shuffle(batches)
    yield from batches


def _check_free(out: Path) -> None:
    if out.exists() and not (out / FACTS).exists() and (not out.is_dir() or any(out.iterdir())):
        raise KilavuzError(
            f"{out} boş değil ve içinde bir benzerlik modeli yok; --out ile başka bir klasör verin.",
            f"{out} is not empty and holds no similarity model; give another folder by --out.",
        )
