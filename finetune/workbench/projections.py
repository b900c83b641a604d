"""Linear maps that make vectors shorter, or even their directions out, and how each is found.

    random     a random rotation, cut: needs no texts (Johnson and Lindenstrauss 1984)
    cut        the first numbers, for models trained so (Matryoshka: Kusupati et al. 2022)
    pca        the directions in which texts differ most; dot products change least
    whitening  the same around the mean, all equally wide (Su et al. 2021)
    learned    from pca on, trained so that questions come to lie near their passages

Each map is `(vectors - mean) @ matrix`, made 1 long afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError

Array = NDArray[np.float32]
_SCALE = 20.0  # of cosines in the softmax, as sentence-transformers' losses have it
_BATCH, _EPOCHS, _RATE = 128, 5, 1e-3


@dataclass(frozen=True, slots=True)
class Projection:
    """`mean` (source,) and `matrix` (source, target)."""

    mean: Array
    matrix: Array

    def apply(self, vectors: Array) -> Array:
        """(…, source) to (…, target), each row of length 1."""
        made = (vectors - self.mean) @ self.matrix
        made /= np.maximum(np.linalg.norm(made, axis=-1, keepdims=True), 1e-12)
        return np.asarray(made, np.float32)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of many vectors without keeping them: their number, mean and second moment."""

    count: int
    mean: NDArray[np.float64]
    moment: NDArray[np.float64]


def seen(batches: Iterable[Array], width: int) -> Seen:
    """Look at vectors batch by batch."""
    count, total, moment = 0, np.zeros(width), np.zeros((width, width))
    for batch in batches:
        wide = batch.astype(np.float64)
        count += len(wide)
        total += wide.sum(0)
        moment += wide.T @ wide
    return Seen(count, total / max(1, count), moment / max(1, count))


def random_map(width: int, target: int, seed: int = 0) -> Projection:
    """A random rotation, cut after `target` numbers."""
    drawn = np.random.default_rng(seed).standard_normal((width, target))
    return _around_zero(np.linalg.qr(drawn)[0])


def cut(width: int, target: int) -> Projection:
    """The first `target` numbers."""
    return _around_zero(np.eye(width, target))


def pca(known: Seen, target: int) -> Projection:
    """The main directions of the vectors as they are. Raises KilavuzError for too few vectors."""
    _demand(known, target)
    return _around_zero(_main(known.moment, target)[1])


def whitening(known: Seen, target: int) -> Projection:
    """The main directions around the mean, each as wide as the others. Raises KilavuzError likewise."""
    _demand(known, target)
    widths, directions = _main(known.moment - np.outer(known.mean, known.mean), target)
    floor = max(float(widths[0]), 1e-12) * 1e-6  # directions without any width would be noise alone
    matrix = directions / np.sqrt(np.maximum(widths, floor))
    return Projection(known.mean.astype(np.float32), matrix.astype(np.float32))


def learned(
    target: int,
    questions: Array,
    passages: Array,
) -> Projection:
    """From their main directions on, trained on questions and their passages, row by row (InfoNCE).

    Raises KilavuzError for fewer than two pairs.
    """
    import torch
    from torch.nn import functional

    if len(questions) < 2:
        raise KilavuzError(
            "Doğrusal eşleme öğrenmek için en az iki soru-pasaj çifti gerekir; dosyaya çift ekleyin.",
            "A learned map needs at least two pairs of question and passage; add pairs to the file.",
        )
    known = seen([questions, passages], questions.shape[1])
    start = _around_zero(_main(known.moment, target)[1])
    matrix = torch.tensor(start.matrix, requires_grad=True)
    optimizer = torch.optim.Adam([matrix], lr=_RATE)
    asked, given = torch.from_numpy(questions), torch.from_numpy(passages)
    chance = torch.Generator().manual_seed(0)
    for _ in range(_EPOCHS):
        shuffled: tuple[torch.Tensor, ...] = torch.split(torch.randperm(len(asked), generator=chance), _BATCH)
        for rows in shuffled:
            if len(rows) < 2:
                continue
            left = functional.normalize(asked[rows] @ matrix, dim=1)
            right = functional.normalize(given[rows] @ matrix, dim=1)
            loss = functional.cross_entropy(_SCALE * left @ right.T, torch.arange(len(rows)))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return Projection(start.mean, matrix.detach().numpy())


def _main(moment: NDArray[np.float64], target: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values, vectors = np.linalg.eigh(moment)
    order = np.argsort(-values)[:target]
    directions = vectors[:, order]
    # The sign of an eigenvector is chance: the largest number is made positive.
    signs = np.sign(directions[np.abs(directions).argmax(0), np.arange(target)])
    return values[order], directions * np.where(signs == 0, 1, signs)


def _around_zero(matrix: NDArray[np.float64]) -> Projection:
    return Projection(np.zeros(len(matrix), np.float32), matrix.astype(np.float32))


def _demand(known: Seen, target: int) -> None:
    if known.count < target:
        raise KilavuzError(
            f"{target} boyut için en az {target} metin gerekir, {known.count} metin var; metin ekleyin, "
            "boyutu "
            "küçültün ya da random yöntemini kullanın.",
            f"{target} dimensions need at least {target} texts, and there are {known.count}; add texts, take "
            "fewer dimensions, or use the method random.",
        )
