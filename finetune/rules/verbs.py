"""Turkish verbs from their endings: the stem of "döndürür", "silmek", "ekleme", and other forms of it.

    "döndürür" -> "döndür" -> "döndürmek", "döndürürüm", "döndüren", "döndürülür"

By rule with the lists that the rules need (which stems take -Ar, which end in a vowel); no dictionary, so
what does not end as a verb may is refused, and a noun that does is taken for one.
"""

import re

from finetune.rules.harmony import VOWELS, high, low

_IR = frozenset("al bil bul dur gel gör kal ol öl san var ver vur".split())  # noqa: SIM905
"""One syllable, and yet -Ir: alır, gelir."""
_AR = frozenset(
    """
    aç as aş at ay bak bas bat biç bin bit boz böl bük çal çarp çek çık çiz çöz dal değ del dik diz dol dök
    dön döv düş düz eğ ek em er es et ez geç gez gir git giy göm gül iç in it kaç kap kat kay kaz kes kır kırp
    kıs kız kon kop kork koş koy kur kus küs öp ör ört ölç öv piş saç sap sar sark sat say seç ser serp sev
    sez sık sız sil sok sol sor soy sök sön süz sür sürt tak tap tart taş tat tep tut tüt uç um uy üz yak yan
    yap
    yar yat yaz yen yet yık yırt yol yor yum yut yüz
    """.split()  # noqa: SIM905
)
"""One syllable that ends in a consonant, with -Ar: yapar, siler."""
_HIGH_STEMS = frozenset("oku koru taşı tanı yürü uyu büyü kuru eri kazı çürü kaşı üşü bürü sürü daya".split())  # noqa: SIM905
"""Stems that end in a high vowel; others before -r belong to the ending."""
_SOFT = ("et", "git", "güt")
_DROPPED = {"ayır": "ayrıl", "çağır": "çağrıl", "çevir": "çevril", "kavur": "kavrul", "devir": "devril"}
"""Passives before which the last vowel falls."""
_COMPOUND = re.compile(
    r"(?:kayd|redd|aff|hiss|bahs|devr|fark|keşf|hall|sarf|terk|yok|var|zann|sabr|seyr|addr|nakl|hapse?"
    r"|emr|elde)et$"
)
_NO_VERBS = frozenset(
    """
    küme altküme kelime tema şema firma cuma dogma plazma drama prizma elma platforma isme resme terime norma
    forma
    """.split()  # noqa: SIM905
)
_HARD = "fstkçşhp"


def aorist(stem: str) -> str:
    """-(A/I)r: "döndür" gives döndürür, "ekle" ekler, "et" eder."""
    if stem[-1] in VOWELS:
        return stem + "r"
    soft = softened(stem)
    if soft != stem or (syllables(stem) == 1 and stem not in _IR) or stem.endswith("vazgeç"):
        return soft + low(stem) + "r"
    return stem + high(stem) + "r"


def stem_of_aorist(word: str) -> str:
    """The stem of a verb in the aorist, third person, "" if the word cannot be one."""
    if not re.fullmatch(r"[a-zçğıöşü]{3,}r", word) or is_copula(word):
        return ""
    longer, shorter = word[:-1], word[:-2]
    hardened = shorter[:-1] + "t" if shorter.endswith("d") else ""
    for stem in (hardened, shorter):
        known = stem in _IR or stem in _AR or _COMPOUND.search(stem)
        if stem and stem[-1] not in VOWELS and aorist(stem) == word and (known or syllables(stem) > 1):
            if longer in _HIGH_STEMS:
                return longer
            return stem
    if longer[-1] in "ae" and syllables(longer) > 1:
        return longer
    return longer if longer in _HIGH_STEMS else ""


def stem_of_noun(word: str) -> str:
    """The stem of "eklemek" or "ekleme", "" if the word cannot be a verbal noun."""
    match = re.fullmatch(r"([a-zçğıöşü]{2,}?)m(a|e)k?", word)
    if not match or word in _NO_VERBS or not any(letter in VOWELS for letter in match[1]):
        return ""
    stem, vowel = match[1], match[2]
    return stem if low(stem) == vowel else ""


def is_copula(word: str) -> bool:
    """Whether -DIr at the end of the word says "is": yapıdır, araçtır; not üretir, kapatır."""
    match = re.fullmatch(r".*?(.)([dt])[ıiuü]r", word)
    return bool(match) and (match[2] == "d" or match[1] in _HARD)  # type: ignore[index]


def softened(stem: str) -> str:
    """The stem before a vowel: et, ed-."""
    if stem in _SOFT or _COMPOUND.search(stem):
        return stem[:-1] + "d"
    return stem


def infinitive(stem: str) -> str:
    """-mAk."""
    return f"{stem}m{low(stem)}k"


def doing(stem: str) -> str:
    """-mA: the doing as a noun."""
    return f"{stem}m{low(stem)}"


def first_person(stem: str) -> str:
    """-(A/I)rIm: what a user says of himself."""
    verb = aorist(stem)
    return f"{verb}{high(verb)}m"


def participle(stem: str) -> str:
    """-(y)An: what does it."""
    buffer = "y" if stem[-1] in VOWELS else ""
    return f"{softened(stem)}{buffer}{low(stem)}n"


def passive(stem: str) -> str:
    """The stem of the passive: yap, yapıl; ekle, eklen; sil, silin."""
    if stem in _DROPPED:
        return _DROPPED[stem]
    if stem[-1] in VOWELS:
        return stem + "n"
    return f"{softened(stem)}{high(stem)}{'n' if stem.endswith('l') else 'l'}"


def syllables(word: str) -> int:
    """The number of vowels."""
    return sum(letter in VOWELS for letter in word)
