"""The keyword index: BM25 over the tokens of assistant/turkish.py, compiled for speed.

    chunks --(units)--> D --(tokens of each distinct unit)--> D @ W --(BM25)--> one score per posting

D counts the units (distinct words) of every chunk and W the tokens of every unit, both sparse; their
product counts tokens without any text being looked at twice. BM25 is worked out once for all
postings and stored by token, so a search adds up a few slices (topk.py). `update` reuses D and W but
works out all scores anew, since each depends on how many chunks there are.

Words that differ in diacritics only ("ogrenme", "öğrenme") share the tokens of the form that is most
frequent in the corpus. So it does not matter how the documents or the question were typed.

The index holds no texts. Every change makes a new object, so that a search never sees half of one.
It does not know synonyms or word order; the dense side is there for those.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import turkish
from assistant.array_folder import map_array, read_facts, read_words, write_folder
from assistant.bm25 import LUCENE, Scoring, highest, score
from assistant.errors import KilavuzError
from assistant.records import Chunk
from assistant.sparse import EMPTY, Sparse, as_csr, column_sums, stack, take, tally
from assistant.topk import Term, add, best
from assistant.unit_counts import count_units

_FORMAT = 3
_PRIOR = 20  # chunks, in `idf`; in a library of any size it hardly counts
_MAX_QUERY_TOKENS = 400  # a longer question is searched by its rarest tokens


class KeywordIndex:
    """BM25 over chunks. Built with `build` or `update`, read back with `load_keywords`."""

    def __init__(
        self,
        scoring: Scoring = LUCENE,
        ids: NDArray[np.int64] | None = None,
        units: Sequence[str] = (),
        folds: Sequence[str] = (),
        usual: NDArray[np.bool_] | None = None,
        tokens: Sequence[str] = (),
        tops: NDArray[Any] | None = None,
        counts: Sparse = EMPTY,
        weights: Sparse = EMPTY,
        postings: Sparse = EMPTY,
    ) -> None:
        """An empty index; the other arguments are for `update` and `load_keywords`.

        `ids` ascend. `folds` are the units without diacritics, "" for code tokens; `usual` marks the
        most frequent unit of each. `counts` is chunks x units, `weights` units x tokens (empty rows
        for units that are not usual), `postings` tokens x chunks with the BM25 scores, and `tops` the
        highest score of each token.
        """
        self.scoring = scoring
        self.ids = np.zeros(0, np.int64) if ids is None else ids
        self._units, self._folds, self._tokens = units, folds, tokens
        self._usual = np.zeros(0, np.bool_) if usual is None else usual
        self._tops = np.zeros(0, scoring.precision) if tops is None else tops
        self._counts, self._weights, self._postings = counts, weights, postings
        usual_rows = np.flatnonzero(self._usual).tolist()
        self._row_of = {folds[row]: row for row in usual_rows if folds[row]}

    @classmethod
    def build(cls, chunks: Iterable[Chunk], scoring: Scoring = LUCENE) -> "KeywordIndex":
        """An index of these chunks, whose ids must differ (ValueError)."""
        return cls(scoring).update((), chunks)

    def update(self, removed: Collection[int], added: Iterable[Chunk]) -> "KeywordIndex":
        """The index without the chunks `removed` and with those `added` (of these ids, older ones go).

        Equal to one built from scratch. Ids that are not there are no error.
        """
        units, new_ids, new = count_units(added, self._units, self.scoring)
        if len(set(new_ids)) < len(new_ids):
            raise ValueError("chunk ids must differ")
        keep = np.flatnonzero(~np.isin(self.ids, [*removed, *new_ids]))
        ids = np.concatenate([self.ids[keep], np.array(new_ids, np.int64)])
        rows = np.concatenate([keep, len(self.ids) + np.arange(len(new_ids))])
        order = np.argsort(ids, kind="stable")
        counts = take(stack([self._counts, new]), rows[order], len(units))
        del new  # half a gigabyte at a million chunks
        return self._compile(ids[order], units, counts)

    def _compile(self, ids: NDArray[np.int64], units: list[str], counts: Sparse) -> "KeywordIndex":
        folds = [*self._folds]
        folds += ["" if turkish.is_code(unit) else turkish.fold(unit) for unit in units[len(folds) :]]
        totals = column_sums(counts, len(units))
        usual_row = _usual_rows(units, folds, totals.tolist())
        usual = (usual_row == np.arange(len(units))) & (totals > 0)
        tokens, weights = self._weigh(units, usual)
        by_unit = as_csr(take(weights, usual_row, len(tokens)), (len(units), len(tokens)))
        postings = score(counts, by_unit, self.scoring)
        return KeywordIndex(
            self.scoring, ids=ids, units=units, folds=folds, usual=usual, tokens=tokens,
            counts=counts, weights=weights, postings=postings, tops=highest(postings),
        )  # fmt: skip

    def _weigh(self, units: list[str], usual: NDArray[np.bool_]) -> tuple[list[str], Sparse]:
        """W, with the rows that were worked out before, and the tokens that are its columns."""

        class Columns(dict[str, int]):
            def __missing__(self, token: str) -> int:
                column = self[token] = len(self)
                return column

        known = Columns((token, column) for column, token in enumerate(self._tokens))
        done = np.zeros(len(units), np.bool_)
        done[: len(self._units)] = np.diff(self._weights.indptr) > 0
        flat, lengths = array("i"), np.zeros(len(units), np.int64)
        for row in np.flatnonzero(usual & ~done).tolist():
            bag = turkish.tokens(units[row], self.scoring.grams)
            flat.extend(map(known.__getitem__, bag))
            lengths[row] = len(bag)
        ends = np.concatenate([[0], np.cumsum(lengths)])
        shape = (len(units), len(known))
        new = as_csr(tally(ends, np.array(flat, np.int32), len(known)), shape)
        both = as_csr(self._weights, shape) + new  # no row is in both
        return list(known), Sparse(both.indptr, both.indices, both.data)

    # searching

    def search(self, question: str, limit: int) -> list[tuple[int, float]]:
        """The chunks that match best as (id, BM25 score): best first, ties by id, at most `limit`."""
        if limit <= 0:
            return []
        rows, scores = best(self.terms(question), len(self.ids), limit, self.scoring.precision)
        return list(zip(self.ids[rows].tolist(), scores.tolist(), strict=True))

    def scores(self, question: str) -> NDArray[Any]:
        """BM25 of every chunk in `ids` for the question, 0 where nothing matches; `scoring.precision`."""
        total = np.zeros(len(self.ids), self.scoring.precision)
        for term in self.terms(question):
            add(total, term)
        return total

    def terms(self, question: str) -> list[Term]:
        """The question's tokens, in an order that only depends on which chunks the index holds."""
        terms = [
            (Term(times, float(self._tops[column]), *self._postings.row(column)), self._tokens[column])
            for column, times in self.query(question).items()
            if self._frequency(column)
        ]
        terms.sort(key=lambda pair: (pair[0].highest >= 0, -pair[0].weight * pair[0].highest, pair[1]))
        return [term for term, _ in terms]

    def query(self, question: str) -> Counter[int]:
        """The tokens of the question, as columns of the index, and how often each counts."""
        words = list(chain.from_iterable(map(turkish.units, turkish.pieces(question))))
        columns: Counter[int] = Counter()
        for unit in [u for u in words if turkish.key(turkish.fold(u)) not in turkish.STOP_KEYS] or words:
            row = None if turkish.is_code(unit) else self._row_of.get(turkish.fold(unit))
            if row is None:
                tokens = turkish.tokens(unit, self.scoring.grams)
                columns.update(self._columns[token] for token in tokens if token in self._columns)
            else:
                for column, weight in zip(*map(np.ndarray.tolist, self._weights.row(row)), strict=True):
                    columns[column] += weight
        if len(columns) <= _MAX_QUERY_TOKENS:
            return columns
        rarest = sorted(columns, key=lambda column: (self._frequency(column), column))
        return Counter({column: columns[column] for column in rarest[:_MAX_QUERY_TOKENS]})

    def idf(self, key: str) -> float:
        """How telling a `turkish.key` is: ln(1 + (N-n+.5)/(n+.5)) for n of N chunks; most if unknown.

        N counts `_PRIOR` chunks without the key besides those there are, since a library of few chunks
        says little about which words are common.
        """
        columns = [self._columns[token] for token in turkish.key_tokens(key) if token in self._columns]
        chunks = max(map(self._frequency, columns), default=0)
        return float(np.log1p((_PRIOR + len(self.ids) - chunks + 0.5) / (chunks + 0.5)))

    def _frequency(self, column: int) -> int:
        return int(self._postings.indptr[column + 1] - self._postings.indptr[column])

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {token: column for column, token in enumerate(self._tokens)}

    def token_lists(self) -> list[list[str]]:
        """What BM25 counts, chunk by chunk, as rank_bm25 takes it. Slow and large: for comparisons."""
        units, names = len(self._units), self._tokens
        usual_row = {unit: self._row_of.get(fold, unit) for unit, fold in enumerate(self._folds)}
        bags = [np.repeat(*self._weights.row(row)).tolist() for row in range(units)]
        lists: list[list[str]] = []
        for chunk in range(len(self.ids)):
            lists.append([])
            for unit, times in zip(*map(np.ndarray.tolist, self._counts.row(chunk)), strict=True):
                lists[-1] += [names[column] for column in bags[usual_row[unit]] * times]
        return lists

    def question_tokens(self, question: str) -> list[str]:
        """The tokens that a question is searched by, for the same comparison."""
        return [self._tokens[column] for column in self.query(question).elements()]

    # on disk

    def save(self, folder: Path) -> None:
        """Write the index as a folder, in place of an older one; a crash leaves the old, the new or none."""
        facts = {"format": _FORMAT, "analyzer": turkish.ANALYZER_VERSION, "scoring": asdict(self.scoring)}
        arrays = {"ids": self.ids, "usual": self._usual, "tops": self._tops}
        matrices = {"counts": self._counts, "weights": self._weights, "postings": self._postings}
        for name, matrix in matrices.items():
            arrays |= {f"{name}.{part}": array for part, array in matrix._asdict().items()}
        words = {"units": self._units, "folds": self._folds, "tokens": self._tokens}
        write_folder(folder, facts, arrays, words)


