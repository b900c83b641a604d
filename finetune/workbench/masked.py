"""What a language model puts in place of [MASK], as in "Türkiye'nin başkenti [MASK]'dir"."""

from typing import Any

from assistant.errors import KilavuzError
from assistant.model_files import EMBEDDER, load_model, model_folder
from finetune.workbench.bodies import has_tokenizer, no_tokenizer

MASK = "[MASK]"
_CHARACTERS = 10_000


def fill_mask(text: str, model: str, most: int = 5) -> list[tuple[str, float]]:
    """The likeliest tokens for the first [MASK] and their probabilities, the likeliest first.

    Raises KilavuzError if the text has no [MASK], and for a model that was not trained to fill one.
    """
    import torch

    if MASK not in text:
        raise KilavuzError(
            f"Metinde {MASK} yok; boş bırakılan yere {MASK} yazın.",
            f"The text has no {MASK}; write {MASK} where a word is missing.",
        )
    folder = model_folder(model, EMBEDDER) if model else None
    if folder and not has_tokenizer(folder):
        raise no_tokenizer(model)
    if not model:
        raise _no_head("kilavuz-deep")

    def load(local_files_only: bool) -> tuple[Any, Any, list[str]]:
        from transformers import AutoModelForMaskedLM, AutoTokenizer

        place = str(folder or model)
        tokenizer = AutoTokenizer.from_pretrained(place, local_files_only=local_files_only)
        body, told = AutoModelForMaskedLM.from_pretrained(
            place, local_files_only=local_files_only, dtype="float32", output_loading_info=True
        )
        return body, tokenizer, sorted(told["missing_keys"])

    body, tokenizer, missing = load_model(str(folder or model), EMBEDDER, load)
    if tokenizer.mask_token is None or any("cls" in key or "head" in key for key in missing):
        raise _no_head(model)
    read = tokenizer(
        text[:_CHARACTERS].replace(MASK, tokenizer.mask_token),
        truncation=True,
        max_length=min(512, int(tokenizer.model_max_length)),
        return_tensors="pt",
    )
    places = (read["input_ids"][0] == tokenizer.mask_token_id).nonzero()
    if not len(places):
        raise KilavuzError(
            f"{MASK} metnin modele sığmayan bölümünde kalıyor; metni kısaltın.",
            f"{MASK} stands where the model no longer reads; shorten the text.",
        )
    with torch.inference_mode():
        made = body.train(False)(**read).logits[0, int(places[0])].softmax(-1).topk(most)
    return [
        (tokenizer.decode([number]).strip(), share)
        for number, share in zip(made.indices.tolist(), made.values.tolist(), strict=True)
    ]


def _no_head(model: str) -> KilavuzError:
    return KilavuzError(
        f"{model} boşluk doldurmak için eğitilmemiş; dbmdz/bert-base-turkish-cased gibi bir dil modeli "
        f"verin.",
        f"{model} was not trained to fill gaps; give a language model such as dbmdz/bert-base-turkish-cased.",
    )
