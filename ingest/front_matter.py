"""The fields before a Markdown text: its title, and what describes it for a reader who searches.

Knows YAML between `---` lines as far as scalars, block scalars and lists of words go, and TOML between `+++`
lines. All other fields (dates, authors, layout) are for programs and left out.
"""

import re
import tomllib
from dataclasses import dataclass

_FRONT_MATTER = re.compile(
    r"\A\s*(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_FIELD = re.compile(r"^[\w.-]+[ \t]*[:=]", re.MULTILINE)
_VALUE = re.compile(r"^([\w-]+)[ \t]*:[ \t]*(.*)$((?:\n(?:[ \t]+\S.*|-[ \t].*|\]?[ \t]*)$)*)", re.MULTILINE)
_BLOCK_SCALAR = re.compile(r"[>|][+-]?\d?[ \t]*$")
_QUOTED = re.compile(r"(['\"])(.*)\1(?: ?#.*)?$")
_ITEM = re.compile(r"^[ \t]*-[ \t]+", re.MULTILINE)

DESCRIPTIONS = ("description", "summary")
"""Fields that are sentences about the page."""

WORD_LISTS = ("keywords", "tags")
"""Fields that are lists of words."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the fields say: `title` ("" if none), `about` as paragraphs, and the `text` after them."""

    title: str
    about: str
    text: str


def front_matter(text: str) -> FrontMatter:
    """`text` divided; one that begins without front matter, or with a thematic break, is given back whole."""
    match = _FRONT_MATTER.match(text)
    if not match or not _FIELD.search(match[2]):
        return FrontMatter("", "", text)
    fields = _toml(match[2]) if match[1] == "+++" else _yaml(match[2])
    told = [fields.get(name, "") for name in DESCRIPTIONS + WORD_LISTS]
    about = "\n\n".join(dict.fromkeys(value for value in told if value))
    return FrontMatter(fields.get("title", ""), about, text[match.end() :])


def _toml(fields: str) -> dict[str, str]:
    try:
        table = tomllib.loads(fields)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    taxonomies = table.get("taxonomies")
    if isinstance(taxonomies, dict):
        table = {**taxonomies, **table}
    return {name: _said(value) for name, value in table.items()}


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(" ".join(item.split()) for item in value if isinstance(item, str))
    return " ".join(value.split()) if isinstance(value, str) else ""


def _yaml(fields: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _VALUE.finditer(fields):
        name, value, more = match[1], match[2].strip(), match[3]
        whole = (value + more).strip()
        if name not in ("title", *DESCRIPTIONS, *WORD_LISTS):
            continue
        if _BLOCK_SCALAR.match(value):
            value = more
        elif not value and _ITEM.search(more):
            value = ", ".join(_unquoted(item) for item in _ITEM.split(more) if item.strip())
        elif whole.startswith("[") and whole.endswith("]"):
            items = whole[1:-1].split(",")
            value = ", ".join(_unquoted(item) for item in items if item.strip())
        else:
            value = _unquoted(value + " " + more)
        value = " ".join(value.split())
        found[name] = "" if value in ("~", "null", "[]") else value
    return found


def _unquoted(value: str) -> str:
    value = " ".join(value.split())
    if quoted := _QUOTED.match(value):
        return quoted[2].replace("''", "'") if quoted[1] == "'" else quoted[2].replace('\\"', '"')
    return "" if value.startswith("#") else value.partition(" #")[0]  # without a comment
