"""The keyword index: BM25 over the tokens of assistant/turkish.py, compiled for speed.

    chunks --(units)--> D --(tokens of each distinct unit)--> D @ W --(BM25)--> one score per posting

D counts the units (distinct words) of every chunk and W the tokens of every unit, both sparse; their
product counts tokens without any text being looked at twice. BM25 is worked out once for all
postings and stored by token, so a search adds up a few slices (topk.py). `update` reuses D and W but
works out all scores anew, since each depends on how many chunks there are.

Words that differ in diacritics only ("ogrenme", "öğrenme") share the tokens of the form that is most
frequent in the corpus. So it does not matter how the documents or the question were typed.

The index holds no texts. Every change makes a new object, so that a search never sees half of one.
It does not know word order, nor words of like meaning: those are the dense side's and rescore.py's.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import turkish
from assistant.array_folder import map_array, read_facts, read_words, write_folder
from assistant.bm25 import LUCENE, Scoring, highest, score
from assistant.errors import KilavuzError
from assistant.records import Chunk
from assistant.sections import Outline
from assistant.spans import Spans
from assistant.sparse import EMPTY, Sparse, column_sums, stack, take
from assistant.topk import Term, add, best, scores_at, within
from assistant.unit_counts import count_units
from assistant.vocabulary import Asked, Vocabulary

_FORMAT = 4
_PRIOR = 20  # chunks, in `idf`; in a library of any size it hardly counts
_MAX_QUERY_TOKENS = 400  # a longer question is searched by its rarest tokens


class KeywordIndex:
    """BM25 over chunks. Built with `build` or `update`, read back with `load_keywords`."""

    def __init__(
        self,
        scoring: Scoring = LUCENE,
        outline: Outline | None = None,
        vocabulary: Vocabulary | None = None,
        tops: NDArray[Any] | None = None,
        counts: Sparse = EMPTY,
        postings: Sparse = EMPTY,
    ) -> None:
        """An empty index; the other arguments are for `update` and `load_keywords`.

        `outline` tells where the chunks stand. `counts` is chunks x units, `postings` tokens x chunks with
        the BM25 scores, and `tops` the highest score of each token.
        """
        self.scoring = scoring
        self.outline = outline or Outline()
        self.ids = self.outline.ids
        self.vocabulary = vocabulary or Vocabulary()
        self._tops = np.zeros(0, scoring.precision) if tops is None else tops
        self._counts, self._postings = counts, postings

    @classmethod
    def build(cls, chunks: Iterable[Chunk], scoring: Scoring = LUCENE) -> "KeywordIndex":
        """An index of these chunks, whose ids must differ (ValueError)."""
        return cls(scoring).update((), chunks)

    def update(self, removed: Collection[int], added: Iterable[Chunk]) -> "KeywordIndex":
        """The index without the chunks `removed` and with those `added` (of these ids, older ones go).

        Equal to one built from scratch. Ids that are not there are no error.
        """
        units, new, counted = count_units(added, self.vocabulary.units, self.scoring)
        if len(set(new.ids.tolist())) < len(new.ids):
            raise ValueError("chunk ids must differ")
        keep = np.flatnonzero(~np.isin(self.ids, [*removed, *new.ids]))
        both = Outline(*map(np.concatenate, zip(self.outline.take(keep), new, strict=True)))
        rows = np.concatenate([keep, len(self.ids) + np.arange(len(new.ids))])
        order = np.argsort(both.ids, kind="stable")
        counts = take(stack([self._counts, counted]), rows[order], len(units))
        del counted  # half a gigabyte at a million chunks
        known, totals = self.vocabulary, column_sums(counts, len(units))
        if np.count_nonzero(totals) < len(units) / 2:  # most belong to documents that are gone
            known, units, totals, counts = Vocabulary(), *_without_gone(units, totals, counts)
        vocabulary = known.grown(units, totals, self.scoring.grams)
        postings = score(counts, vocabulary.weights_by_unit(), self.scoring)
        return KeywordIndex(self.scoring, both.take(order), vocabulary, highest(postings), counts, postings)

    # searching

    def search(self, question: str, limit: int, among: Spans | None = None) -> list[tuple[int, float]]:
        """The chunks that match best as (id, BM25 score): best first, ties by id, at most `limit`.

        With `among` only chunks with these ids; their scores are the same as without.
        """
        if limit <= 0:
            return []
        terms, ids = self.terms(question), self.ids
        if among is not None:
            places = among.rows(ids)
            terms, ids = within(terms, places), ids[places.numbers()]
        if not terms:
            return []
        rows, scores = best(terms, len(ids), limit, self.scoring.precision)
        return list(zip(ids[rows].tolist(), scores.tolist(), strict=True))

    def scores(self, question: str) -> NDArray[Any]:
        """BM25 of every chunk in `ids` for the question, 0 where nothing matches; `scoring.precision`."""
        total = np.zeros(len(self.ids), self.scoring.precision)
        for term in self.terms(question):
            add(total, term)
        return total

    def at(self, rows: NDArray[Any], columns: Mapping[int, int]) -> NDArray[np.float64]:
        """BM25 of these chunks alone, for tokens that count so often."""
        total = np.zeros(len(rows))
        for column, weight in columns.items():
            if self._frequency(column):
                total += scores_at(self._term(column, weight), rows)
        return total

    def asked(self, question: str) -> tuple[Asked, ...]:
        """The words that the question is searched by."""
        return self.vocabulary.asked(question, self.scoring.grams)

    def corrected(self, question: str) -> str:
        """The question with its slips put right, by the documents' own words."""
        return self.vocabulary.corrected(question)

    def query(self, question: str) -> Counter[int]:
        """The tokens of the question, as columns of the index, and how often each counts."""
        columns: Counter[int] = Counter()
        for word in self.asked(question):
            columns.update(word.columns)
        if len(columns) <= _MAX_QUERY_TOKENS:
            return columns
        names = self.vocabulary.tokens
        rarest = sorted(columns, key=lambda column: (self._frequency(column), names[column]))
        return Counter({column: columns[column] for column in rarest[:_MAX_QUERY_TOKENS]})

    def terms(self, question: str) -> list[Term]:
        """The question's tokens, in an order that only depends on which chunks the index holds."""
        names = self.vocabulary.tokens
        terms = [(self._term(column, times), names[column]) for column, times in self.query(question).items()]
        terms.sort(key=lambda pair: (pair[0].highest >= 0, -pair[0].weight * pair[0].highest, pair[1]))
        return [term for term, _ in terms]

    def _term(self, column: int, weight: int) -> Term:
        return Term(weight, float(self._tops[column]), *self._postings.row(column))

    def idf(self, key: str) -> float:
        """How telling a `turkish.key` is: ln(1 + (N-n+.5)/(n+.5)) for n of N chunks; most if unknown.

        N counts `_PRIOR` chunks without the key besides those there are, since a library of few chunks
        says little about which words are common.
        """
        known = self.vocabulary.columns
        columns = [known[token] for token in turkish.key_tokens(key) if token in known]
        chunks = max(map(self._frequency, columns), default=0)
        return float(np.log1p((_PRIOR + len(self.ids) - chunks + 0.5) / (chunks + 0.5)))

    def _frequency(self, column: int) -> int:
        return int(self._postings.indptr[column + 1] - self._postings.indptr[column])

    def token_lists(self) -> list[list[str]]:
        """What BM25 counts, chunk by chunk, as rank_bm25 takes it. Slow and large: for comparisons."""
        names, by_unit = self.vocabulary.tokens, self.vocabulary.weights_by_unit()
        bags = [
            np.repeat(by_unit.indices[a:b], by_unit.data[a:b]).tolist()
            for a, b in pairwise(by_unit.indptr.tolist())
        ]
        lists: list[list[str]] = []
        for chunk in range(len(self.ids)):
            lists.append([])
            for unit, times in zip(*map(np.ndarray.tolist, self._counts.row(chunk)), strict=True):
                lists[-1] += [names[column] for column in bags[unit] * times]
        return lists

    def question_tokens(self, question: str) -> list[str]:
        """The tokens that a question is searched by, for the same comparison."""
        return [self.vocabulary.tokens[column] for column in self.query(question).elements()]

    # on disk

    def save(self, folder: Path) -> None:
        """Write the index as a folder, in place of an older one; a crash leaves the old, the new or none."""
        facts = {"format": _FORMAT, "analyzer": turkish.ANALYZER_VERSION, "scoring": asdict(self.scoring)}
        known = self.vocabulary
        arrays = {**self.outline._asdict(), "totals": known.totals, "usual": known.usual, "tops": self._tops}
        matrices = {"counts": self._counts, "weights": known.weights, "postings": self._postings}
        for name, matrix in matrices.items():
            arrays |= {f"{name}.{part}": array for part, array in matrix._asdict().items()}
        words = {"units": known.units, "folds": known.folds, "tokens": known.tokens}
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
        outline = Outline(*(map_array(folder, name) for name in Outline._fields))
        totals, usual, tops = (map_array(folder, name) for name in ("totals", "usual", "tops"))
        rows = {"counts": len(outline.ids), "weights": len(units), "postings": len(tokens)}
        matrices = {
            name: Sparse(*(map_array(folder, f"{name}.{part}") for part in Sparse._fields)) for name in rows
        }
        for name, matrix in matrices.items():
            size = len(matrix.indices)
            if len(matrix.indptr) != rows[name] + 1 or not size == len(matrix.data) == matrix.indptr[-1]:
                raise ValueError(f"{name} is incomplete")
        if len({len(part) for part in outline}) > 1:
            raise ValueError("the outline is incomplete")
        if not len(totals) == len(usual) == len(units) == len(folds) or len(tops) != len(tokens):
            raise ValueError("the vocabulary is incomplete")
        vocabulary = Vocabulary(units, folds, totals, usual, tokens, matrices["weights"])
        scoring = Scoring(**about["scoring"])
        return KeywordIndex(scoring, outline, vocabulary, tops, matrices["counts"], matrices["postings"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, IndexError) as error:
        raise KilavuzError(
            f"Anahtar sözcük dizini okunamadı ({folder}); belgelerden yeniden oluşturulmalı.",
            f"The keyword index cannot be read ({folder}); it has to be built again from the documents.",
        ) from error


def _without_gone(
    units: Sequence[str], totals: NDArray[np.int64], counts: Sparse
) -> tuple[list[str], NDArray[np.int64], Sparse]:
    """The same without the units that stand in no chunk."""
    alive = totals > 0
    place = (np.cumsum(alive) - 1).astype(np.int32)
    kept = [unit for unit, stays in zip(units, alive.tolist(), strict=True) if stays]
    return kept, totals[alive], counts._replace(indices=place[counts.indices])
