"""Text to vectors: the shipped embedder, or any sentence-transformers model.

`load_embedder("")` gives the shipped one and imports no torch. Anything else is a folder (a model in one of
our formats, which need no torch either, or a sentence-transformers folder) or a name on the Hugging Face hub;
`BAAI/bge-m3` is the documented upgrade. Our own models with layers always stand beside the static one (see
`paired_embedder`). What a family needs beyond its own files (prompts, a sensible length of passages) stands
in `FAMILIES`. Pooling and normalisation come from the model's folder; which models are any good is not known
here.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant import layered_embedder, onnx_embedder, paired_embedder, static_embedder
from assistant.batches import Batches, affordable_tokens, free_memory
from assistant.layered_embedder import load_layered
from assistant.model_files import EMBEDDER, load_model, model_folder, not_loaded
from assistant.model_parts import load_tokenizer, model_format
from assistant.onnx_embedder import load_onnx
from assistant.paired_embedder import PairedEmbedder, load_pair
from assistant.precision import prepare
from assistant.static_embedder import load_static
from assistant.word_tokens import WordTokens

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

QUICK = "kilavuz-compact"
"""Name of the static embedder that ships: word meanings, and vectors of new documents at once."""
COMPACT = Path(__file__).with_name("compact")
"""Its folder."""
DEEP = Path(__file__).with_name("deep")
"""The layers that ship; with the static one they are the default."""
DEEP_NAME = "kilavuz-deep"
SHIPPED = ("", QUICK, DEEP_NAME)
"""What `load_embedder` takes for a model of the package; "" is the default."""
MAX_TOKENS = 1024
"""Longest passage given to a sentence-transformers model, even if it could read more (bge-m3: 8192): chunks
are shorter, and the cost of attention grows with the square of the length."""
BATCH_TOKENS = {"cpu": 8_192, "cuda": 65_536}
"""Tokens in a batch, padding included: with more, a processor (or GPU) is not faster."""
_SPECIAL = 2  # tokens before and after a passage
_BYTES_PER_DIMENSION = 64  # of working memory for each token: bge-m3 in fp32 takes 57, in bf16 half of it


class Embedder(Protocol):
    """What the parts need of an embedder. Two with the same `fingerprint` give passages the same vectors."""

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1."""
        ...

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1, to compare with passages by the dot product."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones."""
        ...


@dataclass(frozen=True, slots=True)
class Prompts:
    """What stands before a question and before a passage."""

    question: str = ""
    passage: str = ""


FAMILIES = {
    # bge-m3 and what is trained from it: none (FlagEmbedding's README: "no need to add instructions")
    r"bge-m3": Prompts(),
    # their model cards: an instruction before the question alone
    r"(^|/)bge-(small|base|large)-en(-v1\.5)?$": Prompts(
        "Represent this sentence for searching relevant passages: "
    ),
    # Wang et al. 2022 (arXiv:2212.03533) and the model cards; the -instruct ones bring their own prompts
    r"(^|/)(multilingual-)?e5-(small|base|large)(-v2|-unsupervised)?$": Prompts("query: ", "passage: "),
}
"""Prompts by a pattern found in the model's name. Other models: the prompts that they were saved with."""


