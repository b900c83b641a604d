"""Rules that put a question word for a word of a sentence: numbers, years, names of commands, subjects."""

import re
from collections.abc import Iterator

from finetune.rules.clauses import acts_on, before_and_verb, is_clause, is_subject, unended
from finetune.rules.found import Found
from finetune.rules.harmony import VOWELS, high, is_name, low
from finetune.rules.reading import Reading, is_term, stands_alone

_NUMBER = re.compile(
    r"(?<![\w.,/:'’-])(?:%\s?)?\d+(?:[.,]\d+)*(?:'?[lsy][ıiuü]k?)? (?=((?:[a-zçğıöşü]{2,}|[GMTKP]B"
    r"|[GM]Hz|GFLOPS|TFLOPS|bit|W))(?:[\s.,;)]|$))"
)
_YEAR = re.compile(r"(?<![\w.,])(?:(?:19|20)\d\d) (yıl[ıi]\w*|senesi\w*)")
_NO_UNIT = re.compile(
    r"(?:sürüm|bölüm|madde|sayfa|adım|satır|örnek|versiyon|seri|model|numara)\w*|ve|veya|ya|ile|ise"
    r"|olarak|için|gibi|arası|arasında|ila|no|nolu|numaralı|olan|olur|bile|yalnızca|sadece|daha|en"
    r"|kadar|iken|adet|tane|[ıiuü]?nc[ıiuü]\w*|[dt][ae]n?|[yn][aeıiuü]|[lsy][ıiuü]k?|önce\w*|sonra\w*"
    r"|değeri\w*"
)
_TIME = re.compile(r"(?:saniye|dakika|saat|gün|hafta|ay|yıl)(?:([dt][ae]n)|([dt][ae])|(l[ıiuü]k)|(y?[ae]))?$")
_PERIODS = ("süreden", "sürede", "sürelik", "süreye")
_DEFAULT = re.compile(r"^((?:\S+ ){1,6}?)(?:varsayılan|öntanımlı|ön tanımlı) (?:değer|ayar)(?:i|ı)")
_KINDS = {
    **{w: w for w in ("komut", "yöntem", "modül", "sabit", "metot", "paket", "betik", "işlev", "program")},
    **{w: w for w in ("fonksiyon", "seçenek", "özellik", "araç", "değişken", "bölüm", "kuyruk", "sınıf")},
    **{w: w for w in ("yönerge", "parametre", "dosya", "kütüphane", "eklenti", "sınama", "ifade", "klasör")},
}
_POSSESSED = {
    **{k: k + high(k) for k in _KINDS if k[-1] not in VOWELS},
    **{k: f"{k}s{high(k)}" for k in _KINDS if k[-1] in VOWELS},
    "seçenek": "seçeneği", "özellik": "özelliği", "araç": "aracı", "betik": "betiği", "kuyruk": "kuyruğu",
    "metot": "metodu",
}  # fmt: skip
_KIND_WORD = re.compile(
    rf"(\S+) ({'|'.join(_POSSESSED.values())})(n[ıiuü]n|n[ıiuü]|n[ae]|nd[ae]n|nd[ae]|yl[ae])?(?=[\s.,]|$)"
)
_KIND_OF = {possessed: kind for kind, possessed in _POSSESSED.items()}
_WHAT = {
    "": "ne",
    "gen": "neyin",
    "acc": "neyi",
    "dat": "neye",
    "loc": "nerede",
    "abl": "nereden",
    "with": "neyle",
}


def values(reading: Reading) -> Iterator[Found]:
    """How many, which year: the number of a sentence asked for."""
    for sentence in reading.sentences:
        text = unended(sentence)
        if not is_clause(text):
            continue
        if year := _YEAR.search(text):
            if len(re.findall(r"\d{4}", text)) == 1:
                rest = re.sub(r"^yılı", "yıl", re.sub(r"^yılın", "yıl", year[1]))
                yield Found(
                    "year", {"b": text[: year.start()].strip(), "a": text[year.end() :].strip(), "y": rest}
                )
            continue
        number = _NUMBER.search(text)
        if (
            number
            and number.start()
            and number.end() + len(number[1]) < len(text)
            and not _NO_UNIT.fullmatch(number[1])
            and len(re.findall(r"\d+(?:[.,]\d+)*", text)) <= 2
        ):
            rest = text[number.end() :]
            asked = "yüzde kaç" if number[0].startswith("%") else "kaç"
            slots = {
                "b": text[: number.start()].strip(),
                "a": rest.strip(),
                "kac": asked,
                "much": _much(rest),
            }
            yield Found("value", slots)


