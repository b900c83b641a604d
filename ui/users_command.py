"""`kilavuz users`: add, remove and list who may log in."""

import argparse
import sys
from typing import TYPE_CHECKING, cast

from assistant.errors import KilavuzError, Message
from ui import terminal

if TYPE_CHECKING:
    from assistant.settings import Settings
    from ui.users import Role

ROLE_NAMES = {
    "reader": Message("okur", "reader"),
    "manager": Message("yönetici", "manager"),
}


def users(settings: "Settings", args: argparse.Namespace) -> int:
    """Run the action that `args` names; returns the exit code. Raises KilavuzError."""
    from ui.users import add_user, checked_name, read_users, remove_user

    home, language = settings.home, settings.language
    outside = bool(settings.auth.get_secret_value())
    if args.action == "add":
        name = checked_name(args.name)
        role = cast("Role", args.role)
        is_new = add_user(home, name, _password(name, language), role, outside)
        said, role_name = _added(is_new), ROLE_NAMES[role].say(language)
        terminal.say(said.say(language).format(name=name, role=role_name))
        if is_new and len(read_users(home)) == 1:
            _login_from_now_on(settings)
    elif args.action == "remove":
        remove_user(home, args.name, outside)
        terminal.say(Message("{name} silindi.", "{name} removed.").say(language).format(name=args.name))
    else:
        found = read_users(home).values()
        for one in found:
            terminal.say(f"{one.name}  ({ROLE_NAMES[one.role].say(language)})")
        if not found:
            none = Message(
                "Henüz kullanıcı yok; eklemek için: kilavuz users add AD --role manager.",
                "No users yet; to add one: kilavuz users add NAME --role manager.",
            )
            terminal.say(none.say(language))
    return 0


def _added(is_new: bool) -> Message:
    if is_new:
        return Message("{name} eklendi ({role}).", "{name} added ({role}).")
    return Message(
        "{name} için parola ve rol değişti ({role}); açık oturumları kapandı.",
        "Password and role of {name} changed ({role}); open sessions have ended.",
    )


def _login_from_now_on(settings: "Settings") -> None:
    """What a server that asked for no login does with the first user."""
    from ui.client import read_server_file

    if read_server_file(settings.home) and not settings.auth.get_secret_value():
        terminal.complain(
            Message(
                "Çalışan Kılavuz birkaç saniye içinde oturum sormaya başlar; açık sayfaları yenileyin.",
                "The running Kılavuz asks for a login within a few seconds; reload open pages.",
            ),
            settings.language,
        )


def _password(name: str, language: str) -> str:
    """The password, typed twice and unseen; the first line of the input where that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    first = getpass(Message(f"{name} için parola: ", f"Password of {name}: ").say(language))
    if getpass(Message("Parola (yeniden): ", "Password (again): ").say(language)) != first:
        raise KilavuzError(
            "İki parola birbirini tutmuyor; komutu yineleyin.",
            "The two passwords differ; repeat the command.",
        )
    return first
