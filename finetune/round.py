"""One round of the learning loop: triples, training, measuring, the gate, promotion; each goes on from disk.

    chunks, votes -> triples -> model -> figures -> verdict -> promoted, or not

The test questions and the general set are measured for the gate and for nothing else; which checkpoint is
kept, the training decides on the dev questions. The embedder in use is not touched before the promotion. Who
makes triples and trains is told by `Parts`, who prints by `Desk`.
"""

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, is_dataclass, replace
from pathlib import Path
from typing import Any

from assistant.catalogue import Catalogue, now
from assistant.documents import Documents
from assistant.embedder import Embedder, load_embedder
from assistant.errors import KilavuzError, Message
from assistant.model_in_use import is_model_name, load_in_use, read_in_use, weights_folder
from assistant.records import Chunk
from assistant.whole_file import write_json
from assistant.word_sketch import WordSketch, load_sketch
from finetune import registry
from finetune.compare import Figures, evaluate, figures_from, pool_of
from finetune.curves import LOG
from finetune.gate import Verdict, decide
from finetune.known_vectors import read_once
from finetune.needs import Desk, Options, Parts, Place
from finetune.records import Triple
from finetune.rounds import STEPS, Round, read_json, read_rows, write_rows
from finetune.votes import without_passages

DATA = {"train_share": 0.8, "seed": 0, "num_negatives": 3, "hard_negatives": True, "limit": None}
"""The options of the triples step, with their defaults."""


def run(one: Round, until: str, place: Place, options: Options, parts: Parts, desk: Desk) -> Round:
    """Go through the steps up to that one; those that are done with the same options are not done again.

    Raises KilavuzError for whatever goes wrong; what was finished stays, and the next call goes on there.
    """
    in_use = read_in_use(place.home, place.setting)
    serves = in_use is not None and in_use.model == one.model  # only the end of its promotion is to come
    if not serves and not one.is_over:
        _forget_changed(one, options)
    steps: dict[str, Callable[[], None]] = {
        "triples": lambda: _triples(one, place, options, parts, desk),
        "train": lambda: _train(one, place, options, parts, desk),
        "evaluate": lambda: _evaluate(one, place, parts, desk),
        "gate": lambda: _gate(one, place),
        "promote": lambda: _promote(one, desk),
    }
    try:
        for step in STEPS[: STEPS.index(until) + 1]:
            if one.is_over:
                break
            if step == "gate" and not serves and one.facts("evaluate")["against"] != _in_use(place):
                one.redo("evaluate")  # another model was promoted meanwhile
                steps["evaluate"]()
            if not one.is_done(step):
                steps[step]()
        if one.is_over:
            shutil.rmtree(one.folder / "training", ignore_errors=True)
    except OSError as error:
        raise KilavuzError(
            f"Eğitim turu yarıda kaldı ({error}); diskte yer açıp aynı komutu yineleyin: kaldığı yerden "
            "sürer. Kullanılan model değişmedi.",
            f"The round was cut short ({error}); make room on the disk and repeat the command: it goes on "
            "where it stopped. The model in use has not changed.",
        ) from error
    return one


def verdict_of(one: Round) -> dict[str, Any]:
    """The gate's decision as it stands in `verdict.json`. Raises KilavuzError if there is none."""
    return read_json(one.folder / "verdict.json")


def yields_of(one: Round) -> list[dict[str, Any]]:
    """What became of the questions of each rule. Raises KilavuzError if the triples are not made."""
    return list(read_json(one.folder / "report.json")["yields"])


def _forget_changed(one: Round, options: Options) -> None:
    given = dict(options.training) | ({"folder": str(options.folder)} if options.folder else {})
    for step, wanted in (("triples", options.data), ("train", given)):
        kept = one.facts(step).get("options", {})
        if one.is_done(step) and any(kept.get(name) != value for name, value in wanted.items()):
            one.redo(step)
            return


