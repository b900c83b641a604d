"""The page in a real browser, against the real server with a fake backend. Skipped without chromium."""

import json
import logging
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.chromium import CHROMIUM, untroubled_page
from tests.ui.fake_page_backend import FakeBackend
from tests.ui.service_fakes import in_loop, running
from ui import texts
from ui.access import Access

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    # Gradio's queue sets a pandas option that pandas 3 calls deprecated.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated:DeprecationWarning"),
]


@dataclass
class Site:
    url: str
    backend: FakeBackend


def serve(auth: tuple[str, str] | None = None) -> Iterator[Site]:
    from fastapi import FastAPI

    from ui.web.mount import mount_page

    backend = FakeBackend()
    access = Access(Path("/nowhere"), auth) if auth else None
    app = in_loop(lambda: mount_page(FastAPI(), backend, "tr", access))
    with running(app) as url:
        yield Site(url, backend)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    yield from serve()


@pytest.fixture
def page(browser: "Browser", site: Site) -> Iterator["Page"]:
    yield from untroubled_page(browser, site.url)


def ask(page: "Page", question: str) -> None:
    """Ask with Enter and wait for the recorded answer."""
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    page.wait_for_selector(f"#live .turn:not(.growing):has-text('{question}')")
    page.wait_for_selector("#box .submit-button")


def test_ask_cite_vote_reload_delete(page: "Page", site: Site) -> None:
    ask(page, "Pompa neden titrer?")
    assert page.input_value("#box textarea") == ""
    assert page.locator("#live .cite").all_inner_texts() == ["1", "1", "2"]
    assert page.locator("#sources .source").count() == 4
    assert page.locator("#sources .source.cited mark").first.inner_text() == "Pompada"

    page.click("#sources .source[data-numbers='2'] > summary")  # close it: the mark opens it again
    page.wait_for_selector("#sources .source[data-numbers='2']:not([open])")
    page.click("#live .cite >> nth=2")
    page.wait_for_selector("#sources .source.active[data-numbers='2'][open]")
    page.click("#sources .source[data-numbers='2'] .why summary")
    assert "BM25" in page.inner_text("#sources .source[data-numbers='2'] .why")

    turn = site.backend.turns.kept[-1].id
    up = "#sources .source[data-numbers='1'] [data-vote='1']"
    page.click(up)
    page.wait_for_selector(up + "[aria-pressed=true]")
    page.click("#live [data-target=answer][data-vote='-1']")
    wait(lambda: site.backend.turns.votes(turn) == {"hit:0": 1, "answer": -1})

    address = page.url
    assert re.search(r"\?c=[0-9a-f]{32}$", address)
    page.reload()
    page.wait_for_selector("#live .turn:has-text('Pompa neden titrer?')")
    assert page.url == address
    page.wait_for_selector(up + "[aria-pressed=true]")
    page.click(up)  # a second click takes the vote back
    wait(lambda: site.backend.turns.votes(turn) == {"answer": -1})
    assert page.get_attribute(up, "aria-pressed") == "false"

    ask(page, "Peki sonra?")
    page.click(f"#past .turn[data-turn='{turn}'] .cite >> nth=0")
    page.wait_for_selector(f"#sources .sources[data-turn='{turn}'] .source.active[data-numbers='1']")

    page.hover(".conversations li.current")
    page.click(".conversations li.current [data-menu]")
    page.click(".conversations li.current [data-action=delete]")
    page.wait_for_selector("#past .empty")
    page.wait_for_selector(f".conversations:has-text('{texts.NO_CONVERSATIONS.tr}')")
    assert site.backend.conversations.all() == [] and "?c=" not in page.url


def wait(done: "object") -> None:
    """Wait until `done()` holds; the server works in other threads."""
    end = time.monotonic() + 10
    while not done() and time.monotonic() < end:  # type: ignore[operator]
        threading.Event().wait(0.02)
    assert done()  # type: ignore[operator]


