"""Follow-ups: "peki dezavantajları neler?" made a question that can be searched without the conversation.

    PyTorch'un avantajları neler? / peki dezavantajları?   ->   PyTorch + peki dezavantajları?

A question leans on the conversation if it names no subject of its own. Then the words of the conversation's
subject are put in front of it, without the side that the new question replaces. It reads what was asked, not
what was answered, save to tell a new subject from one that the answer brought up. It goes by grammar and by
how rare words are (assistant/question_words.py); that a GPU belongs to PyTorch it does not know.
"""

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from assistant.llm import LLM
from assistant.llm_errors import LLMError
from assistant.question_words import Role, Word, read_words
from assistant.records import Exchange
from assistant.replies import read_rewriting
from assistant.turkish import content_keys, spans

REMEMBERED = 6
"""Exchanges that are read."""

CARRIED = 24
"""Words that are carried over; the latest of them."""

READ = 1000
"""Characters of an earlier question that are read."""

TELLING = 0.45
"""Share of the idf of an unknown word from which on a word names a subject of its own."""

OWN_ANTECEDENT = 2
"""Subject words before a pronoun from which on it means those: "iki CSV dosyam var, bunları …"."""

LONGEST_SUBJECT = 3
"""Words of a new subject behind "peki"; a question with more goes on about the old one."""

_ANNOUNCED = re.compile(  # on folded words
    r"(?:(?:simdi|peki|tamam|neyse) )*(?:(?:yeni|(?:bam)?baska|farkli|ayri|alakasiz)(?: bir)?"
    r" (?:soru|konu|sey)(?:m|ya|yu|da|dan|lara?)?"
    r"|konu (?:degisikligi|disi)|konudan bagimsiz|alakasiz"
    r"|(?P<turn>konu(?:yu)? degis(?:sin|elim|tir(?:elim|eyim|iyorum|iyoruz|ecegim|sek))))"
    r"(?P<sure> (?:gec|sor|olacak|olsa)\w*)?(?: ama| fakat)?(?= |$)"
)
_BREAK = re.compile(r"['’]?\w*(?:\s*[:,.;!…–—]|\s+-|\s*$)")

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
    before: list[Word] = []  # what the conversation is about
    told: set[str] = set()  # keys of all that was said
    for exchange in history[-REMEMBERED:]:
        earlier, announced = _announced(exchange.question[:READ])
        words = read_words(earlier)
        if announced or not _leans(words, told, idf, rare):
            before = [] if _says(words) else before  # thanks end no subject
        else:
            before = _carried(before, words)
        before = [*before, *(word for word in words if word.role not in _UNSAID)][-CARRIED:]
        told.update(content_keys(f"{earlier} {exchange.answer}"))
    asked, announced = _announced(question)
    words = read_words(asked)
    if announced or not _leans(words, told, idf, rare):
        return Standalone(asked)
    return Standalone(asked, " ".join(word.text for word in _carried(before, words)))


def resolve(question: str, history: Sequence[Exchange], idf: Idf, llm: LLM | None) -> Standalone:
    """The same; a language model, where there is one, rewrites the question if it leans.

    What it writes is only searched for. If it fails, or writes what is no question about this conversation,
    the rule's own reading stands.
    """
    asked = standalone(question, history, idf)
    if llm is None or not asked.before:
        return asked
    try:
        rewritten = read_rewriting(llm.rewrite(question, history))
    except LLMError:
        return asked
    told = " ".join(f"{exchange.question} {exchange.answer}" for exchange in history[-REMEMBERED:])
    about_this = set(content_keys(rewritten)) & set(content_keys(f"{told} {question}"))
    return Standalone(rewritten) if about_this else asked


_UNKNOWN = "\0"  # no word's key
_UNSAID = (Role.OPENER, Role.POINTER, Role.CHAT, Role.ORDER)
_SAID = (Role.SUBJECT, Role.SIDE, Role.ACT, Role.CLAUSE, Role.MEASURE)


def _says(words: Sequence[Word]) -> bool:
    return any(word.role in _SAID for word in words) and all(word.role is not Role.CHAT for word in words)


