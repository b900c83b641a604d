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
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import KilavuzError, Message
from ui.api import api
from ui.client import SERVER_FILE, ServerFile, connect, read_server_file
from ui.local_api import is_loopback, local_routes
from ui.service import Service, open_service
from ui.terminal import say

if TYPE_CHECKING:
    from assistant.settings import Settings

FIRST_WAIT = 5.0
"""Seconds that the very first start waits for the sample documents."""

TRIED_PORTS = 20
"""Further ports that are tried when the default one is taken."""


class OnlyThisHost:
    """Refuses requests that name another host than this machine, or that another site's page sends.

    A web page anywhere can point its own name at 127.0.0.1 and have the browser read what a server
    without a login serves there (DNS rebinding); the Host header gives it away. It can also send forms
    and files here blindly; then the Origin header does.
    """

    def __init__(self, app: ASGIApp, language: str) -> None:
        """Guard `app`; the refusal is told in `language`."""
        self._app = app
        self._refusal = Message(
            "Bu sunucu yalnızca bu bilgisayarın adıyla açılır: http://127.0.0.1 ya da http://localhost; "
            "başka bir ad için KILAVUZ_AUTH ile parola belirleyin.",
            "This server opens only under this machine's name: http://127.0.0.1 or http://localhost; "
            "set a password by KILAVUZ_AUTH to use another name.",
        ).say(language)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what names this machine."""
        headers = Headers(scope=scope) if scope["type"] in ("http", "websocket") else None
        if headers and not (
            names_this_machine(headers.get("host"))
            and ("origin" not in headers or names_this_machine(urlsplit(headers["origin"]).netloc))
        ):
            await PlainTextResponse(self._refusal, 400)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def names_this_machine(host: str | None) -> bool:
    """Whether a Host header (with or without a port) names the loopback."""
    name = (host or "").strip()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    return name == "localhost" or is_loopback(name)


class Server(uvicorn.Server):
    """uvicorn's server that tells when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        """`ready` is called once, when requests are answered."""
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then tell."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def login(auth: str, host: str) -> tuple[str, str] | None:
    """User and password out of "user:password"; None if there is none and the host needs none.

    Raises KilavuzError if it has another form, or is missing where others can reach the server.
    """
    if not auth:
        if host == "localhost" or is_loopback(host):
            return None
        raise KilavuzError(
            f"{host} adresine ağdaki herkes ulaşabilir; önce bir parola belirleyin: "
            "KILAVUZ_AUTH=kullanıcı:parola (ya da --auth).",
            f"Anyone in the network can reach {host}; set a password first: KILAVUZ_AUTH=user:password "
            "(or --auth).",
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
    handle, part = tempfile.mkstemp(prefix=".server-", dir=home)  # made with mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(server), file)
    os.replace(part, home / SERVER_FILE)


def remove_server_file(home: Path) -> None:
    """Take the file away, unless another server wrote it meanwhile."""
    found = read_server_file(home)
    if found and found.pid == os.getpid():
        (home / SERVER_FILE).unlink(missing_ok=True)


def build_app(
    service: Service, token: str, language: str, auth: tuple[str, str] | None, max_file_mb: int = 100
) -> ASGIApp:
    """The whole application: loopback routes, OpenAI endpoint, then the page for everything else."""
    from ui.web.mount import mount_page

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(local_routes(service, token))
    app.mount("/v1", api(service, language, auth))
    page = mount_page(app, service, language, auth, max_file_mb)
    if auth is None:  # then `login` made sure that only this machine can reach it
        return OnlyThisHost(page, language)
    return page


def serve(settings: "Settings", *, open_browser: bool, named: bool) -> int:
    """Run until SIGINT or SIGTERM; returns the exit code. A server that runs on the home already is shown.

    `named` says whether host, port or login were given on the command line: then a server that runs
    already, perhaps with other ones, will not do. Raises KilavuzError for that, and if the home is in use,
    no port is free, or the page would stand open to others.
    """
    language = settings.language
    auth = login(settings.auth.get_secret_value(), settings.host)
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
        app = build_app(service, token, language, auth, settings.max_file_mb)
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
        config = uvicorn.Config(
            app,
            log_config=None,  # warnings go where the commands send all logging
            access_log=False,
            timeout_graceful_shutdown=2,  # open pages hold streams that never end by themselves
        )
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again once it has ended cleanly
            Server(config, ready).run(sockets=sockets)
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
