"""The page's layout in Gradio. What its parts show stands in the pure files, what they do in `events.py`.

Buttons inside HTML parts carry data-action; `_LISTEN` sends their data as an event of the part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import Message
from ui import documents_texts, quality_texts, texts
from ui.control_texts import SETTINGS, TRAINING
from ui.web.actions import Actions
from ui.web.backend import Backend
from ui.web.control_actions import ControlActions
from ui.web.control_events import add_control
from ui.web.conversation_actions import ConversationActions
from ui.web.conversation_events import wire_conversations
from ui.web.conversations import start_html
from ui.web.document_list import Look
from ui.web.documents_actions import DocumentActions
from ui.web.documents_events import DocumentParts, wire_documents
from ui.web.events import IDLE, wire_chat, wire_load, wire_scope
from ui.web.evidence_actions import EvidenceActions
from ui.web.guard import Guard, show_role
from ui.web.icons import icon
from ui.web.quality_events import SPAN, wire_quality
from ui.web.shortcuts import shortcuts_button, shortcuts_html
from ui.web.source_events import wire_judging, wire_viewer
from ui.web.tell import Teller
from ui.web.upload import upload_html
from ui.web.viewer_actions import ViewerActions

if TYPE_CHECKING:
    import gradio as gr

    from ui.access import Access
    from ui.control import Control

_LISTEN = """
const actions = [%s];
element.addEventListener('click', event => {
  const button = event.target.closest('[data-action]');
  if (button?.matches('select')) return; // tells of itself when it changes
  if (button && actions.includes(button.dataset.action)) trigger(button.dataset.action, {...button.dataset});
});
element.addEventListener('change', event => {
  const { dataset, value } = event.target;
  if (actions.includes(dataset.action)) trigger(dataset.action, {...dataset, sort: value});
});
element.addEventListener('send', event => trigger('store', event.detail)); // from documents.js
"""


LOOK = 0.01
"""Seconds between two looks whether an event waits."""

STYLES = ("page.css", "chat.css", "documents.css", "quality.css", "viewer.css", "control.css")
SCRIPTS = ("page.js", "chat.js", "documents.js", "control.js")  # each is one function


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read or write. HTML parts get their events by name, hence Any."""

    conversation: "gr.Textbox"
    nav: Any
    header: Any
    start: Any
    conversations: Any
    undo: Any
    download: Any
    past: Any
    live: Any
    box: "gr.Textbox"
    bar: Any
    find: "gr.Textbox"
    rows: Any
    chosen: "gr.State"
    sources: Any
    shelf: DocumentParts
    quality: Any
    seek: Any
    viewer: Any
    remark: Any

    @property
    def chat(self) -> list[Any]:
        """In the order of `actions.Chat`."""
        return [self.conversation, self.past, self.live, self.sources, self.conversations]

    @property
    def scope(self) -> list[Any]:
        """In the order of `actions.Scoped`."""
        return [self.chosen, self.bar, self.rows]


