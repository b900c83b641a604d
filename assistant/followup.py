"""Follow-ups: "peki dezavantajları neler?" made a question that can be searched without the conversation.

    PyTorch'un avantajları neler? / peki dezavantajları?   ->   PyTorch + peki dezavantajları?

A question leans on the conversation if it names no subject of its own. Then the words of the conversation's
subject are put in front of it, without the side that the new question replaces. It reads what was asked, not
what was answered, save to tell a new subject from one that the answer brought up. It goes by grammar and by
how rare words are (assistant/question_words.py); it knows nothing of the world: that a GPU belongs to PyTorch.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.question_words import Role, Word, read_words
from assistant.records import Exchange
from assistant.turkish import content_keys, is_code, spans

REMEMBERED = 6
"""Exchanges that are read."""

CARRIED = 24
"""Words that are carried over; the latest of them."""

READ = 1000
"""Characters of an earlier question that are read."""

TELLING = 0.5
"""Share of the idf of an unknown word from which on a word names a subject of its own."""

OWN_ANTECEDENT = 2
"""Subject words before a pronoun from which on it means those: "iki CSV dosyam var, bunları …"."""

LONGEST_SUBJECT = 3
"""Words of a new subject behind "peki"; a question with more goes on about the old one."""

_ANNOUNCED = re.compile(  # on folded words
    r"(?:(?:simdi|peki|tamam|neyse) )*(?:(?:yeni|(?:bam)?baska|farkli|ayri|alakasiz)(?: bir)?"
    r" (?:soru|konu|sey)(?:m|ya|yu|da|dan|lara?)?"
    r"|konu(?:yu)? (?:degis\w+|disi\w*)|konudan bagimsiz|alakasiz)"
    r"(?P<sure> (?:gec|sor|olacak|olsa|degis)\w*)?(?: ama| fakat)?(?= |$)"
)
_BREAK = re.compile(r"['’]?\w*\s*(?:[:,.;!…–—-]|$)")

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Standalone:
    """`question`, and `before` it the words carried over, "" if it stands alone."""

    question: str
    before: str = ""

    @property
    def text(self) -> str:
        """What is searched for."""
        return f"{self.before} {self.question}".strip()


def standalone(question: str, history: Sequence[Exchange], idf: Idf) -> Standalone:
    """The question so that it can be searched without the conversation; `idf` tells how rare a key is."""
    rare = TELLING * idf(_UNKNOWN)
    carried: list[Word] = []
    told: set[str] = set()  # keys of the conversation so far
    for exchange in history[-REMEMBERED:]:
        earlier, announced = _announced(exchange.question[:READ])
        words = read_words(earlier)
        if not (leans := not announced and _leans(words, told, idf, rare)) and _says(words):
            carried = []
        carried = _carried(carried, words)[-CARRIED:] if leans else carried
        carried += [word for word in words if word.role in _CONTENT]
        told.update(content_keys(f"{earlier} {exchange.answer}"))
    asked, announced = _announced(question)
    words = read_words(asked)
    if announced or not carried or not _leans(words, told, idf, rare):
        return Standalone(asked)
    known = {word.key for word in words}
    kept = {word.key: word.text for word in _carried(carried, words) if word.key not in known}
    return Standalone(asked, " ".join(list(kept.values())[-CARRIED:]))


_OWNED = re.compile(r"s[iu]$|[^n][iu]n[iu]$")  # kapasitesi, fiyatını: no mere object
_PASSIVE = re.compile(r"[ln](?:[iu]r|[iu]yor|m[ae]l[iu]|d[iu]|[ae]bilir)$|^(?:olur|surer|gerek|gerekir|biter)$")
_DEFINES = frozenset(("nedir", "nelerdir", "kimdir"))
_YES_NO = frozenset(("mi", "mu"))
_UNKNOWN = "\0"  # no key
_CONTENT = (Role.SUBJECT, Role.SIDE, Role.ACT, Role.CLAUSE, Role.MEASURE)


def _says(words: Sequence[Word]) -> bool:
    return any(word.role in (*_CONTENT, Role.ORDER) for word in words)


def _announced(question: str) -> tuple[str, bool]:
    """The question without "yeni soru:" and the like in front, and whether that stood there."""
    found = spans(question)
    match = _ANNOUNCED.match(" ".join(word for _, _, word in found))
    if not match:
        return question, False
    end = found[match[0].count(" ")][1]
    if not match["sure"] and "degis" not in match[0] and not _BREAK.match(question, end):
        return question, False
    rest = re.sub(r"^['’]?\w*[\s:,.;!…–—-]+", "", question[end:])
    return rest.strip() or question, True


def _leans(words: Sequence[Word], told: Iterable[str], idf: Idf, rare: float) -> bool:
    """Whether a question has no subject of its own."""
    roles = [word.role for word in words]
    subjects = [word for word in words if word.role is Role.SUBJECT]
    if Role.CHAT in roles and (not subjects or Role.OPENER not in roles):
        return False
    if Role.OPENER in roles:
        return not _own_subject(words, told, idf, rare)
    if Role.POINTER in roles:
        place = roles.index(Role.POINTER)
        before = roles[:place].count(Role.SUBJECT)
        if words[place].folded.startswith("hangi"):
            return not before and sum(word.folded in _YES_NO for word in words) < 2  # "hangisi, A mı B mi"
        return before < OWN_ANTECEDENT
    if not subjects:
        return Role.CHAT not in roles
    fragment = Role.ACT not in roles and Role.SIDE not in roles and words[-1].folded == "icin"
    return fragment or (len(subjects) == 1 and _ownerless(subjects[0], words))


def _ownerless(word: Word, words: Sequence[Word]) -> bool:
    """Whether a question's only subject belongs to something unsaid: "fiyatı ne kadar?".

    With a verb that has an object ("dosyayı nasıl silerim") the same ending makes the object.
    """
    if not word.possessed or all(other is word for other in words):
        return False
    acts = [other.folded for other in words if other.role in (Role.ACT, Role.CLAUSE, Role.ORDER)]
    return bool(_OWNED.search(word.folded)) or all(map(_PASSIVE.search, acts))


def _own_subject(words: Sequence[Word], told: Iterable[str], idf: Idf, rare: float) -> bool:
    """Whether a question that opens like a follow-up is whole, about a subject that was not spoken of.

    "peki Docker nedir?", "peki Docker'ın avantajları?"; not "peki Docker'da?", "peki GPU gerekir mi?".
    """
    folded = {word.folded for word in words}
    defined = not _DEFINES.isdisjoint(folded) or {"ne", "demek"} <= folded
    asked = defined or any(word.role in (Role.SIDE, Role.ACT) for word in words)
    if not asked or Role.POINTER in (word.role for word in words) or not _YES_NO.isdisjoint(folded):
        return False
    subjects = [word for word in words if word.role is Role.SUBJECT]
    named = [word for word in subjects if word.case in ("", "genitive") and not word.possessed]
    return (
        len(subjects) <= LONGEST_SUBJECT
        and all(word.case in ("", "genitive") for word in subjects)
        and all(word.key not in told for word in subjects)
        and any(_is_name(word) or (idf(word.key) >= rare) for word in named)
    )


def _is_name(word: Word) -> bool:
    return is_code(word.text) or any(map(str.isupper, word.text)) or any(map(str.isdigit, word.text))


def _carried(before: Sequence[Word], words: Sequence[Word]) -> list[Word]:
    """The words of `before` that a question takes over: without what it replaces.

    A side or a verb replaces those before. Where there is neither, the question puts another thing in the
    place of one of the same case ("ya Linux'ta?") or shape ("peki E-1043?").
    """
    if any(word.role in (Role.SIDE, Role.ACT) for word in words):
        return [word for word in before if word.role not in (Role.SIDE, Role.ACT)] or list(before)
    new = [word for word in words if word.role is Role.SUBJECT]
    cases = {word.case for word in new if word.case in ("place", "with")}
    shapes = {shape for word in new if (shape := _shape(word.folded))}
    kept = [word for word in before if word.case not in cases and _shape(word.folded) not in shapes]
    return kept or list(before)


def _shape(word: str) -> str:
    """What codes of one kind share: "a-0" for E-1042, "--" for flags; "" for words."""
    if word.startswith("--"):
        return "--"
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", word)) if any(map(str.isdigit, word)) else ""
