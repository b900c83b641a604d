"""What sentence vectors are good for, with any embedder: similarity and what follows from it.

Similarity, search, paraphrases, classes by a few examples; `clusters.py` has the groups. The vectors of all
uses are those of `embed_passages`: both sides are sentences of a kind. Only `search` asks with a question.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.errors import KilavuzError
from finetune.records import ScoredPair
from finetune.workbench.extractor import windows

PARAPHRASE = 0.72
"""Cosine similarity from which on two sentences say the same, chosen on STSb-tr dev (score of 4 and more)."""
_WINDOW = 1024
_DIGITS = 6  # of a similarity; what comes after them depends on the texts that were embedded together
_BLOCK = 1024  # rows compared with all others at a time
_RIDGE = 0.5
_SCALES = (1.0, 1.5, 2.0, 3.0, 4.5, 7.0, 10.0, 15.0, 20.0)


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence, its place from 0 among those given, and how near it is."""

    text: str
    place: int
    score: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of a list by their places, and how alike they are."""

    first: int
    second: int
    score: float


@dataclass(frozen=True, slots=True)
class Class:
    """The class of a text, how sure that is (0..1), and the example that is nearest to it."""

    label: str
    confidence: float
    nearest: str


def similarities(embedder: Embedder, some: Sequence[str], others: Sequence[str]) -> NDArray[np.float32]:
    """Cosine similarity of each of `some` with each of `others`: (some, others).

    Raises KilavuzError for an empty sentence.
    """
    _check(some)
    _check(others)
    near: NDArray[np.float32] = embedder.embed_passages(some) @ embedder.embed_passages(others).T
    return near


def search(embedder: Embedder, question: str, sentences: Iterable[str], limit: int = 5) -> list[Found]:
    """The sentences nearest to the question, best first; of any number, few of which are in memory.

    Raises KilavuzError for an empty question.
    """
    _check([question])
    asked = embedder.embed_question(question)
    best: list[tuple[float, int, str]] = []
    place = 0
    for window in windows(sentences, _WINDOW):
        near = np.round(embedder.embed_passages(window) @ asked, _DIGITS)
        kept = np.argsort(-near, kind="stable")[:limit].tolist()
        best = heapq.nlargest(limit, [*best, *((float(near[n]), -(place + n), window[n]) for n in kept)])
        place += len(window)
    return [Found(text, -number, score) for score, number, text in best]


def is_paraphrase(embedder: Embedder, one: str, other: str, threshold: float = PARAPHRASE) -> bool:
    """Whether two sentences say the same. Raises KilavuzError for an empty one."""
    return bool(similarities(embedder, [one], [other])[0, 0] >= threshold)


def paraphrases(
    embedder: Embedder, sentences: Sequence[str], threshold: float = PARAPHRASE, limit: int = 1000
) -> list[Pair]:
    """Pairs of sentences that say the same, the most alike first, at most `limit`.

    All are compared with all, block by block. Raises KilavuzError for an empty sentence.
    """
    _check(sentences)
    vectors = embedder.embed_passages(sentences)
    best: list[tuple[float, int, int]] = []
    for start in range(0, len(vectors), _BLOCK):
        near = vectors[start : start + _BLOCK] @ vectors[start:].T
        near[np.tril_indices(len(near), 0, near.shape[1])] = -1  # itself, and pairs met before
        rows, columns = np.nonzero(near >= threshold)
        scores = np.round(near[rows, columns], _DIGITS)
        if len(scores) > limit:
            kept = np.argpartition(-scores, limit)[:limit]
            rows, columns, scores = rows[kept], columns[kept], scores[kept]
        found = zip(scores.tolist(), (-start - rows).tolist(), (-start - columns).tolist(), strict=True)
        best = heapq.nlargest(limit, [*best, *found])
    return [Pair(-first, -second, score) for score, first, second in best]


def threshold_for(embedder: Embedder, pairs: Sequence[ScoredPair], same: float = 0.8) -> tuple[float, float]:
    """The threshold that tells paraphrases best (F1) in scored pairs, and that F1.

    Pairs scored `same` and more say the same (4 of 5 in STSb). Raises KilavuzError if none or all do.
    """
    wanted = np.array([pair.score >= same for pair in pairs])
    if not wanted.any() or wanted.all():
        raise KilavuzError(
            f"Eşik seçmek için hem benzeyen (puanı {same} ve üstü) hem benzemeyen çiftler gerekir; dosyaya "
            "ekleyin.",
            f"To choose a threshold, pairs that say the same (scored {same} and more) and others are "
            "needed; add "
            "them to the file.",
        )
    firsts = embedder.embed_passages([pair.first for pair in pairs])
    near = (firsts * embedder.embed_passages([pair.second for pair in pairs])).sum(1)
    order = np.argsort(-near)
    hits = np.cumsum(wanted[order])
    f1 = 2 * hits / (np.arange(1, len(near) + 1) + wanted.sum())
    best = int(f1.argmax())
    return float(near[order[best]]), float(f1[best])


class Classifier:
    """Classes by a few examples each: a ridge regression from how like each example a text is."""

    def __init__(self, embedder: Embedder, examples: Mapping[str, Sequence[str]]) -> None:
        """Raises KilavuzError for fewer than two classes, or an empty example."""
        self.labels = [label for label, texts in examples.items() if texts]
        self._texts = [text for label in self.labels for text in examples[label]]
        if len(self.labels) < 2:
            raise KilavuzError(
                "Sınıflandırmak için en az iki sınıftan örnek gerekir; örnek ekleyin.",
                "To classify, examples of at least two classes are needed; add some.",
            )
        _check(self._texts)
        self._embedder = embedder
        self._vectors = embedder.embed_passages(self._texts)
        sizes = [len(examples[label]) for label in self.labels]
        wanted = np.full((len(self._texts), len(self.labels)), -1 / (len(self.labels) - 1), np.float32)
        wanted[np.arange(len(self._texts)), np.repeat(np.arange(len(sizes)), sizes)] = 1
        alike = self._vectors @ self._vectors.T + _RIDGE * np.eye(len(self._texts), dtype=np.float32)
        inverse = np.linalg.inv(alike)
        weights = inverse @ wanted
        # What each example's scores would be without itself tells how sure a score may be.
        left_out = wanted - weights / np.diag(inverse)[:, None]
        right = np.repeat(np.arange(len(sizes)), sizes)

        def unlikely(scale: float) -> float:
            return -float(np.log(_softmax(scale * left_out)[np.arange(len(right)), right] + 1e-9).mean())

        self._weights = self._vectors.T @ weights * min(_SCALES, key=unlikely)

    def classify(self, texts: Sequence[str]) -> list[Class]:
        """The class of each text. Raises KilavuzError for an empty one."""
        _check(texts)
        vectors = self._embedder.embed_passages(texts)
        count = len(self._texts)  # few examples leave room for doubt, however clear they are (Laplace)
        chances = (count * _softmax(vectors @ self._weights) + 1) / (count + len(self.labels))
        nearest = (vectors @ self._vectors.T).argmax(1)
        return [
            Class(self.labels[int(row.argmax())], float(row.max()), self._texts[int(near)])
            for row, near in zip(chances, nearest, strict=True)
        ]


def _softmax(scores: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(scores - scores.max(1, keepdims=True))
    chances: NDArray[Any] = powers / powers.sum(1, keepdims=True)
    return chances


def match_intents(
    embedder: Embedder, texts: Sequence[str], examples: Mapping[str, Sequence[str]]
) -> list[Class]:
    """What utterances are after, by wording and meaning, as the chat tells it; see `assistant/intents.py`.

    Raises KilavuzError as `Classifier`.
    """
    from assistant.intents import Intents

    nearest = [one.nearest for one in Classifier(embedder, examples).classify(texts)]
    intents = Intents({name: given for name, given in examples.items() if given}, embedder)
    found = []
    for text, example in zip(texts, nearest, strict=True):
        chances = intents.chances(text)
        best = max(chances, key=chances.__getitem__)
        found.append(Class(best, chances[best], example))
    return found


def _check(texts: Sequence[str]) -> None:
    if not texts or any(not text.strip() for text in texts):
        raise KilavuzError(
            "Cümle boş olamaz; en az bir cümle verin ve boş olanları çıkarın.",
            "A sentence may not be empty; give at least one, and leave out empty ones.",
        )
