"""Short queries: a passage's most telling words, by how rare they are and how often they stand in it."""

import re
from collections import Counter
from collections.abc import Callable

from assistant.turkish import STOP_KEYS, fold, key, lower
from finetune.rules.found import Found
from finetune.rules.reading import OPENERS, Reading

Idf = Callable[[str], float]
_WORD = re.compile(r"[^\W_][\w.+#:-]*[^\W_]|[^\W\d_]{3,}")
_VERB = re.compile(
    r"(?:[ıiuü]yor|m[ae]kt[ae]d[ıi]r|[ae]bilir|[ae]c[ae]kt[ıi]r|m[ae]l[ıi]d[ıi]r|[ıiuü]r|[dt][ıiuü]r"
    r"|[ae]r[ae]k|m[ae]z)\w{0,6}$|[dt][ıiuü]ğ[ıiuü]|m[ae]s[ıi]|m[ae]k$|m[ae]kt[ae]|[ae]c[ae][kğ]"
    r"|[ae]bil"
)
_PARTICIPLE = re.compile(r"(?:[ıiuü]p|y[ae]n|ken|m[ıiuü]ş)$")
_FILLERS = frozenset(
    """
    hic ilki yeni ekstra tek iki uc dort farkli buyuk kucuk gun gunu olma zaman sekilde yer kisim ders ekte
    adet haliyle hali alttaki ustteki istenilen gereken konu sayfa sey seyi kez defa takdirde dogru kolay
    hizli
    """.split()  # noqa: SIM905
)
_SEEN = 1.3
"""What the idf of a word that stands in two chunks lies below that of an unknown word, at least (ln 5 = 1.6):
what stands in one alone may be a slip."""
_FROM = 8
"""Words a passage must have."""


def keywords(reading: Reading, idf: Idf | None) -> list[Found]:
    """Its best words in the text's order, two to four; empty for a passage that says too little."""
    text = " ".join(reading.sentences)
    if not text:
        return []
    rare = idf("\0") - _SEEN if idf else 0.0
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    found = _WORD.findall(f"{' '.join(s.heading for s in reading.sections)} {text}")
    for word in found:
        mark = key(fold(word))
        if (
            len(word) < 3
            or word.isdigit()
            or "#" in word
            or mark in STOP_KEYS
            or fold(word) in OPENERS
            or fold(word) in _FILLERS
        ):
            continue
        if _VERB.search(lower(word)) or _PARTICIPLE.search(lower(word)) or (idf and idf(mark) > rare):
            continue
        counts[mark] += 1
        first.setdefault(mark, word)
    if len(counts) < _FROM:
        return []
    weight = {mark: count**0.5 * (idf(mark) if idf else len(first[mark])) for mark, count in counts.items()}
    best = sorted(weight, key=lambda mark: (-weight[mark], mark))[:5]
    order = list(first)

    def phrase(marks: list[str]) -> str:
        words = [first[mark] for mark in sorted(marks, key=order.index)]
        return " ".join(lower(w) if w[1:] == lower(w[1:]) else w for w in words)

    return [Found("keywords", {"k": phrase(best[: 2 + len(counts) % 3])})]