def _announced(question: str) -> tuple[str, bool]:
    """The question without "yeni soru:" and the like in front, and whether that stood there."""
    found = spans(question)
    match = _ANNOUNCED.match(" ".join(word for _, _, word in found))
    if not match:
        return question, False
    end = found[match[0].count(" ")][1]
    if not match["sure"] and not match["turn"] and not _BREAK.match(question, end):
        return question, False
    rest = re.sub(r"^['’]?\w*[\s:,.;!…–—-]+", "", question[end:])
    return rest.strip() or question, True


def _leans(words: Sequence[Word], told: Container[str], idf: Idf, rare: float) -> bool:
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
        return True
    aside = [word.case in ("place", "with", "for") for word in subjects]
    if Role.SMALL in roles and not any(role in (Role.ACT, Role.CLAUSE, Role.MEASURE) for role in roles):
        # "L2 ile farkı ne?", "doktora öğrencileri için?"; "mezuniyet için kaç kredi gerekir?" says it all
        fragment = len(words) <= LONGEST_SUBJECT and words[-1].role is Role.SMALL
        if (Role.SIDE in roles and all(aside)) or (fragment and aside[-1]):
            return True
    return _lone(subjects, words)


def _lone(subjects: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether a question's only subject belongs to something unsaid: "fiyatı ne kadar?".

    With a verb that has an object ("dosyayı nasıl silerim") the same ending makes the object.
    """
    if len(subjects) != 1 or len(words) == 1 or not subjects[0].possessed:
        return False
    acts = [word.folded for word in words if word.role in (Role.ACT, Role.CLAUSE, Role.ORDER)]
    return bool(_OWNED.search(subjects[0].folded)) or all(map(_PASSIVE.search, acts))


_OWNED = re.compile(r"s[iu]$|[^n][iu]n[iu]$")  # kapasitesi, fiyatını: no mere object
_PASSIVE = re.compile(
    r"[ln](?:[iu]r|[iu]yor|m[ae]l[iu]|d[iu]|[ae]bilir)$|^(?:olur|surer|gerek|gerekir|biter)$"
)
_DEFINES = frozenset(("nedir", "nelerdir", "kimdir"))
_YES_NO = frozenset(("mi", "mu"))


def _own_subject(words: Sequence[Word], told: Container[str], idf: Idf, rare: float) -> bool:
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
    done = any(word.role is Role.ACT and _PASSIVE.search(word.folded) for word in words)
    telling = (defined or (done and len(subjects) == 1)) and not any(word.possessed for word in subjects)
    shouted = all(word.text.isupper() for word in words if word.folded.isalpha())
    return (
        len(subjects) <= LONGEST_SUBJECT
        and all(word.case in ("", "genitive") for word in subjects)
        and all(word.key not in told for word in subjects)
        and (
            any(_is_name(word, shouted) for word in named)
            or (telling and any(idf(word.key) >= rare for word in named))
        )
    )


def _is_name(word: Word, shouted: bool) -> bool:
    if not word.folded.isalpha():  # digits and signs: a code
        return True
    return not shouted and any(map(str.isupper, word.text))


def _carried(before: Sequence[Word], words: Sequence[Word]) -> list[Word]:
    """The words of `before` that a question takes over: all without what it replaces.

    A side replaces a side, and what names nothing else replaces the verb too. Where there is neither side nor
    verb, another thing takes the place of one of the same case ("ya Linux'ta?") or shape ("peki E-1043?").
    """
    roles = {word.role for word in words}
    new = [word for word in words if word.role is Role.SUBJECT]
    ownerless = _lone(new, words)
    replaced = {Role.SIDE} if ownerless or not roles.isdisjoint((Role.SIDE, Role.ACT)) else set[Role]()
    if replaced and (ownerless or not new) and Role.POINTER not in roles:
        replaced.add(Role.ACT)
    cases = {word.case for word in new if word.case in ("place", "with") and not replaced}
    shapes = {shape for word in new if (shape := _shape(word.folded)) and not replaced}
    kept = [
        word
        for word in before
        if word.role not in replaced and word.case not in cases and _shape(word.folded) not in shapes
    ]
    return kept if any(word.role in _SAID for word in kept) else list(before)


def _shape(word: str) -> str:
    """What codes of one kind share: "a-0" for E-1042, "--" for flags; "" for words."""
    if word.startswith("--"):
        return "--"
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", word)) if any(map(str.isdigit, word)) else ""
