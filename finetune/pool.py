"""All chunks of a library, searchable by words and by meaning, many questions at a time.

It gives the scores of every chunk for every question of a block: 3 ms a question at 10,000 chunks. What they
are used for is `finetune/consistency.py` and `finetune/negatives.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.keywords import KeywordIndex
from assistant.records import Chunk

_CELLS = 1 << 22
"""Scores of a block, questions times chunks: 16 MB of each kind."""
_BLOCK = 256
_PROBE = "Önbellek nasıl temizlenir?"
_ALIKE = 0.9999


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of all chunks for some questions: (questions, chunks) each, BM25 and cosine similarity."""

    lexical: NDArray[np.float32]
    dense: NDArray[np.float32]


class Pool:
    """Chunks with their keyword index and vectors."""

    def __init__(
        self, chunks: Sequence[Chunk], embedder: Embedder, vectors: NDArray[np.float32] | None = None
    ) -> None:
        """`vectors` are those of the chunks' passages by this embedder, where they are stored already.

        ValueError if they are not as many as the chunks.
        """
        self.chunks = tuple(chunks)
        self.keywords = KeywordIndex.build(replace(chunk, id=row) for row, chunk in enumerate(chunks, 1))
        if vectors is None:
            vectors = embedder.embed_passages([chunk.passage for chunk in chunks])
        if len(vectors) != len(self.chunks):
            raise ValueError(f"{len(vectors)} vectors for {len(self.chunks)} chunks")
        self._vectors = np.ascontiguousarray(vectors, np.float32)
        self._embedder = embedder
        self._together = _embeds_alike(embedder)

    def blocks(self, questions: Sequence[str]) -> Iterator[tuple[slice, Scores]]:
        """The scores of the questions, some at a time, each with which questions they are of."""
        size = max(1, min(_BLOCK, _CELLS // max(1, len(self.chunks))))
        for start in range(0, len(questions), size):
            some = slice(start, min(start + size, len(questions)))
            yield some, self.scores(questions[some])

    def scores(self, questions: Sequence[str]) -> Scores:
        """The scores of all chunks for these questions, in one piece."""
        lexical = np.array([self.keywords.scores(question) for question in questions], np.float32)
        shape = (len(questions), len(self.chunks))
        return Scores(lexical.reshape(shape), self._questions(questions) @ self._vectors.T)

    def _questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        if self._together:
            return self._embedder.embed_passages(questions)
        return np.array(
            [self._embedder.embed_question(question) for question in questions], np.float32
        ).reshape(len(questions), self._embedder.dimension)


def _embeds_alike(embedder: Embedder) -> bool:
    """Whether a question's vector is that of a passage, so that many can be made at once."""
    one, other = embedder.embed_question(_PROBE), embedder.embed_passages([_PROBE])[0]
    return bool(np.dot(one, other) > _ALIKE)


def best(scores: NDArray[Any], count: int) -> NDArray[np.int64]:
    """The places of the highest scores, not in order; only those above 0."""
    count = min(count, len(scores))
    found = np.argpartition(-scores, count - 1)[:count] if count else np.zeros(0, np.int64)
    return found[scores[found] > 0]
