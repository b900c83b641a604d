"""An answer by a language model: its reply as it comes, with citations, and in the end checked.

What is wrong with a model's reply is raised as an LLMError; `assistant/chat.py` then answers without it.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import Message
from assistant.extract import best_quote
from assistant.llm import LLM
from assistant.llm_errors import ContextError, empty, unreadable
from assistant.prompts import fitted, place, says_not_found
from assistant.records import Answer, Citation, Exchange, Hit
from assistant.replies import Reply, is_garbled, read_reply
from assistant.support import unsupported

if TYPE_CHECKING:
    from assistant.embedder import Embedder

_UNCITED = Message(
    "Dil modeli bu yanıtta kaynak göstermedi; aşağıdaki kaynaklarla karşılaştırın.",
    "The language model named no source in this answer; compare it with the sources below.",
)
_UNSUPPORTED = Message(
    "Yanıttaki {count} cümle gösterilen kaynaklarda bulunamadı; soru işaretiyle işaretlendi.",
    "{count} of the answer's sentences could not be found in the sources shown; they bear a question mark.",
)


def cited_answers(
    llm: LLM,
    question: str,
    answer: Answer,
    history: Sequence[Exchange],
    idf: Callable[[str], float],
    checker: "Embedder | None",
    language: str,
) -> Generator[Answer]:
    """Growing answers from the hits in `answer`, the last one checked; `checker` compares meanings.

    A model that says that all this is too long for it is told half as much, once. Raises LLMError.
    """
    yield from once_more_with_half(
        llm.context,
        lambda context: _within(context, llm, question, answer, history, idf, checker, language),
    )


def once_more_with_half(context: int, answers: Callable[[int], Generator[Answer]]) -> Generator[Answer]:
    """The answers made within a context of so many tokens; if the model says that is too long, half of it."""
    try:
        yield from answers(context)
        return
    except ContextError:
        pass
    yield from answers(context // 2)


def _within(
    context: int, llm: LLM, question: str, answer: Answer, history: Sequence[Exchange],
    idf: Callable[[str], float], checker: "Embedder | None", language: str,
) -> Generator[Answer]:  # fmt: skip
    fit = fitted(question, answer.hits, history, context, language)
    citations: dict[int, Citation] = {}

    def grown(finished: bool) -> Answer:
        reply = read_reply(raw, len(fit.hits), finished)
        return with_citations(reply, answer, fit.hits, citations, idf)

    raw = ""
    for piece in llm.stream(question, fit.hits, fit.history):
        raw += piece
        yield grown(finished=False)
    final = grown(finished=True)
    require_text(raw, final.text)
    if says_not_found(final.text):
        yield final
        return
    yield checked(final, fit.hits, f"{question}\n{answer.searched}", idf, checker, language)


def with_citations(
    reply: Reply, answer: Answer, hits: Sequence[Hit], known: dict[int, Citation], idf: Callable[[str], float]
) -> Answer:
    """The answer with a reply's text and citations; `known` keeps those made for what was shown before.

    Mark n names `hits[n - 1]`, as the model was given it; what it rests on is looked for there once.
    """
    for n in reply.cited:
        if n not in known:
            claim = reply.text[: reply.text.rindex(f"[{n}]")]
            given = replace(hits[n - 1].chunk, text=hits[n - 1].text)
            known[n] = Citation(n, n - 1, best_quote(claim[-300:], given, idf))
    return replace(answer, text=reply.text, citations=tuple(known[n] for n in reply.cited))


def require_text(raw: str, shown: str) -> None:
    """Raise LLMError if a finished reply, of which `shown` may be shown, is no text."""
    if is_garbled(raw):
        raise unreadable()
    if not any(map(str.isalnum, shown)):
        raise empty()


def checked(
    final: Answer, hits: Sequence[Hit], asked: str, idf: Callable[[str], float],
    checker: "Embedder | None", language: str,
) -> Answer:  # fmt: skip
    """A finished answer with its unsupported sentences, and what is to be said of them behind its notice.

    `hits` are what the model was given, in the order of its marks. What was `asked` is no invention.
    """
    passages = {n: _read(hit, language) for n, hit in enumerate(hits, 1)}
    doubtful = unsupported(final.text, passages, idf, checker, asked)
    said = [notice for notice in (final.notice, _notice(final, len(doubtful))) if notice]
    notice = Message(" ".join(one.tr for one in said), " ".join(one.en for one in said)) if said else None
    return replace(final, unsupported=doubtful, notice=notice)


def _read(hit: Hit, language: str) -> str:
    """What a claim is compared with: the text that the model was given, and where it stands."""
    return f"{place(hit, language)}\n{hit.chunk.source}\n\n{hit.text}"


def _notice(final: Answer, doubtful: int) -> Message | None:
    if not final.citations:
        return _UNCITED
    if not doubtful:
        return None
    return Message(*(text.format(count=doubtful) for text in (_UNSUPPORTED.tr, _UNSUPPORTED.en)))
