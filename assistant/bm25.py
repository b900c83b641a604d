"""BM25: the score of every token in every chunk, worked out at once from how often it stands there.

It knows sparse matrices of counts, nothing of words or texts. rank_bm25 is the reference that tests and
benchmarks compare with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class Scoring:
    """The variant of BM25. `idf`: "lucene", ln(1 + (N-n+.5)/(n+.5)), or "okapi", that of rank_bm25.

    `grams`: whether four-letter sequences are indexed; the weights say how often a word of the title, of
    the headings or of the file's path counts; `precision` is that of the stored scores.
    """

    idf: str = "lucene"
    k1: float = 0.9
    b: float = 0.4
    grams: bool = True
    title_weight: int = 1
    heading_weight: int = 2
    path_weight: int = 2
    precision: str = "float32"


LUCENE = Scoring()
"""What the index uses: Lucene's idf, which is never negative."""

OKAPI = Scoring("okapi", 1.5, 0.75, precision="float64")
"""Scores as rank_bm25.BM25Okapi gives them, to compare with."""


class Sparse(NamedTuple):
    """A sparse matrix by rows (or by columns, for postings), as scipy's csr_array holds it."""

    indptr: NDArray[Any]
    indices: NDArray[Any]
    data: NDArray[Any]

    def row(self, i: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Where row `i` is not 0, and what it is there."""
        part = slice(self.indptr[i], self.indptr[i + 1])
        return self.indices[part], self.data[part]


def score(frequencies: "csr_array[Any]", scoring: Scoring) -> Sparse:
    """BM25 of every posting, by token: idf * f (k1 + 1) / (f + k1 (1 - b + b length / mean length)).

    Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, eq. 3.15. "okapi" is that
    formula with rank_bm25's idf: negative values become a quarter of the mean.
    """
    chunks = frequencies.shape[0]
    lengths = np.bincount(
        np.repeat(np.arange(chunks), np.diff(frequencies.indptr)), frequencies.data, minlength=chunks
    )
    by_token = frequencies.tocsc()
    found = np.diff(by_token.indptr).astype(np.float64)
    if scoring.idf == "lucene":
        idf = np.log1p((chunks - found + 0.5) / (found + 0.5))
    elif scoring.idf == "okapi":
        idf = np.log(chunks - found + 0.5) - np.log(found + 0.5)
        if (found > 0).any():
            idf[idf < 0] = 0.25 * idf[found > 0].mean()
    else:
        raise ValueError(f"no such idf: {scoring.idf}")
    mean = lengths.mean() if lengths.any() else 1.0
    norms = (scoring.k1 * (1 - scoring.b + scoring.b * lengths / mean)).astype(scoring.precision)
    data = by_token.data.astype(scoring.precision)
    data /= data + norms[by_token.indices]
    data *= np.repeat((idf * (scoring.k1 + 1)).astype(scoring.precision), np.diff(by_token.indptr))
    return Sparse(by_token.indptr.astype(np.int64), by_token.indices.astype(np.int32), data)


def okapi_reference(chunks: Sequence[Sequence[str]]) -> Callable[[Sequence[str]], NDArray[np.float64]]:
    """The scores of rank_bm25.BM25Okapi over chunks that are lists of tokens, for a list of tokens asked."""
    from rank_bm25 import BM25Okapi  # type: ignore[import-untyped]

    scores: Callable[[Sequence[str]], NDArray[np.float64]] = BM25Okapi(chunks).get_scores
    return scores
