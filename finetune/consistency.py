"""The consistency filter: a question is kept if its own passage is among the first by words or by meaning.

After Promptagator (Dai et al. 2022, arXiv:2209.11755), with K = 3 and either side enough: a question that
only one of them finds is what the other has to learn.
"""

import numpy as np
from numpy.typing import NDArray

from finetune.pool import Scores

TOP = 3
"""Ranks that are good enough."""


def consistent(scores: Scores, own: NDArray[np.int64], top: int = TOP) -> NDArray[np.bool_]:
    """(questions,): whether at most `top` - 1 chunks score higher than the own one, by words or by meaning.

    `own` has the row of each question's chunk.
    """
    kept = np.zeros(len(own), np.bool_)
    for side in (scores.lexical, scores.dense):
        mine = side[np.arange(len(own)), own]
        kept |= (np.count_nonzero(side > mine[:, None], axis=1) < top) & (mine > 0)
    return kept
