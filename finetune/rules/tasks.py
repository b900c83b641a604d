"""Rules for what is done and what does it: "… silmek için", and the line that tells what a function does."""

import re
from collections.abc import Iterator

from assistant.turkish import lower
from finetune.rules.clauses import unended
from finetune.rules.found import Found
from finetune.rules.headings import verb_slots
from finetune.rules.reading import Reading, is_term, stands_alone
from finetune.rules.verbs import participle, stem_of_aorist, stem_of_noun

_PURPOSE = re.compile(
    r"^(?:Eğer |Ayrıca |Örneğin,? |Öncelikle |Sadece )?((?:[^\s,;:]+ ){1,8}?)([^\s,;:]+m[ae]k) (?:için"
    r"|isterseniz|istiyorsanız|istersek|üzere)(?:,| )(.{10,})"
)
_PLURAL = re.compile(r"l[ae]r$")
_PASSIVE = re.compile(r"[aeıioöuü].*[ıiuü][ln]$|[ae]bil$")
_OBJECT = re.compile(r"(?:[ıiuü]|[ae]|d[ae]n|l[ae])$")


def purposes(reading: Reading) -> Iterator[Found]:
    """How to do what "… silmek için …" names."""
    for sentence in reading.sentences:
        match = _PURPOSE.match(sentence)
        if not match:
            continue
        thing, stem = match[1].strip(), stem_of_noun(lower(match[2]))
        if stem and stands_alone(thing) and thing[:1].isalnum() and stem not in ("ol", "et", "yap"):
            yield Found("task", verb_slots(thing, stem))


def summaries(reading: Reading) -> Iterator[Found]:
    """What the topic does, of a first line such as "Son hata kodunu döndürür"; and what does that."""
    if not reading.sections or not is_term(reading.topic) or "." in reading.topic.strip("."):
        return
    for line in [one.strip() for one in re.split(r"\n\s*\n", reading.sections[0].body) if one.strip()][:2]:
        text = unended(line)
        words = text.split()
        if not 2 <= len(words) <= 14 or re.search(r"[`|<#{\[*:;=\n]", text) or not stands_alone(text):
            continue
        verb = lower(words[-1])
        stem = stem_of_aorist(verb)
        if (
            stem
            and stem not in ("dön", "ol")
            and " veya " not in text
            and not _PASSIVE.search(stem)
            and not (_PLURAL.search(verb) and not _OBJECT.search(lower(words[-2])))
        ):
            thing = " ".join(words[:-1])
            yield Found("summary", {"x": reading.topic})
            yield Found("doer", {**verb_slots(thing, stem), "part": participle(stem), "verb": verb})
            return
