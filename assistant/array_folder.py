"""Arrays and lists of words in a folder: written whole or not at all, read back memory-mapped.

What they mean and whether they fit together is not known here.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_folder(
    folder: Path,
    facts: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    words: Mapping[str, Sequence[str]],
) -> None:
    """Write the folder in place of an older one; a crash leaves the old, the new or none.

    `facts` must fit in JSON. No word may hold a line break.
    """
    beside, past = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    for path in (beside, past):
        shutil.rmtree(path, ignore_errors=True)
    beside.mkdir(parents=True)
    for name, values in arrays.items():
        with open(beside / f"{name}.npy", "wb") as file:
            np.save(file, values)
            os.fsync(file.fileno())
    texts = {name: "".join(f"{value}\n" for value in values) for name, values in words.items()}
    for name, text in {**texts, "about": json.dumps(facts)}.items():
        with open(beside / f"{name}.txt", "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    if folder.exists():
        folder.rename(past)
    beside.rename(folder)
    shutil.rmtree(past, ignore_errors=True)


def read_facts(folder: Path) -> dict[str, Any]:
    """The facts as written. OSError or ValueError if they cannot be read."""
    return dict(json.loads((folder / "about.txt").read_text("utf-8")))


def read_words(folder: Path, name: str) -> list[str]:
    """A list of words as written. OSError or ValueError if it cannot be read."""
    return (folder / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def map_array(folder: Path, name: str) -> NDArray[Any]:
    """An array as written, memory-mapped. OSError, ValueError or EOFError if it is not there or damaged."""
    values = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return np.asarray(values)  # slices of a np.memmap itself are slow to make
