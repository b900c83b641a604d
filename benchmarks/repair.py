"""What repair mends: `python benchmarks/repair.py DOCS` prints a table of the PDFs below the folder DOCS.

Per PDF: words that need mending before and after, by kind, as far as a program can tell (an accent beside
a letter, a ligature, a sign without a name, a broken line end, …), the words that were mended, the share
of known words before and after, and the time against that of pypdf. The figures are no measure of what is
right: the pages that were compared with their rendering by eye are.

`--clean` runs the whole repair over the Markdown files below DOCS instead, where nearly nothing is broken,
and prints every change with its file, to be judged by a reader.
"""

import argparse
import logging
import re
import time
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from assistant.records import REPAIRS
from ingest.decode import decode
from ingest.lexicon import Lexicon, known_share, load_lexicon, words_of
from ingest.repair import repair

LETTER = r"[^\W\d_]"
DEFECTS = {
    "accents": re.compile(rf"{LETTER}[˘¸¨˙]|[˘¸¨˙] ?{LETTER}|(?<={LETTER})ˆ[aiuAIUıI]"),
    "ligatures": re.compile("[ﬀ-ﬆ\u00ad\u200b]|ı\u0307"),
    "letters": re.compile(rf"{LETTER}[\0\ufffd]|[\0\ufffd]{LETTER}"),
    "hyphens": re.compile(rf"{LETTER}[-¬\u2010]\s*\n\s*[a-zçğıöşü]"),
    "encoding": re.compile("[ðþýÐÞÝ]|[ÃÄÅ][\u0080-\u00bf°±¼Ÿ]"),
}
PIECE = re.compile(rf"(?<![\w.'’-])({LETTER}+) (?=({LETTER}+)(?![\w.'’-]))")


def defects(pages: Sequence[Sequence[str]], lexicon: Lexicon) -> Counter[str]:
    """How many places look broken, by kind."""
    text = "\n".join("\n".join(page) for page in pages)
    found = Counter({kind: len(pattern.findall(text)) for kind, pattern in DEFECTS.items()})
    for match in PIECE.finditer(text):
        one_is_none = match[1] not in lexicon or match[2] not in lexicon
        found["spaces"] += one_is_none and len(match[1] + match[2]) > 5 and match[1] + match[2] in lexicon
    return +found


def pdf_pages(path: Path) -> list[list[str]]:
    """The lines of each page as pypdf gives them; a page that it cannot read is empty."""
    from pypdf import PdfReader

    pages = []
    for page in PdfReader(path).pages:
        try:
            pages.append(page.extract_text().split("\n"))
        except Exception:  # the others may be well
            pages.append([])
    return pages


def made_unknown(page: Sequence[str], repaired: Sequence[str], lexicon: Lexicon) -> tuple[int, int]:
    """How many known words of a page are unknown ones now, at most, and how many it had."""
    before, after = (Counter(words_of("\n".join(lines))) for lines in (page, repaired))
    lost = sum(n for word, n in (before - after).items() if len(word) > 1 and word in lexicon)
    new = sum(n for word, n in (after - before).items() if len(word) > 1 and word not in lexicon)
    return min(lost, new), sum(n for word, n in before.items() if len(word) > 1 and word in lexicon)


def table(docs: Path, lexicon: Lexicon) -> None:
    """One row a PDF, one for all."""
    kinds = [kind for kind in REPAIRS if kind in DEFECTS or kind in ("spaces", "glued")]
    print("| file | " + " | ".join(f"{kind} before → after" for kind in kinds if kind != "glued"), end="")
    print(" | mended | known words before → after | repair s | pypdf s |")
    print("| --- " * (len(kinds) + 4) + "|")
    total: Counter[str] = Counter()
    times = [0.0, 0.0]
    for path in sorted(docs.rglob("*.pdf")):
        begin = time.perf_counter()
        pages = pdf_pages(path)
        read = time.perf_counter()
        repaired = repair(pages, lexicon)
        seconds = [time.perf_counter() - read, read - begin]
        times = [a + b for a, b in zip(times, seconds, strict=True)]
        before, after = defects(pages, lexicon), defects(repaired.pages, lexicon)
        shares = [known_share("\n".join(map("\n".join, some)), lexicon) for some in (pages, repaired.pages)]
        total.update({f"{kind} before": count for kind, count in before.items()})
        total.update({f"{kind} after": count for kind, count in after.items()})
        total.update(repaired.counts)
        for page, mended_page in zip(pages, repaired.pages, strict=True):
            lost, known_words = made_unknown(page, mended_page, lexicon)
            total.update({"made unknown": lost, "known": known_words})
        cells = [f"{before[kind]} → {after[kind]}" for kind in kinds if kind != "glued"]
        mended = ", ".join(f"{kind} {count}" for kind, count in repaired.counts.items()) or "–"
        known = " → ".join(f"{100 * (share or 0):.1f} %" for share in shares)
        name = path.relative_to(docs).as_posix()
        print(f"| {name} | {' | '.join(cells)} | {mended} | {known} | {seconds[0]:.2f} | {seconds[1]:.2f} |")
    cells = [f"{total[f'{kind} before']} → {total[f'{kind} after']}" for kind in kinds if kind != "glued"]
    mended = ", ".join(f"{kind} {total[kind]}" for kind in kinds if total[kind])
    print(f"| **all** | {' | '.join(cells)} | {mended} | | {times[0]:.2f} | {times[1]:.2f} |")
    lost, known_words = total["made unknown"], total["known"]
    print(f"\nknown words that are unknown now: at most {lost} of {known_words} ({lost / known_words:.3%})")


def clean(docs: Path, lexicon: Lexicon) -> None:
    """Every change that the whole repair makes in Markdown files."""
    files, changed, counts = 0, 0, Counter[str]()
    for path in sorted(docs.rglob("*.md")):
        text = decode(path.read_bytes())
        if text is None:
            continue
        files += 1
        lines = text.split("\n")
        repaired = repair([lines], lexicon)
        if not repaired.counts:
            continue
        changed += 1
        counts.update(repaired.counts)
        print(f"{path.relative_to(docs)}: {repaired.counts}")
        for old, new in zip(lines, repaired.pages[0], strict=True):
            for tag, a, b, c, d in SequenceMatcher(None, old.split(" "), new.split(" "), False).get_opcodes():
                if tag != "equal":
                    print(f"    {ascii_signs(old.split(' ')[a:b])} → {ascii_signs(new.split(' ')[c:d])}")
    print(f"{files} files, {changed} of them changed: {dict(counts)}")


def ascii_signs(words: Sequence[str]) -> str:
    """The words with what cannot be seen written out."""
    return "".join(sign if sign.isprintable() else f"<{ord(sign):04X}>" for sign in " ".join(words))


def main() -> None:
    """Read the arguments and run one of the two."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("docs", type=Path)
    parser.add_argument("--clean", action="store_true")
    options = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    (clean if options.clean else table)(options.docs, load_lexicon())


if __name__ == "__main__":
    main()
