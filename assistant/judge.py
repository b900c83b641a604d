"""One result judged against its question: was the evidence found, is it in the answer, is the source right.

A hit holds a piece of evidence when its first 2,000 characters cover 60 % of the evidence's character 8-grams
and it comes from the question's document, or 90 % and it comes from anywhere: some documents repeat others.
It knows nothing of files, and nothing of how anything is searched or answered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from statistics import fmean

from assistant.metrics import coverage, letters, ndcg, recall, reciprocal_rank, word_recall

DEPTH = 10
"""Hits that are judged."""

LENGTH = 2000
"""Characters of a passage that are judged."""

COVERED, COPIED = 0.6, 0.9
"""Share of a piece of evidence's 8-grams that a passage must hold, from the right document and from any."""

ANSWER = 1500
"""Characters of an answer; a longer one proves and says nothing: it could hold the whole passage."""

CITED = 3
"""Citations of an answer that are judged."""

_MARK = re.compile(r"\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that was found or can be; `source` is its document's path below the folder (POSIX, NFC)."""

    source: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what answers it: `evidence` quoted from the document `source`, or all of it if empty.

    Without a `source` the documents do not answer it. `page` is the evidence's in a PDF, `answer` a short
    one that a person wrote. `before` are the questions that it follows in a conversation, the first one
    first.
    """

    text: str
    source: str
    evidence: tuple[str, ...] = ()
    kind: str = ""
    before: tuple[str, ...] = ()
    id: str | int = ""
    page: int | None = None
    answer: str = ""

    @property
    def wanted(self) -> int:
        """The number of pieces of evidence."""
        return len(self.evidence) or 1

    def is_from(self, source: str) -> bool:
        """Whether this is the path of the right document, below whatever folder."""
        right = PurePosixPath(self.source).parts
        return PurePosixPath(source).parts[-len(right) :] == right

    def found(self, passages: Sequence[Passage]) -> list[set[int]]:
        """The pieces of evidence that each passage holds."""
        return [self._pieces(passage) for passage in passages]

    def _pieces(self, passage: Passage) -> set[int]:
        right = self.is_from(passage.source)
        if not self.evidence:
            return {0} if right else set()
        enough = COVERED if right else COPIED
        text = passage.text[:LENGTH]
        return {i for i, piece in enumerate(self.evidence) if coverage(text, piece) >= enough}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a question: the hits, best first, and the answer; None where it was only searched for.

    `cited` are the sources of the answer's citations, in order.
    """

    hits: tuple[Passage, ...] = ()
    answer: str | None = None
    abstained: bool = False
    cited: tuple[str, ...] = ()
    seconds: float | None = None


def judge(question: Question, result: Result) -> dict[str, float]:
    """The metrics by name, those only that apply: of a question without an answer only `abstain_right`.

    All are in 0..1, more being better, but `answer_chars` and `seconds`. `verbatim` is the share of the
    answer's cited lines that stand, but for marks and white space, in a hit from a cited document.
    """
    scores = _searched(question, result.hits[:DEPTH]) if question.source else {}
    if result.answer is not None:
        scores |= _answered(question, result, result.answer) if question.source else _declined(result)
    if result.seconds is not None:
        scores["seconds"] = result.seconds
    return scores


def _searched(question: Question, hits: Sequence[Passage]) -> dict[str, float]:
    found = question.found(hits)
    scores = {f"recall@{k}": recall(found, question.wanted, k) for k in (1, 3, 5, 10)}
    scores["mrr@10"] = reciprocal_rank(found)
    scores["ndcg@10"] = ndcg(found, question.wanted)
    scores["source@1"] = float(bool(hits) and question.is_from(hits[0].source))
    first = next((hit for hit, pieces in zip(hits, found, strict=True) if pieces), None)
    if question.page and first and question.is_from(first.source):
        scores["page_right"] = float(first.page == question.page)
    return scores


def _answered(question: Question, result: Result, answer: str) -> dict[str, float]:
    scores = {
        "answered": float(bool(answer) and not result.abstained),
        "answer_chars": float(len(answer)),
        "cites_source": float(not result.abstained and any(map(question.is_from, result.cited[:CITED]))),
    }
    if result.abstained or len(answer) > ANSWER:
        answer = ""
    if question.evidence:
        proven = [coverage(answer, piece) >= COVERED for piece in question.evidence]
        scores["evidence_in_answer"] = sum(proven) / len(proven)
    if question.answer:
        scores["answer_recall"] = word_recall(answer, question.answer)
    if lines := _cited_lines(answer):
        given = [letters(hit.text) for hit in result.hits if hit.source in result.cited]
        scores["verbatim"] = fmean(any(line in text for text in given) for line in lines)
    return scores


def _cited_lines(answer: str) -> list[str]:
    """The letters of each line of what stands before the answer's marks [1], [2]."""
    lines = "\n".join(_MARK.split(answer)[:-1]).splitlines()
    return [plain for line in lines if (plain := letters(line))]


def _declined(result: Result) -> dict[str, float]:
    return {"abstain_right": float(result.abstained)}
