# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The document beside the answer as HTML. Pure: records in, HTML out, everything escaped.

A PDF is only described here: viewer.mjs fetches it by its id and draws the pages. Every other document, and a PDF
that cannot be shown, is drawn from its passages, which are Markdown whatever the file was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from assistant.document_texts import KnownDocument
from assistant.errors import Message
from assistant.records import Chunk
from assistant.sections import joined
from ui import source_texts as texts
from ui.texts import page
from ui.web.icons import icon
from ui.web.markup import answer_html


@dataclass(frozen=True, slots=True)
class Place:
    """What is shown of a document: the passage, what of it is quoted, and the button that asks for it again.

    `asked` are the data of that button: (("turn", "5"), ("hit", "0")).
    """

    document: KnownDocument
    chunk: Chunk
    position: int
    quotes: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]

    def key(self, kind: str) -> str:
        """Names this view, so that viewer.mjs knows whether it is shown already."""
        return "&".join(f"{name}={value}" for name, value in (*self.asked, ("kind", kind)))


def pdf_html(place: Place, language: str) -> str:
    """A PDF at the passage's page, to be drawn by viewer.mjs."""
    document, number = place.document, place.chunk.page or 1
    pages = max(document.pages, number)
    tools = (
        f"{_tool('previous', 'up-page', texts.PREVIOUS_PAGE, language)}"
        f'<label><span class="unseen">{texts.PAGE_NUMBER.say(language)}</span><input type="text" inputmode="numeric" '
        f'class="page-number" value="{number}" size="4" autocomplete="off"></label><span class="of">/ {pages}</span>'
        f"{_tool('next', 'down-page', texts.NEXT_PAGE, language)}<i class=gap></i>"
        f"{_tool('smaller', 'minus', texts.SMALLER, language)}{_tool('larger', 'plus', texts.LARGER, language)}<i class=gap></i>"
        f"{_switch(place, 'text', texts.AS_TEXT, language)}"
    )
    said = f'data-wrong="{texts.CANNOT_DRAW.say(language)}" data-missing="{texts.NOT_ON_PAGE.say(language)}"'
    phrases = _phrases((("quote", quote) for quote in place.quotes), (("near", place.chunk.text),))
    body = f'<p class="state" role="status">{texts.LOADING.say(language)}</p><div class="pages" tabindex="0" role="region" aria-label="{escape(_title(document))}"></div>'
    data = f'data-kind="pdf" data-url="/belge/{document.id}" data-page="{number}" data-pages="{pages}" {said}'
    return _frame(place, "pdf", data, tools, phrases + body, language)


def text_html(
    place: Place,
    chunks: Sequence[Chunk],
    language: str,
    notice: Message | None = None,
    drawable: bool = False,
) -> str:
    """A stretch of the document as text, the passage marked. `drawable`: it can be shown as pages, too."""
    tools = f"<i class=gap></i>{_switch(place, 'pdf', texts.AS_PDF, language)}" if drawable else ""
    said = f'<p class="notice">{escape(notice.say(language))}</p>' if notice else ""
    phrases = _phrases(("quote", quote) for quote in place.quotes)
    sheet = (
        f'<div class="sheet" tabindex="0" role="region" aria-label="{escape(_title(place.document))}">{said}'
        f"{_stretch(place, chunks, language)}</div>"
    )
    return _frame(place, "text", 'data-kind="text"', tools, phrases + sheet, language)


def _stretch(place: Place, chunks: Sequence[Chunk], language: str) -> str:
    first, last = (chunks[0].position, chunks[-1].position) if chunks else (0, 0)
    count = place.document.chunks
    step = max(1, len(chunks) // 2)
    before = (
        _leaf(place, max(0, first - step), texts.EARLIER, language)
        if first
        else _end(texts.START_OF, language)
    )
    after = (
        _leaf(place, first + step, texts.LATER, language)
        if last + 1 < count
        else _end(texts.END_OF, language)
    )
    return before + "".join(_sections(place, chunks, language)) + after


def _sections(place: Place, chunks: Sequence[Chunk], language: str) -> Iterable[str]:
    """Chunks one by one; the rows of a table that was cut are put together again."""
    groups: list[list[Chunk]] = []
    for chunk in chunks:
        if groups and groups[-1][-1].text.endswith("|") and chunk.text.startswith("|"):
            groups[-1].append(chunk)
        else:
            groups.append([chunk])
    shown = None
    for group in groups:
        here = any(chunk.position == place.position for chunk in group)
        number = page(group[0], language)
        if number and number != shown:
            yield f'<p class="page-mark">{escape(number)}</p>'
        shown = number
        text = answer_html(joined([chunk.text for chunk in group]), (), "")
        yield f'<section class="part{" here" if here else ""}">{text}</section>'


def _frame(place: Place, kind: str, data: str, tools: str, body: str, language: str) -> str:
    title = _title(place.document)
    headings = place.chunk.headings
    path = " › ".join(headings[1:] if headings[:1] == (place.document.title,) else headings)
    label = escape(texts.VIEWER.say(language).format(title=title))
    download = texts.DOWNLOAD.say(language)
    return (
        f'<section class="viewer" data-key="{escape(place.key(kind))}" {data} aria-label="{label}">'
        f'<header><button type="button" class="tool back" data-viewer="close" aria-label="{texts.BACK.say(language)}" '
        f'title="{texts.BACK.say(language)}">{icon("back")}</button><div class="name"><h2 title="{escape(title)}">{escape(title)}</h2>'
        f'<p title="{escape(place.document.source)}">{escape(path or place.document.source)}</p></div>'
        f'<a class="tool" href="/belge/{place.document.id}" download aria-label="{download}" title="{download}">{icon("download")}</a></header>'
        f"{f'<div class=tools>{tools}</div>' if tools else ''}{body}</section>"
    )


def _title(document: KnownDocument) -> str:
    return document.title or document.source


def _tool(action: str, shape: str, label: Message, language: str) -> str:
    said = label.say(language)
    return f'<button type="button" class="tool" data-viewer="{action}" aria-label="{said}" title="{said}">{icon(shape)}</button>'


def _asked(place: Place) -> str:
    return " ".join(f'data-{name}="{escape(value)}"' for name, value in place.asked)


def _switch(place: Place, kind: str, label: Message, language: str) -> str:
    said = label.say(language)
    shape = "file" if kind == "pdf" else "text"
    return (
        f'<button type="button" class="tool" data-action="show" {_asked(place)} data-kind="{kind}" '
        f'aria-label="{said}" title="{said}">{icon(shape)}</button>'
    )


def _leaf(place: Place, first: int, label: Message, language: str) -> str:
    return (
        f'<button type="button" class="leaf" data-action="leaf" {_asked(place)} data-first="{first}">'
        f"{label.say(language)}</button>"
    )


def _end(label: Message, language: str) -> str:
    return f'<p class="end">{label.say(language)}</p>'


def _phrases(*kinds: Iterable[tuple[str, str]]) -> str:
    """What viewer.mjs is to mark, as text that is not shown."""
    listed = "".join(f'<q class="{kind}">{escape(text)}</q>' for each in kinds for kind, text in each)
    return f'<div class="phrases" hidden>{listed}</div>'
