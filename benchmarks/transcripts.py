"""Pages read by Kılavuz against transcripts that a person made from what the page shows.

    python benchmarks/transcripts.py DOCS TRANSCRIPTS

A transcript is a text file NAME-pN.txt for page N of the PDF NAME below DOCS ("__" for "/", no ".pdf").
Lines that begin with "@@ " and what stands in ⟪…⟫ (formulas, marks) are not scored. A defect is a word of
the transcript that the page's text lacks, counted for pypdf's bare text and for what Kılavuz stores;
harmed are the known words that the bare text has right and Kılavuz's does not.
"""

import argparse
import logging
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

from assistant.records import Document
from assistant.turkish import lower
from ingest.lexicon import load_lexicon, words_of
from ingest.read_pdf import read_pdf

_UNSCORED = re.compile("^@@.*$|⟪.*?⟫", re.MULTILINE)


def words(text: str) -> Counter[str]:
    """How often each word stands in the text, in small letters."""
    return Counter(words_of(lower(unicodedata.normalize("NFC", text))))


@cache
def document(path: Path) -> Document:
    """The PDF as Kılavuz reads it."""
    return read_pdf(path.read_bytes(), path.name, "", load_lexicon())


def bare_text(path: Path, number: int) -> str:
    """The page's text by pypdf alone."""
    from pypdf import PdfReader

    return PdfReader(path).pages[number - 1].extract_text()


def main() -> None:
    """Print a row a page and the sum."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("docs", type=Path)
    parser.add_argument("transcripts", type=Path)
    options = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    lexicon = load_lexicon()
    total: Counter[str] = Counter()
    print("| page | words | defects before | after | known words right before | harmed |")
    print("|---|---:|---:|---:|---:|---:|")
    for file in sorted(options.transcripts.glob("*-p*.txt")):
        name, _, number = file.stem.rpartition("-p")
        path = options.docs / (name.replace("__", "/") + ".pdf")
        there = words(_UNSCORED.sub(" ", file.read_text("utf-8")))
        bare, ours = words(bare_text(path, int(number))), words(document(path).pages[int(number) - 1].text)
        right = Counter({word: n for word, n in (there & bare).items() if word in lexicon})
        row = Counter(
            words=there.total(),
            before=(there - bare).total(),
            after=(there - ours).total(),
            right=right.total(),
            harmed=(right - ours).total(),
        )
        total.update(row)
        print(f"| {path.relative_to(options.docs)}, p. {number} | {' | '.join(map(str, row.values()))} |")
    print(f"| **all** | {' | '.join(map(str, total.values()))} |")
    print(f"\n{1 - total['after'] / total['before']:.1%} gone, {total['harmed'] / total['right']:.2%} harmed")


if __name__ == "__main__":
    main()
