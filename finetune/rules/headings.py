"""Rules for headings: those that ask, that name a doing, a thing, or a side of the document's topic."""

import re
from collections.abc import Iterator

from assistant.turkish import fold, lower
from finetune.rules.found import Found
from finetune.rules.harmony import is_name
from finetune.rules.reading import DEICTIC, Reading, Section, is_term
from finetune.rules.verbs import aorist, doing, first_person, infinitive, passive, stem_of_noun

_ASKS = re.compile(
    r"(?:^|\s)(?:nasıl|neden|niçin|niye|nedir|nelerdir|neler|ne zaman|hangi\w*|kaç|nerede|kim(?:ler|in"
    r"|e|i)?|m[ıiuü](?:d[ıiuü]r)?)(?:\s|\?|$)"
)
_DONE = re.compile(
    r"(?:kullan[ıi]m|kurulum|kurulma|yapılandır(?:ıl)?ma|oluşturulma|hazırlanma|\w+[ıiuü]lma"
    r"|\w+[ıiuü]lme|\w+nma|\w+nme|\w+[aeıiuü]rma"
    r"|\w+leme|\w+lama)s?[ıiuü]$"
)
_ACCUSATIVE = re.compile(r"(?:[yn][ıiuü]|l[ae]r[ıi]) |(?:[^aeıiouüö\s]|[aeıiouüö][yn])[ıiuü]$")
SIDES = {
    "parameters": r"degistirgeler|parametreler|bagimsiz degiskenler|argumanlar|girdi parametreleri",
    "returns": r"donen degerler?|donus deger(?:i|leri)|geri donus degeri",
    "install": r"kurulum|yukleme|kurma|indirme ve kurulum|yuklemek|kurulumu",
    "example": r"ornek(?:ler)?|ornegi|kullanim ornegi|ornek kullanim|temel kullanim ornegi",
    "errors": r"hatalar(?:/istisnalar)?|istisnalar|sik karsilasilan hatalar|sorun giderme",
    "changes": r"surum bilgisi|degisiklikler|surum gecmisi|degisiklik gecmisi",
    "syntax": r"sozdizimi|soz dizimi|yazim bicimi",
    "needs": r"gereksinimler|on kosullar|onkosullar|sistem gereksinimleri|gerekenler|bagimliliklar",
    "features": r"ozellikler|ozellikleri|temel ozellikler",
    "benefits": r"avantajlar|avantajlari|faydalari|yararlari",
    "drawbacks": r"dezavantajlar(?:i)?|sinirlamalar|kisitlamalar|bilinen sorunlar(?: ve sinirlamalar)?",
    "purpose": r"amac|amaci",
    "usage": r"kullanim|kullanimi|calistirma|baslarken|kullanma",
    "settings": r"yapilandirma|ayarlar|konfigurasyon|secenekler",
    "cautions": r"notlar|uyarilar|uyari|dikkat|onemli notlar",
    "prevention": r"nasil onlenir",
}
"""Headings that name a side of the topic, folded."""
_SIDES = {name: re.compile(pattern) for name, pattern in SIDES.items()}
_GENERIC = frozenset(
    """
    giris ozet aciklama aciklamalar not ornek ornegi sonuc kaynak kaynaklar kaynakca referanslar bilgi teori
    asamalar temeller icindekiler onsoz ekler tesekkur alistirmalar sorular odev genel detaylar diger yazarlar
    hedefler kazanimlar iletisim lisans baslangic uygulama ozetle tanim index indeks dizin tartisma bilginize
    ayrica
    """.split()  # noqa: SIM905
)
_GENERIC_STARTS = (
    "ayrica b",
    "ornek",
    "ek oku",
    "dis kaynak",
    "genel bak",
    "sonraki",
    "ogrenim hed",
    "is akis",
    "sik",
    "sss",
)
_MADE_PASSIVE = re.compile(r"[aeıioöuü].*[ıiuü][ln]$")
_ABLE = re.compile(r"(.+?)y?[ae]bil")
_NO_PASSIVE = ("edin", "bulun", "görün", "savun", "düşün", "geçin")
_OWNED = re.compile(r"(?:s[ıiuü]|l[ae]r[ıi]?|[^aeıiouüö]{2}[ıiuü]|m[ae]|[ıi]m[ıi])$")
_ENOUGH = 40


