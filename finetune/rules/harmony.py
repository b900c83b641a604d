"""Turkish suffixes on nouns and names: vowel harmony, buffer letters, the apostrophe after a name.

A suffix is only given where its form is sure: a common noun that may change its last letter (kitap, kitabı)
gets none. Foreign names are sounded as they are spelled, abbreviations by their letters.
"""

import re

from assistant.turkish import lower

VOWELS = "aıoueiöüâîû"
_HIGH = {
    **dict.fromkeys("aıâ", "ı"),
    **dict.fromkeys("eiî", "i"),
    **dict.fromkeys("ouû", "u"),
    "ö": "ü",
    "ü": "ü",
}
_LOW = {**dict.fromkeys("aıouâû", "a"), **dict.fromkeys("eiöüî", "e")}
_HARD = "fstkçşhpxq"
_DIGITS = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_LETTERS = {"h": "he", "k": "ke", "q": "kü", "w": "ve", "x": "iks", "y": "ye"}
_SHORT = 4  # letters of an abbreviation that is spelled out where it cannot be read as a word


def high(word: str) -> str:
    """The high vowel that follows the word: ı, i, u or ü."""
    return _HIGH[_vowel(sounded(word))]


def low(word: str) -> str:
    """The low vowel that follows the word: a or e."""
    return _LOW[_vowel(sounded(word))]


def particle(word: str) -> str:
    """The question particle after the word: mı, mi, mu or mü."""
    return "m" + high(word)


def genitive(word: str) -> str:
    """The word with -(n)In, "" where its last letter may change; names get an apostrophe."""
    vowel = high(word)
    if sounded(word)[-1] in VOWELS:
        return _joined(word, f"n{vowel}n")
    return _joined(word, f"{vowel}n")


def locative(word: str) -> str:
    """The word with -DA; the letter before never changes."""
    hard = sounded(word)[-1] in _HARD
    return f"{word}{_mark(word)}{'t' if hard else 'd'}{low(word)}"


def is_name(word: str) -> bool:
    """Whether a word takes an apostrophe: it has a capital, a digit or a sign."""
    return not word.isalpha() or lower(word) != word


def sounded(word: str) -> str:
    """The end of a word as it is spoken, in lower case: of a number its last word, of XML "le"."""
    bare = re.sub(r"\W+$", "", word)
    if not bare:
        return "e"
    if bare[-1].isdigit():
        return _number(re.search(r"\d+$", bare)[0])  # type: ignore[index]
    ascii_name = bare.isascii() and is_name(bare)
    spoken = bare.replace("I", "i") if ascii_name else bare
    end = (re.sub(r"[\W\d_]+", " ", lower(spoken)).split() or ["e"])[-1]
    last = end[-1]
    spelled = bare.isupper() and len(bare) <= _SHORT and last not in VOWELS and end[-2:-1] not in VOWELS
    if spelled or not any(letter in VOWELS for letter in end):
        return _LETTERS.get(last, last + "e")
    return end


def _number(digits: str) -> str:
    stripped = digits.rstrip("0")
    zeros = len(digits) - len(stripped)
    if not stripped:
        return "sıfır"
    if zeros == 0:
        return _DIGITS[int(digits[-1])]
    if zeros == 1:
        return _TENS[int(stripped[-1])]
    return "yüz" if zeros == 2 else "bin" if zeros < 6 else "milyon"


def _vowel(spoken: str) -> str:
    return next((letter for letter in reversed(spoken) if letter in VOWELS), "e")


def _mark(word: str) -> str:
    return "'" if is_name(word) else ""


def _joined(word: str, suffix: str) -> str:
    if is_name(word):
        return f"{word}'{suffix}"
    return "" if word[-1] in "kçptg" else word + suffix
