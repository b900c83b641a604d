"""The words of a text as a short vector: rare ones count more, and which are rare is learned from documents.

Every key (see `turkish.key`) has a vector of its own, +1 or -1 at a few places that its hash draws, so any
word has one, and two texts are as similar as the weighted words that they share: a sparse random projection
(Achlioptas 2003; "feature hashing": Weinberger et al. 2009) of their word counts. What is learned is how many
passages have a key. It stands beside an embedder whose tokens blur the names and terms of a field.

    words.json  {"format": "kilavuz-words", "version": 1, "passages": how many were read,
                 "counts": {key: how many have it}}
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError
from assistant.model_parts import damaged, read_part
from assistant.turkish import content_keys

FORMAT, VERSION = "kilavuz-words", 1
FILE = "words.json"
DIMENSION = 384
PLACES = 8
"""Places that a key takes: with one, keys that meet in it could not be told apart; more cost time alone."""
RARE = 2
"""Keys of fewer passages are not kept: what is not known is taken for as rare as what is met once."""
_BATCH = 1024


class WordSketch:
    """Vectors of passages and questions, both in the same way."""

    def __init__(self, passages: int, counts: Mapping[str, int]) -> None:
        """`counts`: of the keys, how many of the `passages` have each."""
        self._passages = passages
        self._counts = dict(counts)
        self.fingerprint = hashlib.sha256(self._written()).hexdigest()

    @classmethod
    def fit(cls, passages: Iterable[str]) -> "WordSketch":
        """Count the keys of passages."""
        total, counts = 0, Counter[str]()
        for passage in passages:
            total += 1
            counts.update(set(content_keys(passage)))
        return cls(total, {key: count for key, count in sorted(counts.items()) if count >= RARE})

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, DIMENSION), each row of length 1; texts without a key share a vector of their own."""
        parts = [self._embed(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate([np.empty((0, DIMENSION), np.float32), *parts])

    def save(self, folder: Path) -> None:
        """Write it into a model's folder. Raises OSError if that can't be done."""
        (folder / FILE).write_bytes(self._written())

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        from scipy.sparse import csr_array

        rows: dict[str, int] = {}
        places, weights, ends = [], [], [0]
        for text in texts:
            for key, count in Counter(content_keys(text) or [""]).items():
                places.append(rows.setdefault(key, len(rows)))
                weights.append((1 + log(count)) * self._rareness(key))
            ends.append(len(places))
        drawn = np.stack([_drawn(key) for key in rows])
        keys = csr_array(
            (
                np.where(drawn < DIMENSION, 1, -1).ravel().astype(np.float32),
                drawn.ravel() % DIMENSION,
                np.arange(0, drawn.size + 1, PLACES),
            ),
            shape=(len(rows), DIMENSION),
        )
        words = csr_array((np.array(weights, np.float32), places, ends), shape=(len(texts), len(rows)))
        vectors: NDArray[np.float32] = (words @ keys).toarray()
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def _rareness(self, key: str) -> float:
        return log((self._passages + 1) / (self._counts.get(key, RARE - 1) + 1)) + _LEAST

    def _written(self) -> bytes:
        about = {"format": FORMAT, "version": VERSION, "passages": self._passages, "counts": self._counts}
        return json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()


_LEAST = 0.01  # a text whose every word is in all passages needs a vector, too


def load_sketch(folder: Path) -> WordSketch | None:
    """The sketch in a model's folder, if it has one. Raises KilavuzError if it is damaged."""
    if not (folder / FILE).exists():
        return None
    try:
        said = json.loads(read_part(folder, FILE))
        if (said["format"], said["version"]) != (FORMAT, VERSION):
            raise damaged(folder)
        counts = {str(key): int(count) for key, count in said["counts"].items()}
        if said["passages"] < 0 or any(not 0 < count <= said["passages"] for count in counts.values()):
            raise damaged(folder)
        return WordSketch(int(said["passages"]), counts)
    except KilavuzError:
        raise
    except Exception as error:  # json's, or something that is no number
        raise damaged(folder) from error


@lru_cache(maxsize=1 << 17)
def _drawn(key: str) -> NDArray[np.int32]:
    """PLACES numbers below 2 × DIMENSION: a place, and half of them with the sign turned."""
    digest = hashlib.blake2b(key.encode(), digest_size=4 * PLACES).digest()
    drawn: NDArray[np.int32] = (np.frombuffer(digest, "<u4") % (2 * DIMENSION)).astype(np.int32)
    return drawn
