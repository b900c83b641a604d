"""Mend whole words: broken at line ends, with stray blanks inside, letter-spaced, glued together.

Every function takes and gives lines, never their number, and counts the words that it changed. Evidence
is always a known word: pieces are joined only if they give one and are none, glued text is split only
if it is none and gives two. What stands beside digits, underscores, slashes or in table rows' borders
is left alone, as code and formulas are.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple

from assistant.turkish import lower
from ingest.lexicon import Lexicon

Lines = list[str]

_LETTER = r"[^\W\d_]"
_BEFORE = r"(?<![\w.@/\\=+*<>#$%&|~^-])"  # nothing that makes it a part of something larger
_WORD = re.compile(_LETTER + "+")
_HYPHENS = "-¬\u2010\u00ad\ufffe"
_SURE_HYPHENS = "\u00ad\ufffe"  # never written by hand
_HEAD = re.compile(rf"{_BEFORE}({_LETTER}+)([{_HYPHENS}])\s*$")
_TAIL = re.compile(rf"\s*({_LETTER}+)((?:['’]{_LETTER}+)?[^\s\w]*(?:\d{{1,3}}[^\s\w]*)?)(?=\s|$)")
_RUN = re.compile(rf"{_BEFORE}(?<!['’‘´`])(?<!['’‘´`] ){_LETTER}++(?: {{1,2}}{_LETTER}++)++")
_GOES_ON = re.compile(rf" ?[=+<>]|[\w@/\\=(<>#$'’]|[{_HYPHENS}]\s*$|[.]\w")
_TELLING = 6  # letters of a word that is hardly made by chance
BROKEN_WORDS = 6
BROKEN_SHARE = 0.004
"""Blanks inside words are mended in documents where so many different long words have them, and such a
share of all words (benchmarks/repair.py tells what clean documents have)."""
MOST_PIECES = 6
"""Pieces that one word may be broken into."""
_COMPOUND = re.compile(rf"{_BEFORE}{_LETTER}++-{_LETTER}++")  # written with its hyphen: it keeps it
_PIECE_BEFORE = re.compile(rf"{_BEFORE}({_LETTER}+) $")
_PIECE_BEHIND = re.compile(rf" ({_LETTER}+)([^\s\w]*)(?=\s|$)")
_CELL_BREAK = re.compile(rf"{_BEFORE}({_LETTER}+)[{_HYPHENS}] ({_LETTER}+)")
MAX_PIECE = 16
MIN_JOINED = 4
"""Letters of a word that is joined from two lines."""


def vocabulary(lines: Sequence[str]) -> Counter[str]:
    """How often each word (lowercase) stands whole in the lines: not at a line end with a hyphen."""
    counts: Counter[str] = Counter()
    broken = False
    for line in lines:
        words = _WORD.findall(line)
        if broken and words:
            words = words[1:]
        head = _HEAD.search(line)
        if head:
            words = words[:-1]
        if line.strip():
            broken = head is not None
        counts.update(words)
    whole: Counter[str] = Counter()
    for word, count in counts.items():
        whole[lower(word)] += count
    return whole


def fix_hyphens(lines: Sequence[str], lexicon: Lexicon, own: Counter[str]) -> tuple[Lines, int]:
    """Words broken at line ends: the tail moves up to its head where both give a known word.

    `own` is the document's own `vocabulary`.
    """
    mended = list(lines)
    count = 0
    compounds = {lower(word) for line in lines if "-" in line for word in _COMPOUND.findall(line)}
    for i, line in enumerate(mended):
        if line.startswith("|"):
            mended[i] = _CELL_BREAK.sub(lambda match: _in_cell(match, lexicon, own), line)
            count += mended[i] != line
            continue
        head = _HEAD.search(line)
        if not head:
            continue
        below = next((j for j in range(i + 1, min(i + 4, len(mended))) if mended[j].strip()), None)
        tail = _TAIL.match(mended[below]) if below is not None else None
        if below is None or tail is None or not _same_case(head[1], tail[1]):
            continue
        if lower(f"{head[1]}-{tail[1]}") in compounds:
            continue
        if head[2] in _SURE_HYPHENS or (
            # not e-posta, k-ortalama; but "i-/çin"
            (len(head[1]) > 1 or lower(head[1]) in "aıioöuü") and _is_broken(head[1], tail[1], lexicon, own)
        ):
            start, end = head.start(), tail.end()
            word = head[1] + tail[1] + tail[2]
        else:
            start, end, word = _with_neighbours(line, mended[below], head, tail, lexicon, own)
        if word:
            mended[i] = line[:start] + word
            mended[below] = mended[below][end:].lstrip()
            count += 1
    return mended, count


def fix_initials(lines: Sequence[str], lexicon: Lexicon, own: Counter[str]) -> tuple[Lines, int]:
    """A first letter that is printed large stands on a line of its own: it moves down to its word."""
    mended = list(lines)
    count = 0
    for i, (line, below) in enumerate(pairwise(lines)):
        if len(line.strip()) == 1 and line.strip().isupper() and (rest := _WORD.match(below)):
            word = line.strip() + rest[0]
            if _same_case(line.strip(), rest[0]) and _is_known(word, lexicon, own, least=3):
                mended[i], mended[i + 1] = "", line.strip() + below
                count += 1
    return mended, count


def _with_neighbours(
    line: str,
    below: str,
    head: "re.Match[str]",
    tail: "re.Match[str]",
    lexicon: Lexicon,
    own: Counter[str],
) -> tuple[int, int, str]:
    """A broken word with a blank inside: the piece before its head or behind its tail makes it known."""
    before = _PIECE_BEFORE.search(line, max(head.start() - MAX_PIECE, 0), head.start())
    behind = _PIECE_BEHIND.match(below, tail.end()) if not tail[2] else None
    if before and _is_known(before[1] + head[1] + tail[1], lexicon, own):
        return before.start(), tail.end(), before[1] + head[1] + tail[1] + tail[2]
    if behind and _is_known(head[1] + tail[1] + behind[1], lexicon, own):
        return head.start(), behind.end(), head[1] + tail[1] + behind[1] + behind[2]
    return 0, 0, ""


def _in_cell(match: "re.Match[str]", lexicon: Lexicon, own: Counter[str]) -> str:
    """A cell of several lines stands on one line in a table row, with blanks for its line breaks."""
    broken = _same_case(match[1], match[2]) and _is_broken(match[1], match[2], lexicon, own)
    return match[1] + match[2] if broken else match[0]


def _is_broken(head: str, tail: str, lexicon: Lexicon, own: Counter[str]) -> bool:
    """Whether head and tail are one word: it is known, or its stem and ending are and they are no words."""
    if _is_known(head + tail, lexicon, own):
        return True
    two_words = _is_word(head, lexicon) and _is_word(tail, lexicon)
    return not two_words and lexicon.inflects(lower(head + tail))


def _is_known(word: str, lexicon: Lexicon, own: Counter[str], least: int = MIN_JOINED) -> bool:
    word = lower(word)
    return len(word) >= least and (lexicon.knows(word) or word in own)


def _same_case(left: str, right: str) -> bool:
    """Whether the right piece can go on the left one's word: lowercase, or capitals after capitals."""
    return right.islower() if not left.isupper() or len(left) == 1 else right.isupper()


