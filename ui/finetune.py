"""`kilavuz finetune`: runs the steps of a round, or a training from a file, and tells what came of them.

It needs no server and none of the index: documents and votes are read from the catalogue. What becomes of the
models afterwards is in `finetune_models.py`.
"""

import argparse
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import KilavuzError, Message
from ui import finetune_report as report
from ui import terminal
from ui.finetune_models import OTHERS, Opened, switch
from ui.finetune_review import review

if TYPE_CHECKING:
    from assistant.settings import Settings
    from finetune.from_file import Measured
    from finetune.needs import Desk, Options, Parts, Place
    from finetune.rounds import Round

DATA = ("train_share", "seed", "num_negatives", "hard_negatives", "limit")
TRAINING = (
    "model_name", "preset", "epochs", "batch_size", "learning_rate", "warmup_steps", "max_seq_length", "lora",
    "pooling", "instructions", "loss", "matryoshka", "gradient_checkpointing", "device", "seed",
    "num_negatives", "hard_negatives",
)  # fmt: skip
OUTPUT = {
    "turkish-bert": Path("models/turkish-bert-qa-finetuned"),
    "bge": Path("models/bge-qa-finetuned"),
    "kilavuz": Path("models/kilavuz-qa-finetuned"),
}
"""Where a model from a file lands unless told otherwise, by the preset."""


def finetune(settings: "Settings", args: argparse.Namespace, opened: Opened) -> int:
    """Run the step that `args` names; returns the exit code. Raises KilavuzError.

    `opened` gives the running server's client, else a service in this process.
    """
    step = getattr(args, "step", None) or "round"
    if step in OTHERS:
        OTHERS[step](settings, args, opened)
    elif step == "feedback":
        review(settings, args)
    elif step == "promote":
        _promote(settings, args, opened)
    elif "test_only" in args or "compare" in args or (step == "evaluate" and _names_data(args)):
        _measure(settings, args)
    elif "data_path" in args:
        _train_from_file(settings, args)
    elif step == "evaluate" and ("model_name" in args or "preset" in args):
        raise KilavuzError(
            "--model-name ve --preset burada ancak --data-path ya da --output-dir ile verilir; turun kendi "
            "modelini ölçmek için onları yazmayın.",
            "--model-name and --preset go with --data-path or --output-dir here; leave them out to measure "
            "the round's own model.",
        )
    else:
        _go(settings, args, opened, "promote" if step == "round" else step, _options(args))
    return 0


# a round over the documents


def _go(
    settings: "Settings", args: argparse.Namespace, opened: Opened, until: str, options: "Options"
) -> None:
    """Run the current round's steps up to that one, and tell of each."""
    from finetune.parts import helps, processes
    from finetune.round import help_training, run
    from finetune.rounds import STEPS, current_round, last_round, only_training

    as_json, language = "json" in args, settings.language
    place, desk, parts = _place(settings), _desk(settings, opened, as_json), _parts(settings)
    with nullcontext() if helps() else only_training(settings.home):
        one = current_round(settings.home, new="new" in args or options.folder is not None)
        if until in ("evaluate", "gate") and not one.is_done("train"):
            one = last_round(settings.home) or one  # which is over: its figures are shown again
            if not one.is_done("train"):
                raise _nothing_yet()
        if helps() or (processes() > 1 and not one.is_done("triples")):
            help_training(one, options, parts, desk)
            return
        for step in STEPS[: STEPS.index(until) + 1]:
            was_done = one.is_done(step)
            run(one, step, place, options, parts, desk)
            if not as_json and one.is_done(step) and (step == until or not was_done):
                _tell(one, step, language)
    if as_json:
        report.print_json(_facts(one))


def _tell(one: "Round", step: str, language: str) -> None:
    from finetune.round import figures_of, verdict_of, yields_of

    if step == "triples":
        report.print_yields(yields_of(one), language)
    elif step == "evaluate":
        for name, both in figures_of(one).items():
            report.print_comparison(both["candidate"], both["in_use"], report.SETS[name], language)
    elif step == "gate":
        report.print_verdict(verdict_of(one), language)


def _facts(one: "Round") -> dict[str, Any]:
    """What is known of a round, for machines."""
    from finetune.round import figures_of, verdict_of, yields_of

    facts: dict[str, Any] = {"round": one.number, "model": one.model}
    if one.is_done("triples"):
        facts["triples"] = one.facts("triples")["counts"]
        facts["yields"] = yields_of(one)
    if one.is_done("evaluate"):
        found = figures_of(one).items()
        facts["figures"] = {
            name: {role: report.summary(each) for role, each in both.items()} for name, both in found
        }
    if one.is_done("gate"):
        facts["verdict"] = verdict_of(one)
    return facts | {"promoted": one.is_done("promote")}


