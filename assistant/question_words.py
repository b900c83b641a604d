"""What each word of a Turkish question is there for: subject, the side asked about, verb, small words.

    peki Docker'ın avantajları neler?  ->  OPENER, SUBJECT (genitive), SIDE, SMALL

It goes by lists and endings, on folded words, and knows no dictionary: a noun that looks like a verb
("gelir") is taken for one. Words that nothing here knows are subjects.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from assistant.turkish import STOP_KEYS, fold, key, lower, spans


class Role(Enum):
    """What a word does in a question."""

    SUBJECT = auto()  # what the question is about, as far as one can tell
    SIDE = auto()  # the side of a subject that is asked about: its advantages, price, installation
    ACT = auto()  # a verb, with the noun that belongs to it: "iptal ederim"
    CLAUSE = auto()  # a verb that another follows: "verirsem"
    ORDER = auto()  # asks for another form of answer: "anlat", "örnek", "gösterir misin"
    MEASURE = auto()  # the noun of "hangi …", "kaç …"
    OPENER = auto()  # "peki", "ya": goes on from what was said
    POINTER = auto()  # "bunu", "ikincisi": means what was said; also the noun in "bu yöntem"
    CHAT = auto()  # greetings, thanks, and what is said of the assistant: "yapabilirsin"
    SMALL = auto()  # question words, particles, adverbs


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was typed, folded, with its role and the case that its ending shows, "" if none."""

    text: str
    folded: str
    role: Role
    case: str = ""

    @property
    def key(self) -> str:
        """What it is compared by."""
        return key(self.folded)

    @property
    def possessed(self) -> bool:
        """Whether it ends like what belongs to something: fiyatı, kapasitesi, lisansının."""
        return bool(_POSSESSED.search(self.folded)) and not _NOT_POSSESSED.search(self.folded)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPENERS = _set("peki pekiyi ya ayrica oyleyse ama fakat yani")
_OPENING = (_set("o zaman"), _set("o halde"), _set("bir de"))  # two words

_PRONOUN = re.compile(  # bunu, onlardan, ikisinin, ilki, ikincisiyle, diğeri, hangisi
    r"(?:bu|o|su)n(?:u|un|a|da|dan|unla|lar(?:i|in|a|da|dan|la)?)"
    r"|(?:ilk|iki|birinci|ikinci|ucuncu|dorduncu|sonuncu|diger|obur|oteki|hangi|ayni|kendi|hep)"
    r"(?:s|ler)?[iu](?:n(?:[iu]n?|[ae]|d[ae]n?)|yl[ae])?"
)
_NO_PRONOUN = _set("iki kendi hangi ayni birinci ikinci ucuncu dorduncu sonuncu oteki")
_THIS = _set("bu o su")
_LIBRARY = ("belge", "dokuman", "dosya", "kilavuz", "kitap", "kaynak")  # "bu kılavuz" may be the user's own

_SMALL = _set(
    """
    neyi neye neyle neyin neden nelerden kimler kimlere kimin nerelerde nerede nereye nereden kacar kacinci
    siklikla zaman sekilde bicimde demek anlama ise misin misiniz miyim miyiz musun musunuz muyum muyuz
    biraz daha kisa kisaca uzun detayli ayrintili basit sade acik tam olarak turkce baska birkac iyi kotu
    varsayilan temel ana genel mumkun gerekli sart lazim hemen simdi tekrar yeniden halinde dille adim dogru
    sey seyi seyler gunde haftada ayda yilda bana lutfen acaba evet hayir tamam onemli uygun hala artik hic
    """
)
_CHAT = re.compile(
    r"(?:merhaba|selam|gunaydin|tesekkur|mutesekkir|sagol|eyvallah|hosca|gorusuruz|yardim|muhabbet)\w*"
    r"|sag|ol|olun|tamamdir|super|harika|anladim|mersi|naber|sen|sana|sende|senden"
    r"|\w*(?:yor|[aeiu]r|m[ae]z)s[iu]n(?:[iu]z)?|nasils[iu]n(?:[iu]z)?|kims[iu]n(?:[iu]z)?|\w{3,}[dt][iu]n[iu]z"
)
_TIME = _set("an anda anki andaki gun gunlerde hafta aksam gece sabah ay yil sene")  # "şu anda"

