"""Ties the quality view to what was asked, by everybody: it is for managers alone. It only reads."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.owners import Owner
from assistant.quality import quality
from ui.web.backend import Backend
from ui.web.events import PRIVATE
from ui.web.guard import Guard
from ui.web.quality import SPANS, quality_html
from ui.web.sent import integer, sent
from ui.web.tell import Teller

if TYPE_CHECKING:
    import gradio as gr

    from ui.web.page import Parts

SPAN = 30
"""Days that are shown at first."""


def shown(backend: Backend, owner: Owner, days: object, language: str) -> str:
    """The view for the last `days` days, one of `SPANS`; for anything else the usual ones.

    Questions lead to their conversations only where these are the owner's.
    """
    span = integer(days)
    span = span if span in SPANS else SPAN
    today = datetime.now().astimezone().date()
    asked = [
        one if one.owner in owner.names else replace(one, conversation="") for one in backend.all_asked()
    ]
    found = quality(asked, backend.all_votes(), today, span)
    return quality_html(found, span, backend.evaluations(), backend.models(), language)


def wire_quality(
    page: "Parts", days: "gr.State", backend: Backend, teller: Teller, language: str, guard: Guard
) -> None:
    """Draw the view when it is opened, and for another time."""
    import gradio as gr

    def look(days: int, request: gr.Request) -> list[object]:
        return teller.told(lambda: [shown(backend, guard.owner(request), days, language)], [None])

    def span(request: gr.Request, event: gr.EventData) -> list[object]:
        wanted, owner = integer(sent(event, "days")), guard.owner(request)
        return [wanted, *teller.told(lambda: [shown(backend, owner, wanted, language)], [None])]

    page.nav.review(guard.managers(look), [days], [page.quality], **PRIVATE)
    page.quality.span(guard.managers(span), None, [days, page.quality], **PRIVATE)
