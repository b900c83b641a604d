"""Summaries: which document is meant by "bu belgeyi özetle", and the growing answers that summarise it.

The document is the one that the question is limited to, else the one it names, else the one that the last
answer cited most; if none of these is one document, the answer asks which. What is about a part of a
document, about an earlier answer, or about a subject that is no document's name is left to the search.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.errors import Message
from assistant.intents import Intent
from assistant.llm import LLM
from assistant.llm_errors import LLMError
from assistant.map_reduce import summary
from assistant.naming import holding, is_kind, likest, name_words, named
from assistant.outline import Fetch, outline, sections
from assistant.records import Answer, DocumentName, Exchange, Place
from assistant.smalltalk import plain
from assistant.turkish import STOP_KEYS, key

if TYPE_CHECKING:
    from assistant.embedder import Embedder

SURE = 0.5
"""Confidence of the intent from which on a document is looked for that could be meant."""

HINTS = 5
"""Documents that are offered where none is certain."""

WHICH = Message("Hangi belgeyi özetleyeyim?", "Which document shall I summarise?")
_WHICH_HINT = Message(
    "Adını yazın ya da soru kutusunun üstünden seçin; örneğin:",
    "Write its name, or choose it above the question box; for example:",
)
_NO_SENTENCE = Message(
    "“{title}” belgesinde özet için alıntılanabilecek bir cümle yok.",
    "The document “{title}” has no sentence that a summary could quote.",
)
_HEADINGS = Message("Başlıkları:", "Its headings:")
_INSTEAD = Message(
    "Bunun yerine belgenin ana hatları alıntılandı.", "Its outline was picked from the document instead."
)
_SHOWN = 8  # headings of a document without sentences

_WORDING = tuple(  # beginnings of folded words that ask for a summary and name nothing
    """
    ozet anlat bahse kisaca kisalt genel fikri nokta onemli icerik icerig cikar hazirla cumle madde toparla
    neyle hakkinda kapsiy soyle aktar kilit hizlica bastan kabaca acikla yukled summar overview outlin
    """.split()  # noqa: SIM905
)
_SMALL = frozenset(  # folded words of the same sort
    """
    kisa ana fikir hat hatlari hatlariyla ver verir verin verebilir yap yapar yapabilir yaz yazar yazin lazim
    iste isterim istiyorum misin misiniz musun musunuz eder edin ederim et ozu ozunu ilgili konu konusu
    konulari konular tum tamami tamamini iki uc dort bes tl dr son halinde simdi peki tamam gec gecer sun
    rica diyor
    yaziyor lutfen soz yuklenen elimdeki in un nin nun yi yu ye ya den dan te ta de da
    a an and about briefly can describe for give i is it me of please short tell that to what you
    """.split()  # noqa: SIM905
)
_PART = ("bolum", "kisim", "kismi", "fasil", "basligi", "tablo", "section", "chapter")
_EARLIER = ("yanit", "cevap", "cevab", "konustuk", "yukari", "aciklama", "answer")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The document to summarise, or None and those that could be meant."""

    document: DocumentName | None
    hints: tuple[DocumentName, ...] = ()


def wanted(
    question: str,
    history: Sequence[Exchange],
    list_documents: Callable[[], Sequence[DocumentName]],
    match: Callable[[str], Intent],
) -> Wanted | None:
    """What is to be summarised; None if the question asks for no summary of a document.

    `list_documents` gives those that the question is limited to, and is called only then; `match` tells what
    the question is after.
    """
    asked_back = bool(history) and history[-1].answer.startswith((WHICH.tr, WHICH.en))
    if not (asked_back or _asks(question, match)) or not (documents := list_documents()):
        return None
    subject = [word for word in name_words(question) if _is_subject(word)]
    telling = [word for word in subject if not is_kind(word)]
    found = named(question, documents)
    if len(found) > 1 or not found:
        found = holding(subject, found or documents) if telling else found
    if found and telling and not _explained(telling, found):
        found = []
    if len(found) == 1:
        return Wanted(found[0])
    if found:
        return Wanted(None, tuple(found[:HINTS]))
    if telling:
        unknown_file = asked_back or any(word in ("pdf", "md", "docx", "html", "txt") for word in subject)
        if unknown_file and not asked_back:
            return Wanted(None, tuple(likest(question, documents, HINTS)))
        return None
    if len(documents) == 1:
        return Wanted(documents[0])
    by_source = {one.source: one for one in documents}
    cited = [source for source in (history[-1].sources if history else ()) if source in by_source]
    if cited:
        return Wanted(by_source[cited[0]])
    earlier = [s for exchange in reversed(history) for s in exchange.sources if s in by_source]
    hints = [by_source[source] for source in dict.fromkeys(earlier)] or list(documents)
    return Wanted(None, tuple(hints[:HINTS]))


def _asks(question: str, match: Callable[[str], Intent]) -> bool:
    words = name_words(question)
    if any(word.startswith((*_PART, *_EARLIER)) for word in words):
        return False
    intent = match(question)
    return intent.name == "summarise" and intent.confidence >= SURE


def _is_subject(word: str) -> bool:
    small = key(word) in STOP_KEYS or word in _SMALL or (len(word) == 1 and word.isalpha())
    return not small and not word.startswith(_WORDING)


def _explained(telling: Sequence[str], found: Sequence[DocumentName]) -> bool:
    """Whether the documents' names have at least half of the words that say what is meant."""
    there = sum(bool(holding([word], found)) for word in telling)
    return 2 * there >= len(telling)


def asked_back(hints: Sequence[DocumentName], language: str) -> Answer:
    """The question which document is meant."""
    names = "\n".join(f"- {_name(one)}" for one in hints)
    text = f"{WHICH.say(language)} {_WHICH_HINT.say(language)}\n\n{names}"
    return Answer(text, generator="smalltalk")


def _name(one: DocumentName) -> str:
    title, source = plain(one.title), plain(one.source)
    return f"{title} ({source})" if title and title != source else source


def summarised(
    document: DocumentName,
    places: Sequence[Place],
    fetch: Fetch,
    idf: Callable[[str], float],
    llm: LLM | None,
    checker: "Embedder | None",
    language: str,
) -> Generator[Answer]:
    """Growing summaries of a document: by the language model, or its outline if that fails.

    `checker` compares the model's sentences with their sources.
    """
    title = document.title or document.source
    notice = None
    if llm:
        try:
            answer = Answer("", generator=llm.name)
            with closing(summary(llm, title, places, fetch, idf, checker, answer, language)) as growing:
                yield from growing
            return
        except LLMError as error:
            said = error.message
            notice = Message(f"{said.tr} {_INSTEAD.tr}", f"{said.en} {_INSTEAD.en}")
    made = outline(title, places, fetch, idf)
    answer = Answer("", made.hits, notice=notice)
    if not made.parts:
        yield replace(answer, text=_headings(title, places, language))
    for n in range(1, len(made.parts) + 1):
        text = "".join(made.parts[:n])
        shown = tuple(one for one in made.citations if f"[{one.number}]" in text)
        yield replace(answer, text=text, citations=shown)


def _headings(title: str, places: Sequence[Place], language: str) -> str:
    text = _NO_SENTENCE.say(language).format(title=plain(title))
    names = list(dict.fromkeys(plain(section.heading) for section in sections(places) if section.heading))
    listed = "\n".join(f"- {name}" for name in names[:_SHOWN])
    return f"{text} {_HEADINGS.say(language)}\n\n{listed}" if listed else text
