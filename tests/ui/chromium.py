"""Where chromium is on this machine, if it is, how tests start it, and a page that must give no trouble."""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
NOISE = ("Method not implemented.", "AbortError: signal is aborted", "errored out")
"""What Gradio's own client says of every upload, and of its stream when the page is left."""


def untroubled_page(browser: "Browser", url: str) -> Iterator["Page"]:
    """A fresh page. A dialog, a script of a document, another origin or an error fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    trouble: list[str] = []
    own = (url + "/", "data:", "blob:" + url)
    page.on("request", lambda r: None if r.url.startswith(own) else trouble.append(f"asked {r.url}"))
    page.on("request", lambda r: trouble.append(r.url) if "sandbox" in r.url else None)
    page.on("console", lambda m: trouble.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "response",
        lambda r: trouble.append(f"{r.status} {r.url} {r.request.post_data}") if r.status >= 400 else None,
    )
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    page.goto(url)
    page.wait_for_selector("#past .empty")
    yield page
    assert page.evaluate("window.pwned") is None
    assert [one for one in trouble if not any(noise in one for noise in NOISE)] == []
    context.close()
