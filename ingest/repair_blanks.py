"""Mend blanks between words: too many ("G İ R İ Ş") or none ("veritabanıbağlantısı").

Letters stand apart in headings; they are put together where they give known words. Text without blanks is
split where it is no known word and two common words give it in one way only; some fonts lose the blanks
of whole lines, and then longer runs are split, too. Turkish is rich in long words: unsure is left alone.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise
from math import inf, log2

from assistant.turkish import lower
from ingest.lexicon import Lexicon

Lines = list[str]

_LETTER = r"[^\W\d_]"
_WORD = re.compile(_LETTER + "+")
_SPACED = re.compile(rf"(?<!\S){_LETTER}(?: {{1,4}}{_LETTER})++")
_SPACED_END = re.compile(r"[.:;,!?]?(?:\s|$)")
_GAP = re.compile(" {2,}")
SPACED_LETTERS = 5
"""Letters of a word that is put together from single ones; four on a line of their own."""

_SMALL, _CAPITAL = "a-zçğıöşüâîû", "A-ZÇĞİÖŞÜÂÎÛ"
_RUN = re.compile(rf"(?<![\w.@/\\=+*#$<>&%~^'’-])[{_SMALL}{_CAPITAL}]{{10,}}+(?![\w@/\\=(<>#$]|[.-]\w|['’])")
_LOOSE_RUN = re.compile(rf"(?<![@/\\_.])[{_SMALL}{_CAPITAL}]{{6,}}+(?![@/\\_])")
_LONG_RUN = re.compile(rf"[{_SMALL}{_CAPITAL}]{{18,}}+")
_PART = re.compile(rf"[{_CAPITAL}]?[{_SMALL}]+|[{_CAPITAL}]+(?![{_SMALL}])")
_LONGEST = 120  # letters of a run that is looked at
_LONGEST_WORD = 24

GLUED_LETTERS = 12
"""Letters of a run that is split into two."""
LOST_LETTERS = 18
LOST_WORDS = 4
LOST_RUNS = 2
"""With so many different runs of so many letters that are so many words, a document has lost its blanks."""
USUAL = 4000
"""In such a document two words are also parted if both are among so many most common ones."""
GLUED_PIECE = 4
"""Letters of each of two words that are parted."""
_COMPOUNDING = frozenset(
    ("geri", "ileri", "süper", "yüksek", "satın", "hiper", "mikro", "makro", "mini", "ultra", "karşı")
)
_RARE = 21.0  # bits of a word that is known but not common: about one in two million
_INFLECTED = 24.0  # bits of a word that is not known, but its stem and ending are
_MARGIN = 6.0  # bits by which the best way to split must lead
_BITS_PER_LETTER = 2.4  # more than that is no text, but letters that happen to be words


def fix_spaced(lines: Sequence[str], lexicon: Lexicon) -> tuple[Lines, int]:
    """Words whose letters stand apart; two blanks or more part the words of such a heading."""
    mended = list(lines)
    count = 0
    for i, line in enumerate(lines):
        if " " in line:
            mended[i] = _SPACED.sub(lambda match: _together(match, lexicon), line)
            count += mended[i] != line
    return mended, count


def _together(match: "re.Match[str]", lexicon: Lexicon) -> str:
    if not _SPACED_END.match(match.string, match.end()):
        return match[0]
    words = [piece.replace(" ", "") for piece in _GAP.split(match[0])]
    least = SPACED_LETTERS - (match[0] == match.string.strip(" .:;,!?"))
    if max(map(len, words)) >= least and all(len(w) > 1 and w in lexicon for w in words):
        return " ".join(words)
    return match[0]


def fix_glued(lines: Sequence[str], lexicon: Lexicon, own: Counter[str]) -> tuple[Lines, int]:
    """Words without a blank between them; `own` is the document's own vocabulary, whose terms stay.

    Two words are parted if they stand side by side elsewhere in the document: "gerçekleştirmeyebilir" is
    no "gerçekleştirmeye bilir".
    """
    best_split = cache(partial(_best_split, lexicon=lexicon))
    lost = _lost_runs(lines, best_split, lexicon) >= LOST_RUNS
    neighbours: set[tuple[str, str]] = set()

    def replace(match: "re.Match[str]") -> str:
        run = match[0]
        small = lower(run)
        if lexicon.knows(small) or own[small] > 1 or lexicon.inflects(small):
            return run
        words = _split(run, best_split, lexicon)
        if len(words) == 2:
            if not neighbours:
                neighbours.update(pair for line in lines for pair in pairwise(_WORD.findall(lower(line))))
            first, second = map(lower, words)
            usual = lost and max(_rank(first, lexicon), _rank(second, lexicon)) < USUAL
            parted = usual or ((first, second) in neighbours and first not in _COMPOUNDING)
            parted = parted and run[1:].islower() and min(len(first), len(second)) >= GLUED_PIECE
        else:
            parted = lost and len(words) > 2
        return " ".join(words) if parted else run

    pattern = _LOOSE_RUN if lost else _RUN
    mended = [pattern.sub(replace, line) if len(line) >= GLUED_LETTERS else line for line in lines]
    return mended, sum(len(new.split()) - len(old.split()) for old, new in zip(lines, mended, strict=True))


def _lost_runs(lines: Sequence[str], best_split: Callable[[str], list[int]], lexicon: Lexicon) -> int:
    runs = {lower(part) for line in lines for run in _LONG_RUN.findall(line) for part in _PART.findall(run)}
    runs = {
        run
        for run in runs
        if LOST_LETTERS <= len(run) <= _LONGEST and not (lexicon.knows(run) or lexicon.inflects(run))
    }
    return sum(len(best_split(run)) >= LOST_WORDS for run in runs)


def _rank(word: str, lexicon: Lexicon) -> float:
    rank = lexicon.rank(word)
    return inf if rank is None else rank


def _split(run: str, best_split: Callable[[str], list[int]], lexicon: Lexicon) -> list[str]:
    """The words of a run without blanks, in the run's own case; the run alone if nothing is sure."""
    words: list[str] = []
    glued = False
    for part in _PART.findall(run) if len(run) <= _LONGEST else ():
        small = lower(part)
        if part.isupper() or lexicon.knows(small) or lexicon.inflects(small):
            words.append(part)
            continue
        ends = best_split(small)
        if not ends:
            return [run]
        glued = True
        words += [part[start:end] for start, end in pairwise([0, *ends])]
    return words if glued or not run.isascii() else [run]  # getUserName is a name


def _best_split(word: str, lexicon: Lexicon) -> list[int]:
    """Where the words end that most probably make up `word`; [] if none do or two ways are close."""
    bits = [0.0] + [inf] * len(word)
    second = [inf] * (len(word) + 1)
    came_from = [0] * (len(word) + 1)
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end - 1):
            if bits[start] == inf:
                continue
            cost = _bits(word[start:end], lexicon)
            for total in (bits[start] + cost, second[start] + cost):
                if total < bits[end]:
                    bits[end], second[end], came_from[end] = total, bits[end], start
                elif total < second[end]:
                    second[end] = total
    if bits[-1] > _BITS_PER_LETTER * len(word) or second[-1] - bits[-1] < _MARGIN:
        return []
    ends = [len(word)]
    while came_from[ends[-1]]:
        ends.append(came_from[ends[-1]])
    return ends[::-1]


def _bits(word: str, lexicon: Lexicon) -> float:
    """Information of a word by Zipf's law over the common words; infinite for what is none."""
    rank = lexicon.rank(word)
    if rank is not None:
        return log2((rank + 1) * 10)
    if len(word) > 4 and lexicon.knows(word):
        return _RARE
    return _INFLECTED if len(word) > 6 and lexicon.inflects(word) else inf
