"""LoRA: small matrices beside frozen weights while it is trained, multiplied in at the end (Hu et al. 2021).

What is saved is a plain model: whoever loads it needs no peft.
"""

from typing import TYPE_CHECKING

from assistant.errors import KilavuzError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def add_lora(model: "SentenceTransformer", rank: int) -> None:
    """Freeze the model, set matrices of that rank beside its attention. KilavuzError without peft."""
    try:
        from peft import LoraConfig, TaskType
    except ImportError as error:
        raise KilavuzError(
            "LoRA için peft paketi gerekli; pip install 'kilavuz[train]' ile kurun ya da --lora "
            "seçeneğini kaldırın.",
            "LoRA needs the package peft; install it with pip install 'kilavuz[train]', or leave out --lora.",
        ) from error
    if model.transformers_model is None:
        raise KilavuzError(
            "LoRA yalnızca katmanlı modellerde kullanılır; --lora seçeneğini kaldırın.",
            "LoRA is for models with transformer layers; leave out --lora.",
        )
    settings = LoraConfig(
        task_type=TaskType.FEATURE_EXTRACTION, r=rank, lora_alpha=2 * rank, lora_dropout=0.05
    )
    try:
        model.add_adapter(settings)
    except ValueError as error:  # peft knows no attention of that architecture
        raise KilavuzError(
            "Bu modelin yapısı LoRA ile eğitilemiyor; --lora seçeneğini kaldırın.",
            "The architecture of this model cannot be trained with LoRA; leave out --lora.",
        ) from error


def merge_lora(model: "SentenceTransformer") -> None:
    """Multiply the matrices into the weights and take them away."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    body = model.transformers_model
    assert body is not None
    for name, layer in list(body.named_modules()):
        if isinstance(layer, BaseTunerLayer):
            layer.merge()
            parent, _, own = name.rpartition(".")
            setattr(body.get_submodule(parent), own, layer.get_base_layer())
    for parameter in body.parameters():
        parameter.requires_grad = True
    body._hf_peft_config_loaded = False
    del body.peft_config
