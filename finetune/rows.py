"""Triples and scored pairs as columns to train on, and as the questions of the dev set."""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from finetune.records import ScoredPair, Triple

if TYPE_CHECKING:
    from datasets import Dataset  # type: ignore[import-untyped]
    from sentence_transformers.base.evaluation import BaseEvaluator

DEV = "dev"
NDCG = f"{DEV}_cosine_ndcg@10"
SPEARMAN = f"{DEV}_spearman_cosine"
"""Names of what the best checkpoint is chosen by, as sentence-transformers calls them."""


def triple_rows(triples: Sequence[Triple], negatives: int, seed: int = 0) -> "Dataset":
    """Columns question, positive, negative_1..n, where n is `negatives` or fewer if no triple has as many.

    A triple with too few repeats its own; one without any gets positives of others, which are no harder than
    what the batch brings anyway.
    """
    from datasets import Dataset

    most = min(negatives, max((len(triple.negatives) for triple in triples), default=0))
    draw = random.Random(seed)
    columns: dict[str, list[str]] = {
        "question": [triple.question for triple in triples],
        "positive": [triple.positive for triple in triples],
    }
    filled = [_filled(triple, triples, most, draw) for triple in triples]
    for number in range(most):
        columns[f"negative_{number + 1}"] = [each[number] for each in filled]
    return Dataset.from_dict(columns)


def pair_rows(pairs: Sequence[ScoredPair]) -> "Dataset":
    """Columns first, second, score."""
    from datasets import Dataset

    return Dataset.from_dict(
        {
            "first": [pair.first for pair in pairs],
            "second": [pair.second for pair in pairs],
            "score": [float(pair.score) for pair in pairs],
        }
    )


def pool_of(triples: Sequence[Triple]) -> list[str]:
    """The passages that dev questions are searched in: all positives and negatives, each once."""
    return list(dict.fromkeys(text for triple in triples for text in (triple.positive, *triple.negatives)))


def dev_evaluator(dev: Sequence[Triple] | Sequence[ScoredPair], batch: int) -> "tuple[BaseEvaluator, str]":
    """What asks the dev set, and the name of the figure that counts; `batch` texts are embedded at a time."""
    from sentence_transformers.sentence_transformer.evaluation import (
        EmbeddingSimilarityEvaluator,
        InformationRetrievalEvaluator,
    )

    pairs = [row for row in dev if isinstance(row, ScoredPair)]
    if pairs:
        first, second = [pair.first for pair in pairs], [pair.second for pair in pairs]
        scores = [pair.score for pair in pairs]
        return (
            EmbeddingSimilarityEvaluator(first, second, scores, name=DEV, batch_size=batch, write_csv=False),
            SPEARMAN,
        )
    triples = [row for row in dev if isinstance(row, Triple)]
    corpus = {text: str(number) for number, text in enumerate(pool_of(triples))}
    return (
        InformationRetrievalEvaluator(
            {str(number): triple.question for number, triple in enumerate(triples)},
            {number: text for text, number in corpus.items()},
            {str(number): {corpus[triple.positive]} for number, triple in enumerate(triples)},
            accuracy_at_k=[1, 3, 5],
            precision_recall_at_k=[10],
            map_at_k=[10],
            batch_size=batch,
            name=DEV,
            write_csv=False,
        ),
        NDCG,
    )


def _filled(triple: Triple, triples: Sequence[Triple], most: int, draw: random.Random) -> list[str]:
    own = list(triple.negatives[:most])
    while 0 < len(own) < most:
        own += own[: most - len(own)]
    for _ in range(100 * most):
        if len(own) == most:
            break
        other = draw.choice(triples)
        if other.positive != triple.positive and other.question != triple.question:
            own.append(other.positive)
    return own + [triples[0].positive] * (most - len(own))
