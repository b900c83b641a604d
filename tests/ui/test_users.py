"""Users in their file, and `kilavuz users`."""

import io
import json
import stat
import sys
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from ui.cli import main
from ui.users import COST, FILE, add_user, checked_name, make_user, read_users, remove_user


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COST, "n", 2)
    monkeypatch.setitem(COST, "p", 1)


def test_a_password_is_known_and_not_kept(tmp_path: Path) -> None:
    assert add_user(tmp_path, "ayşe", "gizli-parola", "manager")
    path = tmp_path / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "gizli-parola" not in path.read_text("utf-8")
    user = read_users(tmp_path)["ayşe"]
    assert user.role == "manager"
    assert user.knows("gizli-parola") and not user.knows("gizli-Parola") and not user.knows("")


def test_each_password_has_a_salt_of_its_own() -> None:
    one, other = make_user("a", "aynı parola", "reader"), make_user("b", "aynı parola", "reader")
    assert one.salt != other.salt and one.key != other.key


def test_decomposed_letters_are_the_same_name_and_password(tmp_path: Path) -> None:
    add_user(tmp_path, "Is\u0327ık", "gu\u0308zelparola", "manager")
    assert not add_user(tmp_path, "Işık", "güzelparola", "manager")
    assert read_users(tmp_path)["Işık"].knows("gu\u0308zelparola")


def test_a_user_can_be_given_another_password_and_role(tmp_path: Path) -> None:
    add_user(tmp_path, "ayşe", "gizli-parola", "manager")
    add_user(tmp_path, "can", "baska-parola", "reader")
    assert not add_user(tmp_path, "can", "yeni-parola", "manager")
    assert read_users(tmp_path)["can"].knows("yeni-parola")
    remove_user(tmp_path, "ayşe")
    assert list(read_users(tmp_path)) == ["can"]


def test_readers_are_never_left_without_a_manager(tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="yönetici"):
        add_user(tmp_path, "can", "baska-parola", "reader")
    add_user(tmp_path, "can", "baska-parola", "reader", other_manager=True)
    add_user(tmp_path, "ayşe", "gizli-parola", "manager")
    for change in (
        lambda: remove_user(tmp_path, "ayşe"),
        lambda: add_user(tmp_path, "ayşe", "gizli-parola", "reader"),
    ):
        with pytest.raises(KilavuzError, match="yönetici"):
            change()
    remove_user(tmp_path, "can")
    remove_user(tmp_path, "ayşe")  # the last one: then there is no login
    assert read_users(tmp_path) == {}


@pytest.mark.parametrize("name", ["", "  ", "a:b", "a\nb", "a\u202eb", "x" * 65])
def test_names_that_will_not_do(name: str) -> None:
    with pytest.raises(KilavuzError, match="Kullanıcı adı"):
        checked_name(name)


@pytest.mark.parametrize("password", ["", "yedi777", "x" * 257])
def test_passwords_that_will_not_do(password: str, tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="Parola"):
        add_user(tmp_path, "ayşe", password, "manager")


@pytest.mark.parametrize("text", ["{", "[]", '{"users": [{"name": "x"}]}', '{"users": [1]}'])
def test_a_damaged_file_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(KilavuzError, match="kilavuz users add"):
        read_users(tmp_path)


def test_a_role_that_there_is_not_is_damage(tmp_path: Path) -> None:
    add_user(tmp_path, "ayşe", "gizli-parola", "manager")
    said = json.loads((tmp_path / FILE).read_text())
    said["users"][0]["role"] = "root"
    (tmp_path / FILE).write_text(json.dumps(said))
    with pytest.raises(KilavuzError):
        read_users(tmp_path)


def test_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KILAVUZ_HOME", str(tmp_path / "ev"))
    monkeypatch.delenv("KILAVUZ_AUTH", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO("gizli-parola\nkisa\nöteki-parola\n"))
    assert main(["users", "add", "ayşe", "--role", "manager"]) == 0
    assert main(["users", "add", "can"]) == 1
    assert main(["users", "add", "can"]) == 0
    assert main(["users", "list"]) == 0
    assert main(["users", "remove", "can"]) == 0
    assert main(["users", "remove", "can"]) == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "ayşe eklendi (yönetici).", "can eklendi (okur).", "ayşe  (yönetici)", "can  (okur)", "can silindi.",
    ]  # fmt: skip
    assert "8 ile 256" in told.err and "Böyle bir kullanıcı yok" in told.err
    assert main(["users"]) == 2 and main(["users", "add", "can", "--role", "kral"]) == 2


def test_a_password_is_typed_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KILAVUZ_HOME", str(tmp_path / "ev"))
    typed = iter(["gizli-parola", "gizli-parolo", "gizli-parola", "gizli-parola"])
    monkeypatch.setattr("getpass.getpass", lambda asked: next(typed))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert main(["users", "add", "ayşe", "--role", "manager"]) == 1
    assert "tutmuyor" in capsys.readouterr().err
    assert main(["users", "add", "ayşe", "--role", "manager"]) == 0
    assert read_users(tmp_path / "ev")["ayşe"].knows("gizli-parola")
