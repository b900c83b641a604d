"""Fakes that can be checked by hand."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np

from assistant.documents import ReadFile
from assistant.library import Library
from assistant.records import Chunk, Document, Page
from assistant.turkish import words


class WordEmbedder:
    """One of 64 dimensions a word (by CRC-32), counted and normalised: texts are near if they share words."""

    dimension = 64
    max_tokens = 512

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.fingerprint = name
        self.embedded = 0

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += len(texts)
        vectors = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                vectors[row, (zlib.crc32(word.encode()) + len(self.name)) % 64] += 1
            vectors[row] /= max(1e-9, float(np.linalg.norm(vectors[row])))
        return vectors

    def embed_question(self, text: str) -> np.ndarray:
        return self.embed_passages([text])[0]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


OpenLibrary = Callable[..., Library]
"""What the fixture `open_library` gives."""


def read_file(name: str, *texts: str, path: str = "") -> ReadFile:
    """A file as it comes from the readers: one chunk for each text."""
    document = Document(name, name, "markdown", f"hash of {texts}", (Page("\n".join(texts)),))
    chunks = tuple(Chunk(name, name, ("Başlık",), None, text, i) for i, text in enumerate(texts))
    return ReadFile(path or f"/d/{name}", 10, "1-256", document, chunks)
