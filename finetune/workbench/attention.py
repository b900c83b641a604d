"""Where a model looks while it reads a sentence: the attention of a head, as numbers and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError
from finetune.workbench.bodies import load_body

MOST_TOKENS = 256
"""Tokens of a sentence that are looked at: more would be no picture."""
_CHARACTERS = 64 * MOST_TOKENS


@dataclass(frozen=True, slots=True)
class Attention:
    """`weights` (tokens, tokens): how much each token (row) looks at each (column); a row adds up to 1.

    `layer` and `head` count from 1; head 0 is the mean over all.
    """

    tokens: tuple[str, ...]
    weights: NDArray[np.float32]
    layer: int
    head: int


def attention(sentence: str, model: str = "", layer: int = 1, head: int = 1) -> Attention:
    """The attention of one head; head 0 is the mean over all. Negative layers count from the last one.

    Raises KilavuzError for an empty sentence, for a layer or head that the model does not have, and if there
    is no such model.
    """
    import torch

    if not sentence.strip():
        raise KilavuzError(
            "Cümle boş; dikkat haritası için bir cümle yazın.",
            "The sentence is empty; write one to see its attention.",
        )
    body, tokenizer = load_body(model)
    layers, heads = int(body.config.num_hidden_layers), int(body.config.num_attention_heads)
    name = model or "kilavuz-deep"
    if not (1 <= layer <= layers or -layers <= layer <= -1):
        raise KilavuzError(
            f"{name} modelinde {layer}. katman yok; 1 ile {layers} arasında ya da sondan -1 … -{layers} "
            f"verin.",
            f"The model {name} has no layer {layer}; give one from 1 to {layers}, or from the end -1 … "
            f"-{layers}.",
        )
    if not 0 <= head <= heads:
        raise KilavuzError(
            f"{name} modelinde {head}. başlık yok; 1 ile {heads} arasında ya da hepsinin ortalaması için 0 "
            "verin.",
            f"The model {name} has no head {head}; give one from 1 to {heads}, or 0 for the mean over all.",
        )
    body.set_attn_implementation("eager")  # the others do not keep the weights
    read = tokenizer(
        sentence[:_CHARACTERS],
        truncation=True,
        max_length=min(MOST_TOKENS, int(tokenizer.model_max_length)),
        return_tensors="pt",
    )
    with torch.inference_mode():
        made = body(
            input_ids=read["input_ids"], attention_mask=read["attention_mask"], output_attentions=True
        ).attentions
    if not made:
        raise KilavuzError(
            f"{name} modeli dikkat ağırlıklarını vermiyor; BERT, XLM-R ya da GPT türünden bir model verin.",
            f"The model {name} does not give its attention; give one of the kind of BERT, XLM-R or GPT.",
        )
    place = layer - 1 if layer > 0 else layers + layer
    of_heads = made[place][0].float().numpy()
    weights = of_heads.mean(0) if head == 0 else of_heads[head - 1]
    tokens = tokenizer.convert_ids_to_tokens(read["input_ids"][0].tolist())
    return Attention(tuple(readable(tokenizer, tokens)), weights, place + 1, head)


def draw_attention(seen: Attention, file: Path, language: str = "tr") -> None:
    """A heat map as a PNG. Raises KilavuzError if it can't be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    size = max(5.0, min(40.0, 2 + 0.4 * len(seen.tokens)))
    figure = Figure(figsize=(size + 1, size), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    shown = axes.imshow(seen.weights, cmap="viridis", vmin=0)
    names = [plain(token) for token in seen.tokens]
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    if language == "en":
        head = f"head {seen.head}" if seen.head else "mean over all heads"
        axes.set(title=f"Attention – layer {seen.layer}, {head}", xlabel="looked at", ylabel="looking")
    else:
        head = f"Başlık {seen.head}" if seen.head else "bütün başlıkların ortalaması"
        axes.set(title=f"Dikkat haritası – Katman {seen.layer}, {head}", xlabel="bakılan", ylabel="bakan")
    figure.colorbar(shown, ax=axes, shrink=0.8)
    save_picture(figure, file)


def save_picture(figure: object, file: Path) -> None:
    """Write a matplotlib figure as a PNG. Raises KilavuzError."""
    import warnings

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a letter that the font lacks becomes a box
            figure.savefig(file, dpi=110, format="png")  # type: ignore[attr-defined]
    except OSError as error:
        raise KilavuzError(
            f"Resim yazılamadı: {file} ({error.strerror}); başka bir yer verin.",
            f"The picture could not be written: {file} ({error.strerror}); give another place.",
        ) from error


def plain(text: str) -> str:
    """A text as matplotlib shows it: "$" would begin a formula."""
    return text.replace("$", r"\$")


def readable(tokenizer: object, tokens: Sequence[str]) -> list[str]:
    """Tokens as one reads them: GPT writes the bytes of "ş" as "ÅŁ"."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if "ByteLevel" not in type(getattr(backend, "decoder", None)).__name__:
        return [str(token) for token in tokens]
    letters = _byte_letters()
    found = []
    for token in tokens:
        if all(letter in letters for letter in token):
            text = bytes(letters[letter] for letter in token).decode("utf-8", "replace")
            found.append("▁" + text[1:] if text.startswith(" ") else text)
        else:
            found.append(str(token))
    return found


def _byte_letters() -> dict[str, int]:
    """The letter that stands for each byte in GPT's vocabulary (Radford et al. 2019)."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {chr(byte): byte for byte in shown} | {chr(256 + n): byte for n, byte in enumerate(hidden)}
