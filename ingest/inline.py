"""What stands inside Markdown's lines, as a reader of the page sees it: links, images, HTML, roles, entities.

Emphasis, code spans and formulas stay as they are written: the text is still Markdown, only cleaner. A link
leaves its text, and its target where that is a web address which the text does not show; a tag goes.
"""

import html
import re
from collections.abc import Callable, Collection, Mapping

from assistant.turkish import fold
from ingest import tags
from ingest.roles import TARGET_ROLES, is_role, role_text
from ingest.suffixes import lacks_blank, suffix_at

LITERAL = str.maketrans({"<": "\ufdd0", "&": "\ufdd1"})
"""Stands for a "<" and "&" that was escaped, until the last parser has run; not characters in Unicode."""

UNESCAPED = str.maketrans({"\ufdd0": "<", "\ufdd1": "&"})

_IN_CODE = r"(?:[^`\n]|\n(?![ \t]*\n))"
_MARK = re.compile(  # each alternative begins with a literal character: only so is the search fast
    rf"""
    `(?P<code> (?!`){_IN_CODE}{{1,1000}}`(?!`) | `(?!`)(?:{_IN_CODE}|`(?!`)){{1,1000}}?``(?!`) | `* )
    | \$(?P<math> \$(?:[^$]|\$(?!\$)){{1,5000}}?\$\$ | (?![\s$])[^$\n]{{0,300}}(?<![\s\\])\$(?!\d) )
    | \\(?P<formula> \((?:[^\\\n]|\\[^()\n]){{1,500}}\\\) | \[(?:[^\\]|\\[^\[\]]){{1,3000}}\\\] )
    | \\(?P<escape> [-_.!\#&<>"'~+*,:;=@/%?()\[\]|\\] )
    | <(?P<comment> !-- )
    | {{(?P<expression> /\* )
    | <(?P<auto> (?: (?:https?|ftp|mailto|xref):[^\s<>]{{1,2000}}
                   | [\w.+-]{{1,64}}@[\w-]{{1,64}}\.[\w.-]{{1,64}} )> )
    | <(?P<tag> (?P<slash>/?)(?P<name>[A-Za-z][\w.:-]{{0,60}})
        (?P<attributes>(?:\s(?:"[^"<]*"|'[^'<]*'|[^<>"'])*)?)/?> | /?> )
    | &(?P<entity> (?:\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}}); )
    | !(?P<image> (?=\[) )
    | \[(?P<link> (?P<text>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]
        (?: \(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<target>(?:[^\s()<>]|\([^\s()]*\))*))
              (?:\s+(?:"[^\n]{{0,300}}?"|'[^\n]{{0,300}}?'|\([^()\n]{{0,300}}\)))?\s*\)
              (?:\{{[^{{}}\n]{{0,200}}\}})?
          | [ ]?\[(?P<reference>[^\[\]]{{0,300}})\] )? )
    | {{(?P<attribute> (?::[^{{}}\n]{{0,200}}|[ ]?[#.][A-Za-z][^{{}}\n]{{0,200}})\}} )
    | {{(?P<myst> (?P<myst_role>[A-Za-z][\w:.+-]{{0,40}})\}}`(?P<myst_text>[^`]{{1,500}})` )
    | :(?P<role> (?P<role_name>[a-z][\w:.+-]{{0,40}}):`(?P<role_text>[^`]{{1,500}})` )
    """,
    re.VERBOSE | re.DOTALL,
)
_ANY = re.compile(r"[\[<&\\]|\{[#:./ A-Za-z]|:`")
_WEB = re.compile(r"https?://")
_REFERENCE = re.compile(
    r"^ {0,3}\[(?!\^)([^\[\]\n]{1,300})\]:[ \t]*+(?:\n[ \t]*+)?\S+"
    r"(?:(?:[ \t]*+\n)?[ \t]++(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*\n?",
    re.MULTILINE,
)
_INCLUDE = re.compile(r"!([A-Z]{2,20}|code-[\w-]+|[Vv]ideo)(?=[\s\[])\s*(.*)", re.DOTALL)  # Microsoft's
_FOOTNOTE = re.compile(r"\^([^\s\[\]]{1,60})")


def clean(text: str, kind: str, references: Mapping[str, str], components: Collection[str]) -> str:
    """`text`, a part of a page outside of code, with its marks resolved.

    `kind` is "heading", "table" (a line break would end these) or "prose". `references` gives the target of
    each reference's label as `label` writes it, `components` the names of tags that are components.
    """
    if not _ANY.search(text):
        return text
    if references:
        text = _REFERENCE.sub(lambda m: "" if label(m[1]) in references else m[0], text)
    return _Cleaner(text, kind, references, components).run()


def may_need_cleaning(text: str) -> bool:
    """False for a text that `clean` leaves as it is, whatever its blocks are."""
    return _ANY.search(text) is not None