def _promote(settings: "Settings", args: argparse.Namespace, opened: Opened) -> None:
    """Promote a model of the home by name, a folder by way of a round of its own, or the round's model."""
    from assistant.model_in_use import is_model_name
    from finetune.needs import Options
    from finetune.rounds import current_round, note_promotion

    named = getattr(args, "model", None)
    if named and is_model_name(named):
        switched = switch(settings, opened, lambda desk: desk.promote(named))
        note_promotion(settings.home, named, switched.before)
    elif named:
        folder = Path(named).expanduser().absolute()
        if not folder.is_dir():
            raise KilavuzError(
                f"Böyle bir model ya da klasör yok: {named}; bkz. `kilavuz finetune models`.",
                f"There is no such model or folder: {named}; see `kilavuz finetune models`.",
            )
        _go(settings, args, opened, "promote", Options(folder=folder))
    elif not current_round(settings.home).is_done("train"):
        raise _nothing_yet()
    else:
        _go(settings, args, opened, "promote", _options(args))


def _nothing_yet() -> KilavuzError:
    return KilavuzError(
        "Ortada eğitilmiş bir model yok; önce eğitin: kilavuz finetune.",
        "There is no trained model yet; train one first: kilavuz finetune.",
    )


# a data file


def _names_data(args: argparse.Namespace) -> bool:
    return "output_dir" in args or "data_path" in args


def _train_from_file(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.from_file import train_from_file
    from finetune.parts import base_of, file_parts, helps
    from finetune.rounds import only_training

    place, options, as_json = (
        _place(settings),
        _given(args, DATA + TRAINING),
        "json" in args,
    )
    out, base, desk = _output(args), base_of(place, options), _desk(settings, None, as_json)
    with nullcontext() if helps() else only_training(settings.home):
        measured = train_from_file(args.data_path, out, base, options, file_parts(place), desk, helps())
    if helps():
        return
    _print(measured, settings.language, as_json)
    desk.tell(
        Message(
            f"Model hazır: {out}. Ölçülüp kullanıma alınması için: kilavuz finetune promote {out}",
            f"The model is ready: {out}. To have it measured and promoted: kilavuz finetune promote {out}",
        )
    )


def _measure(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.from_file import measure_again
    from finetune.parts import base_of, file_parts

    place, as_json = _place(settings), "json" in args
    rows = file_parts(place).read(args.data_path) if "data_path" in args else None
    named = "model_name" in args or "preset" in args
    base = base_of(place, _given(args, TRAINING)) if named else None
    measured = measure_again(_output(args), base, rows, "compare" in args, _desk(settings, None, as_json))
    _print(measured, settings.language, as_json)


def _print(measured: "Measured", language: str, as_json: bool) -> None:
    from finetune.compare import Figures, PairFigures

    found = measured.figures
    if as_json:
        report.print_json({role: report.summary(each) for role, each in found.items()})
        return
    base, tuned = found.get("base"), found["tuned"]
    if isinstance(tuned, Figures):
        theirs = base if isinstance(base, Figures) else None
        report.print_comparison(tuned, theirs, report.SETS["test"], language)
    else:
        report.print_pairs([one for one in found.values() if isinstance(one, PairFigures)], language)


def _output(args: argparse.Namespace) -> Path:
    """`--output-dir`, else a folder by the preset or by the model's name."""
    if "output_dir" in args:
        return Path(args.output_dir.expanduser())
    named = f"{getattr(args, 'preset', '')} {getattr(args, 'model_name', '')}"
    kind = "turkish-bert" if "turkish" in named else "bge" if "bge" in named else "kilavuz"
    return OUTPUT[kind]


# what the steps are made of


def _place(settings: "Settings") -> "Place":
    from finetune.needs import Place

    return Place(settings.home, settings.embedder)


def _options(args: argparse.Namespace) -> "Options":
    from finetune.needs import Options

    return Options(_given(args, DATA), _given(args, TRAINING))


def _given(args: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    """The options that were given, as JSON keeps them."""
    found = {name: getattr(args, name) for name in names if name in args}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def _parts(settings: "Settings") -> "Parts":
    """The round's parts; the settings' language model writes questions, their reranker judges negatives."""
    from finetune.parts import round_parts

    writer = scorer = None
    if settings.llm:
        from finetune.llm_questions import load_llm_questions

        key = settings.llm_api_key.get_secret_value()
        cache = settings.home / "modeller" / "sorular"
        writer = load_llm_questions(settings.llm, cache, settings.llm_url, key, settings.llm_timeout)
    if settings.reranker:
        from assistant.cross_encoder import load_cross_encoder

        scorer = load_cross_encoder(settings.reranker)
    return round_parts(_place(settings), writer, scorer)


def _desk(settings: "Settings", opened: Opened | None, quiet: bool) -> "Desk":
    """Sentences and bars for the terminal; with `quiet` the sentences go to the standard error stream."""
    import sys

    from finetune.needs import Desk
    from finetune.promote import Switched

    def tell(message: Message) -> None:
        terminal.say(terminal.clean(message.say(settings.language)), sys.stderr if quiet else None)

    def promote(name: str) -> Switched:
        assert opened
        return switch(settings, opened, lambda desk: desk.promote(name), tell)

    return Desk(tell, partial(terminal.progress_bar, language=settings.language), promote)
