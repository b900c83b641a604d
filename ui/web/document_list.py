# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The documents list as HTML: filtered, sorted, a page of it. Pure: records in, HTML out, escaped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from assistant.errors import Message
from assistant.quality import Use
from assistant.records import DocumentState
from assistant.turkish import fold
from ui import documents_texts, texts
from ui.web.icons import icon
from ui.web.transcript import confirm_html

ROWS = 50
"""Documents on one page of the list: 5,800 rows at once would be some 4 MB of HTML."""

Uses = Mapping[str, Use]


@dataclass(frozen=True, slots=True)
class Look:
    """How the list is looked at: `only` is a key of `FILTERS`, `sort` one of `SORTS` with "-" for descending.

    Both are "" for all documents with the troubled ones first. `page` counts from 0.
    """

    only: str = ""
    sort: str = ""
    page: int = 0


def _cited(state: DocumentState, uses: Uses) -> int:
    use = uses.get(state.source)
    return use.answers if use else 0


FILTERS: dict[str, tuple[Message, Callable[[DocumentState, int], bool]]] = {
    "": (documents_texts.ALL, lambda state, cited: True),
    "good": (documents_texts.GOOD, lambda state, cited: state.chunks > 0),
    "troubled": (documents_texts.TROUBLED, lambda state, cited: bool(state.reason or state.unread)),
    "mended": (documents_texts.MENDED, lambda state, cited: bool(state.repairs)),
    "never": (documents_texts.NEVER, lambda state, cited: state.chunks > 0 and not cited),
    "often": (documents_texts.OFTEN, lambda state, cited: cited >= OFTEN),
}
"""The filters by key, with what they let through."""
OFTEN = 5
"""Citations that make a document one that is often cited."""

SORTS: dict[str, tuple[Message, Callable[[DocumentState, int], Any]]] = {
    "name": (texts.NAME, lambda state, cited: fold(state.title or state.source)),
    "pages": (texts.PAGES, lambda state, cited: state.pages),
    "chunks": (texts.CHUNKS, lambda state, cited: state.chunks),
    "cited": (documents_texts.CITED, lambda state, cited: cited),
    "changed": (texts.CHANGED, lambda state, cited: state.changed_at),
}
"""What the list can be sorted by."""


def is_sort(name: str) -> bool:
    """Whether a browser may ask for this order."""
    return name == "" or name.removeprefix("-") in SORTS


def next_sort(name: str, now: str) -> str:
    """The order after a click on the head of a column: numbers and dates begin with the largest."""
    first = name if name == "name" else f"-{name}"
    other = f"-{name}" if first == name else name
    return {first: other, other: ""}.get(now, first)


def named(states: Sequence[DocumentState], wanted: str) -> list[DocumentState]:
    """The documents whose title or path holds `wanted`, however its letters are typed; all for ""."""
    needle = fold(wanted).strip()
    return [one for one in states if needle in fold(one.title) or needle in fold(one.source)]


