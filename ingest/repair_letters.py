"""Mend single letters: wrong encodings, accents beside their letter, ligatures, letters without a name.

Every function takes and gives lines, never their number, and counts the words that it changed. Each
looks for its own evidence, in the whole document where one line proves nothing, and leaves a text alone
that has none: Icelandic keeps its ð, a formula its ˆ.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.turkish import lower
from ingest.lexicon import Lexicon, words_of

Lines = list[str]

# UTF-8 read as Windows-1252 or -1254 (or as Latin-1): a lead byte's letter and what follows it.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]"
)
_CP1254 = str.maketrans("ĞİŞğış", "ÐÝÞðýþ")

LATIN5 = str.maketrans("ðþýÐÞÝ", "ğşıĞŞİ")
_LATIN5_LETTER = re.compile("[ðþýÐÞÝ]")
ENCODING_SHARE = 0.6
"""Share of the words that become others which must be known then."""

_COMPOSED = {
    "˘": {"g": "ğ", "G": "Ğ"},
    "¸": {"s": "ş", "S": "Ş", "c": "ç", "C": "Ç"},
    "¨": {"o": "ö", "O": "Ö", "u": "ü", "U": "Ü", "a": "ä", "A": "Ä"},
    "˙": {"I": "İ", "ı": "i"},
    "ˆ": {"a": "â", "A": "Â", "i": "î", "ı": "î", "I": "Î", "u": "û", "U": "Û"},
    "´": {"e": "é", "E": "É", "a": "á", "o": "ó"},
}
_ACCENT = re.compile("[˘¸¨˙ˆ´]")
_LETTER = r"[^\W\d_ˆ´]"  # both signs are letters to Python
# From where a word begins, here and below: to look from each of its letters would be quadratic.
_ACCENTED = re.compile(rf"(?<!{_LETTER})(?<![˘¸¨˙ˆ´]){_LETTER}*+[˘¸¨˙ˆ´](?:{_LETTER}|[˘¸¨˙ˆ´])*+")
_SPACING = {"\u0306": "˘", "\u0327": "¸", "\u0308": "¨", "\u0307": "˙", "\u0302": "ˆ", "\u0301": "´"}
_MARK_AFTER_BLANK = re.compile(r" ([\u0306\u0327\u0308\u0307\u0302\u0301])")  # as NFKC writes accents
# Blanks beside an accent: certainly the font's; perhaps the font's (they become _DOUBT).
_STRAY_AFTER = re.compile(rf"(?<!{_LETTER})([˘¸¨˙]) (?=[gGsScCoOuUI]{_LETTER})")
_DOUBT_AFTER = re.compile(rf"([SsCc]¸) (?=[¨˙˘]?{_LETTER})")
_DOUBT_BEFORE = re.compile(rf"({_LETTER}) (?=˘[gG]|[¨˙¸][OUISC])")
_DOUBT = "\x1f"
_DOUBTFUL = re.compile(rf"(?<!{_LETTER}){_LETTER}++(?:{_DOUBT}{_LETTER}++)++")
_BLANK_AFTER = re.compile(rf"C¸ [¨˙˘]?{_LETTER}")
_NO_BLANK_AFTER = re.compile(rf"C¸[¨˙˘]?{_LETTER}")
_LONGEST = 60  # signs of a word that is looked at
_READINGS = 16

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_FORMS = re.compile("[\ufb00-\ufb06\u00ad\u200b-\u200d\u2060\ufeff\u0300-\u036f]")
# A zero-width (non-)joiner means something in Arabic and Indic scripts and between emoji.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060\ufeff]|(?<=[\u0000-\u024f])[\u200c\u200d]|^[\u200c\u200d]|[\u200c\u200d](?=[\u0000-\u024f]|$)"
)

_LOST = dict(zip("ougOUG", "öüğÖÜĞ", strict=True))
_LOST_ACCENT = re.compile(rf"(?<![\w'’-])(?:{_LETTER}*[oOuUgG] ){{1,3}}{_LETTER}++(?![\w'’])")
LOST_ACCENTS = 8
LOST_ACCENTS_SHARE = 0.002
"""So many different words, and such a share of all, must be known with ö, ü, ğ for o, u, g and a blank."""

_NAMELESS = "\ufffd\ufffe"
_GAPPED = re.compile(f"(?<![^\\W\\d_])[^\\W\\d_]*+(?:[{_NAMELESS}][^\\W\\d_]*+)++")
NAMELESS_LETTERS = "iığşçöüaefltnrk"
_CAPITALS = dict(zip("iığşçöüaefltnrk", "İIĞŞÇÖÜAEFLTNRK", strict=True))
NAMELESS_SHARE = 0.6
"""Share of the words with a nameless letter that one letter must make known."""
NAMELESS_WORDS = 3
"""So many different such words must be known then."""


def fix_encoding(lines: Sequence[str], lexicon: Lexicon) -> tuple[Lines, int]:
    """UTF-8 read as another code page ("ÅŸ" for ş), then Latin-5 read as Latin-1 ("þ" for ş)."""
    mended = list(lines)
    odd = [i for i, line in enumerate(lines) if not line.isascii() and _MOJIBAKE.search(line)]
    if odd:
        fixed = [_fix_mojibake(lines[i]) for i in odd]
        if _are_words([lines[i] for i in odd], fixed, lexicon):
            for i, line in zip(odd, fixed, strict=True):
                mended[i] = line
    odd = [i for i, line in enumerate(mended) if not line.isascii() and _LATIN5_LETTER.search(line)]
    if odd:
        fixed = [mended[i].translate(LATIN5) for i in odd]
        if _are_words([mended[i] for i in odd], fixed, lexicon):
            for i, line in zip(odd, fixed, strict=True):
                mended[i] = line
    return mended, changed_words(lines, mended)


def _are_words(lines: Sequence[str], fixed: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether most of the words that only the fixed lines have are known."""
    was = {word for line in lines for word in words_of(line)}
    new = {word for line in fixed for word in words_of(line) if len(word) > 2} - was
    known = sum(word in lexicon for word in new)
    return known > 0 and known >= ENCODING_SHARE * len(new)


