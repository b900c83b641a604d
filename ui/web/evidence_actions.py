"""Judges sources, without Gradio: checks what the browser sent, calls the backend, returns HTML."""

from assistant.errors import KilavuzError
from assistant.owners import Owner
from assistant.records import Answer
from assistant.remarks import MOST_TEXT, Remark
from ui import source_texts as texts
from ui.web.backend import Backend, Own
from ui.web.evidence import remark_html, seek_html
from ui.web.sent import conversation_id, integer, text
from ui.web.sources import Judged, sources_html

FOUND = 8
"""Passages that a search for the right one shows."""


def panel(backend: Backend, own: Own, answer: Answer | None, question: str, language: str) -> str:
    """The sources panel of an answer, with what is known and was said of its sources now."""
    if answer is None or not answer.hits:
        return sources_html(answer, question, {}, "", language)
    known = frozenset(backend.reading.known([hit.chunk.source for hit in answer.hits]))
    if answer.turn is None:
        return sources_html(answer, question, {}, backend.status().embedder, language, Judged(known))
    embedder = own.remarks.made_with(answer.turn).get("embedder") or backend.status().embedder
    judged = Judged(known, own.remarks.pointed(answer.turn))
    return sources_html(answer, question, own.turns.votes(answer.turn), embedder, language, judged)


class EvidenceActions:
    """One per event, for the user who sent it; holds no state of its own."""

    def __init__(self, backend: Backend, owner: Owner, language: str) -> None:
        self._backend = backend
        self._own = backend.own(owner)
        self._language = language

    def where(self, turn: object, conversation: object) -> str:
        """The search for the right passage, with the question of the turn to begin with."""
        id = integer(turn, -1)
        return self._seek(id, self._turn(id, conversation)[0], False)

    def seek(self, turn: object, wanted: object, conversation: object) -> str:
        """What the search finds in all documents."""
        id = integer(turn, -1)
        question = self._turn(id, conversation)[0]
        return self._seek(id, text(wanted, 500) or question, True)

    def point(
        self, conversation: object, turn: object, hit: object, chunk: object, right: object, wanted: object
    ) -> None:
        """Keep that a hit of the turn, or a passage that was searched for, is the right one, or no longer."""
        id, number = integer(turn, -1), integer(hit, -1)
        _, answer = self._turn(id, conversation)
        searched = ""
        if 0 <= number < len(answer.hits):
            passage = answer.hits[number].chunk
        else:
            found = self._backend.reading.chunk(integer(chunk, -1))
            if found is None:
                raise KilavuzError(texts.GONE.tr, texts.GONE.en)
            passage, searched = found, text(wanted, 500)
        self._own.remarks.point_out(id, passage, right == "true", searched)

    def why(self, conversation: object, turn: object, target: object, vote: object) -> str:
        """What asks why a vote is as it is; "" for one that was taken back, or that there cannot be."""
        id, aim, value = integer(turn, -1), text(target, 20), integer(vote)
        _, answer = self._turn(id, conversation)
        if value not in (1, -1) or (aim not in ("answer", "evidence") and not _title(answer, aim)):
            return ""
        remark = self._own.remarks.remarks(id).get(aim, Remark())
        return remark_html(id, aim, _title(answer, aim), value, remark, self._language)

    def remark(self, turn: object, target: object, reason: object, said: object) -> str:
        """Keep a remark; returns a sentence that says so."""
        given = Remark(text(reason, 40), text(said, MOST_TEXT))
        self._own.remarks.remark(integer(turn, -1), text(target, 20), given)
        return f'<p class="remark-kept" role="status">{texts.REMARK_KEPT.say(self._language)}</p>'

    def _seek(self, turn: int, wanted: str, search: bool) -> str:
        hits = self._backend.search(wanted, FOUND) if search else None
        return seek_html(turn, wanted, hits, self._own.remarks.pointed(turn), self._language)

    def _turn(self, id: int, conversation: object) -> tuple[str, Answer]:
        for one in self._own.turns.conversation(conversation_id(conversation)):
            if one.id == id:
                return one.answer.searched or one.question, one.answer
        raise KilavuzError(
            "Bu soru artık kayıtlı değil; sayfayı yenileyin.",
            "This question is no longer kept; reload the page.",
        )


def _title(answer: Answer, target: str) -> str:
    number = integer(target.removeprefix("hit:"), -1) if target.startswith("hit:") else -1
    if not 0 <= number < len(answer.hits):
        return ""
    chunk = answer.hits[number].chunk
    return chunk.title or chunk.source
