"""A model of the home takes the place of the embedder in use, or gives it back to the one before.

Both write the pointer first and then tell the open library; so whatever ends the process in between, the next
start goes on from the pointer. The index is built beside the live one by whoever owns the library.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError
from assistant.model_in_use import InUse, Step, load_by_name, read_in_use, write_in_use
from finetune import registry

if TYPE_CHECKING:
    from assistant.library import Library


@dataclass(frozen=True, slots=True)
class Switched:
    """From which model to which; "" is the embedder that the setting names.

    `serves` is False while the index of the new one is still to be built: the old one answers until then.
    """

    model: str
    before: str
    serves: bool


def promote(library: "Library", home: Path, setting: str, name: str) -> Switched:
    """Let the model of that name serve from now on, or once its index is built.

    Raises KilavuzError if there is no such model, the gate has refused it, or another embedder is in use than
    the one that it was measured against; then nothing has changed.
    """
    model = registry.model(home, name)
    now = library.wanted.fingerprint
    before = read_in_use(home, setting)
    if before and before.steps[-1].fingerprint != now:
        before = None
    if model.fingerprint == now:
        return Switched(name, name, not library.needs_rebuild)
    if not model.promotable:
        raise KilavuzError(
            f"{name} kullanıma alınamaz: kullanılan modelden daha iyi olduğu gösterilemedi. Ölçümleri "
            "`kilavuz finetune models` gösterir.",
            f"{name} can't be promoted: it was not shown to be better than the model in use. "
            "`kilavuz finetune models` shows its figures.",
        )
    if model.against != now:
        raise KilavuzError(
            f"{name} şu anda kullanılandan başka bir modelle karşılaştırılmıştı; yeni bir tur başlatın: "
            "kilavuz finetune.",
            f"{name} was compared with another model than the one in use now; begin a new round: "
            "kilavuz finetune.",
        )
    embedder = load_by_name(home, name)
    if embedder.fingerprint != model.fingerprint:
        raise KilavuzError(
            f"{name} ölçüldükten sonra değişmiş ya da bozulmuş; yeni bir tur başlatın: kilavuz finetune.",
            f"{name} has been changed or damaged since it was measured; begin a new round: kilavuz finetune.",
        )
    before = before or InUse(setting, library.max_tokens, (Step("", now),))
    write_in_use(home, replace(before, steps=(*before.steps, Step(name, embedder.fingerprint))))
    return Switched(name, before.model, library.want(embedder))


def roll_back(library: "Library", home: Path, setting: str) -> Switched:
    """Go back to what was in use before the last promotion; its index is still there.

    Raises KilavuzError if there is nothing to go back to, or the one before can't be loaded.
    """
    in_use = read_in_use(home, setting)
    if in_use is None or in_use.previous is None:
        raise KilavuzError(
            "Geri dönülecek bir model yok: ayarlardaki gömme modeli kullanılıyor.",
            "There is no model to go back to: the embedder of the settings is in use.",
        )
    name = in_use.previous.model
    embedder = load_by_name(home, name or setting)
    write_in_use(home, replace(in_use, steps=in_use.steps[:-1]))
    return Switched(name, in_use.model, library.want(embedder))