def _triples(one: Round, place: Place, options: Options, parts: Parts, desk: Desk) -> None:
    chosen = {**DATA, **options.data}

    def part_of(source: str) -> str:
        return parts.split(source, chosen["train_share"], chosen["seed"])

    with closing(Catalogue(place.home / "kilavuz.db", read_only=True)) as catalogue:
        documents = Documents(catalogue)
        chunks = sorted(
            documents.chunks(documents.chunk_ids()).values(), key=lambda chunk: (chunk.source, chunk.position)
        )
        votes = parts.votes(catalogue, lambda source: bool(source) and part_of(source) != "train")
    votes = without_passages(votes, [chunk for chunk in chunks if part_of(chunk.source) != "train"])
    if not chunks:
        raise KilavuzError(
            "Eğitilecek belge yok; önce belgelerinizi ekleyin: kilavuz ingest.",
            "There are no documents to train on; add yours first: kilavuz ingest.",
        )
    with desk.watch(Message("Sorular", "Questions")) as step:
        made = parts.triples(chunks, chosen, step)
    if not made.train and not votes:
        raise KilavuzError(
            "Belgelerden eğitim sorusu çıkarılamadı; daha çok ya da daha uzun belge ekleyin.",
            "No training questions could be made from the documents; add more or longer ones.",
        )
    counts = {
        "train": write_rows(one.folder / "train.jsonl", [*made.train, *votes]),
        "dev": write_rows(one.folder / "dev.jsonl", made.dev),
        "test": write_rows(one.folder / "test.jsonl", made.test),
        "votes": len(votes),
        "pool": write_rows(
            one.folder / "pool.jsonl", [chunk for chunk in chunks if part_of(chunk.source) != "train"]
        ),
    }
    WordSketch.fit(chunk.passage for chunk in chunks if part_of(chunk.source) == "train").save(one.folder)
    write_json(one.folder / "report.json", {"yields": _plain(made.report)})
    one.note("triples", options=chosen, counts=counts, at=now())
    desk.tell(
        Message(
            "{train} eğitim, {dev} seçim, {test} sınama sorusu hazır ({votes} tanesi oylardan).".format(
                **counts
            ),
            "{train} training, {dev} dev and {test} test questions are ready ({votes} by votes).".format(
                **counts
            ),
        )
    )


def help_training(one: Round, options: Options, parts: Parts, desk: Desk) -> None:
    """What the further processes of torchrun do: train along. The first one notes what came of it.

    Raises KilavuzError if the triples are not made yet: that is done once, not by every process.
    """
    if not one.is_done("triples"):
        raise KilavuzError(
            "Birden çok süreçle eğitmeden önce soruları tek süreçle üretin: kilavuz finetune triples.",
            "Before training with several processes make the questions with one: kilavuz finetune triples.",
        )
    train, dev = (read_rows(one.folder / f"{name}.jsonl", Triple) for name in ("train", "dev"))
    with desk.watch(Message("Eğitim", "Training")) as step:
        parts.train(options.training, train, dev, one.folder / "training", step, load_sketch(one.folder))


def _train(one: Round, place: Place, options: Options, parts: Parts, desk: Desk) -> None:
    if options.folder:
        one.note("train", options={"folder": str(options.folder)}, folder=str(options.folder), seconds=0.0)
        return
    _check_base(one, place, str(options.training.get("model_name") or ""))
    train, dev = (read_rows(one.folder / f"{name}.jsonl", Triple) for name in ("train", "dev"))
    with desk.watch(Message("Eğitim", "Training")) as step:
        trained = parts.train(
            options.training, train, dev, one.folder / "training", step, load_sketch(one.folder)
        )
    if (log := one.folder / "training" / LOG).exists():
        shutil.copyfile(log, one.folder / LOG)  # the folder it is in is cleared up at the end
    one.note(
        "train",
        options=dict(options.training),
        folder=str(trained.folder),
        seconds=trained.seconds,
        notes=[asdict(note) for note in trained.notes],
        at=now(),
    )
    for note in trained.notes:
        desk.tell(note)


def _check_base(one: Round, place: Place, base: str) -> None:
    """Raises KilavuzError if a model of the home has been trained on documents that this round tests with."""
    if not is_model_name(base):
        return
    before, split = registry.model(place.home, base), one.facts("triples")["options"]
    if (before.train_share, before.seed) != (split["train_share"], split["seed"]):
        given = f"--train-split {before.train_share:g} --seed {before.seed}"
        raise KilavuzError(
            f"{base} bu turun sınama belgelerinden bazılarıyla eğitilmişti; onu aynı ayrımla eğitin: "
            f"kilavuz finetune --model-name {base} {given}",
            f"{base} was trained on some of the documents that this round tests with; train it with its own "
            f"split: kilavuz finetune --model-name {base} {given}",
        )


