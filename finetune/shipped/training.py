"""The training of a student with layers: on a teacher's vectors, and on questions with their passages.

Steps of two kinds take turns. In one both sides of parallel texts (the English one now and then) learn the
teacher's vector of the pair: to be near it, and nearer to it than to those of other texts. In the other a
question and its passage learn to be nearer to each other than to those of the batch (InfoNCE, both ways), all
from one source, so of like subject; what the static embedder that the student will stand beside knows already
is counted in, so that it learns what that one lacks. Where the texts come from is not known here.
"""

import hashlib
import time
from collections.abc import Sequence
from itertools import islice
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError
from assistant.paired_embedder import QUICK_SHARE
from finetune.shipped.pairs import Example
from finetune.shipped.parallel import Pair
from finetune.shipped.schedule import BodyRecipe, rate_share, schedule
from finetune.shipped.static import Say

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

    from assistant.embedder import Embedder

KEEP_EVERY = 300.0
"""Seconds between checkpoints."""
TELL_EVERY = 60.0
"""Seconds between lines about the progress."""


def token_table(body: "PreTrainedModel") -> "torch.nn.Parameter":
    """The vectors of the pieces, (pieces, width)."""
    weight: torch.nn.Parameter = body.get_submodule("embeddings.word_embeddings").weight  # type: ignore[assignment]
    return weight


def embed(body: "PreTrainedModel", ids: Sequence[Sequence[int]], pad: int) -> "torch.Tensor":
    """(texts, width), each of length 1: the mean over the tokens of the last layer."""
    import torch
    from torch.nn import functional

    longest = max(map(len, ids))
    tokens = torch.tensor([[*row, *[pad] * (longest - len(row))] for row in ids])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
    tokens, mask = tokens.to(body.device), mask.to(body.device)
    hidden = body(input_ids=tokens, attention_mask=mask).last_hidden_state.float()
    kept = mask[:, :, None].float()
    return functional.normalize((hidden * kept).sum(1) / kept.sum(1), dim=1)


