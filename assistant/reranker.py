"""Reranking: the best hits again in the order of a cross-encoder, as many of them as the time allows.

The scored hits stand in the order of the cross-encoder's score alone, as in Nogueira and Cho 2019
("Passage Re-ranking with BERT") and in FlagEmbedding's evaluation of its rerankers; a weight for the first
stage would have to be tuned with the model, and there was none at hand. What was not scored keeps its order
behind. The result depends on how fast the machine is at the moment: with too little time the first stage's
order stands, and so it does when the model fails. Whether a model is any good is not known here.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.batches import is_out_of_memory, within_budget
from assistant.errors import Message
from assistant.records import Chunk, Hit

log = logging.getLogger(__name__)

DEPTH = 30
"""Hits that are scored at most. Deeper, rerankers gain little and even lose (Jacob et al. 2024, "Drowning in
Documents", arXiv:2411.11767)."""

_FASTER = 0.8  # a pace that lets nothing be scored is taken to be so much better at the next search …
_HOPE = 0.5  # … down to this share of the best one: it may have been measured on a busy machine
_WARM_UP = "Pompanın yağı ne zaman değiştirilir? ", 24  # a passage of usual length: so often

_FAILED = Message(
    "Yeniden sıralama modeli hata verdiği için sonuçlar onsuz sıralandı; ayrıntısı ev klasöründeki "
    "kilavuz.log dosyasında, hata sürerse KILAVUZ_RERANKER ayarını kaldırın.",
    "The reranking model failed, so the results were ordered without it; kilavuz.log in the home has the "
    "details. If it goes on, remove the setting KILAVUZ_RERANKER.",
)
_TOO_SLOW = Message(
    "Yeniden sıralama modeli bu bilgisayarda ayrılan sürede iki pasaj bile okuyamadığı için sonuçlar onsuz "
    "sıralandı; KILAVUZ_RERANKER_SECONDS ayarını büyütün ya da daha küçük bir model seçin.",
    "On this computer the reranking model cannot read even two passages in the time given, so the results "
    "were ordered without it; raise KILAVUZ_RERANKER_SECONDS or choose a smaller model.",
)


class Scorer(Protocol):
    """What is needed of a cross-encoder (assistant/cross_encoder.py)."""

    name: str
    batch_tokens: int

    def lengths(self, question: str, passages: Sequence[str]) -> list[int]: ...
    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float64]: ...


class Reranker:
    """Reorders hits within a time; made by `load_reranker`. Threads take turns, and their waiting counts."""

    def __init__(
        self, scorer: Scorer, seconds: float, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """`seconds` is the time for one search. Runs the model a few times to learn its pace."""
        self.name = scorer.name
        self._scorer = scorer
        self._seconds = seconds
        self._clock = clock
        self._batch_tokens = scorer.batch_tokens
        self._turn = threading.Lock()
        self._notice: Message | None = None
        self._told: set[Message] = set()
        self._fastest = self._pace = self._warm_up()  # seconds a token

    def __call__(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, best first: those that could be scored in time, then the others in their order."""
        until = self._clock() + self._seconds
        if len(hits) < 2 or not self._turn.acquire(timeout=self._seconds):
            return list(hits)
        try:
            return rerank(hits, self._scores(question, [passage(hit.chunk) for hit in hits[:DEPTH]], until))
        except Exception as error:  # whatever a model does: the search goes on without it
            if is_out_of_memory(error):
                self._batch_tokens //= 2
            self._tell(_FAILED, error)
            return list(hits)
        finally:
            self._turn.release()

    def take_notice(self) -> Message | None:
        """What the user should be told about the reranker, once; None if there is nothing (more) to say."""
        notice, self._notice = self._notice, None
        return notice

    def _scores(self, question: str, passages: Sequence[str], until: float) -> list[float]:
        """The scores of the first passages, as many as can be read until then; none rather than one.

        Each batch takes half of the time that is left: a pace that was wrong is known before the rest.
        """
        lengths = self._scorer.lengths(question, passages)
        if sum(lengths[:2]) * self._pace > until - self._clock():
            if sum(lengths[:2]) * self._fastest > self._seconds:
                self._tell(_TOO_SLOW)
            self._pace = max(_HOPE * self._fastest, _FASTER * self._pace)
            return []
        scores: list[float] = []
        while (done := len(scores)) < len(passages):
            affordable = int((until - self._clock()) / self._pace)
            if lengths[done] > affordable:
                break
            budget = min(self._batch_tokens, max(lengths[done], affordable // 2))
            size = len(next(within_budget(lengths[done:], budget)))
            scores += self._timed(question, passages[done : done + size], lengths[done : done + size])
        return scores

    def _timed(self, question: str, passages: Sequence[str], lengths: Sequence[int]) -> list[float]:
        """Scores of one batch, from which the pace is learned."""
        started = self._clock()
        scores = self._scorer.score(question, passages)
        measured = max(1e-9, (self._clock() - started) / (len(lengths) * max(lengths)))
        self._pace = (self._pace + measured) / 2  # one slow batch says little where cores are shared
        self._fastest = min(self._fastest, measured)
        if len(scores) != len(passages) or not np.isfinite(scores).all():
            raise ValueError(f"the scores are not {len(passages)} numbers")
        return [float(score) for score in scores]

    def _warm_up(self) -> float:
        """Seconds a token: the best of three runs, for the first ones are slow."""
        text, times = _WARM_UP
        self._pace = self._fastest = float("inf")
        lengths = self._scorer.lengths(text, [text * times])
        for _ in range(3):
            self._timed(text, [text * times], lengths)
        return self._fastest

    def _tell(self, message: Message, error: Exception | None = None) -> None:
        """Into the log and to the user, each message once."""
        if message not in self._told:
            self._told.add(message)
            self._notice = message
            log.warning("%s: %s", self.name, message.en, exc_info=error)


def load_reranker(model: str, seconds: float) -> Reranker | None:
    """The reranker by a folder or a name (slow: it loads the model and learns its pace); None for "".

    Raises KilavuzError as `load_cross_encoder` does.
    """
    if not model:
        return None
    from assistant.cross_encoder import load_cross_encoder

    return Reranker(load_cross_encoder(model), seconds)


def passage(chunk: Chunk) -> str:
    """What is scored: title, heading path and text, without the surroundings, which would cost more time."""
    title = () if chunk.headings[:1] == (chunk.title,) else (chunk.title,)
    return "\n".join(part for part in (" › ".join((*title, *chunk.headings)), chunk.text) if part)


def rerank(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """The first hits by these scores, the highest first, ties in their order; then those without a score.

    Places keep their fused score and hits change theirs: `Hit.score` still falls from place to place as the
    confidence and the extractive answer were fitted to, and the best hit for the reranker is their best hit.
    """
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    ranked = [replace(hits[i], rerank_score=scores[i]) for i in order] + list(hits[len(scores) :])
    return [replace(hit, score=place.score) for hit, place in zip(ranked, hits, strict=True)]
