"""Rules for lists, and for things that are compared or take each other's place."""

import re
from collections.abc import Iterator

from assistant.turkish import fold, lower
from finetune.rules.found import Found
from finetune.rules.harmony import is_name, particle
from finetune.rules.headings import generic
from finetune.rules.reading import Reading, is_term, stands_alone

_LEADS = re.compile(
    r"^(.{6,90}?)(?:,)? (?:şunlardır|şunlar|aşağıdakilerdir|şöyledir|şöyle sıralanabilir"
    r"|aşağıda(?:ki gibi)? (?:listelen\w+|sıralan\w+|verilmiştir))(?: ?:|$)"
)
_PLURAL = re.compile(r"l[ae]r(?:[ıi])?$")
_ITEMS = 3
_TERM = r"([\w.+#-]+(?: [\w.+#-]+)?)"
_DIFFERENCE = re.compile(rf"(?:^|[\s(]){_TERM} (?:ile|ve) {_TERM} arasındaki (?:temel |en önemli |ana )?fark")
_TITLE = re.compile(
    rf"^{_TERM} (?:vs\.?|ile|veya|ve|karşı) {_TERM}(?: arasındaki fark\w*| karşılaştırması| farkı)$"
    rf"|^{_TERM} vs\.? {_TERM}$"
)
_INSTEAD = re.compile(r"(?:^|[\s(])([\w.:+#()-]{3,}(?: [\w-]+)?) (?:yerine|kullanmak yerine) (.{10,})")


def lists(reading: Reading) -> Iterator[Found]:
    """What a list lists: by the words that lead to it, or by a heading in the plural."""
    for section in reading.sections:
        if len(section.items) < _ITEMS:
            continue
        for sentence in section.sentences:
            match = _LEADS.match(sentence)
            if match and stands_alone(match[1]):
                yield Found("list", {"s": match[1].strip(" ,:")})
        heading = section.heading
        words = heading.split()
        if (
            2 <= len(words) <= 6
            and ":" not in heading
            and not generic(fold(heading))
            and _PLURAL.search(lower(words[-1]))
            and stands_alone(heading)
        ):
            yield Found("list", {"s": heading})


def comparisons(reading: Reading) -> Iterator[Found]:
    """A and B where the text tells them apart."""
    pairs = [match for sentence in reading.sentences for match in _DIFFERENCE.finditer(sentence)]
    for section in reading.sections:
        title = _TITLE.match(section.heading)
        if title:
            pairs.append(title)
    for match in pairs:
        a, b = (name.strip(".-") for name in match.groups() if name)
        placed = match.start() == 0 or is_name(a.split()[0])
        if placed and fold(a) != fold(b) and len(a) > 1 < len(b) and stands_alone(a) and stands_alone(b):
            yield Found("compare", {"a": a, "b": b, "ami": particle(a), "bmi": particle(b)})


def replacements(reading: Reading) -> Iterator[Found]:
    """What to take instead of A."""
    for sentence in reading.sentences:
        match = _INSTEAD.search(sentence)
        if match and stands_alone(match[1]):
            word = match[1].split()[-1]
            if (word in reading.spans or is_term(word)) and word[0].isalpha() and "ı" not in lower(word)[-1:]:
                yield Found("instead", {"x": word})
