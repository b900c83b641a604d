"""Train an embedder with layers: the teacher's own body under a Turkish/English vocabulary.

    python -m finetune.body PARALLEL --work WORK --static assistant/compact --out OUT --exclude-docs …

The student keeps the teacher's layers. Its vocabulary is that of the static student, and a token's input
vector begins as the weighted mean of the teacher's vectors for the English words that are nearest to it in
the static student's space (öğrenme: learning, learn, training). Then both sides of each pair learn the
teacher's vector of the pair, in batches of texts of like length. Pairs and teacher's vectors are those of
`finetune.static`, from the same work folder. A run that was cut goes on at its last checkpoint.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.static_embedder import load_static
from finetune.parallel import Pair
from finetune.static import Say, data_arguments, run, taught

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

SPECIAL = ("[PAD]", "[CLS]", "[SEP]")
"""Tokens behind the static student's; the body was trained with the last two."""
NEAREST = 5
"""English words that a token's first vector is made of."""
KEEP_EVERY = 300.0
"""Seconds between checkpoints."""


@dataclass(frozen=True, slots=True)
class BodyRecipe:
    """Numbers of the training; `both` is the share of batches in which the English side is read, too."""

    epochs: int = 1
    batch: int = 192
    longest: int = 256
    rate: float = 3e-4
    embeddings_rate: float = 1e-3
    warm_up: int = 100
    contrast: float = 0.5
    temperature: float = 0.05
    both: float = 0.25
    seed: int = 0


def student_tokenizer(static: Path) -> "Tokenizer":
    """The static student's tokenizer with the special tokens, which it puts around a text."""
    from tokenizers import Tokenizer, processors

    tokenizer = Tokenizer.from_file(str(static / "tokenizer.json"))
    tokenizer.add_special_tokens(list(SPECIAL))
    ids = {name: tokenizer.token_to_id(name) for name in SPECIAL}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])]
    )
    return tokenizer


