"""BM25: the score of every token in every chunk, worked out at once from how often it stands there.

It knows sparse matrices of counts, nothing of words or texts. rank_bm25 is the reference that tests and
benchmarks compare with.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.sparse import Sparse

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK = 1 << 12  # chunks: 50 MB of intermediate results where chunks have 400 tokens


@dataclass(frozen=True, slots=True)
class Scoring:
    """The variant of BM25. `idf`: "lucene", ln(1 + (N-n+.5)/(n+.5)), or "okapi", that of rank_bm25.

    `grams`: whether four-letter sequences are indexed; the weights say how often a word of the title, of
    the headings or of the file's path counts; `precision` is that of the stored scores. k1 and b are
    Anserini's defaults.
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


def score(counts: Sparse, weights: "csr_array[Any]", scoring: Scoring) -> Sparse:
    """BM25 of every posting, by token: idf * f (k1 + 1) / (f + k1 (1 - b + b length / mean length)).

    `counts` is chunks x units, `weights` units x tokens; f, how often a token stands in a chunk, is their
    product. It is worked out for some chunks at a time and twice, to find the place of every posting and to
    fill it, since all of it at once would take three times the memory of the result.

    Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, eq. 3.15. "okapi" is that
    formula with rank_bm25's idf: negative values become a quarter of the mean.
    """
    chunks, tokens = len(counts.indptr) - 1, weights.shape[1]
    found, lengths = np.zeros(tokens, np.int64), np.zeros(chunks)
    for first, block in _blocks(counts, weights):
        found += np.bincount(block.indices, minlength=tokens)
        lengths[first : first + block.shape[0]] = block.sum(axis=1)
    factors = _idf(found, chunks, scoring) * (scoring.k1 + 1)
    mean = lengths.mean() if lengths.any() else 1.0
    norms = (scoring.k1 * (1 - scoring.b + scoring.b * lengths / mean)).astype(scoring.precision)
    indptr = np.concatenate([[0], np.cumsum(found)])
    indices, data = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], scoring.precision)
    free = indptr[:-1].copy()
    for first, block in _blocks(counts, weights):
        by_token = block.tocsc()
        sizes = np.diff(by_token.indptr)
        places = np.repeat(free - by_token.indptr[:-1], sizes) + np.arange(by_token.nnz)
        rows = by_token.indices + np.int32(first)
        scores = by_token.data.astype(scoring.precision)
        scores /= scores + norms[rows]
        scores *= np.repeat(factors.astype(scoring.precision), sizes)
        indices[places], data[places] = rows, scores
        free += sizes
    return Sparse(indptr, indices, data)


def highest(postings: Sparse) -> NDArray[Any]:
    """The highest score of each token, 0 where it has no postings."""
    tops = np.zeros(len(postings.indptr) - 1, postings.data.dtype)
    found = np.flatnonzero(np.diff(postings.indptr))
    if len(found):
        tops[found] = np.maximum.reduceat(postings.data, postings.indptr[found])
    return tops


def _blocks(counts: Sparse, weights: "csr_array[Any]") -> Iterator[tuple[int, "csr_array[Any]"]]:
    """The product of both for some chunks at a time, with the row of the first."""
    from scipy.sparse import csr_array

    for first in range(0, len(counts.indptr) - 1, _BLOCK):
        ends = counts.indptr[first : first + _BLOCK + 1]
        part = slice(ends[0], ends[-1])
        rows = (counts.data[part].astype(np.int32), counts.indices[part], (ends - ends[0]).astype(np.int32))
        yield first, csr_array(rows, shape=(len(ends) - 1, weights.shape[0])) @ weights


def _idf(found: NDArray[np.int64], chunks: int, scoring: Scoring) -> NDArray[np.float64]:
    """How telling a token is that stands in `found` of the chunks."""
    if scoring.idf == "lucene":
        return np.asarray(np.log1p((chunks - found + 0.5) / (found + 0.5)))
    if scoring.idf != "okapi":
        raise ValueError(f"no such idf: {scoring.idf}")
    idf = np.log(chunks - found + 0.5) - np.log(found + 0.5)
    if (found > 0).any():
        idf[idf < 0] = 0.25 * idf[found > 0].mean()
    return np.asarray(idf)


def okapi_reference(chunks: Sequence[Sequence[str]]) -> Callable[[Sequence[str]], NDArray[np.float64]]:
    """The scores of rank_bm25.BM25Okapi over chunks that are lists of tokens, for a list of tokens asked."""
    from rank_bm25 import BM25Okapi  # type: ignore[import-untyped]

    scores: Callable[[Sequence[str]], NDArray[np.float64]] = BM25Okapi(chunks).get_scores
    return scores
