"""How well sentences that a source does not support are told from those that it does.

    python -m benchmarks.support --home HOME --questions FILE ... --squad FILE [--pairs FILE] [--show]

Supported: the reference answers of the questions, sentence by sentence, with the passages of HOME that hold
their evidence; the questions of a SQuAD set with their question word replaced by the answer, with their
paragraph; pairs of sentences of like meaning (STSb: a score of 4 and more). Unsupported: the same sentences
with the best other passage that a search for the question (near) or for the sentence itself (nearest)
finds; the nearest other paragraph without the answer; pairs with a score of at most 1. And the supported
sentences made wrong: another number, another name, the last word negated. `support.BOUND` was chosen on the
first two sets. What is called unsupported may say the same in other words; nobody read it.
"""

import argparse
import csv
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant import support
from assistant.build import open_library
from assistant.claims import claims
from assistant.coverage import keys
from assistant.embedder import QUICK, Embedder, load_embedder
from assistant.facts import facts, held, missing
from assistant.prompts import place
from assistant.records import Hit
from assistant.settings import load_settings
from assistant.turkish import content_keys
from benchmarks.questions import Passage, Question, read_questions

Idf = Callable[[str], float]

ASKING = re.compile(
    r"(?<!\w)(?:ne(?:dir|ler(?:dir)?|rede(?:dir)?|reye|reden|resi\w*)?|nasıl(?:dır)?|niçin|niye|neden"
    r"|kim(?:dir|e|in|ler\w*)?|hangi(?:si\w*)?|kaç\w*)(?!\w)",
    re.IGNORECASE,
)
NEGATED = (
    (r"(?<=\w)malı(dır)?$", r"mamalı\1"), (r"(?<=\w)meli(dir)?$", r"memeli\1"),
    (r"(?<=\w)[ıu]r$", "maz"), (r"(?<=\w)[iü]r$", "mez"), (r"(?<=\w)ar$", "maz"), (r"(?<=\w)er$", "mez"),
    (r"(?<=\w)mıştır$", "mamıştır"), (r"(?<=\w)miştir$", "memiştir"), (r"$", " değildir"),
)  # fmt: skip
"""Endings of a sentence's last word and what negates them, the first that fits; some give poor Turkish."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, the passages that it cites, and the question that it answers; the set it is from."""

    kind: str
    sentence: str
    cited: tuple[str, ...]
    idf: Idf
    question: str = ""


def from_questions(files: Sequence[Path], home: str) -> Iterator[Pair]:
    """Reference answers with the passages of a library."""
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line]
    answers = {line["id"]: line["answer"] for line in lines}
    with closing(open_library(load_settings(home=home))) as library:
        searcher = library.searcher
        idf = searcher.keywords.idf
        for question in read_questions(files):
            hits = searcher.search(" ".join((*question.before[-1:], question.text)), 10)
            held_by = [_pieces(question, hit) for hit in hits]
            right, seen = [], set[int]()
            for hit, found in zip(hits, held_by, strict=True):
                if found - seen:
                    right.append(_read(hit))
                    seen |= found
            if not right:
                continue
            wrong = [_read(hit) for hit, found in zip(hits, held_by, strict=True) if not found]
            for claim in claims(answers[question.id]):
                pair = Pair("questions +", claim.text, tuple(right), idf, question.text)
                yield pair
                if wrong:
                    yield replace(pair, kind="questions, near", cited=(wrong[0],))
                near = [h for h in searcher.search(claim.text, 10) if not _pieces(question, h)]
                if near:
                    yield replace(pair, kind="questions, nearest", cited=(_read(near[0]),))


def _pieces(question: Question, hit: Hit) -> set[int]:
    return question.found([Passage(hit.chunk.source, hit.text)])[0]


def _read(hit: Hit) -> str:
    return f"{place(hit, 'tr')}\n{hit.chunk.source}\n\n{hit.text}"


