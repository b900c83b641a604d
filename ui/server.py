"""The server process: page, OpenAI endpoint and loopback routes on one port, and the start and end of it all.

The page comes first; the ingest of the documents folder goes on behind it, except at the very first
start, which waits a moment so that the sample documents are there when the page opens.
"""

import errno
import ipaddress
import json
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from assistant.errors import KilavuzError, Message
from assistant.whole_file import whole_file
from ui.access import Access
from ui.api import api
from ui.client import SERVER_FILE, ServerFile, connect, read_server_file
from ui.control import Control
from ui.local_api import is_loopback, local_routes
from ui.service import Service, open_service
from ui.terminal import say
from ui.this_host import OnlyThisHost, names_this_machine
from ui.users import read_users

if TYPE_CHECKING:
    from assistant.settings import Settings

FIRST_WAIT = 5.0
"""Seconds that the very first start waits for the sample documents."""

KEPT = 75
"""Seconds that an idle connection is kept: an open page asks every few seconds, on the same one."""

TRIED_PORTS = 20
"""Further ports that are tried when the default one is taken."""

LOGIN = Message(
    "Bir kullanıcı eklendi; Kılavuz artık oturum soruyor.",
    "A user was added; Kılavuz asks for a login from now on.",
)


class Server(uvicorn.Server):
    """uvicorn's server that tells when it answers, and may end by itself."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], over: Callable[[], bool] = lambda: False
    ) -> None:
        """`ready` is called once, when requests are answered; once `over` is true, the server ends."""
        super().__init__(config)
        self._ready = ready
        self._over = over

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then tell."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Whether to end; asked ten times a second."""
        return (counter % 10 == 0 and self._over()) or await super().on_tick(counter)


def login(auth: str, host: str, has_users: bool = False) -> tuple[str, str] | None:
    """User and password out of "user:password"; None if there is none and the host needs none.

    With users of the home no host needs one. Raises KilavuzError if it has another form, or is missing where
    others can reach the server.
    """
    if not auth:
        if has_users or host == "localhost" or is_loopback(host):
            return None
        raise KilavuzError(
            f"{host} adresine ağdaki herkes ulaşabilir; önce bir kullanıcı ekleyin: kilavuz users add AD "
            "--role manager (ya da KILAVUZ_AUTH=kullanıcı:parola).",
            f"Anyone in the network can reach {host}; add a user first: kilavuz users add NAME --role "
            "manager (or KILAVUZ_AUTH=user:password).",
        )
    user, _, password = auth.partition(":")
    if not user or not password:
        raise KilavuzError(
            "KILAVUZ_AUTH (--auth) kullanıcı:parola biçiminde olmalı; ikisini iki noktayla ayırarak yazın.",
            "KILAVUZ_AUTH (--auth) must have the form user:password; write both with a colon between.",
        )
    return user, password


def listen(host: str, port: int, further: int) -> socket.socket:
    """A socket that listens on the port, or on one of the `further` ones above it if it is taken.

    Raises KilavuzError if there is no such address here or no port is free.
    """
    last = min(port + further, 65535) if port else 0
    for tried in range(port, last + 1):
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, tried, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listening = socket.socket(family, kind, protocol)
            try:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listening.bind(address)
                listening.listen(2048)
            except BaseException:
                listening.close()
                raise
            return listening
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            raise KilavuzError(
                f"{host}:{tried} adresi dinlenemiyor ({error.strerror}); --host ve --port değerlerini "
                "denetleyin.",
                f"Cannot listen on {host}:{tried} ({error.strerror}); check --host and --port.",
            ) from error
    taken = str(port) if last == port else f"{port}-{last}"
    raise KilavuzError(
        f"Bağlantı noktası kullanımda: {taken}; --port ile boş olan birini verin (0: herhangi biri).",
        f"The port is taken: {taken}; give a free one by --port (0: any that is free).",
    )


def url_of(listening: socket.socket) -> str:
    """The address at which this machine's own browser reaches the socket."""
    host, port = listening.getsockname()[:2]
    ip = ipaddress.ip_address(host.partition("%")[0])
    if ip.is_unspecified:
        ip = ipaddress.ip_address("127.0.0.1" if ip.version == 4 else "::1")
    return f"http://{ip}:{port}" if ip.version == 4 else f"http://[{ip}]:{port}"


def write_server_file(home: Path, server: ServerFile) -> None:
    """Tell commands where the server is; only the home's owner can read the token. Raises OSError."""
    with whole_file(home / SERVER_FILE) as file:
        json.dump(asdict(server), file)


def remove_server_file(home: Path) -> None:
    """Take the file away, unless another server wrote it meanwhile."""
    found = read_server_file(home)
    if found and found.pid == os.getpid():
        (home / SERVER_FILE).unlink(missing_ok=True)


