"""Any model as an embedder: what `assistant.embedder` takes, plain transformers folders, adapted models."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import SHIPPED, Embedder, load_embedder
from assistant.errors import KilavuzError
from assistant.model_files import EMBEDDER, model_folder
from assistant.model_parts import model_format
from finetune.workbench.bodies import has_tokenizer, no_tokenizer
from finetune.workbench.extractor import EmbeddingExtractor, Layer


class ExtractedEmbedder:
    """A layer and a pooling of an extractor as an embedder: rows of length 1."""

    def __init__(self, extractor: EmbeddingExtractor, layer: Layer = -1, pooling: str = "mean") -> None:
        """Raises KilavuzError for a layer or pooling that the model does not have."""
        self.name = extractor.name
        self.max_tokens, self.dimension = extractor.max_tokens, extractor.dimension
        self._extractor, self._layer, self._pooling = extractor, layer, pooling
        probe = extractor.extract_embeddings(["boyut", "Gömme modelinin parmak izi."], layer, pooling=pooling)
        self.fingerprint = hashlib.sha256(probe.tobytes()).hexdigest()

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1. Raises KilavuzError for an empty text."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return of_length_1(self._extractor.extract_embeddings(texts, self._layer, pooling=self._pooling))

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        row: NDArray[np.float32] = self.embed_passages([text])[0]
        return row

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones, uncut."""
        return self._extractor.count_tokens(texts)


def load_any(model: str = "", layer: Layer | None = None, pooling: str | None = None) -> Embedder:
    """The embedder that a name stands for; with a layer or pooling, what they take of its body.

    Plain transformers weights, which say nothing of pooling, give the mean over the last layer. Raises
    KilavuzError if there is no such model, or if it has no tokenizer.
    """
    from finetune.workbench.adapter import FORMAT, ModelAdapter

    folder = None if model in SHIPPED else model_folder(model, EMBEDDER)
    kind = model_format(folder) if folder else ""
    if folder and not kind and not has_tokenizer(folder):
        raise no_tokenizer(model)
    if layer is not None or pooling:
        return ExtractedEmbedder(EmbeddingExtractor(model), -1 if layer is None else layer, pooling or "mean")
    if folder and kind == FORMAT:
        return ModelAdapter.load(folder)
    try:
        if _is_plain(model, folder):
            return ExtractedEmbedder(EmbeddingExtractor(model))
        return load_embedder(model)
    except (KilavuzError, ValueError):  # GPT of the hub, which is only now here: it has nothing to pad with
        if folder or not _is_plain(model, folder):
            raise
        return ExtractedEmbedder(EmbeddingExtractor(model))


def _is_plain(model: str, folder: Path | None) -> bool:
    """Whether these are transformers weights that sentence-transformers has not described."""
    if folder:
        return not model_format(folder) and not (folder / "modules.json").exists()
    if model in SHIPPED:
        return False
    from huggingface_hub import try_to_load_from_cache

    config, modules = (try_to_load_from_cache(model, name) for name in ("config.json", "modules.json"))
    return isinstance(config, str) and not isinstance(modules, str)


def of_length_1(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row made 1 long; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    made: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return made
