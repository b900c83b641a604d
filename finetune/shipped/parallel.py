"""Aligned English–Turkish text: read, leave out what must not be trained on, choose, join into passages.

A folder holds one `<source>.jsonl` or `<source>.jsonl.zst` a source, a line `{"en": ..., "tr": ...}` in the
order of the documents. The lines name no document: pairs of a document that evaluation questions stand on are
known by their Turkish word 5-grams (`DocumentText`). This file knows nothing of models.
"""

import io
import json
import random
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import KilavuzError
from assistant.turkish import fold

NEVER_TRAINED = frozenset({"php-manual-tr", "truba"})
"""Sources kept as documents that no model has seen (the later learning-from-votes part tests on them)."""
UNCONNECTED = frozenset({"tatoeba-manythings-tr", "tldr-tr"})
"""Sources whose neighbouring lines do not belong together: they are not joined into passages."""
SHINGLE = 5
"""Words in a shingle; long enough that a match is no accident, short enough to survive an edited word."""
BLOCK = 32
"""A capped source keeps whole runs of this many lines, so that passages can still be joined."""
PASSAGE_WORDS = (30, 95)
"""English words in a joined passage: up to about 128 of the teacher's tokens, drawn evenly."""
LONG_PASSAGE_WORDS = (100, 170)
"""The same in a long one: up to the 256 tokens that the teacher reads."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same text in English and in Turkish; `line` counts from 0 within `source`."""

    source: str
    line: int
    en: str
    tr: str


def read_pairs(folder: Path) -> Iterator[Pair]:
    """All pairs of the folder, source by source in the order of their names.

    Raises KilavuzError if there is no such file in the folder or a line cannot be read.
    """
    files = sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.zst")])
    if not files:
        raise KilavuzError(
            f"{folder} klasöründe .jsonl ya da .jsonl.zst dosyası yok; koşut metin klasörünün yolunu verin.",
            f"There is no .jsonl or .jsonl.zst file in {folder}; give the path of the parallel text folder.",
        )
    for file in files:
        source = file.name.removesuffix(".zst").removesuffix(".jsonl")
        for number, line in enumerate(text_lines(file)):
            try:
                row = json.loads(line)
                yield Pair(source, number, row["en"], row["tr"])
            except (ValueError, KeyError, TypeError) as error:
                raise KilavuzError(
                    f'{file} dosyasının {number + 1}. satırı {{"en": …, "tr": …}} biçiminde değil.',
                    f'Line {number + 1} of {file} is not of the form {{"en": …, "tr": …}}.',
                ) from error


def text_lines(file: Path) -> Iterator[str]:
    """The lines of a text file, decompressed if its name ends in .zst."""
    if file.suffix == ".zst":
        import zstandard

        with file.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
            yield from io.TextIOWrapper(stream, encoding="utf-8")
    else:
        with file.open(encoding="utf-8") as text:
            yield from text


def word_list(text: str) -> list[str]:
    """Folded words, without markup: link targets, tags, comments and heading anchors are dropped."""
    text = re.sub(r"\]\([^)]*\)|<[^>]*>|\{#[^}]*\}|`|\*", " ", text)
    return re.findall(r"\w+", fold(text))


class DocumentText:
    """Word 1- to 5-grams of some documents; `holds(text)` tells whether a text was taken from them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._shingles: set[tuple[str, ...]] = set()
        for text in texts:
            words = word_list(text)
            for size in range(1, SHINGLE + 1):
                self._shingles.update(_shingles(words, size))

    def holds(self, text: str) -> bool:
        """True if at least half of the text's word 5-grams (the whole of a shorter text) occur in them."""
        words = word_list(text)
        if not words:
            return False
        shingles = list(_shingles(words, min(SHINGLE, len(words))))
        return 2 * sum(shingle in self._shingles for shingle in shingles) >= len(shingles)


