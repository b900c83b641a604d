"""Vectors out of a model's layers: any layer or mix, pooled in one of several ways, or token by token.

    EmbeddingExtractor(model="bert-base-multilingual-cased").extract_embeddings(text, layer=-1)

Corpora of any size go to a file that is mapped into memory (`extract_to`). Layer 0 is what enters the first
layer; -1 is the last one's output.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.batches import Batches, affordable_tokens
from assistant.embedder import device_memory
from assistant.errors import KilavuzError
from finetune.workbench.bodies import load_body
from finetune.workbench.vectors_file import VectorsFile

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

_T = TypeVar("_T")
Layer = int | Sequence[int] | Mapping[int, float]
"""One layer, several that are averaged, or several with their weights."""
POOLINGS = ("mean", "cls", "last")
"""A text's vector: the mean over its tokens, that of [CLS], or that of the last token (for GPT)."""
BATCH_TOKENS = {"cpu": 2_048, "cuda": 65_536}
"""Tokens in a batch, padding included: bounds memory, and with more a processor is not faster."""
WINDOW = 1024
"""Texts that are in memory at once."""
_CHARACTERS = 64  # a token has fewer: what is beyond so many for each that is read need not be looked at


class EmbeddingExtractor:
    """A model to take vectors from; see the module's description.

    `layers` is how many it has, `dimension` their width.
    """

    def __init__(
        self,
        model: "str | torch.nn.Module" = "",
        *,
        tokenizer: "PreTrainedTokenizerBase | None" = None,
        device: str | None = None,
    ) -> None:
        """`model` is a folder, a name, "" for the layers that ship, or a module with its `tokenizer`.

        A module is anything that takes `input_ids` and `attention_mask` and gives `hidden_states` as
        transformers' models do. `device` is "cpu" or "cuda"; None takes the GPU where there is one. Raises
        KilavuzError if there is no such model or device, or no tokenizer.
        """
        import torch

        from assistant.precision import best_dtype
        from finetune.base_model import checked_device

        self.device = checked_device(device) or ("cuda" if torch.cuda.is_available() else "cpu")
        self._body: Any  # transformers' classes, or another module that answers alike
        self._tokenizer: Any
        if isinstance(model, str):
            self.name = model or "kilavuz-deep"
            self._body, self._tokenizer = load_body(model)
        else:
            self.name = type(model).__name__
            self._body, self._tokenizer = model.train(False), tokenizer
        self._body.to(self.device)
        if self.device.startswith("cuda"):
            self._body.to(best_dtype("cuda"))
        self.max_tokens = min(int(self._tokenizer.model_max_length), 1024)
        states = self._states(self._padded(self._read(["boyut"]))[0])
        self.layers, self.dimension = len(states) - 1, int(states[-1].shape[2])
        kind = "cuda" if self.device.startswith("cuda") else "cpu"
        per_token = 4 * self.dimension * (16 + len(states))
        self._budget = affordable_tokens(device_memory(kind), per_token, BATCH_TOKENS[kind])

    def extract_embeddings(
        self, text: str | Sequence[str], layer: Layer = -1, *, pooling: str = "mean"
    ) -> NDArray[np.float32]:
        """(dimension,) for a text, (texts, dimension) for several; not normalised.

        Raises KilavuzError for an empty text, a layer that the model does not have, or an unknown pooling.
        """
        texts = [text] if isinstance(text, str) else list(text)
        self._check(texts)
        vectors = self._pooled(texts, self._weights(layer), self._pooling(pooling))
        return vectors[0] if isinstance(text, str) else vectors

    def extract_tokens(self, text: str, layer: Layer = -1) -> tuple[list[str], NDArray[np.float32]]:
        """The tokens of a text, special ones included, and their vectors: (tokens, dimension).

        Raises KilavuzError as `extract_embeddings`.
        """
        self._check([text])
        read = self._read([text])
        vectors = self._mixed(self._padded(read)[0], self._weights(layer))[0].float().cpu().numpy()
        named: list[str] = self._tokenizer.convert_ids_to_tokens(read[0])
        return named, vectors

    def extract_to(
        self,
        texts: Iterable[str],
        file: Path,
        layer: Layer = -1,
        *,
        pooling: str = "mean",
        tokens: bool = False,
        dtype: str = "float32",
    ) -> NDArray[np.float32]:
        """The same for any number of texts, to a `.npy` file; returns it mapped into memory.

        With `tokens` each row is a token, special ones included, and the rows of text i begin at entry i of
        `NAME.starts.npy` beside it, which has an entry more than there are texts. Raises KilavuzError as
        `extract_embeddings`, and if the file can't be written.
        """
        weights, pool = self._weights(layer), self._pooling(pooling)
        first = 1
        with ExitStack() as files:
            rows = files.enter_context(VectorsFile(file, self.dimension, dtype))
            starts = None
            if tokens:
                starts = files.enter_context(VectorsFile(starts_file(file), 1, "int64"))
                starts.append(np.zeros((1, 1)))
            for window in windows(texts, WINDOW):
                self._check(window, first)
                first += len(window)
                if starts is None:
                    rows.append(self._pooled(window, weights, pool))
                    continue
                for vectors in self._token_vectors(window, weights):
                    rows.append(vectors)
                    starts.append(np.full((1, 1), rows.rows))
        mapped: NDArray[np.float32] = np.load(file, mmap_mode="r")
        return mapped

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones, uncut."""
        return [len(ids) for ids in self._tokenizer(list(texts), add_special_tokens=False)["input_ids"]]

    def _pooled(self, texts: list[str], weights: Mapping[int, float], pooling: str) -> NDArray[np.float32]:
        import torch

        batches: Batches[list[int]] = Batches(
            partial(self._forward, weights=weights, pooling=pooling), self._budget, torch.cuda.empty_cache
        )
        read = self._read(texts)
        return batches.encode(read, [len(ids) for ids in read])

    def _forward(
        self, read: list[list[int]], weights: Mapping[int, float], pooling: str
    ) -> NDArray[np.float32]:
        """A row a text, of its tokens' numbers."""
        import torch

        with torch.inference_mode():
            given, lengths = self._padded(read)
            states = self._mixed(given, weights).float()
            if pooling == "mean":
                counted = given["attention_mask"][:, :, None].float()
                pooled = (states * counted).sum(1) / lengths[:, None]
            else:
                places = lengths - 1 if pooling == "last" else torch.zeros_like(lengths)
                pooled = states[torch.arange(len(states), device=states.device), places]
        vectors: NDArray[np.float32] = pooled.cpu().numpy()
        return vectors

    def _token_vectors(self, texts: list[str], weights: Mapping[int, float]) -> Iterator[NDArray[np.float32]]:
        """One text's after the other's, few texts at a time: all tokens of a window may not fit."""
        for few in windows(self._read(texts), max(1, self._budget // self.max_tokens)):
            states = self._mixed(self._padded(few)[0], weights).float().cpu().numpy()
            for vectors, ids in zip(states, few, strict=True):
                yield vectors[: len(ids)]

    def _mixed(self, given: "dict[str, torch.Tensor]", weights: Mapping[int, float]) -> "torch.Tensor":
        states = self._states(given)
        first, *others = weights.items()
        mixed = states[first[0]] * first[1]
        for number, weight in others:
            mixed = mixed + states[number] * weight
        return mixed

    def _states(self, given: "dict[str, torch.Tensor]") -> "tuple[torch.Tensor, ...]":
        import torch

        with torch.inference_mode():
            found: tuple[torch.Tensor, ...] = self._body(**given, output_hidden_states=True).hidden_states
        return found

    def _read(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's tokens, special ones included, as many as the model reads."""
        cut = [text[: _CHARACTERS * self.max_tokens] for text in texts]
        read = self._tokenizer(
            cut, truncation=True, max_length=self.max_tokens, return_attention_mask=False
        )["input_ids"]  # fmt: skip
        # A text of nothing but what the tokenizer leaves out still needs one.
        return [ids or [self._tokenizer.pad_token_id] for ids in read]

    def _padded(self, read: list[list[int]]) -> "tuple[dict[str, torch.Tensor], torch.Tensor]":
        """What the body takes, and the length of each text."""
        import torch

        lengths = np.array([len(ids) for ids in read])
        tokens = np.full((len(read), lengths.max()), self._tokenizer.pad_token_id, np.int64)
        for row, ids in zip(tokens, read, strict=True):
            row[: len(ids)] = ids
        mask = (np.arange(tokens.shape[1]) < lengths[:, None]).astype(np.int64)
        given = {"input_ids": tokens, "attention_mask": mask}
        return (
            {name: torch.from_numpy(array).to(self.device) for name, array in given.items()},
            torch.from_numpy(lengths).to(self.device),
        )

    def _weights(self, layer: Layer) -> dict[int, float]:
        """The weight of each layer, counted from 0; together 1."""
        given = {layer: 1.0} if isinstance(layer, int) else layer
        parts = dict(given) if isinstance(given, Mapping) else dict.fromkeys(given, 1.0)
        wrong = [number for number in parts if not -self.layers - 1 <= number <= self.layers]
        if wrong or not parts:
            named = ", ".join(map(str, wrong)) or "–"
            raise KilavuzError(
                f"{self.name} modelinde böyle bir katman yok: {named}; 0 ile {self.layers} arasında ya da "
                "sondan "
                f"-1 … -{self.layers + 1} verin.",
                f"The model {self.name} has no such layer: {named}; give one from 0 to {self.layers}, or "
                "from the "
                f"end -1 … -{self.layers + 1}.",
            )
        total = sum(parts.values())
        if not total:
            raise KilavuzError(
                "Katmanların ağırlıkları toplamı sıfır olamaz; ağırlıkları düzeltin.",
                "The layers' weights may not add up to zero; correct them.",
            )
        return {number % (self.layers + 1): weight / total for number, weight in parts.items()}

    def _pooling(self, pooling: str) -> str:
        if pooling not in POOLINGS:
            raise KilavuzError(
                f"Böyle bir havuzlama yok: {pooling}; olanlar: {', '.join(POOLINGS)}.",
                f"There is no such pooling: {pooling}; there are: {', '.join(POOLINGS)}.",
            )
        if pooling == "cls" and self._tokenizer.cls_token is None:
            raise KilavuzError(
                f"{self.name} modelinin [CLS] belirteci yok; mean ya da last havuzlamasını kullanın.",
                f"The model {self.name} has no [CLS] token; use the pooling mean or last.",
            )
        return pooling

    def _check(self, texts: Sequence[str], first: int = 1) -> None:
        empty = next((number for number, text in enumerate(texts, first) if not text.strip()), None)
        if empty is not None or not texts:
            raise KilavuzError(
                f"{empty or 1}. metin boş; boş metnin vektörü olmaz, onu çıkarın.",
                f"Text {empty or 1} is empty and has no vector; leave it out.",
            )


def windows(texts: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Lists of `size` texts one after another; the last may be shorter."""
    iterator = iter(texts)
    while window := list(islice(iterator, size)):
        yield window


def starts_file(file: Path) -> Path:
    """Where the rows of each text begin, for a file of tokens."""
    return file.with_suffix(".starts.npy")
