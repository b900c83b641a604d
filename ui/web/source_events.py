"""Ties the document viewer and the judging of sources to their actions. All events are private."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ui.web.events import PRIVATE
from ui.web.evidence_actions import EvidenceActions
from ui.web.sent import sent as _sent
from ui.web.tell import Teller
from ui.web.viewer_actions import ViewerActions

if TYPE_CHECKING:
    import gradio as gr

    from ui.web.page import Parts


def wire_viewer(parts: "Parts", actions: "Callable[[gr.Request], ViewerActions]", teller: Teller) -> None:
    """Opening documents beside the answer. Must be called inside the page's Blocks."""
    import gradio as gr

    current = [parts.conversation]

    def show(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        return teller.told(lambda: [actions(request).show(partial(_sent, event), id)], [None])

    def leaf(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        return teller.told(lambda: [actions(request).leaf(partial(_sent, event), id)], [None])

    for one in (parts.sources, parts.seek, parts.viewer):
        one.show(show, current, [parts.viewer], **PRIVATE)
    parts.viewer.leaf(leaf, current, [parts.viewer], **PRIVATE)


def wire_judging(parts: "Parts", actions: "Callable[[gr.Request], EvidenceActions]", teller: Teller) -> None:
    """Pointing out sources, and remarks on votes. Must be called inside the page's Blocks."""
    import gradio as gr

    current = [parts.conversation]

    def where(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        return teller.told(lambda: [actions(request).where(_sent(event, "turn"), id)], [None])

    def seek(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        return teller.told(
            lambda: [actions(request).seek(_sent(event, "turn"), _sent(event, "text"), id)], [None]
        )

    def point(id: str, request: gr.Request, event: gr.EventData) -> None:
        given = [_sent(event, name) for name in ("turn", "hit", "chunk", "right", "text")]
        try:
            actions(request).point(id, *given)
        except Exception as error:
            teller.wrong(error)

    def why(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        given = [_sent(event, name) for name in ("turn", "target", "vote")]
        return teller.told(lambda: [actions(request).why(id, *given)], [None])

    def remark(request: gr.Request, event: gr.EventData) -> list[object]:
        given = [_sent(event, name) for name in ("turn", "target", "reason", "text")]
        return teller.told(lambda: [actions(request).remark(*given)], [None])

    for one in (parts.sources, parts.remark):
        one.where(where, current, [parts.seek], **PRIVATE)
    parts.seek.seek(seek, current, [parts.seek], **PRIVATE)
    for one in (parts.sources, parts.seek):
        one.point(point, current, None, trigger_mode="multiple", **PRIVATE)
    for one in (parts.past, parts.live, parts.sources):
        one.vote(why, current, [parts.remark], trigger_mode="multiple", **PRIVATE)  # beside what keeps it
    parts.remark.remark(remark, None, [parts.remark], **PRIVATE)
