"""Collect the question–passage pairs: `python -m finetune.shipped.examples CORPUS --questions … --work …`.

From the Markdown documents and the plain text of the corpus whose licence allows training (`DOCUMENTS`, all
of `text/`), and paraphrases of questions. Left out are documents that the given questions stand on, and
whatever stands in the evaluation sets below `qa/`: XQuAD-tr, TQuAD, STSb-tr.
"""

import argparse
import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple
from itertools import chain
from pathlib import Path

from assistant.errors import KilavuzError
from finetune.shipped.pairs import Example, Section, examples, markdown_sections, text_sections
from finetune.shipped.parallel import NEVER_TRAINED, DocumentText, held_out, question_sources, text_lines

DOCUMENTS = (
    *("apache-httpd-tr", "bsd-tr", "d2l-tr", "deneyap-projeler", "dotnet-ipuclari", "fastapi-tr"),
    *("edgeai-for-beginners-tr", "free-programming-books-tr", "git-cheatsheet-tr", "hf-course-tr"),
    *("iot-for-beginners-tr", "learnxinyminutes-tr", "ms-aspnetcore-docs-tr", "ms-cpp-docs-tr"),
    *("ms-dotnet-docs-tr", "ms-dynamics365-docs-tr", "ms-powerbi-docs-tr", "ms-powershell-docs-tr"),
    *("ms-visualstudio-docs-tr", "ms-xamarin-efcore-memdocs-tr", "mulakat-konulari", "owasp-top10-tr"),
    *("python-docs-tr", "ragflow-readme-tr", "react-tr"),
)
"""Folders of documents under MIT, BSD, Apache, PSF, CC BY or CC BY-SA: no NC, no ND, no GPL."""
PARAPHRASES = Path("tqp-soru-parafraz") / "tqp_train.csv"
TEXT_LETTERS = 1_500_000
"""Taken of each file of plain text, whole documents drawn by a fixed seed: most of it is of one kind."""


def evaluation_texts(folder: Path) -> Iterator[str]:
    """What must not be trained on: paragraphs and questions of SQuAD files, sentences of STSb."""
    for file in sorted(folder.rglob("*.json")):
        for article in json.loads(file.read_text("utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                yield paragraph["context"]
                yield from (entry["question"] for entry in paragraph["qas"])
    for file in sorted(folder.rglob("*.tsv")):
        yield from chain.from_iterable(line.split("\t")[-2:] for line in file.read_text("utf-8").splitlines())


def document_sections(
    folder: Path, names: Collection[str], but: Collection[str]
) -> Iterator[tuple[str, Section]]:
    """(source, section) of the Markdown files in the named folders, without the documents `but`."""
    for name in sorted(names):
        for file in sorted((folder / name).rglob("*.md")):
            if file.relative_to(folder).as_posix() not in but:
                for section in markdown_sections(file.read_text("utf-8", errors="replace")):
                    yield name, section


def plain_sections(folder: Path, letters: int) -> Iterator[tuple[str, Section]]:
    """(source, document) of the files `<source>.txt[.zst]`, up to so many letters of each."""
    for file in sorted([*folder.glob("*.txt"), *folder.glob("*.txt.zst")]):
        sections = list(text_sections("".join(text_lines(file))))
        random.Random(file.name).shuffle(sections)
        taken = 0
        for section in sections:
            if taken > letters:
                break
            taken += sum(map(len, section.paragraphs))
            yield file.name.split(".")[0], section


def paraphrases(file: Path) -> Iterator[Example]:
    """Pairs of a CSV file whose last two columns are a text and its paraphrase, below a line of names."""
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines)):
            if number and len(row) > 1 and row[-1] != row[-2]:
                yield Example(file.parent.name, "paraphrase", row[-2], row[-1])


def collect(corpus: Path, questions: Sequence[Path]) -> Iterator[Example]:
    """All pairs of the corpus. Raises KilavuzError if a document that questions stand on is missing."""
    sources = question_sources(questions)
    documents, whole = held_out(corpus / "docs", sources)
    evaluation = DocumentText(text for text in evaluation_texts(corpus / "qa") if text.count(" ") > 3)
    names = set(DOCUMENTS) - whole - NEVER_TRAINED
    texts = chain(
        document_sections(corpus / "docs", names, sources), plain_sections(corpus / "text", TEXT_LETTERS)
    )
    yield from examples(texts, [documents, evaluation])
    for example in paraphrases(corpus / "qa" / PARAPHRASES):
        if not any(
            text.count(" ") > 3 and evaluation.holds(text) for text in (example.question, example.passage)
        ):
            yield example


def read_examples(file: Path) -> list[Example]:
    """The pairs that `main` has written; none if there is no such file."""
    if not file.exists():
        return []
    return [Example(*json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def main(argv: list[str] | None = None) -> int:
    """Write WORK/examples.jsonl, a list of source, kind, question and passage a line, and tell how many."""
    parser = argparse.ArgumentParser(
        prog="python -m finetune.shipped.examples", description=__doc__.splitlines()[0]
    )
    parser.add_argument("corpus", type=Path, help="folder with docs/, text/ and qa/")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], help="evaluation questions on docs/")
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args(argv)
    kinds: Counter[str] = Counter()
    given.work.mkdir(parents=True, exist_ok=True)
    unfinished = given.work / "examples.part"
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            for example in collect(given.corpus, given.questions):
                out.write(json.dumps(astuple(example), ensure_ascii=False) + "\n")
                kinds[example.kind] += 1
    except KilavuzError as error:
        sys.stderr.write(error.message.tr + "\n" + error.message.en + "\n")
        return 1
    unfinished.replace(given.work / "examples.jsonl")
    sys.stderr.write(", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
