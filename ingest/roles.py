"""Roles, which reStructuredText, MyST and d2l write before a text in backticks, and titles of their boxes.

Knows those of docutils, Sphinx and d2l by name. What a number or a title would be that a program puts in the
place of a reference is not known: the reference's own words stay.
"""

import re

BOX_TITLES = {
    "note": "Not", "info": "Bilgi", "tip": "İpucu", "hint": "İpucu", "important": "Önemli",
    "warning": "Uyarı", "caution": "Dikkat", "attention": "Dikkat", "danger": "Tehlike", "error": "Hata",
    "success": "Başarılı", "question": "Soru", "example": "Örnek", "quote": "Alıntı", "todo": "Yapılacak",
    "seealso": "Ayrıca bakınız", "abstract": "Özet", "summary": "Özet", "bug": "Hata", "failure": "Hata",
    "details": "Ayrıntılar", "deprecated": "Kullanımdan kalktı", "versionadded": "Eklendiği sürüm",
    "versionchanged": "Değiştiği sürüm",
}  # fmt: skip
"""What the Turkish pages of these programs show as the title of a box that has none."""

VERSION_BOXES = ("versionadded", "versionchanged", "deprecated")
"""Boxes whose argument is a version, and no title."""

TARGET_ROLES = frozenset(("label", "eqlabel", "width", "height"))
"""What d2l notes beside a figure, a heading or an equation; not shown."""

_TEXT_ROLES = frozenset(
    """
    ref doc numref eqref eq term any guilabel menuselection abbr cite citep citet footcite download dfn
    rubric glossary index sup sub superscript subscript
    """.split()  # noqa: SIM905
)
_CODE_ROLES = frozenset(
    """
    class func meth mod attr data exc obj const file command kbd envvar option program samp code literal
    keyword pep rfc mailheader mimetype token math
    """.split()  # noqa: SIM905
)
_TARGET = re.compile(r"^(.*?)\s*<[^<>]*>$", re.DOTALL)


def is_role(name: str) -> bool:
    """Whether the role is known; `name` may have a domain before it ("py:func")."""
    return name.rpartition(":")[2] in _TEXT_ROLES | _CODE_ROLES | TARGET_ROLES


def role_text(name: str, content: str) -> tuple[str, bool]:
    """What a reader sees of :name:`content`, and whether it is code: "metin <hedef>" leaves "metin"."""
    target = without_target(content)
    if target != content:
        return target, False
    if name.rpartition(":")[2] in _TEXT_ROLES:
        return content.strip("<>"), False
    return content.lstrip("~!"), True


def without_target(content: str) -> str:
    """The text of "metin <hedef>", or `content` as it is."""
    match = _TARGET.match(content)
    return match[1] if match and match[1] else content