class TransformerEmbedder:
    """A sentence-transformers model, on the GPU where there is one.

    The fingerprint is that of the weights as they were loaded: precision changes no vector's direction, so an
    index works on a machine with another.
    """

    def __init__(self, model: "SentenceTransformer", name: str, *, fastest: bool = False) -> None:
        """`fastest`: change the model to the fastest precision that is enough (see `precision.prepare`)."""
        import torch

        self.name = name
        self._model = model
        self._prompts = prompts_of(model, name)
        self.max_tokens = int(min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS))
        with suppress(AttributeError):  # a static one reads any length
            model.max_seq_length = self.max_tokens
        self._counter = token_counter(model.tokenizer)
        self.fingerprint = _fingerprint(model, self._prompts, self.max_tokens)
        device = str(model.device.type)
        transformer = model.transformers_model
        if fastest and transformer is not None:
            prepare(model, device, str(transformer.config.model_type))
        self.dimension = int(self._forward(["boyut"], "").shape[1])
        most = BATCH_TOKENS.get(device, BATCH_TOKENS["cpu"])
        budget = affordable_tokens(device_memory(device), _BYTES_PER_DIMENSION * self.dimension, most)
        self._batches = Batches(
            partial(self._forward, prompt=self._prompts.passage), budget, torch.cuda.empty_cache
        )

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1; what exceeds `max_tokens` is not read.

        Raises KilavuzError if there is too little memory for a single passage.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        counts = self._counter([self._prompts.passage + text for text in texts])
        return self._batches.encode(texts, [min(count + _SPECIAL, self.max_tokens) for count in counts])

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """(dimension,), of length 1."""
        vector: NDArray[np.float32] = self._forward([text], self._prompts.question)[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones, uncut."""
        return self._counter(texts)

    def _forward(self, texts: list[str], prompt: str) -> NDArray[np.float32]:
        """One batch. The length is set to 1 in fp32: 16 bits leave it off by up to 0.4 %."""
        encoded = self._model.encode(texts, prompt=prompt, batch_size=len(texts), show_progress_bar=False)
        vectors = np.asarray(encoded, np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors


def load_embedder(model: str = "") -> Embedder:
    """The shipped embedder for "", else a folder or a sentence-transformers name.

    A name is looked up among the downloaded models first, then on the hub. Raises KilavuzError if there is
    no such folder or model, or if it can't be loaded.
    """
    if model == QUICK:
        return _quick()
    if model in ("", DEEP_NAME):
        return _shipped()
    folder = model_folder(model, EMBEDDER)
    load_own = OWN_FORMATS.get(model_format(folder)) if folder else None
    if folder and load_own:
        return load_own(folder, model)

    def load(local_files_only: bool) -> "SentenceTransformer":
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(folder or model), local_files_only=local_files_only)

    return TransformerEmbedder(load_model(str(folder or model), EMBEDDER, load), model, fastest=True)


@cache
def _quick() -> Embedder:
    return load_static(COMPACT)


@cache
def _shipped() -> Embedder:
    return _paired(DEEP, DEEP_NAME)


def _paired(folder: Path, name: str) -> Embedder:
    return PairedEmbedder(load_layered(folder, name), _quick())


OWN_FORMATS: dict[str, Callable[[Path, str], Embedder]] = {
    static_embedder.FORMAT: load_static,
    layered_embedder.FORMAT: _paired,
    paired_embedder.FORMAT: load_pair,
    onnx_embedder.FORMAT: load_onnx,
}


def load_token_counter(model: str = "") -> Callable[[Sequence[str]], list[int]]:
    """`count_tokens` of that embedder without its weights: only its tokenizer is read.

    Raises KilavuzError as `load_embedder` does.
    """
    folder = None if model in SHIPPED else model_folder(model, EMBEDDER)
    if model in SHIPPED or (folder and model_format(folder) == layered_embedder.FORMAT):
        return WordTokens(load_tokenizer(COMPACT)).counts  # beside which the layers stand
    file = _tokenizer_file(folder) if folder else _cached_tokenizer(model)
    if file:
        return WordTokens(load_tokenizer(file.parent)).counts
    from transformers import AutoTokenizer

    try:
        return token_counter(AutoTokenizer.from_pretrained(str(folder or model)))
    except Exception as error:
        raise not_loaded(model, EMBEDDER, error) from error


def device_memory(device: str) -> int | None:
    """Free bytes of a GPU ("cuda") or, for any other device, of the machine; None where it does not tell."""
    import torch

    return torch.cuda.mem_get_info()[0] if device == "cuda" else free_memory()


def prompts_of(model: "SentenceTransformer", name: str) -> Prompts:
    """A model's prompts by family, else as saved with it (its keys: query, and document or passage)."""
    for pattern, prompts in FAMILIES.items():
        if re.search(pattern, name, re.IGNORECASE):
            return prompts
    saved = model.prompts
    return Prompts(saved.get("query") or "", saved.get("document") or saved.get("passage") or "")


def _fingerprint(model: "SentenceTransformer", prompts: Prompts, max_tokens: int) -> str:
    """Hash of all that shapes a passage's vector: weights, modules, settings, vocabulary, prompt, length.

    The question's prompt is not part of it: it changes no passage. The vector space is the model's own, which
    its weights name.
    """
    import torch

    modules = [(type(module).__name__, _settings(module)) for module in model]
    vocabulary = sorted(model.tokenizer.get_vocab().items())
    shape = json.dumps([modules, vocabulary, prompts.passage, max_tokens], default=str)
    digest = hashlib.sha256(shape.encode())
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key} {tensor.dtype} {tuple(tensor.shape)}".encode())
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _settings(module: object) -> dict[str, object]:
    read = getattr(module, "get_config_dict", None)
    return dict(read()) if read else {}


def token_counter(tokenizer: object) -> Callable[[Sequence[str]], list[int]]:
    """Counts with a copy of a tokenizer: its own is switched to and fro between truncations.

    It is one of transformers, or, of static models, one of tokenizers.
    """
    from tokenizers import Tokenizer

    backend = tokenizer if isinstance(tokenizer, Tokenizer) else getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:  # a tokenizer in Python
        call: Callable[..., dict[str, list[list[int]]]] = tokenizer  # type: ignore[assignment]
        return lambda texts: (
            [len(ids) for ids in call(list(texts), add_special_tokens=False)["input_ids"]] if texts else []
        )
    copy: Tokenizer = type(backend).from_str(backend.to_str())
    copy.no_truncation()
    copy.no_padding()
    return WordTokens(copy).counts


def _tokenizer_file(folder: Path) -> Path | None:
    """`tokenizer.json` of a folder: at its top, in a pair's quick part or in the first module."""
    files = [folder / name / "tokenizer.json" for name in ("", "quick")]  # of a pair, the quick one counts
    files += sorted(folder.glob("0_*/tokenizer.json"))
    return next((file for file in files if file.is_file()), None)


def _cached_tokenizer(model: str) -> Path | None:
    """`tokenizer.json` of a downloaded model; a name without "/" is one of sentence-transformers' own."""
    from huggingface_hub import try_to_load_from_cache

    repo = model if "/" in model else f"sentence-transformers/{model}"
    found = try_to_load_from_cache(repo, "tokenizer.json")
    return Path(found) if isinstance(found, str) else None
