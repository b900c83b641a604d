"""The steps of `kilavuz finetune` about models that there are: list, clean up, export, switch to, go back."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import Message
from ui import finetune_report as report
from ui import terminal

if TYPE_CHECKING:
    from assistant.settings import Settings
    from finetune.promote import Switched
    from ui.client import Client
    from ui.service import Service

Opened = Callable[[], "AbstractContextManager[Service | Client]"]
"""Gives the running server's client, else a service in this process."""


def switch(
    settings: "Settings",
    opened: Opened,
    change: Callable[["Service | Client"], "Switched"],
    tell: Callable[[Message], None] | None = None,
) -> "Switched":
    """Let whoever owns the library change the model, and tell what serves now.

    A running server builds the new index by itself; without one it is built here. Raises KilavuzError.
    """
    language = settings.language
    with opened() as desk:
        switched = change(desk)
        message = _switched(switched)
        if tell:
            tell(message)
        else:
            terminal.say(message.say(language))
        if desk.can_be_deepened:
            with terminal.progress_bar(Message("Anlam dizini", "Meaning index"), language) as step:
                desk.deepen(step)
    return switched


def _switched(switched: "Switched") -> Message:
    tr, en = (switched.model or name for name in ("ayarlardaki gömme modeli", "the embedder of the settings"))
    if switched.serves:
        return Message(f"Kullanımda: {tr}.", f"In use: {en}.")
    return Message(
        f"Kullanıma alındı: {tr}. Dizini hazırlanıyor; o zamana dek önceki model yanıtlıyor.",
        f"Promoted: {en}. Its index is being built; until then the one before answers.",
    )


def _roll_back(settings: "Settings", args: argparse.Namespace, opened: Opened) -> None:
    switch(settings, opened, lambda desk: desk.roll_back())


def _models(settings: "Settings", args: argparse.Namespace, opened: Opened) -> None:
    from assistant.model_in_use import models_folder, read_in_use
    from finetune.registry import disk_use, models

    home = settings.home
    found, in_use = models(home), read_in_use(home, settings.embedder)
    sizes = {one.name: disk_use(models_folder(home) / one.name) for one in found}
    serving = in_use.model if in_use else ""
    previous = in_use.previous.model if in_use and in_use.previous else None
    if "json" in args:
        rows = [{**asdict(one), "bytes": sizes[one.name]} for one in found]
        report.print_json({"in_use": serving, "previous": previous, "models": rows})
    else:
        report.print_models(found, sizes, serving, previous, settings.language)


def _prune(settings: "Settings", args: argparse.Namespace, opened: Opened) -> None:
    from finetune.registry import prune
    from finetune.rounds import only_training, rounds

    with only_training(settings.home):
        known = rounds(settings.home)
        over = {str(one.number): one.folder for one in known if one.is_over}
        done = prune(settings.home, over, [one.model for one in known if not one.is_over])
    said = Message(
        "{models} model ve {rounds} tur silindi; {size} MB yer açıldı.",
        "{models} models and {rounds} rounds deleted; {size} MB are free again.",
    )
    size = terminal.decimal(done.bytes / 1e6, 1, settings.language)
    text = said.say(settings.language)
    terminal.say(text.format(models=len(done.models), rounds=len(done.rounds), size=size))


def _export(settings: "Settings", args: argparse.Namespace, opened: Opened) -> None:
    from finetune.export import export_onnx
    from finetune.parts import model_path

    folder = Path(model_path(settings.home, args.model))
    dimension, int8 = getattr(args, "dimension", None), getattr(args, "int8", True)
    export_onnx(folder, args.output_dir, dimension=dimension, int8=int8)
    terminal.say(Message("Dışa aktarıldı: {}", "Exported: {}").say(settings.language).format(args.output_dir))


OTHERS: dict[str, Callable[["Settings", argparse.Namespace, Opened], None]] = {
    "rollback": _roll_back,
    "models": _models,
    "prune": _prune,
    "export": _export,
}
"""What a step does that is none of a round's, by its name."""
