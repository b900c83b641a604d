"""How well the assistant serves, from what was asked: figures by day, and what to look into. Pure.

Questions are those that documents could answer: small talk is left out. Days are those of the time zone.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from assistant.turkish import content_keys, fold

SHOWN, FEW = 10, 5
"""Entries of the lists of things to look into: questions without an answer, and of the others."""
SIMILAR = 0.6
"""Share of their words that two questions have in common if they ask the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn without its passages. `question` is "" where its conversation was deleted; times are ISO 8601.

    `cited` are the documents that its answer cites; `owner` is the name of who asked (`owners.py`).
    """

    turn: int
    conversation: str
    asked_at: str
    question: str
    answered: bool
    generator: str
    seconds: float
    cited: tuple[str, ...] = ()
    owner: str = ""

    def unworded(self) -> "Asked":
        """The same without what was asked."""
        return replace(self, conversation="", question="")


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote on a turn's answer, or on one of its sources (any other target)."""

    turn: int
    target: str
    value: int
    voted_at: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over some time. `usual` and `slow` are the median and the 95th percentile of the seconds."""

    questions: int = 0
    answered: int = 0
    up: int = 0
    down: int = 0
    sources_up: int = 0
    sources_down: int = 0
    usual: float | None = None
    slow: float | None = None

    @property
    def share(self) -> float | None:
        """The share that was answered, None without a question."""
        return self.answered / self.questions if self.questions else None

    @property
    def liked(self) -> float | None:
        """The share of votes on answers that are good, None without a vote."""
        return self.up / (self.up + self.down) if self.up + self.down else None


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of similar wording: `latest` stands for them all, `wordings` are all different ones."""

    latest: Asked
    count: int
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of some days up to today, of as many before, of each day, and what to look into.

    `missing` are questions that found no answer, `disliked` and `slowest` are answers.
    """

    total: Figures
    before: Figures
    days: tuple[tuple[date, Figures], ...]
    missing: tuple[Group, ...]
    slowest: tuple[Asked, ...]
    disliked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """How many answers cited a document, and when the last one did."""

    answers: int
    last: str


def quality(
    asked: Sequence[Asked], votes: Iterable[Vote], today: date, days: int, zone: tzinfo | None = None
) -> Quality:
    """Sum up the `days` up to and with `today`, in `zone` (None: this machine's).

    A vote counts on the day of its question.
    """
    by_day: defaultdict[date, list[Asked]] = defaultdict(list)
    for one in asked:
        if one.generator != "smalltalk":
            by_day[_day(one.asked_at, zone)].append(one)
    voted: defaultdict[int, list[Vote]] = defaultdict(list)
    for vote in votes:
        voted[vote.turn].append(vote)
    span = [today - timedelta(days - 1 - n) for n in range(days)]
    earlier = [day - timedelta(days) for day in span]
    now = [one for day in span for one in by_day.get(day, ())]
    then = [one for day in earlier for one in by_day.get(day, ())]
    worded = [one for one in now if one.question]
    bad = [one for one in worded if any(v.target == "answer" and v.value < 0 for v in voted[one.turn])]
    return Quality(
        total=_figures(now, voted),
        before=_figures(then, voted),
        days=tuple((day, _figures(by_day.get(day, ()), voted)) for day in span),
        missing=tuple(groups([one for one in worded if not one.answered])[:SHOWN]),
        slowest=tuple(sorted(worded, key=lambda one: -one.seconds)[:FEW]),
        disliked=tuple(bad[::-1][:FEW]),
    )


def groups(asked: Sequence[Asked]) -> list[Group]:
    """Questions of similar wording together, the largest group first, then the one asked last.

    A question joins the group whose first question has most words in common with it, `SIMILAR` at least, as
    a share of the words of both.
    """
    heads: list[frozenset[str]] = []
    members: list[list[Asked]] = []
    of_word: defaultdict[str, list[int]] = defaultdict(list)
    for one in asked:
        words = frozenset(content_keys(one.question)) or frozenset([fold(one.question)])
        common = Counter(group for word in words for group in of_word[word])
        share = {group: count / len(heads[group] | words) for group, count in common.items()}
        best = max(share, key=lambda group: (share[group], -group), default=None)
        if best is None or share[best] < SIMILAR:
            best = len(heads)
            heads.append(words)
            members.append([])
            for word in words:
                of_word[word].append(best)
        members[best].append(one)
    found = [
        Group(alike[-1], len(alike), tuple(dict.fromkeys(one.question for one in alike[::-1])))
        for alike in members
    ]
    return sorted(found, key=lambda group: (group.count, group.latest.turn), reverse=True)


def uses(asked: Iterable[Asked]) -> dict[str, Use]:
    """How often each document was cited, by source; those that never were are not in it."""
    found: dict[str, Use] = {}
    for one in asked:
        for source in one.cited:
            before = found.get(source)
            found[source] = Use(before.answers + 1 if before else 1, one.asked_at)
    return found


def _day(moment: str, zone: tzinfo | None) -> date:
    return datetime.fromisoformat(moment).astimezone(zone).date()


def _figures(asked: Collection[Asked], voted: dict[int, list[Vote]]) -> Figures:
    if not asked:
        return Figures()
    counts = Counter(
        (vote.target == "answer", vote.value) for one in asked for vote in voted.get(one.turn, ())
    )
    seconds = sorted(one.seconds for one in asked)
    return Figures(
        questions=len(asked),
        answered=sum(one.answered for one in asked),
        up=counts[True, 1],
        down=counts[True, -1],
        sources_up=counts[False, 1],
        sources_down=counts[False, -1],
        usual=median(seconds),
        slow=seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))],
    )
