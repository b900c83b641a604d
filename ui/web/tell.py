"""How an action of the page ends for the user: its results, or one sentence about what went wrong."""

import logging
import time
from collections.abc import Callable, Sequence
from html import escape

from assistant.errors import KilavuzError
from ui import texts

log = logging.getLogger(__name__)


class Teller:
    """Speaks `language`. Gradio shows messages as HTML, so they are escaped here."""

    def __init__(self, language: str) -> None:
        self._language = language

    def wrong(self, error: Exception) -> None:
        """Show the sentence of a KilavuzError; anything else goes to the log and becomes a general one."""
        import gradio as gr

        if isinstance(error, KilavuzError):
            sentence = error.message.say(self._language)
        else:
            log.error("an action of the page failed", exc_info=error)
            sentence = texts.UNEXPECTED.say(self._language)
        gr.Warning(escape(sentence), title=texts.ATTENTION.say(self._language))

    def note(self, sentence: str) -> None:
        """Show a sentence that all is well."""
        import gradio as gr

        gr.Info(escape(sentence), title=texts.NOTICE.say(self._language))

    def told(self, act: Callable[[], Sequence[object]], otherwise: Sequence[object]) -> list[object]:
        """What `act` returns, or `otherwise` once the user has been told why not."""
        try:
            return kept(act())
        except Exception as error:
            self.wrong(error)
            return kept(otherwise)


def kept(values: Sequence[object]) -> list[object]:
    """The values for Gradio: None leaves a part as it is."""
    import gradio as gr

    return [gr.skip() if value is None else value for value in values]


def stamped(html: str) -> str:
    """The HTML of an answer that page code waits for: drawn again though it may be the same as before.

    Gradio also draws waiting marks into a part; the answer has come when its stamp is a new one.
    """
    return f'{html}<i data-stamp="{time.monotonic_ns()}" hidden></i>'
