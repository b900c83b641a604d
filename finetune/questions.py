"""Questions that a chunk answers, by Turkish rules: what `finetune/rules/` finds, worded by a template.

A chunk gives at most `MOST`, of as many rules as there are, and at most `PER_TEMPLATE` of one template. A
question that leans on what stands elsewhere ("bu", "yukarıdaki"), is too short or too long, or has remains of
markup in it is dropped. Whether the chunk is found by it is `finetune/consistency.py`'s.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Literal

from assistant.records import Chunk
from assistant.turkish import content_keys, fold, lower
from finetune.rules.code import commands, errors, terms
from finetune.rules.definitions import abbreviations, definitions
from finetune.rules.found import Found, Rule
from finetune.rules.headings import asked, headings
from finetune.rules.lists import comparisons, lists, replacements
from finetune.rules.reading import DEICTIC, OPENERS, Reading, read
from finetune.rules.reasons import conditions, permissions, reasons
from finetune.rules.tasks import purposes, summaries
from finetune.rules.telling_words import Idf, keywords
from finetune.rules.templates import TEMPLATES
from finetune.rules.values import defaults, names, subjects, values

Side = Literal["train", "test"]

RULES: tuple[Rule, ...] = (
    *(definitions, abbreviations, headings, asked, purposes, summaries, reasons, conditions, permissions),
    *(values, defaults, names, subjects, lists, comparisons, replacements, errors, commands, terms),
)
MOST = 6
"""Questions of a chunk, at most."""
PER_TEMPLATE = 3
"""Questions of a chunk from one template, at most."""
PER_RULE = 2
"""Questions of a chunk from one rule, at most."""
FEWER_KEYWORDS = 0.6
"""Share of the chunks that give no keywords where they give anything else."""
WORDS = (1, 18)
LONGEST = 130
"""Characters."""
_CLAUSES = frozenset("bqko")
"""Slots that may begin with the capital of a sentence."""
_SPOILED = re.compile(
    r"[|{}\\^~\u25a0-\u25ff]|\]\(|``|\s['’]|\(\s*\)?$|[:,;]\s*\?$|\.\s\w+\s.*\.\s|\.rst\b"
    r"|[a-zçğıöşü][.!?] [A-ZÇĞİÖŞÜ]"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the rule and the template that made it."""

    text: str
    rule: str
    template: str


def questions(chunk: Chunk, templates: Side, rng: random.Random, idf: Idf | None = None) -> list[Question]:
    """The questions of a chunk in this side's templates; the same for the same state of `rng`.

    `idf` tells how telling a `turkish.key` is among all chunks, for the rule of keywords; without it longer
    words are taken to be.
    """
    reading = read(chunk)
    by_rule: defaultdict[str, list[Question]] = defaultdict(list)
    used: Counter[str] = Counter()
    texts: set[str] = set()
    for found in _found(reading, idf):
        question = _worded(found, templates, rng, used)
        if question and acceptable(question.text) and (plain := fold(question.text)) not in texts:
            texts.add(plain)
            used[question.template] += 1
            by_rule[question.rule].append(question)
    if len(by_rule) > 1 and rng.random() < FEWER_KEYWORDS:
        by_rule.pop("keywords", None)
    return _mixed(by_rule, rng)


def acceptable(question: str) -> bool:
    """Whether a question can stand alone and is clean."""
    words = question.split()
    if not WORDS[0] <= len(words) <= WORDS[1] or len(question) > LONGEST or _SPOILED.search(question):
        return False
    if DEICTIC.search(lower(question)) or fold(words[0]).strip(",:") in OPENERS:
        return False
    if any(question.count(a) != question.count(b) for a, b in ("()", "[]", "“”")) or question.count('"') % 2:
        return False
    letters = sum(map(str.isalpha, question))
    telling = content_keys(question)
    return letters > 0.55 * len(question) and bool(telling) and (len(telling) > 1 or len(telling[0]) > 3)


def _found(reading: Reading, idf: Idf | None) -> Iterator[Found]:
    for rule in RULES:
        yield from rule(reading)
    yield from keywords(reading, idf)


def _worded(found: Found, side: Side, rng: random.Random, used: Counter[str]) -> Question | None:
    """By one of the templates whose slots are all there and that was not used too often; None without."""
    row = TEMPLATES[found.rule]
    fitting = [
        template
        for template in (row.train if side == "train" else row.test)
        if used[template] < PER_TEMPLATE
        and all(found.slots.get(name) or name in "ab" for name in _slots(template))
    ]
    if not fitting:
        return None
    template = rng.choice(fitting)
    words = {name: _inside(text) if name in _CLAUSES else text for name, text in found.slots.items()}
    first = _slots(template)[0] if template.startswith("{") else ""
    text = " ".join(template.format_map(words | {first: found.slots.get(first, "")}).split())
    return Question(text, found.rule.split()[0] if found.rule.startswith("side") else found.rule, template)


def _inside(text: str) -> str:
    """A sentence's beginning as it stands within another sentence."""
    first, space, rest = text.partition(" ")
    plain = first.isalpha() and first[1:] == lower(first[1:]) and len(first) > 1
    return lower(first) + space + rest if plain else text


def _slots(template: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(template) if name]


def _mixed(by_rule: dict[str, list[Question]], rng: random.Random) -> list[Question]:
    """At most `MOST`, taken from the rules in turn."""
    left = [rng.sample(made, min(len(made), PER_RULE)) for made in by_rule.values()]
    rng.shuffle(left)
    chosen: list[Question] = []
    while left and len(chosen) < MOST:
        chosen += [made.pop() for made in left][: MOST - len(chosen)]
        left = [made for made in left if made]
    return chosen
