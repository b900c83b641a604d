"""The Training and Settings views in Gradio: where their parts stand, and what events do.

All but the look at the settings is for managers, and the server checks that; readers get their theme and
account there.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ui.web.control_actions import ControlActions
from ui.web.events import PRIVATE
from ui.web.guard import Guard
from ui.web.sent import sent as _sent
from ui.web.settings import personal_html
from ui.web.tell import Teller, stamped

if TYPE_CHECKING:
    import gradio as gr

_LISTEN = """
const actions = [%s];
element.addEventListener('click', event => {
  const button = event.target.closest('[data-action]');
  if (button && actions.includes(button.dataset.action)) trigger(button.dataset.action, {...button.dataset});
});
"""
# The form's fields go with the event; page code has no other way to send them.
_FORM = """
element.addEventListener('click', event => {
  const button = event.target.closest('[data-send]:not([aria-busy=true])');
  if (!['save', 'trial'].includes(button?.dataset.send)) return;
  const values = {};
  for (const field of element.querySelectorAll('[name]:enabled')) values[field.name] = field.value;
  trigger(button.dataset.send, {what: button.dataset.what ?? '', values});
});
watch('value', () => {  // Gradio leaves what was typed where it stands
  for (const secret of element.querySelectorAll('[type=password]')) secret.value = '';
});
"""
_DRAW = """
element.addEventListener('click', event => {
  if (!event.target.closest('[data-send=draw]:not([aria-busy=true])')) return;
  const values = {};
  for (const field of element.querySelectorAll('[name]')) values[field.name] = field.value;
  trigger('draw', {values});
});
"""
# Looks are asked for when the view is opened, and while it is open.
_LOOK = """
const shown = () => document.getElementById('top')?.parentElement.dataset.view === '%s';
document.addEventListener('click', event => {
  if (event.target.closest?.('[role=tab][data-view=%s]')) trigger('look', {});
});
setInterval(() => { if (%s && shown() && !document.hidden) trigger('tick', {}); }, 2500);
"""


def add_control(actions: ControlActions, teller: Teller, language: str, guard: Guard) -> None:
    """Lay both views out and wire them. Must be called inside the page's Blocks."""
    import gradio as gr

    with gr.Column(elem_id="training-view", elem_classes="view"):
        looks = _LOOK % ("training", "training", "true")
        run = _part("training-run", _LISTEN % "'start', 'stop', 'promote'" + looks)
        review = _part("training-review", _LISTEN % "'accept', 'reject'")
        models = _part("training-models", _LISTEN % "'promote', 'rollback'")
    with gr.Column(elem_id="settings-view", elem_classes="view"):
        personal = _part("settings-personal", _LOOK % ("settings", "settings", "false"))
        form = _part("settings-form", _FORM)
        trial = _part("settings-trial")
        machine = _part("settings-machine")
        closer, picture = _part("closer", _DRAW), _part("closer-drawn")
    _wire_training([run, review, models], actions, teller, guard)
    _wire_review(review, actions, teller, guard)
    _wire_settings((personal, form, machine, closer), trial, actions, teller, language, guard)
    _wire_closer(closer, picture, actions, teller, guard)


