"""What `kilavuz embed` does with pairs, and the suite: train, score, compare many ways."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError, Message
from ui.embed_uses import print_json
from ui.terminal import clean, decimal, progress_bar, say

if TYPE_CHECKING:
    from assistant.settings import Settings
    from finetune.workbench.pair_training import Score


def _train(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.from_file import split
    from finetune.workbench.pair_files import read_scored
    from finetune.workbench.pair_training import PICTURE, PairSettings, evaluate_pair_model, train_pairs

    train = read_scored(args.train)[: args.limit]
    dev = read_scored(args.dev)[: args.limit] if args.dev else []
    test = read_scored(args.test) if args.test else []
    if not dev:
        train, dev, more = split(train, 0.9, args.seed)
        dev += more
    how = PairSettings(
        args.kind,
        args.epochs,
        args.batch_size,
        args.rate,
        longest=args.max_length,
        frozen=args.frozen,
        seed=args.seed,
        device=args.device,
    )
    language = settings.language
    with progress_bar(Message("Eğitim", "Training"), language) as step:
        model, course = train_pairs(
            args.model, train, dev, args.out, how,
            lambda done, steps, loss: step(done, steps, decimal(loss, 4, language)),
        )  # fmt: skip
    score = evaluate_pair_model(model, test) if test else None
    if args.json:
        told = {"folder": str(args.out), "epochs": [asdict(each) for each in course]}
        print_json(told | {"test": asdict(score) if score else None})
        return
    for each in course:
        numbers = [decimal(value, 4, language) for value in (each.train_loss, each.pearson, each.mse)]
        told_tr = f"{each.epoch}. epok: kayıp {numbers[0]}, seçim Pearson {numbers[1]}, MSE {numbers[2]}"
        told_en = f"epoch {each.epoch}: loss {numbers[0]}, dev Pearson {numbers[1]}, MSE {numbers[2]}"
        say(Message(told_tr, told_en).say(language))
    if score:
        _print_score(score, language)
    where = Message(
        f"Model: {args.out}; resim: {args.out / PICTURE}", f"Model: {args.out}; picture: {args.out / PICTURE}"
    )
    say(where.say(language))


def _score(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.pair_files import read_scored
    from finetune.workbench.pair_model import load_pair_model
    from finetune.workbench.pair_training import evaluate_pair_model

    if (len(args.sentences) != 2) == (args.file is None):
        raise KilavuzError(
            "Ya iki cümle ya da --file ile bir çift dosyası verin.",
            "Give either two sentences, or a file of pairs by --file.",
        )
    model = load_pair_model(Path(args.model))
    if args.file:
        score = evaluate_pair_model(model, read_scored(args.file))
        if args.json:
            print_json(asdict(score))
        else:
            _print_score(score, settings.language)
        return
    alike = model.predict_similarity(*args.sentences)
    say(str(alike) if args.json else decimal(alike, 4, settings.language))


def _suite(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.data import read_triples
    from finetune.workbench.pair_files import read_scored
    from finetune.workbench.suite import run_suite, variants
    from finetune.workbench.suite_report import table, write_report

    axes = {
        "layer": args.layers, "pooling": args.poolings, "dimension": args.dimensions, "prompt": args.prompts,
        "precision": args.precisions, "chunk_tokens": args.chunk_sizes,
    }  # fmt: skip
    wanted = variants(args.models or [args.model], axes, args.grid)
    pairs = read_scored(args.pairs)[: args.limit] if args.pairs else []
    questions = list(islice(read_triples(args.questions), args.limit)) if args.questions else []
    with progress_bar(Message("Yollar", "Ways"), settings.language) as step:
        outcomes = run_suite(wanted, args.out, pairs, questions, step)
    write_report(outcomes, args.out, settings.language)
    if args.json:
        print_json(
            [
                {
                    "variant": asdict(each.variant),
                    "figures": asdict(each.figures) if each.figures else None,
                    "error": each.error.say(settings.language) if each.error else None,
                }
                for each in outcomes
            ]
        )
        return
    say(clean(table(outcomes, settings.language)).rstrip())


def _print_score(score: "Score", language: str) -> None:
    numbers = [decimal(value, 4, language) for value in (score.pearson, score.spearman, score.mse)]
    told = f"Pearson {numbers[0]}, Spearman {numbers[1]}, MSE {numbers[2]}"
    say(Message(f"{score.pairs} çift: {told}", f"{score.pairs} pairs: {told}").say(language))


USES: "dict[str, Callable[[Settings, argparse.Namespace], None]]" = {
    "train-pairs": _train,
    "score-pairs": _score,
    "suite": _suite,
}
