"""What an utterance is after: a greeting, a definition, a comparison … and how sure that is.

It is compared with the examples in `intents.toml`, and with the user's own, by its wording and by its vector;
from how like each example it is, a ridge regression gives a score for each intent. Leaving every example
out in turn tells what its score would be without itself: on those the softmax is scaled, so that a
confidence means the same with any embedder and any examples. Fitting them takes a second, once.

It only names the intent; what follows from it is decided in `assistant/chat.py`.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.user_file import broken, line_of_table, read_toml
from assistant.wording import keys, wording

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from assistant.embedder import Embedder

EXAMPLES = Path(__file__).with_name("intents.toml")
"""The examples that ship with the package."""

USER_FILE = "niyetler.toml"
"""Name of the user's own examples in the home."""

FALLBACK = "fact"
"""The intent of what is like none of the examples: look it up."""

ACCEPT, MARGIN = 0.2, 0.02
"""An intent is accepted from this confidence on, if the next one lies this far below."""

OUTSIDE = "out_of_scope"
"""The intent of what the documents cannot answer."""

AWAY = frozenset({"greeting", "thanks", "help", "list_documents", OUTSIDE})
"""Intents that lead away from the documents."""
ACCEPT_AWAY = 0.4
"""One of those is accepted from this confidence on; below it the likeliest of the others is taken."""

# Chosen on benchmarks/intents/dev.jsonl and by leaving each example out in turn.
KNOWN = 2
"""Examples in which a word must stand to count as wording rather than subject."""
NEAR, NEARER = 0.3, 0.5
"""Worth of the cosine similarity of two vectors, and of its square, beside that of their wordings."""
BIAS = 0.1
RIDGE = 0.4
"""How much the regression is held back."""
BALANCE = 0.6
"""How far intents with many examples are held back: 0 not at all, 1 all intents count the same."""
SCALES = np.linspace(4, 20, 33)
"""Scales of the softmax that are tried."""


@dataclass(frozen=True, slots=True)
class Intent:
    """The name of an intent and how sure it is, in 0..1."""

    name: str
    confidence: float


class _Fitted(NamedTuple):
    """What is known of the examples; `weights` (examples, intents) include the softmax's scale."""

    known: frozenset[str]
    columns: dict[str, int]
    wordings: "csr_array[Any]"
    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]


class Intents:
    """Matches utterances with examples; made by `load_intents`."""

    def __init__(self, examples: Mapping[str, Sequence[str]], embedder: "Embedder") -> None:
        self.names = list(examples)
        self._examples = examples
        self._embedder = embedder
        self._words = {
            name: Counter(key for text in examples[name] for key in keys(text)) for name in self.names
        }
        self._fitting = threading.Lock()

    @cached_property
    def _fitted(self) -> _Fitted:
        from scipy.sparse import csr_array

        texts = [text for name in self.names for text in self._examples[name]]
        many = [len(self._examples[name]) for name in self.names]
        seen = sum(self._words.values(), Counter[str]())
        known = frozenset(key for key, count in seen.items() if count >= KNOWN)
        wordings = [wording(text, known) for text in texts]
        columns = {feature: i for i, feature in enumerate(sorted(set().union(*wordings)))}
        rows = [_row(found, columns) for found in wordings]
        places, weights = (np.concatenate(part) for part in zip(*rows, strict=True))
        ends = np.cumsum([0, *(len(row[0]) for row in rows)])
        by_example = csr_array((weights, places, ends), shape=(len(texts), len(columns)))
        vectors = self._embedder.embed_passages(texts)
        alike = _likeness((by_example @ by_example.T).toarray(), vectors @ vectors.T)
        weight, scale = _fit(alike, np.repeat(np.arange(len(many)), many), len(many))
        return _Fitted(known, columns, by_example, vectors, weight * scale)

    def fit(self) -> None:
        """Fit the examples, which takes a second, if that was not done; else the first match does it."""
        with self._fitting:
            _ = self._fitted

    def match(self, utterance: str) -> Intent:
        """The intent of an utterance; FALLBACK if none is likely, or two are as likely as each other."""
        chances = self.chances(utterance)
        *_, second, best = sorted(chances, key=chances.__getitem__)
        if best in AWAY and chances[best] < ACCEPT_AWAY:
            *_, second, best = sorted(
                (name for name in self.names if name not in AWAY), key=chances.__getitem__
            )
        if chances[best] < ACCEPT or chances[best] - chances[second] < MARGIN:
            return Intent(FALLBACK, chances[FALLBACK])
        return Intent(best, chances[best])

    def chances(self, utterance: str) -> dict[str, float]:
        """How likely each intent is; together 1."""
        self.fit()
        fitted = self._fitted
        places, weights = _row(wording(utterance, fitted.known), fitted.columns)
        row = np.zeros(len(fitted.columns), np.float32)
        row[places] = weights
        meant = fitted.vectors @ self._embedder.embed_passages([utterance])[0]
        chances = _softmax(_likeness(fitted.wordings @ row, meant) @ fitted.weights)
        return dict(zip(self.names, map(float, chances), strict=True))

    def words(self, name: str, examples: int = 1) -> frozenset[str]:
        """The keys of words in at least so many of an intent's examples; other words are a subject."""
        return frozenset(key for key, count in self._words[name].items() if count >= examples)


