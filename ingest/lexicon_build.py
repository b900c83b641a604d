"""Build the shipped word list; ingest/words/README.md has the command and the sources.

    python -m ingest.lexicon_build TEXT... --words FILE... --lemmas FILE --foreign FILE --spelling tr --out F

A TEXT is a file (.md, .txt, .txt.zst) or a folder of such files; a .txt file may hold many documents
with two blank lines between them. A word of the texts is kept when a Hunspell dictionary accepts it, or
when it stands in many documents and is not two common words without the blank between them (machine
translation and lost markup leave many of those). Words of the lists are kept when the dictionary
accepts them, lemmas always, foreign words when they are long enough to be no piece of a Turkish one. Needs
`pip install chunspell zstandard`; nothing at run time does.
"""

import argparse
import gzip
import io
import re
import struct
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path

from assistant.errors import KilavuzError
from assistant.turkish import lower
from ingest.lexicon import BUCKET, LONGEST_ENDING, SHORTEST_STEM

MIN_DOCUMENTS = 5
"""A word that the dictionary does not know stands in so many documents: fewer are mostly slips."""
COMMON_DOCUMENTS = 40
"""From so many documents on a word is common: what glued text may be split into."""
SHORT_DOCUMENTS = 10
"""The same for words of two or three letters, as others of that length are taken for pieces of words."""
LETTERS = (2, 30)
"""Letters of a word."""
MIN_STEMS = 200
"""An ending is found behind so many words."""
FOREIGN_LETTERS = 5
"""A foreign word has at least so many."""

_CODE = re.compile(r"^ *(?:```|~~~).*?^ *(?:```|~~~)|`[^`\n]*`|https?://\S+", re.MULTILINE | re.DOTALL)
# A word between blanks or signs of prose; not a part of a path, a flag, an address or a name with digits.
# Words with capitals inside are left out, and a capital I at the start: translated texts write "Için".
_WORD = re.compile(
    r"(?:(?<=[\s(\"“‘*\[])|^)([^\W\d_I][a-zçğıöşüâîû]+)(?=['’]|[.,;:!?]?[)\"”’*\]]*(?:[\s,;]|$))",
    re.MULTILINE,
)
_LETTERS_ONLY = re.compile(r"[a-zçğıöşüâîû]+")

Accepts = Callable[[str], bool]


def count_words(documents: Iterable[str]) -> Counter[str]:
    """In how many of the documents each word (in lowercase) stands."""
    counts: Counter[str] = Counter()
    low, high = LETTERS
    for text in documents:
        found = {lower(word) for word in _WORD.findall(_CODE.sub(" ", text))}
        counts.update(word for word in found if low <= len(word) <= high)
    return counts


def choose(counts: Counter[str], listed: Iterable[str], accepts: Accepts) -> tuple[list[str], list[str]]:
    """The common words, most frequent first, and all words to keep; `accepts` is the dictionary's opinion."""
    low, high = LETTERS
    kept = {
        word
        for word, count in counts.items()
        if accepts(word) or (count >= MIN_DOCUMENTS and not is_glued(word, counts))
    }
    common = sorted(
        (word for word in kept if counts[word] >= _common_documents(word) and accepts(word)),
        key=lambda word: (-counts[word], word),
    )
    kept.update(
        word
        for word in map(lower, listed)
        if low <= len(word) <= high and _LETTERS_ONLY.fullmatch(word) and accepts(word)
    )
    return common, sorted(kept)


def _common_documents(word: str) -> int:
    return SHORT_DOCUMENTS if len(word) <= 3 else COMMON_DOCUMENTS


def is_glued(word: str, counts: Counter[str]) -> bool:
    """Whether two common words, both far more frequent than the whole, give the word."""
    floor = max(COMMON_DOCUMENTS, 20 * counts[word])
    cuts = range(2, len(word) - 1)
    return any(counts[word[:cut]] >= floor and counts[word[cut:]] >= floor for cut in cuts)


