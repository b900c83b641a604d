"""A cross-encoder: a model that reads a question and a passage together and gives the pair one score.

`BAAI/bge-reranker-v2-m3` or any other model that sentence-transformers loads as a CrossEncoder with one
label, by name or folder, and folders with a head of ours (`segment_head.py`), on the GPU where there is one.
Only safetensors are read, and no code that comes with a model is run. What is done with the scores is not
known here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.batches import affordable_tokens
from assistant.embedder import BATCH_TOKENS, device_memory, token_counter
from assistant.errors import KilavuzError
from assistant.model_files import RERANKER, load_model, model_folder, not_loaded
from assistant.precision import prepare

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

MAX_TOKENS = 512
"""Longest pair given to a model, even if it could read more (bge-reranker-v2-m3: 8192). FlagEmbedding's own
default for its rerankers; a chunk of 256 tokens with title, headings and question is shorter."""
_CHARACTERS = 16 * MAX_TOKENS  # of a text: what lies behind is cut before it is tokenised
_SPECIAL = 4  # tokens around the two texts of a pair
_BYTES_PER_DIMENSION = 64  # of working memory for each token, as in embedder.py
_TRIAL = "kılavuz "


class PairScorer:
    """A loaded cross-encoder; made by `load_cross_encoder`."""

    def __init__(self, model: "CrossEncoder", name: str, *, fastest: bool = False) -> None:
        """`fastest`: change the model to the fastest precision that is enough (see `precision.prepare`).

        In bf16, scores of a model of bge-reranker-v2-m3's shape with random weights moved by .005 at most
        (benchmarks/reranker.py).
        `batch_tokens` is how many tokens, padding included, a batch may have.
        """
        self.name = name
        self._model = model
        self.max_tokens = min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS)
        model.max_seq_length = self.max_tokens
        self._count = token_counter(model.tokenizer)
        device = str(model.device.type)
        config: object = model.config
        if fastest:
            prepare(model, device, str(getattr(config, "model_type", "")))
        most = BATCH_TOKENS.get(device, BATCH_TOKENS["cpu"])
        size = _BYTES_PER_DIMENSION * int(getattr(config, "hidden_size", 1024))
        self.batch_tokens = affordable_tokens(device_memory(device), size, most)

    def lengths(self, question: str, passages: Sequence[str]) -> list[int]:
        """Tokens of each pair as the model reads it: special ones included, cut to `max_tokens`."""
        asked, *counts = self._count([_readable(text) for text in (question, *passages)])
        return [min(asked + count + _SPECIAL, self.max_tokens) for count in counts]

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float64]:
        """(passages,): how well each answers the question, in 0..1, from one batch.

        The logistic function of the model's output: the probability that models are trained to give with a
        cross-entropy loss (bge), and the same order for those that were trained otherwise. Of a pair that is
        too long, the longer text loses its end. Not finite where the model's output is not.
        """
        from scipy.special import expit
        from torch import nn

        asked = _readable(question)
        pairs = [(asked, _readable(passage)) for passage in passages]
        raw = self._model.predict(
            pairs, batch_size=max(1, len(pairs)), activation_fn=nn.Identity(), show_progress_bar=False
        )
        return np.asarray(expit(np.asarray(raw, np.float64).reshape(len(pairs))), np.float64)


def _readable(text: str) -> str:
    """The text without what no pair has room for, and without half surrogates, which tokenizers refuse."""
    return text[:_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def load_cross_encoder(model: str) -> PairScorer:
    """A folder or a name on the hub, looked up among the downloaded models first.

    Raises KilavuzError if there is no such folder or model, if it is no cross-encoder with one label, or if
    it does not run.
    """
    folder = model_folder(model, RERANKER)

    def load(local_files_only: bool) -> "CrossEncoder":
        from sentence_transformers import CrossEncoder

        from assistant.segment_head import load_with_head

        if folder and (own := load_with_head(folder)):
            return own
        loaded: CrossEncoder = CrossEncoder(
            str(folder or model), local_files_only=local_files_only, model_kwargs={"use_safetensors": True}
        )
        return loaded

    loaded = load_model(str(folder or model), RERANKER, load)
    _check(loaded, model)
    try:
        scorer = PairScorer(loaded, model, fastest=True)
        scores = scorer.score(_TRIAL, [_TRIAL * MAX_TOKENS, ""])  # the longest that it will have to read
        if not np.isfinite(scores).all():
            raise ValueError("the scores are not numbers")
    except Exception as error:
        raise not_loaded(model, RERANKER, error) from error
    return scorer


def _check(loaded: "CrossEncoder", model: str) -> None:
    """Raise KilavuzError for what only loads as a cross-encoder: the library makes up what is missing."""
    if loaded.num_labels != 1:
        raise _no_reranker(
            model,
            f"bir soru ile pasaja tek puan yerine {loaded.num_labels} puan veriyor",
            f"it gives a question and a passage {loaded.num_labels} scores instead of one",
        )
    architecture = (getattr(loaded.config, "architectures", None) or ["?"])[0]
    if len(loaded) == 1 and not architecture.endswith("ForSequenceClassification"):
        raise _no_reranker(
            model,
            f"puan veren katmanı yok ({architecture}), bir gömme modeli olabilir",
            f"it has no layer that scores ({architecture}); perhaps it is an embedding model",
        )
    known, wanted = len(loaded.tokenizer.get_vocab()), int(getattr(loaded.config, "vocab_size", 0))
    if 2 * known < wanted:  # a missing tokenizer is replaced by an empty one
        raise _no_reranker(
            model,
            f"tokenizer'ı eksik ({wanted} yerine {known} token biliyor)",
            f"its tokenizer is missing (it knows {known} tokens of {wanted})",
        )


def _no_reranker(model: str, tr: str, en: str) -> KilavuzError:
    return KilavuzError(
        f"{model} yeniden sıralamada kullanılamaz: {tr}; KILAVUZ_RERANKER ayarında BAAI/bge-reranker-v2-m3 "
        "gibi bir çapraz kodlayıcı (cross-encoder) gösterin ya da ayarı kaldırın.",
        f"{model} cannot rerank: {en}; name a cross-encoder such as BAAI/bge-reranker-v2-m3 in "
        "KILAVUZ_RERANKER, or remove the setting.",
    )
