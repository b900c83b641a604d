"""The assistant: a question in, growing answers out, the last one cited, recorded and final.

It puts search, extract and language model together and decides when to abstain. It knows nothing of HTML:
an answer's text is Markdown that may hold whatever a document or a model wrote; the page sanitises it.
"""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from assistant.cited import cited_answers
from assistant.confidence import confidence
from assistant.errors import KilavuzError, Message
from assistant.extract import Extract, extract
from assistant.followup import Standalone, resolve
from assistant.llm import LLM
from assistant.llm_errors import LLMError
from assistant.prompts import place, says_not_found
from assistant.question_words import Role, read_words
from assistant.records import Answer, Citation, DocumentState, Exchange, Hit
from assistant.smalltalk import NO_DOCUMENTS, plain, reply
from assistant.turkish import STOP_KEYS, content_keys

if TYPE_CHECKING:
    from assistant.embedder import Embedder
    from assistant.faq import Faq
    from assistant.intents import Intents

ABSTAIN_BELOW = 0.5
"""Confidence (assistant/confidence.py) below which no extractive answer is given: 91 % of the dev questions
with an answer lie above it, 66 % of those without lie below."""

LONGEST_QUESTION = 4000
"""Characters of a question."""

HITS = 10
"""Hits that an answer is made from and shown with."""

NEAREST = 3
"""Sections that an abstaining answer names."""

_ANY_QUESTION = "Nasıl başlarım?"
_LOOKED_FOR = Message("Aranan sözcükler: {words}.", "Looked for: {words}.")
_NOT_FOUND = Message(
    "Belgelerde bulamadım. {looked}Soruyu başka sözcüklerle sorabilir ya da konuyla ilgili bir belge "
    "ekleyebilirsiniz.",
    "I could not find this in the documents. {looked}You can ask in other words, or add a document on the "
    "subject.",
)
_NEAREST = Message("En yakın bölümler:", "Nearest sections:")
_INSTEAD = Message(
    "Yanıt doğrudan belgelerden alıntılandı.", "The answer was picked from the documents instead."
)
_MEANT = Message("Şöyle arandı: {question}", "Searched as: {question}")
_STOPPED = Message("Yanıt durduruldu.", "The answer was stopped.")
_FAQ_SOURCE = Message("Kaynak: {source}", "Source: {source}")


class Keywords(Protocol):
    """What an answer needs of the keyword index."""

    def idf(self, key: str, /) -> float: ...
    def corrected(self, question: str, /) -> str: ...


class Searcher(Protocol):
    """What an answer needs of a search (assistant/search.py)."""

    @property
    def keywords(self) -> Keywords: ...
    @property
    def embedder(self) -> "Embedder": ...
    def search(self, question: str, limit: int = ...) -> list[Hit]: ...


class Library(Protocol):
    """What an answer needs of a library (assistant/library.py)."""

    @property
    def searcher(self) -> Searcher: ...
    def documents(self) -> list[DocumentState]: ...


class Turns(Protocol):
    """Where answers are recorded (assistant/feedback.py)."""

    def record(self, conversation: str, question: str, answer: Answer) -> Answer: ...


