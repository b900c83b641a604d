"""What several rules ask of a Turkish sentence: whether it is a main clause, whether words are a subject."""

import re

from assistant.turkish import fold, lower
from finetune.rules.reading import stands_alone
from finetune.rules.verbs import is_copula

_FINITE = re.compile(
    r"(?:(?:[ıiuü]yor|m[ae]kta|m[ae]kte|[ae]c[ae]k|m[ae]lı|m[ae]li|m[ıiuü]ş)(?:d[ıiuü]r|t[ıiuü]r)?"
    r"|[aeıiuü]r|m[ae]z|(?:[rln]|[ae])d[ıiuü]|[dt][ıiuü]r|değil|gerek|yoktur|vardır|var|yok)"
    r"(?:l[ae]r|s[ıiuü]n[ıiuü]z|[ıiuü]z|dır|dir)?$"
)
_OWNED_COPULA = re.compile(r"(?:s|l[ae]r|[^aeıioöuü])[ıiuü]d[ıiuü]r$")
_NO_SUBJECT = re.compile(
    r"(?:s[ae](?:n[ıi]z|k|l[ae]r)?|ken|[ıiuü]p|[ae]r[ae]k|[ıiuü]nc[ae]|d[ae]|d[ae]n|t[ae]n?|ile|için"
    r"|göre|m[ae]k|rağmen|olarak|kadar|sonra"
    r"|önce|beri|gibi|[yn]?l[ae]|d[ıiuü]ğ[ıiuü]|t[ıiuü]ğ[ıiuü]|başka|yanında|ayrıca|üzere|dolayı)$"
)
_ADVERBIAL = re.compile(
    r"^(?:olarak|ile|için|göre|itibaren|aksine|ise|sadece|genelde|sürece|halde|zaman)$|[ae]r[ae]k$"
    r"|[dt][ae]n$|ken$"
)
_ACTIVE = re.compile(r"(?:[^ıiuü]|[ıiuü][^ln])(?:[aeıiuü]r|[ae]bilir|m[ae]kt[ae]d[ıi]r|[ıiuü]yor)$")
_OBJECT = re.compile(r"(?:[^aeıiouöü\s]|[yns])[ıiuü]$")
_NO_END = re.compile(r"[.!?…:;]+$")


def unended(sentence: str) -> str:
    """The sentence without its full stop."""
    return _NO_END.sub("", sentence).rstrip()


def is_clause(text: str) -> bool:
    """Whether a text can be asked about as a whole: several words with a finite verb at the end."""
    words = text.split()
    if any(lower(word) == "ise" for word in words) or _OWNED_COPULA.search(lower(words[-1])):
        return False
    return 4 <= len(words) <= 16 and bool(_FINITE.search(lower(words[-1]))) and stands_alone(text)


def is_subject(text: str) -> bool:
    """Whether the words before a comma may be a subject: few, named, no adverbial."""
    words = text.split()
    if not 1 <= len(words) <= 5 or re.search(r"[,:;]", text) or not stands_alone(text):
        return False
    if any(_ADVERBIAL.search(lower(word)) for word in words):
        return False
    return not _NO_SUBJECT.search(lower(words[-1])) and len(fold(text)) > 2 and text[0] not in "\"'("


def acts_on(before: str, verb: str) -> bool:
    """Whether a verb does something to what stands before it: "verileri … sağlar"; not "… yapılır"."""
    words = before.split()
    last = lower(verb.split()[-1])
    if is_copula(last) and not last.endswith(("maktadır", "mektedir")):
        return False
    return (
        bool(words)
        and bool(_ACTIVE.search(lower(verb.split()[-1])))
        and bool(_OBJECT.search(lower(words[-1])))
    )


def before_and_verb(clause: str) -> tuple[str, str]:
    """A clause cut before its verb; "kabul edilir" and "sahip değildir" stay together."""
    words = clause.split()
    tail = 1
    last, previous = lower(words[-1]), lower(words[-2])
    joined = re.match(r"(?:ol|değil)", last) or (
        re.match(r"(?:ed[ei]|etm|etti|kıl|yap|yarat|ver|al[ıi]n|sağla|gör|kal)", last)
        and not re.search(r"(?:[ıiuü]|[ae]|d[ae]n?|n[ıiuü]n)$", previous)
    )
    if joined and len(words) > 3:
        tail = 2
    return " ".join(words[:-tail]), " ".join(words[-tail:])
