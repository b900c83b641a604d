"""The static student: its tokenizer, its training on a teacher's vectors, its export for `assistant`.

The student is `normalise(mean(table[tokens]) @ linear)`. How much a token counts is the norm of its row,
which training finds; rows start with the SIF weight a / (a + p) (Arora et al. 2017): frequent ones start low.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.packed_rows import pack
from assistant.static_embedder import FORMAT, UNKNOWN, VERSION
from finetune.shipped.parallel import Pair

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SIF = 1e-3
"""a of a / (a + p); Arora et al. use 1e-3 to 1e-4."""
MAX_TOKENS = 4096
TOKENIZER_TEXTS = 57_344
"""The vocabulary is learned from this many of the (shuffled) pairs, as time grows with their number."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Numbers of the training; `contrast` weighs the in-batch contrast against the cosine to the teacher."""

    vocabulary: int = 32000
    width: int = 256
    epochs: int = 12
    batch: int = 1024
    rate: float = 0.02
    contrast: float = 1.0
    temperature: float = 0.05
    diacritics: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Student:
    """Trained weights: `table` (tokens, width), `linear` (width, dimension)."""

    table: NDArray[np.float32]
    linear: NDArray[np.float32]


def empty_tokenizer(diacritics: bool = False) -> "Tokenizer":
    """The tokenizer before training: folds, splits at white space, punctuation and digits; Unigram.

    I, İ and ı become i (in search a dotless ı in place of an i is the commonest slip, and English words in
    capitals need i); ç ğ ö ş ü â î û lose their marks unless `diacritics`, so that a question typed on an
    English keyboard gets the same tokens. Punctuation is dropped.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram())
    folding = [
        normalizers.NFKC(),
        normalizers.Replace("İ", "i"),
        normalizers.Replace("ı", "i"),
        normalizers.Lowercase(),
    ]
    if not diacritics:
        folding += [normalizers.NFD(), normalizers.StripAccents()]
    tokenizer.normalizer = normalizers.Sequence(folding)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation("removed"),
            pre_tokenizers.Digits(individual_digits=False),
            pre_tokenizers.Metaspace(prepend_scheme="always"),
        ]
    )
    return tokenizer


def train_tokenizer(pairs: Sequence[Pair], recipe: Recipe) -> "Tokenizer":
    """A Unigram vocabulary learned from both sides of the pairs; [UNK] is token 0."""
    from tokenizers import trainers

    tokenizer = empty_tokenizer(bool(recipe.diacritics))
    trainer = trainers.UnigramTrainer(
        vocab_size=recipe.vocabulary, unk_token="[UNK]", special_tokens=["[UNK]"], show_progress=False
    )
    sample = pairs[:TOKENIZER_TEXTS]
    tokenizer.train_from_iterator((text for pair in sample for text in (pair.tr, pair.en)), trainer)
    return tokenizer


class Texts:
    """Token numbers of many texts in one flat array; `bags(rows)` cuts a batch out of it."""

    def __init__(self, texts: Sequence[str], tokenizer: "Tokenizer") -> None:
        parts, lengths = [], []
        for start in range(0, len(texts), 4096):
            batch = list(texts[start : start + 4096])
            encodings = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            rows = [encoding.ids or [UNKNOWN] for encoding in encodings]
            lengths += [len(row) for row in rows]
            parts.append(np.concatenate([np.array(row, np.int32) for row in rows]))
        self.tokens = np.concatenate(parts)
        self._lengths = np.array(lengths)
        self._starts = np.cumsum(self._lengths) - self._lengths

    def bags(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tokens of the rows one after another, and where each row starts among them."""
        lengths = self._lengths[rows]
        starts = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(self._starts[rows] - starts, lengths)
        return self.tokens[places].astype(np.int64), starts


def train(
    pairs: Sequence[Pair],
    vectors: Sequence[NDArray[np.float16]],
    tokenizer: "Tokenizer",
    recipe: Recipe,
    say: Callable[[str], None],
) -> Student:
    """Both sides of each pair learn the teacher's vector of the pair; Adam, rate falling to 0 by a cosine.

    `vectors` are the teacher's, in parts, one row a pair. Uses a GPU where there is one.
    """
    import torch
    from torch.nn import functional

    device = "cuda" if torch.cuda.is_available() else "cpu"
    targets = torch.from_numpy(np.concatenate(vectors))
    sides = [Texts([pair.tr for pair in pairs], tokenizer), Texts([pair.en for pair in pairs], tokenizer)]
    draw = np.random.default_rng(recipe.seed)
    size = tokenizer.get_vocab_size()
    counts = np.bincount(np.concatenate([side.tokens for side in sides]), minlength=size)
    sif = SIF / (SIF + counts / counts.sum())
    table = torch.tensor(draw.normal(0, 0.1, (size, recipe.width)) * sif[:, None], dtype=torch.float32)
    table = table.to(device).requires_grad_()
    linear = draw.normal(0, recipe.width**-0.5, (recipe.width, targets.shape[1]))
    layer = torch.tensor(linear, dtype=torch.float32, device=device, requires_grad=True)
    groups: list[dict[str, Any]] = [{"params": [table]}, {"params": [layer], "lr": recipe.rate / 10}]
    optimizer = torch.optim.Adam(groups, lr=recipe.rate, fused=True)
    steps = recipe.epochs * (len(pairs) // recipe.batch or 1)
    plan = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    step = 0
    for epoch in range(recipe.epochs):
        order = draw.permutation(len(pairs))
        total = 0.0
        for begin in range(0, max(len(pairs) - recipe.batch, 0) + 1, recipe.batch):
            rows = order[begin : begin + recipe.batch]
            target = targets[torch.from_numpy(rows)].to(device).float()
            answer = torch.arange(len(rows), device=device)
            loss = torch.zeros((), device=device)
            for side in sides:
                tokens, starts = (torch.from_numpy(array).to(device) for array in side.bags(rows))
                student = functional.normalize(functional.embedding_bag(tokens, table, starts) @ layer)
                near = (1 - (student * target).sum(1)).mean()
                contrast = functional.cross_entropy(student @ target.T / recipe.temperature, answer)
                loss = loss + near + recipe.contrast * contrast
                total += float(near.detach())
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            plan.step()
            step += 1
        done = step / (epoch + 1)
        say(f"epoch {epoch + 1} of {recipe.epochs}: cosine to the teacher {1 - total / done / 2:.4f}")
    rows_ = table.detach().cpu().numpy()
    rows_[UNKNOWN] = (counts[:, None] * rows_).sum(0) / counts.sum()
    return Student(rows_, layer.detach().cpu().numpy())


def export(student: Student, tokenizer: "Tokenizer", recipe: Recipe, teacher: str, folder: Path) -> None:
    """Write the folder that `assistant.static_embedder.load_static` reads: rows in 4 bits."""
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    packed, scale = pack(student.table)
    linear = student.linear.astype(np.float16)
    tensors: dict[str, NDArray[Any]] = {"packed": packed, "scale": scale, "linear": linear}
    (folder / "model.safetensors").write_bytes(save(tensors))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "format": FORMAT,
        "version": VERSION,
        "name": "kilavuz-compact",
        "space": Path(teacher).name,
        "max_tokens": MAX_TOKENS,
        "recipe": asdict(recipe),
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
