# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The choice of documents above the question box as HTML. Pure: records in, HTML out, everything escaped."""

from collections import Counter
from collections.abc import Collection, Sequence
from html import escape

from assistant.records import DocumentState
from assistant.scope import folders
from assistant.turkish import fold
from ui import texts
from ui.web.icons import icon

ROWS = 40
"""Rows of the list: the others are found by their names."""

CHIPS = 4
"""Names beside the button."""


def bar_html(chosen: Sequence[str], states: Sequence[DocumentState], language: str) -> str:
    """The button that opens the list, and what is chosen. page.js keeps its `aria-expanded`."""
    if chosen:
        label = texts.SCOPE_SOME.say(language).format(count=texts.number(len(chosen), language))
    else:
        label = texts.SCOPE_ALL.say(language)
    titles = {state.source: state.title for state in states}
    chips = "".join(_chip(name, titles.get(name) or f"{name}/", language) for name in chosen[:CHIPS])
    more = f'<span class="quiet">+{len(chosen) - CHIPS}</span>' if len(chosen) > CHIPS else ""
    clear = (
        f'<button type="button" class="clear" data-action="clear">{texts.SCOPE_CLEAR.say(language)}</button>'
        if chosen
        else ""
    )
    return (
        f'<div class="scope{" some" if chosen else ""}"><button type="button" class="toggle" data-action="look" '
        f'aria-expanded="false" aria-controls="scope-panel">{icon("file")}<span>{label}</span></button>'
        f"{chips}{more}{clear}</div>"
    )


def _chip(name: str, label: str, language: str) -> str:
    drop = escape(texts.SCOPE_DROP.say(language).format(name=label))
    return (
        f'<span class="chip" title="{escape(name)}"><span>{escape(label)}</span><button type="button" '
        f'data-action="choose" data-name="{escape(name)}" aria-label="{drop}" title="{drop}">{icon("close")}</button></span>'
    )


def list_html(states: Sequence[DocumentState], wanted: str, chosen: Collection[str], language: str) -> str:
    """Folders, then documents, whose name holds `wanted`; those that are chosen come first."""
    there = [state for state in states if state.chunks]
    if not there:
        return f'<p class="quiet">{texts.SCOPE_EMPTY.say(language)}</p>'
    below = Counter(folder for state in there for folder in folders(state.source))
    rows = [(name, f"{name}/", _count(count, language)) for name, count in sorted(below.items())]
    rows += [(state.source, state.title or state.source, state.source) for state in there]
    rows = list({name: row for row in rows for name in (row[0],)}.values())  # two folders may share names
    if needle := fold(wanted).strip():
        rows = [row for row in rows if needle in fold(row[0]) or needle in fold(row[1])]
    if not rows:
        return f'<p class="quiet">{texts.SCOPE_NONE.say(language)}</p>'
    rows.sort(key=lambda row: row[0] not in chosen)
    shown = "".join(_row(*row, row[0] in chosen) for row in rows[:ROWS])
    more = ""
    if len(rows) > ROWS:
        said = texts.SCOPE_MORE.say(language).format(count=texts.number(len(rows) - ROWS, language))
        more = f'<p class="quiet">{said}</p>'
    return f'<div role="group" aria-label="{texts.SCOPE_LIST.say(language)}">{shown}</div>{more}'


def _count(count: int, language: str) -> str:
    return texts.FOLDER_COUNT.say(language).format(count=texts.number(count, language))


def _row(name: str, label: str, detail: str, chosen: bool) -> str:
    beside = f'<span class="detail">{escape(detail)}</span>' if detail != label else ""
    return (
        f'<button type="button" role="checkbox" aria-checked="{"true" if chosen else "false"}" data-action="choose" '
        f'data-name="{escape(name)}"><i aria-hidden="true"></i><span class="label">{escape(label)}</span>{beside}</button>'
    )
