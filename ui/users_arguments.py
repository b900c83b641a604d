"""The arguments of `kilavuz users`. It only parses: what they do is in `users_command.py`."""

import argparse
from collections.abc import Callable

Say = Callable[[str, str], str]
"""Chooses between a Turkish and an English text."""


def add_users(
    command: Callable[..., argparse.ArgumentParser], common: argparse.ArgumentParser, t: Say
) -> None:
    """Add the command; `command` makes one, `common` has what all commands take."""
    users = command(
        "users",
        t(
            "sayfaya ve API'ye kimlerin girebileceğini yönetir; kullanıcı varsa oturum açmak gerekir",
            "manage who may log in to the page and the API; with users a login is asked for",
        ),
    )
    actions = users.add_subparsers(
        dest="action", required=True, title=t("işlemler", "actions"), metavar=t("İŞLEM", "ACTION")
    )
    name = t("AD", "NAME")
    for action, text in (
        (
            "add",
            t(
                "kullanıcı ekler ya da parolasını ve rolünü değiştirir; parolayı sorar",
                "add a user, or change password and role; asks for the password",
            ),
        ),
        ("remove", t("kullanıcıyı siler; açık oturumları kapanır", "remove a user; open sessions end")),
        ("list", t("kullanıcıları ve rollerini gösterir", "show the users and their roles")),
    ):
        one = actions.add_parser(action, parents=[common], help=text, description=text)
        if action != "list":
            one.add_argument("name", metavar=name, help=t("kullanıcının adı", "the user's name"))
        if action == "add":
            one.add_argument(
                "--role",
                choices=("reader", "manager"),
                default="reader",
                help=t(
                    "reader (varsayılan): sorar ve oy verir; manager: ayrıca belge yükler, siler, eğitir, "
                    "ayarları değiştirir",
                    "reader (the default): asks and votes; manager: also uploads, deletes, trains, changes "
                    "settings",
                ),
            )