class Assistant:
    """Answers questions about a library's documents, with a language model or without."""

    def __init__(
        self, library: Library, turns: Turns | None, llm: LLM | None, language: str = "tr",
        intents: "Intents | None" = None, faq: "Faq | None" = None,
        search_notice: Callable[[], Message | None] | None = None, checker: "Embedder | None" = None,
    ) -> None:  # fmt: skip
        """Without `intents` and `faq` everything is looked up in the documents.

        `search_notice` tells what the user should know of the search, once. `checker` is the embedder that a
        language model's sentences are compared with their sources by.
        """
        self._library = library
        self._turns = turns
        self._llm = llm
        self._language = language
        self._intents = intents
        self._faq = faq
        self._search_notice = search_notice or (lambda: None)
        self._checker = checker

    @property
    def generator(self) -> str:
        """Who writes the answers: "extractive" or the language model's name."""
        return self._llm.name if self._llm else "extractive"

    def warm_up(self) -> None:
        """Make beforehand what the first question after a change would wait for, a second or so."""
        self._library.searcher.search(_ANY_QUESTION, 1)
        if self._intents:
            self._intents.fit()

    def search(self, question: str, limit: int = HITS, history: Sequence[Exchange] = ()) -> list[Hit]:
        """The best chunks for a question. Raises KilavuzError if it is empty or too long."""
        searcher = self._library.searcher
        asked = resolve(_checked(question), history, searcher.keywords.idf, self._llm)
        return searcher.search(asked.text, limit)

    def ask(self, question: str, history: Sequence[Exchange] = (), conversation: str = "") -> Answer:
        """The final answer, recorded. Raises KilavuzError if the question is empty or too long."""
        answer = Answer("")
        for answer in self.stream(question, history, conversation):  # noqa: B007 - the last one counts
            pass
        return answer

    def stream(
        self, question: str, history: Sequence[Exchange] = (), conversation: str = ""
    ) -> Generator[Answer]:
        """Growing answers; the last one is final and recorded. One that is closed early is recorded as it is.

        Raises KilavuzError, at once, if the question is empty or too long.
        """
        return self._stream(_checked(question), history, conversation)

    def _stream(self, question: str, history: Sequence[Exchange], conversation: str) -> Generator[Answer]:
        started = time.perf_counter()

        put_right: Message | None = None

        def record(answer: Answer) -> Answer:
            seconds = time.perf_counter() - started
            notice = answer.notice or put_right or self._search_notice()
            answer = replace(answer, seconds=seconds, notice=notice)
            return self._turns.record(conversation, question, answer) if self._turns else answer

        if self._faq and (entry := self._faq.match(question)):
            source = _FAQ_SOURCE.say(self._language).format(source=plain(entry.source))
            yield record(Answer(f"{entry.answer}\n\n{source}", generator="faq"))
            return
        searcher = self._library.searcher
        asked = resolve(question, history, searcher.keywords.idf, self._llm)
        meant = searcher.keywords.corrected(asked.question)
        if meant != asked.question:
            asked = replace(asked, question=meant)
            put_right = Message(*(text.format(question=plain(meant)) for text in (_MEANT.tr, _MEANT.en)))
        searched = asked.text if asked.text != question else ""
        hits = tuple(searcher.search(asked.text, HITS))
        answer = Answer("", hits, generator=self.generator, searched=searched)
        if self._intents:
            sought = {key: searcher.keywords.idf(key) for key in content_keys(asked.text)}
            answered = confidence(sought, answer.hits) >= ABSTAIN_BELOW
            documents, language = self._library.documents, self._language
            if said := reply(question, self._intents, answer.hits, answered, documents, language):
                yield record(said)
                return
        try:
            with closing(self._written(question, asked, answer, history, searcher)) as growing:
                for answer in growing:
                    yield answer
        except GeneratorExit:
            record(replace(answer, notice=answer.notice or _STOPPED))
            raise
        yield record(answer)

    def _written(
        self,
        question: str,
        asked: Standalone,
        answer: Answer,
        history: Sequence[Exchange],
        searcher: Searcher,
    ) -> Generator[Answer]:
        """Growing answers from the hits in `answer`: by the language model, or extractive if that fails."""
        idf, embedder = searcher.keywords.idf, searcher.embedder
        wrong: Message | None = None
        if self._llm and answer.hits:
            try:
                last = answer
                with closing(
                    cited_answers(self._llm, question, answer, history, idf, self._checker, self._language)
                ) as growing:
                    for last in growing:
                        yield last
                if says_not_found(last.text):
                    yield self._abstention(question, asked, answer)
                return
            except LLMError as error:
                wrong = error.message
        answer = replace(answer, generator="extractive", notice=wrong)
        found = extract(asked.question, answer.hits, idf, embedder, asked.before)
        if not found.parts or found.confidence < ABSTAIN_BELOW:
            yield self._abstention(question, asked, answer)
            return
        if wrong:
            notice = Message(f"{wrong.tr} {_INSTEAD.tr}", f"{wrong.en} {_INSTEAD.en}")
            answer = replace(answer, notice=notice)
        for n in range(1, len(found.parts) + 1):
            yield replace(answer, text="".join(found.parts[:n]), citations=_cited_so_far(found, n))

    def _abstention(self, question: str, asked: Standalone, answer: Answer) -> Answer:
        """Says that the answer is not there, what was looked for, and which sections come nearest."""
        language = self._language
        if not answer.hits:
            return replace(answer, text=NO_DOCUMENTS.say(language), citations=(), abstained=True)
        sought = _subject(asked.question) or _subject(asked.text)
        looked = _LOOKED_FOR.say(language).format(words=", ".join(map(plain, sought[:12]))) + " "
        text = _NOT_FOUND.say(language).format(looked=looked if sought else "")
        places = dict.fromkeys(plain(place(hit, language)) for hit in answer.hits)
        nearest = "\n".join(f"- {where}" for where in list(places)[:NEAREST])
        text = f"{text}\n\n{_NEAREST.say(language)}\n{nearest}"
        return replace(answer, text=text, citations=(), abstained=True)


def _checked(question: str) -> str:
    question = question.strip()
    if not any(c.isalnum() for c in question):
        raise KilavuzError("Soru boş; bir soru yazın.", "The question is empty; write a question.")
    if len(question) > LONGEST_QUESTION:
        raise KilavuzError(
            f"Soru çok uzun ({len(question)} karakter); soruyu en çok {LONGEST_QUESTION} "
            "karakterle yazın, uzun metinleri belge olarak ekleyin.",
            f"The question is too long ({len(question)} characters); use at most {LONGEST_QUESTION}, and add "
            "long texts as documents.",
        )
    return question


def _cited_so_far(found: Extract, parts: int) -> tuple[Citation, ...]:
    """The citations whose marks stand in the first `parts` parts."""
    return tuple(c for c in found.citations if any(p.endswith(f"[{c.number}]") for p in found.parts[:parts]))


def _subject(question: str) -> list[str]:
    """The question's words that say what it is about, as they were typed."""
    said = (word for word in read_words(question) if word.role not in (Role.OPENER, Role.CHAT))
    return list(dict.fromkeys(word.text for word in said if word.key not in STOP_KEYS))
