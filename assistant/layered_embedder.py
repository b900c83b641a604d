"""An embedder with transformer layers on onnxruntime: 8-bit weights, no torch.

A model is a folder of four files, written by `finetune/layers.py`:

    config.json        {"format": "kilavuz-layers", "version": 1, "name", "space", "max_tokens", "bert"}
    tokenizer.json     Hugging Face tokenizers; it folds case and diacritics itself, and has [CLS] and [SEP]
    table.safetensors  packed uint8 (tokens, width / 2), scale float16 (tokens,): see packed_rows.py
    body.onnx          vectors (texts, length, width) and lengths (texts,) -> embedding (texts, dimension)

A text's vector does not depend on the texts that are embedded with it.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.batches import Batches, affordable_tokens, free_memory
from assistant.errors import KilavuzError
from assistant.model_parts import damaged, load_tokenizer, read_part
from assistant.packed_rows import unpack
from assistant.word_tokens import ID_BYTES, WordTokens

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

FORMAT, VERSION = "kilavuz-layers", 1
FILES = ("config.json", "tokenizer.json", "table.safetensors", "body.onnx")
BATCH_TOKENS = 2048
"""Tokens in a batch, padding included: with more, a processor is not faster, and its caches are left."""
_BYTES_PER_TOKEN = 40_000  # of working memory: 6 layers × 384 wide take about half of it
_SPECIAL = 2  # tokens around a text


class LayeredEmbedder:
    """Vectors of passages and questions, both in the same way; made by `load_layered`."""

    def __init__(
        self,
        tokenizer: "Tokenizer",
        table: NDArray[np.int8],
        scale: NDArray[np.float32],
        session: "InferenceSession",
        *,
        name: str,
        fingerprint: str,
        max_tokens: int,
    ) -> None:
        """`table` times `scale`, row by row, are the tokens' vectors; `max_tokens` counts special ones."""
        self.name = name
        self.fingerprint = fingerprint
        self.max_tokens = max_tokens
        self._tokens = WordTokens(tokenizer)
        ends = [tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]")]
        self._start, self._end = (np.array([number], np.int32) for number in ends)
        self._table = table
        self._scale = scale
        self._session = session
        self.dimension = int(session.get_outputs()[0].shape[1])
        budget = affordable_tokens(free_memory(), _BYTES_PER_TOKEN, BATCH_TOKENS)
        self._batches: Batches[NDArray[np.int32]] = Batches(self._forward, budget)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each of length 1; tokens after the first `max_tokens` are not read."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        ids = self._read(texts)
        return self._batches.encode(ids, [len(each) for each in ids])

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        vector: NDArray[np.float32] = self._forward(self._read([text]))[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones, uncut."""
        return self._tokens.counts(texts)

    def _read(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        limit = ID_BYTES * (self.max_tokens - _SPECIAL)
        found = self._tokens.ids(texts)
        return [np.concatenate([self._start, np.frombuffer(i[:limit], np.int32), self._end]) for i in found]

    def _forward(self, ids: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        lengths = np.array([len(each) for each in ids], np.int32)
        tokens = np.zeros((len(ids), lengths.max()), np.int32)
        for row, each in zip(tokens, ids, strict=True):
            row[: len(each)] = each
        vectors = self._table[tokens] * self._scale[tokens][:, :, None]
        try:
            made = self._session.run(None, {"vectors": vectors, "lengths": lengths})[0]
        except Exception as error:  # onnxruntime's own, of no common kind
            if "alloc" in str(error):
                raise MemoryError from error
            raise
        return np.asarray(made, np.float32)


def load_layered(folder: Path, name: str = "") -> LayeredEmbedder:
    """The model in `folder`, called `name` or else as it calls itself.

    Raises KilavuzError if a file is missing, damaged or of another version.
    """
    from safetensors.numpy import load

    parts = {file: read_part(folder, file) for file in FILES}
    digest = hashlib.sha256(b"".join(parts.values())).hexdigest()
    try:
        config: dict[str, Any] = json.loads(parts["config.json"])
        tensors = load(parts["table.safetensors"])
        tokenizer = load_tokenizer(folder)
        table, scale = unpack(tensors["packed"]), tensors["scale"].astype(np.float32)
        fits = (config["format"], config["version"]) == (FORMAT, VERSION) and (
            tokenizer.get_vocab_size() == len(table) == len(scale) and int(config["max_tokens"]) > _SPECIAL
        )
        if not fits:
            raise damaged(folder)
        embedder = LayeredEmbedder(
            tokenizer,
            table,
            scale,
            _session(parts["body.onnx"]),
            name=name or str(config["name"]),
            fingerprint=digest,
            max_tokens=int(config["max_tokens"]),
        )
        embedder.embed_question("a " * embedder.max_tokens)  # as long as it gets: the parts fit one another
        return embedder
    except KilavuzError:
        raise
    except (
        Exception
    ) as error:  # safetensors, onnxruntime and json have errors of their own; all mean the same
        raise damaged(folder) from error


def _session(model: bytes) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = 3  # it warns of what is meant to be
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])
