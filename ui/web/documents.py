# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The documents list, the header and the progress bar as HTML. Pure: records in, HTML out, escaped."""

from collections.abc import Sequence
from html import escape

from assistant.records import DocumentState
from assistant.turkish import fold
from ui import texts
from ui.web.backend import Progress, Status
from ui.web.icons import icon
from ui.web.transcript import confirm_html

ROWS = 50
"""Documents on one page of the list: 5,800 rows at once would be some 4 MB of HTML."""


def header_html(status: Status, language: str) -> str:
    """What is in use, plainly: embedder, language model, number of documents and passages."""
    counts = texts.COUNTS.say(language).format(
        documents=texts.number(status.documents, language), chunks=texts.number(status.chunks, language)
    )
    llm = f"{texts.LLM.say(language)}: {status.llm}" if status.llm else texts.NO_LLM.say(language)
    embedder = f"{texts.EMBEDDER.say(language)}: {status.embedder}"
    running = ""
    if status.progress:
        said = _said(status.progress, language)
        running = f'<span class="running" title="{escape(said)}">{escape(said)}</span>'
    return (
        f'<div class="facts">{running}<span class="counts">{counts}</span>'
        f'<span title="{escape(embedder)}">{escape(embedder)}</span>'
        f'<span class="llm" title="{escape(llm)}">{escape(llm)}</span></div>'
    )


def _said(progress: Progress, language: str) -> str:
    said = texts.DEEPENING if progress.deepening else texts.INGESTING
    return said.say(language).format(
        done=texts.number(progress.done, language), total=texts.number(progress.total, language)
    )


def progress_html(progress: Progress | None, language: str) -> str:
    """A bar while files are being read or an index is being made, else nothing."""
    if progress is None:
        return ""
    share = min(100.0, 100 * progress.done / progress.total) if progress.total > 0 else 0.0
    said = _said(progress, language)
    return (
        f'<div class="progress"><p><strong>{said}</strong> <span>{escape(progress.current)}</span></p>'
        f'<div class="bar" role="progressbar" aria-label="{said}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share:.0f}"><i style="width:{share:.1f}%"></i></div></div>'
    )


def folder_html(status: Status, language: str) -> str:
    """Where files can be dropped, with a button that copies the path."""
    label = texts.COPY_PATH.say(language)
    return (
        f'<p class="folder"><span>{texts.DROP_FOLDER.say(language)}</span> <code>{escape(str(status.drop_folder))}'
        f'</code> <button type="button" class="tool" data-action="copy-path" data-copied="{texts.COPIED.say(language)}" '
        f'aria-label="{label}" title="{label}">{icon("copy")}</button></p>'
    )


def named(states: Sequence[DocumentState], wanted: str) -> list[DocumentState]:
    """The documents whose title or path holds `wanted`, however its letters are typed; all for ""."""
    needle = fold(wanted).strip()
    return [one for one in states if needle in fold(one.title) or needle in fold(one.source)]


def documents_html(states: Sequence[DocumentState], wanted: str, page: int, language: str) -> str:
    """Page `page` (from 0) of the documents whose name holds `wanted`: troubled ones first, then newest."""
    found = named(states, wanted)
    if not found:
        text = texts.NO_MATCH if states else texts.NO_DOCUMENTS
        return f'<div class="documents"><p class="quiet">{text.say(language)}</p></div>'
    found.sort(key=lambda s: s.source)
    found.sort(key=lambda s: s.changed_at, reverse=True)
    found.sort(key=lambda s: (s.reason is None, not s.unread))
    page = max(0, min(page, (len(found) - 1) // ROWS))
    shown = found[page * ROWS : (page + 1) * ROWS]
    names = (texts.NAME, texts.STATE, texts.PAGES, texts.CHUNKS, texts.CHANGED)
    classes = ("", "", "count", "count", "date")
    head = "".join(
        f'<th scope="col" class="{c}">{name.say(language)}</th>'
        for name, c in zip(names, classes, strict=True)
    )
    rows = "".join(_row(state, language) for state in shown)
    return (
        f'<div class="documents"><table><thead><tr>{head}<th scope="col"><span class="unseen">'
        f"{texts.DELETE.say(language)}</span></th></tr></thead><tbody>{rows}</tbody></table>"
        f"{_pager(page, len(shown), len(found), language)}</div>"
    )


def _row(state: DocumentState, language: str) -> str:
    if state.reason is None:
        badge = f'<span class="state good">{texts.SEARCHABLE.say(language)}</span>'
    else:
        kind, label = ("old", texts.OLD_SEARCHABLE) if state.chunks else ("bad", texts.UNREADABLE)
        reason = escape(state.reason.say(language))
        badge = f'<span class="state {kind}">{label.say(language)}</span><span class="reason">{reason}</span>'
    if state.unread:
        said = texts.UNREAD_COUNT.say(language).format(count=texts.number(len(state.unread), language))
        badge += f'<span class="state old">{said}</span>'
    pages = texts.number(state.pages, language) if state.pages else "–"
    return (
        f'<tr><td class="name"><span class="title">{escape(state.title or state.source)}</span>'
        f'<span class="file">{escape(state.source)}</span>{_details(state, language)}</td><td>{badge}</td>'
        f'<td class="count" data-label="{texts.PAGES.say(language)}">{pages}</td>'
        f'<td class="count" data-label="{texts.CHUNKS.say(language)}">{texts.number(state.chunks, language)}</td>'
        f'<td class="date">{escape(texts.moment(state.changed_at, language))}</td>'
        f'<td class="act">{confirm_html("remove", str(state.id), language)}</td></tr>'
    )


def _details(state: DocumentState, language: str) -> str:
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
