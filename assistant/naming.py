"""Which documents a sentence names: words of it that are those of a file name or a title.

    "kp200 bakim talimatini özetle"   ->   bakim/kp200-bakim-talimati.pdf

Words match whatever the case, the diacritics, a suffix or one wrong letter. Kinds of documents ("kılavuz",
"rapor") alone name none: they stand in too many names, and in "bu kılavuz". Pure; it knows no grammar.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log1p

from assistant.records import DocumentName
from assistant.turkish import fold

ENOUGH = 0.6
"""Share of a name, each word weighted by how rare it is among the names, that must be said."""

KIND = 0.2
"""Worth of a kind of document beside another word of a name."""

_EDITED = 5  # letters of a word from which on one may be wrong
_SUFFIXES = 8  # letters that may follow a word
_WORDS = re.compile(r"[^\W_]+")
_EXTENSION = re.compile(r"\.(?:pdf|md|markdown|docx?|html?|txt|rst|xhtml)$")
KINDS = frozenset(
    """
    belge belgeyi belgenin dokuman dokumani dosya dosyayi pdf word kilavuz kilavuzu kitap kitabi kitapcik
    rapor raporu yonerge yonergesi yonetmelik yonetmeligi makale makalesi tez tezi talimat talimati yazi metin
    metni not notu notlar notlari notlarini sunum rehber rehberi sozlesme sartname tutanak sayfa sayfasi
    document file the this
    """.split()  # noqa: SIM905
)
"""Folded words for kinds of documents."""


def name_words(text: str) -> list[str]:
    """The folded words of a name or a sentence: runs of letters and digits."""
    return _WORDS.findall(fold(text))


def is_kind(word: str) -> bool:
    """Whether a folded word is one for a kind of document, with its suffixes."""
    return any(said(kind, word) for kind in KINDS)


def named(sentence: str, documents: Sequence[DocumentName]) -> list[DocumentName]:
    """The documents that the sentence names best, in their order; more than one if it fits them alike."""
    folded = fold(sentence)
    exact = {one.source: _longest_path(folded, one.source) for one in documents}
    if longest := max(exact.values(), default=0):
        return [one for one in documents if exact[one.source] == longest]
    scores = _scores(sentence, documents)
    best = max(scores, default=0.0)
    return [one for one, score in zip(documents, scores, strict=True) if score == best >= ENOUGH]


def holding(spoken: Sequence[str], documents: Sequence[DocumentName]) -> list[DocumentName]:
    """The documents in whose file name or title all these folded words stand."""
    found = []
    for one in documents:
        name = name_words(f"{one.source} {one.title}")
        if all(any(said(word, other) for word in name) for other in spoken):
            found.append(one)
    return found


def likest(sentence: str, documents: Sequence[DocumentName], limit: int) -> list[DocumentName]:
    """The documents whose names the sentence comes nearest to, those with none of its words too."""
    scores = _scores(sentence, documents)
    order = sorted(range(len(documents)), key=lambda n: -scores[n])
    return [documents[n] for n in order[:limit]]


def _longest_path(folded: str, source: str) -> int:
    """Length of the source's path, or of its file name, if it stands in the folded sentence; else 0."""
    path = fold(source)
    for name in (path, path.rpartition("/")[2]):
        found = folded.find(name)
        if "." in name and found >= 0 and not folded[:found][-1:].isalnum():
            return len(name)
    return 0


def _scores(sentence: str, documents: Sequence[DocumentName]) -> list[float]:
    """How much of each document's file name, or of its title, the sentence says; 0 for kinds alone."""
    spoken = name_words(sentence)
    stems = [name_words(_EXTENSION.sub("", fold(one.source.rpartition("/")[2]))) for one in documents]
    titles = [name_words(one.title) for one in documents]
    count = Counter(word for pair in zip(stems, titles, strict=True) for word in {*pair[0], *pair[1]})
    hit = {word for word in count if any(said(word, one) for one in spoken)}
    weight = {
        word: log1p(len(documents) / times) * (KIND if is_kind(word) else 1) for word, times in count.items()
    }

    def covered(name: Iterable[str]) -> float:
        words = set(name)
        told = words & hit
        if not any(not is_kind(word) and (len(word) > 1 or word.isdigit()) for word in told):
            return 0.0
        # Of two names that are said in full the longer one is meant.
        share = sum(weight[word] for word in told) / sum(weight[word] for word in words)
        return share + sum(weight[word] for word in told) / 1e6

    return [max(covered(stem), covered(title)) for stem, title in zip(stems, titles, strict=True)]


def said(name: str, spoken: str) -> bool:
    """Whether a spoken word is a word of a name, with a suffix or, if it is long, one wrong letter."""
    if not spoken.startswith(name[:1]) or not -1 <= len(spoken) - len(name) <= _SUFFIXES:
        return False
    if spoken.startswith(name):
        rest = spoken[len(name) :]
        return not rest or (len(name) > 2 and rest.isalpha() and not (name[-1].isdigit() and len(rest) > 4))
    if len(name) < _EDITED or not name.isalpha():
        # kitap, kitabı
        return len(name) == _EDITED - 1 and spoken[: len(name) - 1] == name[:-1] and len(spoken) > len(name)
    return any(_one_apart(name, spoken[: len(name) + more]) for more in (-1, 0, 1))


def _one_apart(one: str, other: str) -> bool:
    """Whether one letter changed, added, left out, or exchanged with its neighbour makes the words equal."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if a[:2] == b[1::-1] and len(a) > 1 and len(b) > 1 and a[2:] == b[2:]:
        return True
    return a[1:] == b[1:] or a[1:] == b or a == b[1:]
