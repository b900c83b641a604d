"""The loss of a training: which one fits the data and the model, and Matryoshka around it."""

from typing import TYPE_CHECKING

from assistant.errors import KilavuzError
from finetune.presets import TrainSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch.nn import Module


def make_loss(model: "SentenceTransformer", settings: TrainSettings, *, pairs: bool, own: bool) -> "Module":
    """The loss for triples or, with `pairs`, for scored pairs; `own`: the model is in one of our formats.

    Raises KilavuzError where loss, data and model don't go together.
    """
    from sentence_transformers.sentence_transformer import losses

    kind = settings.loss or ("cosine" if pairs else "mnrl")
    if pairs != (kind in ("cosine", "cosent")):
        raise KilavuzError(
            f"{kind} kaybı bu veriye uymaz; puanlı çiftler için cosine ya da cosent, soru ve yanıtlar "
            "için mnrl ya da "
            "cached-mnrl seçin.",
            f"The loss {kind} does not fit these data; choose cosine or cosent for scored pairs, mnrl or "
            "cached-mnrl for questions and answers.",
        )
    if kind == "cached-mnrl" and (own or settings.gradient_checkpointing):
        raise KilavuzError(
            "cached-mnrl kaybı ne Kılavuz'un kendi modelleriyle ne de gradient checkpointing ile "
            "çalışır; mnrl seçin.",
            "The loss cached-mnrl works neither with Kılavuz's own models nor with gradient "
            "checkpointing; choose "
            "mnrl.",
        )
    if kind == "mnrl":
        loss: Module = losses.MultipleNegativesRankingLoss(model, scale=settings.scale)
    elif kind == "cached-mnrl":
        loss = losses.CachedMultipleNegativesRankingLoss(
            model, scale=settings.scale, mini_batch_size=settings.mini_batch
        )
    elif kind == "cosine":
        loss = losses.CosineSimilarityLoss(model)
    else:
        loss = losses.CoSENTLoss(model)
    if not settings.matryoshka:
        return loss
    full = model.get_embedding_dimension() or 0
    if own or any(not 0 < dimension < full for dimension in settings.matryoshka):
        raise KilavuzError(
            f"Matruşka boyutları 1 ile {full - 1} arasında olmalı; Kılavuz'un kendi modelleri kısaltılamaz.",
            f"Matryoshka dimensions must be between 1 and {full - 1}; Kılavuz's own models cannot be "
            "shortened.",
        )
    return losses.MatryoshkaLoss(model, loss, sorted({full, *settings.matryoshka}, reverse=True))
