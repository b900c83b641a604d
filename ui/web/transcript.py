# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The conversation as HTML. Pure: records in, HTML out, everything escaped."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from assistant.abstention import listed
from assistant.records import Answer, Turn
from ui import chat_texts, texts
from ui.web.backend import Status
from ui.web.icons import icon
from ui.web.markup import answer_html
from ui.web.sources import vote_html

Votes = Callable[[int], Mapping[str, int]]


def turns_html(turns: Sequence[Turn], votes: Votes, language: str) -> str:
    """Turns that are over, oldest first."""
    return "".join(turn_html(turn.question, turn.answer, votes(turn.id), language) for turn in turns)


def turn_html(question: str, answer: Answer | None, votes: Mapping[str, int], language: str) -> str:
    """One question and its answer. None = nothing found yet; an answer without a turn is still growing."""
    asked = f'<div class="question"><p>{escape(question)}</p></div>'
    if answer is not None and answer.turn is not None:
        asked = _editable(question, answer.turn, language)
    if answer is None:
        body = f'<p class="waiting" role="status"><i></i><i></i><i></i><span>{texts.SEARCHING.say(language)}</span></p>'
    else:
        numbers = {citation.number for citation in answer.citations}
        doubts = [(one.start, one.end, texts.doubt(one, language)) for one in answer.unsupported]
        text = answer_html(answer.text, numbers, texts.SOURCES.say(language), doubts)
        body = f'{_within(answer, language)}<div class="text">{text}</div>'
        if answer.notice:
            body += f'<p class="notice">{escape(answer.notice.say(language))}</p>'
    growing = answer is None or answer.turn is None
    classes = "turn growing" if growing else "turn"
    if answer is not None and answer.abstained:
        classes += " abstained"
    number = "" if answer is None or answer.turn is None else str(answer.turn)
    foot = (
        _stopped(question, language)
        if growing or answer is None
        else _foot(question, answer, votes, language)
    )
    return f'<article class="{classes}" data-turn="{number}">{asked}<div class="answer">{body}{foot}</div></article>'


def _editable(question: str, turn: int, language: str) -> str:
    """The question with a hidden box, in which chat.js lets it be changed; sent from there it opens a branch."""
    text, edit = escape(question), chat_texts.EDIT.say(language)
    return (
        f'<div class="question"><button type="button" class="tool" data-edit aria-label="{edit}" title="{edit}">{icon("pencil")}'
        f'</button><p>{text}</p><div class="edit" hidden><textarea aria-label="{edit}" rows="2">\n{text}</textarea>'
        f'<div class="row"><span class="quiet">{icon("branch")}{chat_texts.EDIT_NOTE.say(language)}</span>'
        f'<button type="button" data-leave>{texts.CANCEL.say(language)}</button><button type="button" class="primary" '
        f'data-action="branch" data-turn="{turn}" data-question="">{texts.SEND.say(language)}</button></div></div></div>'
    )


def _within(answer: Answer, language: str) -> str:
    """What the answer was limited to, if it was."""
    if not answer.within:
        return ""
    said = texts.WITHIN.say(language).format(names=listed(answer.within, language))
    return f'<p class="within" title="{escape(", ".join(answer.within))}">{icon("file")}<span>{escape(said)}</span></p>'


def _tool(action: str, shape: str, label: str, data: str = "") -> str:
    return (
        f'<button type="button" class="tool" data-action="{action}" {data} aria-label="{label}" title="{label}">'
        f"{icon(shape)}</button>"
    )


def _retry(question: str, language: str) -> str:
    return _tool("ask", "retry", texts.RETRY.say(language), f'data-question="{escape(question)}"')


def _stopped(question: str, language: str) -> str:
    """Shown by page.js only, once the user has stopped the answer: then the server has no more say in it."""
    return f'<p class="stopped">{texts.STOPPED.say(language)} {_retry(question, language)}</p>'


def _foot(question: str, answer: Answer, votes: Mapping[str, int], language: str) -> str:
    assert answer.turn is not None
    known = texts.ORIGINS.get(answer.generator)
    origin = known.say(language) if known else escape(answer.generator)
    seconds = texts.SECONDS.say(language).format(seconds=texts.number(answer.seconds, language, 1))
    good, bad = texts.GOOD_ANSWER.say(language), texts.BAD_ANSWER.say(language)
    shown = texts.SHOW_SOURCES.say(language).format(count=len(answer.hits))
    sources = (
        f'<button type="button" class="tool wide" data-action="sources" data-turn="{answer.turn}">'
        f"{icon('book')}<span>{shown}</span></button>"
    )
    copied = f'data-copied="{texts.COPIED.say(language)}"'
    return (
        '<div class="foot">'
        f"{vote_html(answer.turn, 'answer', votes.get('answer', 0), good, bad)}"
        f"{_tool('copy', 'copy', texts.COPY.say(language), copied)}"
        f"{_retry(question, language)}"
        f"{sources if answer.hits else ''}"
        f'<span class="origin">{origin} · {seconds}</span></div>'
    )


def empty_html(status: Status, examples: Sequence[str], language: str) -> str:
    """What an empty chat shows: examples to click on, or how to add documents if there are none."""
    title = f"<h2>{texts.EMPTY_TITLE.say(language)}</h2>"
    if not status.documents:
        folder = escape(str(status.drop_folder))
        text = texts.EMPTY_NO_DOCUMENTS.say(language)
        return f'<section class="empty">{title}<p>{text}</p><p><code>{folder}</code></p></section>'
    buttons = "".join(
        f'<button type="button" data-action="ask" data-question="{escape(example)}">{escape(example)}</button>'
        for example in examples
    )
    text = texts.EMPTY_TEXT.say(language)
    return f'<section class="empty">{title}<p>{text}</p><div class="examples">{buttons}</div></section>'


def followups_html(questions: Sequence[str], language: str) -> str:
    """Questions to go on with, below the last answer."""
    if not questions:
        return ""
    label = chat_texts.GO_ON.say(language)
    buttons = "".join(
        f'<button type="button" data-action="ask" data-question="{escape(one)}">{icon("reply")}<span>{escape(one)}</span></button>'
        for one in questions
    )
    return f'<section class="followups" aria-label="{label}"><h2>{label}</h2>{buttons}</section>'


def confirm_html(action: str, id: str, language: str) -> str:
    """A bin that first asks; only the button behind it carries the action."""
    delete = texts.DELETE.say(language)
    return (
        f'<span class="confirm"><button type="button" class="tool ask" data-confirm aria-label="{delete}" '
        f'title="{delete}">{icon("trash")}</button><span class="sure"><span>{texts.DELETE_SURE.say(language)}</span>'
        f'<button type="button" class="danger" data-action="{action}" data-id="{escape(id)}">'
        f'{texts.YES_DELETE.say(language)}</button><button type="button" data-cancel>{texts.CANCEL.say(language)}'
        "</button></span></span>"
    )
