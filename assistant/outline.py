"""A document in a few verbatim sentences: its main headings in order, each with one that tells what it says.

    places of the chunks -> sections -> the few that are shown -> candidates -> one sentence each, cited

Pure. Only the sections that are shown are read, so a document of 1,000 sections costs no more than one of
ten. A sentence is chosen by where it stands, how long it is, and how many words it has that come again and
again in what was read while they are rare elsewhere; scraps, code and tables are left out.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, zip_longest
from math import log1p

from assistant.coverage import keys
from assistant.records import Chunk, Citation, Hit, Place
from assistant.sentences import Unit, chunk_units
from assistant.smalltalk import plain
from assistant.turkish import fold

SECTIONS = 6
"""Sections that are shown, at most."""

SHORTEST, LIMIT = 600, 1200
"""Characters of an outline: it is filled up to the first where it can be and never exceeds the second, marks
and headings included."""

SMALL = 200
"""Characters below which a section is passed over."""

READ = 6
"""Chunks of a section that are read, from its beginning; 40 where the whole document is one section."""
READ_ALONE = 40

BRIEF, LONG = 40, 280
"""Characters of a sentence that may be chosen."""

FEWEST_WORDS = 5

EARLY = 0.5
"""Worth of being the first sentence of a section, beside a score of 1 for the most central one."""

LEANING = 0.7
"""Taken from a sentence that leans on the one before."""

_HEADING = 60  # characters of a heading that are shown
_MARK = 14  # characters of a mark and what stands around a sentence
_ASIDE = re.compile(  # on folded headings
    r"[\d.) ]*(?:icindekiler|alistirmalar|kaynakca|kaynaklar|dizin|tesekkur|onsoz|lisans|referanslar"
    r"|ozgecmis|sekiller(?: listesi| dizini)?|tablolar(?: listesi| dizini)?|cizelgeler(?: listesi)?"
    r"|references|table of contents|index|summary|abstract|acknowledge?ments?|license|simgeler.*|ekler"
    r"|kisaltmalar(?: listesi)?)$"
)
_LEANING = re.compile(  # on folded words: what such a sentence means stands before it
    r"(?:bu|su|bun|sun|on)(?:u|un|a|da|dan|lar|lari|larin|unla|uncu)?$|o$|ayrica|anca[kg]|fakat|ama$|ornegin|boylece"
    r"|boyle|cunku|diyelim|eger|dolayisiyla|ayni|ardindan|daha$|kendi|simdi|sonra|yine|yani|oyle|burada|orada|aslinda|ustelik|hatta|ve$"
    r"|this|these|that|it$|however|also|then|thus|here"
)
_ASIDE_SIGNS = re.compile(r"https?://|\]\(|\\|[{}<>|]|={2,}|\.{4,}|_{2,}|```")
_CODE = re.compile(r"`[^`]*`")

Fetch = Callable[[Sequence[int]], dict[int, Chunk]]


@dataclass(frozen=True, slots=True)
class Section:
    """Chunks in a row below one heading, "" where the document has none."""

    heading: str
    places: tuple[Place, ...]

    @property
    def size(self) -> int:
        """Characters."""
        return sum(place.characters for place in self.places)


@dataclass(frozen=True, slots=True)
class Outline:
    """`parts` joined are the text; a hit for each chunk that is quoted, in order, and its citation."""

    parts: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sentence:
    section: int
    order: tuple[int, int]  # of the chunk, of the unit in it
    chunk: Chunk
    unit: Unit
    score: float
    leans: bool = False


def outline(title: str, places: Sequence[Place], fetch: Fetch, idf: Callable[[str], float]) -> Outline:
    """The outline of a document; empty if it has no sentence that could be quoted."""
    looked_at = spread(sections(places), 2 * SECTIONS)  # some have no sentence
    read = READ if len(looked_at) > 1 else READ_ALONE
    chunks = fetch([place.id for section in looked_at for place in section.places[:read]])
    held = {
        section: _candidates([chunks[p.id] for p in section.places[:read] if p.id in chunks])
        for section in looked_at
    }
    shown = spread([section for section in looked_at if held[section]], SECTIONS)
    sentences = [replace(sentence, section=n) for n, one in enumerate(shown) for sentence in held[one]]
    if not sentences:
        return Outline()
    chosen = _choose(_scored(sentences, idf), len(shown))
    return _written(title, [section.heading for section in shown], chosen)


def sections(places: Sequence[Place]) -> list[Section]:
    """The document's main sections in order: by its highest headings that make more than two of them.

    What stands before the first heading belongs to none and keeps the heading "". Contents, references and
    the like are left out where anything else is there.
    """
    deepest = max((len(place.headings) for place in places), default=0)
    made: list[Section] = []
    for depth in range(deepest):
        made = _by_heading(places, depth)
        if len(made) > 2:
            break
    else:
        made = _by_heading(places, max(0, deepest - 1)) if deepest else []
    if not made and places:
        return [Section("", tuple(places))]
    telling = [section for section in made if not _ASIDE.match(fold(section.heading).strip())]
    return [section for section in telling if section.size >= SMALL] or telling or made


def _by_heading(places: Sequence[Place], depth: int) -> list[Section]:
    groups = groupby(places, key=lambda place: place.headings[: depth + 1])
    return [Section(path[depth] if len(path) > depth else "", tuple(group)) for path, group in groups]


def spread(found: Sequence[Section], count: int) -> list[Section]:
    """At most `count` of the sections, in order: of as many runs of neighbours the longest each."""
    if len(found) <= count:
        return list(found)
    ends = [len(found) * n // count for n in range(count + 1)]
    return [max(found[a:b], key=lambda section: section.size) for a, b in pairwise(ends)]


def _candidates(chunks: Sequence[Chunk]) -> list[_Sentence]:
    """The sentences of a section that may be quoted, the score telling how early each stands."""
    found: list[_Sentence] = []
    for n, chunk in enumerate(chunks):
        for place, unit in enumerate(chunk_units(chunk)):
            if tells(unit):
                early = EARLY / (1 + len(found))
                found.append(_Sentence(0, (n, place), chunk, unit, early))
    return found


def tells(unit: Unit) -> bool:
    """Whether a unit is a whole sentence that can stand alone."""
    text = unit.text
    if unit.kind not in ("sentence", "item") or not BRIEF <= len(text) <= LONG or _ASIDE_SIGNS.search(text):
        return False
    words = text.split()
    if len(words) < FEWEST_WORDS or text.rstrip("\"'”’»)*_")[-1:] not in (".", "!", "…"):
        return False
    start = text.lstrip("\"'“‘«(*_-+•0123456789.) ")
    letters = sum(c.isalpha() for c in _CODE.sub("", text))
    return start[:1].isupper() and letters > 0.6 * len(text) and not text.isupper()


def _scored(sentences: Sequence[_Sentence], idf: Callable[[str], float]) -> list[_Sentence]:
    """With scores: centrality, 1 for the most central of all, and what standing early adds."""
    held = [keys(sentence.unit.text) for sentence in sentences]
    count = Counter(key for found in held for key in found)
    weight = {key: log1p(times - 1) * idf(key) for key, times in count.items()}
    central = [sum(weight[key] for key in found) / (8 + len(found)) for found in held]
    most = max(central, default=0.0) or 1.0
    scored = []
    for sentence, value in zip(sentences, central, strict=True):
        first = fold(sentence.unit.text).split()[0]
        less = LEANING if _LEANING.match(first) else 0.0
        scored.append(replace(sentence, score=sentence.score + value / most - less, leans=less > 0))
    return scored


def _choose(sentences: Sequence[_Sentence], sections: int) -> list[_Sentence]:
    """The best sentence of each section, then their next best while the text is short; in reading order.

    Where there are many sections, a sentence that would leave no room for theirs comes last.
    """
    room = LIMIT // sections - _HEADING // 2 - _MARK
    by_section: dict[int, list[_Sentence]] = {}
    for sentence in sorted(sentences, key=lambda s: (len(s.unit.text) > room, -s.score, s.order)):
        by_section.setdefault(sentence.section, []).append(sentence)
    ranks = zip_longest(*(by_section[n] for n in sorted(by_section)))
    chosen: list[_Sentence] = []
    texts: set[str] = set()
    used = 0
    for rank, row in enumerate(ranks):
        for sentence in row:
            if sentence is None or (rank and sentence.leans):
                continue
            text = " ".join(sentence.unit.text.split())
            if text in texts:
                continue
            size = len(text) + _MARK + (0 if rank else _HEADING)
            if used + size <= (LIMIT if rank == 0 else SHORTEST + _HEADING):
                chosen.append(sentence)
                texts.add(text)
                used += size
    return sorted(chosen, key=lambda s: (s.section, s.order))


def _written(title: str, headings: Sequence[str], chosen: Sequence[_Sentence]) -> Outline:
    numbers: dict[int, int] = {}
    hits: list[Hit] = []
    citations: list[Citation] = []
    parts = [f"**{_short(title)}**"]
    last = None
    for sentence in chosen:
        chunk = sentence.chunk
        if chunk.id not in numbers:
            numbers[chunk.id] = len(hits) + 1
            citations.append(Citation(len(hits) + 1, len(hits), sentence.unit.text))
            hits.append(Hit(chunk, min(1.0, max(0.0, sentence.score / (1 + EARLY)))))
        heading = headings[sentence.section] if headings[sentence.section] != title else ""
        if sentence.section == last and any(headings):
            lead = " "
        elif any(headings):
            lead = f"\n- **{_short(heading)}:** " if heading else "\n- "
            lead = "\n" + lead if last is None else lead
        else:
            lead = "\n\n"
        parts.append(f"{lead}{_line(sentence.unit.text)} [{numbers[chunk.id]}]")
        last = sentence.section
    return Outline(tuple(parts), tuple(hits), tuple(citations))


def _short(heading: str) -> str:
    text = plain(heading)
    return text if len(text) <= _HEADING else text[: _HEADING - 1].rsplit(" ", 1)[0] + " …"


def _line(text: str) -> str:
    """The sentence on one line, without an item's mark in front; no other character changes."""
    return re.sub(r"^[*+•▪◦‣●○■-]\s+", "", " ".join(text.split()))
