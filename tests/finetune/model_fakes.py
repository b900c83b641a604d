"""Models that load at once: the shipped static one, and one that takes all texts for the same."""

import json
import shutil
from pathlib import Path

from safetensors.numpy import load, save

from assistant.embedder import COMPACT


def good_model(folder: Path) -> Path:
    """A copy of the shipped static embedder under another name, and so with another fingerprint."""
    shutil.copytree(COMPACT, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "name": str(folder)}), "utf-8")
    return folder


def dull_model(folder: Path) -> Path:
    """The same with one vector for all tokens."""
    good_model(folder)
    weights = folder / "model.safetensors"
    tensors = load(weights.read_bytes())
    for name in ("packed", "scale"):
        tensors[name] = tensors[name].copy()
        tensors[name][:] = tensors[name][7]
    weights.write_bytes(save(tensors))
    return folder