def test_an_example_is_asked_and_conversations_are_switched(page: "Page", site: Site) -> None:
    page.click(".examples button >> nth=0")
    page.wait_for_selector("#live .turn:not(.growing)")
    first = page.url
    page.click("[data-action=new]")
    page.wait_for_selector("#past .empty")
    ask(page, "Yeni konu")
    assert page.url != first
    page.click(".conversations li:not(.current) .open >> nth=0")
    page.wait_for_selector(f"#live .turn:has-text('{texts.EXAMPLES[0].tr}')")
    assert page.url == first and page.locator("#live .turn, #past .turn").count() == 1
    page.click("#live [data-action=ask]")  # retry
    page.wait_for_selector("#past .turn")
    page.wait_for_selector("#live .turn:not(.growing)")
    assert [one[0] for one in site.backend.asked[-2:]] == ["Yeni konu", texts.EXAMPLES[0].tr]


def test_stop_ends_the_answer_and_frees_the_box(page: "Page", site: Site) -> None:
    site.backend.gate.clear()
    page.fill("#box textarea", "beklet bunu")
    page.press("#box textarea", "Enter")
    page.wait_for_selector("#live .text:has-text('kaplin')")
    page.click("#box .stop-button")
    page.wait_for_selector("#box .submit-button")
    page.wait_for_selector("#live .is-stopped .stopped")
    site.backend.gate.set()
    assert page.locator("#live .growing .text").inner_text().startswith("Pompada aşırı")
    page.click("#live .stopped [data-action=ask]")
    page.wait_for_selector("#live .turn:not(.growing):has-text('beklet bunu')")


def test_another_user_is_answered_while_one_waits(page: "Page", site: Site, browser: "Browser") -> None:
    site.backend.gate.clear()
    page.fill("#box textarea", "beklet uzun")
    page.press("#box textarea", "Enter")
    page.wait_for_selector("#live .text:has-text('kaplin')")
    other = browser.new_page()
    other.goto(site.url)
    other.wait_for_selector("#past .empty")
    ask(other, "Kısa soru")
    assert page.locator("#live .growing").count() == 1
    other.close()
    site.backend.gate.set()
    page.wait_for_selector("#live .turn:not(.growing)")


def test_hostile_text_runs_nothing_and_stays_visible(page: "Page") -> None:
    ask(page, "saldır <img src=x onerror=window.pwned=1>")
    assert page.locator("#chat-view img, #chat-view .text script, #chat-view .text style").count() == 0
    assert "<script>window.pwned=1</script>" in page.inner_text("#live .text")
    assert "<img src=x" in page.inner_text("#sources .source >> nth=0")
    page.reload()
    page.wait_for_selector("#live .turn:has-text('saldır')")
    page.wait_for_selector("#sources .source")


def test_errors_are_one_sentence_and_give_the_question_back(
    page: "Page", caplog: pytest.LogCaptureFixture
) -> None:
    page.fill("#box textarea", "hata ver")
    page.press("#box textarea", "Enter")
    toast = page.locator("[data-testid=toast-body]")
    toast.first.wait_for()
    assert "Soru çok uzun <i>x</i>; kısaltıp yeniden deneyin." in toast.first.inner_text()
    page.wait_for_selector("#past .empty")
    assert page.input_value("#box textarea") == "hata ver"
    with caplog.at_level(logging.ERROR, "ui.web.tell"):
        page.fill("#box textarea", "çök")
        page.press("#box textarea", "Enter")
        page.locator(f"[data-testid=toast-body]:has-text('{texts.UNEXPECTED.tr[:30]}')").wait_for()
    assert "secret detail" not in page.content() and "secret detail" in caplog.text


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_width_scrolls_sideways_and_sources_can_be_reached(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "Pompa nasıl ayarlanır?")
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(sideways) == 0
    page.click("#live .cite >> nth=0")
    page.locator("#sources .source.active summary").first.wait_for()
    page.wait_for_function("document.querySelector('#right').getBoundingClientRect().right <= innerWidth + 1")
    page.keyboard.press("Escape")
    page.click("[data-view=documents]")
    page.wait_for_selector("#documents-view .documents")
    assert page.evaluate(sideways) == 0
    assert page.locator("#chat-view").is_hidden()


