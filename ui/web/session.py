"""Who may see the page may see what belongs to it: Gradio's login, asked for routes beside the page."""

import inspect
from typing import Any

from starlette.requests import Request
from starlette.routing import Mount


async def is_allowed(request: Request) -> bool:
    """Whether the page of this app is open to all, or who sends the request has logged in to it."""
    page = _page(request)
    if page is None:
        return False
    if page.auth_dependency is not None:
        user = page.auth_dependency(request)
        return (await user if inspect.isawaitable(user) else user) is not None
    if page.auth is None:
        return True
    names = (f"access-token-{page.cookie_id}", f"access-token-unsecure-{page.cookie_id}")
    token = next((request.cookies[name] for name in names if request.cookies.get(name)), None)
    return token is not None and page.tokens.get(token) is not None


def _page(request: Request) -> Any:  # noqa: ANN401
    """Gradio's application within the one that got the request; None before it is mounted."""
    mounted = [route.app for route in request.app.routes if isinstance(route, Mount)]
    return next((app for app in mounted if hasattr(app, "auth_dependency")), None)
