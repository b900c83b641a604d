"""Questions as people type them in a hurry: without diacritics, with a slip, clipped, as keywords alone.

Names of commands, settings and files are left as they are: a slip there asks for something else.
"""

import random
import re
from collections.abc import Callable

from assistant.turkish import STOP_KEYS, fold, key, lower

SHARE = 0.35
"""Share of the training questions that get noise."""

# The keys beside each key of a Turkish Q keyboard.
_ROWS = ("qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç")
_ASKING = re.compile(
    r"^(?:ne|neyi|neye|nedir|nelerdir|neler|nas[ıi]l|neden|ni[çc]in|niye|hangi\w*|ka[çc]"
    r"|m[ıiuü](?:d[ıiuü]r|y[ıiuü]m)?|demek|i[şs]e"
    r"|yarar|yapar|yapmal[ıi]y[ıi]m|gerekir|olur|i[çc]in|hakk[ıi]nda|bilgi|verir|misin"
    r"|[aâ]ras[ıi]ndaki|kullan[ıi]l[ıi]r|yap[ıi]l[ıi]r)$"
)
_ENDING = re.compile(
    r"(?:l[ae]r[ıi]n[ıi]n|l[ae]r[ıi]n[ıi]|l[ae]r[ıi]n|l[ae]r[ıi]|s[ıiuü]n[ıiuü]n|s[ıiuü]n[ıiuü]"
    r"|s[ıiuü]nd[ae]n?"
    r"|[ıiuü]nd[ae]n?|[ıiuü]n[ıiuü]n|n[ıiuü]n|[ıiuü]n[ıiuü]|d[ae]n|t[ae]n|d[ae]|t[ae]|y[ıiuü]|n[ıiuü]"
    r"|l[ae]r)$"
)
_SHORTEST = 4  # letters that remain of a clipped word
_SLIP = 5  # letters of a word in which a slip happens


def noisy(question: str, rng: random.Random) -> str:
    """The question with one or two kinds of noise; as it was where none applies."""
    changed = rng.choice(_KINDS)(question, rng)
    if rng.random() < 0.4:
        changed = rng.choice(_LIGHT)(changed, rng)
    return changed if changed.strip() else question


def folded(question: str, rng: random.Random) -> str:
    """Without diacritics; also in lower case, as such questions mostly are."""
    return _by_word(question, fold)


def lowered(question: str, rng: random.Random) -> str:
    """In lower case."""
    return _by_word(question, lower)


def unmarked(question: str, rng: random.Random) -> str:
    """Without the question mark."""
    return question.rstrip("? ")


def slipped(question: str, rng: random.Random) -> str:
    """One letter of one word wrong: its neighbour on the keyboard, left out, doubled, swapped."""
    words = question.split(" ")
    places = [i for i, word in enumerate(words) if len(word) >= _SLIP and not _is_code(word)]
    if not places:
        return question
    place = rng.choice(places)
    word = words[place]
    i = rng.randrange(1, len(word.strip("?,")) - 1)
    words[place] = rng.choice(
        (
            word[:i] + _beside(word[i], rng) + word[i + 1 :],
            word[:i] + word[i + 1 :],
            word[:i] + word[i] + word[i:],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        )
    )
    return " ".join(words)


def clipped(question: str, rng: random.Random) -> str:
    """Words without their case endings, as in "parola değiştir"."""

    def clip(word: str) -> str:
        stem = _ENDING.sub("", word)
        return stem if len(stem) >= _SHORTEST and rng.random() < 0.7 else word

    return _by_word(question, clip)


def keywords_only(question: str, rng: random.Random) -> str:
    """The words that say what it is about, without those that ask."""
    kept = [
        word
        for word in unmarked(question, rng).replace(",", " ").split()
        if not _ASKING.match(lower(word)) and key(fold(word)) not in STOP_KEYS
    ]
    return " ".join(kept) if kept else question


_LIGHT: tuple[Callable[[str, random.Random], str], ...] = (lowered, unmarked, folded)
_KINDS: tuple[Callable[[str, random.Random], str], ...] = (
    *(folded, folded, lowered, unmarked, slipped, slipped, clipped, keywords_only, keywords_only),
)


def _is_code(word: str) -> bool:
    """Whether a word has signs or digits in it, or a capital after a small letter: getUserName."""
    bare = word.strip("?,.:'\"()")
    return not bare.isalpha() or bool(re.search(r"[^\W\d_][A-ZÇĞİÖŞÜ]", bare) and not bare.isupper())


def _by_word(question: str, change: Callable[[str], str]) -> str:
    return " ".join(word if _is_code(word) else change(word) for word in question.split(" "))


def _beside(letter: str, rng: random.Random) -> str:
    plain = lower(letter)
    for row in _ROWS:
        at = row.find(plain)
        if at >= 0:
            return rng.choice([row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)])
    return letter