def fix_spaces(lines: Sequence[str], lexicon: Lexicon, own: Counter[str]) -> tuple[Lines, int]:
    """Blanks inside words: pieces are joined where they give a known word and not all of them are words.

    One such place may be chance ("A da"), so it takes a document with many of them.
    """
    is_word = cache(partial(_is_word, lexicon=lexicon))
    can_join = cache(partial(_is_one_word, lexicon=lexicon, own=own))
    is_common = cache(lambda text: lexicon.rank(lower(text)) is not None)
    runs = [list(_runs(line, is_word)) if " " in line else [] for line in lines]
    telling = [
        lower(first.text + second.text)
        for found in runs
        for run in found
        for first, second in pairwise(run)
        if not (first.is_word and second.is_word)
        and len(first.text) + len(second.text) >= _TELLING
        and can_join((first.text, second.text))
    ]
    if len(set(telling)) < BROKEN_WORDS or len(telling) < BROKEN_SHARE * sum(own.values()):
        return list(lines), 0
    mended = list(lines)
    count = 0
    for i, found in enumerate(runs):
        spots = [spot for run in found for spot in _broken_words(run, can_join, is_common)]
        for start, end, word in reversed(spots):
            mended[i] = mended[i][:start] + word + mended[i][end:]
        count += len(spots)
    return mended, count


class _Piece(NamedTuple):
    start: int
    text: str
    is_word: bool


def _runs(line: str, is_word: Callable[[str], bool]) -> Iterator[list[_Piece]]:
    """Pieces with only blanks between them, not all of which are words."""
    for run in _RUN.finditer(line):
        pieces = [
            _Piece(match.start(), match[0], is_word(match[0]))
            for match in _WORD.finditer(line, run.start(), run.end())
        ]
        if _GOES_ON.match(line, run.end()):
            pieces.pop()
        if not all(piece.is_word for piece in pieces):
            yield pieces


def _broken_words(
    run: Sequence[_Piece], can_join: Callable[[tuple[str, ...]], bool], is_common: Callable[[str], bool]
) -> list[tuple[int, int, str]]:
    """Where pieces stand that give a word (start, end, the word): what leaves the fewest non-words."""
    # cost and first piece of the best last word, for the pieces before each place
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        options = [(best[end - 1][0] + (not run[end - 1].is_word), end - 1)]
        for start in range(end - 2, max(end - MOST_PIECES, 0) - 1, -1):
            words = sum(piece.is_word for piece in run[start:end])
            if words < end - start and can_join(tuple(piece.text for piece in run[start:end])):
                part = "".join(piece.text for piece in run[start:end])
                usual = 0.05 * is_common(part)  # "yan ı sıra" is "yanı sıra", not "yan ısıra"
                options.append((best[start][0] + 0.3 + 0.1 * words - usual, start))
        best.append(min(options))
    found, end = [], len(run)
    while end:
        start = best[end][1]
        if end - start > 1:
            last = run[end - 1]
            word = "".join(piece.text for piece in run[start:end])
            found.append((run[start].start, last.start + len(last.text), word))
        end = start
    return found[::-1]


def _is_word(piece: str, lexicon: Lexicon) -> bool:
    word = lower(piece)
    if len(word) > 3:
        return lexicon.knows(word)
    return word in ("o", "a") or lexicon.rank(word) is not None  # the English article, too


def _is_one_word(part: tuple[str, ...], lexicon: Lexicon, own: Counter[str]) -> bool:
    if not all(_same_case(part[0], piece) for piece in part[1:]):
        return False
    if len(part) == 2 and part[1][0] in "ğĞ":
        return True  # no Turkish word begins with ğ
    word = lower("".join(part))
    if len(word) < MIN_JOINED:
        return lexicon.rank(word) is not None
    return lexicon.knows(word) or (len(word) >= _TELLING and own[word] > 1)
