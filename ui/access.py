"""Who gets in and with which role: checks logins, makes guessing slow, tells the role of a name.

The file of users is read again when it changes, so who is removed is out at once. Hashing is costly on
purpose: one login is checked at a time, and after failures a name waits, longer each time, whether it exists
or not.
"""

import asyncio
import hashlib
import hmac
import logging
import secrets
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from assistant.errors import KilavuzError
from ui.users import FILE, MOST, Role, User, make_user, read_users

log = logging.getLogger(__name__)

FREE = 3
"""Tries of a name, since the last right one, before it has to wait."""
LONGEST_WAIT = 8.0
"""Seconds between two tries of a name, at most."""
PATIENCE = 30.0
"""A try that would have to wait longer is refused unchecked."""
QUEUE = 20
"""Checks of names that there are not, waiting at a time; further ones are refused unchecked."""
_KEPT = 1000  # names whose tries are kept in mind, and logins that were right


class Access:
    """The users of a home, and the one of KILAVUZ_AUTH. Safe to call from several threads and tasks."""

    def __init__(
        self,
        home: Path,
        auth: tuple[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`auth`: name and password of a manager who stands in no file.

        Raises KilavuzError like `read_users`.
        """
        self._home = home
        self._given = make_user(_plain(auth[0]), auth[1], "manager") if auth else None
        self._nobody = make_user("", secrets.token_urlsafe(), "reader")  # hashed for names that there are not
        self._clock, self._sleep = clock, sleep
        self._state: tuple[int, int] | None = None
        self._users = read_users(home)
        self._secret = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, User] = OrderedDict()  # logins that were right, by a digest
        self._tries: OrderedDict[str, tuple[int, float]] = OrderedDict()  # how many, when the next may be
        self._lock = threading.Lock()
        # One at a time: many at once would take all memory. Names that there are not queue by themselves.
        self._hashing = ThreadPoolExecutor(1, "kilavuz-login")
        self._unknown = ThreadPoolExecutor(1, "kilavuz-login-unknown")
        self._queue = 0  # checks of names that there are not

    @property
    def exists(self) -> bool:
        """Whether there is anyone who could log in."""
        return bool(self._given or self._now())

    def user(self, name: str) -> User | None:
        """The user as it is now; None if the name may not log in."""
        if self._given and self._given.name == name:
            return self._given
        return self._now().get(name)

    def role(self, name: str | None) -> Role | None:
        """The role that the user has now; None for a name that may not log in."""
        user = self.user(name) if name else None
        return user.role if user else None

    async def check(self, name: str, password: str) -> bool:
        """Whether this is a user's name and password; after failures it takes its time to say so."""
        name = _plain(name)
        if len(name) > MOST or len(password) > MOST:
            return False
        user, digest = self.user(name), self._digest(name, password)
        with self._lock:
            if user and self._known.get(digest) == user:
                return True
            wait = self._turn(name)
        if wait > PATIENCE:
            return False
        if wait > 0:
            await self._sleep(wait)
        loop = asyncio.get_running_loop()
        if user is None:
            await self._as_long(loop, password)
            return False
        if not await loop.run_in_executor(self._hashing, user.knows, password):
            return False
        with self._lock:
            self._tries.pop(name, None)
            _put(self._known, digest, user)
        return True

    async def _as_long(self, loop: asyncio.AbstractEventLoop, password: str) -> None:
        """Take as long as a name that there is; a flood of such names is turned away, and stops nobody."""
        if self._queue >= QUEUE:
            return
        self._queue += 1
        try:
            await loop.run_in_executor(self._unknown, self._nobody.knows, password)
        finally:
            self._queue -= 1

    async def check_key(self, key: str) -> bool:
        """Whether an API key is right: "user:password", or the password of KILAVUZ_AUTH alone."""
        name, _, password = key.partition(":")
        if self._given and self.user(_plain(name)) is None:
            return await self.check(self._given.name, key)
        return await self.check(name, password)

    def _turn(self, name: str) -> float:
        """Seconds until this try may be made; the next one comes later still."""
        now = self._clock()
        tries, free_at = self._tries.get(name, (0, now))
        begins = max(now, free_at)
        if begins - now <= PATIENCE:
            pause = min(LONGEST_WAIT, 2.0 ** (tries + 1 - FREE)) if tries + 1 >= FREE else 0.0
            _put(self._tries, name, (tries + 1, begins + pause))
        return begins - now

    def _digest(self, name: str, password: str) -> bytes:
        said = f"{name}\0{password}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, said, hashlib.sha256).digest()

    def _now(self) -> dict[str, User]:
        """The users as the file has them now; nobody while it is damaged."""
        try:
            found = (self._home / FILE).stat()
            state = (found.st_mtime_ns, found.st_ino)
        except OSError:
            state = None
        with self._lock:
            if state != self._state:
                try:
                    self._users = read_users(self._home)
                except KilavuzError as error:
                    log.error("nobody of the file can log in: %s", error)
                    self._users = {}
                self._state = state
            return self._users


class Sessions(dict[str, str]):
    """Gradio's tokens of who is logged in, by token; one ends when its user changes or is gone."""

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self._begun: dict[str, User | None] = {}

    def __setitem__(self, token: str, name: str) -> None:
        """Begin a session of the user as it is now."""
        name = _plain(name)
        self._begun[token] = self._access.user(name)
        super().__setitem__(token, name)

    def __delitem__(self, token: str) -> None:
        """End a session."""
        super().__delitem__(token)
        del self._begun[token]

    def get(self, token: str | None, default: Any = None) -> Any:  # noqa: ANN401
        """The user's name, if that session is still good."""
        name = super().get(token) if token else None
        user = self._access.user(name) if name else None
        return name if user and user == self._begun[str(token)] else default


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _put(table: OrderedDict[Any, Any], key: object, value: object) -> None:
    """Set a key, and forget the oldest one where there are too many."""
    table[key] = value
    table.move_to_end(key)
    if len(table) > _KEPT:
        table.popitem(last=False)
