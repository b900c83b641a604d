"""What a question asks for, read from its wording: a definition, steps, a value, a reason, a comparison.

It does not understand the question; a wording that is not listed asks for nothing in particular.
"""

from dataclasses import dataclass

from assistant.turkish import is_code, pieces, units, words


@dataclass(frozen=True, slots=True)
class Form:
    """A way of asking: how the question shows it, and how a unit shows that it answers.

    Signs are looked for in the folded words between single spaces, with " ." at the end: " fark" is the
    beginning of a word, "dir ." the end of the last one.
    """

    asked: tuple[str, ...]
    told: tuple[str, ...]
    kinds: tuple[str, ...] = ()


FORMS = {
    "definition": Form(
        (" nedir ", " kimdir ", " ne demek", " ne anlama ", " tanimi", " neye denir ", " neyi anlat"),
        (" denir ", " denilir ", " denmekte", " adlandiril", " ifade ede", " anlamina gel", " tanim",
         " bildirir ", " gosterir ",
         "dir .", "dur .", "tir .", "tur ."),
    ),
    "howto": Form(
        (" nasil ", " ne yap", " hangi komut", " hangi yol", " hangi adim", " nereden ", " yolu "),
        (" kullan", " calistir", " ekle", " olustur", " yazin ", " yazip ", " yazabil", " secin ", " tikla"),
        ("item", "code"),
    ),
    "value": Form(
        (" kac", " ne kadar", " yuzde ", " ne zaman ", " hangi yil", " hangi tarih", " hangi surum"),
        (*"0123456789", " bir ", " iki ", " uc ", " dort ", " bes ", " on ", " yuz ", " bin "),
    ),
    "why": Form(
        (" neden ", " niye ", " nicin ", " sebebi", " nedeni"),
        (" cunku ", " neden", " sebe", " dolayi ", " yuzden ", " sayesinde ", " boylece ", " zira ", " icin ",
         " oldugundan "),
    ),
    "compare": Form(
        (" fark", " arasinda", " yoksa ", " karsilastir", " ayril", " hangisi"),
        (" ise ", " fark", " oysa ", " aksine ", " yerine ", " daha ", " gore ", " hem "),
    ),
}  # fmt: skip
"""Question forms. A question may have several; a unit that fits any of them gains FORM."""

CODE_ASKED = (" nasil ", " komut", " kod", " ornek", " yazilir ", " parametre", " fonksiyon", " sozdizim")
"""Signs of a question that a code block may answer, besides a code token in it."""


def asked_forms(question: str) -> list[Form]:
    """The forms of a question."""
    asked = _signs(question)
    return [form for form in FORMS.values() if any(sign in asked for sign in form.asked)]


def tells(text: str, kind: str, forms: list[Form]) -> bool:
    """Whether a unit of this kind shows one of the forms."""
    told = _signs(text) if forms else ""
    return any(kind in form.kinds or any(sign in told for sign in form.told) for form in forms)


def asks_code(question: str) -> bool:
    """Whether a code block may answer: the wording says so, or a code token stands in the question."""
    asked = _signs(question)
    found = [unit for piece in pieces(question) for unit in units(piece) if is_code(unit)]
    return any(sign in asked for sign in CODE_ASKED) or any(any(map(str.isalpha, unit)) for unit in found)


def _signs(text: str) -> str:
    return f" {' '.join(words(text))} ."
