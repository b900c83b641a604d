"""An embedder that remembers what it embedded: layers that do not change need to read a text once.

A passage is the positive of one question and a negative of others, and stands in every epoch. What is known
stays in memory (1.5 kB a text of 384 numbers) and, with a `file`, on disk for a round that goes on.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.paired_embedder import PairedEmbedder
from assistant.whole_file import whole_file

_AT_ONCE = 64  # texts between two signs of life


class KnownVectors:
    """An embedder in front of `embedder`, with its fingerprint; passages alone are remembered."""

    def __init__(self, embedder: Embedder, file: Path | None = None) -> None:
        """With `file`, what `keep` wrote there is known again, if it was this embedder's."""
        self.name, self.fingerprint = embedder.name, embedder.fingerprint
        self.dimension, self.max_tokens = embedder.dimension, embedder.max_tokens
        self.embed_question, self.count_tokens = embedder.embed_question, embedder.count_tokens
        self._embedder = embedder
        self._known: dict[bytes, NDArray[np.float32]] = {}
        self._file = file
        if file and file.exists():
            self._known = dict(self._read(file))

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] = lambda done, total: None
    ) -> NDArray[np.float32]:
        """(texts, dimension), each row of length 1; only texts that were not met are embedded."""
        keys = list(map(_key, texts))
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        # Texts of about the same length together, and a sign of life after each few.
        order = sorted(new, key=lambda key: len(new[key]))
        for start in range(0, len(order), _AT_ONCE):
            progress(start, len(order))
            some = order[start : start + _AT_ONCE]
            self._known.update(
                zip(some, self._embedder.embed_passages([new[key] for key in some]), strict=True)
            )
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([self._known[key] for key in keys])

    def keep(self) -> None:
        """Write what is known to the file, whole or not at all. Raises OSError if that can't be done."""
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(self._file, "wb") as out:
                keys = np.frombuffer(b"".join(self._known), np.uint8).reshape(-1, _KEY_BYTES)
                vectors = np.array(list(self._known.values()), np.float32).reshape(-1, self.dimension)
                np.savez(out, maker=np.array(self.fingerprint), keys=keys, vectors=vectors)

    def _read(self, file: Path) -> Iterator[tuple[bytes, NDArray[np.float32]]]:
        try:
            with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
                if str(kept["maker"]) == self.fingerprint:
                    yield from zip(map(bytes, kept["keys"]), kept["vectors"], strict=True)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return  # half a file: they are made anew


def read_once(one: Embedder, other: Embedder) -> bool:
    """Let both, if they are pairs with the same layers, read each passage once; returns whether they are."""
    if not (isinstance(one, PairedEmbedder) and one.has_layers_of(other)):
        return False
    one.deep = other.deep = KnownVectors(one.deep)
    return True


_KEY_BYTES = 16


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