def list_html(states: Sequence[DocumentState], uses: Uses, wanted: str, look: Look, language: str) -> str:
    """The filters with how many documents pass each, and the page of those that pass."""
    by_name = named(states, wanted) if wanted.strip() else list(states)
    passes = FILTERS[look.only][1]
    found = [one for one in by_name if passes(one, _cited(one, uses))]
    bar = _bar(by_name, uses, look, language)
    if not found:
        text = documents_texts.NONE_SUCH if by_name else texts.NO_MATCH if states else texts.NO_DOCUMENTS
        return f'{bar}<div class="documents"><p class="quiet">{text.say(language)}</p></div>'
    found = _sorted(found, uses, look.sort)
    page = max(0, min(look.page, (len(found) - 1) // ROWS))
    shown = found[page * ROWS : (page + 1) * ROWS]
    rows = "".join(_row(one, _cited(one, uses), language) for one in shown)
    return (
        f'{bar}<div class="documents"><table><thead><tr>{_head(look, language)}</tr></thead><tbody>{rows}</tbody></table>'
        f"{_pager(page, len(shown), len(found), language)}</div>"
    )


def _sorted(states: list[DocumentState], uses: Uses, sort: str) -> list[DocumentState]:
    found = sorted(states, key=lambda one: one.source)
    if sort:
        key = SORTS[sort.removeprefix("-")][1]
        return sorted(found, key=lambda one: key(one, _cited(one, uses)), reverse=sort.startswith("-"))
    found.sort(key=lambda one: one.changed_at, reverse=True)
    found.sort(key=lambda one: (one.reason is None, not one.unread))
    return found


def _bar(states: Sequence[DocumentState], uses: Uses, look: Look, language: str) -> str:
    chips = ""
    for name, (label, passes) in FILTERS.items():
        count = sum(passes(one, _cited(one, uses)) for one in states)
        if count or name in ("", look.only):
            chips += (
                f'<button type="button" class="pick" data-action="arrange" data-only="{name}" '
                f'aria-pressed="{_yes(name == look.only)}">{label.say(language)} '
                f"<span>{texts.number(count, language)}</span></button>"
            )
    options = f'<option value="">{documents_texts.SORT_DEFAULT.say(language)}</option>'
    for name, (label, _) in SORTS.items():
        for sort, said in ((f"-{name}", documents_texts.SORTED_DOWN), (name, documents_texts.SORTED_UP)):
            chosen = " selected" if sort == look.sort else ""
            options += f'<option value="{sort}"{chosen}>{said.say(language).format(name=label.say(language))}</option>'
    return (
        f'<div class="picks"><div class="chips" role="group" aria-label="{documents_texts.ONLY.say(language)}">{chips}</div>'
        f'<label class="order"><span>{documents_texts.SORT.say(language)}</span>'
        f'<select data-action="arrange">{options}</select></label></div>'
    )


def _head(look: Look, language: str) -> str:
    by = look.sort.removeprefix("-")
    cells = ""
    for name in ("name", "state", "pages", "chunks", "cited", "changed"):
        kind = {"changed": "date"}.get(name, "" if name in ("name", "state") else "count")
        if name == "state":
            cells += f'<th scope="col">{texts.STATE.say(language)}</th>'
            continue
        order = ("descending" if look.sort.startswith("-") else "ascending") if name == by else "none"
        hint = f' title="{documents_texts.CITED_HINT.say(language)}"' if name == "cited" else ""
        cells += (
            f'<th scope="col" class="{kind}" aria-sort="{order}"><button type="button" data-action="arrange" '
            f'data-head="{name}"{hint}>{SORTS[name][0].say(language)}</button></th>'
        )
    return f'{cells}<th scope="col"><span class="unseen">{documents_texts.ACTIONS.say(language)}</span></th>'


def badges(state: DocumentState, language: str) -> str:
    """Whether it is searchable, and what is wrong with it."""
    if state.reason is None:
        shown = f'<span class="state good">{texts.SEARCHABLE.say(language)}</span>'
    else:
        kind, label = ("old", texts.OLD_SEARCHABLE) if state.chunks else ("bad", texts.UNREADABLE)
        reason = escape(state.reason.say(language))
        shown = f'<span class="state {kind}">{label.say(language)}</span><span class="reason">{reason}</span>'
    if state.unread:
        said = texts.UNREAD_COUNT.say(language).format(count=texts.number(len(state.unread), language))
        shown += f'<span class="state old">{said}</span>'
    return shown


def _row(state: DocumentState, cited: int, language: str) -> str:
    pages = texts.number(state.pages, language) if state.pages else "–"
    title = escape(state.title or state.source)
    look = escape(documents_texts.PREVIEW.say(language).format(name=state.title or state.source))
    again = documents_texts.REINDEX.say(language)
    never = "" if cited or not state.chunks else " none"
    return (
        f'<tr data-source="{escape(state.source)}"><td class="name"><button type="button" class="title" '
        f'data-action="preview" data-id="{state.id}" aria-label="{look}">{title}</button>'
        f'<span class="file">{escape(state.source)}</span>{details(state, language)}</td><td>{badges(state, language)}</td>'
        f'<td class="count" data-label="{texts.PAGES.say(language)}">{pages}</td>'
        f'<td class="count" data-label="{texts.CHUNKS.say(language)}">{texts.number(state.chunks, language)}</td>'
        f'<td class="count cited{never}" data-label="{documents_texts.CITED.say(language)}">{texts.number(cited, language)}</td>'
        f'<td class="date">{escape(texts.moment(state.changed_at, language))}</td>'
        f'<td class="act"><span class="acts"><button type="button" class="tool" data-action="reindex" data-id="{state.id}" '
        f'aria-label="{again}" title="{again}">{icon("retry")}</button>'
        f"{confirm_html('remove', str(state.id), language)}</span></td></tr>"
    )


def details(state: DocumentState, language: str) -> str:
    """How the file was read, folded up: repairs by kind, unread pages with the reason, seconds."""
    took = texts.SECONDS.say(language).format(seconds=texts.number(state.seconds, language, 1))
    lines = [texts.repairs(state.repairs, language), *texts.unread(state.unread, language)]
    if state.reason is not None and not state.chunks:
        return ""
    shown = "".join(f"<li>{escape(line)}</li>" for line in lines if line)
    return (
        f'<details class="reading"><summary>{texts.HOW_READ.say(language)}</summary><ul>{shown}'
        f"<li>{texts.READ_IN.say(language)}: {took}</li></ul></details>"
    )


def _pager(page: int, shown: int, total: int, language: str) -> str:
    first = page * ROWS + 1
    said = texts.SHOWN.say(language).format(
        first=texts.number(first, language),
        last=texts.number(first + shown - 1, language),
        total=texts.number(total, language),
    )

    def step(to: int, label: str, allowed: bool) -> str:
        off = "" if allowed else " disabled"
        return f'<button type="button" data-action="leaf" data-page="{to}"{off}>{label}</button>'

    steps = ""
    if total > ROWS:
        steps = step(page - 1, texts.EARLIER.say(language), page > 0)
        steps += step(page + 1, texts.LATER.say(language), (page + 1) * ROWS < total)
    return f'<p class="pager"><span>{said}</span>{steps}</p>'


def _yes(value: bool) -> str:
    return "true" if value else "false"
