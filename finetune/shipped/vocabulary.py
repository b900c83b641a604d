"""The vocabulary of the student with layers: the teacher's English pieces, and Turkish ones beside them.

The teacher's pieces keep their vectors, so an English text, and a name in a Turkish one, is read as the
teacher reads it. Turkish pieces are learned by WordPiece from folded text: I, İ and ı become i, and ç ğ ö ş ü
lose their marks as all accents do in the teacher's own normaliser, so a question typed on an English keyboard
gives the same pieces. A new piece's first vector is the weighted mean of the teacher's for the pieces that it
stands for in the parallel texts (sunucu: server; şehir: cities, downtown, city).
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.static_embedder import load_static

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Item = TypeVar("Item")

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
"""First tokens of the vocabulary, as the teacher calls them."""
COMMON = 20_000
"""Teacher's pieces with a lower number are kept without regard to the texts: BERT numbers by frequency."""
SEEN = 3
"""Rarer pieces are kept if they occur so often in the English texts."""
NEAREST = 5
"""English words that the first vector of a piece without translations is made of."""
ROUNDS = 6
"""Of expectation maximisation; more change little."""
OFTEN = 3.0
"""A piece's translations are believed if it stood for so many English pieces."""
UNLIKELY = 0.03
"""Translations with a lower chance are left out."""
EMPTY = 0
"""The piece ([PAD]) that stands for what has no counterpart."""


WEIGHTS = {"ms-": 0.3, "tatoeba": 4.0, "tqp": 2.0}
"""How often a text counts when pieces are learned, by the start of its source: machine-translated manuals are
most of the text, and everyday words are rare in it."""


class Translations(NamedTuple):
    """`source` pieces, `target` pieces, the chance of each pair given its source; `seen` by piece."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    chance: NDArray[np.float64]
    seen: NDArray[np.float64]


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def english_pieces(teacher: "Tokenizer", texts: Iterable[str]) -> list[str]:
    """The teacher's pieces to keep, in its order: ASCII ones that are common, alone, or in the texts."""
    counts: Counter[int] = Counter()
    for some in _batches(texts, 4096):
        for encoding in teacher.encode_batch_fast(some, add_special_tokens=False):
            counts.update(encoding.ids)
    kept = []
    for piece, number in sorted(teacher.get_vocab().items(), key=lambda item: item[1]):
        if not piece.isascii() or piece.startswith("["):
            continue
        continues = piece.startswith("##")
        alone = len(piece.removeprefix("##")) == 1
        if alone or counts[number] >= SEEN or (number < COMMON and not continues):
            kept.append(piece)
    return kept


def balanced(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The texts of (source, text) as often as `WEIGHTS` tells, what is left out drawn by a fixed seed."""
    draw = random.Random(0)
    for source, text in texts:
        weight = next((times for start, times in WEIGHTS.items() if source.startswith(start)), 1.0)
        yield from [text] * (int(weight) + (draw.random() < weight % 1))


def student_tokenizer(english: Sequence[str], turkish: Iterable[str], size: int) -> "Tokenizer":
    """WordPiece of up to `size` pieces: `SPECIAL`, `english`, and what is learned from `turkish` texts."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    def empty(pieces: Sequence[str]) -> Tokenizer:
        model = models.WordPiece(
            {piece: number for number, piece in enumerate(pieces)},
            unk_token="[UNK]",
            max_input_chars_per_word=100,
        )
        tokenizer = Tokenizer(model)
        tokenizer.normalizer = normalizers.Sequence(
            [
                normalizers.NFKC(),
                normalizers.Replace("ı", "i"),
                normalizers.BertNormalizer(strip_accents=True),
            ]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        return tokenizer

    learned = empty([])
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        min_frequency=5,
        special_tokens=list(SPECIAL),
        limit_alphabet=100,
        show_progress=False,
    )
    learned.train_from_iterator(turkish, trainer)
    in_order = sorted(learned.get_vocab().items(), key=lambda item: item[1])
    pieces = list(dict.fromkeys([*SPECIAL, *english, *(piece for piece, _ in in_order)]))[:size]
    tokenizer = empty(pieces)
    ids = {name: tokenizer.token_to_id(name) for name in SPECIAL}
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, ids[name]) for name in ("[CLS]", "[SEP]")]
    )
    return tokenizer


