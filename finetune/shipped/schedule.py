"""What the steps of a training are made of, in which order and at which rate; `training` takes them.

Everything follows from the recipe's seed, so a run that was cut goes on with the batches it would have had.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finetune.shipped.pairs import Example


@dataclass(frozen=True, slots=True)
class BodyRecipe:
    """Numbers of the training.

    `vocabulary` counts the pieces, `long` the long passages. On the teacher's vectors: a batch has up to
    `tokens` with padding and `most` texts; `others` is how many further vectors a text is told apart from;
    `both` is the share of batches in which the English side is read, too. `asked` is the share of steps on
    questions, with up to `answers` of them and a `temperature` of their own. In the last steps, the share
    `falling`, the rates fall to 0.
    """

    vocabulary: int = 36_864
    long: int = 8192
    steps: int = 1300
    tokens: int = 6144
    most: int = 256
    asked: float = 0.0
    answers: int = 48
    asked_temperature: float = 0.04
    longest: int = 256
    rate: float = 5e-5
    embeddings_rate: float = 1e-3
    warm_up: int = 50
    falling: float = 0.3
    contrast: float = 0.5
    temperature: float = 0.05
    others: int = 2048
    both: float = 0.1
    seed: int = 0


def batches(lengths: NDArray[np.int64], recipe: BodyRecipe) -> Iterator[NDArray[np.int64]]:
    """Rows of like length together, over and over, in an order that the seed tells."""
    draw = np.random.default_rng(recipe.seed)
    while True:
        order = draw.permutation(len(lengths))
        for start in range(0, len(order), 64 * recipe.most):
            part = order[start : start + 64 * recipe.most]
            part = part[np.argsort(-lengths[part], kind="stable")]
            cut, at = [], 0
            while at < len(part):
                size = min(recipe.most, max(1, recipe.tokens // int(lengths[part[at]])))
                cut.append(part[at : at + size])
                at += size
            yield from (cut[i] for i in draw.permutation(len(cut)))


def example_batches(examples: Sequence[Example], recipe: BodyRecipe) -> Iterator[list[Example]]:
    """Pairs of one source together, over and over: what they are told apart from is of the same subject."""
    draw = random.Random(recipe.seed)
    by_source: dict[str, list[Example]] = {}
    for example in examples:
        by_source.setdefault(example.source, []).append(example)
    while True:
        cut = []
        for some in by_source.values():
            draw.shuffle(some)
            cut += [some[i : i + recipe.answers] for i in range(0, len(some), recipe.answers)]
        draw.shuffle(cut)
        yield from (batch for batch in cut if len(batch) > 1)


def schedule(
    lengths: NDArray[np.int64], examples: Sequence[Example], recipe: BodyRecipe
) -> Iterator[NDArray[np.int64] | list[Example]]:
    """The batches of the steps in their order: rows of the parallel texts, or questions with passages."""
    kinds = np.random.default_rng(recipe.seed).random(recipe.steps) < (recipe.asked if examples else 0)
    taught, asked = batches(lengths, recipe), example_batches(examples, recipe)
    yield from (next(asked) if kind else next(taught) for kind in kinds)


def rate_share(step: int, recipe: BodyRecipe) -> float:
    """The rate at a step as a share of the highest: rising, level, falling to 0 (warm-up, stable, decay)."""
    falling = max(1, round(recipe.falling * recipe.steps))
    return min((step + 1) / recipe.warm_up, 1.0, (recipe.steps - step) / falling)
