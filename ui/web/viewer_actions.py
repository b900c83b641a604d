"""Opens documents beside the answer, without Gradio: checks what the browser sent, returns HTML."""

from collections.abc import Callable
from contextlib import closing

from assistant.errors import KilavuzError, Message
from assistant.owners import Owner
from assistant.records import Answer, Chunk
from ui import source_texts as texts
from ui.web.backend import Backend
from ui.web.sent import conversation_id, integer
from ui.web.viewer import Place, pdf_html, text_html

BEFORE, AFTER = 30, 50
"""Passages that are shown before and after the one asked for; buttons bring those further away."""


class ViewerActions:
    """One per event, for the user who sent it; holds no state of its own."""

    def __init__(self, backend: Backend, owner: Owner, language: str) -> None:
        self._backend = backend
        self._turns = backend.own(owner).turns
        self._language = language

    def show(self, sent: Callable[[str], object], conversation: object) -> str:
        """The document of a hit of a turn ("turn", "hit"), or of a passage ("chunk"), open at it.

        With "kind" = "text" a PDF is shown as text, too. Raises KilavuzError if it is no longer there.
        """
        place = self._place(sent, conversation)
        is_pdf = place.document.format == "pdf"
        if not is_pdf or sent("kind") == "text":
            return self._text(place, place.position - BEFORE, drawable=is_pdf)
        try:
            with closing(self._backend.original(place.document.id).file):
                return pdf_html(place, self._language)
        except KilavuzError as error:
            return self._text(place, place.position - BEFORE, error.message)

    def leaf(self, sent: Callable[[str], object], conversation: object) -> str:
        """The same document as text from passage "first" on."""
        place = self._place(sent, conversation)
        return self._text(place, integer(sent("first")), drawable=place.document.format == "pdf")

    def _text(self, place: Place, first: int, notice: Message | None = None, drawable: bool = False) -> str:
        first = min(max(0, first), max(0, place.document.chunks - 1))
        chunks = self._backend.reading.chunks(place.document.id, first, BEFORE + AFTER)
        return text_html(place, chunks, self._language, notice, drawable)

    def _place(self, sent: Callable[[str], object], conversation: object) -> Place:
        reading = self._backend.reading
        chunk, quotes, asked = self._asked(sent, conversation)
        id = reading.known([chunk.source]).get(chunk.source) if chunk else None
        document = reading.document(id) if id is not None else None
        if chunk is None or document is None:
            raise KilavuzError(texts.GONE.tr, texts.GONE.en)
        return Place(document, chunk, reading.position(document.id, chunk), quotes, asked)

    def _asked(
        self, sent: Callable[[str], object], conversation: object
    ) -> tuple[Chunk | None, tuple[str, ...], tuple[tuple[str, str], ...]]:
        """The passage, what an answer quotes of it, and how it was asked for."""
        if (id := integer(sent("chunk"), -1)) >= 0:
            return self._backend.reading.chunk(id), (), (("chunk", str(id)),)
        turn, hit = integer(sent("turn"), -1), integer(sent("hit"), -1)
        answer = self._answer(turn, conversation)
        if answer is None or not 0 <= hit < len(answer.hits):
            return None, (), ()
        quotes = tuple(dict.fromkeys(one.quote for one in answer.citations if one.hit == hit and one.quote))
        return answer.hits[hit].chunk, quotes, (("turn", str(turn)), ("hit", str(hit)))

    def _answer(self, turn: int, conversation: object) -> Answer | None:
        turns = self._turns.conversation(conversation_id(conversation))
        return next((one.answer for one in turns if one.id == turn), None)
