"""A model's body and its tokenizer as transformers know them: of BERT, GPT, XLM-R, and our own layers.

Plain transformers folders, sentence-transformers folders, names on the hub and our own formats with layers
are taken. Code that comes with a model is never run. What is done with the body is not known here.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import layered_embedder, onnx_embedder, paired_embedder, static_embedder
from assistant.embedder import DEEP, DEEP_NAME, MAX_TOKENS, QUICK
from assistant.errors import KilavuzError
from assistant.model_files import EMBEDDER, load_model, model_folder
from assistant.model_parts import model_format

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_SHIFTED = ("roberta", "xlm-roberta", "camembert")  # the first two places are those of the padding


def load_body(model: str = "") -> "tuple[PreTrainedModel, PreTrainedTokenizerBase]":
    """Body and tokenizer of a model; "" is the layers that ship.

    The tokenizer pads on the right and cuts at its `model_max_length`. Raises KilavuzError if there is no
    such model, or none with layers, or if its tokenizer is missing.
    """
    folder = DEEP if model in ("", DEEP_NAME) else None if model == QUICK else model_folder(model, EMBEDDER)
    kind = model_format(folder) if folder else ""
    if model == QUICK or kind == static_embedder.FORMAT:
        raise KilavuzError(
            f"{model} modelinin katmanları yok, yalnızca bir gömme matrisi var; başka bir model verin ya da "
            "matrisini (static) kullanın.",
            f"The model {model} has no layers, only an embedding matrix; give another model, or use its "
            "matrix "
            "(static).",
        )
    if kind == onnx_embedder.FORMAT:
        raise KilavuzError(
            f"{model} dışa aktarılmış bir modeldir, katmanlarına bakılamaz; dışa aktarmadan önceki klasörü "
            "verin.",
            f"{model} is an exported model, whose layers cannot be read; give the folder it was exported "
            "from.",
        )
    if folder and kind in (layered_embedder.FORMAT, paired_embedder.FORMAT):
        body, tokenizer = _own(folder / "deep" if kind == paired_embedder.FORMAT else folder)
    else:
        body, tokenizer = _foreign(str(inner_folder(folder) if folder else model))
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:  # GPT: what is padded is never looked at
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token or tokenizer.convert_ids_to_tokens(0)
    tokenizer.model_max_length = longest(body.config, tokenizer)
    return body.train(False), tokenizer


def inner_folder(folder: Path) -> Path:
    """Where the transformer of a sentence-transformers folder lies; other folders as they are."""
    try:
        first = json.loads((folder / "modules.json").read_bytes())[0]["path"]
    except (OSError, ValueError, LookupError, TypeError):
        return folder
    return folder / Path(str(first)).name if first else folder


def longest(config: Any, tokenizer: Any) -> int:  # noqa: ANN401 - both are of many classes
    """Tokens that a model reads of a text, special ones included; at most `MAX_TOKENS`."""
    places = getattr(config, "max_position_embeddings", None) or MAX_TOKENS
    if config.model_type in _SHIFTED:
        places -= 2
    return int(min(places, tokenizer.model_max_length or MAX_TOKENS, MAX_TOKENS))


def no_tokenizer(model: str) -> KilavuzError:
    """What is said of a model that comes without its tokenizer."""
    return KilavuzError(
        f"Modelin belirteçleyicisi (tokenizer) yok: {model}; tokenizer.json dosyasını modelin klasörüne "
        "koyun.",
        f"The model has no tokenizer: {model}; put its tokenizer.json into the model's folder.",
    )


def has_tokenizer(folder: Path) -> bool:
    """Whether a folder of transformers or sentence-transformers holds a vocabulary."""
    files = ("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "*.model", "*.tiktoken")
    return any(any(place.glob(name)) for place in {folder, inner_folder(folder)} for name in files)


def _foreign(model: str) -> "tuple[PreTrainedModel, PreTrainedTokenizerBase]":
    from transformers import AutoModel, AutoTokenizer

    if Path(model).is_dir() and not has_tokenizer(Path(model)):
        raise no_tokenizer(model)

    def load(local: bool) -> "tuple[PreTrainedModel, PreTrainedTokenizerBase]":
        tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=local)
        body = AutoModel.from_pretrained(model, local_files_only=local, dtype="float32")
        return (body.get_encoder() if body.config.is_encoder_decoder else body), tokenizer

    return load_model(model, EMBEDDER, load)


def _own(folder: Path) -> "tuple[PreTrainedModel, PreTrainedTokenizerBase]":
    from transformers import PreTrainedTokenizerFast

    from finetune.layers import restore

    try:
        body, tokenizer = restore(folder)
    except ModuleNotFoundError as error:
        if error.name != "onnx":
            raise
        raise KilavuzError(
            "Kılavuz'un kendi katmanlarına bakmak için onnx paketi gerekir; kurmak için: pip install -U onnx",
            "To look into Kılavuz's own layers, the package onnx is needed; to install it: pip install -U "
            "onnx",
        ) from error
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]",
        sep_token="[SEP]", model_max_length=body.config.max_position_embeddings,
    )  # fmt: skip
    return body, fast
