"""Rules for sentences that say what something is, what it is called, what its letters stand for."""

import re
from collections.abc import Iterator

from assistant.turkish import fold, lower
from finetune.rules.clauses import is_subject, unended
from finetune.rules.found import Found
from finetune.rules.harmony import is_name
from finetune.rules.reading import Reading
from finetune.rules.verbs import is_copula

_NO_COPULA = re.compile(
    r"^(?:değil|var|yok|gerek|zorunlu|mümkün)|(?:m[ae]kt[ae]|m[ıiuü]ş|[ae]c[ae]k|m[ae]l[ıi])[dt][ıiuü]r"
)
_OF = re.compile(r"l[ae]r[ıi]n$|m[ıiuü]z$|^(?:bir|tek|temel|basit|belirtilen) ")
_IS_CALLED = re.compile(r"(?:denir|denilir|denmektedir|denilmektedir|deniyor|denilmekte)$")
_NAMED = re.compile(
    r"(.+?) (?:olarak|diye) (?:adlandırıl|isimlendiril|anıl|bilin|tanımlan)\w*$|(.+?) adı veril\w*$"
)
_MEANS = re.compile(
    r"(?:ifade ed\w+|anlamına gel\w+|temsil ed\w+|belirtmek\w+|tanımla(?:r|nır)|açılımıdır|kısaltmasıdır)$"
)
_SHORT_FIRST = re.compile(
    r"(?<![\w-])([A-ZÇĞİÖŞÜ][A-ZÇĞİÖŞÜa-z]{1,5}) \(([A-ZÇĞİÖŞÜ][\w-]+(?: [\w-]+){1,5})\)"
)
_LONG_FIRST = re.compile(r"([A-ZÇĞİÖŞÜ][\w-]+(?: [\w-]+){1,5}) \(([A-ZÇĞİÖŞÜ]{2,6})\)")


def definitions(reading: Reading) -> Iterator[Found]:
    """X of "X, … yapıdır.", of "… işleme X denir.", of "… X olarak adlandırılır."."""
    for sentence in reading.sentences:
        text = unended(sentence)
        last = lower(text.split()[-1])
        subject = ""
        if (is_copula(last) and not _NO_COPULA.search(last)) or _MEANS.search(lower(text)):
            subject = _defined(text)
        elif _IS_CALLED.search(last):
            subject = _after_dative(text.split()[:-1])
        elif named := _NAMED.match(text):
            subject = _after_dative((named[1] or named[2]).split())
        if (
            2 < len(subject) <= 50
            and is_subject(subject)
            and not _OF.search(lower(subject))
            and re.search(r"[^\W\d_]{2}", subject)
        ):
            yield Found("definition", {"x": subject})


def _defined(text: str) -> str:
    """What a sentence with "is" is about: the words before its first comma, or a name that it begins with."""
    subject, comma, rest = text.partition(",")
    if comma and is_subject(subject) and len(rest.split()) > 3 and not _is_list(subject, rest):
        return subject
    words = text.split()
    run = 0
    while run < min(4, len(words)) and ((run and words[run][0].isupper()) or is_name(words[run][1:] or "a")):
        run += 1
    name = " ".join(words[:run])
    if (
        run
        and len(words) > run + 3
        and not re.search(r"['’(\d,]", name)
        and " bir " in text
        and is_subject(name)
    ):
        return name
    return ""


def _is_list(subject: str, rest: str) -> bool:
    """Whether the comma parts things that are named in a row: "PHP, Perl ve Python …"."""
    return bool(re.match(r" [^ ,]+(?: [^ ,]+)?(?:,| ve | veya | ya da | ile )", rest)) and " bir " not in rest


def _after_dative(words: list[str]) -> str:
    """The name at the end of "… işleme geri yayılım": what follows the last word in the dative."""
    tail = words[-4:]
    for place in range(len(tail) - 2, -1, -1):
        word = lower(tail[place])
        if (
            re.search(r"(?:[^aeıiouüöy]|y|n)[ae]$", word)
            and len(word) > 3
            and word not in ("veya", "daha", "sadece")
        ):
            name = " ".join(tail[place + 1 :])
            break
    else:
        return ""
    name = name.strip("\"'“”’‘,()")
    return (
        ""
        if re.search(r"[,;]|(?:^|\s)(?:da|de|ise|olarak|kısaca|bazen|genellikle|sıklıkla)(?:\s|$)", name)
        else name
    )


def abbreviations(reading: Reading) -> Iterator[Found]:
    """X of "HDFS (Hadoop Distributed File System)", in either order."""
    for sentence in reading.sentences:
        pairs = [(m[1], m[2]) for m in _SHORT_FIRST.finditer(sentence)]
        pairs += [(m[2], m[1]) for m in _LONG_FIRST.finditer(sentence)]
        for short, long in pairs:
            initials = "".join(word[0] for word in re.split(r"[\s-]+", fold(long)) if word)
            if sum(map(str.isupper, short)) > 1 and fold(short) in initials:
                yield Found("abbreviation", {"x": short})