def test_the_page_keeps_to_its_origin(site: Site) -> None:
    with urllib.request.urlopen(site.url) as answer:
        policy = answer.headers["Content-Security-Policy"]
        html = answer.read().decode("utf-8")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'self'" in policy and "http" not in policy and "*" not in policy
    assert '<html\n\tlang="tr"' in html
    loads = re.findall(r'<(?:script|link|img|iframe|meta)\s[^>]*?(?:src|href|content)="([^"]*)"', html)
    assert loads and not [one for one in loads if one.startswith(("http", "//"))]


def test_every_event_is_private(site: Site) -> None:

    with urllib.request.urlopen(site.url + "/config") as answer:
        config = json.load(answer)
    assert len(config["dependencies"]) > 15
    assert {one["api_visibility"] for one in config["dependencies"]} == {"private"}


def test_with_a_login_nothing_is_shown_without_it(browser: "Browser") -> None:
    for closed in serve(("ayşe", "gizli")):
        page = browser.new_page()
        page.goto(closed.url)
        page.wait_for_selector("input[type=password]")
        assert page.locator("#box").count() == 0
        page.locator("input").first.fill("ayşe")
        page.fill("input[type=password]", "gizli")
        page.keyboard.press("Enter")
        page.wait_for_selector("#past .empty")
        page.close()


def test_documents_are_chosen_kept_and_dropped(page: "Page", site: Site, browser: "Browser") -> None:
    toggle = "#scope-bar .toggle"
    page.wait_for_selector(toggle)
    assert texts.SCOPE_ALL.tr in page.inner_text(toggle)
    assert not page.is_visible("#scope-panel")
    page.click(toggle)
    page.wait_for_selector(toggle + "[aria-expanded=true]")
    page.keyboard.type("RULMAN IZ")  # folded: rulman-izleme.md, and the cursor is in the box already
    page.wait_for_selector("#scope-list [role=checkbox] >> nth=0")
    page.wait_for_function("document.querySelectorAll('#scope-list [role=checkbox]').length === 1")
    page.click("#scope-list [data-name='rulman-izleme.md']")
    page.wait_for_selector("#scope-list [aria-checked=true]")
    page.wait_for_selector("#scope-bar .chip:has-text('Rulman')")
    page.fill("#scope-find textarea, #scope-find input", "bakim")
    page.wait_for_selector("#scope-list [data-name=bakim]")
    page.click("#scope-list [data-name=bakim]")
    page.wait_for_selector("#scope-bar .chip >> nth=1")
    page.keyboard.press("Escape")
    page.wait_for_selector("#scope-panel", state="hidden")
    ask(page, "Pompa neden titrer?")
    assert site.backend.within[-1] == ("rulman-izleme.md", "bakim")
    assert page.inner_text("#live .within").strip() == "Yalnızca: rulman-izleme.md, bakim"
    ask(page, "Peki sonra?")  # a follow-up keeps the limit
    assert site.backend.within[-1] == ("rulman-izleme.md", "bakim")

    states = list(site.backend.states)
    try:
        site.backend.states = [one for one in states if one.source != "rulman-izleme.md"]
        ask(page, "Ya şimdi?")
        assert site.backend.within[-1] == ("bakim",)
        page.wait_for_selector("#scope-bar .chip >> nth=1", state="detached")
        page.wait_for_selector(f"text={texts.SCOPE_GONE.tr}")
    finally:
        site.backend.states = states
    address = page.url
    page.reload()
    page.wait_for_selector("#scope-bar .chip:has-text('bakim')")
    page.click("#scope-bar .clear")
    page.wait_for_selector(f"{toggle}:has-text('{texts.SCOPE_ALL.tr}')")
    ask(page, "Hepsinde?")
    assert site.backend.within[-1] == () and page.url == address
    assert page.locator("#live .within").count() == 0
