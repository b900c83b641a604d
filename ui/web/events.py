"""Ties what the user does to the `Actions`. All events are private: they are no API.

Gradio reads which arguments a function wants from its annotations, so these functions are defined
where gradio is imported. What they do stands in `actions.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ui import texts
from ui.web.actions import Actions, Chat, Scoped, Shelf
from ui.web.tell import Teller, kept

if TYPE_CHECKING:
    from gradio import EventData

    from ui.web.page import Parts

ANSWERS_AT_ONCE = 8
"""Answers being written at the same time; further ones wait their turn."""
IDLE, BUSY = 6.0, 1.5
"""Seconds between two looks at the state: when nothing happens, and while files are being read."""

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def wire_chat(parts: "Parts", actions: Actions, teller: Teller, language: str) -> None:
    """Asking, stopping, conversations, sources and votes. Must be called inside the page's Blocks."""
    import gradio as gr

    chat, current = parts.chat, [parts.conversation]
    boxed = [parts.box, *chat, *parts.scope]

    pool = ThreadPoolExecutor(4 * ANSWERS_AT_ONCE, "kilavuz-answer")  # some are left to end after a stop

    async def ask(question: str, id: str, chosen: list[str]) -> AsyncIterator[list[object]]:
        async for shown in _answer(pool, actions, teller, question, id, chosen, language):
            yield shown

    async def ask_example(id: str, chosen: list[str], event: gr.EventData) -> AsyncIterator[list[object]]:
        async for shown in _answer(pool, actions, teller, _sent(event, "question"), id, chosen, language):
            yield shown

    def open_(event: gr.EventData) -> list[object]:
        id = _sent(event, "id")
        opened = teller.told(lambda: actions.open(id), Chat())
        return [_ready(), *opened, *teller.told(lambda: actions.scope_of(id), Scoped())]

    def delete(id: str, event: gr.EventData) -> list[object]:
        return teller.told(lambda: actions.delete(_sent(event, "id"), id), Chat())

    def show_sources(id: str, event: gr.EventData) -> list[object]:
        return teller.told(lambda: actions.sources(_sent(event, "turn"), id), Chat())

    def vote(id: str, event: gr.EventData) -> list[object]:
        turn, target, value = (_sent(event, name) for name in ("turn", "target", "vote"))
        return _vote(actions, teller, turn, target, value, id)

    many: dict[str, Any] = {**PRIVATE, "concurrency_limit": ANSWERS_AT_ONCE, "concurrency_id": "answer"}
    asked = [
        parts.box.submit(ask, [parts.box, *current, parts.chosen], boxed, **many),
        parts.past.ask(ask_example, [*current, parts.chosen], boxed, **many),
        parts.live.ask(ask_example, [*current, parts.chosen], boxed, **many),
    ]
    parts.box.stop(_ready, None, [parts.box], cancels=asked, queue=False, **PRIVATE)
    parts.conversations.new(open_, None, boxed, cancels=asked, **PRIVATE)
    parts.conversations.open(open_, None, boxed, cancels=asked, **PRIVATE)
    parts.conversations.delete(delete, current, chat, **PRIVATE)
    parts.past.sources(show_sources, current, chat, **PRIVATE)
    parts.live.sources(show_sources, current, chat, **PRIVATE)
    for one in (parts.past, parts.live, parts.sources):
        one.vote(vote, current, chat, trigger_mode="multiple", **PRIVATE)


def wire_scope(parts: "Parts", actions: Actions, teller: Teller) -> None:
    """Choosing the documents that questions are limited to."""
    import gradio as gr

    given = [parts.chosen, parts.find]

    def look(chosen: list[str], wanted: str) -> list[object]:
        return teller.told(lambda: actions.scope(chosen, wanted), Scoped())

    def choose(chosen: list[str], wanted: str, event: gr.EventData) -> list[object]:
        name = _sent(event, "name")
        return teller.told(lambda: actions.choose(name, chosen, wanted), Scoped())

    def clear(wanted: str) -> list[object]:
        return teller.told(lambda: actions.scope([], wanted), Scoped())

    def find(chosen: list[str], wanted: str) -> list[object]:
        return teller.told(lambda: [actions.scope(chosen, wanted).rows], [None])

    one_at_a_time: dict[str, Any] = {**PRIVATE, "concurrency_limit": 1, "trigger_mode": "multiple"}
    parts.bar.look(look, given, parts.scope, **PRIVATE)
    parts.bar.clear(clear, [parts.find], parts.scope, **PRIVATE)
    parts.bar.choose(choose, given, parts.scope, **one_at_a_time)
    parts.rows.choose(choose, given, parts.scope, **one_at_a_time)
    parts.find.change(find, given, [parts.rows], trigger_mode="always_last", **PRIVATE)


