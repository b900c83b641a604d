"""Ties what the user does to the `Actions`. All events are private: they are no API.

Gradio reads which arguments a function wants from its annotations, so these functions are defined
where gradio is imported. What they do stands in `actions.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ui import texts
from ui.web.actions import Actions, Chat, Scoped
from ui.web.documents_actions import DocumentActions, Shelf
from ui.web.guard import Guard
from ui.web.sent import sent as _sent
from ui.web.tell import Teller, kept

if TYPE_CHECKING:
    import gradio as gr

    from ui.web.conversation_actions import ConversationActions
    from ui.web.page import Parts

    Acting = Callable[[gr.Request], Actions]
    """The actions for who sent an event."""
    Conversing = Callable[[gr.Request], ConversationActions]

ANSWERS_AT_ONCE = 8
"""Answers being written at the same time; further ones wait their turn."""
QUOTED_AT_ONCE = 2
"""Answers without a language model at the same time: they only compute, and more would all be late."""
IDLE, BUSY = 6.0, 1.5
"""Seconds between two looks at the state: when nothing happens, and while files are being read."""

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def wire_chat(
    parts: "Parts", actions: "Acting", conversing: "Conversing", teller: Teller, language: str,
    guard: Guard,
) -> None:  # fmt: skip
    """Asking, stopping, opening conversations, sources and votes. Must be called inside the page's Blocks."""
    import gradio as gr

    chat, current = parts.chat, [parts.conversation]
    boxed = [parts.box, *chat, *parts.scope]
    asked = _wire_answers(parts, actions, conversing, teller, language)

    def open_(request: gr.Request, event: gr.EventData) -> list[object]:
        id, mine = _sent(event, "id"), actions(request)
        opened = teller.told(lambda: mine.open(id), Chat())
        return [_ready(), *opened, *teller.told(lambda: mine.scope_of(id), Scoped())]

    def show_sources(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        return teller.told(lambda: actions(request).sources(_sent(event, "turn"), id), Chat())

    def vote(id: str, request: gr.Request, event: gr.EventData) -> list[object]:
        turn, target, value = (_sent(event, name) for name in ("turn", "target", "vote"))
        return _vote(actions(request), teller, turn, target, value, id)

    parts.box.stop(_ready, None, [parts.box], cancels=asked, queue=False, **PRIVATE)
    parts.start.new(open_, None, boxed, cancels=asked, **PRIVATE)
    parts.conversations.open(open_, None, boxed, cancels=asked, **PRIVATE)
    parts.quality.open(guard.managers(open_), None, boxed, cancels=asked, **PRIVATE)
    parts.past.sources(show_sources, current, chat, **PRIVATE)
    parts.live.sources(show_sources, current, chat, **PRIVATE)
    for one in (parts.past, parts.live, parts.sources):
        one.vote(vote, current, chat, trigger_mode="multiple", **PRIVATE)


def _wire_answers(
    parts: "Parts", actions: "Acting", conversing: "Conversing", teller: Teller, language: str
) -> list[Any]:
    """What is answered: the box, questions that are offered, edited questions. Returns the running events."""
    import gradio as gr

    # Gradio makes a part anew to leave it as it is, so there is nothing here that an answer seldom changes.
    boxed = [parts.box, *parts.chat, parts.chosen]
    pools = (
        ThreadPoolExecutor(QUOTED_AT_ONCE, "kilavuz-answer"),
        ThreadPoolExecutor(4 * ANSWERS_AT_ONCE, "kilavuz-answer"),  # some are left to end after a stop
    )

    async def ask(
        question: str, id: str, chosen: list[str], request: gr.Request
    ) -> AsyncIterator[list[object]]:
        mine = actions(request)
        steps = mine.ask(question, id, chosen)
        async for shown in _answer(pools, steps, mine, teller, question, id, chosen, language):
            yield shown

    async def ask_example(
        id: str, chosen: list[str], request: gr.Request, event: gr.EventData
    ) -> AsyncIterator[list[object]]:
        question, mine = _sent(event, "question"), actions(request)
        steps = mine.ask(question, id, chosen)
        async for shown in _answer(pools, steps, mine, teller, question, id, chosen, language):
            yield shown

    async def branch(
        id: str, chosen: list[str], request: gr.Request, event: gr.EventData
    ) -> AsyncIterator[list[object]]:
        question, mine = _sent(event, "question"), actions(request)
        steps = conversing(request).branch(question, id, _sent(event, "turn"), chosen)
        async for shown in _answer(pools, steps, mine, teller, question, id, chosen, language):
            yield shown

    many: dict[str, Any] = {
        **PRIVATE, "concurrency_limit": ANSWERS_AT_ONCE, "concurrency_id": "answer", "postprocess": False,
    }  # fmt: skip
    given = [parts.conversation, parts.chosen]
    return [
        parts.box.submit(ask, [parts.box, *given], boxed, **many),
        parts.past.ask(ask_example, given, boxed, **many),
        parts.live.ask(ask_example, given, boxed, **many),
        parts.past.branch(branch, given, boxed, **many),
        parts.live.branch(branch, given, boxed, **many),
    ]


def wire_scope(parts: "Parts", actions: "Acting", teller: Teller) -> None:
    """Choosing the documents that questions are limited to."""
    import gradio as gr

    given = [parts.chosen, parts.find]

    def look(chosen: list[str], wanted: str, request: gr.Request) -> list[object]:
        return teller.told(lambda: actions(request).scope(chosen, wanted), Scoped())

    def choose(chosen: list[str], wanted: str, request: gr.Request, event: gr.EventData) -> list[object]:
        name = _sent(event, "name")
        return teller.told(lambda: actions(request).choose(name, chosen, wanted), Scoped())

    def clear(wanted: str, request: gr.Request) -> list[object]:
        return teller.told(lambda: actions(request).scope([], wanted), Scoped())

    def find(chosen: list[str], wanted: str, request: gr.Request) -> list[object]:
        return teller.told(lambda: [actions(request).scope(chosen, wanted).rows], [None])

    def redraw(chosen: list[str], wanted: str, request: gr.Request) -> list[object]:
        return teller.told(lambda: actions(request).scope(chosen, wanted)[1:], [None, None])

    one_at_a_time: dict[str, Any] = {**PRIVATE, "concurrency_limit": 1, "trigger_mode": "multiple"}
    parts.bar.look(look, given, parts.scope, **PRIVATE)
    parts.bar.clear(clear, [parts.find], parts.scope, **PRIVATE)
    parts.bar.choose(choose, given, parts.scope, **one_at_a_time)
    parts.rows.choose(choose, given, parts.scope, **one_at_a_time)
    parts.find.change(find, given, [parts.rows], trigger_mode="always_last", **PRIVATE)
    parts.chosen.change(redraw, given, parts.scope[1:], trigger_mode="multiple", **PRIVATE)


def wire_load(
    page: Any,  # noqa: ANN401
    parts: "Parts",
    actions: "Acting",
    documents: DocumentActions,
    teller: Teller,
) -> None:
    """What is shown when the page opens: the conversation named in its address, and the documents."""
    import gradio as gr

    def load(request: gr.Request) -> list[object]:
        mine = actions(request)
        chat = teller.told(lambda: mine.open(request.query_params.get("c")), Chat())
        # Only now can something be asked: what is loaded late would be drawn over the answer.
        scope = teller.told(lambda: _scope(mine, request.query_params.get("c")), Scoped())
        return [gr.update(interactive=True), *chat, *scope, *teller.told(documents.shelf, Shelf())]

    page.load(load, None, [parts.box, *parts.chat, *parts.scope, *parts.shelf.shelf], **PRIVATE)


def _scope(actions: Actions, conversation: object) -> Scoped:
    kept = actions.scope_of(conversation)
    return actions.scope([]) if kept.bar is None else kept


async def _answer(
    pools: Sequence[ThreadPoolExecutor], steps: Generator[Chat, None, None], actions: Actions,
    teller: Teller, question: object, id: str, chosen: list[str], language: str,
) -> AsyncIterator[list[object]]:  # fmt: skip
    """The growing answer; the box is emptied at once, and gets the question back if there is no answer.

    A slow model must not hold up Gradio: to stop a plain generator, Gradio waits for its next step and
    lets no other user do anything meanwhile. This one waits where it can be cancelled; the step that
    was under way ends by itself in the pool, and the answer is closed after it.
    """
    import gradio as gr

    def look() -> tuple[list[str], bool]:
        return list(actions.still(chosen)), actions.is_written

    box, still, head = _waiting(), gr.skip(), Chat()
    # Reading what documents there are takes a while where they are many.
    left, written = await asyncio.to_thread(teller.told, look, (chosen, False))
    if left != chosen:
        still = left
        teller.note(texts.SCOPE_GONE.say(language))
    pool = pools[bool(written)]
    try:
        while chat := await asyncio.wrap_future(step := pool.submit(next, steps, None)):
            # What stays is said again: nothing is sent for that, and Gradio has less to do than for a skip.
            head = head if chat.past is None else Chat(chat.conversation, chat.past)
            same = chat._replace(conversation=head.conversation, past=head.past)
            yield [_ready() if chat.conversations else box, *kept(same), still]
            box = gr.skip()
    except Exception as error:
        teller.wrong(error)
        back = gr.update(value=question if isinstance(question, str) else "", submit_btn=True, stop_btn=False)
        yield [back, *teller.told(lambda: actions.open(id), Chat()), still]
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
