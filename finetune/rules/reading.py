"""A chunk as the rules read it: sections with plain sentences, list items, lines of code, and its topic.

Markdown, reStructuredText remains, links and footnotes are taken off, so that a question reads as a person
types it. Sentences that lean on what stands before them (bu, şu, yukarıda, …) are left out here, once for
all rules. Which question follows from what is not known here.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.records import Chunk
from assistant.sentences import Unit, units
from assistant.turkish import fold, lower

LONGEST = 260
"""Characters of a sentence that is read."""
FEWEST = 4
"""Words of a sentence that is read."""
_TOPIC_WORDS = 7

_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*\)|\((?:https?|ftp)://[^)\s]*\)|(?:https?|ftp)://\S+")
_FOOTNOTE = re.compile(r"\[#?\^?[\w-]{0,20}\]_?|\s*\\cite\w*\{[^}]*\}")
_ROLE = re.compile(r":[a-z]+(?::[a-z]+)?:(?=`)")
_MARKUP = re.compile(r"`+_{0,2}|\*{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|\\(?=[\W\s])|<[^<>\n]{1,60}>")
_NUMBERING = re.compile(
    r"^(?:(?:(?:GEÇİCİ |EK |Geçici |Ek )?(?:MADDE|Madde) \d+ *[:–—-]|(?:Bölüm|Adım|Örnek|Senaryo|Step"
    r"|BÖLÜM|ADIM) \d+ *[:–—.-])\s*|\(\d{1,2}\)\s|[A-Z]\d+:\d{4}\s|\s|[-*+•>#▪◦‣●○■]+(?=\s)"
    r"|\(?\d{1,2}(?:\.\d{1,2})*\s*[.)–-]+(?=\s)|\d{1,2}(?:\.\d{1,2})+\s|[A-Za-z][.)]\s)+"
)
_TURKISH = re.compile("[çğıöşü]")
_SMALL_WORDS = frozenset(("ve", "bir", "ile", "icin", "bu", "da"))
_GENRE = re.compile(
    r"(?<=\w) (?:Kullanıcı |Kullanım |Başlangıç )?(?:Kılavuzu|Rehberi|El Kitabı|Kitapçığı|Eğitimi"
    r"|Dokümantasyonu|Metin|Metni|Notları)$"
)
_SYMBOLS = re.compile(r"[|{}<>=\\^$~]|->|\.{3,}|_{3,}|\+\+\s")
_HEADING_LINE = re.compile(r"^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_ENDS = re.compile(r"(?<=[^\d\s][.!?])\s+(?=[A-ZÇĞİÖŞÜ])")
_FENCE = re.compile(r"^[ \t>]*(```+|~~~+)[^\n]*\n(.*?)^[ \t>]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
DEICTIC = re.compile(
    r"(?<![^\W_])(?:bu(?:n(?:u|un|a|da|dan|lar\w*|unla|ca))?|şu(?:n(?:u|un|a|da|dan|lar\w*))?|o|on(?:u"
    r"|un|a|da|dan|lar\w*)"
    r"|böyle\w*|şöyle|öyle|burada\w*|buraya|şurada\w*|orada|yukarı\w*|aşağı\w*|söz konusu|bölüm\w*"
    r"|ders(?:te|in|imiz\w*)"
    r"|şekil(?:de|deki)?\s*\d|tabloda|görselde|resimde|örneğimiz\w*|kendi(?:si|ne|nden)?|ikisi\w*"
    r"|birincisi|ikincisi|diğer\w*"
    r"|aynı(?! anda| zamanda)|(?:son|ilk) olarak"
    r"|bizim|sonraki|önceki|ilgili|söyledi\w*|bahset\w*|değin\w*|herhalde|galiba|diyelim|mesela"
    r"|gelelim|arkadaş\w*)(?![^\W_])"
)
"""In lower case: what means something that stands elsewhere, or speaks to a class."""
OPENERS = frozenset(
    """
    ancak ama fakat ayrica ornegin boylece boyle cunku eger dolayisiyla ardindan daha simdi sonra yine yani
    aslinda ustelik hatta ve veya ya once oncelikle sonuc genel genellikle bazi birkac bircok hem ise peki
    evet hayir artik bununla buna burada not dikkat uyari ozellikle kisaca ozetle ote bir baska goruldugu
    gorulecegi gorulebilecegi bakildiginda hatirlarsaniz bildiginiz zaten belki oysa zira nitekim lakin keza
    madem iste tum butun her cogu
    """.split()  # noqa: SIM905
)
"""Folded words that lead on from another sentence, or name nothing."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands below one heading of a chunk. `codes` are lines of its code blocks that could be typed."""

    heading: str
    sentences: tuple[str, ...]
    items: tuple[str, ...]
    codes: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A chunk ready for the rules. `topic` names what its document is about, "" if the title does not."""

    topic: str
    sections: tuple[Section, ...]
    spans: frozenset[str]

    @property
    def sentences(self) -> Iterator[str]:
        """The sentences of all sections."""
        return (sentence for section in self.sections for sentence in section.sentences)


def read(chunk: Chunk) -> Reading:
    """The chunk as the rules read it."""
    text = unicodedata.normalize("NFC", chunk.text)
    heading = chunk.headings[-1] if chunk.headings else ""
    sections = tuple(_section(title, body, chunk.page is not None) for title, body in _parts(text, heading))
    spans = frozenset(plain(span) for span in re.findall(r"`([^`\n]{1,60})`", text))
    return Reading(topic(chunk.title) or topic(chunk.headings[0] if chunk.headings else ""), sections, spans)


def plain(text: str) -> str:
    """One line without markup, links and footnotes."""
    text = _FOOTNOTE.sub("", _LINK.sub(lambda found: found[1] or "", text))
    text = _MARKUP.sub("", _ROLE.sub("", text))
    return re.sub(r"\s+([,;:?!)]|\.(?=\s|$))", r"\1", re.sub(r"\s+", " ", text)).replace("()'", "'").strip()


def topic(title: str) -> str:
    """A title as it is spoken of in a question, "" if it is none: too long, a sentence, a number."""
    text = _GENRE.sub("", bare_heading(title))
    words = text.split()
    letters = sum(map(str.isalpha, text))
    if not 1 <= len(words) <= _TOPIC_WORDS or letters < 2 or re.search(r"[?!|{}<>=#*]|\d{4,}", text):
        return ""
    return text


def bare_heading(heading: str) -> str:
    """A heading without its number and marks; of one in capitals the long words in lower case."""
    text = _NUMBERING.sub("", plain(heading)).strip(" :.-–—*_+[]")
    words = text.split()
    if len(words) > 1 and text.isupper() and re.search("[ÇĞİÖŞÜ]", text):
        text = " ".join(word if len(word) < 5 or not word.isalpha() else lower(word) for word in words)
    return text


def stands_alone(sentence: str) -> bool:
    """Whether nothing in the sentence means what stands elsewhere."""
    words = fold(sentence).split()
    return bool(words) and words[0].strip(",") not in OPENERS and not DEICTIC.search(lower(sentence))


def is_term(text: str) -> bool:
    """Whether a text is a code token: session.gc_divisor, --cpus-per-task, XMLReader::open."""
    name = text.strip("`()$'-")
    return (
        " " not in text
        and len(name) > 1
        and (name != text or not name.isalpha() or lower(name[1:]) != name[1:])
    )


def _parts(text: str, heading: str) -> Iterator[tuple[str, str]]:
    """Pairs of heading and text; code is not looked into for headings."""
    fences = [match.span() for match in _FENCE.finditer(text)]
    start, title = 0, heading
    for match in _HEADING_LINE.finditer(text):
        if any(a <= match.start() < b for a, b in fences):
            continue
        if text[start : match.start()].strip():
            yield title, text[start : match.start()]
        start, title = match.end(), match[1]
    if text[start:].strip():
        yield title, text[start:]


def _section(heading: str, body: str, page: bool) -> Section:
    found = units(body, (), page)
    sentences = [text for unit in found if unit.kind == "sentence" and (text := _sentence(unit))]
    items = [text for unit in found if unit.kind == "item" and (text := _NUMBERING.sub("", plain(unit.text)))]
    parts = [part for item in items for part in _ENDS.split(item)]
    sentences += [part for part in parts if part[-1:] == "." and _readable(part)]
    codes = [line.strip() for match in _FENCE.finditer(body) for line in match[2].splitlines()]
    return Section(bare_heading(heading), tuple(sentences), tuple(items), tuple(filter(None, codes)), body)


def _sentence(unit: Unit) -> str:
    text = _NUMBERING.sub("", plain(unit.text)).strip('"“” ')
    return text if _readable(text) else ""


def _readable(text: str) -> bool:
    if not 20 <= len(text) <= LONGEST or _SYMBOLS.search(text) or text.count(" ") + 1 < FEWEST:
        return False
    letters = sum(map(str.isalpha, text))
    if not (_TURKISH.search(lower(text)) or _SMALL_WORDS & set(fold(text).split())):
        return False
    begins = text[0].isupper() or text[0].isdigit() or is_term(text.split()[0].strip(",'"))
    return letters > 0.6 * len(text) and not text.isupper() and begins