def wire_documents(parts: "Parts", actions: Actions, teller: Teller, language: str) -> None:
    """Uploading, finding and deleting documents, and the look at the state every few seconds."""
    import gradio as gr

    shelf, wanted = parts.shelf, parts.wanted

    def tick(seen: str, name: str, number: int) -> list[object]:
        shown = teller.told(lambda: actions.tick(seen, name, number), Shelf())
        changed = isinstance(shown[0], str)
        return [gr.Timer(BUSY if actions.ingesting else IDLE) if changed else gr.skip(), *shown]

    def store(files: list[str] | None, name: str) -> list[object]:
        def put() -> Shelf:
            teller.note(actions.upload(list(files or [])))
            return actions.shelf(name)

        return [None, gr.Timer(BUSY), *teller.told(put, Shelf())]

    def remove(name: str, number: int, event: gr.EventData) -> list[object]:
        def act() -> Shelf:
            actions.remove(_sent(event, "id"))
            teller.note(texts.DELETED.say(language))
            return actions.shelf(name, number)

        return teller.told(act, Shelf())

    def leaf(name: str, event: gr.EventData) -> list[object]:
        number = _sent(event, "page")
        return [number, *teller.told(lambda: [actions.documents(name, number)], [None])]

    def look(name: str) -> list[object]:
        return [0, *teller.told(lambda: [actions.documents(name, 0)], [None])]

    def rescope(chosen: list[str], name: str) -> list[object]:
        return teller.told(lambda: actions.scope(chosen, name), Scoped())

    numbered = [parts.number, parts.documents]
    parts.timer.tick(tick, [parts.seen, wanted, parts.number], [parts.timer, *shelf], **PRIVATE)
    parts.upload.upload(store, [parts.upload, wanted], [parts.upload, parts.timer, *shelf], **PRIVATE)
    removed = parts.documents.remove(remove, [wanted, parts.number], shelf, **PRIVATE)
    removed.then(rescope, [parts.chosen, parts.find], parts.scope, **PRIVATE)
    parts.documents.leaf(leaf, [wanted], numbered, **PRIVATE)
    wanted.change(look, [wanted], numbered, trigger_mode="always_last", **PRIVATE)
    parts.nav.refresh(look, [wanted], numbered, **PRIVATE)


def wire_load(page: Any, parts: "Parts", actions: Actions, teller: Teller) -> None:  # noqa: ANN401
    """What is shown when the page opens: the conversation named in its address, and the documents."""
    import gradio as gr

    def load(request: gr.Request) -> list[object]:
        chat = teller.told(lambda: actions.open(request.query_params.get("c")), Chat())
        # Only now can something be asked: what is loaded late would be drawn over the answer.
        scope = teller.told(lambda: _scope(actions, request.query_params.get("c")), Scoped())
        return [gr.update(interactive=True), *chat, *scope, *teller.told(actions.shelf, Shelf())]

    page.load(load, None, [parts.box, *parts.chat, *parts.scope, *parts.shelf], **PRIVATE)


def _scope(actions: Actions, conversation: object) -> Scoped:
    kept = actions.scope_of(conversation)
    return actions.scope([]) if kept.bar is None else kept


async def _answer(
    pool: ThreadPoolExecutor, actions: Actions, teller: Teller, question: object, id: str,
    chosen: list[str], language: str,
) -> AsyncIterator[list[object]]:  # fmt: skip
    """The growing answer; the box is emptied at once, and gets the question back if there is no answer.

    A slow model must not hold up Gradio: to stop a plain generator, Gradio waits for its next step and
    lets no other user do anything meanwhile. This one waits where it can be cancelled; the step that
    was under way ends by itself in the pool, and the answer is closed after it.
    """
    import gradio as gr

    steps = actions.ask(question, id, chosen)
    first = True
    scope = teller.told(lambda: actions.scope(chosen), Scoped())
    if scope[0] != chosen and chosen:
        teller.note(texts.SCOPE_GONE.say(language))
    try:
        while chat := await asyncio.wrap_future(step := pool.submit(next, steps, None)):
            yield [_waiting(), *kept(chat), *scope] if first else [gr.skip(), *kept(chat), *kept(Scoped())]
            first = False
        yield [_ready(), *kept(Chat()), *kept(Scoped())]
    except Exception as error:
        teller.wrong(error)
        back = gr.update(value=question if isinstance(question, str) else "", submit_btn=True, stop_btn=False)
        yield [back, *teller.told(lambda: actions.open(id), Chat()), *kept(Scoped())]
    finally:
        step.add_done_callback(lambda _: steps.close())


def _vote(
    actions: Actions, teller: Teller, turn: object, target: object, value: object, id: str
) -> list[object]:
    try:
        actions.vote(turn, target, value)
    except Exception as error:
        teller.wrong(error)
        # page.js has drawn the vote already. The comment makes the HTML differ from what Gradio sent
        # last, so that it is drawn again as it is kept.
        chat = teller.told(lambda: actions.open(id), Chat())
        return [f"{part}<!-- -->" if isinstance(part, str) and "<" in part else part for part in chat]
    return kept(Chat())


def _waiting() -> dict[str, Any]:
    """The box while an answer is written. New each time: Gradio takes the value out of what it has sent."""
    import gradio as gr

    return gr.update(value="", submit_btn=False, stop_btn=True)


def _ready() -> dict[str, Any]:
    import gradio as gr

    return gr.update(submit_btn=True, stop_btn=False)


def _sent(event: "EventData", name: str) -> object:
    """What the browser sent under `name` with an event; it may have sent anything."""
    return event._data.get(name) if isinstance(event._data, dict) else None
