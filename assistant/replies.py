"""How a language model's reply is read: what of it may be shown, and which passages it cites.

Models write citations in many ways: [1], [1, 2], [1-3], 【1】, [^1], [Kaynak 1]. All become [1][2]; what
points at no passage is taken out. A model may write anything; a reply is only text.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

REWRITTEN = 300
"""Characters of a rewritten question, as its rules say."""

GARBLED = 0.05
"""Share of signs that no text has from which on a reply is no text."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_THINK = "<think>"
_THINKING = re.compile(r"\s*<think>.*?(?:</think>\s*|\Z)", re.DOTALL)

CODE = re.compile(  # a fenced block, closed or not; a code span within a paragraph
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*(?:\n.*?(?:^[ \t]*(?P=fence)[ \t]*$|\Z)|\Z)"
    r"|(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
OPEN_SPAN = re.compile(r"`+(?:(?!\n[ \t]*\n)[^`])*\Z")

_SPACE = r"(?:(?<![ \t])[ \t]+)?"
_NAMED = (
    r"(?:(?:(?:kaynak|par(?:ç|c\u0327?)a|pasaj|belge|source|passage|document)(?:lar|ler|s)?"
    r"[ \t]{0,2}(?:no)?[.:#]?|no[.:]?|[\^#])[ \t]{0,2})?"
)
_ONE = rf"{_NAMED}[1-9]\d{{0,2}}(?!\d)"
_AND = r"[ \t]{0,2}(?:[,;&–-]|ve|and)[ \t]{0,2}"
_LONGEST = 80  # characters between the brackets
_MARK = re.compile(
    rf"{_SPACE}[\[【［](?=[^\[\]【】［］\n]{{1,{_LONGEST}}}[\]】］])"
    rf"[ \t]{{0,2}}({_ONE}(?:{_AND}{_ONE})*)[ \t]{{0,2}}(?:†[^\[\]【】［］\n]*)?[\]】］]",
    re.IGNORECASE,
)
_BEGUN_MARK = re.compile(rf"{_SPACE}[\[【［][^\[\]【】［］\n]{{0,{_LONGEST}}}\Z")


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's reply as it may be shown: `cited` are the passages it names, in order of first appearance."""

    text: str
    cited: tuple[int, ...]


def read_reply(raw: str, passages: int | Container[int], finished: bool) -> Reply:
    """What of a reply so far may be shown, with the marks that point at a passage.

    `passages` are their numbers, or how many there are.

    Marks that point nowhere are taken out, as are control characters and a reasoning model's thoughts. In
    code nothing is a mark. Until the reply is finished, what may still become a mark or code is held back.
    """
    text = _CONTROL.sub("", raw.replace("\r\n", "\n"))
    if not finished and _THINK.startswith(text.strip()):
        return Reply("", ())
    text = _THINKING.sub("", text, count=1) if text.lstrip().startswith(_THINK) else text
    there = range(1, passages + 1) if isinstance(passages, int) else passages
    cited: list[int] = []

    def checked(mark: re.Match[str]) -> str:
        numbers = [n for n in _numbers(mark[1]) if n in there]
        cited.extend(n for n in numbers if n not in cited)
        space = mark[0][: len(mark[0]) - len(mark[0].lstrip(" \t"))]
        return space + "".join(f"[{n}]" for n in numbers) if numbers else ""

    *before, (_, rest, _) = code_and_text(text)
    if not finished:
        rest = _BEGUN_MARK.sub("", OPEN_SPAN.sub("", rest))
    shown = "".join(piece if code else _MARK.sub(checked, piece) for _, piece, code in before)
    shown += _MARK.sub(checked, rest)
    return Reply(shown.strip() if finished else shown.lstrip(), tuple(cited))


def code_and_text(text: str) -> Iterator[tuple[int, str, bool]]:
    """The text piece by piece: where it begins, the piece, whether it is code. The last one is not."""
    end = 0
    for code in CODE.finditer(text):
        yield end, text[end : code.start()], False
        yield code.start(), code[0], True
        end = code.end()
    yield end, text[end:], False


def _numbers(said: str) -> list[int]:
    """The numbers that a mark names, each once: "1, 3-5" gives 1, 3, 4, 5."""
    found: list[int] = []
    for one in re.finditer(r"(\d+)(?:[ \t]*[–-]\D*(\d+))?", said):
        found += range(int(one[1]), int(one[2] or one[1]) + 1)
    return list(dict.fromkeys(found))


def without_marks(text: str) -> str:
    """The text without citations outside code."""
    return _outside_code(text, lambda mark: "")


def with_plain_references(text: str) -> str:
    """A document's text whose own references "[1]" became "(1)", so that no reply copies them as citations.

    What follows a letter directly stays: `rows[1]` may be code.
    """

    def plain(mark: re.Match[str]) -> str:
        before = mark.string[mark.start() - 1 : mark.start()] if mark.start() else ""
        indexed = mark[0][0] == "[" and before.isascii() and (before.isalnum() or before in ("_", "]", ")"))
        return mark[0] if before and indexed else f" ({mark[1]})"

    return _outside_code(text, plain)


def _outside_code(text: str, change: Callable[[re.Match[str]], str]) -> str:
    return "".join(piece if code else _MARK.sub(change, piece) for _, piece, code in code_and_text(text))


def is_garbled(raw: str) -> bool:
    """Whether a reply is no text: bytes read as letters, replacement signs, control characters."""
    odd = sum(c == "\ufffd" or (c not in "\n\r\t" and unicodedata.category(c)[0] == "C") for c in raw)
    return odd > GARBLED * len(raw)


def read_rewriting(raw: str) -> str:
    """The rewritten question in a model's reply; "" if that is not one line of at most REWRITTEN."""
    text = _THINKING.sub("", raw, count=1) if raw.lstrip().startswith(_THINK) else raw
    text = _CONTROL.sub("", text).strip().strip("\"'“”«»`").strip()
    return text if len(text) <= REWRITTEN and len(text.splitlines()) == 1 else ""
