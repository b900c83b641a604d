"""reStructuredText to a Document, by docutils and HTML.

Knows docutils' own directives and roles; those of Sphinx and other programs leave their text: a box its title
and content, a code block its code, a role its words. Other files are never read, whatever a directive asks.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.records import Document
from ingest import markdown_blocks
from ingest.decode import decode
from ingest.html_markdown import page_markdown
from ingest.read_markdown import NOT_TEXT, document, repaired
from ingest.roles import BOX_TITLES, VERSION_BOXES, role_text, without_target

if TYPE_CHECKING:
    from docutils import nodes

    from ingest.lexicon import Lexicon

MAX_LINE = 10_000
"""Characters of a line above which a file is no reStructuredText and is taken as bare text.

docutils' own limit; it takes a second for such a line, and time grows with the square."""

MAX_MARKS = 15_000
"""Marks (blocks, items, inline marks) above which a file comes bare: docutils takes 0.1 to 0.5 ms each."""

MAX_SEARCH = 20_000_000
"""The same for marks times characters of each block: docutils looks for a mark's end in all of its block."""

SETTINGS: dict[str, object] = {
    "file_insertion_enabled": False,  # no include, no csv-table from a file
    "raw_enabled": False,
    "_disable_config": True,  # no docutils.conf from the folder
    "halt_level": 5,
    "report_level": 5,
    "warning_stream": "",
    "doctitle_xform": False,
    "docinfo_xform": False,
    "section_self_link": False,
    "toc_backlinks": False,
    "initial_header_level": 1,
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "smart_quotes": False,
    "line_length_limit": MAX_LINE,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
}

_MARK = re.compile(r"[*`]+|(?<!\S)(?:[-+] |[|:.](?=\S)|[=+-]{3})|_(?!\w)|^[^\w\s]+[ \t]*$", re.MULTILINE)
_NAMES = re.compile(r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]{1,100}\|[ \t]+)?([A-Za-z][\w:+.-]{0,40})::", re.MULTILINE)
_ROLES = re.compile(r":([A-Za-z][\w:+.-]{0,40}):`|`:([A-Za-z][\w:+.-]{0,40}):")
_CODE = frozenset(("code", "code-block", "sourcecode", "prompt", "doctest", "testcode"))
_KEPT = _CODE | BOX_TITLES.keys() | {"admonition", "topic", "sidebar"}  # docutils' own are not used
_NATIVE_ROLES = frozenset(
    "sup sub superscript subscript emphasis strong literal code math title title-reference raw".split()  # noqa: SIM905
)
_NO_TITLE = frozenset(
    "only ifconfig highlight currentmodule module literalinclude index tabs raw include".split()  # noqa: SIM905
)


def read_rst(data: bytes, source: str, content_hash: str, lexicon: "Lexicon") -> Document:
    """The reStructuredText file `data` as a Document of one page without number.

    Raises KilavuzError if it is not text or has no letter in it. Text that docutils cannot take is kept bare.
    """
    text = decode(data)
    if text is None:
        raise NOT_TEXT
    text, repairs = repaired(text, lexicon)
    try:
        if _is_within_limits(text):
            _, text = page_markdown(_html(text))
    except Exception:
        pass  # nested too deeply, or a fault in docutils: the bare text is better than none
    return document(text, markdown_blocks.headings(text), source, content_hash, "rst", repairs=repairs)


def _is_within_limits(text: str) -> bool:
    """Whether docutils takes seconds for `text` at most. A block is what stands between blank lines."""
    if max(map(len, text.split("\n"))) >= MAX_LINE:
        return False
    sizes = [(len(_MARK.findall(block)), len(block)) for block in text.split("\n\n")]
    marks = sum(count + 1 for count, _ in sizes)
    return marks <= MAX_MARKS and sum(count * length for count, length in sizes) <= MAX_SEARCH


