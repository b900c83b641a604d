"""A closer look at the best candidates: every word of the question where it is met best.

The index adds up what a chunk has. Here a word of the question also counts, for less, where only a word of
like meaning stands (the better of both, so that a chunk with both gains nothing), and where it stands in a
neighbouring chunk of the passage. That is too much to work out for every chunk, so it is done for few.
"""

from collections.abc import Mapping
from itertools import chain

import numpy as np

from assistant.keywords import KeywordIndex
from assistant.related import RelatedWords

RELATED = 0.5
"""What a word of like meaning counts, times its similarity; .35 to .8 are alike on the dev questions."""

AROUND = 0.4
"""Share of the score that the whole passage gives, the rest is the chunk's own; .2 to .5 are alike."""

TELLING = 0.27
"""Share of an unknown word's idf from which on a word's relations are looked for. Of 40,000 chunks the word
then stands in 5 % at most; without this bound nDCG@10 is the same, and the search a tenth slower."""

_UNKNOWN = "\0"  # no word's key
_MOST_WORDS = 40  # of a long question, the rarest


def passage_scores(
    index: KeywordIndex, related: RelatedWords, question: str, passages: Mapping[int, range]
) -> dict[int, float]:
    """A score in BM25's unit for each chunk, by its row of the index; `passages` has the rows around it."""
    members = np.fromiter(chain.from_iterable(passages.values()), np.int64)
    starts = np.cumsum([0, *map(len, passages.values())])[:-1]
    rows, places = np.unique(members, return_inverse=True)
    own = np.searchsorted(rows, list(passages))
    idf = {word.key: index.idf(word.key) for word in index.asked(question)}
    asked = sorted(index.asked(question), key=lambda word: (not word.columns, -idf[word.key]))
    asked = asked[:_MOST_WORDS]  # a word that no document has may still have relations
    bound = TELLING * index.idf(_UNKNOWN)
    telling = [word.text for word in asked if idf[word.key] >= bound]
    alike = dict(zip(telling, related.of(telling), strict=True))
    total = np.zeros(len(passages))
    for word in asked:
        met = index.at(rows, word.columns)
        for like, similarity in alike.get(word.text, ()):
            as_good = RELATED * similarity * word.times
            met = np.maximum(met, as_good * index.at(rows, index.vocabulary.like(like)))
        total += (1 - AROUND) * met[own] + AROUND * np.maximum.reduceat(met[places], starts)
    return dict(zip(passages, total.tolist(), strict=True))
