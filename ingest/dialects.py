"""Markdown's dialects to plain Markdown, line by line: boxes, tabs and directives of other programs.

Knows admonitions (MkDocs `!!!`, `???` and tabs `===`; Docusaurus, VuePress and Microsoft `:::`; GitHub and
Obsidian `> [!NOTE]`), MyST directives and targets, fences with attributes, Liquid and Hugo tags, the imports
of MDX, and d2l's `:begin_tab:`. A box becomes its title in bold and its text. Lines of code are left
as they are. What stands inside a line (links, roles, HTML) is for `inline.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from assistant.turkish import fold
from ingest.roles import BOX_TITLES, VERSION_BOXES, without_target

MAX_DEPTH = 50
"""Boxes inside boxes; deeper ones are left as they are."""

_CODE = frozenset(
    """
    code code-block code-cell sourcecode parsed-literal literalinclude prompt doctest testcode
    """.split()  # noqa: SIM905
)
_TEXT = frozenset(BOX_TITLES) | frozenset(
    """
    admonition dropdown card card-grid grid grid-item grid-item-card tab-set tab-item tabbed margin sidebar
    topic epigraph pull-quote figure image table list-table glossary exercise solution proof theorem lemma
    definition corollary remark algorithm centered only container div aside toctree
    """.split()  # noqa: SIM905
)
_PATHS = frozenset(("figure", "image"))  # their argument is a file

_ANY = re.compile(
    r"^[ \t>]*(?:!!!|\?\?\?\+?|===)[ \t]|^[ \t>]*:{3,}|\[![A-Za-z]|^[ \t>]*[`~]{3,}[ \t]*\{"
    r"|^\([\w.:/-]+\)=|\{%|\{\{|^(?:import|export)[ \t{]|^:(?:begin|end)_tab:|^[ \t]*\[\[?_?toc_?\]",
    re.MULTILINE | re.IGNORECASE,
)
_FENCE = re.compile(r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]*+)?(`{3,}|~{3,})([^`]*)$")
_DIRECTIVE = re.compile(r"([ \t]*)([`~:]{3,})[ \t]*\{([A-Za-z][\w.:+-]*)\}[ \t]*(.*)$")
_ATTRIBUTES = re.compile(r"([ \t>]*(?:[-*+][ \t]+)?[`~]{3,})[ \t]*\{([^{}]*)\}[ \t]*$")
_INDENTED = re.compile(
    r"([ \t]*)(!!!|\?\?\?\+?|===\+?)[ \t]++((?:[\w-]++(?: ++(?=[\w-]))?)*+)[ \t]*+(?:\"([^\"]*)\"[ \t]*+)?$"
)
_COLONS = re.compile(r"[ \t]*:{3,}[ \t]*(?:\{[ \t]*\.?)?([\w-]*)([^}\n]*)\}?.*$")
_COLON_BOX = re.compile(
    r"[ \t]*:{3,}[ \t]*([A-Za-z]\w*)[ \t]*(?:\[([^\]]*)\]|([^:{\[][^:]*))?[ \t]*(?:\{[^}]*\})?$"
)
_SHOWN = re.compile(r"(?:alt|alt-text|title|label|summary|caption)[ \t]*=[ \t]*\"([^\"]*)\"")
_CALLOUT = re.compile(r"[ \t]*(>)[ \t]*\[!([A-Za-z-]+)\][+-]?[ \t]*(.*)$")
_CALLOUT_FIELD = re.compile(r"[ \t]*>[ \t]*\[!(?:div|code|video)[ \t-].*$", re.IGNORECASE)
_OPTION = re.compile(r"[ \t]*:([\w-]+):[ \t]*(.*)$")
_TARGET = re.compile(r"\([\w.:/-]+\)=[ \t]*$")
_IMPORT = re.compile(
    r"import[ \t]+(?:[\w{}*,\s$]{1,300}?[ \t]from[ \t]+)?['\"][^'\"]{1,300}['\"];?[ \t]*$"
    r"|export[ \t]+(?:default|const|function)[ \t].*$"
)
_LIQUID = re.compile(r"\{%[-~]?[ \t]*+(\w*+)([^{}%]*+)%\}|\{\{[<%]([^{}]*)[>%]\}\}")
_LIQUID_TARGET = re.compile(r"\(\{\{[^{}\n]{1,200}\}\}([^()\s]*)\)")
_TAB = re.compile(r":begin_tab:`([^`]*)`[ \t]*$|:end_tab:[ \t]*$")
_CONTENTS = re.compile(r"[ \t]*\[\[?_?toc_?\]\]?[ \t]*$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z][\w+#-]*")


@dataclass(slots=True)
class _State:
    """Where a line stands: in code, in indented boxes, in directives, in a callout, before all text."""

    fence: str = ""  # that the code is closed by
    boxes: list[int] = field(default_factory=list)  # indents of the openings of indented boxes
    directives: list[tuple[str, str]] = field(default_factory=list)  # closing fence, what to write for it
    options: bool = False  # options of a directive may follow
    entries: bool = False  # of a toctree
    callout: bool = False
    top: bool = True


def plain_markdown(text: str) -> str:
    """`text` with the dialects' marks resolved; a text without any is given back as it is."""
    if not _ANY.search(text):
        return text
    state = _State()
    return "\n".join(out for line in text.split("\n") for out in _lines(line, state))


