"""The vectors of one word in several sentences: "banka" where one keeps money and where one sits.

A static matrix gives a word one vector; a body with layers gives it one in each sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant import turkish
from assistant.errors import KilavuzError
from finetune.workbench.attention import plain, save_picture
from finetune.workbench.bodies import load_body
from finetune.workbench.loading import of_length_1

if TYPE_CHECKING:
    import torch

MOST = 1000
"""Sentences that are compared at once: all with all."""


@dataclass(frozen=True, slots=True)
class Contexts:
    """A word's form in each sentence, and its vectors there: (sentences, dimension), of length 1.

    `static` are those of its pieces before any layer has read the sentence.
    """

    word: str
    sentences: tuple[str, ...]
    forms: tuple[str, ...]
    vectors: NDArray[np.float32]
    static: NDArray[np.float32]
    layer: int

    def similarities(self) -> NDArray[np.float32]:
        """Cosine of each occurrence with each: (sentences, sentences)."""
        near: NDArray[np.float32] = self.vectors @ self.vectors.T
        return near


def word_contexts(word: str, sentences: Sequence[str], model: str = "", layer: int = -1) -> Contexts:
    """The word's vector in each sentence: the mean over its tokens, suffixes included ("bankaya").

    Case and diacritics do not count. `layer` 1 is the first one's output, -1 the last one's. Raises
    KilavuzError if the word is missing in a sentence, for a layer that the model does not have, and if there
    is no such model.
    """
    import torch

    wanted = turkish.words(word)
    if len(wanted) != 1 or not sentences or len(sentences) > MOST:
        raise KilavuzError(
            f"Tek bir sözcük ve en az bir, en çok {MOST} cümle gerekir; bunları yazın.",
            f"A single word and from one to {MOST} sentences are needed; write them.",
        )
    places = [_place(wanted[0], word, sentence) for sentence in sentences]
    body, tokenizer = load_body(model)
    layers = int(body.config.num_hidden_layers)
    if not (0 <= layer <= layers or -layers - 1 <= layer <= -1):
        raise KilavuzError(
            f"Modelde böyle bir katman yok: {layer}; 0 ile {layers} arasında ya da sondan -1 … verin.",
            f"The model has no such layer: {layer}; give one from 0 to {layers}, or from the end -1 ….",
        )
    if not getattr(tokenizer, "is_fast", False):
        raise KilavuzError(
            "Bu modelin belirteçleyicisi sözcüklerin yerini söylemiyor; tokenizer.json dosyası olan bir "
            "model verin.",
            "The tokenizer of this model does not tell where words stand; give a model with a "
            "tokenizer.json.",
        )
    found, static = [], []
    embeddings: Any = body.get_input_embeddings()
    matrix = embeddings.weight.detach()
    for sentence, (start, end) in zip(sentences, places, strict=True):
        read = tokenizer(sentence, truncation=True, return_offsets_mapping=True, return_tensors="pt")
        offsets = read.pop("offset_mapping")[0].tolist()
        own = [n for n, (low, high) in enumerate(offsets) if low < end and high > start and high > low]
        if not own:
            raise KilavuzError(
                f"“{word}” cümlenin modele sığmayan bölümünde kalıyor; cümleyi kısaltın: {sentence[:80]}",
                f"“{word}” stands where the model no longer reads; shorten the sentence: {sentence[:80]}",
            )
        with torch.inference_mode():
            states = body(
                input_ids=read["input_ids"], attention_mask=read["attention_mask"], output_hidden_states=True
            ).hidden_states
        found.append(_mean(states[layer][0], own))
        static.append(_mean(matrix[read["input_ids"][0]], own))
    forms = tuple(s[start:end] for s, (start, end) in zip(sentences, places, strict=True))
    number = layer % (layers + 1)
    return Contexts(
        word, tuple(sentences), forms, of_length_1(np.stack(found)), of_length_1(np.stack(static)), number
    )


def draw_contexts(contexts: Contexts, file: Path, language: str = "tr") -> None:
    """The occurrences on the plane of their two main directions, as a PNG. Raises KilavuzError."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    centred = contexts.vectors - contexts.vectors.mean(0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    plane: Any = np.zeros((len(centred), 2), np.float32)
    plane[:, : min(2, len(sizes))] = (left * sizes)[:, :2]
    figure = Figure(figsize=(10, 7), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.scatter(plane[:, 0], plane[:, 1])
    for number, (x, y) in enumerate(plane):
        sentence = contexts.sentences[number]
        shown = sentence if len(sentence) <= 50 else sentence[:49] + "…"
        axes.annotate(f"{number + 1}. {plain(shown)}", (x, y), (4, 4), textcoords="offset points", fontsize=8)
    axes.margins(0.25)
    word, layer = plain(contexts.word), contexts.layer
    title = f"“{word}” sözcüğünün bağlamsal vektörleri – Katman {layer}"
    axes.set_title(title if language != "en" else f"Vectors of “{word}” in its contexts – layer {layer}")
    axes.grid(alpha=0.3)
    save_picture(figure, file)


def _place(wanted: str, word: str, sentence: str) -> tuple[int, int]:
    """Where the word stands: as it is, or with suffixes behind it."""
    folded = turkish.fold(wanted)
    found = [(turkish.fold(each), start, end) for start, end, each in turkish.spans(sentence)]
    for exact in (True, False):
        for form, start, end in found:
            if form == folded if exact else form.startswith(folded):
                return start, end
    raise KilavuzError(
        f"“{word}” sözcüğü bu cümlede yok: {sentence[:80]}; sözcüğün geçtiği bir cümle yazın.",
        f"The word “{word}” is not in this sentence: {sentence[:80]}; write one that has it.",
    )


def _mean(vectors: "torch.Tensor", rows: list[int]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = vectors[rows].float().mean(0).numpy()
    return mean
