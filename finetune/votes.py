"""Votes in the chat to triples: which passage answers a question, as far as votes and search agree.

A vote for a source is one for its passage; a vote for an answer is one for each source that it cites. A
vote against a source is one against its passage; one against an answer says nothing of them, the wording
may be at fault. A vote on the sources as a whole is one on each that is cited. A passage that the user
pointed out, perhaps after a search of its own, is a vote for it at no rank: who points has looked, so more
is believed before. Votes can be wrong. So each is weighed: how likely a passage at its rank answers a
question, by all votes on that rank, is what is believed before; each vote moves the belief by the odds that
it is right. A single vote for the first hit is enough, for the eighth there must be several, and a vote
against the first hit proves nothing by itself. Where voters contradict each other the belief stays in the
middle.

Position bias: people see, and vote on, the first hits more often. Which hits have votes is no evidence here,
and a vote is compared with others on the same rank. Weights by inverse propensity would raise the deep hits,
where most votes for a source are wrong (benchmarks/feedback.py counts them).

A voter is a conversation, as turns know no user: in each its last vote on a passage counts, and no
conversation gives more than `MOST_QUESTIONS` questions.
"""

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant import turkish
from assistant.catalogue import Catalogue
from assistant.errors import Message
from assistant.feedback import TurnLog
from assistant.metrics import letters
from assistant.records import Answer, Chunk
from assistant.remarks import Remarks
from finetune.privacy import without_personal_data
from finetune.records import Triple

WRONG = 0.2
"""Share of wrong votes that is reckoned with before there are many votes to tell it."""
MOST_WRONG = 0.3
"""Share of wrong votes above which no vote counts without a review."""
SURE = 0.8
"""Belief from which a passage is a positive without a review; below 1 − it, a negative."""
WORTH_A_LOOK = 0.5
"""Belief from which a voted passage is offered for review."""
MOST_QUESTIONS = 50
"""Questions, the newest, of one conversation."""
MOST_NEGATIVES = 5
"""Negatives of a triple, those with the lowest belief."""

_BEFORE = (0.7, 0.4, 0.3, 0.2, 0.2)
"""Share of votes for the hit of ranks 1, 2, … among all on it, before there are many; the last goes on."""
_BEFORE_POINTED = 0.8  # the same for a passage that was pointed out
_BEFORE_VOTES = 20  # so many votes on a rank count as much as the share above
_BELIEF_BEFORE = (0.02, 0.9)  # no rank is right or wrong by itself
_MOST = 0.49  # wrong votes; above it each would speak for the opposite
_DEEP = 5  # from here on, counted from 0, hits hardly ever answer

