"""The facts of a sentence that can be looked up letter by letter: its numbers, names and code tokens.

A number is compared by what it says (7,1 = 7.1; 1.000 = 1000; "üç" in a source = 3), a name by its first
letters, so that endings do not matter, a code token whole. Numbers spelled out in the sentence itself are
let be, as is a capital where a sentence begins.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.replies import CODE
from assistant.turkish import fold, key, spans, words

_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:([., \u00a0\u202f])\d{3})(?:\1\d{3})*")
_MEASURED = re.compile(r"\d+(?:[.,]\d+)*[^\W\d_]{1,4}")  # 10mm, 5GB
_NUMBERING = re.compile(r"\W*(?:adım|step|madde)\s+\d+\s*[:.)–-]|\W*\d+\s*[:)–-]\s", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|[.:!?…;|(\n“”\"«])[\s*_>#\"'“‘«(-]*$")
_HUMP = re.compile(r"[a-zçğıöşü][A-ZÇĞİÖŞÜ]")
_ASIDE = re.compile(r"^[ \t]*(?:```|~~~|#|//).*$", re.MULTILINE)  # fences and comments
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_APOSTROPHE = "'’ʼ"

_SPELLED = {
    **{w: n for n, w in enumerate("sifir bir iki uc dort bes alti yedi sekiz dokuz".split())},  # noqa: SIM905
    **{w: 10 * n for n, w in enumerate("on yirmi otuz kirk elli altmis yetmis seksen doksan".split(), 1)},  # noqa: SIM905
    "yuz": 100, "bin": 1000, "tek": 1, "cift": 2, "yarim": 0.5,
}  # fmt: skip
_ENDING = re.compile(r"(?:[iu]?nc[iu]|s?[eai]r|[iu]|s[iu]|[td][ea]n?|l[iu]|n[iu]n)$")


@dataclass(frozen=True, slots=True)
class Facts:
    """What was written, as it stands there; `codes` are folded words of code."""

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What a text holds: values of its numbers, its folded words, and their keys."""

    values: frozenset[str]
    words: frozenset[str]
    keys: frozenset[str]


def facts(sentence: str) -> Facts:
    """The numbers, names and code tokens of one sentence, list item, row or code block."""
    numbers, names, codes = [], [], []
    taken = []  # places whose digits belong to a code token
    code_spans = [match.span() for match in CODE.finditer(sentence)]
    asides = [match.span() for match in _ASIDE.finditer(sentence)]
    for start, end, word in spans(sentence):
        raw = sentence[start:end]
        if not any(map(str.isalpha, raw)) or _MEASURED.fullmatch(raw):
            continue
        if any(a <= start < b for a, b in asides):
            continue
        in_span = any(a <= start < b for a, b in code_spans)
        digits = any(map(str.isdigit, raw))
        if digits or not raw.replace("\u0307", "").isalnum() or _HUMP.search(raw):
            codes.append(word)
            taken.append((start, end))
        elif in_span:
            names.append(raw)  # a word between words of code: its ending does not matter
        elif raw[0].isupper() and len(raw) > 1:
            suffixed = sentence[end : end + 1] in _APOSTROPHE and sentence[end + 1 : end + 2].isalpha()
            if suffixed or raw.isupper() or not _BEGINS.search(sentence[:start]):
                names.append(raw)
    first = _NUMBERING.match(sentence)
    for number in _NUMBER.finditer(sentence, first.end() if first else 0):
        if not any(a <= number.start() < b for a, b in taken):
            numbers.append(number[0])
    return Facts(*(tuple(dict.fromkeys(found)) for found in (numbers, names, codes)))


@lru_cache(maxsize=256)
def held(text: str) -> Held:
    """What a passage holds."""
    values = {value for number in _NUMBER.findall(text) for value in _values(number)}
    found = words(text)
    parts = [part for word in found if not word.isalpha() for part in _PARTS.findall(word) + word.split(".")]
    squashed = [re.sub(r"\W|_", "", word) for word in found if not word.isalnum()]
    there = frozenset((*found, *parts, *squashed))
    return Held(frozenset(values | _spelled(found)), there, frozenset(map(key, there)))


def missing(found: Facts, sources: Held) -> tuple[str, ...]:
    """The facts that stand in no source."""
    return (
        *(n for n in found.numbers if not _values(n) & sources.values and not _apart(n, sources)),
        *(name for name in found.names if not _named(fold(name), sources)),
        *(code for code in found.codes if not _coded(code, sources)),
    )


def _values(number: str) -> set[str]:
    """What a number may say, canonically: 1.000 is a thousand, or one with three decimals."""
    values = {number.lstrip("0") or "0"}
    whole, _, rest = re.sub(r"[., \u00a0\u202f](\d+)$", r"|\1", number).partition("|")
    if _GROUPED.fullmatch(number):
        values |= {re.sub(r"\D", "", number), f"{whole}.{rest}" if whole.isdigit() else ""} - {""}
    elif rest and (whole.isdigit() or _GROUPED.fullmatch(whole)):
        whole = re.sub(r"\D", "", whole).lstrip("0") or "0"
        values.add(f"{whole}.{rest}".rstrip("0").rstrip("."))
    return values


def _apart(number: str, sources: Held) -> bool:
    """Whether what looks like one number with spaces is several that are there."""
    parts = re.split(r"[ \u00a0\u202f]", number)
    return len(parts) > 1 and all(_values(part) & sources.values for part in parts)


def _named(name: str, sources: Held) -> bool:
    return key(name) in sources.keys or any(name[:n] in sources.words for n in range(3, len(name)))


def _coded(code: str, sources: Held) -> bool:
    return code in sources.words or re.sub(r"\W|_", "", code) in sources.words


def _spelled(found: list[str]) -> set[str]:
    """The values of numbers spelled out in a text: "on beş" gives 10, 5 and 15."""
    values: set[str] = set()
    total = part = 0.0
    for word in found:
        value = _SPELLED.get(word, _SPELLED.get(_ENDING.sub("", word)))
        if value is None:
            total = part = 0.0
            continue
        values.add(f"{value:g}")
        if value == 1000:
            total, part = total + max(part, 1) * value, 0.0
        else:
            part = max(part, 1) * value if value == 100 else part + value
        values.add(f"{total + part:.10g}")
    return values
