"""An answer as Markdown for other programs: harmless to draw, its sources below it, its marks by place.

Text of documents and models is hostile. A chat client draws Markdown, so what would make it load something
or hold HTML is made text here; code stays as it is, since nothing in it is drawn.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from assistant.records import Answer
from assistant.replies import OPEN_SPAN, code_and_text
from assistant.smalltalk import plain
from ui import texts
from ui.terminal import sources

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_MARK = re.compile(r"\[([1-9]\d{0,2})\]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark such as [1] in a text, text[start:end], and the source that it names."""

    start: int
    end: int
    title: str
    url: str


def harmless(text: str, finished: bool = True) -> str:
    """The text without images and HTML tags outside code.

    Of a text that is not `finished` the end is held back where what follows could change it, so that the
    result of a longer text begins with the result of a shorter one.
    """
    *before, (_, rest, _) = code_and_text(text)
    if not finished:
        rest = OPEN_SPAN.sub("", rest).removesuffix("<")
    shown = "".join(piece if code else _inert(piece) for _, piece, code in before) + _inert(rest)
    return shown if finished else shown.rstrip()


def tail(answer: Answer, language: str) -> str:
    """What follows an answer's text: its sources by their numbers, then the notice; "" if there are none."""
    parts = []
    if answer.citations:
        listed = (f"- [{number}] {plain(where)}" for number, where in sources(answer, language).items())
        parts.append(_heading(language) + "\n".join(listed))
    if answer.notice:
        parts.append(plain(answer.notice.say(language)))
    return "".join(f"\n\n{part}" for part in parts)


def without_tail(text: str) -> str:
    """An answer that came back in a conversation, without the list of its sources."""
    for language in ("tr", "en"):
        text = text.partition(f"\n\n{_heading(language)}- [")[0]
    return text


def marks(text: str, answer: Answer, language: str, start: int = 0) -> list[Mark]:
    """The marks of an answer's citations in `text` from `start` on, as other programs want them.

    A passage has no address in the web: its url is `kilavuz:`, the document's path in its folder, the page.
    """
    titles = sources(answer, language)
    chunks = {citation.number: answer.hits[citation.hit].chunk for citation in answer.citations}
    found = []
    for at, piece, code in code_and_text(text[start:]):
        for mark in () if code else _MARK.finditer(piece):
            if chunk := chunks.get(int(mark[1])):
                page = f"#page={chunk.page}" if chunk.page is not None else ""
                url = f"kilavuz:{quote(chunk.source)}{page}"
                begin = start + at + mark.start()
                found.append(Mark(begin, begin + len(mark[0]), plain(titles[int(mark[1])]), url))
    return found


def closed(text: str) -> str:
    """The text, its last code block closed so that what follows is outside."""
    return text + ("\n```" if text.count("```") % 2 else "")


def _heading(language: str) -> str:
    return f"**{texts.SOURCES.say(language)}**\n\n"


def _inert(text: str) -> str:
    return _TAG.sub("&lt;", text.replace("![", "! ["))