def build_app(
    service: Service, token: str, language: str, access: Access | None, max_file_mb: int = 100,
    control: Control | None = None,
) -> ASGIApp:  # fmt: skip
    """The whole application: loopback routes, OpenAI endpoint, then the page for everything else.

    Without `access` nobody has to log in; without `control` the page has no training and no settings.
    """
    from ui.web.mount import mount_page

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(local_routes(service, token))
    app.mount("/v1", api(service, language, access))
    page = mount_page(app, service, language, access, max_file_mb, control=control)
    if access is None:  # then `login` made sure that only this machine can reach it
        return OnlyThisHost(page, language)
    return page


def serve(settings: "Settings", *, open_browser: bool, named: bool) -> int:
    """Run until SIGINT or SIGTERM; returns the exit code. A server that runs on the home already is shown.

    `named` says whether host, port or login were given on the command line: then a server that runs
    already, perhaps with other ones, will not do. Raises KilavuzError for that, and if the home is in use,
    no port is free, or the page would stand open to others.
    """
    language = settings.language
    auth = login(settings.auth.get_secret_value(), settings.host, bool(read_users(settings.home)))
    if running := connect(settings.home):
        with running:
            return _already_running(running.server.page, named, open_browser, language)
    further = 0 if "port" in settings.model_fields_set else TRIED_PORTS
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as ending:
        page = ending.enter_context(listen(settings.host, settings.port, further))
        sockets = [page]
        url = url_of(page)
        # Commands must come over the loopback, which an address of the network alone does not offer.
        if not names_this_machine(url.removeprefix("http://")):
            sockets.append(ending.enter_context(listen("127.0.0.1", 0, 0)))
        service = open_service(settings)
        ending.callback(service.close)
        first = not service.documents()
        if first:
            service.request_ingest()
        token = secrets.token_urlsafe(32)
        access = Access(settings.home, auth)
        control = Control(service, settings)
        ending.callback(control.training.close)
        asked = access if access.exists else None
        app = build_app(service, token, language, asked, settings.max_file_mb, control)
        if first:
            service.wait_idle(FIRST_WAIT)

        def ready() -> None:
            write_server_file(settings.home, ServerFile(url_of(sockets[-1]), token, os.getpid(), url))
            _announce(service, url, language)
            if open_browser:
                threading.Thread(target=_open_browser, args=(url,), daemon=True).start()
            service.watch()
            service.request_ingest()  # for what changed before the watching began

        ending.callback(remove_server_file, settings.home)

        def run(app: ASGIApp, ready: Callable[[], None], over: Callable[[], bool]) -> None:
            config = uvicorn.Config(
                app,
                log_config=None,  # warnings go where the commands send all logging
                access_log=False,
                timeout_keep_alive=KEPT,
                timeout_graceful_shutdown=2,  # open pages hold streams that never end by themselves
            )
            Server(config, ready, over).run(sockets=[one.dup() for one in sockets])  # it closes what it gets

        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again once it has ended cleanly
            if asked:
                run(app, ready, lambda: False)
            else:
                run(app, ready, lambda: access.exists)
                if access.exists:  # the first user was added: go on with a page that asks for a login
                    app = build_app(service, token, language, access, settings.max_file_mb, control)
                    run(app, partial(say, LOGIN.say(language)), lambda: False)
        say(Message("Kılavuz kapatılıyor.", "Kılavuz is closing.").say(language), sys.stderr)
    return 0


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _already_running(page: str, named: bool, open_browser: bool, language: str) -> int:
    if named:
        raise KilavuzError(
            f"Kılavuz bu ev klasöründe zaten çalışıyor ({page}); başka ayarlarla başlatmak için önce onu "
            "kapatın.",
            f"Kılavuz already runs on this home ({page}); stop it first to start it with other settings.",
        )
    say(Message(f"Kılavuz zaten çalışıyor: {page}", f"Kılavuz is already running: {page}").say(language))
    if open_browser:
        _open_browser(page)
    return 0


def _announce(service: Service, url: str, language: str) -> None:
    status = service.status()
    lines = (
        Message(f"Kılavuz hazır: {url}", f"Kılavuz is ready: {url}"),
        Message(f"Belge klasörü: {status.drop_folder}", f"Documents folder: {status.drop_folder}"),
        Message(
            f"Gömme modeli: {status.embedder}; {status.documents} belge aranabilir.",
            f"Embedder: {status.embedder}; {status.documents} documents searchable.",
        ),
        Message("Kapatmak için Ctrl+C tuşlarına basın.", "Press Ctrl+C to stop."),
    )
    for line in lines:
        say(line.say(language))
    sys.stdout.flush()


def _open_browser(url: str) -> None:
    import webbrowser

    # Without a desktop this would start a text browser in the middle of the terminal.
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)
