"""A smaller model out of a larger one's own weights: some of its layers, evenly spread (Sanh et al. 2019).

Its vocabulary, embeddings, pooling and prompts stay; what was lost can be trained back with
`kilavuz finetune --model-name FOLDER`. The static matrix (`static_matrix.py`) is the extreme of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import KilavuzError
from finetune.base_model import load_base, own_folder
from finetune.workbench.bodies import inner_folder, load_body

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedModel


def save_smaller(model: str, layers: int, folder: Path) -> tuple[int, ...]:
    """Write the model with so many of its layers to `folder`; returns which were kept, from 0.

    The first and the last one always stay (of one layer, the first). A sentence-transformers folder stays
    one; of our own, the layers become one. Raises KilavuzError for a number of layers that the model does not
    have, and if the folder can't be written.
    """
    from finetune.stock import save_layers

    try:
        if own_folder(model) is not None:
            body, tokenizer = load_body(model)
            kept = keep_layers(body, layers)
            save_layers(body, tokenizer.backend_tokenizer, tokenizer.model_max_length, folder)
            return kept
        if Path(model).is_dir() and not (Path(model) / "modules.json").exists():
            body, tokenizer = load_body(str(inner_folder(Path(model))))
            kept = keep_layers(body, layers)
            body.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            return kept
        whole = load_base(model, device="cpu")
        inner = whole.transformers_model
        if inner is None:
            raise _no_layers()
        kept = keep_layers(inner, layers)
        whole.save(str(folder))
        return kept
    except OSError as error:
        raise KilavuzError(
            f"Model yazılamadı: {folder} ({error.strerror}); başka bir klasör verin.",
            f"The model could not be written: {folder} ({error.strerror}); give another folder.",
        ) from error


def keep_layers(body: "PreTrainedModel", layers: int) -> tuple[int, ...]:
    """Change a body in place to so many of its layers; returns which were kept. Raises KilavuzError."""
    from torch import nn

    have = int(body.config.num_hidden_layers)
    if not 1 <= layers <= have:
        raise KilavuzError(
            f"Modelin {have} katmanı var, {layers} katmanı alınamaz; 1 ile {have} arasında bir sayı verin.",
            f"The model has {have} layers, and {layers} of them cannot be taken; give a number from 1 to "
            f"{have}.",
        )
    kept = tuple(int(number) for number in np.rint(np.linspace(0, have - 1, layers)))
    parent, name, stack = stack_of(body, have)
    setattr(parent, name, nn.ModuleList(stack[number] for number in kept))
    body.config.num_hidden_layers = layers
    kinds = getattr(body.config, "layer_types", None)
    if kinds:
        body.config.layer_types = [kinds[number] for number in kept]
    return kept


def stack_of(body: "PreTrainedModel", have: int) -> "tuple[nn.Module, str, nn.ModuleList]":
    """The list of the layers, and where it stands."""
    from torch import nn

    for module in body.modules():
        for name, child in module.named_children():
            if isinstance(child, nn.ModuleList) and len(child) == have:
                return module, name, child
    raise _no_layers()


def _no_layers() -> KilavuzError:
    return KilavuzError(
        "Bu modelin katmanları bulunamadı; başka bir model verin.",
        "The layers of this model were not found; give another model.",
    )
