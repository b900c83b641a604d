"""Triples from a library: questions by rule or by a language model, filtered, with hard negatives.

    chunks -> split by document -> questions -> not ambiguous, found again -> noise -> negatives

Held-out documents are held out of everything that trains: their questions have templates of their own (test),
their passages are no training negatives, and training passages that repeat one of them are left out. The same
chunks, embedder and seed give the same triples.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from math import ceil
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder
from assistant.errors import KilavuzError
from assistant.library import Progress
from assistant.metrics import letters
from assistant.records import Chunk
from assistant.reranker import Scorer
from assistant.turkish import fold
from finetune.consistency import consistent
from finetune.negatives import Miner
from finetune.noise import SHARE, noisy
from finetune.pool import Pool
from finetune.questions import Question, questions
from finetune.records import Triple
from finetune.splits import SPLITS, Split, split_of
from finetune.yields import AMBIGUOUS, COPIED, NOT_FOUND, Yield, Yields

BARE = 0.5
"""Share of the training triples whose passages stand without their heading path: else the model learns to
look at that alone."""
REUSE = 4
"""A passage serves as a negative at most so many times as often as if all served alike."""


class Writer(Protocol):
    """Writes questions of its own, as `finetune/llm_questions.py` does."""

    def questions(self, chunk: Chunk) -> list[Question] | None:
        """Questions that the chunk answers; None where there are none to be had, so that rules take over."""


@dataclass(frozen=True, slots=True)
class TripleSet:
    """Triples by side, the yield of each rule, and how long it took."""

    train: tuple[Triple, ...]
    dev: tuple[Triple, ...]
    test: tuple[Triple, ...]
    report: tuple[Yield, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with the row of its chunk."""

    question: Question
    row: int


def make_triples(
    chunks: Sequence[Chunk],
    embedder: Embedder,
    *,
    train_share: float = 0.8,
    seed: int = 0,
    num_negatives: int = 3,
    hard_negatives: bool = True,
    limit: int | None = None,
    llm: Writer | None = None,
    scorer: Scorer | None = None,
    vectors: NDArray[np.float32] | None = None,
    noise: float = SHARE,
    progress: Progress = lambda done, total, name: None,
) -> TripleSet:
    """The triples of these chunks.

    `embedder` checks and mines; the static `kilavuz-compact` is quick on a processor, and `vectors`, the
    stored ones of the chunks' passages, spare the embedding. `limit` caps the training triples, and the dev
    ones in proportion, spread over the documents; all test questions are kept, as the gate needs them. `llm`
    writes the questions of the training and dev chunks, as many as the limit needs. Raises KilavuzError if no
    chunk trains.
    """
    started = time.perf_counter()
    splits: list[Split] = [split_of(chunk.source, train_share, seed) for chunk in chunks]
    progress(0, len(chunks), "index")
    pool = Pool(chunks, embedder, vectors)
    made = _asked(pool, splits, seed, llm, limit, progress)
    yields = Yields((splits[one.row], one.question.rule) for one in made)
    kept = _without(made, yields, AMBIGUOUS, splits, _ambiguous(made, pool.chunks))
    copies = _copies(pool.chunks, splits)
    kept = _without(kept, yields, COPIED, splits, {n for n, one in enumerate(kept) if copies[one.row]})
    quotas = _quotas(limit, train_share)
    done: dict[Split, tuple[Triple, ...]] = {}
    total = sum(min(len(one), quotas[split] or len(one)) for split, one in _by_split(kept, splits).items())
    for split, asked in _by_split(kept, splits).items():
        before = sum(map(len, done.values()))
        count = num_negatives if hard_negatives else 0
        rng = random.Random(f"{seed} {split}")
        order = _spread(asked, pool.chunks, rng)
        making = _Making(pool, splits, copies, split, count, scorer, noise if split == "train" else 0.0, rng)
        triples: list[Triple] = []
        for triple in making.triples(order, quotas[split], yields):
            triples.append(triple)
            if len(triples) % 100 == 0:
                progress(min(before + len(triples), total), total, "triples")
        done[split] = tuple(triples)
    if not done["train"]:
        raise KilavuzError(
            "Eğitim için soru üretilemedi; birkaç Türkçe belge daha ekleyin ya da bir soru-yanıt dosyası "
            "verin (--data-path).",
            "No questions could be made for training; add some more Turkish documents, or give a file of "
            "questions and answers (--data-path).",
        )
    progress(total, total, "triples")
    return TripleSet(**done, report=yields.rows(), seconds=time.perf_counter() - started)


def _asked(
    pool: Pool, splits: Sequence[Split], seed: int, llm: Writer | None, limit: int | None, progress: Progress
) -> list[_Asked]:
    """The questions of every chunk."""
    made: list[_Asked] = []
    written = _chunks_for(llm, limit, pool.chunks, splits, seed)
    for row, chunk in enumerate(pool.chunks):
        if row % 200 == 0:
            progress(row, len(pool.chunks), "questions")
        own = llm.questions(chunk) if llm and row in written else None
        if own is None:
            rng = random.Random(f"{seed} {chunk.source} {chunk.position}")
            own = questions(chunk, "test" if splits[row] == "test" else "train", rng, pool.keywords.idf)
        made += [_Asked(question, row) for question in own]
    return made


