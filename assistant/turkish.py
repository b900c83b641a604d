"""Turkish text for searching: the one analyzer of documents and questions, and the only lowercasing.

    text -> pieces (between spaces) -> units (words, code tokens) -> tokens (what BM25 counts)

A word gives its folded five-letter prefix (as good as a lemmatiser for Turkish in Can et al., JASIST
2008), its Snowball stem and, where it is long, its four-letter sequences, which catch what the stemmer
cuts wrongly and the parts of compounds. Folding merges I, İ, ı and i: it must, because "API" and "api"
are one word, and people type without diacritics. Code tokens (--no-cache-dir, max_seq_length,
getUserName, E-1042, 3.11, C++) are found in their original case and kept whole besides their parts.

It does not know grammar: "yüz" is a face, a hundred and to swim, and PDF accents that stand apart from
their letters ("˘g") must have been repaired by ingest.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import Stemmer  # type: ignore[import-not-found]

ANALYZER_VERSION = "2"
"""Changes whenever any function here would give other tokens for the same text."""

_PREFIX = 5  # letters; F5 of Can et al.
_GRAM = 4  # +.005 nDCG@10 on TQuAD dev, for twice the postings (benchmarks/keywords.py)
_GRAM_WORD = 6  # words from this length on give grams; shorter ones are nearly their prefix
_LONGEST = 40  # letters of a word that are looked at; longer ones are keys, hashes, base64
# Times that a token is counted; grams count once. Chosen on TQuAD dev: 2, 2 gives .004 less.
_PREFIX_WEIGHT, _STEM_WEIGHT, _CODE_WEIGHT = 4, 4, 8

_TURKISH_LOWER = str.maketrans("Iİ", "ıi")
_MARKS = dict.fromkeys(range(0x300, 0x370))
# Dropped: soft hyphen, zero-width characters. One sign for all that is typed as an apostrophe; the
# acute and grave accents among them would become a space and a mark in NFKC and break the word.
_CLEAN: dict[int, str | None] = {
    **dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]),
    **dict.fromkeys(map(ord, "’‘ʼ´`′＇"), "'"),
}
_FOLD: dict[int, str | None] = {**_CLEAN, **_MARKS, ord("ı"): "i", ord("I"): "i"}
_PLAIN = tuple(zip("ışğüöçİŞĞÜÖÇ", "isguociSGUOC", strict=True))
_BEFORE_NFKC = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff´`′]")  # what NFKC must not see
# Between signs that are never part of a unit.
_PIECE = re.compile(r"[^\s()\[\]{}<>,;:!?\"“”„«»*=|/\\&%@~^•·–—$…]+")

_WORD = r"(?:\w[\u0300-\u036f]*)+"
_UNIT = re.compile(
    rf"""
    (?<![\w-]) (?: --[A-Za-zİ0-9][A-Za-zİ0-9_]*(?:-[A-Za-zİ0-9_]+)* | -[A-Za-z] ) (?![\w-])  # --flag, -v
    | (?<!\w) [A-Za-z] (?: \+\+\d* | \# ) (?![\w+\#])                                     # C++17, C#
    | [^\W\d_]+ (?: -\w+ ){{0,8}} -\d\w*                                                 # E-1042, UTF-8
    | {_WORD} (?: \.{_WORD} )*                                                            # word, 3.11, a.b
    """,
    re.VERBOSE,
)
_CORE = re.compile(r"-*[^\W_](?:.*[^_.])?")  # without the underscores of Markdown's _emphasis_ and __init__
_SUFFIX = re.compile(rf"'({_WORD})")
_HUMP = re.compile(r"[^\W\d_]+|\d+")
_RUN = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+|[\x00-\x7f]")

_stemmer = Stemmer.Stemmer("turkish", 0)  # its cache costs more than it saves
_stemmer_lock = threading.Lock()  # a PyStemmer object must not be used by two threads at once


def lower(text: str) -> str:
    """Turkish lowercase (İ to i, I to ı), diacritics kept, in NFC."""
    if text.isascii():
        return text.replace("I", "ı").lower()
    if text.islower() and "\u0307" not in text and unicodedata.is_normalized("NFC", text):
        return text  # most words, found faster
    text = unicodedata.normalize("NFC", text).translate(_TURKISH_LOWER).lower()
    return unicodedata.normalize(
        "NFC", text.replace("i\u0307", "i")
    )  # the wrong lowercase of İ, as others left it


def fold(text: str) -> str:
    """Lowercase without diacritics, I = İ = ı = i; ligatures and other compatibility forms resolved."""
    if text.isascii():
        return text.lower()
    plain = text
    for letter, base in _PLAIN:  # does for most words what the last line does for all, five times as fast
        plain = plain.replace(letter, base)
    if plain.isascii() and plain.isalnum():
        return plain.lower()
    return unicodedata.normalize("NFKD", _without_strays(text)).translate(_FOLD).lower()


def _without_strays(text: str) -> str:
    return text.translate(_CLEAN) if _BEFORE_NFKC.search(text) else text


def words(text: str) -> list[str]:
    """The folded words of the text in order: suffixes after an apostrophe cut, code tokens whole."""
    return [fold(unit) for piece in pieces(text) for unit in units(piece)]


def spans(text: str) -> list[tuple[int, int, str]]:
    """The same words with their place: (start, end) count characters of `text` as it was given."""
    return [(start, end, fold(unit)) for start, end, unit in _placed_units(text)]


def key(word: str) -> str:
    """What a folded word is compared by: its first five letters; the whole if it has other signs."""
    return word[:_PREFIX] if word.isalpha() else word


_STOP_WORDS = """
    mı mi mu mü mıdır midir mudur müdür mıyım miyim muyum müyüm mısın misin musun müsün mıyız miyiz
    muyuz müyüz ne nedir neler nelerdir nasıl nasıldır niçin niye kim kimdir hangi hangisi kaç kaçtır
    nerede nereye nereden neresi acaba
    ve veya ya da de ki ile ise için gibi kadar bir bu şu o bunu bunun buna bunlar şunu onun onu ona
    olan olarak olduğu olup ama fakat ancak hem her en daha çok diye göre sonra önce ben sen biz siz
    var yok değil bana lütfen
"""
STOP_KEYS = frozenset(key(fold(word)) for word in _STOP_WORDS.split())
"""Keys of question particles and of words that say nothing about the subject.

"neden" is left out: with five letters it is also "nedenleri" (its causes)."""


def content_keys(text: str) -> list[str]:
    """The keys of the text's words in order, without those in `STOP_KEYS`."""
    return [k for k in map(key, words(text)) if k not in STOP_KEYS]


def matched_spans(text: str, question: str) -> list[tuple[int, int]]:
    """Where words of the question stand in the text, by key; a code token also by any of its parts."""
    wanted = set(content_keys(question))
    found = []
    for start, end, unit in _placed_units(text):
        if not wanted.isdisjoint(_keys_of(unit)):
            found.append((start, end))
    return found


@lru_cache(maxsize=1 << 14)
def _keys_of(unit: str) -> frozenset[str]:
    """The keys of a unit and, if it is a code token, of its parts."""
    return frozenset(map(key, map(fold, [unit, *(parts(unit) if is_code(unit) else ())])))


def pieces(text: str) -> list[str]:
    """The text cut where no unit can reach across: a small set of strings worth a cache."""
    return _PIECE.findall(unicodedata.normalize("NFKC", _without_strays(text)))


@lru_cache(maxsize=1 << 16)
def units(piece: str) -> tuple[str, ...]:
    """The words of a piece: lowercase with diacritics; code tokens in their original case."""
    if piece.isalpha() and piece[1:].islower() and "\u02bc" not in piece:  # ʼ is an apostrophe and a letter
        return (lower(piece),)
    text = piece if piece.isascii() else piece.translate(_CLEAN)
    return tuple(unit for _, _, unit in _find(text))


def is_code(unit: str) -> bool:
    """Whether a unit is a code token: other signs than letters and digits, or a capital in it."""
    if unit.islower() and unit.isalnum():  # the answer for most words, found faster
        return False
    return not _is_alnum(unit) or any(map(str.isupper, unit))


def parts(code: str) -> list[str]:
    """The words in a code token: getUserName gives get, User, Name; E-1042 gives E, 1042."""
    found = []
    for run in _HUMP.findall(code):
        start = 0
        for i in range(1, len(run)):
            if run[i].isupper() and (run[i - 1].islower() or run[i + 1 : i + 2].islower()):
                found.append(run[start:i])
                start = i
        found.append(run[start:])
    return found


def tokens(unit: str, grams: bool = True) -> list[str]:
    """What the keyword index counts for a unit; a token that weighs more stands there more often.

    The stemmer needs diacritics, so a word typed without is best replaced by its usual form first.
    """
    if not is_code(unit):
        return [*_word_tokens(unit, grams)]
    bag = ["=" + fold(unit)[:_LONGEST]] * _CODE_WEIGHT
    whole = [unit] if unit.isalpha() else []  # GitHub is written github too
    for part in whole + parts(unit):
        bag += _word_tokens(lower(part), grams)
    return bag


def key_tokens(key: str) -> tuple[str, str]:
    """The tokens that stand for a `key`: as a code token, as a word."""
    return "=" + key[:_LONGEST], "^" + key[:_LONGEST]


def is_whole(token: str) -> bool:
    """Whether a token stands for a whole word, by its beginning or its stem; not a sequence of letters."""
    return token[0] in "^~"


def _is_alnum(word: str) -> bool:
    return word.isalnum() or word.translate(_MARKS).isalnum()


@lru_cache(maxsize=1 << 12)  # parts of code tokens come again and again
def _word_tokens(word: str, grams: bool) -> tuple[str, ...]:
    folded = fold(word)[:_LONGEST]
    with _stemmer_lock:
        stem = _stemmer.stemWord(word[:_LONGEST])
    bag = ["^" + key(folded)] * _PREFIX_WEIGHT + ["~" + fold(stem)] * _STEM_WEIGHT
    if grams and len(folded) >= _GRAM_WORD:
        bag += [folded[i : i + _GRAM] for i in range(len(folded) - _GRAM + 1)]
    return tuple(bag)


def _find(text: str) -> Iterator[tuple[int, int, str]]:
    """Units of a normalised text with their place in it."""
    position = 0
    while match := _UNIT.search(text, position):
        start, position = match.span()
        word = match[0]
        if (suffix := _SUFFIX.match(text, position)) and _is_suffix(word, suffix[1]):
            position = suffix.end()
        if word.isalpha() and word[1:].islower() and "\u02bc" not in word:  # as most are, found faster
            yield start, start + len(word), lower(word)
        elif core := _CORE.search(word):
            code = any(b.isupper() and a.islower() for a, b in pairwise(core[0])) or not _is_alnum(core[0])
            yield start + core.start(), start + core.end(), core[0] if code else lower(core[0])


def _is_suffix(word: str, rest: str) -> bool:
    """Whether `rest`, after an apostrophe, is a case ending: BERT'in, 2024'te; not O'Reilly, l'eau, f'x'."""
    name = rest[0].isupper() and rest[1:2].islower()
    return not name and (len(word) > 1 or not word.islower())


def _placed_units(text: str) -> Iterator[tuple[int, int, str]]:
    clean = text.translate(_CLEAN)
    if len(clean) == len(text) and unicodedata.is_normalized("NFKC", clean):
        yield from _find(clean)
        return
    clean = unicodedata.normalize("NFKC", clean)
    places = _places(text)
    for start, end, unit in _find(clean):
        yield places[start][0], places[end - 1][1], unit


def _places(text: str) -> list[tuple[int, int]]:
    """For every character of the normalised text the (start, end) that it comes from.

    Nothing composes across the front of an ASCII character, so runs from there on are normalised
    alone; within a run, base characters with their marks, if that gives the same.
    """
    places = []
    for match in _RUN.finditer(text):
        run, offset = match[0], match.start()
        starts = [i for i, sign in enumerate(run) if i == 0 or not unicodedata.combining(sign)]
        clusters = list(zip(starts, [*starts[1:], len(run)], strict=True))
        normal = [unicodedata.normalize("NFKC", run[a:b].translate(_CLEAN)) for a, b in clusters]
        whole = unicodedata.normalize("NFKC", run.translate(_CLEAN))
        if "".join(normal) != whole:
            clusters, normal = [(0, len(run))], [whole]
        for (a, b), out in zip(clusters, normal, strict=True):
            places += [(offset + a, offset + b)] * len(out)
    return places
