"""How well Turkish questions find their answers: our search against those that others would write.

    python benchmarks/quality.py --docs DOCS --home HOME --questions FILE ... --squad FILE ...
    python benchmarks/quality.py --home HOME --questions FILE ... --failing
    python benchmarks/quality.py --home HOME --questions FILE ... --squad FILE ... --weights

The first prints quality.md, one table in Markdown. --questions takes question files about the documents in
DOCS, which are indexed in HOME: a hit is relevant to a piece of evidence when its first 2,000 characters hold
60 % of the evidence's character 8-grams and it comes from the question's document, or 90 % from any, as in
`kilavuz evaluate`. --squad takes sets in SQuAD format, whose paragraphs are searched as they are, uncut and
without titles, by all. Without --docs only our own sides are measured, and the packages of the extra `bench`
are not needed.

--failing lists the questions that the hybrid fails at, in groups; --weights prints nDCG@10 by the lexical
weight of the fusion. Intervals are 95 %, by bootstrap over questions; gains are paired. Tune on no set that
is to be reported (XQuAD-tr).
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.build import open_library
from assistant.embedder import QUICK, Embedder, load_embedder
from assistant.followup import standalone
from assistant.index import Index, open_client
from assistant.keywords import KeywordIndex
from assistant.metrics import interval, ndcg, recall
from assistant.records import Chunk, Exchange, Hit
from assistant.related import RelatedWords
from assistant.search import Searcher
from assistant.settings import load_settings
from benchmarks.baselines import NAIVE, Search, baselines, naive_passages
from benchmarks.questions import FORMS, Passage, Question, read_questions, read_squad, typed

DEPTH = 10
FAILING = 0.35
"""nDCG@10 below which the hybrid fails: the answer stands at rank 7 or lower, or not among the ten."""

HYBRID = "hybrid"

INTRODUCTION = """\
# Search quality

Made by `benchmarks/quality.py`, which tells how a hit is judged. All search the same documents: those in the
first three columns as plainly read pieces of 1,000 characters (`benchmarks/baselines.py`), ours as an ingest
reads them. The paragraphs of TQuAD and XQuAD are searched uncut by all. In brackets the 95 % interval, by
bootstrap over questions; gains over the naive pipeline are paired. A question counts in its kind, too, where
a set tells kinds. XQuAD-tr is for reporting only.
"""


Found = list[set[int]]
"""The pieces of evidence in each of the passages that were found for a question."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A question set, our search over its documents, and all searches that are measured on it by name."""

    name: str
    questions: list[Question]
    searcher: Searcher
    searches: dict[str, Search]


def our_search(searcher: Searcher, question: Question, **weight: float) -> list[Passage]:
    """What our search finds, with the tuned weight of the keyword side or another `lexical_weight`."""
    return as_passages(searcher.search(as_searched(searcher, question), DEPTH, **weight))


def as_searched(searcher: Searcher, question: Question) -> str:
    """The question as the chat searches it: without the conversation."""
    history = [Exchange(before, "") for before in question.before]
    return standalone(question.text, history, searcher.keywords.idf).text


def as_passages(hits: Sequence[Hit]) -> list[Passage]:
    """The hits as they are judged."""
    return [Passage(hit.chunk.source, hit.text) for hit in hits]


def our_searches(searcher: Searcher) -> dict[str, Search]:
    """Keyword side alone, dense side alone, hybrid."""
    return {
        "keyword side": partial(our_search, searcher, lexical_weight=1.0),
        "dense side": partial(our_search, searcher, lexical_weight=0.0),
        HYBRID: partial(our_search, searcher),
    }


def over_paragraphs(paragraphs: Sequence[Passage], embedder: Embedder, undo: ExitStack) -> Searcher:
    """Our search over paragraphs that have no document around them; `undo` closes and deletes its files."""
    chunks = [Chunk("", "", (), None, p.text, 0, int(p.source)) for p in paragraphs]
    named = {chunk.id: replace(chunk, source=str(chunk.id)) for chunk in chunks}
    folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
    index = Index(undo.enter_context(open_client(folder / "chroma")), "paragraphs")
    index.add(chunks, embedder.embed_passages([chunk.passage for chunk in chunks]))
    keywords = KeywordIndex.build(chunks)  # of the unnamed ones: a number is no word of the text
    return Searcher(
        embedder,
        keywords,
        index,
        RelatedWords(keywords.vocabulary.common_words, load_embedder(QUICK)),
        lambda ids: {id: named[id] for id in ids if id in named},
    )


def open_benches(options: argparse.Namespace, undo: ExitStack) -> Iterator[Bench]:
    """The sets that the options name: the questions about documents first."""
    if options.questions:
        library = open_library(load_settings(home=options.home, embedder=options.embedder))
        undo.callback(library.close)
        naive = baselines(naive_passages(options.docs), DEPTH) if options.docs else {}
        name = ", ".join(path.stem for path in options.questions)
        questions = read_questions(options.questions)
        yield Bench(name, questions, library.searcher, naive | our_searches(library.searcher))
    for path in options.squad:
        paragraphs, questions = read_squad(path)
        naive = baselines(paragraphs, DEPTH) if options.docs else {}
        searcher = over_paragraphs(paragraphs, load_embedder(options.embedder or ""), undo)
        yield Bench(f"{path.parent.name}/{path.name}", questions, searcher, naive | our_searches(searcher))


