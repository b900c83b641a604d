"""A trained sentence-transformers model on onnxruntime: one graph from token ids to vectors, no torch.

A model is a folder of three files, written by `finetune/export.py`:

    config.json     {"format": "kilavuz-onnx", "version": 1, "name", "dimension", "max_tokens",
                    "pad", "prompts", "together"}
    tokenizer.json  Hugging Face tokenizers, with the special tokens that it puts around a text
    model.onnx      input_ids and attention_mask (texts, length) -> embedding (texts, dimension), of length 1;
                    weights beyond 2 GB stand beside it in model.onnx.data

`together` tells whether texts may share a batch: in 8 bits they may not, as one scale for all would make a
text's vector depend on its neighbours.
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
from assistant.word_tokens import WordTokens

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

FORMAT, VERSION = "kilavuz-onnx", 1
BATCH_TOKENS = 4096
"""Tokens in a batch, padding included: with more, a processor is not faster."""
_BYTES_PER_TOKEN = 160_000  # of working memory: 24 layers × 1024 wide take about half of it
_BLOCK = 1 << 24  # bytes of the weights hashed at a time


class OnnxEmbedder:
    """Vectors of passages and questions, each after its prompt; made by `load_onnx`."""

    def __init__(
        self, tokenizer: "Tokenizer", session: "InferenceSession", config: dict[str, Any], fingerprint: str
    ) -> None:
        """`config` is that of the folder, with the `name` to go by."""
        self.name = str(config["name"])
        self.fingerprint = fingerprint
        self.max_tokens = int(config["max_tokens"])
        self._prompts = str(config["prompts"]["question"]), str(config["prompts"]["passage"])
        self._pad = int(config["pad"])
        self._counter = WordTokens(tokenizer)
        self._tokenizer = type(tokenizer).from_str(tokenizer.to_str())
        self._tokenizer.enable_truncation(self.max_tokens)
        self._session = session
        self._wanted = {each.name for each in session.get_inputs()}
        self.dimension = int(config["dimension"])
        together = BATCH_TOKENS if config["together"] else 1
        budget = affordable_tokens(free_memory(), _BYTES_PER_TOKEN, together)
        self._batches: Batches[list[int]] = Batches(self._forward, budget)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1; what exceeds `max_tokens` is not read.

        Raises KilavuzError if there is too little memory for a single passage.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        ids = self._read(texts, self._prompts[1])
        return self._batches.encode(ids, [len(each) for each in ids])

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        vector: NDArray[np.float32] = self._forward(self._read([text], self._prompts[0]))[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones, uncut."""
        return self._counter.counts(texts)

    def _read(self, texts: Sequence[str], prompt: str) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch_fast([prompt + text for text in texts])
        return [encoding.ids or [self._pad] for encoding in encodings]

    def _forward(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        longest = max(map(len, ids))
        tokens = np.full((len(ids), longest), self._pad, np.int64)
        mask = np.zeros((len(ids), longest), np.int64)
        for row, each in enumerate(ids):
            tokens[row, : len(each)] = each
            mask[row, : len(each)] = 1
        given = {"input_ids": tokens, "attention_mask": mask}
        try:
            made = self._session.run(None, {name: given[name] for name in self._wanted})[0]
        except Exception as error:  # onnxruntime's own, of no common kind
            if "alloc" in str(error):
                raise MemoryError from error
            raise
        vectors: NDArray[np.float32] = np.array(made, np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors


def load_onnx(folder: Path, name: str = "") -> OnnxEmbedder:
    """The model in `folder`, called `name` or else as it calls itself.

    Raises KilavuzError if a file is missing, damaged or of another version.
    """
    said = read_part(folder, "config.json")
    digest = hashlib.sha256(said + read_part(folder, "tokenizer.json"))
    try:
        config: dict[str, Any] = json.loads(said)
        if (config["format"], config["version"]) != (FORMAT, VERSION):
            raise damaged(folder)
        for file in ("model.onnx", "model.onnx.data"):
            if file == "model.onnx" or (folder / file).exists():
                with (folder / file).open("rb") as weights:
                    while block := weights.read(_BLOCK):
                        digest.update(block)
        embedder = OnnxEmbedder(
            load_tokenizer(folder),
            _session(folder / "model.onnx"),
            config | {"name": name or config["name"]},
            digest.hexdigest(),
        )
        asked = embedder.embed_question("a " * embedder.max_tokens)  # as long as it gets: do the parts fit?
        if len(asked) != embedder.dimension:
            raise damaged(folder)
        return embedder
    except KilavuzError:
        raise
    except Exception as error:  # onnxruntime, json and the file system have errors of their own
        raise damaged(folder) from error


def _session(file: Path) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = 3
    return InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
