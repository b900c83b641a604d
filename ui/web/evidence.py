# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""Judging an answer as HTML: the search for the right passage, and why a vote is as it is.

Pure: records in, HTML out, everything escaped.
"""

from collections.abc import Collection, Sequence
from html import escape

from assistant.records import Chunk, Hit
from assistant.remarks import REASONS, Remark, passage_key
from assistant.turkish import matched_spans
from ui import source_texts as texts
from ui.texts import CLOSE, page
from ui.web.icons import icon
from ui.web.sources import passage_html, right_html, show_html

SNIPPET = 420
"""Characters of a found passage that are shown, around the words that were searched for."""


def seek_html(
    turn: int, wanted: str, hits: Sequence[Hit] | None, right: Collection[str], language: str
) -> str:
    """Where in the documents is this: a search, and its passages to point one out. None = not searched yet."""
    label, close = texts.WHERE_LABEL.say(language), CLOSE.say(language)
    form = (
        f'<div class="field"><input type="search" value="{escape(wanted)}" maxlength="500" aria-label="{label}" autocomplete="off">'
        f'<button type="button" class="go" data-action="seek" data-turn="{turn}" data-text="">{texts.SEEK.say(language)}</button></div>'
    )
    if hits is None:
        found = ""
    elif not hits:
        found = f'<p class="quiet" role="status">{texts.NOTHING_FOUND.say(language)}</p>'
    else:
        said = texts.FOUND.say(language).format(count=len(hits))
        rows = "".join(
            _found(turn, hit.chunk, wanted, passage_key(hit.chunk) in right, language) for hit in hits
        )
        found = f'<p class="quiet" role="status">{said}</p><ol>{rows}</ol>'
    return (
        f'<section class="seek" data-turn="{turn}" aria-label="{texts.WHERE.say(language)}"><header><h3>{texts.WHERE.say(language)}</h3>'
        f'<button type="button" class="tool" data-close="seek" aria-label="{close}" title="{close}">{icon("close")}</button></header>'
        f'<p class="quiet">{texts.WHERE_HINT.say(language)}</p>{form}{found}</section>'
    )


def _found(turn: int, chunk: Chunk, wanted: str, right: bool, language: str) -> str:
    path = " › ".join(chunk.headings[1:] if chunk.headings[:1] == (chunk.title,) else chunk.headings)
    where = " · ".join(part for part in (path, page(chunk, language)) if part) or chunk.source
    data = f'data-turn="{turn}" data-chunk="{chunk.id}" data-text="{escape(wanted)}"'
    return (
        f'<li><p class="title">{escape(chunk.title or chunk.source)}</p><p class="path">{escape(where)}</p>'
        f'<p class="snippet" tabindex="0">{passage_html(snippet(chunk.text, wanted), wanted)}</p>'
        f'<div class="acts">{show_html(f"data-chunk={chunk.id}", language)}{right_html(data, right, language)}</div></li>'
    )


def snippet(text: str, wanted: str) -> str:
    """The stretch of the text where the words that were searched for stand, cut between words."""
    if len(text) <= SNIPPET:
        return text
    first = next((start for start, _ in matched_spans(text, wanted)), 0)
    start = max(0, min(first - SNIPPET // 4, len(text) - SNIPPET))
    start = start and text.find(" ", start) + 1
    end = start + SNIPPET
    end = len(text) if end >= len(text) else max(text.rfind(" ", start, end), start + SNIPPET // 2)
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def remark_html(turn: int, target: str, title: str, vote: int, remark: Remark, language: str) -> str:
    """Why the vote on a target is as it is: reasons to choose from, and free text."""
    kind = target.partition(":")[0]
    heading = escape(texts.REMARK_TITLES[kind].say(language).format(title=title))
    chips = "" if vote > 0 else "".join(
        f'<button type="button" role="radio" class="reason" data-reason="{escape(reason)}" '
        f'aria-checked="{"true" if remark.reason == reason else "false"}">{texts.REASONS[reason].say(language)}</button>'
        for reason in REASONS[kind]
    )  # fmt: skip
    close, label = CLOSE.say(language), texts.REMARK_TEXT.say(language)
    asked = (texts.REMARK_UP if vote > 0 else texts.REMARK_DOWN).say(language)
    where = ""
    if vote < 0:
        where = f'<button type="button" class="where" data-action="where" data-turn="{turn}">{icon("search")}<span>{texts.WHERE.say(language)}</span></button>'
    group = f'<div class="reasons" role="radiogroup" aria-label="{asked}">{chips}</div>' if chips else ""
    return (
        f'<section class="remark" role="dialog" aria-label="{heading}" data-turn="{turn}" data-target="{escape(target)}"><header><h3>{heading}</h3>'
        f'<button type="button" class="tool" data-close="remark" aria-label="{close}" title="{close}">{icon("close")}</button></header>'
        f'<p>{asked}</p>{group}<textarea rows="3" maxlength="2000" aria-label="{label}" placeholder="{label}">{escape(remark.text)}</textarea>'
        f'<p class="quiet">{texts.REMARK_WHERE_GOES.say(language)}</p><footer>{where}<button type="button" class="save" data-action="remark" '
        f'data-turn="{turn}" data-target="{escape(target)}" data-reason="{escape(remark.reason)}" data-text="">{texts.SAVE.say(language)}</button></footer></section>'
    )
