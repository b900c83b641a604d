"""How alike two sentences are, read by one model: together (cross) or one by one (siamese).

cross     [CLS] first [SEP] second [SEP] -> mean of each sentence -> 256, ReLU -> one number
siamese   each sentence -> mean over its tokens -> cosine

Both are folders of sentence-transformers: a cross one is a CrossEncoder and can rerank
(`KILAVUZ_RERANKER`), a siamese one is an embedder (`KILAVUZ_EMBEDDER`). The head of the cross one stands in
`assistant/segment_head.py`; GPT, which does not part its texts, gets one over its last token. How they learn
is not known here.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError
from assistant.model_files import ModelSetting, load_model
from assistant.model_parts import damaged
from finetune.workbench.bodies import load_body
from finetune.workbench.smaller import stack_of

if TYPE_CHECKING:
    from torch import Tensor

    from finetune.records import ScoredPair

KINDS = ("cross", "siamese")
FACTS = "pair_scorer.json"
"""In the folder of a trained one: its kind, what it was made from and what it reached."""
HIDDEN = 256
_MODEL = ModelSetting("--model", "Benzerlik modeli", "similarity model")
_CHARACTERS = 64  # a token has fewer: what is beyond so many for each that is read need not be looked at


class PairModel:
    """A model of pairs. `model` is a CrossEncoder or a SentenceTransformer."""

    def __init__(self, model: Any, kind: str, name: str) -> None:  # noqa: ANN401 - one of two classes
        self.model, self.kind, self.name = model, kind, name

    def scores(self, first: Sequence[str], second: Sequence[str]) -> "Tensor":
        """(pairs,): as the model gives them, with gradients where torch keeps them."""
        import torch

        device = self.model.device
        longest = _CHARACTERS * (self.model.max_seq_length or 512)
        one, other = ([text[:longest] for text in texts] for texts in (first, second))
        if self.kind == "cross":
            return self._read(list(zip(one, other, strict=True)), device)["scores"].float().reshape(-1)
        vectors = self._read([*one, *other], device)["sentence_embedding"].float()
        left, right = vectors[: len(one)], vectors[len(one) :]
        return torch.nn.functional.cosine_similarity(left, right)

    def predict(self, pairs: Sequence[tuple[str, str]], batch: int = 32) -> NDArray[np.float64]:
        """(pairs,), about 0..1, as the model gives them. Raises KilavuzError for an empty sentence."""
        import torch

        empty = next((n for n, pair in enumerate(pairs, 1) if not all(text.strip() for text in pair)), None)
        if empty is not None:
            raise KilavuzError(
                f"{empty}. çiftte boş bir cümle var; iki cümleyi de yazın.",
                f"Pair {empty} has an empty sentence; write both.",
            )
        self.model.train(False)
        found = np.empty(len(pairs))
        order = sorted(range(len(pairs)), key=lambda place: -sum(map(len, pairs[place])))
        with torch.inference_mode():
            for start in range(0, len(order), batch):
                places = order[start : start + batch]
                first, second = zip(*(pairs[place] for place in places), strict=True)
                found[places] = self.scores(first, second).cpu().numpy()
        return found

    def predict_similarity(self, first: str, second: str) -> float:
        """How alike two sentences are, in 0..1. Raises KilavuzError if one is empty."""
        return float(np.clip(self.predict([(first, second)])[0], 0, 1))

    def save(self, folder: Path) -> None:
        """Model, tokenizer and configuration. Raises OSError."""
        self.model.save(str(folder), create_model_card=False)

    def frozen(self, layers: int) -> None:
        """Leave the token vectors and the first `layers` layers as they are; 0 leaves nothing."""
        if not layers:
            return
        body = self.model[0].model
        _, _, stack = stack_of(body, int(body.config.num_hidden_layers))
        for part in (body.get_input_embeddings(), *stack[:layers]):
            part.requires_grad_(False)

    def start_at_cosine(self, pairs: "Sequence[ScoredPair]") -> None:
        """Let a head that compares the sentences begin at the line from their cosines to the scores."""
        import torch

        head = self.model[-1]
        if not hasattr(head, "start_at_cosine"):
            return
        self.model.train(False)
        found = []
        with torch.inference_mode():
            for start in range(0, len(pairs), 32):
                texts = [(pair.first, pair.second) for pair in pairs[start : start + 32]]
                found.append(self._read(texts, self.model.device)["cosines"].float().cpu())
        labels = torch.tensor([pair.score for pair in pairs])
        head.start_at_cosine(torch.cat(found), labels)

    def _read(self, inputs: Sequence[Any], device: Any) -> "dict[str, Tensor]":  # noqa: ANN401
        from sentence_transformers.util import batch_to_device

        read: dict[str, Tensor] = self.model(batch_to_device(self.model.preprocess(list(inputs)), device))
        return read


def new_pair_model(
    base: str, kind: str = "cross", *, longest: int = 128, dropout: float = 0.1, device: str | None = None
) -> PairModel:
    """The body of `base` ("" for the layers that ship) under a head that has learned nothing yet.

    Pairs are cut at `longest` tokens. Raises KilavuzError if there is no such model, kind or device.
    """
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Dropout, Pooling
    from torch import nn

    from assistant.segment_head import SegmentHead
    from finetune.base_model import checked_device

    if kind not in KINDS:
        raise KilavuzError(
            f"Böyle bir tür yok: {kind}; olanlar: {', '.join(KINDS)}.",
            f"There is no such kind: {kind}; there are: {', '.join(KINDS)}.",
        )
    place = checked_device(device)
    body, tokenizer = load_body(base)
    _join_pairs(tokenizer)
    if getattr(body.config, "type_vocab_size", 1) > 1:  # which of the two a token is of
        tokenizer.model_input_names = ["input_ids", "token_type_ids", "attention_mask"]
        tokenizer.init_kwargs["model_input_names"] = tokenizer.model_input_names
    longest = min(longest, int(tokenizer.model_max_length))
    tokenizer.model_max_length = longest
    for name in ("hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attn_pdrop"):
        if hasattr(body.config, name):
            setattr(body.config, name, dropout)
    body.config.pad_token_id = tokenizer.pad_token_id
    body.config.num_labels = 1
    with TemporaryDirectory() as folder:
        body.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        # Flash attention's backward pass on the CPU takes longer than the whole of this one for short texts.
        layers = Transformer(folder, model_kwargs={"attn_implementation": "eager"}, max_seq_length=longest)
    width = int(layers.get_embedding_dimension())
    if kind == "siamese":
        return PairModel(
            SentenceTransformer(modules=[layers, Pooling(width, "mean")], device=place), kind, base
        )
    if tokenizer.sep_token is None:
        head = [
            Pooling(width, "lasttoken"),
            Dropout(dropout),
            Dense(width, HIDDEN, activation_function=nn.ReLU()),
            Dropout(dropout),
            Dense(HIDDEN, 1, activation_function=nn.Identity(), module_output_name="scores"),
        ]
    else:
        head = [SegmentHead(width, HIDDEN, dropout, int(tokenizer.sep_token_id))]
    model = CrossEncoder(modules=[layers, *head], device=place, activation_fn=nn.Identity())
    return PairModel(model, kind, base)


def load_pair_model(folder: Path) -> PairModel:
    """A model that `pair_training.train_pairs` wrote. Raises KilavuzError if it is none, or is damaged."""
    from sentence_transformers import CrossEncoder, SentenceTransformer

    from assistant.segment_head import load_with_head

    try:
        kind = json.loads((folder / FACTS).read_bytes())["kind"]
    except OSError:
        raise KilavuzError(
            f"Burada eğitilmiş bir benzerlik modeli yok: {folder}; önce kilavuz embed train-pairs ile "
            "eğitin.",
            f"There is no trained similarity model: {folder}; train one first, by kilavuz embed train-pairs.",
        ) from None
    except (ValueError, LookupError, TypeError) as error:
        raise damaged(folder) from error
    if kind not in KINDS:
        raise damaged(folder)

    def load(local_files_only: bool) -> object:
        if kind == "siamese":
            return SentenceTransformer(str(folder), local_files_only=True)
        return load_with_head(folder) or CrossEncoder(str(folder), local_files_only=True)

    return PairModel(load_model(str(folder), _MODEL, load), kind, str(folder))


def _join_pairs(tokenizer: Any) -> None:  # noqa: ANN401 - transformers' classes
    """Give a tokenizer that has [CLS] and [SEP] but no form for pairs BERT's."""
    from tokenizers.processors import TemplateProcessing

    cls, sep = tokenizer.cls_token, tokenizer.sep_token
    if not cls or not sep or tokenizer.sep_token_id in tokenizer("a", "b")["input_ids"]:
        return
    ends = [(token, tokenizer.convert_tokens_to_ids(token)) for token in (cls, sep)]
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single=f"{cls}:0 $A:0 {sep}:0", pair=f"{cls}:0 $A:0 {sep}:0 $B:1 {sep}:1", special_tokens=ends
    )
