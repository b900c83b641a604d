"""Train the embedder with layers: the teacher's own body under a Turkish/English vocabulary.

    python -m finetune.shipped.body PARALLEL --work WORK --static assistant/compact --out OUT --exclude-docs …

The student keeps the teacher's layers; `vocabulary` tells its pieces and their first vectors, and `training`
how it learns. The parallel texts are those of `static`, from the same work folder, and passages of the length
that is searched; questions with passages are those of `examples`.
It learns in `STAGES`: from the teacher alone, then from questions, too; what ships is the mean of what came
out of each. A run that was cut goes on at its last checkpoint.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.static_embedder import load_static
from finetune.layers import export_layers
from finetune.shipped.examples import read_examples
from finetune.shipped.pairs import Example
from finetune.shipped.parallel import Pair, long_passages
from finetune.shipped.schedule import BodyRecipe
from finetune.shipped.static import Say, data_arguments, run, taught
from finetune.shipped.training import Losses, token_table, train_body
from finetune.shipped.vocabulary import (
    balanced,
    english_pieces,
    first_vectors,
    student_tokenizer,
    translations,
)
from finetune.stock import save_layers

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

NAME = "kilavuz-deep"
STAGES = (
    BodyRecipe(),
    BodyRecipe(steps=400, asked=0.5, embeddings_rate=5e-4, warm_up=10, falling=0.5, seed=7),
    BodyRecipe(steps=800, asked=0.25, rate=7e-5, embeddings_rate=7e-4, warm_up=10, falling=0.5, seed=11),
)
"""How the shipped weights were made."""
SHORT = 14
"""Words of the texts that translations are learned from: in longer ones pieces stand for too many."""


def vocabulary(
    teacher: "Tokenizer", pairs: Sequence[Pair], examples: Sequence[Example], size: int, kept: Path
) -> "Tokenizer":
    """The student's tokenizer; learned once and then read from the file `kept`."""
    from tokenizers import Tokenizer

    if not kept.exists():
        turkish = [(pair.source, pair.tr) for pair in pairs]
        for example in examples:
            if example.kind == "paraphrase":
                turkish += [(example.source, example.question), (example.source, example.passage)]
        english = english_pieces(teacher, (pair.en for pair in pairs))
        student_tokenizer(english, balanced(turkish), size).save(str(kept))
    return Tokenizer.from_file(str(kept))


def new_student(
    teacher: str, static: Path, tokenizer: "Tokenizer", known: dict[str, int], pairs: Sequence[Pair]
) -> "PreTrainedModel":
    """The teacher's body under the vocabulary of `tokenizer`, untrained; `known` is the teacher's own."""
    import torch
    from transformers import AutoModel

    # Flash attention's backward pass on the CPU takes longer than the whole of this one for short texts.
    body: PreTrainedModel = AutoModel.from_pretrained(
        teacher, dtype=torch.float32, attn_implementation="eager"
    )
    short = [pair for pair in pairs if pair.en.count(" ") < SHORT and pair.tr.count(" ") < SHORT]
    english, turkish = (
        [encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        for texts in ([pair.en for pair in short], [pair.tr for pair in short])
    )
    found = translations(english, turkish, tokenizer.get_vocab_size())
    made = first_vectors(tokenizer, static, known, token_table(body).detach().numpy(), found)
    body.resize_token_embeddings(len(made), mean_resizing=False)
    with torch.no_grad():
        token_table(body).copy_(torch.from_numpy(made))
    body.config.pad_token_id = tokenizer.token_to_id("[PAD]")
    return body


def teacher_tokenizer(teacher: str) -> "Tokenizer":
    """The teacher's own tokenizer; texts are not cut."""
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    tokenizer = Tokenizer.from_str(AutoTokenizer.from_pretrained(teacher).backend_tokenizer.to_str())
    tokenizer.no_truncation()
    return tokenizer


def average(body: "PreTrainedModel", checkpoints: Sequence[Path]) -> None:
    """Give `body` the mean of these checkpoints' weights: a soup (Wortsman et al. 2022, arXiv:2203.05482)."""
    import torch

    kept = [torch.load(file, map_location="cpu", weights_only=True)["body"] for file in checkpoints]
    means = {name: torch.stack([each[name].double() for each in kept]).mean(0) for name in kept[0]}
    body.load_state_dict({name: mean.to(kept[0][name].dtype) for name, mean in means.items()})


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m finetune.shipped.body",
        description=__doc__.splitlines()[0],
        parents=[data_arguments()],
    )
    parser.add_argument("--static", type=Path, required=True, help="folder of the static student")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes; the next call goes on")
    parser.add_argument("--stages", type=Path, help="JSON, a list of recipes, in place of the shipped ones")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Select, embed with the teacher, train, export."""
    import torch
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    given = arguments().parse_args(argv)
    stages: tuple[BodyRecipe, ...] = STAGES
    if given.stages:
        stages = tuple(BodyRecipe(**recipe) for recipe in json.loads(given.stages.read_text("utf-8")))
    first, end = stages[0], time.monotonic() + 60 * (inf if given.minutes is None else given.minutes)

    def make(pairs: list[Pair], say: Say) -> None:
        asked = read_examples(given.work / "examples.jsonl")
        known, kept = teacher_tokenizer(given.teacher), given.work / "vocabulary.json"
        tokenizer = vocabulary(known, pairs, asked, first.vocabulary, kept)
        say(f"vocabulary of {tokenizer.get_vocab_size()} pieces")
        body = new_student(given.teacher, given.static, tokenizer, known.get_vocab(), pairs)
        long, long_vectors = taught(long_passages(pairs, first.long), given, say)
        pairs, vectors = taught(pairs, given, say)
        say(f"{len(pairs) + len(long)} texts with the teacher's vectors, {len(asked)} questions")
        body.to("cuda" if torch.cuda.is_available() else "cpu")  # type: ignore[arg-type]
        texts, targets, quick = [*pairs, *long], [*vectors, *long_vectors], load_static(given.static)
        checkpoints = []
        for number, recipe in enumerate(stages, 1):
            losses = Losses(body, tokenizer, texts, targets, recipe, quick)
            checkpoints.append(given.work / f"body-{number}.pt")
            if not train_body(body, losses, asked, recipe, checkpoints[-1], say, end):
                say("not finished, call again to go on")
                break
        average(body, checkpoints)
        save_layers(body, tokenizer, first.longest, given.out / "sentence-transformers")
        export_layers(body, tokenizer, NAME, Path(given.teacher).name, first.longest, given.out / "export")
        recipes = json.dumps(list(map(asdict, stages)), indent=2)
        (given.out / "stages.json").write_text(recipes + "\n", encoding="utf-8")

    return run(make, given)


if __name__ == "__main__":
    sys.exit(main())