def _evaluate(one: Round, place: Place, parts: Parts, desk: Desk) -> None:
    questions = read_rows(one.folder / "test.jsonl", Triple)
    pool = read_rows(one.folder / "pool.jsonl", Chunk)
    general = list(parts.general())
    embedders = {"candidate": _candidate(one, place), "in_use": load_in_use(place.home, place.setting)[0]}
    same_layers = read_once(embedders["candidate"], embedders["in_use"])
    found: dict[str, dict[str, Figures]] = {"test": {}, "general": {}}
    for role, embedder in embedders.items():
        with desk.watch(Message("Ölçüm", "Measuring")) as step:
            found["test"][role] = evaluate(embedder, questions, pool, step)
            found["general"][role] = evaluate(embedder, general, pool_of(general), step)
    if same_layers:  # they read for the candidate alone, so its time is what both cost
        for both in found.values():
            costs = {**both["in_use"].costs, "passage_ms": both["candidate"].costs["passage_ms"]}
            both["in_use"] = replace(both["in_use"], costs=costs)
    write_json(
        one.folder / "figures.json",
        {name: {role: asdict(figures) for role, figures in both.items()} for name, both in found.items()},
    )
    one.note("evaluate", against=embedders["in_use"].fingerprint, at=now())


def _gate(one: Round, place: Place) -> None:
    found = figures_of(one)
    test, general = found["test"], found["general"]
    verdict = decide(test["candidate"], test["in_use"], general["candidate"], general["in_use"])
    write_json(one.folder / "verdict.json", asdict(verdict))
    registry.register(place.home, _candidate_folder(one, place), _record(one, place, verdict, found))
    one.note("gate", promoted=verdict.promoted, at=now())


def _promote(one: Round, desk: Desk) -> None:
    switched = desk.promote(one.model)
    one.note("promote", at=now(), before=switched.before)


def figures_of(one: Round) -> dict[str, dict[str, Figures]]:
    """The figures by set ("test", "general") and by role ("candidate", "in_use"). Raises KilavuzError."""
    said = read_json(one.folder / "figures.json")
    return {name: {role: figures_from(each) for role, each in both.items()} for name, both in said.items()}


def _record(
    one: Round, place: Place, verdict: Verdict, found: Mapping[str, Mapping[str, Figures]]
) -> registry.Model:
    in_use = read_in_use(place.home, place.setting)
    figures: dict[str, float] = {}
    for check in verdict.checks:
        figures |= {
            check.name: check.difference.candidate,
            f"{check.name} in use": check.difference.in_use,
            f"{check.name} low": check.difference.interval[0],
            f"{check.name} high": check.difference.interval[1],
        }
    training, split = one.facts("train"), one.facts("triples")["options"]
    return registry.Model(
        one.model,
        now(),
        str(training["options"].get("model_name") or training["options"].get("folder") or place.setting),
        in_use.model if in_use else "",
        verdict.candidate,
        verdict.against,
        verdict.promoted,
        int(one.facts("triples")["counts"]["train"]),
        float(training["seconds"]),
        figures,
        float(split["train_share"]),
        int(split["seed"]),
    )


def _candidate_folder(one: Round, place: Place) -> Path:
    """Where the round's model is: the training's folder, or the home's models if that was cleared up."""
    folder = Path(one.facts("train")["folder"])
    return folder if folder.is_dir() else weights_folder(place.home, one.model)


def _candidate(one: Round, place: Place) -> Embedder:
    embedder = load_embedder(str(_candidate_folder(one, place)))
    embedder.name = one.model
    return embedder


def _in_use(place: Place) -> str:
    in_use = read_in_use(place.home, place.setting)
    return in_use.steps[-1].fingerprint if in_use else load_embedder(place.setting).fingerprint


def _plain(report: object) -> object:
    if isinstance(report, tuple | list):
        return [_plain(one) for one in report]
    return asdict(report) if is_dataclass(report) and not isinstance(report, type) else report