def translations(
    english: Sequence[Sequence[int]], turkish: Sequence[Sequence[int]], size: int
) -> Translations:
    """Which pieces of one side the pieces of the other stand for, from pairs of token ids below `size`.

    IBM model 1 (Brown et al. 1993) over the sets of pieces, without an empty word on the English side.
    """
    some_en, some_tr, groups = [], [], []
    group = 0
    for one, other in zip(english, turkish, strict=True):
        left, right = np.unique(one), np.unique([EMPTY, *other])
        some_en.append(np.repeat(left, len(right)))
        some_tr.append(np.tile(right, len(left)))
        groups.append(np.repeat(np.arange(group, group + len(left)), len(right)))
        group += len(left)
    keys, place = np.unique(np.concatenate(some_tr) * size + np.concatenate(some_en), return_inverse=True)
    of_group = np.concatenate(groups)
    source, target = keys // size, keys % size
    chance, seen = np.ones(len(keys)), np.zeros(size)
    for _ in range(ROUNDS):
        share = chance[place]
        share /= np.bincount(of_group, share, minlength=group)[of_group]
        counts = np.bincount(place, share, minlength=len(keys))
        seen = np.bincount(source, counts, minlength=size).astype(np.float64)
        chance = counts / seen[source]
    return Translations(source, target, chance, seen)


def first_vectors(
    tokenizer: "Tokenizer",
    static: Path,
    known: dict[str, int],
    table: NDArray[np.float32],
    found: Translations,
) -> NDArray[np.float32]:
    """(pieces, width): rows of the teacher's `table` where it knows the piece, else a mean of some.

    The mean is that of the pieces it stands for in the parallel texts, weighted by how often, or for a piece
    that was hardly seen there, of the English words nearest to it in the space of the static student in
    folder `static`, weighted by their cosines. It is stretched to the length that rows of words have, as
    means of different vectors are short.
    """
    from scipy.sparse import csr_array

    embedder = load_static(static)
    words = [word for word in sorted(known) if word.isalpha() and len(word) > 2]
    rows = table[[known[word] for word in words]]
    length = float(np.median(np.linalg.norm(rows, axis=1)))
    near = embedder.embed_passages(words).T
    names = [str(tokenizer.id_to_token(number)) for number in range(tokenizer.get_vocab_size())]
    made = np.zeros((len(names), table.shape[1]), np.float32)
    old = [number for number, name in enumerate(names) if name in known]
    made[old] = table[[known[names[number]] for number in old]]
    told = np.isin(found.target, old) & ~np.isin(found.source, old) & (found.chance > UNLIKELY)
    told &= found.seen[found.source] >= OFTEN
    source, target, chance = found.source[told], found.target[told], found.chance[told].astype(np.float32)
    made += csr_array((chance, (source, target)), shape=(len(names), len(names))) @ made
    for new in _batches(np.setdiff1d(np.arange(len(names)), [*old, *source]).tolist(), 1024):
        similar = embedder.embed_passages([names[number].removeprefix("##") for number in new]) @ near
        best = np.argpartition(-similar, NEAREST - 1, axis=1)[:, :NEAREST]
        weights = np.maximum(np.take_along_axis(similar, best, 1), 1e-3)
        made[new] = (weights[:, :, None] * rows[best]).sum(1)
    others = np.setdiff1d(np.arange(len(names)), old)
    made[others] *= length / np.maximum(np.linalg.norm(made[others], axis=1, keepdims=True), 1e-9)
    return made