def _wire_training(parts: list[Any], actions: ControlActions, teller: Teller, guard: Guard) -> None:
    import gradio as gr

    (run, _, models), drawn = parts, gr.State("")

    done = partial(_done, actions, teller)

    def look() -> list[object]:
        return done(lambda: None)

    def tick(before: str) -> list[object]:
        """Draw the round again if it has changed; the rest, too, when another step of it is done."""
        now = teller.told(lambda: [actions.run()], [None])[0]
        if now == before or not isinstance(now, str):
            return [gr.skip()] * 4
        over = 'role="progressbar"' in before and 'role="progressbar"' not in now
        rest = [actions.review(), actions.models()] if over else [gr.skip()] * 2
        return [now, now, *rest]

    def start(event: gr.EventData) -> list[object]:
        return done(lambda: actions.start(_sent(event, "new")))

    def stop() -> list[object]:
        return done(actions.stop)

    def promote(event: gr.EventData) -> list[object]:
        return done(lambda: actions.promote(_sent(event, "name")))

    def roll_back() -> list[object]:
        return done(actions.roll_back)

    alone: dict[str, Any] = {**PRIVATE, "concurrency_limit": 1, "concurrency_id": "training"}
    run.look(guard.managers(look), None, parts, **PRIVATE)
    run.tick(guard.managers(tick), [drawn], [drawn, *parts], **PRIVATE)
    run.start(guard.managers(start), None, parts, **alone)
    run.stop(guard.managers(stop), None, parts, **alone)
    for part in (run, models):
        part.promote(guard.managers(promote), None, parts, **alone)
    models.rollback(guard.managers(roll_back), None, parts, **alone)


def _done(actions: ControlActions, teller: Teller, act: Callable[[], str | None]) -> list[object]:
    """Do it, say what it says, and draw the Training view again."""

    def act_and_draw() -> list[object]:
        if said := act():
            teller.note(said)
        return [actions.run(), actions.review(), actions.models()]

    return teller.told(act_and_draw, [None] * 3)


def _wire_review(review: Any, actions: ControlActions, teller: Teller, guard: Guard) -> None:  # noqa: ANN401
    import gradio as gr

    def accept(event: gr.EventData) -> list[object]:
        return decide(event, True)

    def reject(event: gr.EventData) -> list[object]:
        return decide(event, False)

    def decide(event: gr.EventData, accepted: bool) -> list[object]:
        def act() -> list[object]:
            actions.decide(_sent(event, "key"), accepted)
            return [actions.review()]

        return teller.told(act, [None])

    review.accept(guard.managers(accept), None, [review], concurrency_limit=1, **PRIVATE)
    review.reject(guard.managers(reject), None, [review], concurrency_limit=1, **PRIVATE)


def _wire_settings(
    parts: tuple[Any, Any, Any, Any],
    trial: Any,  # noqa: ANN401
    actions: ControlActions,
    teller: Teller,
    language: str,
    guard: Guard,
) -> None:
    import gradio as gr

    personal, form, machine, _ = parts

    def look(request: gr.Request) -> list[object]:
        role = guard.role(request)
        name = (request.username or "") if guard.has_login else None
        own = personal_html(name, role or "reader", language)
        if role != "manager":
            return [own, "", "", ""]
        return [own, *teller.told(lambda: [*actions.settings(), actions.closer()], [None] * 3)]

    def save(event: gr.EventData) -> list[object]:
        def act() -> tuple[str, str]:
            teller.note(actions.save(_sent(event, "values")))
            form, machine = actions.settings()
            return stamped(form), machine

        return ["", *teller.told(act, [None] * 2)]  # what tests said is about other settings now

    def try_out(event: gr.EventData) -> str:
        return stamped(actions.try_out(_sent(event, "what"), _sent(event, "values")))

    personal.look(look, None, list(parts), **PRIVATE)
    form.save(guard.managers(save), None, [trial, form, machine], concurrency_limit=1, **PRIVATE)
    form.trial(guard.managers(try_out), None, [trial], concurrency_limit=1, **PRIVATE)


def _wire_closer(closer: Any, picture: Any, actions: ControlActions, teller: Teller, guard: Guard) -> None:  # noqa: ANN401
    import gradio as gr

    def draw(event: gr.EventData) -> list[object]:
        return teller.told(lambda: [stamped(actions.draw(_sent(event, "values")))], [stamped("")])

    # One at a time: each is a process with a model of its own.
    closer.draw(guard.managers(draw), None, [picture], concurrency_limit=1, **PRIVATE)


def _part(id: str, listen: str | None = None) -> "gr.HTML":
    import gradio as gr

    return gr.HTML("", elem_id=id, js_on_load=listen, apply_default_css=False)
