"""A simulated month of feedback: what votes in the chat teach the embedder, and what wrong ones do.

    python benchmarks/feedback.py QA/tquad > benchmarks/feedback.md

A user who knows the passages of TQuAD's training set asks its questions in the chat and votes: real searches
over all passages, answers with citations, votes in the turn log. Passages that TQuAD dev also has are left
out. The others are split by passage; questions are asked about those that train, and those of the test
passages are asked in the end, among all passages, with the embedder in use and with the one that has learned
from the votes. The gate judges as it does in `kilavuz finetune`.

The user looks at hits from the top, at the one of rank r with a probability of r^-½; votes on a right one
that was seen with a probability of .6, on a wrong one of .25, on the answer of .3; and each vote is the
opposite of what it should be with the probability of the month. Two ways to read the votes are compared: as
`finetune.votes` weighs them, and each as it was cast.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.catalogue import Catalogue
from assistant.chat import Assistant
from assistant.embedder import QUICK, Embedder, load_embedder
from assistant.feedback import TurnLog
from assistant.judge import Passage, Question
from assistant.records import Chunk
from assistant.search import Searcher
from benchmarks.quality import over_paragraphs
from benchmarks.questions import read_squad
from finetune.compare import Figures, evaluate, pool_of
from finetune.gate import decide
from finetune.general_set import load_general
from finetune.known_vectors import KnownVectors
from finetune.presets import settings_from
from finetune.privacy import without_personal_data
from finetune.records import Triple
from finetune.splits import split_of
from finetune.train import train
from finetune.votes import candidates, doubts, vote_triples

VOTES = 2000
MONTHS = {"15 % wrong votes": 0.15, "40 % wrong votes": 0.4}
TRAIN_SHARE = 0.6
"""Of the passages; a fifth is for dev, a fifth for test."""
DEV_QUESTIONS = 400
TURNS = 10
"""Questions of a conversation."""


@dataclass(frozen=True, slots=True)
class World:
    """The passages, the questions by the part that their passage is in, and the search over them all."""

    passages: list[Passage]
    questions: dict[str, list[Question]]
    searcher: Searcher


def read_world(folder: Path, embedder: Embedder, undo: ExitStack) -> World:
    """TQuAD train without the passages of TQuAD dev."""
    passages, questions = read_squad(folder / "train-v0.1.json")
    known = {passage.text for passage in read_squad(folder / "dev-v0.1.json")[0]}
    passages = [passage for passage in passages if passage.text not in known]
    there = {passage.source for passage in passages}
    by_part = defaultdict(list)
    for question in questions:
        if question.source in there:
            by_part[split_of(question.source, TRAIN_SHARE)].append(question)
    return World(passages, dict(by_part), over_paragraphs(passages, embedder, undo))


def vote_for_a_month(world: World, catalogue: Catalogue, wrong: float, seed: int = 0) -> int:
    """Ask and vote until there are enough votes; returns the number of questions."""
    draw = random.Random(seed)
    log = TurnLog(catalogue, lambda: {"embedder": "", "index": ""})
    library = SimpleNamespace(searcher=world.searcher)
    assistant = Assistant(library, log, None, quick=load_embedder(QUICK))
    questions = draw.sample(world.questions["train"], len(world.questions["train"]))
    votes = 0
    for number, question in enumerate(questions):
        if votes >= VOTES:
            return number
        answer = assistant.ask(question.text, conversation=f"c{number // TURNS}")
        right = [hit.chunk.source == question.source for hit in answer.hits]
        meant = {
            f"hit:{rank}": is_right
            for rank, is_right in enumerate(right)
            if draw.random() < (rank + 1) ** -0.5 and draw.random() < (0.6 if is_right else 0.25)
        }
        if draw.random() < 0.3:
            meant["answer"] = any(right[citation.hit] for citation in answer.citations)
        for target, is_right in meant.items():
            log.vote(answer.turn or 0, target, 1 if is_right == (draw.random() >= wrong) else -1)
        votes += len(meant)
    return len(questions)


def as_cast(catalogue: Catalogue) -> list[Triple]:
    """Every vote for a source or an answer as a positive, every one against a source as a negative."""
    triples = []
    for turn, votes in TurnLog(catalogue, dict).voted():
        hits = turn.answer.hits
        own = {int(target[4:]): value for target, value in votes.items() if target != "answer"}
        if votes.get("answer", 0) > 0:
            own = {citation.hit: 1 for citation in turn.answer.citations} | own
        train_hits = {rank: value for rank, value in own.items() if not held_out(hits[rank].chunk.source)}
        wrong = tuple(hits[rank].chunk.passage for rank, value in train_hits.items() if value < 0)
        question = without_personal_data(turn.answer.searched or turn.question)
        triples += [
            Triple(question, hits[rank].chunk.passage, wrong, hits[rank].chunk.source, "vote")
            for rank, value in train_hits.items()
            if value > 0
        ]
    return triples


def held_out(source: str) -> bool:
    """Whether votes on a passage may not train."""
    return split_of(source, TRAIN_SHARE) != "train"


# reports


def print_votes(world: World, catalogue: Catalogue) -> None:
    """How many votes were right, by rank, and what the two readings make of them."""
    right_of = {question.text.strip(): question.source for question in world.questions["train"]}
    counts: Counter[tuple[int, bool, bool]] = Counter()
    asked = {}
    for turn, votes in TurnLog(catalogue, dict).voted():
        asked[without_personal_data(turn.answer.searched or turn.question)] = turn.question
        for target, value in votes.items():
            if target != "answer":
                rank = int(target[4:])
                is_right = turn.answer.hits[rank].chunk.source == right_of[turn.question]
                counts[rank, value > 0, is_right] += 1
    print("\n| rank | votes for, of these right | votes against, of these right |\n|---|---:|---:|")
    for name, ranks in (("1", [0]), ("2", [1]), ("3", [2]), ("4–5", [3, 4]), ("6–10", range(5, 10))):
        n = {key: sum(counts[rank, *key] for rank in ranks) for key in ((1, 1), (1, 0), (0, 1), (0, 0))}
        print(f"| {name} | {n[1, 1] + n[1, 0]}, {n[1, 1]} | {n[0, 1] + n[0, 0]}, {n[0, 0]} |")
    number_of = {passage.text: passage.source for passage in world.passages}
    readings = {"each vote as cast": as_cast(catalogue), "as weighed": vote_triples(catalogue, held_out)}
    readings["left for review"] = [
        one.triple for one in candidates(catalogue, held_out) if one.state == "doubtful"
    ]
    print("\n| reading | triples, right | negatives, wrong |\n|---|---:|---:|")
    for name, triples in readings.items():
        sources = [right_of[asked[t.question]] for t in triples]
        right = sum(number_of[t.positive] == s for t, s in zip(triples, sources, strict=True))
        against = sum(len(t.negatives) for t in triples)
        lost = sum(number_of[n] == s for t, s in zip(triples, sources, strict=True) for n in t.negatives)
        print(f"| {name} | {len(triples)}, {right} | {against}, {lost} |")
    if message := doubts(catalogue, held_out):
        print(f"\n{message.en}")


def questions_of(world: World, part: str) -> list[Triple]:
    """The questions of a part with the passages that they were written for."""
    text = {passage.source: passage.text for passage in world.passages}
    return [Triple(q.text, text[q.source], (), q.source) for q in world.questions[part]]


def measured(embedder: Embedder, world: World) -> tuple[Figures, Figures]:
    """Figures on the test questions among all passages, and on the general set."""
    pool = [Chunk(passage.source, "", (), None, passage.text, 0) for passage in world.passages]
    general = load_general()
    return evaluate(embedder, questions_of(world, "test"), pool), evaluate(
        embedder, general, pool_of(general)
    )


def learned(triples: Sequence[Triple], world: World) -> tuple[Figures, Figures]:
    """Train the shipped embedder on the triples and measure it."""
    dev = questions_of(world, "dev")
    dev = random.Random(0).sample(dev, min(DEV_QUESTIONS, len(dev)))
    with tempfile.TemporaryDirectory() as folder:
        trained = train(settings_from({}), triples, dev, Path(folder) / "out")
        return measured(load_embedder(str(trained.folder)), world)


def print_verdict(
    name: str, triples: Sequence[Triple], world: World, before: tuple[Figures, Figures]
) -> None:
    """What the gate says of an embedder that has learned from the triples: of none, it is as it was."""
    after = learned(triples, world) if triples else before
    verdict = decide(after[0], before[0], after[1], before[1])
    cells = []
    for check in verdict.checks:
        low, high = check.difference.interval
        cells.append(
            f"{check.difference.candidate:.3f} {check.difference.value:+.3f} ({low:+.3f} to {high:+.3f})"
        )
    reason = "promoted" if verdict.promoted else "refused: " + " ".join(m.en for m in verdict.refusals)
    print(f"| {name} | {len(triples)} | " + " | ".join(cells) + f" | {reason} |", flush=True)


def main() -> None:
    """Parse the arguments and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="with TQuAD's train-v0.1.json and dev-v0.1.json")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    embedder = KnownVectors(load_embedder(""))
    with ExitStack() as undo:
        home = Path(undo.enter_context(tempfile.TemporaryDirectory()))
        world = read_world(options.folder, embedder, undo)
        before = measured(embedder, world)
        parts = ", ".join(f"{len(questions):,} {part}" for part, questions in sorted(world.questions.items()))
        print("# A month of feedback\n\nMade by `benchmarks/feedback.py`, which tells how the user votes.")
        print(f"{len(world.passages):,} passages; questions: {parts}.")
        for number, (name, wrong) in enumerate(MONTHS.items()):
            catalogue = undo.enter_context(closing(Catalogue(home / f"{number}.db")))
            asked = vote_for_a_month(world, catalogue, wrong, options.seed)
            print(f"\n## {name}\n\n{VOTES:,} votes on the answers to {asked:,} questions.")
            print_votes(world, catalogue)
            print("\n| trained on | triples | dense nDCG@10 | hybrid | general, dense | gate |")
            print("|---|---:|---:|---:|---:|---|")
            print_verdict("votes as weighed", vote_triples(catalogue, held_out), world, before)
            print_verdict("each vote as cast", as_cast(catalogue), world, before)


if __name__ == "__main__":
    main()
