"""What managers do on the page, without Gradio: checks what the browser sent, calls `Control`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError
from ui import control_texts as words
from ui.control import TRIALS, Control
from ui.kept_settings import FIELDS
from ui.look_closer import Wanted
from ui.web.closer import closer_html, picture_html, refused_html
from ui.web.sent import integer, text
from ui.web.settings import machine_html, settings_html, trial_html
from ui.web.training import models_html, review_html, run_html

if TYPE_CHECKING:
    from finetune.promote import Switched

_LONGEST = 20_000  # characters of the sentences


class ControlActions:
    """One per page; holds no state of any user."""

    def __init__(self, control: Control, language: str) -> None:
        self._control = control
        self._language = language

    # --- settings -----------------------------------------------------------------------------------

    def settings(self) -> tuple[str, str]:
        """The form and the machine."""
        kept = self._control.kept
        form = settings_html(kept.next(), kept.fixed(), kept.waiting(), self._language)
        return form, machine_html(self._control.machine(), self._language)

    def save(self, said: object) -> str:
        """Keep what the form holds; returns the sentence that says so."""
        saved = self._control.save(_values(said))
        sentence = words.SAVED.say(self._language)
        if saved.waiting:
            names = ", ".join(words.FIELDS[name].say(self._language) for name in saved.waiting)
            sentence = words.SAVED_LATER.say(self._language).format(names=names)
        if saved.key_dropped:
            sentence += " " + words.KEY_DROPPED.say(self._language)
        return sentence

    def try_out(self, what: object, said: object) -> str:
        """Test the language model, embedder or reranker as the form has it; what came of it as HTML."""
        name = what if isinstance(what, str) and what in TRIALS else ""
        try:
            message, fine = self._control.try_out(name, _values(said)), True
        except KilavuzError as error:
            message, fine = error.message, False
        return trial_html(name, message.say(self._language), fine)

    # --- a closer look ---------------------------------------------------------------------------

    def closer(self) -> str:
        """The form of the look into a model."""
        return closer_html(self._control.models_at_hand(), self._language)

    def draw(self, said: object) -> str:
        """The picture that the form asks for, or why there is none, as HTML."""
        values = said if isinstance(said, dict) else {}
        lines = text(values.get("sentences"), _LONGEST).splitlines()
        wanted = Wanted(
            text(values.get("picture"), 20),
            tuple(line.strip() for line in lines if line.strip()),
            text(values.get("model"), 255),
            text(values.get("word"), 100),
            integer(values.get("layer"), 1),
            integer(values.get("head"), 1),
            self._language,
        )
        try:
            return picture_html(self._control.draw(wanted), wanted.picture, self._language)
        except KilavuzError as error:
            return refused_html(error.message.say(self._language))

    # --- training -----------------------------------------------------------------------------------

    def run(self) -> str:
        """The round as it stands."""
        desk = self._control.training
        return run_html(desk.running(), desk.round(), self._language)

    def review(self) -> str:
        """What is to be looked through."""
        desk = self._control.training
        return review_html(desk.candidates(), desk.doubts(), desk.triples(), self._language)

    def models(self) -> str:
        """The history of models."""
        return models_html(*self._control.training.models(), self._language)

    def start(self, new: object) -> str:
        """Begin a training; returns the sentence that says so."""
        self._control.training.start(new == "1")
        return words.STARTED.say(self._language)

    def stop(self) -> None:
        """Stop the training."""
        self._control.training.stop()

    def decide(self, key: object, accepted: bool) -> None:
        """Accept or reject what votes suggest."""
        self._control.training.decide(key if isinstance(key, str) else "", accepted)

    def promote(self, name: object) -> str:
        """Let a model serve; returns the sentence that says so."""
        return self._switched(self._control.training.promote(name if isinstance(name, str) else ""))

    def roll_back(self) -> str:
        """Go back to the model before."""
        return self._switched(self._control.training.roll_back())

    def _switched(self, switched: "Switched") -> str:
        said = words.SERVES if switched.serves else words.WILL_SERVE
        model = switched.model or words.OF_SETTINGS.say(self._language)
        return said.say(self._language).format(model=model)


def _values(said: object) -> Mapping[str, str]:
    """The form's fields among what a browser sent."""
    if not isinstance(said, dict):
        return {}
    return {name: value for name, value in said.items() if name in FIELDS and isinstance(value, str)}
