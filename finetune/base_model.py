"""The model that a training starts from, as a SentenceTransformer with its pooling, prompts and length.

"" is the shipped pair; a folder in one of our own formats, a sentence-transformers folder, plain transformers
weights (BERTurk) and names on the hub are all taken. How it is trained is not known here.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedder import COMPACT, DEEP, OWN_FORMATS, QUICK, SHIPPED, Prompts, prompts_of
from assistant.errors import KilavuzError
from assistant.model_files import EMBEDDER, load_model, model_folder
from assistant.model_parts import model_format
from assistant.onnx_embedder import FORMAT as ONNX
from assistant.word_sketch import load_sketch

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from assistant.word_sketch import WordSketch
    from finetune.own_model import Layers, OwnModel

CLS_MODELS = ("bge",)
"""Words in the names of models that pool with [CLS]; it counts where the weights come without a pooling."""


def load_base(
    name: str = "",
    *,
    pooling: str | None = None,
    instructions: bool = True,
    max_seq_length: int | None = None,
    device: str | None = None,
    frozen: "Layers | None" = None,
    words: "WordSketch | None" = None,
) -> "SentenceTransformer":
    """The model `name`, to be trained; see the module's description.

    `pooling` replaces the model's own; without `instructions` it gets no prompts. `frozen` gives the vectors
    of our own layers, which are not trained then; `words` stands beside our own pairs, in place of
    what they have of the kind. Raises KilavuzError if there is no such model or device.
    """
    from sentence_transformers import SentenceTransformer

    place = checked_device(device)
    folder = own_folder(name)
    if folder is not None:
        if pooling:
            raise KilavuzError(
                "Kılavuz'un kendi modellerinde havuzlama değiştirilemez; --pooling-mode seçeneğini kaldırın.",
                "The pooling of Kılavuz's own models cannot be changed; leave out --pooling-mode.",
            )
        return SentenceTransformer(modules=[_own(folder, frozen, words, max_seq_length)], device=place)

    def load(local_files_only: bool) -> "SentenceTransformer":
        return SentenceTransformer(name, device=place, local_files_only=local_files_only)

    known = model_folder(name, EMBEDDER)
    if known and model_format(known) == ONNX:
        raise KilavuzError(
            f"{name} dışa aktarılmış bir modeldir, eğitilemez; dışa aktarmadan önceki klasörü verin.",
            f"{name} is an exported model and cannot be trained; give the folder that it was exported from.",
        )
    model = load_model(str(known or name), EMBEDDER, load)
    _set_pooling(model, name, pooling, known)
    _set_length(model, max_seq_length)
    prompts = prompts_of(model, name) if instructions else Prompts()
    model.prompts = {"query": prompts.question, "document": prompts.passage}
    return model


def own_folder(name: str) -> Path | None:
    """The folder of a model in one of our trainable formats, None for any other model."""
    if name in SHIPPED:
        return COMPACT if name == QUICK else DEEP
    folder = model_folder(name, EMBEDDER)
    kind = model_format(folder) if folder else ""
    return folder if kind in OWN_FORMATS and kind != ONNX else None


def own_part(model: "SentenceTransformer") -> "OwnModel | None":
    """The module of a model in one of our formats, None for any other model."""
    from finetune.own_model import OwnModel

    return model[0] if isinstance(model[0], OwnModel) else None


def checked_device(device: str | None) -> str | None:
    """The device as torch calls it; None for the best there is. Raises KilavuzError if it is not there."""
    import torch

    if not device:
        return None
    try:
        kind = torch.device(device).type
    except RuntimeError as error:
        raise KilavuzError(
            f"Aygıt tanınmıyor: {device}; cpu ya da cuda verin.",
            f"Unknown device: {device}; give cpu or cuda.",
        ) from error
    if kind == "cuda" and not torch.cuda.is_available():
        raise KilavuzError(
            "GPU istendi ama bu makinede kullanılabilir bir GPU yok; sürücüyü ve torch'un CUDA sürümünü "
            "denetleyin "
            "ya da --device cpu ile çalıştırın.",
            "A GPU was asked for, but this machine has none that can be used; check the driver and "
            "torch's CUDA "
            "build, or run with --device cpu.",
        )
    return device


def _own(
    folder: Path, frozen: "Layers | None", words: "WordSketch | None", max_tokens: int | None
) -> "OwnModel":
    from finetune.own_model import OwnModel, parts_of

    static, deep, share = parts_of(folder)
    return OwnModel(
        static,
        deep=deep,
        frozen=frozen,
        words=words or load_sketch(folder),
        quick_share=share,
        max_tokens=max_tokens,
    )


def _set_pooling(model: "SentenceTransformer", name: str, pooling: str | None, folder: Path | None) -> None:
    """Pooling as asked for; weights that bring none get that of their family, and length 1."""
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    bare = folder is not None and not (folder / "modules.json").exists()
    places = [place for place, module in enumerate(model) if isinstance(module, Pooling)]
    wanted = pooling or ("cls" if bare and any(word in name for word in CLS_MODELS) else None)
    if wanted and not places:
        raise KilavuzError(
            f"{name} modelinin havuzlama katmanı yok; --pooling-mode seçeneğini kaldırın.",
            f"The model {name} has no pooling layer; leave out --pooling-mode.",
        )
    if wanted:
        module = model[places[0]]
        model[places[0]] = Pooling(module.embedding_dimension, wanted, module.include_prompt)
    if not any(isinstance(module, Normalize) for module in model):
        model.append(Normalize())


def _set_length(model: "SentenceTransformer", length: int | None) -> None:
    if not length:
        return
    longest = model.max_seq_length
    config = getattr(model.transformers_model, "config", None)
    places = getattr(config, "max_position_embeddings", None)
    if places and str(getattr(config, "model_type", "")) in ("roberta", "xlm-roberta", "camembert"):
        places -= 2  # the first two places are those of the padding
    limits = [each for each in (longest if not places else None, places) if each]
    model.max_seq_length = min([length, *limits])
