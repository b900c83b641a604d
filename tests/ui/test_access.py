"""Logins, roles, and what guessing costs."""

import asyncio
import threading
from pathlib import Path

import pytest

from ui.access import FREE, LONGEST_WAIT, PATIENCE, QUEUE, Access, Sessions
from ui.users import COST, FILE, User, add_user, remove_user


class Clock:
    """Sleeping moves it at once."""

    def __init__(self) -> None:
        self.now, self.slept = 100.0, [0.0]

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COST, "n", 2)
    monkeypatch.setitem(COST, "p", 1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(tmp_path: Path, clock: Clock) -> Access:
    add_user(tmp_path, "ayşe", "gizli-parola", "manager")
    add_user(tmp_path, "can", "baska-parola", "reader")
    return Access(tmp_path, None, clock, clock.sleep)


def check(access: Access, name: str, password: str) -> bool:
    return asyncio.run(access.check(name, password))


def test_who_gets_in_and_as_what(access: Access) -> None:
    assert access.exists
    assert check(access, "ayşe", "gizli-parola") and check(access, " ays\u0327e", "gizli-parola")
    assert not check(access, "ayşe", "baska-parola") and not check(access, "yok", "gizli-parola")
    assert not check(access, "", "") and not check(access, "ayşe", "x" * 100_000)
    assert [access.role(name) for name in ("ayşe", "can", "yok", "", None)] == [
        "manager", "reader", None, None, None,
    ]  # fmt: skip


def test_a_flood_of_invented_names_keeps_nobody_out(access: Access) -> None:
    held, hashed = threading.Event(), []

    class Slow:
        def knows(self, password: str) -> bool:
            hashed.append(password)
            return held.wait(30) and False

    access._nobody = Slow()  # type: ignore[assignment]

    async def flood() -> tuple[bool, list[bool]]:
        invented = [asyncio.create_task(access.check(f"yok-{n}", "x")) for n in range(10 * QUEUE)]
        await asyncio.sleep(0)
        right = await access.check("ayşe", "gizli-parola")
        held.set()
        return right, await asyncio.gather(*invented)

    right, invented = asyncio.run(flood())
    assert right and not any(invented) and len(hashed) == QUEUE


def test_the_one_of_the_environment_is_a_manager(tmp_path: Path) -> None:
    access = Access(tmp_path, ("ayşe", "kısa"))
    assert access.exists and access.role("ayşe") == "manager" and check(access, "ayşe", "kısa")
    assert not Access(tmp_path / "başka").exists


def test_changes_of_the_file_count_at_once(access: Access, tmp_path: Path) -> None:
    assert check(access, "can", "baska-parola")
    add_user(tmp_path, "can", "yeni-parola", "manager")
    assert not check(access, "can", "baska-parola")
    assert access.role("can") == "manager"
    remove_user(tmp_path, "can")
    assert access.role("can") is None
    assert not check(access, "can", "yeni-parola")


def test_nobody_gets_in_while_the_file_is_damaged(access: Access, tmp_path: Path) -> None:
    whole = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text("{")
    assert not check(access, "ayşe", "gizli-parola") and access.role("ayşe") is None
    (tmp_path / FILE).write_text(whole)
    assert check(access, "ayşe", "gizli-parola")


@pytest.mark.parametrize("name", ["ayşe", "yok"])
def test_guessing_becomes_slow_whether_the_name_exists_or_not(
    name: str, access: Access, clock: Clock
) -> None:
    for number in range(12):
        assert not check(access, name, f"tahmin-{number}")
        if number < FREE:
            assert clock.slept == [0.0]
    waits = clock.slept[1:]
    assert waits == sorted(waits) and waits[0] == 1.0 and waits[-1] == LONGEST_WAIT
    assert check(access, "can", "baska-parola") and clock.slept[1:] == waits  # others do not wait


def test_many_guesses_at_once_are_refused_unchecked(
    access: Access, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def knows(self: User, password: str) -> bool:
        hashed.append(password)
        return False

    async def never(seconds: float) -> None:
        assert seconds <= PATIENCE

    async def many() -> None:
        await asyncio.gather(*(access.check("ayşe", f"tahmin-{number}") for number in range(200)))

    monkeypatch.setattr(User, "knows", knows)
    access._sleep = never
    asyncio.run(many())
    assert FREE < len(hashed) <= FREE + 10


def test_a_right_login_ends_the_waiting_and_is_known_again(
    access: Access, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(FREE + 1):
        check(access, "ayşe", f"tahmin-{number}")
    assert check(access, "ayşe", "gizli-parola")
    slept = list(clock.slept)
    monkeypatch.setattr(User, "knows", lambda self, password: pytest.fail("hashed again"))
    assert check(access, "ayşe", "gizli-parola")
    assert clock.slept == slept


def test_api_keys(access: Access, tmp_path: Path) -> None:
    def key(text: str, given: Access = access) -> bool:
        return asyncio.run(given.check_key(text))

    assert key("can:baska-parola") and not key("can:gizli-parola") and not key("baska-parola") and not key("")
    both = Access(tmp_path, ("yönetici", "a:b"))
    assert key("a:b", both) and key("yönetici:a:b", both) and key("can:baska-parola", both)
    assert not key("a:c", both)


def test_a_session_ends_when_its_user_changes_or_goes(access: Access, tmp_path: Path) -> None:
    sessions = Sessions(access)
    sessions["t1"], sessions["t2"] = "ayşe", "can"
    assert (sessions.get("t1"), sessions.get("t2"), sessions.get("t3"), sessions.get(None)) == (
        "ayşe", "can", None, None,
    )  # fmt: skip
    add_user(tmp_path, "can", "yeni-parola", "reader")
    assert sessions.get("t2") is None and sessions.get("t1") == "ayşe"
    del sessions["t1"]
    assert sessions.get("t1") is None