# What can be asked about anything; of the second list only what ends as possessed: "lisansı".
_SIDES = (
    "avantaj dezavantaj ustunlu[gk] eksi eksiler arti fayda yarar zarar sinirlama sinirlili[gk] kisit "
    "sebe[pb] sonuc fark ozelli[gk] cesit kurulum kullanim amac guvenli[gk] risk performans maliyet "
    "alternatif karmasikli[gk] formul gerekce bekleme calisma bakim garanti kapsam varsayim asama adim yontem"
)
_OWN_SIDES = (
    "neden tanim manti[gk] fiyat ucret sure omr hiz boyut deger surum lisans port tur alan sart kosul "
    "parametre ad yer ara kapasite arali[gk] verim hassasiyet dayanikli[gk]"
)
_CASE_ENDING = r"(?:n?[iu]n|n?d[ae]n?|[yn]l[ae]|[yn]?[ae]|[yn]?[iu])?"
_SIDE = re.compile(
    rf"(?:{_SIDES.replace(' ', '|')})(?:l[ae]r)?(?:s?[iu])?{_CASE_ENDING}"
    rf"|(?:{_OWN_SIDES.replace(' ', '|')})(?:l[ae]r)?s?[iu]{_CASE_ENDING}"
)
_POSSESSED = re.compile(r"(?:l[ae]ri|s[iu]|[^aeiu][iu])(?:n(?:[iu]n?|[ae]|d[ae]n?)|yl[ae])?$")
# Nouns that end so by themselves, and other endings that do.
_NOT_POSSESSED = re.compile(
    r"^(?:veri|bilgi|sayi|yapi|dizi|yazi|kapi|ceviri|oneri|seri|enerji|kedi|kredi|api|gui|wifi|cpu|gpu|kutu|"
    r"konu|soru|sorgu|duygu|kuyu)$|(?:oji|izi|l[iu]|c[iu])$"
)

_FORM = re.compile(rf"(?:ornek|orneg|ozet|detay|kod|tablo)(?:l[ae]r)?(?:s?[iu])?{_CASE_ENDING}")
_ORDERS = re.compile(
    r"(?:ver|goster|anlat|acikla|yaz|ozetle|bahset|soyle|listele|karsilastir|sirala|ac|devam|degin)"
    r"(?:sen|sene|in|iniz)?"
)
_ACT = re.compile(
    r"(?:[iu]|[^aeiu])?yor(?:um|sun|uz|sunuz|lar|du|mu)?$"  # ediliyor
    r"|.{2}[aeiu][ln][iu]r(?:ler|lar)?$"  # kurulur, silinir
    r"|[ae]bil(?:ir|iyor|mek|di)\w*$|[ae]m[ae]z\w*$"  # alabilir, yapamaz
    r"|.{3}m[ae]l[iu](?:y[iu]m|y[iu]z|dir|s[iu]n|lar|ler)?$"  # edilmeli, yapmalıyım
    r"|.{3}m[iu]s(?:tir|lar|t[iu])?$"  # kaldırılmış
    r"|(?:[nlrv]d|[skptc]t)[iu](?:m|n|lar|ler)?(?:ys[ae])?$"  # eklendi, değişti, attıysa
    r"|[aeiu]r[iu][mz]$"  # silerim
)
_CLAUSE = re.compile(  # verbs that others follow: verirsem, değiştirmem (gerekiyor), silmek
    r"(?:[rzy]|iyor)s[ae](?:m|n|k|niz|lar|ler)?$|.{2}m[ae]m(?:iz)?$|.{2}m[ae]k$"
)
_NO_ACT = _set("temeli testi testini kisti kendi kendine simdi merkezi standardi imdi")
_ACTS = _set(
    """
    olur olmali eder yapar verir alir gelir gider calisir kullanir surer tutar biter baslar doner durur ister
    gerekir gerektirir gerek artar azalir icer cikar kalir saglar gosterir dolar yarar olacak edecek yapiyo
    oluyo denir
    """
)
_WITH_VERB = re.compile(r"(?:ed(?:[ei]|iyor)|et(?:m|t|s)|edil)")  # the noun before is part of it

_CASES = (  # endings that go round a thing rather than name it come first
    ("place", re.compile(r"[dt][ae]n?$")),
    ("with", re.compile(r"y?l[ae]$")),
    ("genitive", re.compile(r"n?[iu]n$")),
    ("object", re.compile(r"y?[iu]$")),
    ("toward", re.compile(r"[yn]?[ae]$")),
)
_FAVOUR = re.compile(r"m[iu]s[iu]n(?:[iu]z)?")
_MAY_I = re.compile(r"m[iu]y(?:[iu]m|[iu]z)")
_GENITIVE = re.compile(r".{3}n?[iu]n$")
_LONG = 5  # letters; "veri" and "kaside" end like cases too
_POSTPOSITIONS = {"ile": "with", "icin": "for"}
_SUFFIX = re.compile(r"['’‘ʼ´`′＇](\w+)")


