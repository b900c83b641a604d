"""ASGI middleware that keeps the browser on its own origin.

Gradio's HTML names other hosts (previews, fonts, scripts). They are taken out here, and a
Content-Security-Policy lets the browser ask nobody else whatever the scripts try. Inline scripts run
only with this response's nonce, so script that got into the page by other ways does not run at all.
"""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's frontend compiles its templates with Function(), hence 'unsafe-eval', and sets inline styles.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' "
    "height='32' rx='8' fill='%230f766e'/%3E%3Cpath d='M11 7v18M22 7 12 16l10 9' stroke='white' "
    "stroke-width='3.5' fill='none' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E"
)
_FOREIGN = (
    re.compile(r'<meta\s[^>]*(?:property|name)="(?:og|twitter):[^>]*>'),
    re.compile(r'<(?:script|link)\s[^>]*(?:src|href)="(?:https?:)?//[^>]*>(?:\s*</script>)?'),
    re.compile(r'<link\s[^>]*rel="manifest"[^>]*>'),
)


class Shield:
    """Wraps `app`. `language` also becomes the page's, and that of Gradio's own labels."""

    def __init__(self, app: ASGIApp, language: str = "tr") -> None:
        self._app = app
        self._language = "en" if language == "en" else "tr"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTML passes through with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        start: Message | None = None
        body = b""

        async def shielded(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault(
                    "Content-Security-Policy", _POLICY.format(nonce=nonce)
                )  # a stricter one stays
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                if _is_html(message):
                    start = message
                    return
            elif start is not None and message["type"] == "http.response.body":
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                page = self._rewrite(body.decode("utf-8"), nonce).encode("utf-8")
                MutableHeaders(scope=start)["Content-Length"] = str(len(page))
                await send(start)
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self._app(scope, receive, shielded)

    def _rewrite(self, page: str, nonce: str) -> str:
        for pattern in _FOREIGN:
            page = pattern.sub("", page)
        page = page.replace('lang="en"', f'lang="{self._language}"', 1).replace(
            "<script", f'<script nonce="{nonce}"'
        )
        # Gradio takes its own labels' language from the browser; ours comes from the settings.
        title = "" if "<title" in page else "<title>Kılavuz</title>"  # the login page's lacks one
        speak = (
            f'{title}<link rel="icon" href="{_ICON}"><script nonce="{nonce}">for (const [name, value] of '
            f'[["language", "{self._language}"], ["languages", ["{self._language}"]]]) '
            "Object.defineProperty(navigator, name, {get: () => value});</script>"
        )
        return page.replace("<head>", "<head>" + speak, 1)


def _is_html(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
