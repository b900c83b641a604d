"""A round of the learning loop as a process of its own: `python -m ui.training_process HOME LANGUAGE [new]`.

It goes up to the gate and promotes nothing. Where it is stands in `<home>/modeller/training.json`, for the
server that started it; what is done is in the round's folder, and the next start goes on there.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from assistant.catalogue import now
from assistant.errors import KilavuzError, Message
from assistant.model_in_use import models_folder
from assistant.whole_file import write_json

STATE = "training.json"
UNTIL = "gate"
EVERY = 0.7
"""Seconds between two notes of how far a step is."""

_STOPPED = Message(
    "Eğitim durduruldu; yeniden başlattığınızda kaldığı yerden sürer.",
    "The training was stopped; it goes on from there when you start it again.",
)
_CRASHED = Message(
    "Eğitim beklenmeyen bir hatayla sonlandı; ayrıntısı ev klasöründeki kilavuz.log dosyasında.",
    "The training ended by something unexpected; kilavuz.log in the home has the details.",
)


class Notebook:
    """Writes where the round is; never fails the round."""

    def __init__(self, home: Path) -> None:
        self._path = models_folder(home) / STATE
        self._state: dict[str, object] = {
            "pid": os.getpid(),
            "began": now(),
            "notes": [],
            "outcome": "running",
        }
        self._due = 0.0

    def note(self, **facts: object) -> None:
        """Write these facts with those before."""
        self._state |= facts
        try:
            write_json(self._path, self._state)
        except KilavuzError as error:
            logging.getLogger(__name__).warning("%s", error)

    def tell(self, message: Message) -> None:
        """Keep a sentence of the round."""
        self.note(notes=[*self._state["notes"], asdict(message)][-20:])  # type: ignore[misc]

    @contextmanager
    def watch(self, label: Message) -> Iterator[Callable[[int, int, str], None]]:
        """Note how far the step with this label is."""
        self.note(label=asdict(label), done=0, total=0)

        def step(done: int, total: int, name: str) -> None:
            if time.monotonic() >= self._due:
                self._due = time.monotonic() + EVERY
                self.note(done=done, total=total)

        yield step


def train(home: Path, language: str, new: bool) -> int:
    """Run the round up to the gate; returns the exit code. Raises nothing."""
    from assistant.settings import load_settings
    from finetune.needs import Desk, Options, Place
    from finetune.parts import round_parts
    from finetune.promote import Switched
    from finetune.round import run
    from finetune.rounds import current_round, only_training

    def promote(name: str) -> Switched:
        raise AssertionError("the gate is the last step here")

    book = Notebook(home)
    try:
        with only_training(home):
            place = Place(home, load_settings(home=home, language=language).embedder)
            one = current_round(home, new=new)
            book.note(round=one.number)
            run(one, UNTIL, place, Options(), round_parts(place), Desk(book.tell, book.watch, promote))
            book.note(outcome="done", ended=now())
            return 0
    except KilavuzError as error:
        book.note(outcome="failed", ended=now(), error=asdict(error.message))
    except KeyboardInterrupt:
        book.note(outcome="stopped", ended=now(), error=asdict(_STOPPED))
    except Exception:
        logging.getLogger(__name__).exception("a training that the page started")
        book.note(outcome="failed", ended=now(), error=asdict(_CRASHED))
    return 1


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run with the arguments of the command line."""
    from ui.log import logging_to

    home, language, *more = sys.argv[1:]
    signal.signal(signal.SIGTERM, _interrupt)
    os.nice(10)  # who chats comes first
    with logging_to(Path(home)):
        return train(Path(home), language, "new" in more)


if __name__ == "__main__":
    sys.exit(main())
