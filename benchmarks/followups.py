"""How well follow-ups are told from questions that stand alone, and what they are searched by.

    python benchmarks/followups.py benchmarks/followups.jsonl [--home HOME] [--alone FILE ...] [--show HALF]

A line of the labelled file is a conversation: `previous` questions, the `question` after them, whether it
`leans` on them, and the words that what is searched for must and must not hold (compared by key). Words are
as rare as in the documents of HOME; without it all are equally rare. --alone takes files of questions that
stand alone (`question` or `utterance` a line) and puts each after a random other one.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.build import open_library
from assistant.followup import standalone
from assistant.records import Exchange
from assistant.settings import load_settings
from assistant.turkish import key, words

Search = Callable[[str, Sequence[str]], str]
"""A question and the ones before to what is searched for."""


def keys(text: str) -> set[str]:
    """The keys of a text's words."""
    return {key(word) for word in words(text)}


def judge(line: dict[str, Any], search: Search) -> tuple[bool, bool]:
    """Whether a question was taken as leaning, and whether what is searched for holds the right words."""
    question = line["question"]
    found = search(question, line["previous"])
    got = keys(found)
    right = keys(" ".join(line["must"])) <= got and not keys(" ".join(line["must_not"])) & got
    return not keys(question) >= got, right


def measure(lines: Sequence[dict[str, Any]], search: Search, show: bool) -> None:
    """Print the figures of one half, by kind too."""
    judged = [(line, *judge(line, search)) for line in lines]
    told = [(line["leans"], leaning) for line, leaning, _ in judged]
    both, wanted, got = (sum(map(f, told)) for f in (all, lambda t: t[0], lambda t: t[1]))
    print(
        f"{len(lines)} conversations: leaning accuracy {sum(a == b for a, b in told) / len(told):.3f}, "
        f"precision {both / max(got, 1):.3f}, recall {both / wanted:.3f}, "
        f"right words {sum(right for *_, right in judged) / len(judged):.3f}"
    )
    by_kind: defaultdict[str, list[bool]] = defaultdict(list)
    for line, leaning, right in judged:
        by_kind[line["kind"]].append(right and leaning == line["leans"])
        if show and not by_kind[line["kind"]][-1]:
            print(
                f"  {line['id']} {line['previous']} {line['question']!r} -> "
                f"{search(line['question'], line['previous'])!r}"
            )
    print("  " + ", ".join(f"{kind} {sum(right)}/{len(right)}" for kind, right in by_kind.items()))


def alone(questions: Sequence[str], search: Search, show: bool) -> None:
    """Print how many questions are taken as leaning on a random other one."""
    chance = random.Random(4)
    pairs = [(question, chance.choice(questions)) for question in questions]
    leaning = [(a, b) for a, b in pairs if not keys(a) >= keys(search(a, [b]))]
    print(f"{len(leaning)} of {len(questions)} questions lean on a random other one")
    for question, _ in leaning if show else ():
        print(f"  {question}")


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--home")
    parser.add_argument("--alone", type=Path, nargs="*", default=[])
    parser.add_argument("--show", choices=("dev", "test"), help="list what goes wrong in this half")
    options = parser.parse_args()
    idf: Callable[[str], float] | None = None
    if options.home:
        with closing(open_library(load_settings(home=options.home))) as library:
            idf = library.searcher.keywords.idf

    def search(question: str, previous: Sequence[str]) -> str:
        history = [Exchange(before, "") for before in previous]
        return standalone(question, history, idf or (lambda key: 1.0)).text

    lines = [json.loads(line) for line in options.file.read_text("utf-8").splitlines()]
    for half in ("dev", "test"):
        print(f"\n{half}: ", end="")
        measure([line for line in lines if line["id"].startswith(half)], search, options.show == half)
    for path in options.alone:
        read = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        print(f"\n{path.name}: ", end="")
        questions = [line.get("question") or line["utterance"] for line in read if not line.get("previous")]
        alone(questions, search, options.show == "dev")


if __name__ == "__main__":
    main()
