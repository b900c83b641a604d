"""The words of the documents, and what of them a question asks for.

A unit is a distinct word or code token as it is written, a token what BM25 counts for it; both are known by
their row and column. Of the units that differ in diacritics only ("ogrenme", "öğrenme") the most frequent is
the usual one, and its tokens stand for all: so it does not matter how documents and questions are typed.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant import turkish
from assistant.sparse import EMPTY, Sparse, as_csr, tally
from assistant.spelling import Speller

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SEEN = 3  # times that a word must stand in the documents to stand for its family
_FAMILIES = 50_000  # of the most frequent words; more would take more than a few ms to compare with


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of a question, how often it is in there, and the columns that it is searched by.

    `key` is its `turkish.key`, or that of the word it was meant to be.
    """

    text: str
    key: str
    times: int
    columns: Counter[int]


class Vocabulary:
    """Units, tokens and how they belong together. Never changed: `grown` gives another."""

    def __init__(
        self,
        units: Sequence[str] = (),
        folds: Sequence[str] = (),
        totals: NDArray[Any] | None = None,
        usual: NDArray[np.bool_] | None = None,
        tokens: Sequence[str] = (),
        weights: Sparse = EMPTY,
    ) -> None:
        """By unit: `folds` without diacritics, "" for code tokens; `totals` how often it is in the documents.

        `usual` marks the most frequent unit of each fold. `weights` is units x tokens, how often a token
        counts for a unit; rows of units that never were usual are empty.
        """
        self.units, self.folds, self.tokens, self.weights = units, folds, tokens, weights
        self.totals = np.zeros(0, np.int64) if totals is None else totals
        self.usual = np.zeros(0, np.bool_) if usual is None else usual
        self._last: tuple[str, bool, tuple[Asked, ...]] | None = None  # a search asks twice

    def grown(self, units: list[str], totals: NDArray[np.int64], grams: bool) -> "Vocabulary":
        """With these units, which begin with the old ones, and their totals now."""
        folds = [*self.folds]
        folds += ["" if turkish.is_code(unit) else turkish.fold(unit) for unit in units[len(folds) :]]
        usual_row = _usual_rows(units, folds, totals.tolist())
        usual = (usual_row == np.arange(len(units))) & (totals > 0)
        tokens, weights = self._weigh(units, usual, grams)
        return Vocabulary(units, folds, totals, usual, tokens, weights)

    def _weigh(self, units: list[str], usual: NDArray[np.bool_], grams: bool) -> tuple[list[str], Sparse]:
        """The tokens and `weights`, with the rows that were worked out before."""

        class Columns(dict[str, int]):
            def __missing__(self, token: str) -> int:
                column = self[token] = len(self)
                return column

        known = Columns((token, column) for column, token in enumerate(self.tokens))
        done = np.zeros(len(units), np.bool_)
        done[: len(self.units)] = np.diff(self.weights.indptr) > 0
        flat, lengths = array("i"), np.zeros(len(units), np.int64)
        for row in np.flatnonzero(usual & ~done).tolist():
            bag = turkish.tokens(units[row], grams)
            flat.extend(map(known.__getitem__, bag))
            lengths[row] = len(bag)
        ends = np.concatenate([[0], np.cumsum(lengths)])
        shape = (len(units), len(known))
        new = as_csr(tally(ends, np.array(flat, np.int32), len(known)), shape)
        both = as_csr(self.weights, shape) + new  # no row is in both
        return list(known), Sparse(both.indptr, both.indices, both.data)

    def weights_by_unit(self) -> "csr_array[Any]":
        """`weights` with the rows of the usual units in place of those that they stand for."""
        rows = [self.row_of.get(fold, row) for row, fold in enumerate(self.folds)]
        return as_csr(self.weights, (len(self.units), len(self.tokens)))[rows]

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each token that is in the documents; those of removed ones had others, too."""
        in_use = np.zeros(len(self.tokens), np.bool_)
        in_use[self.weights.indices[np.repeat(self.usual, np.diff(self.weights.indptr))]] = True
        return {self.tokens[column]: column for column in np.flatnonzero(in_use).tolist()}

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The usual unit's row of each fold."""
        return {self.folds[row]: row for row in np.flatnonzero(self.usual).tolist() if self.folds[row]}

    # questions

    def asked(self, question: str, grams: bool) -> tuple[Asked, ...]:
        """The words of a question that say what it is about, or all if none does, with their columns.

        A word that no document has is searched as what it was probably meant to be; two words that the
        documents also write as one are searched as one, too.
        """
        last = self._last
        if last is None or last[:2] != (question, grams):
            last = self._last = question, grams, self._asked(question, grams)
        return last[2]

    def _asked(self, question: str, grams: bool) -> tuple[Asked, ...]:
        units = list(chain.from_iterable(map(turkish.units, turkish.pieces(question))))
        folds = [turkish.fold(unit) for unit in units]
        found: Counter[tuple[str, str]] = Counter()
        for unit, fold in zip(units, folds, strict=True):
            for meant in self._meant(unit, fold):
                found[meant] += 1
        for first, second in pairwise(folds):
            if whole := self._speller.joined(first, second):
                found[self.units[self.row_of[whole]], whole] += 1
        telling = {pair: n for pair, n in found.items() if turkish.key(pair[1]) not in turkish.STOP_KEYS}
        return tuple(
            Asked(unit, turkish.key(fold), times, self._columns_of(unit, fold, grams, times))
            for (unit, fold), times in (telling or found).items()
        )

    def corrected(self, question: str) -> str:
        """The question with the words that no document has as they were probably meant."""
        parts, end = [], 0
        for start, stop, fold in turkish.spans(question):
            for unit in turkish.units(question[start:stop])[:1]:
                meant = self._meant(unit, fold)
                if [word for _, word in meant] != [fold]:
                    parts += [question[end:start], " ".join(word for word, _ in meant)]
                    end = stop
        return "".join(parts) + question[end:]

    def like(self, word: str) -> dict[int, int]:
        """The columns of a usual word's beginning and stem, and how often each counts."""
        columns, weights = self.weights.row(self.row_of[turkish.fold(word)])
        found = zip(columns.tolist(), weights.tolist(), strict=True)
        return {column: weight for column, weight in found if turkish.is_whole(self.tokens[column])}

    def common_words(self) -> list[str]:
        """The most frequent word of each family of words that begin alike, if it is not rare."""
        totals = self.totals.tolist()
        rows = np.flatnonzero(self.usual & (self.totals >= _SEEN)).tolist()
        rows.sort(key=lambda row: (-totals[row], self.units[row]))
        first: dict[str, str] = {}
        for row in rows:
            if self.folds[row].isalpha():
                first.setdefault(turkish.key(self.folds[row]), self.units[row])
        return list(first.values())[:_FAMILIES]

    @cached_property
    def _speller(self) -> Speller:
        rows = np.flatnonzero(self.usual & (self.totals >= _SEEN)).tolist()
        return Speller({self.folds[row]: int(self.totals[row]) for row in rows})

    def _meant(self, unit: str, fold: str) -> list[tuple[str, str]]:
        """The words that a word of a question stands for, each with its fold: mostly itself."""
        if turkish.is_code(unit):
            return [(unit, fold)]
        if fold in self.row_of:
            return [(self.units[self.row_of[fold]], fold)]
        if any(turkish.is_whole(token) and token in self.columns for token in turkish.tokens(unit, False)):
            return [(unit, fold)]  # another form of a word that is known
        return [(self.units[self.row_of[word]], word) for word in self._speller.meant(fold)] or [(unit, fold)]

    def _columns_of(self, unit: str, fold: str, grams: bool, times: int) -> Counter[int]:
        row = None if turkish.is_code(unit) else self.row_of.get(fold)
        if row is None:
            tokens = turkish.tokens(unit, grams) * times
            return Counter(self.columns[token] for token in tokens if token in self.columns)
        columns, weights = self.weights.row(row)
        return Counter(dict(zip(columns.tolist(), (weights * times).tolist(), strict=True)))


def _usual_rows(units: Sequence[str], folds: Sequence[str], totals: Sequence[int]) -> NDArray[np.int64]:
    """For every unit the most frequent one that has the same fold (of equals the first by name)."""
    usual: dict[str, int] = {}
    for row, fold in enumerate(folds):
        best = usual.setdefault(fold, row)
        if (-totals[row], units[row]) < (-totals[best], units[best]):
            usual[fold] = row
    return np.array([usual[fold] if fold else row for row, fold in enumerate(folds)], np.int64)
