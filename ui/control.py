"""What managers steer from the page, behind one door: settings, trials of models, the learning loop."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError, Message
from assistant.settings import Settings
from ui.kept_settings import MODEL, KeptSettings
from ui.look_closer import Wanted, draw_apart, model_of, models_at_hand
from ui.machine import Machine, look
from ui.training import TrainingDesk
from ui.try_model import try_apart, try_llm

if TYPE_CHECKING:
    from ui.service import Service

TRIALS = ("llm", "embedder", "reranker")


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: whether the key was dropped, being another server's; what waits for a start."""

    key_dropped: bool
    waiting: tuple[str, ...]


class Control:
    """One per server. Safe to call from several threads."""

    def __init__(self, service: "Service", settings: Settings) -> None:
        """`settings` are those that the server was started with. Raises KilavuzError like `load_settings`."""
        self._service = service
        self.kept = KeptSettings(settings)
        self.training = TrainingDesk(service, settings.home, settings.embedder, settings.language)

    def machine(self) -> Machine:
        """What this machine has."""
        return look(self.kept.home)

    def models_at_hand(self) -> list[str]:
        """The names of the home's own models."""
        return list(models_at_hand(self.kept.home))

    def draw(self, wanted: Wanted) -> bytes:
        """A picture of how a model, by its name here, reads sentences; PNG. Raises KilavuzError."""
        model = model_of(self.kept.home, self.kept.running.embedder, wanted.model)
        return draw_apart(replace(wanted, model=model))

    def try_out(self, what: str, said: Mapping[str, str]) -> Message:
        """Try the language model, embedder or reranker with these settings; KilavuzError if it fails."""
        if what not in TRIALS:
            raise KilavuzError("Böyle bir sınama yok; sayfayı yenileyin.", "No such test; reload the page.")
        wanted = self.kept.with_changes(said)
        return try_llm(wanted) if what == "llm" else try_apart(what, wanted)

    def save(self, said: Mapping[str, str]) -> Saved:
        """Keep settings: the language model serves at once, the others after the next start.

        Another embedder or reranker is tried first: a start that fails could not be mended on the page.
        Raises KilavuzError; then nothing has changed.
        """
        before, wanted = self.kept.next(), self.kept.with_changes(said)
        for name in ("embedder", "reranker"):
            if getattr(wanted, name) != getattr(before, name):
                try_apart(name, wanted)
        model = {name: getattr(wanted, name) for name in MODEL}
        if any(getattr(before, name) != value for name, value in model.items()):
            self._service.renew_assistant(self.kept.running.model_copy(update=model))
        self.kept.keep(wanted)
        dropped = bool(before.llm_api_key.get_secret_value() and not wanted.llm_api_key.get_secret_value())
        return Saved(dropped, self.kept.waiting())