def _row(
    found: Mapping[str, float], columns: Mapping[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """A wording as a sparse vector of length 1; features that no example has only make it shorter."""
    there = [(columns[feature], weight) for feature, weight in found.items() if feature in columns]
    weights = np.array([weight for _, weight in there], np.float32)
    weights /= max(float(np.linalg.norm(weights)), 1e-9)
    return np.array([place for place, _ in there], np.int64), weights


def _likeness(worded: NDArray[np.float32], meant: NDArray[np.float32]) -> NDArray[np.float32]:
    meant = np.maximum(meant, 0)
    likeness: NDArray[np.float32] = worded + NEAR * meant + NEARER * meant**2 + BIAS
    return likeness


def load_intents(embedder: "Embedder", user_file: Path | None = None) -> Intents:
    """The shipped examples with the user's own, where that file exists.

    Raises KilavuzError, with the line, if the user's file is not as it should be.
    """
    examples: dict[str, list[str]] = dict(read_toml(EXAMPLES)[0])
    if user_file and user_file.exists():
        own, text = read_toml(user_file)
        for name, added in own.items():
            line = line_of_table(text, name)
            if name not in examples:
                raise broken(
                    user_file,
                    line,
                    f"{name} diye bir niyet yok; olanlar: {', '.join(examples)}",
                    f"there is no intent {name}; there are: {', '.join(examples)}",
                )
            if not isinstance(added, list) or not all(isinstance(one, str) and one.strip() for one in added):
                raise broken(
                    user_file,
                    line,
                    f'{name} tırnak içinde örnek cümlelerden oluşan bir liste olmalı: ["…", "…"]',
                    f'{name} must be a list of example sentences in quotes: ["…", "…"]',
                )
            examples[name] = examples[name] + added
    return Intents(examples, embedder)


def _fit(
    alike: NDArray[np.float32], intents: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float32], float]:
    """Weights of the examples for each intent, and the scale that makes left-out examples likeliest."""
    examples = np.arange(len(intents))
    wanted = np.full((len(intents), count), -1 / (count - 1), np.float32)
    wanted[examples, intents] = 1
    many = np.bincount(intents)[intents] ** BALANCE
    held_back = np.diag(RIDGE * many / many.mean()).astype(np.float32)
    inverse: NDArray[np.float32] = np.linalg.inv(alike + held_back).astype(np.float32)
    weights = inverse @ wanted
    left_out: NDArray[np.float32] = wanted - weights / np.diag(inverse)[:, None]

    def unlikely(scale: float) -> float:
        return -float(np.log(_softmax(left_out * scale)[examples, intents] + 1e-9).mean())

    return weights, min(map(float, SCALES), key=unlikely)


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return chances
