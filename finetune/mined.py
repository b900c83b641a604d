"""Hard negatives for rows of a file that brings none: answers to its other questions that look right.

Mined as for the documents (finetune/negatives.py), never drawn at random: a question without any such answer
stays without, and learns from its batch alone.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.embedder import Embedder
from assistant.library import Progress
from assistant.records import Chunk
from finetune.negatives import Miner
from finetune.pool import Pool
from finetune.records import Triple

REUSE = 10
"""An answer serves at most so often for each negative that a question is to have."""


def with_negatives(
    rows: Sequence[Triple], count: int, embedder: Embedder, progress: Progress
) -> list[Triple]:
    """The rows with up to `count` negatives each, out of the rows' own answers."""
    texts = list(dict.fromkeys(one.positive for one in rows))
    row_of = {text: row for row, text in enumerate(texts)}
    chunks = [Chunk(str(row), "", (), None, text, 0) for text, row in row_of.items()]
    pool, miner = Pool(chunks, embedder), Miner(chunks, REUSE * count)
    allowed = np.ones(len(chunks), np.bool_)
    made: list[Triple] = []
    for some, scores in pool.blocks([one.question for one in rows]):
        progress(len(made), len(rows), embedder.name)
        for place, one in enumerate(rows[some]):
            own = row_of[one.positive]
            sides = scores.lexical[place], scores.dense[place]
            is_found = any(side[own] > 0 for side in sides)  # else nothing is known to be further off
            found = miner.negatives(one.question, own, *sides, allowed, count) if is_found else ()
            made.append(replace(one, negatives=tuple(texts[row] for row in found)))
    return made