def _fix_mojibake(line: str) -> str:
    from ftfy import fix_encoding

    fixed = str(fix_encoding(line))
    # ftfy knows Windows-1252; Windows-1254 has six letters in other places
    return fixed if fixed != line else str(fix_encoding(line.translate(_CP1254)))


def fix_accents(lines: Sequence[str], lexicon: Lexicon) -> tuple[Lines, int]:
    """Accents that stand before or after their letter ("Do˘g", "S¸ekil", "˙ Ikinci") become one with it."""
    mended = [
        _MARK_AFTER_BLANK.sub(lambda m: _SPACING[m[1]], line) if " " in line else line for line in lines
    ]
    marked = [line for line in mended if _ACCENT.search(line)]
    if marked:
        follow = _accents_behind(marked)
        text = "\n".join(marked)
        font_blank = bool(_BLANK_AFTER.search(text)) and not _NO_BLANK_AFTER.search(text)
        for i, line in enumerate(mended):
            if _ACCENT.search(line):
                mended[i] = _compose_line(line, lexicon, follow, font_blank)
    return mended, changed_words(lines, mended)


def _accents_behind(lines: Sequence[str]) -> frozenset[str]:
    """The accents that stand behind their letter in this document, going by the clear cases."""
    balance: Counter[str] = Counter()
    for line in lines:
        for match in _ACCENT.finditer(line):
            letters, place = _COMPOSED[match[0]], match.start()
            balance[match[0]] += (line[place - 1 : place] in letters) - (
                line[place + 1 : place + 2] in letters
            )
    return frozenset(accent for accent, more in balance.items() if more > 0)


def _compose_line(line: str, lexicon: Lexicon, behind: frozenset[str], font_blank: bool) -> str:
    line = _STRAY_AFTER.sub(r"\1", line)
    line = _DOUBT_AFTER.sub("\\1" + _DOUBT, line)
    line = _DOUBT_BEFORE.sub("\\1" + _DOUBT, line)
    line = _ACCENTED.sub(lambda match: _compose_word(match[0], lexicon, behind), line)
    line = _DOUBTFUL.sub(lambda match: _settle(match[0].split(_DOUBT), lexicon, font_blank), line)
    return line.replace(_DOUBT, " ")


def _compose_word(word: str, lexicon: Lexicon, behind: frozenset[str]) -> str:
    """The word with its accents on letters; where an accent has two letters, the one that makes it known."""
    if len(word) > _LONGEST or (word[1:2] in "ˆ´" and len(word) < 4):  # x with a hat in a formula
        return word
    readings = list(islice(_readings("", word, behind), _READINGS))
    return next((reading for reading in readings if reading in lexicon), readings[0])


def _readings(done: str, rest: str, behind: frozenset[str]) -> Iterator[str]:
    match = _ACCENT.search(rest)
    if not match:
        yield done + rest
        return
    done, rest, letters = done + rest[: match.start()], rest[match.end() :], _COMPOSED[match[0]]
    options = []
    if rest[:1] in letters and (done or match[0] not in "ˆ´"):
        options.append((done + letters[rest[0]], rest[1:]))
    if done[-1:] in letters and (rest or match[0] not in "ˆ´"):
        options.append((done[:-1] + letters[done[-1]], rest))
    if match[0] in behind:
        options.reverse()
    for done_now, rest_now in options or [(done + match[0], rest)]:
        yield from _readings(done_now, rest_now, behind)