def read_documents(paths: Iterable[Path]) -> Iterator[str]:
    """The documents in files and folders, in the order of their names.

    Raises KilavuzError if a path is neither.
    """
    for path in paths:
        if path.is_dir():
            names = (p for p in path.rglob("*") if p.is_file())
            yield from read_documents(sorted(p for p in names if p.name.endswith((".md", ".txt", ".zst"))))
        elif not path.is_file():
            raise KilavuzError(
                f"{path} bulunamadı; metin dosyasının ya da klasörünün yolunu verin.",
                f"{path} was not found; give the path of a text file or folder.",
            )
        elif path.suffix == ".zst":
            import zstandard

            with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
                yield from io.TextIOWrapper(stream, "utf-8", errors="replace").read().split("\n\n\n")
        else:
            text = path.read_text("utf-8", errors="replace")
            yield from [text] if path.suffix == ".md" else text.split("\n\n\n")


def read_words(path: Path) -> Iterator[str]:
    """The words of a list: Hunspell's .dic, Zemberek's lexicon (.csv) or language model (.slm), or lines.

    Of Zemberek's lexicon those that its makers only guessed are left out.
    """
    if path.suffix == ".csv":
        rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
        yield from (row[1] for row in rows if "PronunciationGuessed" not in row[-1])
        return
    if path.suffix != ".slm":
        for line in path.read_text("utf-8").splitlines():
            yield line.partition("/")[0]
        return
    data = path.read_bytes()  # the vocabulary ends the file: a count, then length (2 bytes) and UTF-8
    place = data.rindex(b"\x00\x05<unk>")
    (count,) = struct.unpack_from(">I", data, place - 4)
    for _ in range(count):
        (length,) = struct.unpack_from(">H", data, place)
        yield data[place + 2 : place + 2 + length].decode()
        place += 2 + length


def find_endings(words: Collection[str]) -> list[str]:
    """What stands behind `MIN_STEMS` or more known words to give known words, sorted."""
    known = words if isinstance(words, (set, frozenset)) else frozenset(words)
    counts: Counter[str] = Counter()
    for word in known:
        for cut in range(max(SHORTEST_STEM, len(word) - LONGEST_ENDING), len(word) - 1):
            if word[:cut] in known:
                counts[word[cut:]] += 1
    return sorted(ending for ending, count in counts.items() if count >= MIN_STEMS)


def pack(common: Iterable[str], endings: Iterable[str], words: Iterable[str]) -> bytes:
    """The file's bytes (gzip): a line of common words, one of endings, then one for each beginning."""
    lines: dict[str, list[str]] = {}
    for word in words:
        lines.setdefault(word[:BUCKET], []).append(word)
    text = "\n".join([" ".join(common), " ".join(endings), *(" ".join(line) for line in lines.values())])
    return gzip.compress(text.encode(), mtime=0)


def _spelling(dictionary: Path) -> Accepts:
    from hunspell import Hunspell  # type: ignore[import-not-found]

    speller = Hunspell(dictionary.name, hunspell_data_dir=str(dictionary.parent))

    def accepts(word: str) -> bool:
        capital = {"i": "İ", "ı": "I"}.get(word[0], chr(ord(word[0]) - 32)) if word[0] < "{" else word[0]
        return bool(speller.spell(word) or speller.spell(capital + word[1:]))  # names have a capital

    return accepts


def main(arguments: list[str] | None = None) -> None:
    """Read, count, choose, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="+", type=Path, metavar="TEXT")
    parser.add_argument("--words", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--lemmas", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--foreign", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--spelling", type=Path, required=True, help="tr for tr.aff and tr.dic")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    lemmas = {lower(word) for path in options.lemmas for word in read_words(path)}
    speller = _spelling(options.spelling)
    listed = chain(lemmas, *map(read_words, options.words))
    counts = count_words(read_documents(options.texts))
    common, words = choose(counts, listed, lambda word: word in lemmas or speller(word))
    foreign = {
        word
        for path in options.foreign
        for word in read_words(path)
        if len(word) >= FOREIGN_LETTERS and _LETTERS_ONLY.fullmatch(word)
    }
    options.out.write_bytes(pack(common, find_endings(words), sorted(foreign.union(words))))


if __name__ == "__main__":
    main()
