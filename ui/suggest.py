"""Questions that the page offers: to begin with, and to go on with after an answer. By rule, without a model.

A question is made from a heading, since that says in the document's own words what stands below it: a heading
that asks is taken as it is, one that names a thing is asked about, any other is quoted. None leans on what
stands elsewhere, so each can be asked alone.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files

from assistant.documents import Documents
from assistant.records import Answer, Chunk, DocumentState, Hit
from assistant.turkish import content_keys, fold, key, lower, words
from ui import texts

STARTERS, FOLLOWUPS = 4, 3
"""Questions offered at once."""

LIMIT = 90
"""Characters of a question: a button is read at a glance."""

BUDGET = 0.5
"""Seconds that the first page after a change of the documents waits for its questions."""

_RELEVANT = 4  # hits that are near enough to the question to lead on from it
_AFTER, _BEFORE = 16, 8  # chunks around a source: a few sections
_LOOKED_AT = 160  # chunks drawn for the questions to begin with
_ALIKE = 0.6  # share of the words that two questions may have in common
_ASKS = frozenset("nasil neden nicin nedir nelerdir neler hangi kac nerede kim mi midir what how why".split())  # noqa: SIM905
_NUMBER = re.compile(
    r"^(?:(?:[A-Z]\.)?\d+(?:\.\d+)*\.?|(?:Adım|Bölüm|Madde|Ek|Step|Chapter) \d+ *[:.–—-])\s+"
)
_TO_DO = re.compile(r".{2}m[ae]k$")
# The last word of a heading that is no name: a command, a sentence, a part of one.
_NO_NAME = re.compile(
    r"(?:[iu]n|iniz|unuz|yor\w*|[iaue]r[iu]m|[ae]l[iu]m|mis|d[iu]r|[iu][ln][iu]r|bilir|icin|ile|gibi|[eia]k)$"
)
_UNCLEAN = re.compile(r"[|{}\\^~<>=$#*`_…\[\]]|\.{2,}|[:,;–—-]$|\.\w+$|\?.")


def question_of(chunk: Chunk, language: str) -> str:
    """The question that a chunk's heading stands for; "" if its heading is none that could be asked about."""
    from finetune.rules.headings import generic
    from finetune.rules.reading import DEICTIC, OPENERS, plain

    heading = _NUMBER.sub("", plain(chunk.headings[-1])) if chunk.headings else ""
    told = words(heading)
    if len(told) > 1 and told[-1] == "hakkinda":
        heading, told = heading.rpartition(" ")[0], told[:-1]
    if not 1 <= len(told) <= 8 or _UNCLEAN.search(heading) or generic(fold(heading)):
        return ""
    telling = content_keys(heading)
    if not telling or sum(map(str.isalpha, heading)) < 0.7 * len(heading) or DEICTIC.search(lower(heading)):
        return ""
    if told[0] in OPENERS or len("".join(chunk.text.split())) < len(heading) + 120:
        return ""
    asks = _ASKS & set(told)
    if asks and len(telling) > 1:
        question = heading.rstrip("? ") + "?"
    elif heading.endswith("?") or (asks and len(told) < 3):
        return ""
    elif len(telling) < 2 and key(told[0]) not in map(key, words(chunk.title)):
        return ""  # one word says too little outside its document
    elif language != "en" and _TO_DO.search(told[-1]) and len(told) > 1:
        question = texts.ASK_HOW.say(language).format(heading=heading)
    elif language == "en" or _NO_NAME.search(told[-1]) or fold(heading).startswith("http"):
        question = texts.ASK_QUOTED.say(language).format(heading=heading)
    else:
        question = texts.ASK_ABOUT.say(language).format(heading=heading)
    return question if len(question) <= LIMIT else ""


def followups(
    answer: Answer, nearby: Callable[[Chunk], Sequence[Chunk]], asked: Sequence[str], language: str
) -> list[str]:
    """Questions that lead on from an answer: of what stands near its sources, then of the best other hits.

    `nearby` gives the chunks around one in its document. Nothing comes that is like one `asked` before.
    """
    cited = list(dict.fromkeys(citation.hit for citation in answer.citations))
    near = [chunk for index in cited[:2] for chunk in nearby(answer.hits[index].chunk)]
    found = [hit.chunk for index, hit in enumerate(answer.hits[:_RELEVANT]) if index not in cited]
    return list(_unlike((question_of(chunk, language) for chunk in (*near, *found)), asked, FOLLOWUPS))


