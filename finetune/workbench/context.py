"""Passages with what stands around them: the heading before the text, or the document's vector beside it.

A passage that says "Bunu yılda bir değiştirin" is found only with what it is about.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.errors import KilavuzError
from finetune.workbench.loading import of_length_1


def with_headings(texts: Sequence[str], headings: Sequence[str]) -> list[str]:
    """Each text under its heading, as the search's own chunks are embedded; without one, as it is."""
    return [f"{head}\n\n{text}" if head else text for head, text in zip(headings, texts, strict=True)]


def in_documents(
    embedder: Embedder, texts: Sequence[str], documents: Sequence[str], share: float = 0.2
) -> NDArray[np.float32]:
    """(texts, dimension), of length 1: each passage's vector, and for `share` the mean of its document's.

    `documents` names the document of each text. Raises KilavuzError for a share outside 0..1.
    """
    if not 0 <= share <= 1:
        raise KilavuzError(
            f"Belgenin payı 0 ile 1 arasında olmalı, verilen: {share}; payı düzeltin.",
            f"The document's share must lie from 0 to 1, not {share}; correct it.",
        )
    vectors = embedder.embed_passages(texts)
    rows = {name: row for row, name in enumerate(dict.fromkeys(documents))}
    of = np.array([rows[name] for name in documents], np.int64)
    sums = np.zeros((len(rows), vectors.shape[1]), np.float32)
    np.add.at(sums, of, vectors)
    return of_length_1((1 - share) * vectors + share * of_length_1(sums)[of])
