"""An answer's text as safe HTML: a little Markdown, [1] as a button that opens source 1, doubts marked.

The text comes from documents and models and is hostile until proved otherwise. Everything is escaped
first, and tags are only ever added around escaped text, so no tag of the text itself can survive.
Links and images of the text stay text. It knows nothing of pages, hits or Gradio.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from html import escape

_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(r"^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"^\s*([-*_])(\s*\1){2,}\s*$")
_DIVIDER = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_CODE = re.compile(r"(`+)(.+?)\1(?!`)")
_BOLD = re.compile(r"\*\*([^\s*](?:[^*]*[^\s*])?)\*\*")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+&quot;.*?&quot;)?\)")
_MARK = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")


# Stand in the text where a doubted sentence begins and ends, until all is HTML; the text itself has none.
_FROM, _TO = "\ue000", "\ue001"
_STRAY = str.maketrans(_FROM + _TO, "\ufffd\ufffd")
_TAG = re.compile(r"(<[^>]*>)")
_EDGES = re.compile(r"\s*(?:\|\s*)?(.*?)\s*\|?\s*", re.DOTALL)


def answer_html(
    text: str, numbers: Collection[int], label: str, doubts: Sequence[tuple[int, int, str]] = ()
) -> str:
    """The text as HTML. Marks of citations in `numbers` become buttons; `label` says what they open.

    Each of `doubts`, text[start:end] and a reason, is underlined and followed by a question mark.
    """
    signed, reasons = _signed(text.translate(_STRAY), doubts)
    lines = signed.replace("\r\n", "\n").split("\n")
    html = "".join(_blocks(lines, frozenset(numbers), escape(label)))
    return _with_doubts(html, reasons) if reasons else html


def _signed(text: str, doubts: Sequence[tuple[int, int, str]]) -> tuple[str, list[str]]:
    """The text with signs around its doubts, inside what makes a line a row or a code block; the reasons."""
    reasons = []
    for start, end, reason in sorted(doubts, reverse=True):
        start, end = max(0, start), min(end, len(text))
        said = text[start:end]
        if _FENCE.match(said) and "\n" in said:
            closed = _FENCE.match(said.rpartition("\n")[2])
            start, end = start + said.index("\n") + 1, start + said.rindex("\n") if closed else end
        else:
            edges = _EDGES.fullmatch(said)
            start, end = (start + edges.start(1), start + edges.end(1)) if edges else (start, end)
        if start < end:
            text = f"{text[:start]}{_FROM}{text[start:end]}{_TO}{text[end:]}"
            reasons.append(reason)
    return text, reasons[::-1]


def _with_doubts(html: str, reasons: list[str]) -> str:
    """Each run of text between the signs in a tag of its own, which can cross no other tag."""
    parts, titles = [], iter(map(escape, reasons))
    inside, title = False, ""
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            parts.append(piece)
            continue
        for run in re.split(f"([{_FROM}{_TO}])", piece):
            if run == _FROM:
                inside, title = True, next(titles, title)
            elif run == _TO:
                inside = False
                parts.append(f'<span class="doubt" role="note" title="{title}" aria-label="{title}">?</span>')
            elif run and inside and not parts[-1].startswith("<button"):
                parts.append(f'<span class="unsupported" title="{title}">{run}</span>')
            elif run:
                parts.append(run)
    return "".join(parts)


def _blocks(lines: list[str], numbers: Collection[int], label: str) -> Iterator[str]:
    def say(raw: str) -> str:
        return _inline(raw, numbers, label)

    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip() or _RULE.match(line):
            at += 1
            continue
        if fence := _FENCE.match(line):
            html, at = _code(lines, at, fence[1])
        elif heading := _HEADING.match(line):
            html, at = f'<h4 data-level="{len(heading[1])}">{say(heading[2])}</h4>', at + 1
        elif _starts_table(lines, at):
            html, at = _table(lines, at, say)
        elif item := _ITEM.match(line):
            html, at = _list(lines, at, "ol" if item[2] else "ul", say)
        else:
            end = at + 1
            while end < len(lines) and not _starts_block(lines[end]):
                end += 1
            html, at = f"<p>{'<br>'.join(map(say, lines[at:end]))}</p>", end
        yield html


def _code(lines: list[str], at: int, fence: str) -> tuple[str, int]:
    end = at + 1
    while end < len(lines) and not lines[end].strip().startswith(fence):
        end += 1
    return f"<pre><code>{escape(chr(10).join(lines[at + 1 : end]))}</code></pre>", end + 1


def _starts_table(lines: list[str], at: int) -> bool:
    pair = lines[at : at + 2]
    return len(pair) == 2 and all("|" in line for line in pair) and bool(_DIVIDER.match(pair[1]))


def _table(lines: list[str], at: int, say: Callable[[str], str]) -> tuple[str, int]:
    end = at + 2
    while end < len(lines) and "|" in lines[end]:
        end += 1

    def row(line: str, tag: str) -> str:
        cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
        return "<tr>" + "".join(f"<{tag}>{say(cell)}</{tag}>" for cell in cells) + "</tr>"

    rows = "".join(row(line, "td") for line in lines[at + 2 : end])
    return f'<div class="table"><table>{row(lines[at], "th")}{rows}</table></div>', end


def _list(lines: list[str], at: int, tag: str, say: Callable[[str], str]) -> tuple[str, int]:
    """Only one level is drawn; deeper items are moved in, which reads the same."""
    items: list[str] = []
    start = ""
    while at < len(lines) and (item := _ITEM.match(lines[at])) and tag == ("ol" if item[2] else "ul"):
        if not items and item[2] and item[2] != "1":
            start = f' start="{int(item[2])}"'
        parts = [item[3]]
        at += 1
        while at < len(lines) and lines[at].startswith("  ") and not _starts_block(lines[at]):
            parts.append(lines[at].strip())
            at += 1
        deep = ' class="deep"' if len(item[1]) > 1 else ""
        items.append(f"<li{deep}>{say(' '.join(parts))}</li>")
    return f"<{tag}{start}>{''.join(items)}</{tag}>", at


def _starts_block(line: str) -> bool:
    return not line.strip() or any(p.match(line) for p in (_FENCE, _ITEM, _HEADING))


def _inline(raw: str, numbers: Collection[int], label: str) -> str:
    """One line: code is taken out first, so that nothing inside it is read as Markdown."""
    parts, last = [], 0
    for code in _CODE.finditer(raw):
        parts.append(_styled(raw[last : code.start()], numbers, label))
        parts.append(f"<code>{escape(code[2].strip())}</code>")
        last = code.end()
    parts.append(_styled(raw[last:], numbers, label))
    return "".join(parts)


def _styled(raw: str, numbers: Collection[int], label: str) -> str:
    text = _LINK.sub(r"\1", escape(raw))
    text = _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", text))

    def button(mark: re.Match[str]) -> str:
        given = [int(number) for number in mark[1].split(",")]
        if not all(number in numbers for number in given):
            return mark[0]
        return "".join(
            f'<button type="button" class="cite" data-cite="{n}" aria-label="{label} {n}">{n}</button>'
            for n in given
        )

    return _MARK.sub(button, text)
