"""Ties what the user does with conversations to the `ConversationActions`. All events are private."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.web.actions import Chat
from ui.web.conversation_actions import ConversationActions, Deleted
from ui.web.events import PRIVATE
from ui.web.sent import sent
from ui.web.tell import Teller, kept

if TYPE_CHECKING:
    import gradio as gr

    from ui.web.page import Parts


def wire_conversations(
    parts: "Parts", actions: "Callable[[gr.Request], ConversationActions]", teller: Teller
) -> None:
    """Finding, naming, deleting, undoing and saving. Must be called inside the page's Blocks."""
    import gradio as gr

    def find(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        return teller.told(lambda: [actions(request).find(sent(event, "wanted"), id)], [None])

    def rename(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        named, name, wanted = (sent(event, one) for one in ("id", "name", "wanted"))
        return teller.told(lambda: [actions(request).rename(named, name, wanted, id)], [None])

    def delete(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        return changed(lambda: actions(request).delete(sent(event, "id"), id))

    def restore(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        return changed(lambda: actions(request).restore(sent(event, "id"), id))

    def export(request: gr.Request, event: gr.EventData) -> list[object]:
        return teller.told(
            lambda: [actions(request).export(sent(event, "id"), sent(event, "format"))], [None]
        )

    def changed(act: Callable[[], Deleted]) -> list[object]:
        try:
            done = act()
        except Exception as error:
            teller.wrong(error)
            done = Deleted(Chat())
        return [*kept(done.chat), *kept([done.undo])]

    given, both = [parts.conversation], [*parts.chat, parts.undo]
    parts.start.find(find, given, [parts.conversations], trigger_mode="multiple", **PRIVATE)
    parts.conversations.rename(rename, given, [parts.conversations], **PRIVATE)
    parts.conversations.delete(delete, given, both, **PRIVATE)
    parts.undo.restore(restore, given, both, **PRIVATE)
    parts.conversations.export(export, None, [parts.download], **PRIVATE)
