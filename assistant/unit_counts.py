"""Which units (distinct words, code tokens) stand in chunks, and how often: the one pass over the texts.

How title, headings and path count is said by the weights; what the units are worth is not known here.
"""

import re
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import PurePosixPath

import numpy as np

from assistant import turkish
from assistant.bm25 import Scoring
from assistant.records import Chunk
from assistant.sections import Outline
from assistant.sparse import Sparse, stack, tally

_BATCH = 1 << 17  # chunks: occurrences of units are held for so many, 80 MB, before they are counted


def count_units(
    chunks: Iterable[Chunk], units: Sequence[str], weights: Scoring
) -> tuple[list[str], Outline, Sparse]:
    """The units given, behind them those of the chunks; where these stand; their counts, chunks x units."""
    known = {unit: row for row, unit in enumerate(units)}

    class Pieces(dict[str, tuple[int, ...]]):
        def __missing__(self, piece: str) -> tuple[int, ...]:
            rows = self[piece] = tuple(known.setdefault(u, len(known)) for u in turkish.units(piece))
            return rows

    rows_of = Pieces()

    @lru_cache(maxsize=1 << 10)  # a document's chunks share most of these
    def field(text: str) -> list[int]:
        return [*chain.from_iterable(map(rows_of.__getitem__, turkish.pieces(text)))]

    ids, positions, characters = array("q"), array("i"), array("i")
    counts = [tally(np.zeros(1, np.int64), np.zeros(0, np.int32), len(known))]
    rest = iter(chunks)
    while batch := list(islice(rest, _BATCH)):
        flat, ends = array("i"), array("q", [0])
        for chunk in batch:
            ids.append(chunk.id)
            positions.append(chunk.position)
            characters.append(len(chunk.text))
            flat.extend(chain.from_iterable(map(rows_of.__getitem__, turkish.pieces(chunk.text))))
            flat.extend(field(chunk.title) * weights.title_weight)
            flat.extend(field(" ".join(chunk.headings)) * weights.heading_weight)
            flat.extend(field(_path_words(chunk.source)) * weights.path_weight)
            ends.append(len(flat))
        counts.append(tally(np.array(ends), np.array(flat, np.int32), len(known)))
    numbers = np.array(ids, np.int64), np.array(positions, np.int32), np.array(characters, np.int32)
    return list(known), Outline(*numbers), stack(counts)


@lru_cache(maxsize=1 << 10)
def _path_words(source: str) -> str:
    """The words in a path's folders and file name, without the suffix."""
    return re.sub(r"[-_./]", " ", str(PurePosixPath(source).with_suffix("")) if source else "")