def _lines(line: str, state: _State) -> Iterator[str]:
    line = _dedented(line, state)
    if state.callout:
        state.callout = line.lstrip().startswith(">")
        if state.callout:
            line = line.lstrip()[1:].removeprefix(" ")
        elif line.strip():
            yield ""
    if state.fence:
        yield from _code(line, state)
    elif state.options and (option := _OPTION.match(line)):
        if option[1] in ("alt", "caption") and option[2]:
            yield option[2]
    elif state.directives and _closes(line, state.directives[-1][0]):
        state.options = state.entries = False
        yield state.directives.pop()[1]
    elif state.entries and line.strip():
        yield f"- {without_target(line.strip())}"
    else:
        state.options = False
        yield from _outside_code(line, state)
        state.top = state.top and (not line.strip() or _IMPORT.match(line) is not None)


def _code(line: str, state: _State) -> Iterator[str]:
    if state.options and _OPTION.match(line):
        return
    state.options = False
    if _closes(line, state.fence):
        state.fence = ""
    yield line


def _outside_code(line: str, state: _State) -> Iterator[str]:
    """What a line outside of code becomes; most are nothing special."""
    for opened in _OPENERS.get(line.lstrip(" \t>")[:1], ()):
        lines = opened(line, state)
        if lines is not None:
            yield from lines
            return
    if "{%" in line or "{{" in line:
        yield from _without_liquid(line)
    else:
        yield line


def _open_directive(line: str, state: _State) -> Iterable[str] | None:
    match = _DIRECTIVE.match(line)
    if not match or len(state.directives) >= MAX_DEPTH:
        return None
    is_known = match[3] in _TEXT or match[3] in _CODE or match[3] == "math"
    return _directive(match, state) if is_known or match[2][0] == ":" else None


def _open_fence(line: str, state: _State) -> Iterable[str] | None:
    match = _FENCE.match(line)
    if not match:
        return None
    state.fence = match[1]
    return [_plain_fence(line)]


def _open_colons(line: str, state: _State) -> Iterable[str] | None:
    if line.lstrip(" \t>").startswith(":::"):
        return _colons(line)
    tab = _TAB.match(line)
    return None if not tab else [f"**{tab[1]}**" if tab[1] else "", ""]


def _open_box(line: str, state: _State) -> Iterable[str] | None:
    match = _INDENTED.match(line)
    is_tab = match is not None and match[2][0] == "="  # needs a title: "===" alone underlines a heading
    if not match or (is_tab and match[4] is None) or len(state.boxes) >= MAX_DEPTH:
        return None
    state.boxes.append(
        len(match[1].expandtabs(4)) + 4 * len(state.boxes)
    )  # it came without its boxes' indents
    return _title("" if is_tab else match[3].split(" ")[0], match[4])


def _open_callout(line: str, state: _State) -> Iterable[str] | None:
    if _CALLOUT_FIELD.match(line) or _CONTENTS.match(line):
        return []
    match = _CALLOUT.match(line)
    if not match:
        return None
    state.callout = True
    return _callout(match[2], match[3])


def _open_target(line: str, state: _State) -> Iterable[str] | None:
    return [] if _TARGET.match(line) else None