def load_keywords(folder: Path) -> KeywordIndex:
    """The index that `save` wrote, its arrays memory-mapped.

    KilavuzError if it is missing, incomplete, or of another format or analyzer version: build it
    again from the catalogue. The arrays' sizes are checked, not their contents.
    """
    try:
        about = read_facts(folder)
        if (about["format"], about["analyzer"]) != (_FORMAT, turkish.ANALYZER_VERSION):
            raise ValueError("another version")
        units, folds, tokens = (read_words(folder, name) for name in ("units", "folds", "tokens"))
        ids, usual, tops = (map_array(folder, name) for name in ("ids", "usual", "tops"))
        rows = {"counts": len(ids), "weights": len(units), "postings": len(tokens)}
        matrices = {
            name: Sparse(*(map_array(folder, f"{name}.{part}") for part in Sparse._fields)) for name in rows
        }
        for name, matrix in matrices.items():
            size = len(matrix.indices)
            if len(matrix.indptr) != rows[name] + 1 or not size == len(matrix.data) == matrix.indptr[-1]:
                raise ValueError(f"{name} is incomplete")
        if not len(usual) == len(units) == len(folds) or len(tops) != len(tokens):
            raise ValueError("the vocabulary is incomplete")
        scoring = Scoring(**about["scoring"])
        return KeywordIndex(scoring, ids, units, folds, usual, tokens, tops, **matrices)
    except (OSError, ValueError, KeyError, TypeError, EOFError, IndexError) as error:
        raise KilavuzError(
            f"Anahtar sözcük dizini okunamadı ({folder}); belgelerden yeniden oluşturulmalı.",
            f"The keyword index cannot be read ({folder}); it has to be built again from the documents.",
        ) from error


def _usual_rows(units: Sequence[str], folds: Sequence[str], totals: Sequence[int]) -> NDArray[np.int32]:
    """For every unit the most frequent one that has the same fold (of equals the first by name)."""
    usual: dict[str, int] = {}
    for row, fold in enumerate(folds):
        best = usual.setdefault(fold, row)
        if (-totals[row], units[row]) < (-totals[best], units[best]):
            usual[fold] = row
    return np.array([usual[fold] if fold else row for row, fold in enumerate(folds)], np.int32)
