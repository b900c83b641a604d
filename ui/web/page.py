"""The page's layout in Gradio. What its parts show stands in the pure files, what they do in `events.py`.

Buttons inside HTML parts carry data-action; `_LISTEN` sends their data as an event of the part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import Message
from ui import texts
from ui.web.actions import Actions
from ui.web.backend import Backend
from ui.web.events import IDLE, wire_chat, wire_documents, wire_load, wire_scope
from ui.web.icons import icon
from ui.web.tell import Teller

if TYPE_CHECKING:
    import gradio as gr

_LISTEN = """
const actions = [%s];
element.addEventListener('click', event => {
  const button = event.target.closest('[data-action]');
  if (button && actions.includes(button.dataset.action)) trigger(button.dataset.action, {...button.dataset});
});
"""


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read or write. HTML parts get their events by name, hence Any."""

    conversation: "gr.Textbox"
    nav: Any
    header: Any
    conversations: Any
    past: Any
    live: Any
    box: "gr.Textbox"
    bar: Any
    find: "gr.Textbox"
    rows: Any
    chosen: "gr.State"
    sources: Any
    upload: "gr.File"
    folder: Any
    progress: Any
    wanted: "gr.Textbox"
    documents: Any
    seen: "gr.State"
    number: "gr.State"
    timer: "gr.Timer"

    @property
    def chat(self) -> list[Any]:
        """In the order of `actions.Chat`."""
        return [self.conversation, self.past, self.live, self.sources, self.conversations]

    @property
    def scope(self) -> list[Any]:
        """In the order of `actions.Scoped`."""
        return [self.chosen, self.bar, self.rows]

    @property
    def shelf(self) -> list[Any]:
        """In the order of `actions.Shelf`."""
        return [self.header, self.progress, self.folder, self.documents, self.seen]


def build_page(backend: Backend, language: str, examples: Sequence[str] = ()) -> "gr.Blocks":
    """The page as Gradio Blocks; `ui.web.mount` serves it. `examples`: questions to start with."""
    import gradio as gr

    actions, teller = Actions(backend, language, examples), Teller(language)
    page = gr.Blocks(title="Kılavuz", analytics_enabled=False, fill_width=True, delete_cache=(600, 3600))
    with page:
        parts = _layout(language)
        wire_load(page, parts, actions, teller)
        wire_chat(parts, actions, teller, language)
        wire_scope(parts, actions, teller)
        wire_documents(parts, actions, teller, language)
    page.queue(default_concurrency_limit=None, api_open=False)
    return page


def _part(id: str, *actions: str, value: str = "") -> "gr.HTML":
    import gradio as gr

    listen = _LISTEN % ", ".join(f"'{action}'" for action in actions) if actions else None
    return gr.HTML(value, elem_id=id, js_on_load=listen, apply_default_css=False)


def _layout(language: str) -> Parts:
    import gradio as gr

    def text(message: Message) -> str:
        return message.say(language)

    conversation = gr.Textbox("", visible="hidden", elem_id="conversation", show_label=False)
    with gr.Row(elem_id="top"):
        nav = _part("nav", "refresh", value=_nav(language))
        header = _part("header")
    with gr.Row(elem_id="chat-view", elem_classes="view"):
        with gr.Column(elem_id="left"):
            conversations = _part("conversations", "new", "open", "delete")
        with gr.Column(elem_id="middle"):
            with gr.Column(elem_id="scroll"):
                past = _part("past", "ask", "vote", "sources")
                live = _part("live", "ask", "vote", "sources")
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
            sources = _part("sources", "vote")
    with gr.Column(elem_id="documents-view", elem_classes="view"):
        _part("upload-head", value=f"<h2>{text(texts.UPLOAD)}</h2>")
        upload = gr.File(
            label=text(texts.UPLOAD), show_label=False, file_count="multiple", elem_id="upload", height=130
        )
        folder, progress = _part("folder"), _part("progress")
        wanted = gr.Textbox(
            label=text(texts.FILTER_LABEL), show_label=False, placeholder=text(texts.FILTER), container=False,
            elem_id="filter",
        )  # fmt: skip
        documents = _part("documents", "remove", "leaf")
    return Parts(
        conversation, nav, header, conversations, past, live, box, bar, find, rows, gr.State([]), sources,
        upload, folder, progress, wanted, documents, gr.State(""), gr.State(0), gr.Timer(IDLE),
    )  # fmt: skip


def theme() -> "gr.themes.Base":
    """Gradio's base theme in our colour, with fonts that are on every machine: nothing is fetched."""
    import gradio as gr

    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "DejaVu Sans Mono", "monospace"]
    return gr.themes.Base(primary_hue="teal", neutral_hue="slate", font=fonts, font_mono=mono)


def assets() -> tuple[str, str]:
    """The page's CSS and JavaScript."""
    folder = Path(__file__).parent
    return (folder / "page.css").read_text("utf-8"), (folder / "page.js").read_text("utf-8")


def _nav(language: str) -> str:
    tabs = "".join(
        f'<button type="button" role="tab" data-view="{view}" aria-controls="{view}-view"'
        f"{' data-action=refresh' if view == 'documents' else ''}>{label.say(language)}</button>"
        for view, label in (("chat", texts.CHAT), ("documents", texts.DOCUMENTS))
    )
    return (
        f'<div class="bar">{_drawer("left", "menu", texts.CONVERSATIONS.say(language))}'
        '<span class="brand"><b aria-hidden="true">K</b>Kılavuz</span>'
        f'<div role="tablist" aria-label="{texts.VIEWS.say(language)}">{tabs}</div>'
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
