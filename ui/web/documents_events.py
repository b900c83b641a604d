"""Ties the documents view to its actions. All events are private: they are no API.

The browser sends files to Gradio's own upload route (documents.js), which checks login and size; the event
that follows names them.
"""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui.web.actions import Scoped
from ui.web.document_list import Look
from ui.web.documents_actions import DocumentActions, Shelf
from ui.web.events import BUSY, IDLE, PRIVATE
from ui.web.guard import Guard
from ui.web.sent import sent
from ui.web.tell import Teller, stamped
from ui.web.tray import Sent

if TYPE_CHECKING:
    import gradio as gr

    from ui.web.events import Acting
    from ui.web.page import Parts


@dataclass(frozen=True, slots=True)
class DocumentParts:
    """The components of the view. HTML parts get their events by name, hence Any."""

    header: Any
    drop: Any
    tray: Any
    folder: Any
    progress: Any
    wanted: "gr.Textbox"
    undo: Any
    documents: Any
    preview: Any
    seen: "gr.State"
    news: "gr.State"
    look: "gr.State"
    sent: "gr.State"
    gone: "gr.State"
    timer: "gr.Timer"

    @property
    def shelf(self) -> list[Any]:
        """In the order of `documents_actions.Shelf`."""
        return [self.header, self.progress, self.folder, self.documents, self.tray, self.seen]


def wire_documents(
    page: "Parts",
    parts: DocumentParts,
    chat: "Acting",
    actions: DocumentActions,
    teller: Teller,
    guard: Guard,
) -> None:
    """Adding, finding, previewing and deleting documents, and the look at the state every few seconds."""
    _wire_adding(parts, actions, teller, guard)
    _wire_changes(page, parts, chat, actions, teller, guard)
    _wire_list(page, parts, actions, teller)


def _wire_adding(parts: DocumentParts, actions: DocumentActions, teller: Teller, guard: Guard) -> None:
    import gradio as gr

    def tick(seen: str) -> object:
        return secrets.token_hex(4) if actions.is_changed(seen) else gr.skip()

    def redraw(name: str, look: Look, files: list[Sent]) -> list[object]:
        busy = actions.ingesting or actions.is_waiting(files)
        shown = teller.told(lambda: actions.shelf(name, look, files), Shelf())
        return [gr.Timer(BUSY if busy else IDLE), *shown]

    def store(name: str, look: Look, files: list[Sent], event: gr.EventData) -> list[object]:
        now = actions.store(sent(event, "files"), files)

        def act() -> Shelf:
            shelf = actions.shelf(name, look, now)
            return shelf._replace(tray=stamped(shelf.tray or ""))

        return [now, gr.Timer(BUSY), *teller.told(act, Shelf())]

    given, shelf = [parts.wanted, parts.look, parts.sent], parts.shelf
    # Every open page ticks all day: a look alone costs a tenth of one that could draw all parts.
    parts.timer.tick(tick, [parts.seen], [parts.news], **PRIVATE)
    parts.news.change(redraw, given, [parts.timer, *shelf], trigger_mode="multiple", **PRIVATE)
    stored = [parts.sent, parts.timer, *shelf]
    # One lot after the other: each adds to the files that were sent before.
    parts.drop.store(
        guard.managers(store), given, stored, trigger_mode="multiple", concurrency_limit=1, **PRIVATE
    )
    parts.tray.clear(lambda: [[], ""], None, [parts.sent, parts.tray], **PRIVATE)


def _wire_changes(
    page: "Parts",
    parts: DocumentParts,
    chat: "Acting",
    actions: DocumentActions,
    teller: Teller,
    guard: Guard,
) -> None:
    """Deleting, undoing that, and reading again."""
    import gradio as gr

    def remove(
        name: str, look: Look, files: list[Sent], gone: list[tuple[str, str]], event: gr.EventData
    ) -> list[object]:
        def act() -> list[object]:
            now = actions.remove(sent(event, "id"), gone)
            return [now, actions.undo_html(now), *actions.shelf(name, look, files)]

        return teller.told(act, [None, None, *Shelf()])

    def restore(gone: list[tuple[str, str]]) -> list[object]:
        def act() -> list[object]:
            now, said = actions.restore(gone)
            if said:
                teller.note(said)
            return [now, actions.undo_html(now), gr.Timer(BUSY)]

        return teller.told(act, [gone[:-1], actions.undo_html(gone[:-1]), None])

    def reindex(event: gr.EventData) -> list[object]:
        def act() -> list[object]:
            teller.note(actions.reindex(sent(event, "id")))
            return [gr.Timer(BUSY)]

        return teller.told(act, [None])

    def rescope(chosen: list[str], name: str, request: gr.Request) -> list[object]:
        return teller.told(lambda: chat(request).scope(chosen, name), Scoped())

    undone = [parts.gone, parts.undo]
    given = [parts.wanted, parts.look, parts.sent, parts.gone]
    removed = parts.documents.remove(guard.managers(remove), given, [*undone, *parts.shelf], **PRIVATE)
    removed.then(rescope, [page.chosen, page.find], page.scope, **PRIVATE)
    parts.undo.restore(guard.managers(restore), [parts.gone], [*undone, parts.timer], **PRIVATE)
    parts.undo.dismiss(lambda: [[], ""], None, undone, **PRIVATE)
    parts.documents.reindex(guard.managers(reindex), None, [parts.timer], **PRIVATE)


def _wire_list(page: "Parts", parts: DocumentParts, actions: DocumentActions, teller: Teller) -> None:
    """Filter, order, pages and preview."""
    import gradio as gr

    def arrange(name: str, look: Look, event: gr.EventData) -> list[object]:
        now = actions.arrange(look, *(sent(event, field) for field in ("only", "head", "sort")))
        return [now, *teller.told(lambda: [actions.documents(name, now)], [None])]

    def leaf(name: str, look: Look, event: gr.EventData) -> list[object]:
        now = actions.leaf(look, sent(event, "page"))
        return [now, *teller.told(lambda: [actions.documents(name, now)], [None])]

    def find(name: str, look: Look) -> list[object]:
        now = actions.leaf(look, 0)
        return [now, *teller.told(lambda: [actions.documents(name, now)], [None])]

    def preview(event: gr.EventData) -> list[object]:
        return teller.told(lambda: [actions.preview(sent(event, "id"), sent(event, "first"))], [None])

    listed, looked = [parts.wanted, parts.look], [parts.look, parts.documents]
    parts.documents.arrange(arrange, listed, looked, **PRIVATE)
    parts.documents.leaf(leaf, listed, looked, **PRIVATE)
    parts.documents.preview(preview, None, [parts.preview], **PRIVATE)
    parts.preview.turn(preview, None, [parts.preview], **PRIVATE)
    parts.preview.shut(lambda: "", None, [parts.preview], **PRIVATE)
    parts.wanted.change(find, listed, looked, trigger_mode="always_last", **PRIVATE)
    page.nav.refresh(find, listed, looked, **PRIVATE)
