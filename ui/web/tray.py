# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The files that this user has added, each with how far it is, as HTML. Pure: records in, HTML out, escaped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from assistant.errors import Message
from assistant.records import DocumentState
from ui import documents_texts, texts
from ui.web.icons import icon

SHOWN = 30
"""Files that are listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: `path` is where it lies now, "" if it was refused for `reason`."""

    name: str
    path: str = ""
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    order: int
    kind: str
    name: str
    said: str


def is_waiting(sent: Sequence[Sent], states: Sequence[DocumentState]) -> bool:
    """Whether any of the files is still to be read."""
    known = {one.path for one in states}
    return any(one.path and one.path not in known for one in sent)


def tray_html(
    sent: Sequence[Sent],
    states: Sequence[DocumentState],
    read_now: Collection[str],
    folder: str,
    language: str,
) -> str:
    """The files with their state, what needs a look first; nothing if none was sent.

    `read_now` are the sources that the running ingest has read, `folder` is the drop folder.
    """
    if not sent:
        return ""
    known = {one.path: one for one in states}
    lines = sorted(
        (_line(one, known.get(one.path), read_now, folder, language) for one in sent),
        key=lambda line: line.order,
    )
    done, failed = (sum(line.kind == kind for line in lines) for kind in ("done", "bad"))
    said = documents_texts.TRAY_ALL.say(language).format(
        done=texts.number(done, language), total=texts.number(len(lines), language)
    )
    if failed:
        said += " · " + documents_texts.TRAY_FAILED.say(language).format(count=texts.number(failed, language))
    rows = "".join(
        f'<li class="{line.kind}"><i aria-hidden="true"></i><span class="name">{escape(line.name)}</span>'
        f'<span class="said">{escape(line.said)}</span></li>'
        for line in lines[:SHOWN]
    )
    if len(lines) > SHOWN:
        more = documents_texts.TRAY_MORE.say(language).format(
            count=texts.number(len(lines) - SHOWN, language)
        )
        rows += f'<li class="more">{more}</li>'
    close = documents_texts.TRAY_CLEAR.say(language)
    return (
        f'<div class="tray"><p class="sum"><strong>{documents_texts.TRAY.say(language)}</strong> <span role="status">{said}</span>'
        f'<button type="button" class="tool" data-action="clear" aria-label="{close}" title="{close}">{icon("close")}'
        f"</button></p><ul>{rows}</ul></div>"
    )


def _line(
    one: Sent, state: DocumentState | None, read_now: Collection[str], folder: str, language: str
) -> _Line:
    reason = one.reason or (state.reason if state else None)
    if reason:
        return _Line(0, "bad", one.name, reason.say(language))
    if state:
        count = texts.number(state.chunks, language)
        said = f"{documents_texts.DONE.say(language)} · {documents_texts.PASSAGES.say(language).format(count=count)}"
        return _Line(3, "done", one.name, said)
    if one.path.removeprefix(folder).lstrip("/") in read_now:
        return _Line(1, "busy", one.name, documents_texts.READ.say(language))
    return _Line(2, "wait", one.name, documents_texts.WAITING.say(language))
