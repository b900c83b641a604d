"""What of a question could tell who asked it: e-mail addresses, phone numbers, identity and account numbers.

Numbers with a check digit count only if it is right, so that part numbers stay. Names are not found.
"""

import re

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
# +90 or 0 before ten digits; ten digits alone if they begin as a Turkish mobile number does
_PHONE = re.compile(
    r"(?<![\w+.,-])(?:(?:\+|00)90[ .-]?)?\(?(?:0[ .-]?)?\(?[2-5]\d\d\)?[ .-]?\d{3}[ .-]?\d\d[ .-]?\d\d"
    r"(?![\w]|[.,-]\d)"
)
_FOREIGN_PHONE = re.compile(r"(?<!\w)\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)")
_IDENTITY = re.compile(r"(?<![\w.,-])[1-9]\d{10}(?!\w)")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d\d(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,4})?(?!\w)")
_CARD = re.compile(r"(?<![\w.,-])\d{4}(?:[ -]?\d{4}){3}(?!\w)")
_BLANKS = re.compile(r"\s+")


def without_personal_data(text: str) -> str:
    """The text without them; blanks become single ones."""
    text = _EMAIL.sub(" ", text)
    text = _IBAN.sub(lambda match: " " if _is_iban(match[0]) else match[0], text)
    text = _CARD.sub(lambda match: " " if _is_card(match[0]) else match[0], text)
    text = _IDENTITY.sub(lambda match: " " if _is_identity(match[0]) else match[0], text)
    text = _FOREIGN_PHONE.sub(lambda match: " " if _digits(match[0]) >= 8 else match[0], text)
    text = _PHONE.sub(lambda match: " " if _is_phone(match[0]) else match[0], text)
    return _BLANKS.sub(" ", text).strip()


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def _is_phone(text: str) -> bool:
    return text.startswith(("+", "0", "5", "(")) or len(text) > 10  # written in groups


def _is_identity(text: str) -> bool:
    """T.C. kimlik no: the tenth digit checks the first nine, the eleventh the first ten."""
    n = [int(char) for char in text]
    return (7 * sum(n[0:9:2]) - sum(n[1:8:2])) % 10 == n[9] and sum(n[:10]) % 10 == n[10]


def _is_iban(text: str) -> bool:
    """ISO 13616: the number with its first four signs at the end leaves 1 when divided by 97."""
    plain = text.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """Luhn's check digit."""
    n = [int(char) for char in text if char.isdigit()]
    return sum(n[-1::-2]) % 10 == -sum(sum(divmod(2 * d, 10)) for d in n[-2::-2]) % 10