def _html(text: str) -> str:
    from docutils.core import publish_doctree, publish_from_doctree
    from docutils.parsers import rst

    parser: Any = rst  # its registries have no public name
    directives, roles = parser.directives, parser.roles
    known_directives, known_roles = dict(directives._directives), dict(roles._roles)
    try:
        for name in set(_NAMES.findall(text)):
            if name in _KEPT or name not in directives._directive_registry:
                directives.register_directive(
                    name, _directive_class(2 if name in VERSION_BOXES else int(name not in BOX_TITLES))
                )
        for name in {first or second for first, second in _ROLES.findall(text)} - _NATIVE_ROLES:
            roles.register_local_role(name, _role)
        document = publish_doctree(text, settings_overrides=SETTINGS)
    finally:  # the names of one file are none of the next one's
        for registry, known in ((directives._directives, known_directives), (roles._roles, known_roles)):
            registry.clear()
            registry.update(known)
    _simplify(document)
    return str(publish_from_doctree(document, writer="html5", settings_overrides=SETTINGS))


def _directive_class(arguments: int) -> type[Any]:
    """A directive that keeps the text of any other: its arguments, the first as a title, and its content."""
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class AnyOptions(dict[str, Any]):
        def __getitem__(self, name: str) -> Callable[[str | None], str]:
            return lambda value: value or ""

    class Kept(Directive):
        has_content = True
        optional_arguments = arguments
        final_argument_whitespace = True
        option_spec = AnyOptions(any=None)

        def run(self) -> list[nodes.Node]:
            name = self.name.rpartition(":")[2]
            argument = "".join(self.arguments[:1])
            if name in _CODE:
                code = "\n".join(self.content)
                return [nodes.literal_block(code, code, classes=["code", f"highlight-{argument or 'text'}"])]
            if name == "toctree":
                shown = [without_target(entry.strip()) for entry in self.content if entry.strip()]
                entries = nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", e)) for e in shown))
                caption = self.options.get("caption", "")
                return [*_strong(caption), *([entries] if shown else [])]
            box = nodes.container()
            if name not in _NO_TITLE:
                box += _strong(" ".join(filter(None, (BOX_TITLES.get(name, ""), argument))))
            for text in self.arguments[1:]:
                box += nodes.paragraph(text, "", *self.state.inline_text(text, self.lineno)[0])
            self.state.nested_parse(self.content, self.content_offset, box)
            return [box]

    return Kept


def _strong(text: str) -> "list[nodes.Node]":
    from docutils import nodes

    return [nodes.paragraph("", "", nodes.strong(text, text))] if text else []


def _role(
    name: str, raw: str, text: str, line: int, inliner: object, options: object = None, content: object = None
) -> "tuple[list[nodes.Node], list[nodes.Node]]":
    """A role that keeps its words: "metin <hedef>" leaves "metin", a name of code stands as code."""
    from docutils import nodes, utils

    shown, is_code = role_text(name, utils.unescape(text))
    return [nodes.literal(raw, shown) if is_code else nodes.Text(shown)], []


def _simplify(document: "nodes.document") -> None:
    """Formulas between dollar signs, notes by their number in brackets, errors by what caused them."""
    from docutils import nodes

    for message in list(document.findall(nodes.system_message)):
        causes = [c for c in message.findall(nodes.literal_block) if not _is_refused(c.astext())]
        message.parent.replace(message, causes)
    for code in document.findall(nodes.literal):
        code["classes"].append("code")  # only so is it written as <code>
    for formula in list(document.findall(nodes.math)):
        formula.parent.replace(formula, nodes.Text(f"${formula.astext()}$"))
    for block in list(document.findall(nodes.math_block)):
        block.parent.replace(block, nodes.paragraph("", f"$${block.astext()}$$"))
    for reference in list(document.findall(nodes.footnote_reference)):
        reference.parent.replace(reference, nodes.Text(f"({reference.astext()})"))
    for note in list(document.findall(nodes.footnote)):
        number = note.pop(0).astext() if isinstance(note[0], nodes.label) else ""
        if note.children and isinstance(note[0], nodes.paragraph):
            note[0].insert(0, nodes.Text(f"({number}) "))
        note.parent.replace(note, note.children)
    for image in document.findall(nodes.image):
        image["alt"] = image.get("alt", "")  # docutils would show the file's name


def _is_refused(text: str) -> bool:
    return re.match(r"\.\.[ \t]+(?:raw|include|csv-table)::", text) is not None
