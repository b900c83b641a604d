"""What an answer says when the documents do not hold it: what was looked for, where, and what comes near."""

from collections.abc import Sequence

from assistant.errors import Message
from assistant.prompts import place
from assistant.question_words import Role, read_words
from assistant.records import Hit
from assistant.smalltalk import NO_DOCUMENTS, plain
from assistant.turkish import STOP_KEYS

NEAREST = 3
"""Sections that an abstaining answer names, and documents that it says were looked at."""

_LOOKED_FOR = Message("Aranan sözcükler: {words}.", "Looked for: {words}.")
_NOT_FOUND = Message(
    "Belgelerde bulamadım. {looked}Soruyu başka sözcüklerle sorabilir ya da konuyla ilgili bir belge "
    "ekleyebilirsiniz.",
    "I could not find this in the documents. {looked}You can ask in other words, or add a document on the "
    "subject.",
)
_NOT_WITHIN = Message(
    "Seçilen belgelerde bulamadım; yalnızca şunlara bakıldı: {within}. {looked}Soruyu başka sözcüklerle "
    "sorabilir ya da seçimi kaldırıp bütün belgelerde arayabilirsiniz.",
    "I could not find this in the chosen documents; only these were looked at: {within}. {looked}You can ask "
    "in other words, or drop the choice and search all documents.",
)
_ELSEWHERE = Message(
    "Yanıt, seçiminizin dışında kalan şu belgede olabilir: {where}.",
    "The answer may be in this document, which is not among those chosen: {where}.",
)
_NEAREST = Message("En yakın bölümler:", "Nearest sections:")
_MORE = Message(" ve {count} belge ya da klasör daha", " and {count} more")


def abstaining(
    asked: Sequence[str], hits: Sequence[Hit], within: Sequence[str], elsewhere: Hit | None, language: str
) -> str:
    """The text of an answer that gives none.

    `asked` are wordings of the question, of which the first with a subject counts; `elsewhere` is the best
    hit outside `within`, if it seems to hold the answer.
    """
    if not hits and not within:
        return NO_DOCUMENTS.say(language)
    sought = next((found for question in asked if (found := _subject(question))), [])
    looked = _LOOKED_FOR.say(language).format(words=", ".join(map(plain, sought[:12]))) + " "
    said = _NOT_WITHIN if within else _NOT_FOUND
    text = said.say(language).format(looked=looked if sought else "", within=listed(within, language))
    if elsewhere:
        chunk = elsewhere.chunk
        title, source = plain(chunk.title), plain(chunk.source)
        where = f"{title} ({source})" if title and title != source else source
        text = f"{text}\n\n{_ELSEWHERE.say(language).format(where=where)}"
    return with_nearest(text, hits, language)


def with_nearest(text: str, hits: Sequence[Hit], language: str) -> str:
    """The text, and below it the sections that come nearest, if there are any."""
    places = dict.fromkeys(plain(place(hit, language)) for hit in hits)
    nearest = "\n".join(f"- {where}" for where in list(places)[:NEAREST])
    return f"{text}\n\n{_NEAREST.say(language)}\n{nearest}" if nearest else text


def listed(within: Sequence[str], language: str) -> str:
    """The first names that a question was limited to, and how many more there are."""
    shown = ", ".join(map(plain, within[:NEAREST]))
    more = len(within) - NEAREST
    return shown + (_MORE.say(language).format(count=more) if more > 0 else "")


def _subject(question: str) -> list[str]:
    """The question's words that say what it is about, as they were typed."""
    said = (word for word in read_words(question) if word.role not in (Role.OPENER, Role.CHAT))
    return list(dict.fromkeys(word.text for word in said if word.key not in STOP_KEYS))
