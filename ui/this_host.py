"""A server without a login answers to this machine's own names alone."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import Message
from ui.local_api import is_loopback


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
