"""Puts the page into a FastAPI app, with everything that Gradio would tell the world switched off."""

from typing import TYPE_CHECKING

from ui import texts
from ui.web.backend import Backend
from ui.web.page import assets, build_page, theme
from ui.web.shield import Shield

if TYPE_CHECKING:
    from fastapi import FastAPI


def mount_page(
    app: "FastAPI",
    backend: Backend,
    language: str,
    auth: tuple[str, str] | None = None,
    max_file_mb: int = 100,
) -> "FastAPI":
    """Serve the page at "/" of `app`; call it after all other routes are in, since it takes all the rest.

    `auth` is (user, password), None for a page without a login.
    """
    import gradio as gr

    css, js = assets()
    page = build_page(backend, language)
    # Else Gradio does not check that a file named in a request is one that was uploaded.
    page.has_launched = True
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
        auth=auth,
        auth_message=texts.LOGIN.say(language) if auth else None,
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
    mounted.add_middleware(Shield, language=language)
    return mounted
