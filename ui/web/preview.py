# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""A document as it is searched, passage by passage, as HTML. Pure: records in, HTML out, escaped."""

from collections.abc import Sequence
from html import escape

from assistant.quality import Use
from assistant.records import Chunk, DocumentState
from ui import documents_texts, texts
from ui.web.document_list import badges
from ui.web.icons import icon

PASSAGES = 20
"""Passages shown at once."""


def preview_html(
    state: DocumentState | None, use: Use | None, passages: Sequence[Chunk], first: int, language: str
) -> str:
    """The panel: what is known of the document, then its passages from number `first` (from 0) on."""
    close = texts.CLOSE.say(language)
    name = documents_texts.PREVIEW_HEAD.say(language)
    if state is None:
        body = f'<p class="quiet">{documents_texts.PREVIEW_GONE.say(language)}</p>'
        title = name
    else:
        title = escape(state.title or state.source)
        body = _facts(state, use, language) + _text(state, passages, first, language)
    return (
        f'<section class="preview" role="dialog" aria-label="{name}" tabindex="-1"><div class="head"><h2>{title}</h2>'
        f'<button type="button" class="tool" data-action="shut" aria-label="{close}" title="{close}">{icon("close")}'
        f'</button></div><div class="body" tabindex="0">{body}</div></section>'
    )


def _facts(state: DocumentState, use: Use | None, language: str) -> str:
    never = documents_texts.NEVER_CITED.say(language)
    facts = [
        (documents_texts.PLACE, escape(state.path)),
        (texts.PAGES, texts.number(state.pages, language) if state.pages else ""),
        (texts.CHUNKS, texts.number(state.chunks, language)),
        (documents_texts.SIZE, _size(state.size, language)),
        (texts.CHANGED, escape(texts.moment(state.changed_at, language))),
        (documents_texts.CITED, texts.number(use.answers, language) if use else never),
        (documents_texts.LAST_CITED, escape(texts.moment(use.last, language)) if use else ""),
        (texts.REPAIRED, escape(texts.repairs(state.repairs, language))),
        (texts.READ_IN, texts.SECONDS.say(language).format(seconds=texts.number(state.seconds, language, 1))),
    ]
    rows = "".join(f"<dt>{label.say(language)}</dt><dd>{value}</dd>" for label, value in facts if value)
    unread = "".join(f'<p class="reason">{escape(line)}</p>' for line in texts.unread(state.unread, language))
    return f'<p class="badges">{badges(state, language)}</p>{unread}<dl>{rows}</dl>'


def _text(state: DocumentState, passages: Sequence[Chunk], first: int, language: str) -> str:
    head = f"<h3>{documents_texts.PREVIEW_TEXT.say(language)}</h3>"
    if not passages:
        return f'{head}<p class="quiet">{documents_texts.PREVIEW_NOTHING.say(language)}</p>'
    shown = ""
    for number, chunk in enumerate(passages, first + 1):
        where = " › ".join(chunk.headings)
        page = escape(texts.page(chunk, language))
        shown += (
            f'<article><p class="where"><span class="number">{texts.number(number, language)}</span><span>{escape(where)}</span>'
            f'<span class="page">{page}</span></p><p class="passage">{escape(chunk.text)}</p></article>'
        )
    last = first + len(passages)
    steps = ""
    for to, label, allowed in (
        (first - PASSAGES, documents_texts.BACK, first > 0),
        (last, documents_texts.MORE, last < state.chunks),
    ):
        if allowed:
            count = texts.number(PASSAGES if to < first else min(PASSAGES, state.chunks - last), language)
            steps += (
                f'<button type="button" data-action="turn" data-id="{state.id}" data-first="{max(0, to)}">'
                f"{label.say(language).format(count=count)}</button>"
            )
    return f'{head}{shown}<p class="steps">{steps}</p>'


def _size(size: int, language: str) -> str:
    if size < 1_000_000:
        return f"{texts.number(max(1, round(size / 1000)), language)} KB"
    return f"{texts.number(size / 1_000_000, language, 1)} MB"
