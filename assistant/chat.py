"""The assistant: a question in, growing answers out, the last one cited, recorded and final.

It puts search, extract and language model together and decides when to abstain. It knows nothing of HTML:
an answer's text is Markdown that may hold whatever a document or a model wrote; the page sanitises it.
"""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.abstention import abstaining, with_nearest
from assistant.cited import cited_answers
from assistant.confidence import confidence
from assistant.errors import KilavuzError, Message
from assistant.extract import Extract, extract
from assistant.followup import Standalone, resolve
from assistant.llm import LLM
from assistant.llm_errors import LLMError
from assistant.needs import Library, Searcher, Turns
from assistant.owners import NOBODY, Owner
from assistant.prompts import says_not_found
from assistant.records import Answer, Citation, Exchange, Hit
from assistant.scope import Scope
from assistant.smalltalk import plain, reply
from assistant.summary import asked_back, summarised, wanted

if TYPE_CHECKING:
    from assistant.embedder import Embedder
    from assistant.faq import Faq
    from assistant.intents import Intents

ABSTAIN_BELOW = 0.5
"""Confidence (assistant/confidence.py) below which no extractive answer is given."""

LONGEST_QUESTION = 4000
"""Characters of a question."""

HITS = 10
"""Hits that an answer is made from and shown with."""

_ANY_QUESTION = "Nasıl başlarım?"
_INSTEAD = Message(
    "Yanıt doğrudan belgelerden alıntılandı.", "The answer was picked from the documents instead."
)
_MEANT = Message("Şöyle arandı: {question}", "Searched as: {question}")
_STOPPED = Message("Yanıt durduruldu.", "The answer was stopped.")
_FAQ_SOURCE = Message("Kaynak: {source}", "Source: {source}")


