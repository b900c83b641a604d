"""HTML's tags in a Markdown text: which ones a reader does not see, and what of them he does.

`<dosya>` in prose is a word that its author forgot to escape, and so are `List<T>` and Apache's
`<Directory /var>`: only HTML's own names are tags, and those that are used as components of a page.
"""

import re
from collections.abc import Collection

from assistant.turkish import fold

TAGS = frozenset(
    """
    a abbr acronym address area article aside audio b base bdi bdo big blockquote body br button canvas
    caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed
    fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr
    html i iframe img input ins kbd label legend li link main map mark menu meta meter nav nobr noscript
    object ol optgroup option output p param path picture pre progress q rp rt ruby s samp script section
    select slot small source span strike strong style sub summary sup svg table tbody td template textarea
    tfoot th thead time title tr track tt u ul var video wbr
    """.split()  # noqa: SIM905
)
"""The elements of HTML, and of SVG the two that stand in texts."""

HIDDEN = frozenset(("script", "style", "svg"))
"""Elements whose content is not text."""

CELLS = frozenset(("td", "th"))
"""Elements that stand beside each other in a line."""

BREAKS = CELLS | frozenset(
    """
    br p div tr li ul ol dl dt dd table section article details summary blockquote center header footer h1
    h2 h3 h4 h5 h6 figure figcaption hr
    """.split()  # noqa: SIM905
)
"""Elements that begin and end a line, or stand apart in it."""

CODE = frozenset(("code", "kbd", "samp", "tt"))
"""Elements that Markdown writes between backticks."""

_TYPES = frozenset("data object map var param menu source base time option form".split())  # noqa: SIM905
_COMPONENT = re.compile(r"<(/?)([A-Z][\w.]*)(\s[^<>]*?)?(/?)>")
_ALTERNATIVE = re.compile(r"(?:^|\s)alt\s*=\s*(?:\{?\"([^\"]*)\"|'([^']*)'|([^\s\"'{}>]+))", re.IGNORECASE)
_LABEL = re.compile(r"(?:^|\s)(?:label|title|header|summary|alt)\s*=\s*\{?(?:\"([^\"]*)\"|'([^']*)')")
_ADDRESS = re.compile(r"(?:^|\s)href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


def components(text: str) -> frozenset[str]:
    """The capitalised tags of `text` that are closed, or have attributes of the form `name=…`."""
    found, others = set(), set()
    for closing, name, attributes, empty in _COMPONENT.findall(text):
        if attributes.strip() and "=" not in attributes:
            others.add(name)
        elif closing or empty or attributes.strip():
            found.add(name)
    return frozenset(found - others)


def is_tag(name: str, attributes: str, before: str, known: Collection[str]) -> bool:
    """Whether `<name attributes>` behind the character `before` is a tag; `known` are the components."""
    is_type = not attributes and before.isalnum() and fold(name) in _TYPES  # List<object>
    return name in known or (fold(name) in TAGS and not is_type)


def shown_labels(attributes: str) -> str:
    """What a component shows of its attributes: the title of a box or tab, "" if none."""
    return " – ".join(filter(None, map("".join, _LABEL.findall(attributes))))


def alternative(attributes: str) -> str:
    """The text that stands for an image, "" if none."""
    return "".join("".join(groups) for groups in _ALTERNATIVE.findall(attributes)[:1])


def address(attributes: str) -> str:
    """Where a link leads, "" if nowhere."""
    found = _ADDRESS.search(attributes)
    return "".join(filter(None, found.groups())) if found else ""