def _much(rest: str) -> str:
    """What follows "ne kadar": what is counted, or "süre" in the case of the unit of time."""
    unit, space, after = rest.strip().partition(" ")
    time = _TIME.match(unit)
    if not time:
        return rest.strip()
    period = next((word for word, ending in zip(_PERIODS, time.groups(), strict=True) if ending), "süre")
    return period + space + after


def defaults(reading: Reading) -> Iterator[Found]:
    """What a default is."""
    for sentence in reading.sentences:
        match = _DEFAULT.match(sentence)
        if match and stands_alone(match[1]) and not re.search(r"[,;:]", match[1]):
            yield Found("default", {"x": match[1].strip()})


def names(reading: Reading) -> Iterator[Found]:
    """Which command, function, file: a code token of a sentence asked for."""
    for sentence in reading.sentences:
        text = unended(sentence)
        found = list(_KIND_WORD.finditer(text))
        if len(found) != 1 or not is_clause(text) or not 6 <= len(text.split()) <= 15:
            continue
        match = found[0]
        code = match[1].strip("\"'“”(),")
        if not (is_term(code) or code in reading.spans) or match[1] != code:
            continue
        before, after = text[: match.start()].strip(), text[match.end() :].strip(" ,")
        if before.endswith(("ve", "veya", ",")) or after.startswith(("ve ", "veya ", "ya da ")):
            continue
        case = _case(match[3] or "")
        slots = {"b": before, "kind": _declined(_KIND_OF[match[2]], case), "what": _WHAT[case], "a": after}
        yield Found("which", slots)


def subjects(reading: Reading) -> Iterator[Found]:
    """What does it: the subject of "X, … sağlar."."""
    for sentence in reading.sentences:
        text = unended(sentence)
        subject, comma, rest = text.partition(", ")
        if (
            not comma
            or "," in rest
            or not is_subject(subject)
            or len(rest.split()) < 5
            or not is_clause(rest)
        ):
            continue
        before, verb = before_and_verb(rest)
        if acts_on(before, verb) and before[:1].isalnum():
            yield Found("subject", {"b": before, "verb": verb})
            if any(is_name(word[1:] or "a") for word in subject.split()):
                yield Found("role", {"x": subject})


def _case(ending: str) -> str:
    if not ending:
        return ""
    for pattern, case in (
        (r"n.n", "gen"),
        (r"nd[ae]n", "abl"),
        (r"nd[ae]", "loc"),
        (r"yl[ae]", "with"),
        (r"n[ae]", "dat"),
    ):
        if re.fullmatch(pattern, ending):
            return case
    return "acc"


def _declined(kind: str, case: str) -> str:
    """The bare noun in the case that its possessed form had: komutunu gives komutu, seçeneğine seçeneğe."""
    ends_in_vowel = kind[-1] in VOWELS
    stem = kind if ends_in_vowel else _POSSESSED[kind][:-1]
    hard = kind[-1] in "fstkçşhp"
    return {
        "": kind,
        "acc": f"{stem}{'y' if ends_in_vowel else ''}{high(kind)}",
        "dat": f"{stem}{'y' if ends_in_vowel else ''}{low(kind)}",
        "gen": f"{stem}{'n' if ends_in_vowel else ''}{high(kind)}n",
        "loc": f"{kind}{'t' if hard else 'd'}{low(kind)}",
        "abl": f"{kind}{'t' if hard else 'd'}{low(kind)}n",
        "with": f"{kind}{'y' if ends_in_vowel else ''}l{low(kind)}",
    }[case]
