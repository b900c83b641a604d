"""Token ids of texts, word by word: a tokenizer is slow, and most words were met before.

Most tokenizers cut at white space, many at punctuation too, and then look at each piece alone. With those the
ids of a text are the ids of its pieces, one after another, and pieces are remembered. Whether a tokenizer is
of that kind is tried on `_PROBE`; with any other, and where a text spells out a special token, the tokenizer
gets the whole text. So the ids are always those that it gives itself. What a token means is not known here.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate, chain, filterfalse, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MEMORY = 32_000_000
"""Bytes remembered, about, before the pieces that were not met lately are forgotten; at most twice that."""
BATCH = 1024
"""Texts handled at once: bounds memory at about 20 MB and lets the tokenizer use all cores."""
ID_BYTES = 4

# Only characters that every normaliser leaves as a boundary. Other white space and punctuation stay inside
# a piece, where the tokenizer itself sees them: some normalisers drop a form feed and join what it parts.
_MARK = r"""!-/:-@\[-`{-~‘’“”«»–—•"""
_PATTERNS = (rf"[^ \t\n\r{_MARK}]+", rf"[^ \t\n\r{_MARK}]+|[{_MARK}]", r"[^ \t\n\r]+")
"""Ways to cut, fastest first: words without punctuation, each mark by itself, at white space alone."""
_PROBE = (
    'Kılavuz (2. baskı): "İstanbul\'un" ağ-geçidi, IP=10.0.0.1;\n\n\tdosya_adı/yol  C++ -- a::b ... ?!\r\n'
    "## Başlık — “Ağ’ın” «adı» • | x | `kod_1` <b>%50</b> e-posta@adres.tr … [bağ](https://a.b/c?d=e) ÇĞIÖŞÜ"
)
_MOST_SPECIAL = 50  # each text is searched for each of them
_TOGETHER = 64  # pieces given to the tokenizer as one text: half the time of one by one
_ENTRY_BYTES = 200


class WordTokens:
    """The ids that a tokenizer gives, without special tokens, uncut. Several threads may use it at once."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer
        self._cut = self._cutter()
        self._known: dict[str, bytes] = {}
        self._older: dict[str, bytes] = {}  # known before the last time that memory was full
        self._bytes = 0

    def ids(self, texts: Sequence[str]) -> list[bytes]:
        """The ids of each text, as native 32-bit integers (`numpy.frombuffer(ids, "i")`)."""
        found: list[bytes] = []
        for start in range(0, len(texts), BATCH):
            found += self._batch(texts[start : start + BATCH])
        return found

    def counts(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text."""
        return [len(ids) // ID_BYTES for ids in self.ids(texts)]

    def _batch(self, texts: Sequence[str]) -> list[bytes]:
        if self._cut is None:
            return self._whole(texts)
        known, older = self._known, self._older  # held: another thread may put new ones in their place
        special = {i: text for i, text in enumerate(texts) if any(map(text.__contains__, self._special))}
        pieces = [() if i in special else self._cut(text) for i, text in enumerate(texts)]
        unknown = []
        for piece in set(filterfalse(known.__contains__, chain.from_iterable(pieces))):
            if piece in older:
                known[piece] = older[piece]
            else:
                unknown.append(piece)
            self._bytes += _ENTRY_BYTES + 2 * len(piece)
        known.update(zip(unknown, self._together(unknown), strict=True))
        if self._bytes > MEMORY:
            self._known, self._older, self._bytes = {}, known, 0
        found = [b"".join(map(known.__getitem__, each)) for each in pieces]
        for i, ids in zip(special, self._whole(list(special.values())), strict=True):
            found[i] = ids
        return found

    def _whole(self, texts: Sequence[str]) -> list[bytes]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [array("i", encoding.ids).tobytes() for encoding in encodings]

    def _together(self, pieces: Sequence[str]) -> list[bytes]:
        """The ids of each piece, from texts of many: a token belongs to the piece that it starts in."""
        groups = [pieces[i : i + _TOGETHER] for i in range(0, len(pieces), _TOGETHER)]
        encodings = self._tokenizer.encode_batch([" ".join(g) for g in groups], add_special_tokens=False)
        found = []
        for group, encoding in zip(groups, encodings, strict=True):
            ids = array("i", encoding.ids).tobytes()
            starts = [start for start, _ in encoding.offsets]
            begins = accumulate((len(piece) + 1 for piece in group), initial=0)
            cuts = [ID_BYTES * bisect_left(starts, begin) for begin in begins]
            found += [ids[a:b] for a, b in pairwise(cuts)]
        return found

    def _cutter(self) -> Callable[[str], list[str]] | None:
        """Cuts a text into the smallest pieces that the tokenizer looks at one by one; None: it does not."""
        tokens = self._tokenizer.get_added_tokens_decoder().values()
        self._special = [token.content for token in tokens]
        if len(self._special) > _MOST_SPECIAL or not _parts_words(self._tokenizer):
            return None
        whole = self._whole([_PROBE])[0]
        for pattern in _PATTERNS:
            find = re.compile(pattern).findall
            if b"".join(self._together(find(_PROBE))) == b"".join(self._whole(find(_PROBE))) == whole:
                return find
        return None


def _parts_words(tokenizer: "Tokenizer") -> bool:
    """True if its first step leaves no white space in or before a word."""
    if tokenizer.pre_tokenizer is None:
        return False
    parts = tokenizer.pre_tokenizer.pre_tokenize_str(_PROBE)
    return not any(re.search(r"\s", _PROBE[start:end]) for _, (start, end) in parts)
