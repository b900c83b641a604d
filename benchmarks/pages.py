"""Are the page numbers right? Passages of an indexed home against another reader's text of the same pages.

    python benchmarks/pages.py DOCS --home HOME [--count 100] [--seed 1]

HOME has DOCS indexed (`kilavuz --home HOME ingest DOCS`). Of each page in the sample every passage is looked
up in the text that pdfium gives for the pages of that file: most of its letters must stand on its own page
and no other page may hold more. The printed label is compared with pdfium's, too. Pages without a passage
(blank, unread, or only a running header) are not in the sample.
"""

import argparse
import random
from collections import Counter
from pathlib import Path

import pypdfium2

from assistant.build import open_library
from assistant.records import Chunk
from assistant.settings import load_settings
from assistant.turkish import fold

ENOUGH = 0.5
"""Share of a passage's letters that its page must hold: the readers differ in accents, hyphens, formulas."""


def grams(text: str) -> Counter[str]:
    """The folded letters in groups of four: what blanks, hyphens and line ends leave alone."""
    letters = "".join(filter(str.isalpha, fold(text)))
    return Counter(letters[i : i + 4] for i in range(len(letters) - 3))


def share(part: Counter[str], whole: Counter[str]) -> float:
    """How much of `part` is in `whole`."""
    return (part & whole).total() / part.total() if part else 1.0


def judge(path: Path, number: int, chunks: list[Chunk]) -> str:
    """Empty if the passages stand on page `number` of the file at `path`, else what is wrong."""
    with pypdfium2.PdfDocument(path) as file:
        texts = [grams(page.get_textpage().get_text_bounded()) for page in file]
        label = file.get_page_label(number - 1) or str(number)
    for chunk in chunks:
        wanted = grams(chunk.text)
        shares = [share(wanted, text) for text in texts]
        if shares[number - 1] < max(shares) or shares[number - 1] < ENOUGH:
            best = shares.index(max(shares)) + 1
            found = f"page {number} holds {shares[number - 1]:.2f}, page {best} {max(shares):.2f}"
            return f"{found} of {chunk.text[:60]!r}"
        if (chunk.page_label or str(number)) != label:
            return f"label {chunk.page_label!r}, pdfium says {label!r}"
    return ""


def main() -> None:
    """Draw the sample, judge it and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("docs", type=Path)
    parser.add_argument("--home", required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    library = open_library(load_settings(home=args.home))
    by_page: dict[tuple[str, int], list[Chunk]] = {}
    for chunk in library.stored.chunks(library.stored.chunk_ids()).values():
        if chunk.page is not None:
            by_page.setdefault((chunk.source, chunk.page), []).append(chunk)
    library.close()
    sample = random.Random(args.seed).sample(sorted(by_page), min(args.count, len(by_page)))
    wrong = 0
    for source, number in sorted(sample):
        fault = judge(args.docs / source, number, by_page[source, number])
        wrong += bool(fault)
        if fault:
            print(f"{source}: {fault}")
    print(f"{len(sample) - wrong} of {len(sample)} pages right")


if __name__ == "__main__":
    main()
