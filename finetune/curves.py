"""The course of a training: loss and dev figures by step, and their picture."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.whole_file import whole_file
from finetune.rows import NDCG, SPEARMAN


@dataclass(frozen=True, slots=True)
class Point:
    """What was noted at a step: the loss, or what the dev questions gave (nDCG@10, or Spearman for pairs)."""

    step: int
    epoch: float
    loss: float | None = None
    dev: float | None = None


def points_from(history: Sequence[dict[str, Any]]) -> tuple[Point, ...]:
    """The points of a trainer's log, one a step, by step."""
    found: dict[int, dict[str, Any]] = {}
    for entry in history:
        point = found.setdefault(int(entry["step"]), {"epoch": float(entry.get("epoch") or 0)})
        if "loss" in entry:
            point["loss"] = float(entry["loss"])
        for name in (NDCG, SPEARMAN):
            if f"eval_{name}" in entry:
                point["dev"] = float(entry[f"eval_{name}"])
    points = [Point(step, **point) for step, point in sorted(found.items())]
    return tuple(point for point in points if point.loss is not None or point.dev is not None)


LOG = "log.jsonl"
"""A trainer's log as it goes on, an entry a line, below the folder that it works in."""


def write_log(history: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Write a trainer's log so far, whole or not at all. Raises OSError."""
    with whole_file(file) as out:
        out.writelines(json.dumps(entry) + "\n" for entry in history)


def read_points(file: Path) -> tuple[Point, ...]:
    """The points of such a file; none where it is not there. What is half written yet is left out."""
    history = []
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                int(entry["step"])
                history.append(entry)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return points_from(history)


def draw(points: Sequence[Point], file: Path) -> None:
    """A PNG with the loss above and the dev figure below; nothing if there is neither. Raises OSError."""
    if not points:
        return
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 6), layout="constrained")
    FigureCanvasAgg(figure)  # no window, whatever the machine has
    for place, (name, title) in enumerate((("loss", "Eğitim kaybı"), ("dev", "Seçim soruları (nDCG@10)")), 1):
        axes = figure.add_subplot(2, 1, place)
        shown = [(point.step, value) for point in points if (value := getattr(point, name)) is not None]
        axes.plot(*zip(*shown, strict=True) if shown else ((), ()), marker="o", markersize=3)
        axes.set_title(title)
        axes.set_xlabel("adım")
        axes.grid(alpha=0.3)
    figure.savefig(file, dpi=110)
