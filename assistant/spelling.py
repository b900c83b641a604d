"""Words that no document has, as they were probably meant: a slip of the finger, or a space left out.

One letter too many, too few, another, or two in the wrong order, within the first letters but the very first:
few slips hit that one ("qthread" is no slip for "thread"), and what follows is a suffix. After Norvig, "How
to Write a Spelling Corrector", 2007, with the documents' own words as the dictionary. It knows no grammar and
no context.
"""

from collections.abc import Iterator, Mapping

_HEAD = 7  # letters that tell a word with its suffixes from others
_SHORTEST = 5  # letters of a word that is corrected; shorter ones are too near to each other
_JOINED = 3  # letters of each of two words that the documents write as one
_PART = 4  # letters, at least, of each of two words that were written as one
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PARTICLES = ("mi", "mu")  # folded question particles, often written without the space


class Speller:
    """Knows folded words of the documents and how often each stands there; those that are not rare."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = {word: count for word, count in counts.items() if word.isalpha()}
        self._of_head: dict[str, str] = {}
        for word, count in self._counts.items():
            usual = self._of_head.setdefault(word[:_HEAD], word)
            if (-count, word) < (-self._counts[usual], usual):
                self._of_head[word[:_HEAD]] = word

    def meant(self, word: str) -> list[str]:
        """The word or the two words of the documents that an unknown folded word stands for; [] if none."""
        if not word.isalpha() or not word.isascii():
            return []
        if word[-2:] in _PARTICLES and word[:-2] in self._counts:
            return [word[:-2]]
        if len(word) < _SHORTEST:
            return []
        found = {
            self._of_head[head] for variant in _slips(word) if (head := variant[:_HEAD]) in self._of_head
        }
        if found:
            return [min(found, key=lambda w: (-self._counts[w], w))]
        halves = [
            (min(self._counts[a], self._counts[b]), -i, [a, b])
            for i in range(_PART, len(word) - _PART + 1)
            if (a := word[:i]) in self._counts and (b := word[i:]) in self._counts
        ]
        return max(halves)[2] if halves else []

    def joined(self, first: str, second: str) -> str | None:
        """The two folded words as one, if the documents write them so."""
        whole = first + second
        return whole if whole in self._counts and min(len(first), len(second)) >= _JOINED else None


def _slips(word: str) -> Iterator[str]:
    """Every word that is one slip within the first letters away; the very first one is right."""
    for i in range(1, min(len(word), _HEAD) + 1):
        head, tail = word[:i], word[i:]
        yield from (head + letter + tail for letter in _LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
