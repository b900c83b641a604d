"""The figures of each `kilavuz evaluate`, kept in the home so that the page can show how they go.

    <home>/degerlendirmeler/2026-05-04T093000.json     one file an evaluation, a few kilobytes

The newest `KEPT` files stay; any of them can be deleted at any time.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.evaluation import Scores, summary
from assistant.whole_file import write_json

FOLDER = "degerlendirmeler"
KEPT = 200
_PATTERN = "[0-9]*.json"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluation: `files` are the names of its question files, `at` is ISO 8601 in UTC.

    `figures` are values by metric with their 95 % interval, which medians lack.
    """

    at: str
    files: tuple[str, ...]
    questions: int
    embedder: str
    llm: str
    figures: Mapping[str, tuple[float, tuple[float, float] | None]]


def keep(home: Path, files: Sequence[Path], scores: Sequence[Scores], embedder: str, llm: str) -> None:
    """Write the figures of an evaluation that has just ended. Raises KilavuzError if that can't be done."""
    moment = datetime.now(UTC)
    folder = home / FOLDER
    write_json(
        folder / f"{moment:%Y-%m-%dT%H%M%S.%f}.json",
        {
            "at": moment.isoformat(timespec="seconds"),
            "files": [path.name for path in files],
            "questions": len(scores),
            "embedder": embedder,
            "llm": llm,
            "figures": {
                name: {"value": one.value, "interval": one.interval} for name, one in summary(scores).items()
            },
        },
    )
    for old in sorted(folder.glob(_PATTERN))[:-KEPT]:
        old.unlink(missing_ok=True)


def evaluations(home: Path, limit: int = 30) -> list[Evaluated]:
    """The last evaluations, oldest first; a file that can't be read is left out."""
    files = sorted((home / FOLDER).glob(_PATTERN))[-limit:]
    return [one for one in map(_read, files) if one]


def _read(path: Path) -> Evaluated | None:
    try:
        said = json.loads(path.read_bytes())
        figures = {}
        for name, one in said["figures"].items():
            bounds = one["interval"]
            low_high = (_finite(bounds[0]), _finite(bounds[1])) if bounds else None
            figures[str(name)] = (_finite(one["value"]), low_high)
        return Evaluated(
            datetime.fromisoformat(said["at"]).isoformat(),
            tuple(map(str, said["files"])),
            int(said["questions"]),
            str(said["embedder"]),
            str(said["llm"]),
            figures,
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _finite(value: object) -> float:
    number = float(value)  # type: ignore[arg-type]  # a TypeError tells the reader that the file is damaged
    if not math.isfinite(number):
        raise ValueError(value)
    return number
