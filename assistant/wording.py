"""How an utterance is worded, as features: what it says about its intent whatever its subject is.

Words that are not in a given set become a blank ("_", "#" for code, "0" for what has a digit), so that "X
nedir?" reads the same for every X. Endings are kept of those too: they tell an order from a question. It
knows no intents; `assistant/intents.py` compares wordings.
"""

from collections import defaultdict
from collections.abc import Collection
from itertools import pairwise

from assistant.forms import FORMS, asked_forms
from assistant.turkish import fold, is_code, key, pieces, units

# Weights, chosen on benchmarks/intents/dev.jsonl and by leaving each example out in turn; each may be halved
# or doubled without a difference that means much.
PAIR = 0.7
"""Worth of two words that follow each other; a word is worth 1."""
ENDING = 0.7
"""Worth of a word's last three letters, and of its last four."""
FORM = 0.5
"""Worth of a form of question (assistant/forms.py), and of a question mark."""
SIZE = 1.0
"""Worth of how many words there are, and how many of them are blanks."""


def keys(utterance: str) -> set[str]:
    """The keys of the utterance's words, particles too: what a set of known words is made of."""
    return {key(fold(unit)) for piece in pieces(utterance) for unit in units(piece)}


def wording(utterance: str, known: Collection[str]) -> dict[str, float]:
    """The features with their weights. Words whose key is not `known` are blanks."""
    found: defaultdict[str, float] = defaultdict(float)
    read = [unit for piece in pieces(utterance) for unit in units(piece)]
    shown = ["<"]
    blanks = 0
    for unit in read:
        word = fold(unit)
        mark = key(word)
        if mark in known:
            found[word] += 1
        else:
            blanks += 1
            mark = _blank(unit)
        found[f"{mark}…"] += 1
        if not (shown[-1] == mark and mark in _BLANKS):  # several blanks are one
            shown.append(mark)
        for letters in (3, 4):
            if len(word) > letters:
                found[f"…{word[-letters:]}"] += ENDING
    for two in pairwise([*shown, ">"]):
        found[" ".join(two)] += PAIR
    asked = asked_forms(utterance)
    for name, form in FORMS.items():
        found[f"form {name}"] += FORM * (form in asked)
    found["?"] += FORM * utterance.rstrip().endswith("?")
    found[f"{min(blanks, 4)} blanks"] += SIZE
    found[f"{min(len(read), 8) // 2 * 2} words"] += SIZE
    return found


_BLANKS = ("_", "#", "0")


def _blank(unit: str) -> str:
    if any(map(str.isdigit, unit)):
        return "0"
    return "#" if is_code(unit) else "_"
