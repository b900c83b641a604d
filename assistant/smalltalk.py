"""What is said without looking for passages: greetings, thanks, help, the list of documents, "not my field".

The documents come first: a word besides the intent's own that stands in the passages found makes an
utterance a question about them, and so do passages that seem to hold the answer to what looks out of scope.
"""

import re
from collections.abc import Callable, Collection, Sequence

from assistant.coverage import chunk_keys, keys
from assistant.errors import Message
from assistant.intents import OUTSIDE, Intents
from assistant.records import Answer, DocumentState, Hit
from assistant.turkish import content_keys

SURE = 0.6
"""Confidence of an intent from which on an utterance may be answered without the documents."""

SHOWN = 20
"""Documents that a list names."""

EXAMPLE = Message("Pompanın yağı ne zaman değiştirilir?", "Pompanın yağı ne zaman değiştirilir?")

REPLIES = {
    "greeting": Message(
        "Merhaba! Ben Kılavuz; belgelerinizdeki bilgileri bulup kaynağıyla gösteririm. Bir soru sorun, "
        f"örneğin: “{EXAMPLE.tr}”",
        "Hello! I am Kılavuz; I find what your documents say and show where. Ask a question, for example: "
        f"“{EXAMPLE.en}”",
    ),
    "thanks": Message(
        "Rica ederim! Başka bir sorunuz olursa buradayım; örneğin bir önceki yanıta “peki neden?” diye "
        "devam edebilirsiniz.",
        "You are welcome! Ask on whenever you like; you can also follow up on an answer, for example with "
        "“peki neden?”.",
    ),
    "help": Message(
        "Belgelerinizle ilgili soruları yanıtlarım ve her yanıtın kaynağını gösteririm: tanımlar, adımlar, "
        "değerler, karşılaştırmalar, nedenler, hata kodları, kod örnekleri.\n\n"
        f"- Sorun: “{EXAMPLE.tr}”, “E-1042 hatası nedir?”\n"
        "- Belgeleri görün: “Hangi belgeler var?”\n"
        "- Belge ekleyin: dosyaları (PDF, Markdown, Word, HTML …) belge klasörüne bırakın ya da sayfadan "
        "yükleyin.",
        "I answer questions about your documents and show the source of each answer: definitions, steps, "
        "values, comparisons, causes, error codes, code examples.\n\n"
        f"- Ask: “{EXAMPLE.en}”, “E-1042 hatası nedir?”\n"
        "- See the documents: “Hangi belgeler var?”\n"
        "- Add documents: put files (PDF, Markdown, Word, HTML …) into the drop folder, or upload them in "
        "the page.",
    ),
    "out_of_scope": Message(
        "Bu, belgelerinizde bulabileceğim bir şey değil: güncel ya da kişisel bilgilere erişemem, sizin "
        "yerinize iş de yapamam. Belgelerinizde yazanları bulup kaynağıyla gösterebilirim; örneğin: "
        f"“{EXAMPLE.tr}”",
        "This is nothing that I could find in your documents: I have no live or personal information, and "
        "cannot do things for you. I can find what your documents say and show where, for example: "
        f"“{EXAMPLE.en}”",
    ),
}
"""Replies by intent."""

NO_DOCUMENTS = Message(
    "Henüz aranabilen bir belge yok. Belgelerinizi (PDF, Markdown, Word, HTML …) belge klasörüne bırakın, "
    "sayfadan yükleyin ya da `kilavuz ingest KLASÖR` komutuyla ekleyin; sonra sorunuzu yeniden sorun.",
    "There is no document to search yet. Put yours (PDF, Markdown, Word, HTML …) into the drop folder, "
    "upload them in the page, or add them with `kilavuz ingest FOLDER`; then ask again.",
)
_ALL = Message("Aranabilen {count} belge var:", "{count} documents are searchable:")
_FITTING = Message(
    "Adı sorunuza uyan {fitting} belge var (toplam {count}):",
    "{fitting} documents have a name that fits (of {count}):",
)
_MORE = Message("… ve {more} belge daha.", "… and {more} more.")


def reply(
    utterance: str,
    intents: Intents,
    hits: Sequence[Hit],
    answered: bool,
    documents: Callable[[], Sequence[DocumentState]],
    language: str,
) -> Answer | None:
    """The reply to what is no question about the documents; None if it may be one.

    `hits` were found for the utterance; `answered` says whether they seem to hold an answer.
    """
    intent = intents.match(utterance)
    if intent.confidence < SURE:
        return None
    asked = set(content_keys(utterance))
    told = asked - intents.words(intent.name)
    about_documents = any(told & chunk_keys(hit.chunk) for hit in hits)
    if intent.name == "list_documents":
        named = asked - intents.words(intent.name, examples=2)
        text, fits = _list(documents(), named, language)
        return None if about_documents and not fits else Answer(text, generator="smalltalk")
    if intent.name not in REPLIES or (answered if intent.name == OUTSIDE else about_documents):
        return None
    text = REPLIES[intent.name].say(language)
    return Answer(text, abstained=intent.name == OUTSIDE, generator="smalltalk")


def plain(text: str) -> str:
    """Text in which nothing is Markdown or HTML."""
    return " ".join(re.sub(r"<[^>]*>|[][*`<>|]", " ", text).split())


def _list(documents: Sequence[DocumentState], asked: Collection[str], language: str) -> tuple[str, bool]:
    """The searchable documents, only those with most of the keys asked for in their name if any has one.

    Also returns whether any has one.
    """
    there = [one for one in documents if one.chunks]
    if not there:
        return NO_DOCUMENTS.say(language), False
    fits = [_fit(keys(f"{one.title} {one.source}"), asked) for one in there]
    most = max(fits)
    fitting = [one for one, fit in zip(there, fits, strict=True) if fit == most]
    head = (_FITTING if most else _ALL).say(language).format(fitting=len(fitting), count=len(there))
    lines = [f"- {plain(one.title or one.source)} ({plain(one.source)})" for one in fitting[:SHOWN]]
    text = "\n".join([f"{head}\n", *lines])
    more = len(fitting) - len(lines)
    return (f"{text}\n\n{_MORE.say(language).format(more=more)}" if more else text), most > 0


def _fit(name: Collection[str], asked: Collection[str]) -> int:
    """How many of the keys asked for are in a name, short words with their suffix too: "staj", "stajla"."""
    return sum(any(len(one) > 2 and word.startswith(one) for one in name) for word in asked)
