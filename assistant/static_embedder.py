"""The static embedder: tokens, mean of their vectors, one linear layer, length 1. numpy, never torch.

A model is a folder of three files, written by `finetune/shipped/student.py`:

    config.json        {"format": "kilavuz-static", "version": 2, "name", "space", "max_tokens"}
    tokenizer.json     Hugging Face tokenizers; token 0 is [UNK]; it folds case and diacritics itself
    model.safetensors  packed uint8 (tokens, width / 2) and scale float16 (tokens,): see packed_rows.py;
                       linear float16 (width, dimension)

Word order is unknown to it. A text without a single token (empty, or punctuation alone) gets the vector of
[UNK], which is the mean of all tokens: finite, length 1, near nothing in particular.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError
from assistant.model_parts import damaged, load_tokenizer, read_part
from assistant.packed_rows import unpack
from assistant.word_tokens import ID_BYTES, WordTokens

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FORMAT, VERSION = "kilavuz-static", 2
BATCH = 1024
"""Texts handled at once: bounds memory at about 20 MB."""
UNKNOWN = 0


class StaticEmbedder:
    """Vectors of passages and questions, both in the same way; made by `load_static`.

    `table` (tokens, width) and `linear` (width, dimension) are its weights.
    """

    def __init__(
        self,
        tokenizer: "Tokenizer",
        table: NDArray[np.float32],
        linear: NDArray[np.float32],
        *,
        name: str,
        fingerprint: str,
        max_tokens: int,
    ) -> None:
        self._tokens = WordTokens(tokenizer)
        self.table = table
        self.linear = linear
        self.name = name
        self.fingerprint = fingerprint
        self.max_tokens = max_tokens
        self.dimension = int(linear.shape[1])

    @property
    def token_vectors(self) -> NDArray[np.float32]:
        """(tokens, dimension): a text's vector is the mean of its tokens' ones, made 1 long."""
        vectors: NDArray[np.float32] = self.table @ self.linear
        return vectors

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each of length 1; tokens after the first `max_tokens` are not read."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), BATCH):
            vectors[start : start + BATCH] = self._embed(texts[start : start + BATCH])
        return vectors

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        vector: NDArray[np.float32] = self._embed([text])[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, uncut."""
        return self._tokens.counts(texts)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        from scipy.sparse import csr_array

        limit = ID_BYTES * self.max_tokens
        unknown = np.array(UNKNOWN, np.int32).tobytes()
        ids = [each[:limit] or unknown for each in self._tokens.ids(texts)]
        lengths = np.fromiter(map(len, ids), np.int32, len(ids)) // ID_BYTES
        ends = np.zeros(len(ids) + 1, np.int32)
        np.cumsum(lengths, out=ends[1:])
        flat = np.frombuffer(b"".join(ids), np.int32)
        shares = np.repeat((1 / lengths).astype(np.float32), lengths)
        shape = (len(ids), len(self.table))
        means: NDArray[np.float32] = np.asarray(csr_array((shares, flat, ends), shape=shape) @ self.table)
        vectors: NDArray[np.float32] = means @ self.linear
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors


def load_static(folder: Path, name: str = "") -> StaticEmbedder:
    """The model in `folder`, called `name` or else as it calls itself.

    Raises KilavuzError if a file is missing, damaged or of another version.
    """
    from safetensors.numpy import load

    digest = hashlib.sha256()
    for file in ("config.json", "tokenizer.json", "model.safetensors"):
        digest.update(read_part(folder, file))
    try:
        config: dict[str, Any] = json.loads(read_part(folder, "config.json"))
        tensors = load(read_part(folder, "model.safetensors"))
        packed, scale, linear = tensors["packed"], tensors["scale"], tensors["linear"]
        tokenizer = load_tokenizer(folder)
        fits = (
            (config["format"], config["version"]) == (FORMAT, VERSION)
            and packed.dtype == np.uint8
            and packed.ndim == linear.ndim == 2
            and scale.shape == packed.shape[:1]
            and len(linear) == 2 * packed.shape[1]
            and tokenizer.get_vocab_size() == len(packed)
        )
        if not fits:
            raise damaged(folder)
        return StaticEmbedder(
            tokenizer,
            unpack(packed) * scale.astype(np.float32)[:, None],
            linear.astype(np.float32),
            name=name or str(config["name"]),
            fingerprint=digest.hexdigest(),
            max_tokens=int(config["max_tokens"]),
        )
    except KilavuzError:
        raise
    except Exception as error:  # safetensors and json have errors of their own; all mean the same here
        raise damaged(folder) from error
