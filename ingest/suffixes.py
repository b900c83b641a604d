"""What is glued to a link: a Turkish suffix, which belongs to its text, or a word whose blank is missing.

Knows how nouns are inflected (plural, possessive, case, -ki, -dir), not which vowel a word wants.
"""

import re

_APOSTROPHE = re.compile(r"['’][^\W\d_]{1,20}(?![\w(\[])")
_GLUED = re.compile(r"[^\W\d_]{1,40}(?![\w(\[])")
_SUFFIX = re.compile(
    r"(?:l[ae]r)?(?:l[ıiuü][kğ]?|s[ıiuü]z)?"
    r"(?:[ıiuü]?[mn](?:[ıiuü]z)?|s?[ıiuü])?"
    r"(?:[ny]?[ıiuüae]|n?[ıiuü]n|n?[dt][ae]n?|y?l[ae]|n?[cç][ae])?"
    r"(?:ki(?:l[ae]r)?)?(?:y?[dt][ıiuü]r?)?"
    r"|s|es|ed|ing"  # of an English text
)
_WORDS = frozenset(("ile", "iki", "nice"))  # that are made like suffixes


def suffix_at(text: str, place: int) -> str:
    """The suffix that stands in `text` at `place`, where a link ends; "" if none."""
    if match := _APOSTROPHE.match(text, place):
        return match[0]
    match = _GLUED.match(text, place)
    return match[0] if match and _SUFFIX.fullmatch(match[0]) and match[0] not in _WORDS else ""


def lacks_blank(text: str, place: int) -> bool:
    """Whether a word of its own is glued to the link that ends at `place`: "[DbContext](…)öğesinden"."""
    match = _GLUED.match(text, place)
    return match is not None and len(match[0]) > 1 and not suffix_at(text, place)