def build_page(
    backend: Backend,
    language: str,
    examples: Sequence[str] = (),
    max_file_mb: int = 100,
    access: "Access | None" = None,
    control: "Control | None" = None,
) -> "gr.Blocks":
    """The page as Gradio Blocks; `ui.web.mount` serves it. `examples`: questions to start with.

    Without `access` everyone is a manager; without `control` there is no training and no settings.
    """
    import gradio as gr

    teller, guard = Teller(language), Guard(access, language)

    # Made for each event: whoever sends it meets only what belongs to them.
    def chat(request: gr.Request) -> Actions:
        return Actions(backend, guard.owner(request), language, examples)

    def conversing(request: gr.Request) -> ConversationActions:
        return ConversationActions(backend, guard.owner(request), chat(request), language)

    def viewing(request: gr.Request) -> ViewerActions:
        return ViewerActions(backend, guard.owner(request), language)

    def judging(request: gr.Request) -> EvidenceActions:
        return EvidenceActions(backend, guard.owner(request), language)

    page = gr.Blocks(title="Kılavuz", analytics_enabled=False, fill_width=True, delete_cache=(600, 3600))
    # A browser may name any path of this machine as that of a file it has sent.
    documents = DocumentActions(backend, language, lambda path: path in page.upload_file_set)
    with page:
        parts = _layout(language, max_file_mb, control is not None)
        if control:
            add_control(ControlActions(control, language), teller, language, guard)
        show_role(page, guard)
        wire_load(page, parts, chat, documents, teller)
        wire_chat(parts, chat, conversing, teller, language, guard)
        wire_conversations(parts, conversing, teller)
        wire_scope(parts, chat, teller)
        wire_documents(parts, parts.shelf, chat, documents, teller, guard)
        wire_quality(parts, gr.State(SPAN), backend, teller, language, guard)
        wire_viewer(parts, viewing, teller)
        wire_judging(parts, judging, teller)
    page.queue(default_concurrency_limit=None, api_open=False)
    # Gradio would look 1000 times a second whether an event waits, which takes a tenth of a core.
    page._queue.sleep_when_free = LOOK
    page._queue.progress_update_sleep_when_free = 10 * LOOK  # nothing here shows Gradio's own progress
    return page


def _part(id: str, *actions: str, value: str = "") -> "gr.HTML":
    import gradio as gr

    listen = _LISTEN % ", ".join(f"'{action}'" for action in actions) if actions else None
    return gr.HTML(value, elem_id=id, js_on_load=listen, apply_default_css=False)


def _layout(language: str, max_file_mb: int, steered: bool) -> Parts:
    import gradio as gr

    def text(message: Message) -> str:
        return message.say(language)

    conversation = gr.Textbox("", visible="hidden", elem_id="conversation", show_label=False)
    with gr.Row(elem_id="top"):
        nav = _part("nav", "refresh", "review", value=_nav(language, steered))
        header = _part("header")
    with gr.Row(elem_id="chat-view", elem_classes="view"):
        with gr.Column(elem_id="left"):
            start = _part("start", "new", "find", value=start_html(language))
            conversations = _part("conversations", "open", "rename", "delete", "export")
        with gr.Column(elem_id="middle"):
            with gr.Column(elem_id="scroll"):
                past = _part("past", "ask", "vote", "sources", "branch")
                live = _part("live", "ask", "vote", "sources", "branch")
            with gr.Column(elem_id="scope"):
                with gr.Column(elem_id="scope-panel"):
                    find = gr.Textbox(
                        label=text(texts.SCOPE_FIND_LABEL), show_label=False, container=False,
                        placeholder=text(texts.SCOPE_FIND), elem_id="scope-find",
                    )  # fmt: skip
                    rows = _part("scope-list", "choose")
                bar = _part("scope-bar", "look", "choose", "clear")
            box = gr.Textbox(
                label=text(texts.ASK_LABEL), show_label=False, placeholder=text(texts.ASK), container=False,
                lines=1, max_lines=8, submit_btn=True, interactive=False, elem_id="box",
            )  # fmt: skip
            _part("hint", value=_hint(language))
        with gr.Column(elem_id="right"):
            _part("sources-head", value=_sources_head(language))
            seek = _part("where", "seek", "show", "point")
            sources = _part("sources", "vote", "show", "point", "where")
            viewer = _part("viewer", "show", "leaf")
        remark = _part("remark", "remark", "where")
    undo, download = _part("undo", "restore"), _part("download")
    _part("help", value=shortcuts_html(language))
    with gr.Column(elem_id="documents-view", elem_classes="view"):
        shelf = _documents(header, language, max_file_mb)
    with gr.Column(elem_id="quality-view", elem_classes="view"):
        quality = _part("quality", "span", "open")
    return Parts(
        conversation, nav, header, start, conversations, undo, download, past, live, box, bar, find, rows,
        gr.State([]), sources, shelf, quality, seek, viewer, remark,
    )  # fmt: skip


