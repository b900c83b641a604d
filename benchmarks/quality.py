"""How well the keyword side, the dense side and the hybrid find what was asked for.

    python benchmarks/quality.py --squad FILE ... [--home HOME --questions FILE ...] [--weights]

--squad takes question sets in SQuAD format (XQuAD, TQuAD): each paragraph is a chunk, and the one that a
question was written for is relevant. --questions takes files with one question a line (id, question,
source, evidence, previous) about the documents indexed in HOME: a hit is relevant to a piece of evidence
when its first 2,000 characters hold 60 % of the evidence's character 8-grams and it comes from the
question's document, or 90 % from any. --weights prints nDCG@10 by the lexical weight of the fusion.
Intervals are 95 %, by bootstrap over questions.
"""

import argparse
import atexit
import json
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from assistant.build import open_library
from assistant.embedder import load_embedder
from assistant.followup import standalone
from assistant.keywords import KeywordIndex
from assistant.metrics import coverage, interval, ndcg, recall
from assistant.records import Chunk, Exchange
from assistant.search import CANDIDATES, LEXICAL_WEIGHT, POOL, Fused, fuse
from assistant.sections import near, passages
from assistant.settings import load_settings

Ranking = list[tuple[int, float]]
Sides = Callable[[str], tuple[Ranking, Ranking]]
"""A question's lexical and dense candidates as (chunk id, score), best first."""

Judge = Callable[[Sequence[Fused]], list[set[int]]]
"""The pieces of evidence in each of the ten best hits that are made of a fused ranking."""

ROWS = {"keywords": 1.0, "dense": 0.0, "hybrid": LEXICAL_WEIGHT}


def squad(path: Path, embedder_name: str) -> tuple[Sides, list[tuple[str, Judge, int]]]:
    """Search and questions of a set in SQuAD format."""
    embedder = load_embedder(embedder_name)
    texts: dict[str, int] = {}
    questions = []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            id = texts.setdefault(paragraph["context"], len(texts) + 1)
            questions += [(qa["question"], _is(id), 1) for qa in paragraph["qas"]]
    chunks = [Chunk("", "", (), None, text, id, id) for text, id in texts.items()]
    keywords = KeywordIndex.build(chunks)
    vectors = embedder.embed_passages(list(texts))

    def sides(question: str) -> tuple[Ranking, Ranking]:
        similarity = vectors @ embedder.embed_question(question)
        best = np.argsort(-similarity, kind="stable")[:CANDIDATES]
        return keywords.search(question, CANDIDATES), [(int(i) + 1, float(similarity[i])) for i in best]

    return sides, questions


def _is(wanted: int) -> Judge:
    return lambda fused: [{0} if hit.id == wanted else set() for hit in fused[:10]]


def indexed(home: str, files: Sequence[Path]) -> tuple[Sides, list[tuple[str, Judge, int]]]:
    """Search and questions about the documents of a home; unanswerable questions are left out."""
    library = open_library(load_settings(home=home))
    atexit.register(library.close)  # the library must live as long as its searches
    searcher = library.searcher
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    asked = {line["id"]: line for line in lines}

    def sides(question: str) -> tuple[Ranking, Ranking]:
        vector = searcher.embedder.embed_question(question)
        return searcher.keywords.search(question, CANDIDATES), searcher.index.nearest(vector, CANDIDATES)

    def judge(line: dict[str, object]) -> Judge:
        evidence = line["evidence"]
        assert isinstance(evidence, list)
        gold = PurePosixPath(str(line["source"])).parts

        def pieces(fused: Sequence[Fused]) -> list[set[int]]:
            pool = {f.id: f.score for f in fused[:POOL]}
            chunks = searcher.fetch(near(list(pool)))
            found = []
            for id, _, text in passages(pool, chunks, 10):
                enough = 0.6 if PurePosixPath(chunks[id].source).parts[-len(gold) :] == gold else 0.9
                found.append({i for i, e in enumerate(evidence) if coverage(text[:2000], e) >= enough})
            return found

        return pieces

    def whole(line: dict[str, str]) -> str:
        before = asked.get(line.get("previous") or "")
        history = [Exchange(before["question"], "")] if before else []
        return standalone(line["question"], history, searcher.keywords.idf).text

    return sides, [(whole(line), judge(line), len(line["evidence"])) for line in lines if line["evidence"]]


def measure(sides: Sides, questions: Sequence[tuple[str, Judge, int]], weights: Sequence[float]) -> None:
    """Print a line for each row: nDCG@10 with its interval, recall, and nDCG@10 by weight if asked."""
    candidates = [(sides(question), judge, wanted) for question, judge, wanted in questions]

    def found(weight: float) -> list[tuple[list[set[int]], int]]:
        return [
            (judge(fuse(lexical, dense, weight)) if lexical or dense else [], wanted)
            for (lexical, dense), judge, wanted in candidates
        ]

    print(f"{len(questions)} questions\n{'':10}{'nDCG@10':>8}{'95 %':>16}{'R@1':>8}{'R@5':>8}{'R@10':>8}")
    for name, weight in ROWS.items():
        results = found(weight)
        gains = [ndcg(pieces, wanted) for pieces, wanted in results]
        low, high = interval(gains)
        recalls = [sum(recall(p, w, k) for p, w in results) / len(results) for k in (1, 5, 10)]
        print(
            f"{name:10}{sum(gains) / len(gains):8.4f}{f'{low:.3f}–{high:.3f}':>16}"
            + "".join(f"{value:8.4f}" for value in recalls)
        )
    for weight in weights:
        gains = [ndcg(pieces, wanted) for pieces, wanted in found(weight)]
        print(f"  lexical weight {weight:.2f}: nDCG@10 {sum(gains) / len(gains):.4f}")


def main() -> None:
    """Parse the arguments and measure each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--squad", type=Path, nargs="*", default=[])
    parser.add_argument("--home")
    parser.add_argument("--questions", type=Path, nargs="*", default=[])
    parser.add_argument("--embedder", default="")
    parser.add_argument("--weights", action="store_true")
    options = parser.parse_args()
    weights = [step / 20 for step in range(8, 20)] if options.weights else []
    for path in options.squad:
        print(f"\n{path.name}")
        measure(*squad(path, options.embedder), weights)
    if options.home and options.questions:
        print("\n" + ", ".join(path.name for path in options.questions))
        measure(*indexed(options.home, options.questions), weights)


if __name__ == "__main__":
    main()