def nearby(documents: Documents, chunk: Chunk) -> list[Chunk]:
    """The chunks after this one in its document, then those before it, the nearest first."""
    around = documents.chunks(range(chunk.id - _BEFORE, chunk.id + _AFTER))
    same = [one for one in around.values() if one.source == chunk.source and one.id != chunk.id]
    return sorted(same, key=lambda one: (one.id < chunk.id, abs(one.id - chunk.id)))


class Starters:
    """Questions to begin with, made anew when the documents change. Safe to call from several threads."""

    def __init__(
        self, documents: Documents, search: Callable[[str, int], Sequence[Hit]], language: str
    ) -> None:
        """`search` gives the best hits for a question: one is only offered if it finds its own document."""
        self._documents, self._search, self._language = documents, search, language
        self._lock = threading.Lock()
        self._made: tuple[object, tuple[str, ...]] = (None, ())
        self._tried: object = None

    def of(self, states: Sequence[DocumentState]) -> tuple[str, ...]:
        """The questions; none while there are only the samples, which have questions of their own."""
        samples = {sample.name for sample in files("assistant").joinpath("samples").iterdir()}
        own = [one for one in states if one.chunks and one.source not in samples]
        now = [(one.id, one.changed_at) for one in own]
        with self._lock:
            if self._made[0] == now or not own:
                return self._made[1] if own else ()
            end = time.monotonic() + BUDGET
            made = tuple(self._make(own, end))
            # A search that was not warm yet finds too little: the next page tries once more.
            if time.monotonic() < end or self._tried == now:
                self._made = (now, made)
            self._tried = now
            return made

    def _make(self, own: Sequence[DocumentState], end: float) -> Iterator[str]:
        from finetune.rules.reading import DEICTIC

        offered = 0
        for question in _unlike(self._questions([one.id for one in own], end), (), STARTERS - 1):
            offered += 1
            yield question
        named = [one for one in own if not DEICTIC.search(lower(one.title))]
        titled = sorted(named, key=lambda one: (-one.chunks, one.source))
        summed = (
            texts.ASK_SUMMARY.say(self._language).format(title=one.title or one.source) for one in titled
        )
        for question in _unlike((one for one in summed if len(one) <= LIMIT), (), STARTERS - offered):
            yield question

    def _questions(self, documents: Sequence[int], end: float) -> Iterator[str]:
        """Of chunks drawn by lot, no two of one document, those that ask themselves first."""
        lot = random.Random(len(documents))
        ids = self._documents.chunk_ids(documents)
        chunks = self._documents.chunks(lot.sample(ids, min(len(ids), _LOOKED_AT))).values()
        asked = [(chunk, question_of(chunk, self._language)) for chunk in chunks]
        about = texts.ASK_QUOTED.say(self._language).partition("{heading}")[2]
        seen: set[str] = set()
        for chunk, question in sorted(asked, key=lambda one: one[1].endswith(about)):
            if not question or chunk.source in seen or time.monotonic() > end:
                continue
            hits = self._search(question, 1)
            if hits and hits[0].chunk.source == chunk.source:
                seen.add(chunk.source)
                yield question


def _unlike(questions: Iterable[str], asked: Sequence[str], most: int) -> Iterator[str]:
    """The first few that are neither empty nor like one another or one of `asked`."""
    known = [_keys(question) for question in asked]
    for question in questions:
        keys = _keys(question)
        if most and keys and all(len(keys & one) < _ALIKE * min(len(keys), len(one)) for one in known if one):
            known.append(keys)
            most -= 1
            yield question
        if not most:
            return


def _keys(question: str) -> set[str]:
    """What a question is about, without the words in which we ask."""
    return set(content_keys(question)) - _OUR_WORDS


_OUR_WORDS = {
    found
    for message in (texts.ASK_ABOUT, texts.ASK_QUOTED, texts.ASK_SUMMARY)
    for found in content_keys(f"{message.tr} {message.en}")
}