def from_squad(file: Path) -> Iterator[Pair]:
    """Questions turned into statements, with their paragraphs and the nearest ones without the answer."""
    from rank_bm25 import BM25Okapi

    asked = [
        (
            one["question"].rstrip("? "),
            one["answers"][0]["text"],
            f"{article['title']}\n\n{paragraph['context']}",
        )
        for article in json.loads(file.read_text("utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for one in paragraph["qas"]
    ]
    paragraphs = list(dict.fromkeys(context for *_, context in asked))
    index = BM25Okapi([content_keys(text) for text in paragraphs])
    idf = _rarity(paragraphs)
    for question, answer, context in asked:
        said, replaced = ASKING.subn(lambda _, answer=answer: answer, question, count=1)
        pair = Pair("SQuAD +", f"{said if replaced else f'{question} {answer}'}.", (context,), idf, question)
        yield pair
        order = np.argsort(-index.get_scores(content_keys(pair.sentence)))
        other = next(paragraphs[i] for i in order if answer not in paragraphs[i])
        yield replace(pair, kind="SQuAD, nearest", cited=(other,))


def from_pairs(file: Path) -> Iterator[Pair]:
    """Sentences of like meaning, and of another, from a file of STSb."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))
    idf = _rarity([row["sentence1"] for row in rows])
    for row in rows:
        score = float(row["score"])
        if not 1 < score < 4:
            kind = "pairs +" if score >= 4 else "pairs, others"
            yield Pair(kind, row["sentence1"], (f"\n\n{row['sentence2']}",), idf)


def _rarity(texts: Sequence[str]) -> Idf:
    counts = Counter(key for text in texts for key in keys(text))
    return lambda key: math.log(1 + (len(texts) - counts[key] + 0.5) / (counts[key] + 0.5))


def made_wrong(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Supported sentences with another number, another name, or the opposite."""
    names = [name for pair in pairs for name in facts(pair.sentence).names]
    for n, pair in enumerate(pairs):
        said = facts(pair.sentence)
        if said.numbers:
            other = str(int(re.sub(r"\D", "", said.numbers[0])) + 7)
            wrong = pair.sentence.replace(said.numbers[0], other, 1)
            yield replace(pair, kind="made wrong: number", sentence=wrong)
        if said.names:
            other = next(name for name in names[n % len(names) :] + names if name != said.names[0])
            wrong = pair.sentence.replace(said.names[0], other, 1)
            yield replace(pair, kind="made wrong: name", sentence=wrong)
        last = pair.sentence.rstrip(". ")
        for ending, instead in NEGATED:
            if re.search(ending, last):
                yield replace(
                    pair, kind="made wrong: not", sentence=re.sub(ending, instead, last, count=1) + "."
                )
                break


def judge(pair: Pair, embedder: Embedder) -> tuple[float, bool]:
    """Overlap of a pair, and whether a fact of it is missing."""
    gone = missing(facts(pair.sentence), held("\n".join([*pair.cited, pair.question])))
    return support.overlap(pair.sentence, pair.cited, pair.idf, embedder), bool(gone)


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", required=True)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--squad", type=Path, required=True)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--show", action="store_true", help="list supported sentences that are marked")
    options = parser.parse_args()
    pairs = [*from_questions(options.questions, options.home), *from_squad(options.squad)]
    pairs += made_wrong([pair for pair in pairs if pair.kind == "questions +"])
    if options.pairs:
        pairs += from_pairs(options.pairs)
    embedder = load_embedder(QUICK)
    judged = [(pair, *judge(pair, embedder)) for pair in pairs]
    bounds = [support.BOUND + step for step in (-0.06, -0.03, 0, 0.03, 0.06)]
    print("share marked:        sentences   a fact" + "".join(f"  or < {bound:.2f}" for bound in bounds))
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        some = [(overlap, gone) for pair, overlap, gone in judged if pair.kind == kind]
        marked = [sum(gone or overlap < bound for overlap, gone in some) / len(some) for bound in bounds]
        facts_alone = sum(gone for _, gone in some) / len(some)
        print(
            f"{kind:<20} {len(some):>9} {facts_alone:>8.3f}" + "".join(f"{share:>10.3f}" for share in marked)
        )
    for pair, overlap, gone in judged if options.show else ():
        if pair.kind.endswith("+") and (gone or overlap < support.BOUND):
            gone_facts = missing(facts(pair.sentence), held("\n".join([*pair.cited, pair.question])))
            print(f"{pair.kind} {overlap:.2f} {gone_facts} {pair.sentence}")


if __name__ == "__main__":
    main()