class Losses:
    """What a step learns from, as a loss: `taught` by the teacher's vectors, `asked` by questions."""

    def __init__(
        self,
        body: "PreTrainedModel",
        tokenizer: "Tokenizer",
        pairs: Sequence[Pair],
        vectors: Sequence[NDArray[np.float16]],
        recipe: BodyRecipe,
        quick: "Embedder",
    ) -> None:
        """`vectors` are the teacher's in parts, one row a pair; `quick` is what the student stands beside."""
        import torch

        self._body = body
        self._tokenizer = tokenizer
        self._recipe = recipe
        self._quick = quick
        self._pad = int(tokenizer.token_to_id("[PAD]") or 0)
        tokenizer.enable_truncation(recipe.longest)
        self._sides = [self._read([pair.tr for pair in pairs]), self._read([pair.en for pair in pairs])]
        self._targets = torch.from_numpy(np.concatenate(vectors))
        self.lengths = np.array([len(ids) for ids in self._sides[0]])

    def taught(self, rows: NDArray[np.int64], draw: np.random.Generator) -> "tuple[torch.Tensor, float]":
        """The loss of these pairs, and the mean cosine of their Turkish sides to the teacher's vectors."""
        import torch

        count = len(self._targets)
        choice = draw.choice(count, min(self._recipe.others, count), replace=False)
        rows_and_others = np.concatenate([rows, choice[~np.isin(choice, rows)]])
        against = self._targets[torch.from_numpy(rows_and_others)].to(self._body.device).float()
        target = against[: len(rows)]
        loss, cosine = torch.zeros((), device=self._body.device), 0.0
        for side in self._sides[: 1 + (draw.random() < self._recipe.both)]:
            student = self._embed([side[row] for row in rows])
            near = (student * target).sum(1).mean()
            cosine = cosine or float(near.detach())
            loss = loss + 1 - near + self._recipe.contrast * self._apart(student, against)
        return loss, cosine

    def asked(self, batch: Sequence[Example]) -> "torch.Tensor":
        """The loss of questions among the passages of the batch, and of passages among its questions."""
        import torch
        from torch.nn.functional import cross_entropy

        asked, answers = [example.question for example in batch], [example.passage for example in batch]
        known = self._quick.embed_passages(asked) @ self._quick.embed_passages(answers).T
        near = (1 - QUICK_SHARE) * self._embed(self._read(asked)) @ self._embed(self._read(answers)).T
        near = near + QUICK_SHARE * torch.from_numpy(known).to(near.device)
        same = np.array([[a == b or c == d for b, d in zip(asked, answers, strict=True)] for a, c in
                         zip(asked, answers, strict=True)])  # fmt: skip
        np.fill_diagonal(same, False)  # a copy is as right as the pair itself, but only that is to be chosen
        near = near.masked_fill(torch.from_numpy(same).to(near.device), -1.0) / self._recipe.asked_temperature
        right = torch.arange(len(batch), device=near.device)
        return (cross_entropy(near, right) + cross_entropy(near.T, right)) / 2

    def _read(self, texts: list[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

    def _embed(self, ids: Sequence[Sequence[int]]) -> "torch.Tensor":
        import torch

        with torch.autocast(self._body.device.type, dtype=torch.bfloat16):
            return embed(self._body, ids, self._pad)

    def _apart(self, texts: "torch.Tensor", others: "torch.Tensor") -> "torch.Tensor":
        import torch

        right = torch.arange(len(texts), device=texts.device)
        return torch.nn.functional.cross_entropy(texts @ others.T / self._recipe.temperature, right)


def train_body(
    body: "PreTrainedModel",
    losses: Losses,
    examples: Sequence[Example],
    recipe: BodyRecipe,
    checkpoint: Path,
    say: Say,
    end: float = inf,
) -> bool:
    """Train in place; False if it is `end` (of time.monotonic) before it is done: called again it goes on.

    A checkpoint is written every five minutes and at the end. Raises KilavuzError if that one was made from
    other texts or with another recipe.
    """
    import torch

    body.train()
    for module in body.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    optimizer = _optimizer(body, recipe)
    made_by = _digest(losses, examples, recipe)
    step = _resume(body, optimizer, checkpoint, made_by)
    if step:
        say(f"goes on at step {step} of {recipe.steps}")
    told = kept = time.monotonic()
    cosines: list[float] = []
    for batch in islice(schedule(losses.lengths, examples, recipe), step, recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = group["highest"] * rate_share(step, recipe)
        if isinstance(batch, list):
            loss = losses.asked(batch)
        else:
            loss, cosine = losses.taught(batch, np.random.default_rng([recipe.seed, step]))
            cosines.append(cosine)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1.0)
        optimizer.step()
        step += 1
        now = time.monotonic()
        if now - told > TELL_EVERY and cosines:
            say(f"step {step} of {recipe.steps}: cosine to the teacher {np.mean(cosines):.4f}")
            told, cosines = now, []
        over = now > end
        if over or now - kept > KEEP_EVERY or step == recipe.steps:
            part = checkpoint.with_suffix(".part")
            state = {"body": body.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**state, "step": step, "made_by": made_by}, part)
            part.replace(checkpoint)
            kept = now
        if over:
            break
    return step == recipe.steps


def _optimizer(body: "PreTrainedModel", recipe: BodyRecipe) -> "torch.optim.Optimizer":
    """AdamW; the layers are its first group, the vectors of the pieces its second."""
    import torch

    table = token_table(body)
    groups: list[dict[str, Any]] = [
        {
            "params": [p for p in body.parameters() if p is not table],
            "highest": recipe.rate,
            "weight_decay": 0.01,
        },
        {"params": [table], "highest": recipe.embeddings_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, fused=True)


def _digest(losses: Losses, examples: Sequence[Example], recipe: BodyRecipe) -> str:
    """Of all that the order and the content of the steps depend on."""
    digest = hashlib.sha256(repr((recipe, len(examples), list(examples[:1000]))).encode())
    digest.update(losses.lengths.tobytes())
    return digest.hexdigest()


def _resume(
    body: "PreTrainedModel", optimizer: "torch.optim.Optimizer", checkpoint: Path, made_by: str
) -> int:
    import torch

    if not checkpoint.exists():
        return 0
    kept = torch.load(checkpoint, map_location=body.device, weights_only=True)
    if kept["made_by"] != made_by:
        raise KilavuzError(
            f"{checkpoint} başka ayarlarla ya da metinlerle başlatılmış bir eğitimin kaydı; silin ya da "
            "--work ile başka bir klasör verin.",
            f"{checkpoint} is of a training with other numbers or texts; delete it, or give another folder "
            "with --work.",
        )
    body.load_state_dict(kept["body"])
    optimizer.load_state_dict(kept["optimizer"])
    return int(kept["step"])
