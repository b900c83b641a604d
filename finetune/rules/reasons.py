"""Rules for reasons, conditions, and what may or must be done."""

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.turkish import lower
from finetune.rules.clauses import before_and_verb, is_clause, unended
from finetune.rules.found import Found
from finetune.rules.harmony import particle
from finetune.rules.reading import Reading, is_term, stands_alone
from finetune.rules.verbs import aorist

_BECAUSE = re.compile(
    r"^.{8,}?(?:[dt][ıiuü]ğ[ıiuü](?:m[ıiuü]z|n[ıiuü]z)? için|nedeniyle|sebebiyle|yüzünden|sayesinde"
    r"|[dt][ıiuü]ğ[ıiuü]ndan(?: dolayı)?|[ae]c[ae]ğ[ıi]ndan(?: dolayı)?),? (.+)$"
)
_SINCE = re.compile(r"^(.+?)[,;]? çünkü .{8,}$")
_HENCE = re.compile(r"^(?:Bu|Bundan|Bunun) (?:nedenle|yüzden|sebeple|dolayı|için),? (.+)$")
_IF = re.compile(
    r"^(?:E[ğg]er |Şayet )?((?:[^\s,;:]+ ){1,9}?[^\s,;:]{2,}(?:[rzy]|var|yok)s[ae](?:n[ıi]z"
    r"|l[ae]r)?),? (.{10,})$"
)
_NO_IF = re.compile(
    r"(?:^yoksa|kısa|masa|arsa|borsa|oysa|derse|neredeyse|nasılsa|reverse|nurse)$|^(?:hangi|ne|nasıl"
    r"|kim|kaç)\w*\s|ister|istiyor|(?:gerek|ihtiyaç|dile|merak)\w*s[ae]|edilirse$|^herhangi"
)
_CAN = re.compile(r"(.*[ae]bilir)(?:siniz|iz)?$")
_CANNOT = re.compile(r"(.+?)([ae])m(?:[ae]z|ıyor|iyor)(?:s[ıiuü]n[ıiuü]z)?$")
_SEE = re.compile(r"^(?:incele|ziyaret|bak|ulaş|eriş|gör|bul|öğren|edin|oku|dene|takip)\w*bilir")
_MUST = {"zorunludur": "zorunlu", "mümkündür": "mümkün", "gerekir": "gerekir", "gerekmektedir": "gerekir"}
_MUST |= {
    "gerekmez": "gerekir",
    "şarttır": "şart",
    "desteklenmektedir": "desteklenir",
    "gereklidir": "gerekli",
}


def reasons(reading: Reading) -> Iterator[Found]:
    """Clauses for which a reason is given beside them."""
    sentences = [unended(sentence) for sentence in reading.sentences]
    clauses = []
    for sentence in sentences:
        for pattern in (_BECAUSE, _SINCE, _HENCE):
            if match := pattern.match(sentence):
                clauses.append(match[1].strip(" ,"))
                break
    clauses += [one for one, other in pairwise(sentences) if other.startswith("Çünkü ")]
    for clause in clauses:
        if is_clause(clause) and "," not in clause:
            before, verb = before_and_verb(clause)
            yield Found("why", {"b": before, "verb": verb})


def conditions(reading: Reading) -> Iterator[Found]:
    """What happens if: "karküm belirtilmezse …"."""
    for sentence in reading.sentences:
        match = _IF.match(unended(sentence))
        if not match or _NO_IF.search(lower(match[1])) or not stands_alone(match[1]):
            continue
        if is_term(reading.topic):
            yield Found("condition of", {"t": reading.topic, "k": match[1]})
        elif len(match[1].split()) > 2:
            yield Found("condition", {"k": match[1]})


def permissions(reading: Reading) -> Iterator[Found]:
    """What can be asked with mı: "… kullanılabilir.", "… zorunlu değildir."."""
    for sentence in reading.sentences:
        clause = unended(sentence)
        if "," in clause or not 5 <= len(clause.split()) <= 12 or not stands_alone(clause):
            continue
        words = clause.split()
        last = lower(words[-1])
        asked = _asked(last, lower(words[-2]))
        if asked and not _SEE.search(asked):
            rest = words[:-2] if lower(words[-1]).startswith("değil") else words[:-1]
            me = "yim" if last.endswith("siniz") else ""
            yield Found("whether", {"b": " ".join(rest), "verb": asked, "mi": particle(asked) + me})


def _asked(last: str, before: str) -> str:
    """The verb as it is asked, "" if the sentence does not tell what can or must be."""
    if last.startswith("değil"):
        return before if before in ("zorunlu", "mümkün", "gerekli", "şart") else ""
    if last in _MUST:
        return _MUST[last]
    if can := _CAN.fullmatch(last):
        return can[1]
    if cannot := _CANNOT.fullmatch(last):
        return f"{cannot[1]}{cannot[2]}bilir"
    if last.endswith(("maz", "mez")) and len(last) > 6:
        return aorist(last[:-3])
    return ""