def first_vectors(
    tokenizer: "Tokenizer", static: Path, words: Sequence[str], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(tokens, width): each token as the mean of the teacher's `vectors` of the `words` nearest to it.

    Weights are the cosines in the static student's space; special tokens are left 0.
    """
    embedder = load_static(static)
    names = [str(tokenizer.id_to_token(i)) for i in range(tokenizer.get_vocab_size())]
    texts = [name.removeprefix("▁") for name in names]
    near = embedder.embed_passages(words).T
    made = np.zeros((len(names), vectors.shape[1]), np.float32)
    for start in range(0, len(names), 1024):
        rows = [i for i in range(start, min(start + 1024, len(names))) if names[i] not in SPECIAL]
        similar = embedder.embed_passages([texts[i] for i in rows]) @ near
        best = np.argpartition(-similar, NEAREST - 1, axis=1)[:, :NEAREST]
        weights = np.maximum(np.take_along_axis(similar, best, 1), 1e-3)
        weights /= weights.sum(1, keepdims=True)
        made[rows] = (weights[:, :, None] * vectors[best]).sum(1)
    return made


def new_student(teacher: str, tokenizer: "Tokenizer", static: Path) -> "PreTrainedModel":
    """The teacher's body with the student's vocabulary, untrained."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    body: PreTrainedModel = AutoModel.from_pretrained(teacher, dtype=torch.float32)
    known = AutoTokenizer.from_pretrained(teacher)
    vocabulary = known.get_vocab()
    table = _table(body).detach().numpy()
    words = [word for word in sorted(vocabulary) if word.isalpha() and len(word) > 2]
    made = first_vectors(tokenizer, static, words, table[[vocabulary[word] for word in words]])
    for name, old in zip(SPECIAL, (known.pad_token, known.cls_token, known.sep_token), strict=True):
        made[tokenizer.token_to_id(name)] = table[vocabulary[old]]
    body.resize_token_embeddings(len(made), mean_resizing=False)
    with torch.no_grad():
        _table(body).copy_(torch.from_numpy(made))
    body.config.pad_token_id = tokenizer.token_to_id("[PAD]")
    return body


def _table(body: "PreTrainedModel") -> "torch.nn.Parameter":
    weight: torch.nn.Parameter = body.get_submodule("embeddings.word_embeddings").weight  # type: ignore[assignment]
    return weight


def batches(lengths: NDArray[np.int64], recipe: BodyRecipe, epoch: int) -> Iterator[NDArray[np.int64]]:
    """Rows of like length together, in an order that the seed and the epoch tell."""
    draw = np.random.default_rng([recipe.seed, epoch])
    order = draw.permutation(len(lengths))
    pool = 64 * recipe.batch
    for start in range(0, len(order), pool):
        part = order[start : start + pool]
        part = part[np.argsort(lengths[part], kind="stable")]
        cut = [part[i : i + recipe.batch] for i in range(0, len(part), recipe.batch)]
        yield from (cut[i] for i in draw.permutation(len(cut)))


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


def train_body(
    body: "PreTrainedModel",
    tokenizer: "Tokenizer",
    pairs: Sequence[Pair],
    vectors: Sequence[NDArray[np.float16]],
    recipe: BodyRecipe,
    checkpoint: Path,
    say: Say,
    minutes: float | None = None,
) -> bool:
    """Train in place; False if the time was up before the end: called again it goes on where it was.

    A checkpoint is written every five minutes and at the end. bfloat16 where the device has it.
    """
    import torch
    from torch.nn import functional

    device = "cuda" if torch.cuda.is_available() else "cpu"
    body.train().to(torch.device(device))
    pad = int(tokenizer.token_to_id("[PAD]") or 0)
    tokenizer.enable_truncation(recipe.longest)
    turkish, english = [pair.tr for pair in pairs], [pair.en for pair in pairs]
    sides = [[e.ids for e in tokenizer.encode_batch_fast(texts)] for texts in (turkish, english)]
    lengths = np.array([len(ids) for ids in sides[0]])
    targets = torch.from_numpy(np.concatenate(vectors))
    table = _table(body)
    others = [p for p in body.parameters() if p is not table]
    groups: list[dict[str, Any]] = [
        {"params": others, "lr": recipe.rate},
        {"params": [table], "lr": recipe.embeddings_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = recipe.epochs * -(-len(pairs) // recipe.batch)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1.0, (step + 1) / recipe.warm_up) * max(0.02, 1 - step / steps),
    )
    step = 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, map_location=device, weights_only=True)
        body.load_state_dict(kept["body"])
        optimizer.load_state_dict(kept["optimizer"])
        plan.load_state_dict(kept["plan"])
        step = kept["step"]
        say(f"goes on at step {step} of {steps}")

    def keep() -> None:
        part = checkpoint.with_suffix(".part")
        state = {"body": body.state_dict(), "optimizer": optimizer.state_dict(), "plan": plan.state_dict()}
        torch.save({**state, "step": step}, part)
        part.replace(checkpoint)

    started = told = kept_at = time.monotonic()
    near_sum, near_count = 0.0, 0
    every = (rows for epoch in range(recipe.epochs) for rows in batches(lengths, recipe, epoch))
    for number, rows in enumerate(every):
        if number < step:
            continue
        target = targets[torch.from_numpy(rows)].to(device).float()
        answer = torch.arange(len(rows), device=device)
        both = np.random.default_rng([recipe.seed, number]).random() < recipe.both
        loss = torch.zeros((), device=device)
        with torch.autocast(device, dtype=torch.bfloat16):
            read = [embed(body, [side[row] for row in rows], pad) for side in sides[: 1 + both]]
        for student in read:
            near = (1 - (student * target).sum(1)).mean()
            contrast = functional.cross_entropy(student @ target.T / recipe.temperature, answer)
            loss = loss + near + recipe.contrast * contrast
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(others, 1.0)
        optimizer.step()
        plan.step()
        step = number + 1
        near_sum, near_count = near_sum + float((read[0].detach() * target).sum(1).mean()), near_count + 1
        now = time.monotonic()
        if now - told > 30:
            say(f"step {step} of {steps}: cosine to the teacher {near_sum / near_count:.4f}")
            told, near_sum, near_count = now, 0.0, 0
        if now - kept_at > KEEP_EVERY:
            keep()
            kept_at = now
        if minutes is not None and now - started > 60 * minutes:
            keep()
            return False
    keep()
    return True


def export_body(body: "PreTrainedModel", tokenizer: "Tokenizer", recipe: BodyRecipe, folder: Path) -> None:
    """Write a folder that stock `SentenceTransformer` loads: layers, mean pooling, length 1."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    tokenizer.no_truncation()
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]",
        sep_token="[SEP]", model_max_length=recipe.longest,
    )  # fmt: skip
    inner = folder / "body"
    body.cpu().train(False).save_pretrained(inner)
    fast.save_pretrained(inner)
    layers = Transformer(str(inner), max_seq_length=recipe.longest)
    SentenceTransformer(modules=[layers, Pooling(body.config.hidden_size), Normalize()]).save(str(folder))
    (folder / "recipe.json").write_text(json.dumps(asdict(recipe), indent=2) + "\n", encoding="utf-8")


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m finetune.body", description=__doc__.splitlines()[0], parents=[data_arguments()]
    )
    parser.add_argument("--static", type=Path, required=True, help="folder of the static student")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes; the next call goes on")
    for name, value in asdict(BodyRecipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Select, embed with the teacher, train, export."""
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    given = arguments().parse_args(argv)
    recipe = BodyRecipe(**{name: getattr(given, name) for name in asdict(BodyRecipe())})

    def make(pairs: list[Pair], say: Say) -> None:
        pairs, vectors = taught(pairs, given, say)
        tokenizer = student_tokenizer(given.static)
        body = new_student(given.teacher, tokenizer, given.static)
        checkpoint = given.work / "body.pt"
        if not train_body(body, tokenizer, pairs, vectors, recipe, checkpoint, say, given.minutes):
            say("not finished, call again to go on")
        export_body(body, tokenizer, recipe, given.out)

    return run(make, given)


if __name__ == "__main__":
    sys.exit(main())