def judged(search: Search, questions: Sequence[Question]) -> list[Found]:
    """What the search finds for each question."""
    return [question.found(search(question)) for question in questions]


def gains(questions: Sequence[Question], found: Sequence[Found]) -> list[float]:
    """nDCG@10 of each question."""
    return [ndcg(pieces, question.wanted) for question, pieces in zip(questions, found, strict=True)]


# the table: a column for each search, a block of rows for each set


def table(bench: Bench) -> Iterator[str]:
    """The rows of one set."""
    questions = bench.questions
    found: dict[str, dict[str, list[Found]]] = {}
    for name, search in bench.searches.items():
        print(f"{bench.name}: {name}", file=sys.stderr)
        found[name] = {
            form: judged(search, [typed(question, change) for question in questions])
            for form, change in FORMS.items()
        }
    native = {name: gains(questions, by_form["native"]) for name, by_form in found.items()}
    yield _row(f"**{bench.name}**, {len(questions)} questions", ["" for _ in found])
    yield _row("nDCG@10", map(_with_interval, native.values()))
    for k in (5, 10):
        yield _row(
            f"Recall@{k}",
            (
                _with_interval(
                    [recall(p, q.wanted, k) for q, p in zip(questions, by_form["native"], strict=True)]
                )
                for by_form in found.values()
            ),
        )
    if NAIVE in native:
        yield _row(
            "nDCG@10 above naive LangChain", (_above(values, native[NAIVE]) for values in native.values())
        )
    means = {
        name: {form: mean(gains(questions, pieces)) for form, pieces in by_form.items()}
        for name, by_form in found.items()
    }
    for form in list(FORMS)[1:]:
        yield _row(f"nDCG@10, typed in {form}", (_number(by_form[form]) for by_form in means.values()))
    yield _row(
        "largest less smallest of the three forms",
        (_number(max(by_form.values()) - min(by_form.values())) for by_form in means.values()),
    )
    kinds = Counter(question.kind for question in questions if question.kind)
    for kind, count in kinds.most_common():
        rows = [row for row, question in enumerate(questions) if question.kind == kind]
        yield _row(
            f"nDCG@10, kind {kind} ({count})",
            (_with_interval([values[row] for row in rows]) for values in native.values()),
        )


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


def _number(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1).replace("-", "−")


def _with_interval(values: Sequence[float]) -> str:
    low, high = interval(values)
    return f"{_number(mean(values))} ({_number(low)}–{_number(high)})"


def _above(values: Sequence[float], naive: Sequence[float]) -> str:
    if values is naive:
        return ""
    gained = [ours - theirs for ours, theirs in zip(values, naive, strict=True)]
    low, high = interval(gained)
    return f"{_number(mean(gained))} ({_number(low)} to {_number(high)})"


# what else can be asked for


def failing(bench: Bench) -> Iterator[str]:
    """The questions that the hybrid fails at, in groups by what the ten hits are."""
    groups: dict[str, list[str]] = {
        "wrong document": [],
        "right document, other section": [],
        "evidence found, but late or in part": [],
    }
    wrong, other, late = groups.values()
    for question in bench.questions:
        passages = bench.searches[HYBRID](question)
        pieces = question.found(passages)
        gain = ndcg(pieces, question.wanted)
        if gain >= FAILING:
            continue
        ranks = [rank for rank, passage in enumerate(passages, 1) if question.is_from(passage.source)]
        group = late if any(pieces) else other if ranks else wrong
        first = passages[0].source if passages else "–"
        group.append(
            f"- {question.id} {question.kind} {_number(gain)}: {question.text}\n"
            f"  - first hit: {first}\n"
            f"  - right: {question.source}, at rank {ranks[0] if ranks else '–'}"
        )
    for name, entries in groups.items():
        yield f"\n## {name}: {len(entries)} of {len(bench.questions)}\n"
        yield from entries


def by_weight(bench: Bench) -> Iterator[str]:
    """nDCG@10 for lexical weights of the fusion."""
    for step in range(8, 20):
        found = judged(partial(our_search, bench.searcher, lexical_weight=step / 20), bench.questions)
        yield f"{bench.name}, lexical weight {step / 20:.2f}: {_number(mean(gains(bench.questions, found)))}"


def main() -> None:
    """Parse the arguments and print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--home")
    parser.add_argument("--questions", type=Path, nargs="*", default=[])
    parser.add_argument("--squad", type=Path, nargs="*", default=[])
    parser.add_argument("--embedder", help="of another home or another set than the settings say")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--failing", action="store_true")
    what.add_argument("--weights", action="store_true")
    options = parser.parse_args()
    if options.questions and not options.home:
        parser.error("--questions needs the --home in which their documents are indexed")
    report = failing if options.failing else by_weight if options.weights else table
    with ExitStack() as undo:
        for number, bench in enumerate(open_benches(options, undo)):
            if report is table and not number:
                print(INTRODUCTION)
                print(_row("", bench.searches))
                print(_row("---", ["---:" for _ in bench.searches]))
            for line in report(bench):
                print(line, flush=True)


if __name__ == "__main__":
    main()
