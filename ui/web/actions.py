"""What the page does, without Gradio: checks what the browser sent, calls the backend, returns HTML.

A browser can send anything, so each method checks its arguments itself. None in a result = leave as it is.
"""

import re
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from assistant.errors import KilavuzError
from assistant.records import Answer, Exchange, Turn
from assistant.scope import known
from ui import texts
from ui.web.backend import Backend
from ui.web.documents import documents_html, folder_html, header_html, progress_html
from ui.web.scope import bar_html, list_html
from ui.web.sources import sources_html
from ui.web.transcript import conversations_html, empty_html, turn_html, turns_html

EVERY = 0.08
"""Seconds between two updates of a growing answer: more often than the eye follows only costs."""

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Chat(NamedTuple):
    """The parts of the chat view. `past` holds turns that are over, `live` the one being answered."""

    conversation: str | None = None
    past: str | None = None
    live: str | None = None
    sources: str | None = None
    conversations: str | None = None


class Shelf(NamedTuple):
    """The parts that show documents and status. `seen` sums up the state that they show."""

    header: str | None = None
    progress: str | None = None
    folder: str | None = None
    documents: str | None = None
    seen: str | None = None


class Scoped(NamedTuple):
    """The parts that choose documents: the names that are chosen, the bar and the list."""

    chosen: list[str] | None = None
    bar: str | None = None
    rows: str | None = None


