"""One run that compares models and ways to use them: similarity, retrieval, time and memory.

A variant is a model with a layer, pooling, dimension, prompt, precision and size of chunks. An ablation
changes one of them at a time, a grid takes all together. Results are kept one by one, so that a run that was
cut goes on where it was. The table and the plot are made by `suite_report.py`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import product
from pathlib import Path
from typing import Any

from assistant.embedder import Embedder
from assistant.errors import KilavuzError, Message
from assistant.whole_file import write_json
from finetune.records import ScoredPair, Triple
from finetune.workbench.costs import Task, task_of
from finetune.workbench.loading import load_any
from finetune.workbench.suite_measures import Figures, measure

RESULTS = "results.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to make vectors; None is the model's own. `prompt` stands before a question."""

    model: str = ""
    layer: int | None = None
    pooling: str | None = None
    dimension: int | None = None
    prompt: str = ""
    precision: str = "float32"
    chunk_tokens: int | None = None

    def label(self) -> str:
        """What sets it apart, for a table."""
        told = [Path(self.model).name or "kilavuz-deep"]
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value != field.default:
                told.append(f"{field.name.removesuffix('_tokens')}={str(value).strip()}")
        return " ".join(told)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a variant came to: figures, or why there are none."""

    variant: Variant
    figures: Figures | None
    error: Message | None = None


AXES = tuple(field.name for field in fields(Variant))[1:]
"""What can be varied beside the model."""


def variants(models: Sequence[str], axes: dict[str, Sequence[Any]], grid: bool = False) -> list[Variant]:
    """Each model as it is, then with one value changed at a time; with `grid`, all combinations.

    `axes` holds the values to try by the names in `AXES`.
    """
    found: list[Variant] = []
    for model in models:
        plain = Variant(model)
        if grid:
            choices = [[getattr(plain, name), *axes.get(name, ())] for name in AXES]
            found += [Variant(model, *values) for values in product(*choices)]
        else:
            found.append(plain)
            for name in AXES:
                found += [replace(plain, **{name: value}) for value in axes.get(name, ())]
    return list(dict.fromkeys(found))


def run_suite(
    wanted: Sequence[Variant],
    folder: Path,
    pairs: Sequence[ScoredPair] = (),
    questions: Sequence[Triple] = (),
    tell: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> list[Outcome]:
    """Measure each variant that `folder` does not know yet on this data; results go there one by one.

    A variant that a model does not have (a layer, a dimension) is told in its row, and the others go on.
    Raises KilavuzError without any data, and if the results can't be read or written.
    """
    if not pairs and not questions:
        raise KilavuzError(
            "Ölçmek için veri gerekir; puanlı çiftleri --pairs ile ya da soruları --questions ile verin.",
            "There is nothing to measure with; give scored pairs by --pairs or questions by --questions.",
        )
    task = task_of(questions) if questions else None
    data = _digest(pairs, questions)
    known = _kept(folder / RESULTS)
    outcomes: list[Outcome] = []
    loaded: tuple[tuple[object, ...], Embedder] | None = None
    for number, variant in enumerate(wanted):
        tell(number, len(wanted), variant.label())
        key = _key(variant, data)
        if key not in known:
            try:
                how = (variant.model, variant.layer, variant.pooling)
                if loaded is None or loaded[0] != how:
                    loaded = None  # two models need not be in memory at once
                    loaded = how, load_any(*how)
                known[key] = {
                    "variant": asdict(variant),
                    "figures": asdict(_measured(loaded[1], variant, pairs, task)),
                }
                write_json(folder / RESULTS, {"version": VERSION, "results": known})
            except KilavuzError as error:
                if not loaded and len({each.model for each in wanted}) == 1 and variant == wanted[0]:
                    raise  # the one model that was named is not to be had
                outcomes.append(Outcome(variant, None, error.message))
                continue
        outcomes.append(Outcome(variant, Figures(**known[key]["figures"])))
    tell(len(wanted), len(wanted), "")
    return outcomes


def _measured(
    embedder: Embedder, variant: Variant, pairs: Sequence[ScoredPair], task: Task | None
) -> Figures:
    from finetune.workbench.adapter import ModelAdapter

    used = embedder
    if variant.dimension is not None:
        used = ModelAdapter(embedder, variant.dimension, method="cut")
    return measure(
        used,
        pairs,
        task,
        prompt=variant.prompt,
        precision=variant.precision,
        chunk_tokens=variant.chunk_tokens,
    )


def _kept(file: Path) -> dict[str, Any]:
    """The results of earlier runs. Raises KilavuzError if the file is no such thing."""
    try:
        said = json.loads(file.read_bytes())
        if said["version"] == VERSION and all(
            Figures(**each["figures"]) for each in said["results"].values()
        ):
            return dict(said["results"])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        pass
    raise KilavuzError(
        f"Bu dosya bir ölçüm sonucu değil ya da bozuk: {file}; --out ile başka bir klasör verin ya da "
        f"dosyayı silin.",
        f"This file holds no results, or is damaged: {file}; give another folder by --out, or delete "
        f"the file.",
    )


def _key(variant: Variant, data: str) -> str:
    """Of a variant of the model as it is now, on this data."""
    folder = Path(variant.model).expanduser()
    files: Iterable[Path] = sorted(folder.rglob("*")) if variant.model and folder.is_dir() else ()
    stamp = [(str(file.relative_to(folder)), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return hashlib.sha256(json.dumps([asdict(variant), stamp, data]).encode()).hexdigest()[:24]


def _digest(pairs: Sequence[ScoredPair], questions: Sequence[Triple]) -> str:
    said = json.dumps([[asdict(each) for each in rows] for rows in (pairs, questions)])
    return hashlib.sha256(said.encode()).hexdigest()
