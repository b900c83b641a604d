"""Who may do what on the page: the role of a request is looked up on the server, event by event.

The page hides from readers what they may not do; here it is refused, whatever a browser sends.
"""

import functools
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.errors import KilavuzError, Message
from assistant.owners import NOBODY, Owner
from ui import texts
from ui.access import Access
from ui.users import Role

if TYPE_CHECKING:
    from gradio import Request

_F = TypeVar("_F", bound=Callable[..., Any])

REFUSED = Message(
    "Bunu yalnızca yöneticiler yapabilir; gerekiyorsa bir yöneticiden isteyin.",
    "Only managers may do this; ask one of them if it is needed.",
)
LOG_IN = Message(
    "Oturumunuz kapanmış; sayfayı yenileyip yeniden oturum açın.",
    "Your session has ended; reload the page and log in again.",
)


def show_role(page: Any, guard: "Guard") -> None:  # noqa: ANN401
    """Tell page code who is there, so that it shows managers' controls to managers alone."""
    import gradio as gr

    def look(request: gr.Request) -> str:
        return _role_html(guard.role(request))

    me = gr.HTML("" if guard.has_login else _role_html("manager"), elem_id="me", apply_default_css=False)
    if guard.has_login:
        page.load(look, None, [me], api_visibility="private", show_progress="hidden")


def _role_html(role: Role | None) -> str:
    return f'<i data-is="{role or ""}"></i>'


class Guard:
    """Tells the role of a request; without `access` there is no login, and everyone is a manager."""

    def __init__(self, access: Access | None, language: str) -> None:
        self._access, self._language = access, language

    @property
    def has_login(self) -> bool:
        """Whether users log in."""
        return self._access is not None

    def role(self, request: "Request | None") -> Role | None:
        """The role of who sent the request."""
        if self._access is None:
            return "manager"
        return self._access.role(request.username if request else None)

    def owner(self, request: "Request | None") -> Owner:
        """Whose turns and conversations the request may see. Raises KilavuzError for who has no role."""
        role = self.role(request)
        if self._access is None:
            return NOBODY
        if role is None or request is None or not request.username:
            raise KilavuzError(LOG_IN.tr, LOG_IN.en)
        return Owner(request.username, and_nobodys=role == "manager")

    def managers(self, event: _F) -> _F:
        """The event's function, run for managers alone; others are told in one sentence."""
        import gradio as gr
        from gradio.context import LocalContext

        @functools.wraps(event)
        def guarded(*given: Any, **named: Any) -> Any:  # noqa: ANN401
            if self.role(LocalContext.request.get(None)) != "manager":
                title, said = texts.ATTENTION.say(self._language), escape(REFUSED.say(self._language))
                raise gr.Error(said, title=title, print_exception=False)
            return event(*given, **named)

        return guarded  # type: ignore[return-value]
