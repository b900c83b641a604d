"""`kilavuz finetune feedback`: what votes would teach, to be looked through before the next training."""

import argparse
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.errors import Message
from ui import terminal

if TYPE_CHECKING:
    from assistant.catalogue import Catalogue
    from assistant.settings import Settings

_STATES = {
    "ready": Message("hazır", "ready"),
    "doubtful": Message("kuşkulu", "doubtful"),
    "accepted": Message("kabul", "accepted"),
    "rejected": Message("ret", "rejected"),
}
_PASSAGE = 100  # characters of a passage that are shown


def review(settings: "Settings", args: argparse.Namespace) -> None:
    """List, accept, reject, export or import what votes suggest. Raises KilavuzError."""
    from assistant.catalogue import Catalogue
    from finetune.splits import split_of

    path = settings.home / "kilavuz.db"
    action = getattr(args, "action", None) or "list"
    reading = action in ("list", "export")

    def held_out(source: str) -> bool:
        return bool(source) and split_of(source) != "train"

    with closing(Catalogue(path, read_only=reading or not path.exists())) as catalogue:
        said = _act(catalogue, action, args, held_out, settings.language)
    terminal.say(said.say(settings.language))


def _act(
    catalogue: "Catalogue",
    action: str,
    args: argparse.Namespace,
    held_out: Callable[[str], bool],
    language: str,
) -> Message:
    from finetune.review import decide, export_reviews, import_reviews

    if action == "export":
        count = export_reviews(catalogue, args.file, held_out)
        return Message(f"{count} örnek yazıldı: {args.file}", f"{count} examples written: {args.file}")
    if action == "import":
        count = import_reviews(catalogue, args.file)
        return Message(f"{count} karar okundu.", f"{count} decisions read.")
    if action in ("accept", "reject"):
        count = len(decide(catalogue, args.ids, action == "accept", held_out))
        if action == "accept":
            return Message(f"{count} örnek kabul edildi.", f"{count} examples accepted.")
        return Message(f"{count} örnek reddedildi.", f"{count} examples rejected.")
    return _listed(catalogue, held_out, language)


def _listed(catalogue: "Catalogue", held_out: Callable[[str], bool], language: str) -> Message:
    from finetune.votes import candidates, doubts

    found = candidates(catalogue, held_out)
    for one in found:
        passage = " ".join(terminal.clean(one.triple.positive).split())
        shown = passage if len(passage) <= _PASSAGE else passage[:_PASSAGE].rsplit(" ", 1)[0] + " …"
        state = _STATES[one.state].say(language)
        terminal.say(f"{one.key}  {state}  +{one.ups} −{one.downs}  {terminal.clean(one.triple.question)}")
        terminal.say(f"    {terminal.clean(one.triple.source)}: {shown}")
    if doubt := doubts(catalogue, held_out):
        terminal.say(doubt.say(language))
    trained = sum(one.state in ("ready", "accepted") for one in found)
    return Message(
        f"Oylardan {len(found)} örnek çıktı; {trained} tanesi eğitime girecek.",
        f"Votes give {len(found)} examples; {trained} of them will train.",
    )
