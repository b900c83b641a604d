"""How well the text of a page was read, as one number: whether its words are words, its letters letters.

The known words of a page say little where there are few words (a figure, a formula, a table of numbers)
or another language or script. So few words cannot sink a page, and an unknown word that could be spoken
counts half: an English page gets about 0.6, a font whose letters come out as others much less.
"""

import re
import unicodedata
from itertools import pairwise

from ingest.lexicon import Lexicon

GOOD = 0.92
"""A page below is read a second time: 1 in 7 of 728 real pages, most of them lists of references."""

UNREADABLE = 0.5
"""A page below holds nothing worth searching: its letters come out as other letters, or as none.

The worst of 728 real pages, in Latin, has 0.59. With letters exchanged at random 3 in 4 of them stay below
0.44 and 19 in 20 below 0.54, with every tenth letter lost 3 in 4 below 0.5."""

FEW_WORDS = 15
"""Known words that a page is taken to have besides its own: how little a page with few words can sink."""

_PIECE = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")
_EDGES = "!\"#$%&'()*+,-./:;<=>?@[]_{|}“”„«»‘’…–—•·"
_STRAY = frozenset("ˆˇ˘˙˚˛˜˝¨¸¯´")  # accents that stand beside their letter
_LONE = frozenset("çğıöşüÇĞİÖŞÜ")  # no words and no formula's variables: torn off a word
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_VOWELS = "aeiouyAEIOUYıİöÖüÜâÂîÎûÛàáäãåæèéêëìíïòóôõøœùúýÀÁÄÃÅÆÈÉÊËÌÍÏÒÓÔÕØŒÙÚÝ"
_SPOKEN = re.compile(rf"[^{_VOWELS}]{{0,4}}(?:[{_VOWELS}]{{1,5}}[^{_VOWELS}]{{1,4}})*[{_VOWELS}]{{0,5}}")
_LOST = frozenset(("Cc", "Cn", "Co", "Cs"))  # control, unassigned, private use, surrogate


def page_quality(text: str, lexicon: Lexicon) -> float:
    """1 for text that was read well, 0 for none of it: the share of known words, less lost characters.

    Words are pieces of two Latin letters or more. One with a lost character or a stray accent inside is an
    unknown word, and so is a letter like "ş" alone; other pieces are names, code or formulas and not judged.
    """
    words, known = 0, 0.0
    for piece in _PIECE.findall(text):
        bare = piece.strip(_EDGES)
        if _WORD.fullmatch(bare):
            if bare in lexicon:
                words, known = words + 1, known + 1
            elif _LATIN.match(bare) and _can_be_spoken(bare):
                words, known = words + 1, known + 0.5
            elif _LATIN.match(bare) and len(bare) > 2:  # fw, kg, TL are variables and units
                words += 1
        elif piece in _LONE or _is_damaged(bare):
            words += 1
    return (known + FEW_WORDS) / (words + FEW_WORDS) * (1 - lost_share(text))


def mended_words(old: str, new: str, lexicon: Lexicon) -> int:
    """How many words that are in two pieces in `old` are whole in `new`, less those wrongly glued there.

    Two pieces were one word if the word is known or one of the pieces is not.
    """
    pieces = [piece.strip(_EDGES) for piece in old.split()]
    pairs = {one + two: (one, two) for one, two in pairwise(pieces)}
    for piece in pieces:
        pairs.pop(piece, None)
    count = 0
    for piece in new.split():
        word = piece.strip(_EDGES)
        if word in pairs and word.isalpha():
            count += 1 if word in lexicon or any(part not in lexicon for part in pairs[word]) else -1
    return count


def lost_share(text: str) -> float:
    """The share of characters that stand for none: replacement, control and private-use ones, 0..1."""
    shown = [letter for letter in text if not letter.isspace()]
    return sum(map(_is_lost, shown)) / len(shown) if shown else 0.0


def _is_lost(letter: str) -> bool:
    return letter == "\ufffd" or (not " " <= letter <= "~" and unicodedata.category(letter) in _LOST)


def _is_damaged(word: str) -> bool:
    """Whether it is a word with stray accents or lost characters in it, or of replacement characters only."""
    if not _LATIN.search(word):
        return "\ufffd" in word
    marks = [letter for letter in word if not letter.isalpha()]
    return bool(marks) and all(letter in _STRAY or _is_lost(letter) for letter in marks)


def _can_be_spoken(word: str) -> bool:
    """Whether vowels (y is one) and consonants alternate about as in the words of any language."""
    return any(letter in _VOWELS for letter in word) and _SPOKEN.fullmatch(word) is not None
