"""Who may log in: names, roles and hashed passwords, in `<home>/kullanicilar.json`.

A password is kept as its scrypt hash under a salt of its own. Whether a login is asked for at all, and what
guessing costs, is in `access.py`.
"""

import base64
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from assistant.errors import KilavuzError

FILE = "kullanicilar.json"
Role = Literal["reader", "manager"]
"""Readers ask and vote; managers also upload, delete, train and change settings."""
ROLES: tuple[Role, ...] = get_args(Role)
LEAST, MOST = 8, 256
"""Characters of a password."""
LONGEST_NAME = 64

COST = {"n": 2**15, "r": 8, "p": 3}
"""What a hash costs: 32 MB and about a fifth of a second (OWASP's second choice for scrypt)."""
_MEMORY = 128 * 1024 * 1024  # OpenSSL refuses above this


@dataclass(frozen=True, slots=True)
class User:
    """A name with its role; `salt` and `key` in base64, `n`, `r` and `p` are scrypt's costs at the time."""

    name: str
    role: Role
    salt: str
    key: str
    n: int
    r: int
    p: int

    def knows(self, password: str) -> bool:
        """Whether that is the password. Takes as long for a wrong one."""
        key = _key(password, base64.b64decode(self.salt), self.n, self.r, self.p)
        return hmac.compare_digest(key, base64.b64decode(self.key))


def make_user(name: str, password: str, role: Role) -> User:
    """A user whose password is hashed under a new salt; name and password must have been checked."""
    salt = secrets.token_bytes(16)
    key = _key(password, salt, **COST)
    return User(name, role, base64.b64encode(salt).decode(), base64.b64encode(key).decode(), **COST)


def checked_name(name: str) -> str:
    """The name as it is kept: NFC, without blanks around. Raises KilavuzError for one that can't be used."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name or len(name) > LONGEST_NAME or ":" in name or not name.isprintable():
        raise KilavuzError(
            f"Kullanıcı adı 1-{LONGEST_NAME} karakter olmalı, içinde iki nokta ve görünmeyen karakter "
            "olmamalı; başka bir ad verin.",
            f"A user's name has 1 to {LONGEST_NAME} characters, no colon and nothing invisible; give another "
            "name.",
        )
    return name


def checked_password(password: str) -> str:
    """The password itself. Raises KilavuzError if it is too short or too long."""
    if not LEAST <= len(password) <= MOST:
        raise KilavuzError(
            f"Parola {LEAST} ile {MOST} karakter arasında olmalı; başka bir parola verin.",
            f"A password has {LEAST} to {MOST} characters; give another one.",
        )
    return password


def read_users(home: Path) -> dict[str, User]:
    """The users by name, in their order; none without a file. Raises KilavuzError if it is damaged."""
    path = home / FILE
    try:
        users = [User(**one) for one in json.loads(path.read_bytes())["users"]]
        if any(one.role not in ROLES for one in users):
            raise ValueError("role")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KilavuzError(
            f"{path} okunamadı ({error}); dosyayı yedeğinden geri getirin ya da silip kullanıcıları yeniden "
            "ekleyin: kilavuz users add.",
            f"{path} could not be read ({error}); restore it, or delete it and add the users again: "
            "kilavuz users add.",
        ) from error
    return {one.name: one for one in users}


def add_user(home: Path, name: str, password: str, role: Role, other_manager: bool = False) -> bool:
    """Add a user, or give one that there is another password and role; returns whether it is new.

    `other_manager`: there is a manager besides those of the file. Raises KilavuzError for a name or password
    that will not do, and where nobody would be left who manages.
    """
    name, password = checked_name(name), checked_password(password)
    users = read_users(home)
    _keep_a_manager({**{n: one.role for n, one in users.items()}, name: role}, other_manager)
    _write(home, [*(one for one in users.values() if one.name != name), make_user(name, password, role)])
    return name not in users


def remove_user(home: Path, name: str, other_manager: bool = False) -> None:
    """Take a user out. Raises KilavuzError if there is none, or only readers would be left."""
    users, name = read_users(home), unicodedata.normalize("NFC", name).strip()
    if name not in users:
        raise KilavuzError(
            f"Böyle bir kullanıcı yok: {name}; var olanları `kilavuz users list` gösterir.",
            f"There is no such user: {name}; `kilavuz users list` shows those there are.",
        )
    _keep_a_manager({n: one.role for n, one in users.items() if n != name}, other_manager)
    _write(home, [one for one in users.values() if one.name != name])


def _keep_a_manager(roles: Mapping[str, Role], other: bool) -> None:
    if roles and not other and "manager" not in roles.values():
        raise KilavuzError(
            "Belgeleri ve ayarları yönetecek kimse kalmazdı; önce bir yönetici ekleyin: "
            "kilavuz users add AD --role manager.",
            "Nobody would be left to manage documents and settings; add a manager first: "
            "kilavuz users add NAME --role manager.",
        )


def _write(home: Path, users: Sequence[User]) -> None:
    from assistant.whole_file import write_json

    write_json(home / FILE, {"users": [asdict(one) for one in users]})  # made with mode 0600


def _key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    said = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(said, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)