def _open_import(line: str, state: _State) -> Iterable[str] | None:
    return [] if state.top and _IMPORT.match(line) else None


def _dedented(line: str, state: _State) -> str:
    """`line` without the indents of the boxes it stands in; a line that is less indented ends them."""
    if not state.boxes or not line.strip():
        return line
    spread = line.expandtabs(4) if "\t" in line[:200] else line
    indent = len(spread) - len(spread.lstrip(" "))
    while state.boxes and indent < state.boxes[-1] + 4:
        state.boxes.pop()
        state.fence = ""
    return spread[4 * len(state.boxes) :] if state.boxes else line


def _title(kind: str, title: str | None) -> Iterator[str]:
    """A box's title as a bold line of its own; an empty title is wanted so."""
    if title is None:
        title = BOX_TITLES.get(fold(kind), kind)
    title = title.strip().replace("**", "")
    yield ""
    if title:
        yield f"**{title}**"
        yield ""


def _callout(kind: str, rest: str) -> Iterator[str]:
    if len(rest) <= 60 and not rest.rstrip().endswith((".", ":", "!", "?", ";")):
        yield from _title(kind, rest or None)
    else:
        yield from _title(kind, None)
        yield rest


def _directive(match: re.Match[str], state: _State) -> Iterator[str]:
    indent, fence, name, argument = match[1], match[2], match[3], match[4].strip()
    state.options = True
    if name in _CODE and fence[0] != ":":
        state.fence = fence
        yield f"{indent}{fence}{argument if _LANGUAGE.fullmatch(argument) else ''}"
        return
    if name == "math":
        state.directives.append((fence, f"{indent}$$"))
        yield f"{indent}$$"
        return
    state.directives.append((fence, ""))
    state.entries = name == "toctree"
    if name in _PATHS or not argument:
        yield from _title(name, None if name in BOX_TITLES else "")
    elif name in VERSION_BOXES:
        yield from _title(name, f"{BOX_TITLES[name]} {argument}")
    else:
        yield from _title(name, argument)


def _plain_fence(line: str) -> str:
    """A fence with attributes, "{.python .input}" or "{r, echo=FALSE}", with its language's name alone."""
    match = _ATTRIBUTES.match(line)
    if not match:
        return line
    language = _LANGUAGE.search(match[2])
    return match[1] + (language[0] if language else "")


def _colons(line: str) -> Iterator[str]:
    """A line of a `:::` box: its title; of Microsoft's `:::image …:::` the text that the reader sees."""
    box = _COLON_BOX.match(line)
    if box and fold(box[1]) in _TEXT:
        title = box[2] if box[2] is not None else (box[3] or "").strip()
        yield from _title(box[1], title or None)
        return
    yield " ".join(_SHOWN.findall(line))
    match = _COLONS.match(line)
    words = (match[2] or "").split() if match else []
    if match and words and "=" not in line and not line.rstrip().endswith(":::"):
        yield from _title("", " ".join(words))


def _without_liquid(line: str) -> Iterator[str]:
    block = _LIQUID.fullmatch(line.strip())
    if block and block[1] in ("highlight", "endhighlight"):
        language = _LANGUAGE.search(block[2])
        yield "```" + (language[0] if language and block[1] == "highlight" else "")
        return
    yield _LIQUID_TARGET.sub(r"(\1)", _LIQUID.sub(_shown, line))


def _shown(tag: re.Match[str]) -> str:
    return " ".join(_SHOWN.findall(tag[2] or tag[3] or ""))


def _closes(line: str, fence: str) -> bool:
    mark = line.strip(" \t>")
    return len(mark) >= len(fence) and mark == fence[0] * len(mark)


_OPENERS: Mapping[str, tuple[Callable[[str, _State], Iterable[str] | None], ...]] = {
    **dict.fromkeys("`~", (_open_directive, _open_fence)),
    **dict.fromkeys("-*+0123456789", (_open_fence,)),  # in a list
    ":": (_open_directive, _open_colons),
    **dict.fromkeys("!?=", (_open_box,)),
    "[": (_open_callout,),
    "(": (_open_target,),
    **dict.fromkeys("ie", (_open_import,)),
}
"""By the first character of a line: what it may open, and the lines that it becomes then."""
