"""Puts the page into a FastAPI app, with everything that Gradio would tell the world switched off."""

from typing import TYPE_CHECKING

from starlette.routing import Mount

from ui import texts
from ui.access import Access, Sessions
from ui.control import Control
from ui.web.backend import Backend
from ui.web.document_route import document_routes
from ui.web.page import assets, build_page, theme
from ui.web.session import is_allowed
from ui.web.shield import Shield

if TYPE_CHECKING:
    from fastapi import FastAPI


def mount_page(
    app: "FastAPI",
    backend: Backend,
    language: str,
    access: Access | None = None,
    max_file_mb: int = 100,
    control: Control | None = None,
) -> "FastAPI":
    """Serve the page at "/" of `app`; call it after all other routes are in, since it takes all the rest.

    `access` knows who may log in; None for a page without a login. Without `control` the page has no training
    and no settings.
    """
    import gradio as gr

    css, js = assets()
    page = build_page(backend, language, max_file_mb=max_file_mb, access=access, control=control)
    app.include_router(document_routes(backend.original, is_allowed, language))
    # Else Gradio does not check that a file named in a request is one that was uploaded.
    page.has_launched = True
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
        auth=access.check if access else None,
        auth_message=texts.LOGIN.say(language) if access else None,
        show_error=False,
        max_file_size=f"{max_file_mb}mb",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        theme=theme(),
        css=css,
        js=js,
    )
    if access:
        (gradio_app,) = (one.app for one in mounted.routes if isinstance(one, Mount) and one.path == "")
        vars(gradio_app)["tokens"] = Sessions(access)  # Gradio's own would last until the server ends
    mounted.add_middleware(Shield, language=language)
    return mounted