def label(text: str) -> str:
    """A reference's label as it is compared."""
    return fold(" ".join(text.split()))


def link_text(shown: str, target: str, suffix: str = "") -> str:
    """What a link leaves: its text, and the target where that is a web address which the text does not show.

    A Turkish `suffix` that is glued to the link goes before the target.
    """
    if not shown.strip() or not _WEB.match(target) or _bare(target) == _bare(shown):
        return shown + suffix
    return f"{shown}{suffix} ({target})"


class _Cleaner:
    """One pass over a text. It keeps its place, because comments and scripts are skipped by looking ahead."""

    def __init__(
        self, text: str, kind: str, references: Mapping[str, str], components: Collection[str]
    ) -> None:
        self.text, self.kind, self.references, self.components = text, kind, references, components
        self.place = 0
        self.link_ends: list[str] = []  # what to write for each open <a>
        self.image = -1  # where the brackets of an image open
        self.missing: set[str] = set()  # ends that are not in the rest of the text
        self.parts: list[str] = []  # of what is written, none empty

    def run(self) -> str:
        while match := _MARK.search(self.text, self.place):
            self._write(self.text[self.place : match.start()])
            self.place = match.end()
            self._write(_HANDLERS[match.lastgroup or "code"](self, match))
        self._write(self.text[self.place :])
        return "".join(self.parts)

    def _write(self, part: str) -> None:
        if part:
            self.parts.append(part)

    def _as_it_is(self, match: re.Match[str]) -> str:
        return match[0]

    def _nothing(self, match: re.Match[str]) -> str:
        before = self._before(match)
        return "" if not before or before in " \t\n)]`*_" else match[0]

    def _before(self, match: re.Match[str]) -> str:
        """The character before `match`, "" at the beginning."""
        return self.text[match.start() - 1 : match.start()] if match.start() else ""

    def _skip_to(self, end: str) -> bool:
        """Go on after `end`; False where it does not come any more."""
        found = -1 if end in self.missing else self.text.find(end, self.place)
        if found < 0:
            self.missing.add(end)
            return False
        self.place = found + len(end)
        return True

    def _comment(self, match: re.Match[str]) -> str:
        return "" if self._skip_to("-->" if match[0] == "<!--" else "*/}") else match[0]

    def _escape(self, match: re.Match[str]) -> str:
        """The character itself, unless it would become a mark: a line's beginning, one of two asterisks."""
        character, start = match[0][1], match.start()
        before = self.text[max(0, start - 12) : start].rpartition("\n")[2]
        opens_line = not before.strip(" \t>-+*0123456789") and character in "-.!#>~+*:=[)"
        is_paired = character == "*" and "*" in (
            self.text[max(0, start - 200) : start] + self.text[self.place : self.place + 200]
        )
        if opens_line or is_paired or character == "\\" or (character == "|" and self.kind == "table"):
            return match[0]
        return character.translate(LITERAL)

    def _auto(self, match: re.Match[str]) -> str:
        address = match[0][1:-1].removeprefix("mailto:")
        if address.startswith("xref:"):  # Microsoft's: the name of a type or a method
            name = address[5:].partition("?")[0].removesuffix("*").removesuffix("%2A").replace("%2A", "*")
            return name + (" " if self.text[self.place : self.place + 1].isalpha() else "")
        return address

    def _entity(self, match: re.Match[str]) -> str:
        shown = html.unescape(match[0]).replace("\xa0", " ")
        if self.kind == "table" and "|" in shown:
            return "\\|"
        return match[0] if shown in ("`", "*", "\n", "\r") else shown.translate(LITERAL)

    def _tag(self, match: re.Match[str]) -> str:
        name, attributes = match["name"] or "", match["attributes"] or ""
        if name in self.components or not name:
            shown = tags.shown_labels(attributes)
            return f"\n**{shown}**\n\n" if shown and self.kind == "prose" else ""
        if not tags.is_tag(name, attributes, self._before(match), self.components):
            return match[0]
        known = fold(name)
        if known in tags.HIDDEN and not match["slash"]:
            if not match[0].endswith("/>"):
                self._skip_to(f"</{name}>")
            return ""
        if known == "img":
            return html.unescape(tags.alternative(attributes)).translate(LITERAL)
        if known == "a":
            return self._anchor(match["slash"] or "", attributes)
        if known in tags.BREAKS:
            return self._break(match)
        return "`" if known in tags.CODE and self._is_plain_code(match) else ""

    def _is_plain_code(self, match: re.Match[str]) -> bool:
        """Whether the tag opens or closes code that can stand between backticks."""
        if match["slash"]:
            before = self.text[max(0, match.start() - 200) : match.start()]
            opening = before.rfind(f"<{match['name']}")
            inside = before[before.find(">", opening) + 1 :] if opening >= 0 else "`"
        else:
            after = self.text[match.end() : match.end() + 200]
            closing = after.find(f"</{match['name']}>")
            inside = after[:closing] if closing > 0 else "`"
        return bool(inside.strip()) and not re.search(r"[`<&\n\\\[]", inside)

    def _anchor(self, slash: str, attributes: str) -> str:
        if slash:
            return self.link_ends.pop() if self.link_ends else ""
        address = tags.address(attributes)
        following = self.text[self.place : self.place + 300]
        shows = self.kind != "heading" and _WEB.match(address) and not following.startswith(("<img", "</a"))
        is_same = _bare(address) == _bare(following.split("<")[0])
        if len(self.link_ends) < 100:
            self.link_ends.append(f" ({address})" if shows and not is_same else "")
        return ""

    def _break(self, match: re.Match[str]) -> str:
        before = self.parts[-1][-1] if self.parts else ""
        after = self.text[self.place : self.place + 1]
        if self.kind != "prose" or fold(match["name"] or "") in tags.CELLS:
            return "" if before in ("", " ", "|", "\n") or after in (" ", "|", "\n") else " "
        return "" if before in ("", "\n") or after == "\n" else "\n"

    def _image(self, match: re.Match[str]) -> str:
        link = _MARK.match(self.text, match.end())
        if link is None or link.lastgroup != "link":
            return "!"
        self.image = match.end()
        return ""

    def _link(self, match: re.Match[str]) -> str:
        text, target = match["text"], match["angled"] if match["angled"] is not None else match["target"]
        is_image = match.start() == self.image
        if target is None and (reference := match["reference"]) is not None:
            target = self.references.get(label(reference or text))
        elif target is None:
            target = self._shortcut(match)
        if target is None:
            return self._no_link(match)
        shown = clean(text, "heading", {}, self.components) if _ANY.search(text) else text
        shown = " ".join(shown.split("\n")) if self.kind != "prose" else shown
        if is_image or self.kind == "heading" or "![" in text:
            return shown
        suffix = suffix_at(self.text, self.place)  # "[GitHub](https://github.com)'da"
        gap = " " if shown and lacks_blank(self.text, self.place) else ""
        self.place += len(suffix)
        return link_text(shown, target, suffix) + gap

    def _shortcut(self, match: re.Match[str]) -> str | None:
        return self.references.get(label(match["text"])) if self.references else None

    def _no_link(self, match: re.Match[str]) -> str:
        """Brackets that are no link: a footnote, a task, Microsoft's `[!INCLUDE …]`, or only brackets."""
        text = match["text"]
        after = self.text[self.place : self.place + 1]
        if note := _FOOTNOTE.fullmatch(text):
            opens_line = self._before(match) in ("", "\n")
            if opens_line and after == ":":
                self.place += 1
                return f"({note[1]})"
            return f" ({note[1]})"
        if text in (" ", "x", "X") and match.end() - match.start() == 3 and after in (" ", "\t"):
            before = self.text[max(0, match.start() - 2) : match.start()]
            if before[:1] in ("-", "*", "+", ".", ")") and before[1:] == " ":
                return "☐" if text == " " else "☑"
        if include := _INCLUDE.match(text):
            shown = "" if not include[1].isupper() else include[2]
            gap = " " if shown and lacks_blank(self.text, self.place) else ""
            return clean(shown, self.kind, self.references, self.components) + gap
        self.place = match.start() + 1
        return "![" if match.start() == self.image else "["

    def _myst(self, match: re.Match[str]) -> str:
        return _role(match["myst_role"], match["myst_text"])

    def _role(self, match: re.Match[str]) -> str:
        name = match["role_name"]
        if name in TARGET_ROLES:
            return ""
        return _role(name, match["role_text"]) if is_role(name) else match[0]


def _role(name: str, content: str) -> str:
    if name == "math":
        return f"${content}$"
    text, is_code = role_text(name, content)
    return f"`{text}`" if is_code else text


def _bare(address: str) -> str:
    """An address without what a text leaves out of it."""
    return re.sub(r"^(?:https?://)?(?:www\.)?|/$|[`*_\\]", "", address.strip())


_HANDLERS: Mapping[str, Callable[[_Cleaner, re.Match[str]], str]] = {
    "code": _Cleaner._as_it_is,
    "math": _Cleaner._as_it_is,
    "escape": _Cleaner._escape,
    "formula": _Cleaner._as_it_is,
    "comment": _Cleaner._comment,
    "expression": _Cleaner._comment,
    "image": _Cleaner._image,
    "auto": _Cleaner._auto,
    "tag": _Cleaner._tag,
    "entity": _Cleaner._entity,
    "link": _Cleaner._link,
    "attribute": _Cleaner._nothing,
    "myst": _Cleaner._myst,
    "role": _Cleaner._role,
}
