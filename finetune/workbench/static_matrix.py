"""A model's embedding matrix without its body: a text is the mean of its tokens' vectors.

Only the matrix is read, wherever it stands in a model's files; it is an embedder, and a folder that stock
sentence-transformers loads.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import COMPACT, DEEP, QUICK, SHIPPED
from assistant.errors import KilavuzError
from assistant.layered_embedder import FORMAT as LAYERS
from assistant.model_files import EMBEDDER, model_folder
from assistant.model_parts import load_tokenizer, model_format, read_part
from assistant.packed_rows import unpack
from assistant.static_embedder import FORMAT as STATIC
from assistant.static_embedder import load_static
from finetune.workbench.bodies import has_tokenizer, inner_folder, no_tokenizer
from finetune.workbench.loading import of_length_1

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAMES = (
    "word_embeddings.weight",
    "wte.weight",
    "embed_tokens.weight",
    "tok_embeddings.weight",
    "shared.weight",
)
"""How the matrix's name ends: BERT and XLM-R, GPT-2, Llama and its kin, ModernBERT, T5."""
_BATCH = 1024


class StaticMatrix:
    """`matrix` (tokens, dimension) and the tokenizer, as an embedder."""

    def __init__(self, name: str, matrix: NDArray[np.float32], tokenizer: "Tokenizer") -> None:
        self.name = f"{name}-static"
        self.matrix = matrix
        self.tokenizer = tokenizer
        self.dimension = int(matrix.shape[1])
        self.max_tokens = 1024
        tokenizer.enable_truncation(self.max_tokens)
        self.fingerprint = hashlib.sha256(matrix.tobytes()).hexdigest()

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1; of a text without a known token, zeros."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _BATCH):
            some = self.tokenizer.encode_batch_fast(
                list(texts[start : start + _BATCH]), add_special_tokens=False
            )
            for row, each in zip(vectors[start:], some, strict=False):
                if each.ids:
                    row[:] = self.matrix[each.ids].mean(0)
        return of_length_1(vectors)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        row: NDArray[np.float32] = self.embed_passages([text])[0]
        return row

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, as far as they are read."""
        return [
            len(one.ids) for one in self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        ]

    def save(self, folder: Path) -> None:
        """Write a folder for `SentenceTransformer`. Raises KilavuzError if that can't be done."""
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

        try:
            embedding = StaticEmbedding(self.tokenizer, self.matrix)
            SentenceTransformer(modules=[embedding, Normalize()], device="cpu").save(str(folder))
        except OSError as error:
            raise KilavuzError(
                f"Model yazılamadı: {folder} ({error.strerror}); başka bir klasör verin.",
                f"The model could not be written: {folder} ({error.strerror}); give another folder.",
            ) from error


def static_matrix(model: str = "") -> StaticMatrix:
    """The matrix of a model: a folder, a name, or one that ships ("" is the layers').

    Raises KilavuzError if there is no such model, tokenizer or matrix.
    """
    folder = (COMPACT if model == QUICK else DEEP) if model in SHIPPED else model_folder(model, EMBEDDER)
    name = model or "kilavuz-deep"
    kind = model_format(folder) if folder else ""
    if folder and kind == STATIC:
        return StaticMatrix(name, load_static(folder).token_vectors, load_tokenizer(folder))
    if folder and kind == LAYERS:
        from safetensors.numpy import load

        rows = load(read_part(folder, "table.safetensors"))
        table = unpack(rows["packed"]) * rows["scale"].astype(np.float32)[:, None]
        return StaticMatrix(name, table, load_tokenizer(folder))
    if folder and not has_tokenizer(folder):
        raise no_tokenizer(model)
    found = _from_safetensors(inner_folder(folder)) if folder else None
    if found is not None and folder and (inner_folder(folder) / "tokenizer.json").exists():
        return StaticMatrix(name, found, load_tokenizer(inner_folder(folder)))
    return _from_body(name, model)


def _from_safetensors(folder: Path) -> NDArray[np.float32] | None:
    """The matrix alone, whatever else the files hold; None if it is not found there."""
    from safetensors import safe_open

    for file in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(file, "pt") as weights:
                for key in weights.keys():  # noqa: SIM118 - no mapping
                    if key.endswith(NAMES):
                        matrix: NDArray[np.float32] = weights.get_tensor(key).float().numpy()
                        return matrix
        except Exception as error:  # safetensors has an error of its own
            raise _unreadable(folder) from error
    return None


def _from_body(name: str, model: str) -> StaticMatrix:
    from finetune.workbench.bodies import load_body

    body, tokenizer = load_body(model)
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise no_tokenizer(model)
    weight: Any = body.get_input_embeddings().weight
    matrix = weight.detach().float().numpy()
    return StaticMatrix(name, matrix, type(backend).from_str(backend.to_str()))


def _unreadable(folder: Path) -> KilavuzError:
    return KilavuzError(
        f"Modelin ağırlıkları okunamadı: {folder}; modeli yeniden indirin.",
        f"The model's weights could not be read: {folder}; download the model again.",
    )