class Assistant:
    """Answers questions about a library's documents, with a language model or without."""

    def __init__(
        self, library: Library, turns: Turns | None, llm: LLM | None, language: str = "tr",
        intents: "Intents | None" = None, faq: "Faq | None" = None,
        search_notice: Callable[[], Message | None] | None = None, quick: "Embedder | None" = None,
    ) -> None:  # fmt: skip
        """Without `intents` and `faq` everything is looked up in the documents.

        `search_notice` tells what the user should know of the search, once. By `quick` sentences are compared
        with the question and, a language model's, with their sources.
        """
        self._library = library
        self._turns = turns
        self._llm = llm
        self._language = language
        self._intents = intents
        self._faq = faq
        self._search_notice = search_notice or (lambda: None)
        self._quick = quick

    @property
    def generator(self) -> str:
        """Who writes the answers: "extractive" or the language model's name."""
        return self._llm.name if self._llm else "extractive"

    def warm_up(self) -> None:
        """Make beforehand what the first question after a change would wait for, a second or so."""
        self._library.searcher.search(_ANY_QUESTION, 1)
        if self._intents:
            self._intents.fit()

    def search(
        self, question: str, limit: int = HITS, history: Sequence[Exchange] = (), within: Sequence[str] = ()
    ) -> list[Hit]:
        """The best chunks for a question, of the documents and folders `within` alone if there are any.

        Raises KilavuzError if the question is empty or too long, or one of them is not known.
        """
        question, scope = _checked(question), self._scope(within)
        searcher = self._library.searcher
        asked = resolve(question, history, searcher.keywords.idf, self._llm)
        return _found(searcher, asked.text, limit, scope)

    def ask(
        self,
        question: str,
        history: Sequence[Exchange] = (),
        conversation: str = "",
        within: Sequence[str] = (),
        owner: Owner = NOBODY,
    ) -> Answer:
        """The final answer, recorded. Raises KilavuzError like `stream`."""
        answer = Answer("")
        for answer in self.stream(question, history, conversation, within, owner):  # noqa: B007 - the last counts
            pass
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Exchange] = (),
        conversation: str = "",
        within: Sequence[str] = (),
        owner: Owner = NOBODY,
    ) -> Generator[Answer]:
        """Growing answers; the last one is final and recorded as the owner's; so is one that is closed early.

        Raises KilavuzError, at once, if the question is empty or too long, or if one of the documents and
        folders that it is limited to is not known.
        """
        turns = self._turns.of(owner) if self._turns else None
        return self._stream(_checked(question), history, conversation, self._scope(within), turns)

    def _scope(self, within: Sequence[str]) -> Scope | None:
        return self._library.scope(within) if within else None

    def _stream(
        self, question: str, history: Sequence[Exchange], conversation: str, scope: Scope | None,
        turns: Turns | None,
    ) -> Generator[Answer]:  # fmt: skip
        started = time.perf_counter()

        put_right: Message | None = None
        within = scope.names if scope else ()

        def record(answer: Answer) -> Answer:
            seconds = time.perf_counter() - started
            notice = answer.notice or put_right or self._search_notice()
            answer = replace(answer, seconds=seconds, notice=notice, within=within)
            return turns.record(conversation, question, answer) if turns else answer

        if self._faq and not scope and (entry := self._faq.match(question)):
            source = _FAQ_SOURCE.say(self._language).format(source=plain(entry.source))
            yield record(Answer(f"{entry.answer}\n\n{source}", generator="faq"))
            return
        searcher = self._library.searcher
        if growing := self._summary(question, history, scope):
            yield from self._recorded(growing, Answer("", within=within), record)
            return
        asked = resolve(question, history, searcher.keywords.idf, self._llm)
        meant = searcher.keywords.corrected(asked.question)
        if meant != asked.question:
            asked = replace(asked, question=meant)
            put_right = Message(*(text.format(question=plain(meant)) for text in (_MEANT.tr, _MEANT.en)))
        searched = asked.text if asked.text != question else ""
        hits = tuple(_found(searcher, asked.text, HITS, scope))
        answer = Answer("", hits, generator=self.generator, searched=searched, within=within)
        if self._intents:
            answered = self._confidence(asked.text, hits) >= ABSTAIN_BELOW
            documents, language = self._library.documents, self._language
            if said := reply(question, self._intents, answer.hits, answered, documents, language):
                if said.abstained:
                    said = replace(said, text=with_nearest(said.text, hits, language), hits=hits)
                yield record(said)
                return
        yield from self._recorded(self._written(question, asked, answer, history, searcher), answer, record)

    def _recorded(
        self, growing: Generator[Answer], answer: Answer, record: Callable[[Answer], Answer]
    ) -> Generator[Answer]:
        """The growing answers, the last one recorded; so is one that is stopped, `answer` before any came."""
        within = answer.within
        try:
            with closing(growing):
                for answer in growing:
                    yield replace(answer, within=within)
        except GeneratorExit:
            record(replace(answer, notice=answer.notice or _STOPPED))
            raise
        yield record(answer)

    def _summary(
        self, question: str, history: Sequence[Exchange], scope: Scope | None
    ) -> Generator[Answer] | None:
        """Growing summaries of the document that the question asks to summarise, if it does."""
        if not self._intents:
            return None
        parts, searcher = self._library.parts, self._library.searcher
        found = wanted(
            question, history, lambda: scope.documents if scope else parts.names(), self._intents.match
        )
        if found is None:
            return None
        if found.document is None:
            return (answer for answer in [asked_back(found.hints, self._language)])
        places, idf = parts.places(found.document.id), searcher.keywords.idf
        return summarised(found.document, places, searcher.fetch, idf, self._llm, self._quick, self._language)

    def _written(
        self,
        question: str,
        asked: Standalone,
        answer: Answer,
        history: Sequence[Exchange],
        searcher: Searcher,
    ) -> Generator[Answer]:
        """Growing answers from the hits in `answer`: by the language model, or extractive if that fails."""
        idf = searcher.keywords.idf
        wrong: Message | None = None
        if self._llm and answer.hits:
            try:
                last = answer
                with closing(
                    cited_answers(self._llm, question, answer, history, idf, self._quick, self._language)
                ) as growing:
                    for last in growing:
                        yield last
                if says_not_found(last.text):
                    yield self._abstention(question, asked, answer)
                return
            except LLMError as error:
                wrong = error.message
        answer = replace(answer, generator="extractive", notice=wrong)
        found = extract(asked.question, answer.hits, idf, self._quick, asked.before)
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
        elsewhere = self._elsewhere(asked.text) if answer.within else None
        text = abstaining((asked.question, asked.text), answer.hits, answer.within, elsewhere, self._language)
        return replace(answer, text=text, citations=(), abstained=True)

    def _elsewhere(self, question: str) -> Hit | None:
        """The best hit in the whole library, if that seems to hold the answer."""
        searcher = self._library.searcher
        hits = searcher.search(question, HITS)
        return hits[0] if self._confidence(question, hits) >= ABSTAIN_BELOW else None

    def _confidence(self, question: str, hits: Sequence[Hit]) -> float:
        return confidence(question, self._library.searcher.keywords.idf, hits)


def _found(searcher: Searcher, question: str, limit: int, scope: Scope | None) -> list[Hit]:
    return searcher.search(question, limit, among=scope.chunks) if scope else searcher.search(question, limit)


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
