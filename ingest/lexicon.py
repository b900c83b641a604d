"""Words that are known: the shipped list of Turkish word forms, widened by words of the user's documents.

`word in lexicon` asks in any case, with Turkish casing and without a suffix behind an apostrophe. It
says that people write this word, not that it is right here; an unknown word may well be a right one.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from assistant.turkish import lower

WORD_LIST = Path(__file__).parent / "words" / "tr.txt.gz"
BUCKET = 4
"""Letters that the words on one line of the list begin with.

Half a million words take 15 MB as lines and 70 MB as a set; looking one up costs a microsecond more."""
SHORTEST_STEM = 4
LONGEST_ENDING = 10
LEARNED_LETTERS = (4, 30)
LEARNED_TIMES = 2
"""A word of the user's documents is learned when it has so many letters and stands there so often."""

_FRONT = frozenset("eiöüî")
_VOWELS = _FRONT | frozenset("aıouâû")
_WORD = re.compile(r"[^\W\d_]+")
_LEARNED = re.compile(rf"(?<![^\W\d_])[^\W\d_]{{{LEARNED_LETTERS[0]},{LEARNED_LETTERS[1]}}}+(?![^\W\d_])")


class Lexicon:
    """A set of known words; some of them are marked as common."""

    __slots__ = ("_added", "_common", "_endings", "_lines")

    def __init__(
        self,
        lines: Mapping[str, str],
        common: Iterable[str] = (),
        endings: Iterable[str] = (),
        added: Iterable[str] = (),
    ) -> None:
        """`lines` maps the first `BUCKET` letters to " word word … "; all in Turkish lowercase, NFC.

        `common` has the most frequent word first; `endings` are what `inflects` takes for endings; `added`
        are the words of the user's documents.
        """
        self._lines = lines
        self._common = common if isinstance(common, dict) else {w: rank for rank, w in enumerate(common)}
        self._endings = frozenset(endings)
        self._added = frozenset(added)

    def __contains__(self, word: str) -> bool:
        return self.knows(lower(word.partition("'")[0].partition("’")[0]))

    def knows(self, word: str) -> bool:
        """`in` for a word that is in Turkish lowercase and has no apostrophe: faster."""
        return f" {word} " in self._lines.get(word[:BUCKET], "") or word in self._added

    def rank(self, word: str) -> int | None:
        """The place of the word, in Turkish lowercase, among the common words, from 0; None if it is none."""
        return self._common.get(word)

    def with_words(self, words: Iterable[str]) -> "Lexicon":
        """A lexicon that knows these words (any case), too; the shipped list is shared, not copied."""
        return Lexicon(self._lines, self._common, self._endings, self._added.union(map(lower, words)))

    def inflects(self, word: str) -> bool:
        """Whether a word in Turkish lowercase is a known word with an ending that many words take.

        It accepts more than there is ("kitaptanlar"), so it is good for a word that is likely anyway.
        """
        for cut in range(max(len(word) - LONGEST_ENDING, SHORTEST_STEM), len(word) - 1):
            if word[cut:] in self._endings and _harmonise(word[:cut], word[cut:]) and self.knows(word[:cut]):
                return True
        return False


def _harmonise(stem: str, ending: str) -> bool:
    """Vowel harmony (front after front, back after back), and no vowel after a vowel."""
    before = next((letter for letter in reversed(stem) if letter in _VOWELS), "")
    first = next((letter for letter in ending if letter in _VOWELS), "")
    if not before or not first or (ending[0] in _VOWELS and stem[-1] in _VOWELS):
        return False
    return (before in _FRONT) == (first in _FRONT)


def lexicon_of(words: Iterable[str], common: Iterable[str] = (), endings: Iterable[str] = ()) -> Lexicon:
    """A small lexicon of these words (any case) alone; `common` words are known, too."""
    common = [lower(word) for word in common]
    return Lexicon({}, common, endings, common).with_words(words)


@cache
def load_lexicon() -> Lexicon:
    """The shipped word list (read once)."""
    common, endings, *lines = gzip.decompress(WORD_LIST.read_bytes()).decode().split("\n")
    buckets = {line[:BUCKET].partition(" ")[0]: f" {line} " for line in lines}
    return Lexicon(buckets, common.split(" "), endings.split(" "))


def words_of(text: str) -> list[str]:
    """The runs of letters in the text."""
    return _WORD.findall(text)


def known_share(text: str, lexicon: Lexicon) -> float | None:
    """The share of words of two letters or more that are known, 0 to 1; None without such words."""
    words = [word for word in words_of(text) if len(word) > 1]
    return sum(word in lexicon for word in words) / len(words) if words else None


def words_to_learn(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Unknown words (lowercase, sorted) that stand in a clean text often enough to be no slips."""
    counts: Counter[str] = Counter()
    for word, count in Counter(_LEARNED.findall(text)).items():
        counts[lower(word)] += count
    return tuple(sorted(w for w, count in counts.items() if count >= LEARNED_TIMES and not lexicon.knows(w)))
