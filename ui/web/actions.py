"""What the page does, without Gradio: checks what the browser sent, calls the backend, returns HTML.

A browser can send anything, so each method checks its arguments itself. None in a result = leave as it is.
"""

import time
from collections.abc import Generator, Sequence
from typing import NamedTuple
from uuid import uuid4

from assistant.errors import KilavuzError
from assistant.owners import Owner
from assistant.records import Answer, Exchange, Turn
from assistant.scope import known
from ui import chat_texts, texts
from ui.suggest import followups
from ui.web.backend import Backend
from ui.web.conversations import conversations_html
from ui.web.evidence_actions import panel
from ui.web.scope import bar_html, list_html
from ui.web.sent import conversation_id as _conversation
from ui.web.sent import integer as _integer
from ui.web.transcript import empty_html, followups_html, turn_html, turns_html

SHOWN_CONVERSATIONS = 60
"""Conversations that are listed, with every answer anew; older ones are found by searching."""
EVERY = 0.12
"""Seconds between two updates of a growing answer: more often than the eye follows only costs."""


class Chat(NamedTuple):
    """The parts of the chat view. `past` holds turns that are over, `live` the one being answered."""

    conversation: str | None = None
    past: str | None = None
    live: str | None = None
    sources: str | None = None
    conversations: str | None = None


class Scoped(NamedTuple):
    """The parts that choose documents: the names that are chosen, the bar and the list."""

    chosen: list[str] | None = None
    bar: str | None = None
    rows: str | None = None


class Actions:
    """One per event, for the user who sent it; holds no state of its own."""

    def __init__(self, backend: Backend, owner: Owner, language: str, examples: Sequence[str] = ()) -> None:
        self._backend = backend
        self._own = backend.own(owner)
        self._language = language
        self._examples = tuple(examples)

    @property
    def is_written(self) -> bool:
        """Whether a language model writes the answers, which are then mostly waited for."""
        return self._backend.status().llm is not None

    # --- chat ---------------------------------------------------------------------------------------

    def open(self, conversation: object) -> Chat:
        """Show a saved conversation; an empty chat for anything that is none."""
        return self._chat(_conversation(conversation))

    def ask(self, question: object, conversation: object, chosen: object = ()) -> Generator[Chat, None, None]:
        """Answer a question: the first result shows it at once, the last one its recorded answer.

        It is limited to those of the chosen documents and folders that there still are.
        """
        if not isinstance(question, str) or not question.strip():
            raise KilavuzError(texts.EMPTY_QUESTION.tr, texts.EMPTY_QUESTION.en)
        question = question.strip()
        id = _conversation(conversation)
        if not id or self._own.conversations.closed(id):
            id = uuid4().hex
        before = self._own.turns.conversation(id)
        yield Chat(id, self._past(id, before), self._turn(question, None), self._sources(None, ""))
        history = [Exchange(turn.question, turn.answer.text, turn.answer.sources) for turn in before]
        answer, shown = None, None
        due = 0.0
        for answer in self._own.stream(question, history, id, self.still(chosen)):
            if time.monotonic() < due or answer.turn is not None:
                continue
            panel = (answer.hits, answer.citations)
            # The first words come before their sources; an answer that is soon over has these drawn once.
            sources = None if panel == shown or not due else self._sources(answer, question)
            shown = panel if due else None
            yield Chat(live=self._turn(question, answer), sources=sources)
            due = time.monotonic() + EVERY
        if answer is not None:
            sources = self._sources(answer, question)
            asked = [*(turn.question for turn in before), question]
            live = self._turn(question, answer) + self._followups(answer, asked)
            yield Chat(None, None, live, sources, self._conversations(id))

    def sources(self, turn: object, conversation: object) -> Chat:
        """Show the sources of one turn of the conversation."""
        wanted = _integer(turn)
        for kept in self._own.turns.conversation(_conversation(conversation)):
            if kept.id == wanted:
                return Chat(sources=self._sources(kept.answer, kept.question))
        return Chat()

    def vote(self, turn: object, target: object, value: object) -> None:
        """Keep a vote, or raise KilavuzError. The backend knows which turns and hits there are."""
        self._own.turns.vote(_integer(turn), target if isinstance(target, str) else "", _integer(value, -2))

    def _chat(self, id: str) -> Chat:
        turns = self._own.turns.conversation(id) if id else []
        last = turns[-1] if turns else None
        live = ""
        if last:
            asked = [turn.question for turn in turns]
            live = self._turn(last.question, last.answer) + self._followups(last.answer, asked)
        sources = self._sources(last.answer, last.question) if last else self._sources(None, "")
        past = self._past(id, turns[:-1], empty=last is None)
        return Chat(id if last else "", past, live, sources, self._conversations(id))

    def _past(self, id: str, turns: Sequence[Turn], empty: bool = False) -> str:
        shown = turns_html(turns, self._own.turns.votes, self._language)
        if empty:
            shown, id = empty_html(self._backend.status(), self._starters(), self._language), ""
        return f'<div class="past" data-conversation="{id}">{shown}</div>'

    def _turn(self, question: str, answer: Answer | None) -> str:
        return turn_html(question, answer, self._votes(answer), self._language)

    def _followups(self, answer: Answer, asked: Sequence[str]) -> str:
        return followups_html(followups(answer, self._backend.nearby, asked, self._language), self._language)

    def _starters(self) -> Sequence[str]:
        made = self._examples or self._backend.starters()
        return made or [one.say(self._language) for one in texts.EXAMPLES]

    def _sources(self, answer: Answer | None, question: str) -> str:
        return panel(self._backend, self._own, answer, question, self._language)

    def _votes(self, answer: Answer | None) -> dict[str, int]:
        return self._own.turns.votes(answer.turn) if answer and answer.turn is not None else {}

    def _conversations(self, current: str) -> str:
        found = self._own.conversations.all()
        listed = conversations_html(found[:SHOWN_CONVERSATIONS], current, self._language)
        if len(found) <= SHOWN_CONVERSATIONS:
            return listed
        return f'{listed}<p class="older">{chat_texts.OLDER.say(self._language)}</p>'

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
        turns = self._own.turns.conversation(id) if id else []
        return self.scope(turns[-1].answer.within) if turns else Scoped()
