"""An embedder with a projection behind it: shorter vectors, or such that fit a task better.

    ModelAdapter(source_model="gpt2", target_dim=256).adapt(text)

An adapted model is an embedder like any other, and a folder:

    config.json         {"format": "kilavuz-adapted", "version": 1, "source", "method"}
    adapter.safetensors mean (source,), matrix (source, target)
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.errors import KilavuzError
from assistant.model_parts import damaged, read_part
from finetune.records import Triple
from finetune.workbench import projections
from finetune.workbench.extractor import windows
from finetune.workbench.loading import load_any
from finetune.workbench.projections import Projection

FORMAT, VERSION = "kilavuz-adapted", 1
METHODS = ("random", "cut", "pca", "whitening", "learned")
"""How the projection is found; see `projections.py`. All but the first two need texts, the last one pairs."""
WINDOW = 1024
"""Texts embedded at once."""


class ModelAdapter:
    """An embedder whose vectors have `target_dim` numbers."""

    def __init__(
        self,
        source_model: str | Embedder = "",
        target_dim: int = 256,
        *,
        method: str = "random",
        texts: Iterable[str] = (),
        pairs: Iterable[Triple] = (),
    ) -> None:
        """Find the projection: "pca" and "whitening" from `texts`, "learned" from `pairs`.

        `source_model` is a name, a folder, "" for the shipped one, or an embedder. Raises KilavuzError if
        there is no such model or method, for a `target_dim` above the source's, and for too few texts.
        """
        source = load_any(source_model) if isinstance(source_model, str) else source_model
        if not 1 <= target_dim <= source.dimension:
            raise KilavuzError(
                f"Hedef boyut 1 ile {source.dimension} arasında olmalı ({source.name} modelinin boyutu), "
                "verilen: "
                f"{target_dim}; daha küçük bir boyut verin.",
                f"The target dimension must lie from 1 to {source.dimension} (that of {source.name}), not "
                f"{target_dim}; give a smaller one.",
            )
        self._take(source, source_model if isinstance(source_model, str) else source.name, method)
        self.projection = _found(source, target_dim, method, texts, pairs)
        self._name_it()

    def adapt(self, text: str | Sequence[str]) -> NDArray[np.float32]:
        """(dimension,) for a text, (texts, dimension) for several, of length 1.

        Raises KilavuzError for an empty text.
        """
        texts = [text] if isinstance(text, str) else list(text)
        if not texts or any(not one.strip() for one in texts):
            raise KilavuzError(
                "Boş metnin vektörü olmaz; en az bir metin verin ve boş olanları çıkarın.",
                "An empty text has no vector; give at least one text, and leave out empty ones.",
            )
        vectors = self.embed_passages(texts)
        return vectors[0] if isinstance(text, str) else vectors

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1."""
        return self.projection.apply(self._source.embed_passages(texts))

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        return self.projection.apply(self._source.embed_question(text))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the source counts them."""
        return self._source.count_tokens(texts)

    def save(self, folder: Path) -> None:
        """Write the projection and the source's name. Raises KilavuzError if that can't be done."""
        from safetensors.numpy import save

        config = {"format": FORMAT, "version": VERSION, "source": self._source_name, "method": self.method}
        tensors = {"mean": self.projection.mean, "matrix": np.ascontiguousarray(self.projection.matrix)}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "adapter.safetensors").write_bytes(save(tensors))
            (folder / "config.json").write_text(json.dumps(config, ensure_ascii=False), "utf-8")
        except OSError as error:
            raise KilavuzError(
                f"Uyarlanmış model yazılamadı: {folder} ({error.strerror}); başka bir klasör verin.",
                f"The adapted model could not be written: {folder} ({error.strerror}); give another folder.",
            ) from error

    @classmethod
    def load(cls, folder: Path) -> "ModelAdapter":
        """What `save` wrote. Raises KilavuzError if it is damaged, or if its source is not to be had."""
        from safetensors.numpy import load

        config, weights = read_part(folder, "config.json"), read_part(folder, "adapter.safetensors")
        try:
            told, tensors = json.loads(config), load(weights)
            source, method, version = str(told["source"]), str(told["method"]), told["version"]
            projection = Projection(tensors["mean"], tensors["matrix"])
        except Exception as error:  # json's, safetensors' own, or a part that is not there
            raise damaged(folder) from error
        if Path(source).expanduser().resolve() == folder.resolve():
            raise damaged(folder)
        embedder = load_any(source)
        if (
            version != VERSION
            or projection.matrix.shape[:1] != (embedder.dimension,) != projection.mean.shape
        ):
            raise damaged(folder)
        adapter = cls.__new__(cls)
        adapter._take(embedder, source, method)
        adapter.projection = projection
        adapter._name_it()
        return adapter

    def _take(self, source: Embedder, source_name: str, method: str) -> None:
        self._source, self._source_name, self.method = source, source_name, method
        self.max_tokens = source.max_tokens

    def _name_it(self) -> None:
        self.dimension = int(self.projection.matrix.shape[1])
        self.name = f"{self._source.name}-{self.method}-{self.dimension}"
        digest = hashlib.sha256(self._source.fingerprint.encode())
        for part in (self.projection.mean, self.projection.matrix):
            digest.update(np.ascontiguousarray(part).tobytes())
        self.fingerprint = digest.hexdigest()


def _found(
    source: Embedder, target: int, method: str, texts: Iterable[str], pairs: Iterable[Triple]
) -> Projection:
    if method == "random":
        return projections.random_map(source.dimension, target)
    if method == "cut":
        return projections.cut(source.dimension, target)
    if method == "learned":
        known = list(pairs)
        asked = [source.embed_question(one.question) for one in known]
        questions = np.stack(asked) if asked else np.empty((0, source.dimension), np.float32)
        passages = source.embed_passages([one.positive for one in known])
        return projections.learned(target, questions, passages)
    if method not in METHODS:
        raise KilavuzError(
            f"Böyle bir yöntem yok: {method}; olanlar: {', '.join(METHODS)}.",
            f"There is no such method: {method}; there are: {', '.join(METHODS)}.",
        )
    batches = (source.embed_passages(window) for window in windows(texts, WINDOW))
    find = projections.pca if method == "pca" else projections.whitening
    return find(projections.seen(batches, source.dimension), target)