State = Literal["ready", "doubtful", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A triple that votes suggest, and whether it trains: "ready" and "accepted" ones do.

    `belief` is how likely the positive answers the question, `ups` and `downs` how many voted on it.
    """

    key: str
    triple: Triple
    state: State
    belief: float
    ups: int
    downs: int


def vote_triples(catalogue: Catalogue, held_out: Callable[[str], bool]) -> list[Triple]:
    """What votes and reviews give to train on; nothing of documents that are `held_out`, by source."""
    return [one.triple for one in candidates(catalogue, held_out) if one.state in ("ready", "accepted")]


def candidates(catalogue: Catalogue, held_out: Callable[[str], bool]) -> list[Candidate]:
    """All triples that votes suggest, surest first, then those that a review brought by itself."""
    reviews = _reviews(catalogue)
    found = []
    for one in _suggested(_votes(catalogue, held_out)):
        state, triple = reviews.pop(one.key, (one.state, one.triple))
        found.append(replace(one, state=state, triple=triple))
    found.sort(key=lambda one: (-one.belief, one.key))
    found += [Candidate(key, triple, state, 1.0, 0, 0) for key, (state, triple) in sorted(reviews.items())]
    return [one for one in found if not held_out(one.triple.source)]


def without_passages(triples: Sequence[Triple], held_out: Sequence[Chunk]) -> list[Triple]:
    """Without the triples whose positive, and the negatives that, say the same as a held-out passage.

    A vote knows the document as it was called then; a copy may stand in another one, or the file has moved.
    """
    texts = {letters(text) for chunk in held_out for text in (chunk.text, chunk.passage)}
    return [
        replace(one, negatives=tuple(text for text in one.negatives if letters(text) not in texts))
        for one in triples
        if letters(one.positive) not in texts
    ]


def key_of(question: str, passage: str) -> str:
    """What a triple is known by, however the question is typed."""
    return hashlib.sha256(f"{_plain(question)}\0{passage}".encode()).hexdigest()[:16]


def _reviews(catalogue: Catalogue) -> dict[str, tuple[State, Triple]]:
    kept = {}
    for key, state, text in catalogue.read("SELECT key, state, triple FROM reviews"):
        triple = json.loads(text)
        kept[key] = state, Triple(**triple | {"negatives": tuple(triple["negatives"])})
    return kept


# from the log to votes


@dataclass(frozen=True, slots=True)
class _Vote:
    """A vote of one conversation on a passage for a question.

    It was shown at `rank` (from 0), or pointed out (None).
    """

    question: str
    chunk: Chunk
    rank: int | None
    up: bool


def _votes(catalogue: Catalogue, held_out: Callable[[str], bool]) -> list[_Vote]:
    """The last vote of each conversation on each passage for each question, without personal data."""
    last: dict[str, dict[str, dict[str, _Vote]]] = defaultdict(dict)  # by conversation, question, passage
    pointed: dict[int, list[Chunk]] = defaultdict(list)
    for one in Remarks(catalogue, dict).all_pointed():
        pointed[one.turn].append(one.chunk)
    for turn, votes in TurnLog(catalogue, dict).voted():
        question = without_personal_data(turn.answer.searched or turn.question)
        if not turkish.content_keys(question):
            continue
        of_voter = last[turn.conversation]
        plain = _plain(question)
        of_question = of_voter.pop(plain, {})  # goes to the end: the newest
        for rank, up in _on_hits(turn.answer, votes):
            chunk = turn.answer.hits[rank].chunk
            if not held_out(chunk.source):
                of_question[chunk.passage] = _Vote(question, chunk, rank, up)
        for chunk in pointed[turn.id]:
            if not held_out(chunk.source):
                of_question[chunk.passage] = _Vote(question, chunk, None, True)
        if of_question:
            of_voter[plain] = of_question
    return [
        vote
        for of_voter in last.values()
        for of_question in list(of_voter.values())[-MOST_QUESTIONS:]
        for vote in of_question.values()
    ]


def _on_hits(answer: Answer, votes: dict[str, int]) -> Iterator[tuple[int, bool]]:
    """Each hit that was voted on, and whether for it.

    Its own vote counts before that on the sources as a whole, and that before the one on the answer.
    """
    own = {int(target[4:]): value for target, value in votes.items() if target.startswith("hit:")}
    whole = votes.get("evidence", 0) or max(0, votes.get("answer", 0))
    if whole:
        own = {citation.hit: whole for citation in answer.citations} | own
    for rank, value in sorted(own.items()):
        yield rank, value > 0


# from votes to beliefs


def doubts(catalogue: Catalogue, held_out: Callable[[str], bool]) -> Message | None:
    """What is to be said of votes that are too often wrong to train on without a review."""
    wrong = _wrong(_votes(catalogue, held_out))
    if wrong <= MOST_WRONG:
        return None
    return Message(
        f"Oyların yaklaşık %{100 * wrong:.0f} kadarı yanlış görünüyor; bu oylardan yalnız gözden geçirip "
        "kabul ettiğiniz adaylarla eğitim yapılır.",
        f"About {100 * wrong:.0f} % of the votes seem wrong; of these votes only candidates that you look at "
        "and accept are trained on.",
    )


def _suggested(votes: list[_Vote]) -> list[Candidate]:
    wrong = _wrong(votes)
    before = _by_rank(votes, wrong)
    by_question: dict[str, dict[str, list[_Vote]]] = defaultdict(lambda: defaultdict(list))
    for vote in votes:
        by_question[_plain(vote.question)][vote.chunk.passage].append(vote)
    found = []
    for passages in by_question.values():
        beliefs = {passage: _belief(given, before, wrong) for passage, given in passages.items()}
        negatives = sorted((belief, passage) for passage, belief in beliefs.items() if belief <= 1 - SURE)
        for passage, given in passages.items():
            if beliefs[passage] < WORTH_A_LOOK or not any(vote.up for vote in given):
                continue
            triple = Triple(
                given[0].question,
                passage,
                tuple(text for _, text in negatives[:MOST_NEGATIVES]),
                given[0].chunk.source,
                "vote",
            )
            state: State = "ready" if beliefs[passage] >= SURE and wrong <= MOST_WRONG else "doubtful"
            ups = sum(vote.up for vote in given)
            key = key_of(triple.question, passage)
            found.append(Candidate(key, triple, state, beliefs[passage], ups, len(given) - ups))
    return found


def _wrong(votes: list[_Vote]) -> float:
    """At most this share of the votes is wrong: that for deep hits, or that against first ones if it is less.

    Deep hits hardly ever answer, so nearly every vote for one is wrong; first hits mostly do.
    """
    deep = [vote.up for vote in votes if vote.rank is not None and vote.rank >= _DEEP]
    first = [not vote.up for vote in votes if vote.rank == 0]
    return min(_MOST, *(_share(sum(odd), len(odd), WRONG) for odd in (deep, first)))


def _share(part: int, whole: int, before: float) -> float:
    return (part + _BEFORE_VOTES * before) / (whole + _BEFORE_VOTES)


def _by_rank(votes: list[_Vote], wrong: float) -> Callable[[int | None], float]:
    """How likely a voted hit of a rank answers its question: the votes on that rank, less the wrong ones."""
    cast, ups = Counter(vote.rank for vote in votes), Counter(vote.rank for vote in votes if vote.up)
    least, most = _BELIEF_BEFORE

    def before(rank: int | None) -> float:
        if rank is None:
            return _BEFORE_POINTED
        share = _share(ups[rank], cast[rank], _BEFORE[min(rank, len(_BEFORE) - 1)])
        return min(max((share - wrong) / max(1 - 2 * wrong, 0.01), least), most)

    return before


def _belief(given: list[_Vote], before: Callable[[int | None], float], wrong: float) -> float:
    """Bayes: the odds before, by how it was shown or found, times those of each vote."""
    prior = sum(before(vote.rank) for vote in given) / len(given)
    odds = math.log(prior / (1 - prior))
    odds += sum(1 if vote.up else -1 for vote in given) * math.log((1 - wrong) / wrong)
    return 1 / (1 + math.exp(-odds))


def _plain(text: str) -> str:
    """The words of a question: case, diacritics and marks do not matter."""
    return " ".join(turkish.words(text))
