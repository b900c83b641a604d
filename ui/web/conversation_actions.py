"""What the page does with conversations, without Gradio: checks what the browser sent, returns HTML.

Asking and showing stand in `actions.py`; here conversations are found, named, deleted with a way back,
branched and given out as files.
"""

import secrets
from collections.abc import Generator
from html import escape
from typing import NamedTuple

from assistant.errors import KilavuzError
from assistant.owners import Owner
from assistant.records import Conversation
from ui import chat_texts, texts
from ui.web.actions import Actions, Chat
from ui.web.backend import Backend
from ui.web.conversations import conversations_html, undo_html
from ui.web.export import as_json, file_name, markdown
from ui.web.sent import conversation_id, integer

LONGEST_SEARCH = 200


class Deleted(NamedTuple):
    """The chat after a deletion or its undoing, and the offer to undo it."""

    chat: Chat
    undo: str | None = None


class ConversationActions:
    """One per event, for the user who sent it, as `actions` is; holds no state of its own."""

    def __init__(self, backend: Backend, owner: Owner, actions: Actions, language: str) -> None:
        self._own = backend.own(owner)
        self._actions = actions
        self._language = language

    def find(self, wanted: object, current: object) -> str:
        """The list of the conversations that hold these words; of all without any."""
        words = wanted[:LONGEST_SEARCH] if isinstance(wanted, str) else ""
        found = self._own.conversations.find(words)
        return conversations_html(found, conversation_id(current), self._language, words)

    def rename(self, id: object, name: object, wanted: object, current: object) -> str:
        """Give a conversation a name; returns the list. Raises KilavuzError if it is gone."""
        self._own.conversations.rename(conversation_id(id), name if isinstance(name, str) else "")
        return self.find(wanted, current)

    def delete(self, id: object, current: object) -> Deleted:
        """Delete a conversation and offer to undo it; the chat becomes empty if it was the one shown."""
        gone, shown = conversation_id(id), conversation_id(current)
        one = self._one(gone)
        self._own.conversations.delete(gone)
        undo = undo_html(gone, _short(one.title), self._language)
        return Deleted(self._actions.open("") if gone == shown else self._list(shown), undo)

    def restore(self, id: object, current: object) -> Deleted:
        """Bring a deleted conversation back, and show it if the chat is empty."""
        back, shown = conversation_id(id), conversation_id(current)
        self._own.conversations.restore(back)
        return Deleted(self._list(shown) if shown else self._actions.open(back), "")

    def branch(
        self, question: object, conversation: object, turn: object, chosen: object = ()
    ) -> Generator[Chat, None, None]:
        """Ask in a new conversation that begins with the turns before this one; see `Actions.ask`.

        Nothing is left of it if no answer comes.
        """
        if not isinstance(question, str) or not question.strip():
            raise KilavuzError(texts.EMPTY_QUESTION.tr, texts.EMPTY_QUESTION.en)
        kept = self._own.conversations
        id = kept.branch(conversation_id(conversation), integer(turn))
        if self._own.turns.conversation(id):
            kept.rename(id, question)  # else it would be listed under the same title as the other
        try:
            yield from self._actions.ask(question, id, chosen)
        except Exception:
            kept.delete(id)
            raise

    def export(self, id: object, format: object) -> str:
        """A conversation as a file, in an element that chat.js saves. Raises KilavuzError without."""
        if format not in ("md", "json"):
            raise KilavuzError(chat_texts.UNKNOWN_FORMAT.tr, chat_texts.UNKNOWN_FORMAT.en)
        one = self._one(conversation_id(id))
        turns = self._own.turns.conversation(one.id)
        if format == "md":
            text, kind = markdown(one, turns, self._language), "text/markdown"
        else:
            votes = {turn.id: self._own.turns.votes(turn.id) for turn in turns}
            text, kind = as_json(one, turns, votes), "application/json"
        name = escape(file_name(one, str(format), self._language))
        # The mark makes the HTML new each time, so that the same file can be saved twice.
        mark = secrets.token_hex(4)
        return f'<pre data-file="{name}" data-type="{kind}" data-mark="{mark}">\n{escape(text)}</pre>'

    def _list(self, current: str) -> Chat:
        return Chat(conversations=conversations_html(self._own.conversations.all(), current, self._language))

    def _one(self, id: str) -> Conversation:
        if one := self._own.conversations.get(id):
            return one
        raise KilavuzError(chat_texts.NOTHING_TO_EXPORT.tr, chat_texts.NOTHING_TO_EXPORT.en)


def _short(title: str) -> str:
    return title if len(title) <= 60 else title[:59] + "…"