def read_words(question: str) -> list[Word]:
    """The question's words in order, each with its role."""
    found = spans(question)
    folded = [word for _, _, word in found]
    roles = [_role(folded, n, question[start : end + 1]) for n, (start, end, _) in enumerate(found)]
    for place in range(1, len(found)):
        _by_neighbours(folded, roles, place)
    return [
        Word(question[start:end], word, role, _case(question[start:end], word, question[end:], after))
        for (start, end, word), role, after in zip(found, roles, [*folded, ""][1:], strict=True)
    ]


def _by_neighbours(folded: list[str], roles: list[Role], place: int) -> None:
    """Correct the roles of a word and the one or two before it by each other."""
    before, word = folded[place - 1], folded[place]
    role, last = roles[place], roles[place - 1]
    earlier = folded[place - 2] if place > 1 else ""
    names = role in (Role.SUBJECT, Role.SIDE)
    if names and (
        (last is Role.ACT and before not in _ACTS) or (last is Role.ORDER and _ORDERS.fullmatch(before))
    ):
        roles[place - 1] = Role.SUBJECT  # verbs stand last: "seçmeli ders", "Erasmus hibesi", "yaz okulu"
    if names and last is Role.POINTER and before in _THIS:
        roles[place] = Role.POINTER  # "bu yöntem"
    elif role is Role.SUBJECT and before in ("hangi", "kac", "kacinci") and not word.startswith(_LIBRARY):
        roles[place] = Role.MEASURE
    elif names and last is Role.MEASURE and earlier == "hangi" and _POSSESSED.search(word):
        roles[place - 1], roles[place] = Role.SUBJECT, Role.MEASURE  # "hangi python sürümleri"
    elif word in ("neler", "nelerdir") and _POSSESSED.search(before) and _GENITIVE.search(earlier):
        roles[place - 1] = Role.SIDE  # "presin parçaları neler?"
    elif last is Role.SUBJECT and _WITH_VERB.match(word):
        roles[place - 1] = roles[place] = Role.ACT  # "iptal ederim"
    elif last in (Role.SUBJECT, Role.ACT) and _FAVOUR.fullmatch(word):
        roles[place - 1] = Role.ORDER  # "özetler misin?"
    elif last is Role.SUBJECT and _MAY_I.fullmatch(word):
        roles[place - 1] = Role.ACT  # "koyabilir miyim?"


def _role(folded: list[str], place: int, typed: str) -> Role:
    word = folded[place]
    after = folded[place + 1] if place + 1 < len(folded) else ""
    if (place <= 1 and (word in _OPENERS or {word, after} in _OPENING)) or (word == "peki" and not after):
        return Role.OPENER
    water = word.startswith("su") and "\u015f" not in lower(typed)  # "su", not "şu"
    if word in _THIS and not water:
        aside = typed.endswith("(") or after in _TIME or after.startswith(_LIBRARY)
        return Role.SMALL if aside else Role.POINTER
    if word not in _NO_PRONOUN and not water and _PRONOUN.fullmatch(word):
        return Role.POINTER
    if _CHAT.fullmatch(word):
        return Role.CHAT
    if word in _SMALL or key(word) in STOP_KEYS:
        return Role.SMALL
    if _ORDERS.fullmatch(word) or _FORM.fullmatch(word):
        return Role.ORDER
    if _SIDE.fullmatch(word):
        return Role.SIDE
    if _CLAUSE.search(word):
        return Role.CLAUSE
    if word in _ACTS or (_ACT.search(word) and word not in _NO_ACT):
        return Role.ACT
    return Role.SUBJECT


def _case(text: str, word: str, rest: str, after: str) -> str:
    """The case of a word that `rest` follows: sure after an apostrophe, else a guess from the ending."""
    if after in _POSTPOSITIONS:
        return _POSTPOSITIONS[after]
    suffix = _SUFFIX.match(rest)
    if not suffix and (len(word) <= _LONG or (text[0].isupper() and not text.isupper())):
        return ""  # too short to tell, or a name, which has an apostrophe before its case
    ending = fold(suffix[1]) if suffix else word
    cases = _CASES if suffix else _CASES[:1]
    return next((name for name, pattern in cases if pattern.search(ending)), "")