def _shingles(words: list[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def question_sources(files: Iterable[Path]) -> set[str]:
    """The documents that questions stand on: field `source` of JSON lines, those without one left out."""
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    rows = [json.loads(line) for line in lines if line.strip()]
    return {row["source"] for row in rows if row.get("source")}


def held_out(docs: Path, sources: Collection[str]) -> tuple[DocumentText, set[str]]:
    """Text of the named Markdown documents below `docs`, and the sources to leave out as a whole.

    A PDF is not read here: the parallel source named as its top folder (without `-pdf`) is left out instead.
    Raises KilavuzError if a document is missing, for then nothing would guard against leaks.
    """
    texts, whole = [], set()
    for source in sorted(sources):
        if source.endswith(".pdf"):
            whole.add(source.split("/")[0].removesuffix("-pdf"))
            continue
        try:
            texts.append((docs / source).read_text("utf-8"))
        except OSError as error:
            raise KilavuzError(
                f"Soruların dayandığı {source} belgesi {docs} klasöründe yok; --exclude-docs yolu yanlış.",
                f"The document {source} that questions stand on is not in {docs}; correct --exclude-docs.",
            ) from error
    return DocumentText(texts), whole


def choose(
    pairs: Iterable[Pair], documents: DocumentText, left_out: Collection[str], caps: dict[str, int]
) -> list[Pair]:
    """Pairs to train on, in their order: none of `left_out` or of `documents`, no English text twice.

    `caps` limits the pairs of a source; whole runs of `BLOCK` lines are kept, drawn by a fixed seed.
    """
    chosen: list[Pair] = []
    seen: set[str] = set()
    for pair in pairs:
        if pair.source in left_out or documents.holds(pair.tr):
            continue
        words = " ".join(word_list(pair.en))
        if words.count(" ") < 1 or words in seen:
            continue
        seen.add(words)
        chosen.append(pair)
    kept: set[tuple[str, int]] = set()
    for source, cap in caps.items():
        blocks: dict[int, int] = {}
        for pair in chosen:
            if pair.source == source:
                blocks[pair.line // BLOCK] = blocks.get(pair.line // BLOCK, 0) + 1
        order = sorted(blocks)
        random.Random(source).shuffle(order)
        total = 0
        for block in order:
            if total + blocks[block] > cap:
                break
            total += blocks[block]
            kept.add((source, block))
    return [p for p in chosen if p.source not in caps or (p.source, p.line // BLOCK) in kept]


def passages(
    pairs: Iterable[Pair], share: float, seed: int = 0, words: tuple[int, int] = PASSAGE_WORDS
) -> Iterator[Pair]:
    """Neighbouring pairs of a source joined into passages of so many `words`; about `share` of all of them.

    Pairs more than two lines apart (something between was left out) are not joined; single ones are dropped.
    """
    draw = random.Random(seed)
    run: list[Pair] = []
    size = 0
    target = draw.randint(*words)
    for pair in [*pairs, Pair("", 0, "", "")]:  # the empty one at the end closes the last run
        length = pair.en.count(" ") + 1
        apart = not run or pair.source != run[-1].source or pair.line - run[-1].line > 2
        if apart or size + length > target:
            if len(run) > 1 and draw.random() < share:
                english, turkish = (" ".join(side) for side in zip(*((p.en, p.tr) for p in run), strict=True))
                yield Pair(run[0].source, run[0].line, english, turkish)
            run, size, target = [], 0, draw.randint(*words)
        if pair.source not in UNCONNECTED:
            run.append(pair)
            size += length


def long_passages(pairs: Iterable[Pair], count: int) -> list[Pair]:
    """Up to `count` passages of `LONG_PASSAGE_WORDS`, joined anew from the single ones among `pairs`."""
    single: dict[tuple[str, int], Pair] = {}
    for pair in pairs:
        place = (pair.source, pair.line)
        if place not in single or len(pair.en) < len(single[place].en):
            single[place] = pair
    in_order = [single[place] for place in sorted(single)]
    made = list(passages(in_order, 1.0, seed=1, words=LONG_PASSAGE_WORDS))
    made = [passage for passage in made if passage.en.count(" ") >= LONG_PASSAGE_WORDS[0] * 4 // 5]
    random.Random(0).shuffle(made)
    return made[:count]