def _chunks_for(
    llm: Writer | None, limit: int | None, chunks: Sequence[Chunk], splits: Sequence[Split], seed: int
) -> frozenset[int]:
    """Rows that a language model is asked about: with a limit, as many chunks of as many documents."""
    if not llm:
        return frozenset()
    rows = [_Asked(Question("", "", ""), row) for row, split in enumerate(splits) if split != "test"]
    order = _spread(rows, chunks, random.Random(f"{seed} llm"))
    return frozenset(one.row for one in order[:limit])


def _ambiguous(asked: Sequence[_Asked], chunks: Sequence[Chunk]) -> set[int]:
    """Places of questions that several sections give; of the chunks of one section the first keeps them."""
    rows: defaultdict[str, set[int]] = defaultdict(set)
    for one in asked:
        rows[fold(one.question.text)].add(one.row)
    several = set()
    for place, one in enumerate(asked):
        giving = rows[fold(one.question.text)]
        sections = {(chunks[row].source, chunks[row].headings) for row in giving}
        if len(sections) > 1 or one.row != min(giving, key=lambda row: chunks[row].position):
            several.add(place)
    return several


def _copies(chunks: Sequence[Chunk], splits: Sequence[Split]) -> list[bool]:
    """Of each chunk whether its text also stands on a side that is held out from its own."""
    sides: defaultdict[str, set[Split]] = defaultdict(set)
    texts = [letters(chunk.text) for chunk in chunks]
    for text, split in zip(texts, splits, strict=True):
        sides[text].add(split)
    held: dict[Split, set[Split]] = {"train": {"dev", "test"}, "dev": {"test"}, "test": set()}
    return [bool(sides[text] & held[split]) for text, split in zip(texts, splits, strict=True)]


def _without(
    asked: Sequence[_Asked], yields: Yields, why: str, splits: Sequence[Split], places: set[int]
) -> list[_Asked]:
    for place in places:
        yields.drop(splits[asked[place].row], asked[place].question.rule, why)
    return [one for place, one in enumerate(asked) if place not in places]


def _by_split(asked: Sequence[_Asked], splits: Sequence[Split]) -> dict[Split, list[_Asked]]:
    return {split: [one for one in asked if splits[one.row] == split] for split in SPLITS}


def _quotas(limit: int | None, train_share: float) -> dict[Split, int | None]:
    if limit is None:
        return dict.fromkeys(SPLITS)
    return {"train": limit, "dev": ceil(limit * (1 - train_share) / 2), "test": None}


def _spread(asked: Sequence[_Asked], chunks: Sequence[Chunk], rng: random.Random) -> list[_Asked]:
    """In an order of which every beginning is spread over documents, and in these over chunks."""
    by_source: defaultdict[str, defaultdict[int, list[_Asked]]] = defaultdict(lambda: defaultdict(list))
    for one in asked:
        by_source[chunks[one.row].source][one.row].append(one)
    documents = [_in_turn([*rows.values()], rng) for rows in by_source.values()]
    return _in_turn(documents, rng, keep=True)


def _in_turn(groups: list[list[_Asked]], rng: random.Random, *, keep: bool = False) -> list[_Asked]:
    """One of each group, then the next of each; groups in random order, their members too unless kept."""
    rng.shuffle(groups)
    mixed = groups if keep else [rng.sample(group, len(group)) for group in groups]
    return [one for one in chain.from_iterable(zip_longest(*mixed)) if one is not None]


class _Making:
    """Makes the triples of one side."""

    def __init__(
        self,
        pool: Pool,
        splits: Sequence[Split],
        copies: Sequence[bool],
        split: Split,
        num_negatives: int,
        scorer: Scorer | None,
        noise: float,
        rng: random.Random,
    ) -> None:
        shown = {"train": ("train",), "dev": ("train", "dev"), "test": SPLITS}[split]
        self._pool, self._split, self._count = pool, split, num_negatives
        self._allowed = np.array([one in shown for one in splits], np.bool_) & ~np.array(copies, np.bool_)
        self._scorer, self._noise, self._rng = scorer, noise, rng

    def triples(self, asked: Sequence[_Asked], quota: int | None, yields: Yields) -> Iterator[Triple]:
        """Those of the questions that are consistent, in their order, until there are enough."""
        most = len(asked) if quota is None else min(quota, len(asked))
        reuse = REUSE + ceil(REUSE * most * self._count / max(1, int(self._allowed.sum())))
        miner = Miner(self._pool.chunks, reuse, self._scorer)
        left = most
        for some, scores in self._pool.blocks([one.question.text for one in asked]):
            block = asked[some]
            found = consistent(scores, np.array([one.row for one in block], np.int64))
            for place, one in enumerate(block):
                if not left:
                    return
                if not found[place]:
                    yields.drop(self._split, one.question.rule, NOT_FOUND)
                    continue
                sides = scores.lexical[place], scores.dense[place]
                rows = miner.negatives(one.question.text, one.row, *sides, self._allowed, self._count)
                left -= 1
                yields.keep(self._split, one.question.rule)
                yield self._triple(one, rows)

    def _triple(self, one: _Asked, rows: Sequence[int]) -> Triple:
        text = one.question.text
        if self._rng.random() < self._noise:
            text = noisy(text, self._rng)
        bare = self._split == "train" and self._rng.random() < BARE
        positive, *negatives = (
            chunk.text if bare else chunk.passage
            for chunk in (self._pool.chunks[row] for row in (one.row, *rows))
        )
        source = self._pool.chunks[one.row].source
        return Triple(text, positive, tuple(negatives), source, one.question.rule)