def headings(reading: Reading) -> Iterator[Found]:
    """A heading as a question, where something stands below it."""
    for section in reading.sections:
        heading = section.heading
        if sum(map(str.isalpha, section.body)) < _ENOUGH or not heading:
            continue
        plain = fold(heading)
        side = next((name for name, pattern in _SIDES.items() if pattern.fullmatch(plain)), "")
        if side:
            if _can_have_sides(reading.topic) and fold(reading.topic) != plain:
                yield Found(f"side {side}", {"t": reading.topic})
        elif _ASKS.search(lower(heading)):
            yield Found("asked", {"q": heading.rstrip("? ")})
        elif re.search(r"[$|<>=\\{}\[\]#]", heading):
            continue
        elif not DEICTIC.search(lower(heading)) and len(heading.split()) <= 8 and not generic(plain):
            yield from _told(heading, reading, section)


def _within(one: str, other: str) -> bool:
    """Whether one of the two says the other already."""
    return fold(one) in fold(other) or fold(other) in fold(one)


def _can_have_sides(topic: str) -> bool:
    """Whether a topic is the name of a thing, which is installed, used, written."""
    words = topic.split()
    return is_term(topic) or (
        1 <= len(words) <= 3 and all(map(is_name, words)) and not _OWNED.search(lower(topic))
    )


def generic(plain: str) -> bool:
    """Whether a folded heading says nothing about what stands below it."""
    words = plain.split()
    if re.fullmatch(
        r"(?:(?:ek|gecici) )?(?:madde|bolum|kisim|adim|ders|hafta|unite|sekil|tablo)? ?[\d.]*", plain
    ):
        return True
    return plain.startswith(_GENERIC_STARTS) or words[0] in _GENERIC or plain.isdigit() or len(plain) < 3


def _told(heading: str, reading: Reading, section: Section) -> Iterator[Found]:
    words = heading.split()
    stem = stem_of_noun(lower(words[-1]))
    if stem and len(words) > 1 and not {"ve", "veya"} & set(words):
        thing = " ".join(words[:-1])
        yield Found("how", verb_slots(thing, stem))
    elif _DONE.search(lower(words[-1])) and len(words) > 1:
        yield Found("done", {"h": heading})
    elif section.sentences:
        yield Found("heading", {"h": heading})
        if len(words) < 4 and reading.topic and not _within(reading.topic, heading):
            yield Found("topic heading", {"h": heading, "t": reading.topic})


def verb_slots(thing: str, stem: str) -> dict[str, str]:
    """The forms of a task that templates use; `passive` only where the thing is no object with an ending."""
    if able := _ABLE.fullmatch(stem):
        stem = {"ed": "et", "gid": "git"}.get(able[1], able[1])
    words = thing.split()
    if _MADE_PASSIVE.search(stem) and stem not in _NO_PASSIVE:
        return {"o": thing, "passive": aorist(stem)}
    if len(words) > 1 and (
        stem in ("et", "kıl", "ol") or words[-1] in ("ele", "göz", "dikkate", "yerine", "bilgi")
    ):
        rest = verb_slots(" ".join(words[:-1]), stem)
        return rest | {form: f"{words[-1]} {rest[form]}" for form in rest if form != "o"}
    slots = {"o": thing, "inf": infinitive(stem), "first": first_person(stem), "doing": doing(stem)}
    if not _ACCUSATIVE.search(lower(thing)):
        slots["passive"] = aorist(passive(stem))
    return slots


def asked(reading: Reading) -> Iterator[Found]:
    """Questions that the text itself asks and goes on to answer, as in lists of frequent questions."""
    for section in reading.sections:
        told = [plain for plain in (*section.sentences, *section.items)]
        for number, sentence in enumerate(told):
            if (
                not sentence.endswith("?")
                or not _ASKS.search(lower(sentence))
                or len(sentence.split()) < 4
                or DEICTIC.search(lower(sentence))
            ):
                continue
            if number + 1 < len(told) or len(section.body) > 2 * len(sentence):
                yield Found("asked", {"q": sentence.rstrip("? ")})