def _settle(pieces: Sequence[str], lexicon: Lexicon, font_blank: bool) -> str:
    """The pieces without those blanks beside accents that the font made, not the writer."""
    words = [pieces[0]]
    for piece in pieces[1:]:
        if _is_font_blank(words[-1], piece, lexicon, font_blank):
            words[-1] += piece
        else:
            words.append(piece)
    return " ".join(words)


def _is_font_blank(left: str, right: str, lexicon: Lexicon, font_blank: bool) -> bool:
    if len(left) + len(right) <= _LONGEST and left + right in lexicon:
        two_words = len(left) > 1 and len(right) > 1 and left in lexicon and right in lexicon
        return not two_words or (font_blank and left[-1] in "ÇŞ")
    # no Turkish word begins with ğ
    return (right[0] in "ğĞ" and len(right) > 1) or left in ("Ç", "Ş")


def fix_forms(lines: Sequence[str]) -> tuple[Lines, int]:
    """Ligatures and decomposed letters as letters; soft hyphens and zero-width characters dropped.

    A soft hyphen at a line's end is kept: it says that the word goes on.
    """
    mended = list(lines)
    for i, line in enumerate(lines):
        if line.isascii():
            continue
        if _FORMS.search(line):
            end = "\u00ad" if line.rstrip().endswith("\u00ad") else ""
            line = _INVISIBLE.sub("", line.translate(_LIGATURES)) + end
            line = line.replace("ı\u0307", "i").replace("i\u0307", "i")
        mended[i] = unicodedata.normalize("NFC", line)
    return mended, changed_words(lines, mended)


def fix_nameless(lines: Sequence[str], lexicon: Lexicon) -> tuple[Lines, int]:
    """A letter that the font does not name (U+FFFD) is restored if one letter fits the words."""
    mended = list(lines)
    for sign in _NAMELESS:
        places = [i for i, line in enumerate(mended) if sign in line]
        gapped = {word for i in places for word in _GAPPED.findall(mended[i]) if sign in word}
        letter = _missing_letter(gapped, sign, lexicon)
        if letter:
            for i in places:
                for word in sorted(set(_GAPPED.findall(mended[i])), key=len, reverse=True):
                    mended[i] = mended[i].replace(word, _fill(word, sign, letter))
    return mended, changed_words(lines, mended)


def fix_lost_accents(lines: Sequence[str], lexicon: Lexicon, own: Counter[str]) -> tuple[Lines, int]:
    """Accents that have become blanks ("yu zdesi", "bag ımsız"), in documents that have many such words."""
    found: dict[str, str] = {}
    for line in lines:
        for match in _LOST_ACCENT.finditer(line) if " " in line else ():
            word = _with_accents(match[0], lexicon)
            if word:
                found[match[0]] = word
    if len(found) < LOST_ACCENTS or len(found) < LOST_ACCENTS_SHARE * sum(own.values()):
        return list(lines), 0
    mended = [_LOST_ACCENT.sub(lambda m: found.get(m[0], m[0]), line) for line in lines]
    return mended, changed_words(lines, mended)


def _with_accents(text: str, lexicon: Lexicon) -> str | None:
    pieces = text.split(" ")
    words = [len(piece) > 1 and piece in lexicon for piece in pieces]
    if all(words) or "".join(pieces) in lexicon:
        return None
    accented = [piece[:-1] + _LOST[piece[-1]] for piece in pieces[:-1]] + pieces[-1:]
    word = "".join(accented)
    return word if word in lexicon or (len(word) > 7 and lexicon.inflects(lower(word))) else None


def _missing_letter(gapped: set[str], sign: str, lexicon: Lexicon) -> str | None:
    words = {word for word in gapped if 3 <= len(word) <= _LONGEST}
    scores = sorted(
        (sum(_fill(word, sign, letter) in lexicon for word in words), letter) for letter in NAMELESS_LETTERS
    )
    (second, _), (best, letter) = scores[-2:]
    clear = best >= NAMELESS_WORDS and best >= NAMELESS_SHARE * len(words) and best > 2 * second
    return letter if clear else None


def _fill(word: str, sign: str, letter: str) -> str:
    rest = word.replace(sign, "")
    if not rest:
        return word  # no word around it
    if len(rest) > 1 and rest.isupper():
        letter = _CAPITALS.get(letter, letter)
    return word.replace(sign, letter)


def changed_words(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words of the lines are others now."""
    count = 0
    for old, new in zip(before, after, strict=True):
        if old != new:
            old_words, new_words = old.split(), new.split()
            differ = sum((Counter(new_words) - Counter(old_words)).values())
            count += max(differ, 1)
    return count