class Actions:
    """One per page. Holds no state of any user, so users cannot meet in it."""

    def __init__(self, backend: Backend, language: str, examples: Sequence[str] = ()) -> None:
        self._backend = backend
        self._language = language
        self._examples = tuple(examples) or tuple(one.say(language) for one in texts.EXAMPLES)

    # --- chat ---------------------------------------------------------------------------------------

    def open(self, conversation: object) -> Chat:
        """Show a saved conversation; an empty chat for anything that is none."""
        return self._chat(_conversation(conversation))

    def delete(self, conversation: object, current: object) -> Chat:
        """Delete a conversation; the chat becomes empty if it was the one shown."""
        gone, current = _conversation(conversation), _conversation(current)
        if gone:
            self._backend.turns.delete_conversation(gone)
        if gone == current:
            return self._chat("")
        return Chat(conversations=self._conversations(current))

    def ask(self, question: object, conversation: object, chosen: object = ()) -> Generator[Chat, None, None]:
        """Answer a question: the first result shows it at once, the last one its recorded answer.

        It is limited to those of the chosen documents and folders that there still are.
        """
        if not isinstance(question, str) or not question.strip():
            raise KilavuzError(texts.EMPTY_QUESTION.tr, texts.EMPTY_QUESTION.en)
        question = question.strip()
        id = _conversation(conversation) or uuid4().hex
        before = self._backend.turns.conversation(id)
        yield Chat(id, self._past(id, before), self._turn(question, None), self._sources(None, ""))
        history = [Exchange(turn.question, turn.answer.text, turn.answer.sources) for turn in before]
        answer, shown = None, None
        due = 0.0
        for answer in self._backend.assistant.stream(question, history, id, self.still(chosen)):
            if time.monotonic() < due:
                continue
            panel = (answer.hits, answer.citations, answer.turn)
            sources = None if panel == shown else self._sources(answer, question)
            yield Chat(live=self._turn(question, answer), sources=sources)
            shown = panel
            due = time.monotonic() + EVERY
        if answer is not None:
            sources = self._sources(answer, question)
            yield Chat(None, None, self._turn(question, answer), sources, self._conversations(id))

    def sources(self, turn: object, conversation: object) -> Chat:
        """Show the sources of one turn of the conversation."""
        wanted = _integer(turn)
        for kept in self._backend.turns.conversation(_conversation(conversation)):
            if kept.id == wanted:
                return Chat(sources=self._sources(kept.answer, kept.question))
        return Chat()

    def vote(self, turn: object, target: object, value: object) -> None:
        """Keep a vote, or raise KilavuzError. The backend knows which turns and hits there are."""
        self._backend.turns.vote(
            _integer(turn), target if isinstance(target, str) else "", _integer(value, -2)
        )

    def _chat(self, id: str) -> Chat:
        turns = self._backend.turns.conversation(id) if id else []
        last = turns[-1] if turns else None
        live = self._turn(last.question, last.answer) if last else ""
        sources = self._sources(last.answer, last.question) if last else self._sources(None, "")
        past = self._past(id, turns[:-1], empty=last is None)
        return Chat(id if last else "", past, live, sources, self._conversations(id))

    def _past(self, id: str, turns: Sequence[Turn], empty: bool = False) -> str:
        shown = turns_html(turns, self._backend.turns.votes, self._language)
        if empty:
            shown, id = empty_html(self._backend.status(), self._examples, self._language), ""
        return f'<div class="past" data-conversation="{id}">{shown}</div>'

    def _turn(self, question: str, answer: Answer | None) -> str:
        return turn_html(question, answer, self._votes(answer), self._language)

    def _sources(self, answer: Answer | None, question: str) -> str:
        embedder = self._backend.status().embedder
        return sources_html(answer, question, self._votes(answer), embedder, self._language)

    def _votes(self, answer: Answer | None) -> dict[str, int]:
        return self._backend.turns.votes(answer.turn) if answer and answer.turn is not None else {}

    def _conversations(self, current: str) -> str:
        return conversations_html(self._backend.turns.conversations(), current, self._language)

    # --- the documents that questions are limited to --------------------------------------------------

    def still(self, chosen: object) -> tuple[str, ...]:
        """Those of the chosen names that are still searchable documents, or folders with any."""
        names = [name for name in chosen if isinstance(name, str)] if isinstance(chosen, list | tuple) else []
        return known(names, (one.source for one in self._backend.documents() if one.chunks)) if names else ()

    def scope(self, chosen: object, wanted: object = "") -> Scoped:
        """The choice as it is now, with the documents whose name holds `wanted`."""
        kept, states = self.still(chosen), self._backend.documents()
        needle = wanted[:200] if isinstance(wanted, str) else ""
        bar = bar_html(kept, states, self._language)
        return Scoped(list(kept), bar, list_html(states, needle, kept, self._language))

    def choose(self, name: object, chosen: object, wanted: object = "") -> Scoped:
        """Choose a document or folder, or drop it if it was chosen."""
        names = list(self.still(chosen))
        if isinstance(name, str):
            names = [one for one in names if one != name] if name in names else [*names, name]
        return self.scope(names, wanted)

    def scope_of(self, conversation: object) -> Scoped:
        """The choice that the last question of a saved conversation was asked with."""
        id = _conversation(conversation)
        turns = self._backend.turns.conversation(id) if id else []
        return self.scope(turns[-1].answer.within) if turns else Scoped()

    # --- documents ----------------------------------------------------------------------------------

    def shelf(self, wanted: object = "", page: object = 0) -> Shelf:
        """Header, progress and the documents whose name holds `wanted`."""
        status = self._backend.status()
        return Shelf(
            header_html(status, self._language),
            progress_html(status.progress, self._language),
            folder_html(status, self._language),
            self.documents(wanted, page),
            repr(status),
        )

    def documents(self, wanted: object, page: object) -> str:
        """One page of the documents list."""
        name = wanted if isinstance(wanted, str) else ""
        return documents_html(self._backend.documents(), name[:200], _integer(page), self._language)

    def tick(self, seen: object, wanted: object, page: object) -> Shelf:
        """What changed since the state that the page has `seen`; all None if nothing did."""
        return Shelf() if repr(self._backend.status()) == seen else self.shelf(wanted, page)

    @property
    def ingesting(self) -> bool:
        """Whether files are being read or an index is being made now."""
        return self._backend.status().progress is not None

    def upload(self, paths: object) -> str:
        """Hand uploaded temporary files over; returns a sentence that says so. The files are removed."""
        files = [Path(path) for path in paths if isinstance(path, str)] if isinstance(paths, list) else []
        try:
            names = self._backend.upload(files)
        finally:
            for file in files:
                file.unlink(missing_ok=True)
        if len(names) > 3:
            return texts.UPLOADED_MANY.say(self._language).format(count=len(names))
        return texts.UPLOADED.say(self._language).format(names=", ".join(names))

    def remove(self, document: object) -> None:
        """Delete a document."""
        self._backend.delete_document(_integer(document))


def _conversation(value: object) -> str:
    """The value if it can be a conversation's id, else ""."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _integer(value: object, otherwise: int = 0) -> int:
    """The value as an integer as far as SQLite can hold it; attributes of HTML elements come as text."""
    text = str(value)
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else otherwise
