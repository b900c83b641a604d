"""Sentences in groups by meaning (k-means on vectors of length 1), and their picture.

The number of groups may be left open: the one with the clearest borders (silhouette, Rousseeuw 1987) is
taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.errors import KilavuzError
from finetune.workbench.loading import of_length_1

MOST_GROUPS = 12
"""Groups that are tried where their number is open."""
_STARTS, _ROUNDS = 4, 50
_SAME = 1e-4  # one sentence twice lies no farther from itself
_SAMPLE = 1000  # vectors by which the borders are judged
_POINTS = 2000  # dots in the picture
_LABEL = 40  # characters of a sentence in the picture


@dataclass(frozen=True, slots=True)
class Groups:
    """The group of each sentence, from 0 (the largest) on, each group's middle sentence, and the vectors."""

    of: NDArray[np.int64]
    middles: tuple[int, ...]
    vectors: NDArray[np.float32]

    def members(self, group: int) -> list[int]:
        """The places of a group's sentences."""
        places: list[int] = np.flatnonzero(self.of == group).tolist()
        return places


def cluster(embedder: Embedder, sentences: Sequence[str], groups: int | None = None, seed: int = 0) -> Groups:
    """Sentences in `groups`, or in as many as they fall into.

    Raises KilavuzError for fewer than two sentences, or for more groups than sentences.
    """
    if len(sentences) < 2 or not 1 <= (groups or 2) <= len(sentences):
        raise KilavuzError(
            f"{len(sentences)} cümle {groups or 2} kümeye ayrılamaz; daha çok cümle ya da daha az küme "
            "verin.",
            f"{len(sentences)} sentences cannot fall into {groups or 2} groups; give more sentences or fewer "
            "groups.",
        )
    vectors = embedder.embed_passages(sentences)
    if groups:
        of, centres = _means(vectors, groups, seed)
    else:
        tried = [_means(vectors, k, seed) for k in range(2, min(MOST_GROUPS, len(vectors) - 1) + 1)]
        clearest = max(tried, key=lambda one: _clearness(vectors, one[0], seed), default=None)
        of, centres = clearest or _means(vectors, 2, seed)
    there, of = np.unique(of, return_inverse=True)  # a group may be empty where sentences are the same
    sizes = np.bincount(of)
    order = np.argsort(-sizes, kind="stable")
    of, centres = np.argsort(order)[of], centres[there][order]
    near = (vectors * centres[of]).sum(1)
    middles = tuple(int(np.where(of == group, near, -2).argmax()) for group in range(len(order)))
    return Groups(of, middles, vectors)


def draw(groups: Groups, sentences: Sequence[str], file: Path, language: str = "tr") -> None:
    """A PNG of the vectors on their two main axes, a colour a group, each with its middle sentence.

    Raises KilavuzError if the file can't be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    centred = groups.vectors - groups.vectors.mean(0)
    axes_of = np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    flat = centred @ axes_of
    some = np.random.default_rng(0).permutation(len(flat))[:_POINTS]
    figure = Figure(figsize=(9, 7), layout="constrained")
    FigureCanvasAgg(figure)  # no window, whatever the machine has
    axes = figure.add_subplot()
    for group, middle in enumerate(groups.middles):
        dots = flat[some[groups.of[some] == group]]
        text = " ".join(sentences[middle].split()).replace("$", r"\$")
        label = f"{group + 1}. " + (text if len(text) <= _LABEL else text[:_LABEL] + "…")
        axes.scatter(dots[:, 0], dots[:, 1], s=18, color=f"C{group % 10}", label=label, alpha=0.8)
        axes.annotate(str(group + 1), (flat[middle, 0], flat[middle, 1]), weight="bold")
    axes.set_title("Anlam kümeleri" if language != "en" else "Groups by meaning")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=2)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, dpi=110, format="png")
    except OSError as error:
        raise KilavuzError(
            f"Resim yazılamadı: {file} ({error.strerror}); başka bir yer verin.",
            f"The picture could not be written: {file} ({error.strerror}); give another place.",
        ) from error


def _means(
    vectors: NDArray[np.float32], groups: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The best of some runs: the group of each vector, and the groups' centres, of length 1."""
    rng = np.random.default_rng(seed)
    runs = [_run(vectors, groups, rng) for _ in range(_STARTS)]
    return max(runs, key=lambda run: float((vectors * run[1][run[0]]).sum()))


def _run(
    vectors: NDArray[np.float32], groups: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    # The first centres lie far apart (k-means++, Arthur and Vassilvitskii 2007).
    centres = vectors[[int(rng.integers(len(vectors)))]]
    far = np.maximum(0, 1 - vectors @ centres[0]).astype(np.float64)
    while len(centres) < groups and far.max() > _SAME:
        centres = np.vstack([centres, vectors[int(rng.choice(len(vectors), p=far / far.sum()))]])
        far = np.minimum(far, np.maximum(0, 1 - vectors @ centres[-1]))
    of = np.full(len(vectors), -1, np.int64)
    for _ in range(_ROUNDS):
        nearest = (vectors @ centres.T).argmax(1)
        if (nearest == of).all():
            break
        of = nearest
        for group in range(len(centres)):
            if (of == group).any():
                centres[group] = of_length_1(vectors[of == group].sum(0))
    return of, centres


def _clearness(vectors: NDArray[np.float32], of: NDArray[np.int64], seed: int) -> float:
    """The mean silhouette of a sample: how much nearer the own group is than the next one."""
    some = np.random.default_rng(seed).permutation(len(vectors))[:_SAMPLE]
    vectors, of = vectors[some], of[some]
    there = np.unique(of)
    if len(there) < 2:
        return -1.0
    far = 1 - vectors @ vectors.T
    sums = np.stack([far[:, of == group].sum(1) for group in there], axis=1)
    sizes = np.array([(of == group).sum() for group in there])
    own = np.searchsorted(there, of)
    rows = np.arange(len(of))
    inside = sums[rows, own] / np.maximum(1, sizes[own] - 1)
    means = sums / sizes
    means[rows, own] = np.inf
    outside = means.min(1)
    clear = np.where(sizes[own] > 1, (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-9), 0)
    return float(clear.mean())