def _documents(header: object, language: str, max_file_mb: int) -> DocumentParts:
    import gradio as gr

    _part("upload-head", value=f"<h2>{documents_texts.ADD.say(language)}</h2>")
    drop = _part("drop", "store", value=upload_html(max_file_mb, language))
    tray, folder, progress = _part("tray", "clear"), _part("folder"), _part("progress")
    wanted = gr.Textbox(
        label=texts.FILTER_LABEL.say(language), show_label=False, placeholder=texts.FILTER.say(language),
        container=False, elem_id="filter",
    )  # fmt: skip
    undo = _part("document-undo", "restore", "dismiss")
    documents = _part("documents", "remove", "leaf", "arrange", "reindex", "preview")
    preview = _part("preview", "turn", "shut")
    return DocumentParts(
        header, drop, tray, folder, progress, wanted, undo, documents, preview,
        gr.State(""), gr.State(""), gr.State(Look()), gr.State([]), gr.State([]), gr.Timer(IDLE),
    )  # fmt: skip


def theme() -> "gr.themes.Base":
    """Gradio's base theme in our colour, with fonts that are on every machine: nothing is fetched."""
    import gradio as gr

    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "DejaVu Sans Mono", "monospace"]
    base = gr.themes.Base(primary_hue="teal", neutral_hue="slate", font=fonts, font_mono=mono)
    # Only the login page shows Gradio's own buttons, where page.css is not in use.
    accent: dict[str, str] = {
        f"button_primary_background_fill{state}{scheme}": "#0f766e"
        for state in ("", "_hover")
        for scheme in ("", "_dark")
    }
    return base.set(**accent)


def assets() -> tuple[str, str]:
    """The page's CSS and JavaScript, each of several files; one of JavaScript is a function to call."""
    folder = Path(__file__).parent
    css = "\n".join((folder / name).read_text("utf-8") for name in STYLES)
    scripts = ",\n".join((folder / name).read_text("utf-8") for name in SCRIPTS)
    return css, f"() => {{ for (const start of [\n{scripts}\n]) start(); }}"


def _nav(language: str, steered: bool) -> str:
    views = [
        ("chat", texts.CHAT, ""),
        ("documents", texts.DOCUMENTS, "refresh"),
        ("quality", quality_texts.QUALITY, "review"),
    ]
    views += [("training", TRAINING, ""), ("settings", SETTINGS, "")] if steered else []
    tabs = "".join(
        f'<button type="button" role="tab" data-view="{view}" aria-controls="{view}-view"'
        f"{f' data-action={action}' if action else ''}>{label.say(language)}</button>"
        for view, label, action in views
    )
    return (
        f'<div class="bar">{_drawer("left", "menu", texts.CONVERSATIONS.say(language))}'
        '<h1 class="brand"><b aria-hidden="true">K</b>Kılavuz</h1>'
        f'<div role="tablist" aria-label="{texts.VIEWS.say(language)}">{tabs}</div>'
        f"{shortcuts_button(language)}"
        f"{_drawer('right', 'book', texts.SOURCES.say(language))}</div>"
    )


def _drawer(side: str, shape: str, label: str) -> str:
    return (
        f'<button type="button" class="tool" data-drawer="{side}" aria-label="{label}" title="{label}">'
        f"{icon(shape)}</button>"
    )


def _sources_head(language: str) -> str:
    close = _drawer("", "close", texts.CLOSE.say(language))
    return f'<div class="head"><h2>{texts.SOURCES.say(language)}</h2>{close}</div>'


def _hint(language: str) -> str:
    """How to send; it also carries the names that page.js gives to Gradio's own two buttons."""
    send, stop = texts.SEND.say(language), texts.STOP.say(language)
    return f'<p data-send="{send}" data-stop="{stop}">{texts.ASK_HINT.say(language)}</p>'
