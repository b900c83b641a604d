"""axe-core over every view of the page with real content, light and dark, wide and narrow."""

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from tests.ui.chromium import CHROMIUM
from tests.ui.lived_in import VIEWS, LivedIn, lived_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]
SCRIPT = files("axe_playwright_python").joinpath("axe.min.js")
WIDTHS = (1440, 390)
GRADIOS = {
    ".toast-header": "Gradio makes the head of a message a button and puts the button that closes it inside.",
}
"""What axe finds in Gradio's own markup, which the page can't reach, and why it is left."""
STILL = "*, *::before, *::after { transition: none !important; animation-duration: 0s !important; }"
RUN = """async ([left, dark]) => {
  document.body.classList.toggle('dark', dark);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame(); await frame();
  // Dark differs from light in its colours alone.
  const rules = dark ? { runOnly: ['color-contrast', 'link-in-text-block'] } : {};
  const found = await axe.run({ exclude: left }, { resultTypes: ['violations'], ...rules });
  return found.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target} – ${node.any[0]?.message ?? one.help}`));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedIn]:
    with lived_in(tmp_path_factory.mktemp("ev")) as site:
        yield site


@pytest.fixture(scope="module")
def page(browser: "Browser") -> "Page":
    page = browser.new_context(color_scheme="light").new_page()
    page.set_default_timeout(30_000)
    return page


def start(page: "Page", url: str, ready: str) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(url)
    page.wait_for_selector(ready)
    page.add_style_tag(content=STILL)
    page.evaluate(SCRIPT.read_text("utf-8"))


def violations(page: "Page") -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for dark in (False, True):
            for one in page.evaluate(RUN, [list(GRADIOS), dark]):
                found.append(f"{width} {'dark' if dark else 'light'} {one}")
    page.evaluate("document.body.classList.remove('dark')")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return found


def test_no_view_has_a_serious_violation(page: "Page", site: LivedIn) -> None:
    start(page, site.url, "#past .past")
    found: dict[str, list[str]] = {}
    for name, go in VIEWS.items():
        go(page)
        found[name] = violations(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_nor_has_the_login(page: "Page", site: LivedIn) -> None:
    start(page, site.closed, "input[type=password]")
    assert violations(page) == []
    assert page.title() == "Kılavuz"


def test_axe_finds_what_is_wrong(page: "Page", site: LivedIn) -> None:
    """The tests above can fail: a button without a name and grey on grey are found, in the dark, too."""
    start(page, site.url, "#past .past")
    page.evaluate(
        """() => { const made = document.createElement('div');
        made.innerHTML = '<button id=nameless></button><p id=pale style="color:#777;background:#888">dim</p>';
        document.body.prepend(made); }"""
    )
    found = violations(page)
    assert any("1440 light button-name: #nameless" in one for one in found)
    assert any("390 dark color-contrast: #pale" in one for one in found)


def test_names_are_given_once(page: "Page", site: LivedIn) -> None:
    """Two parts with one id take each other's style, and a label may name the wrong one."""
    start(page, site.url, "#past .past")
    VIEWS["answer"](page)
    twice = page.evaluate(
        "() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);"
        " return ids.filter((id, at) => ids.indexOf(id) !== at); }"
    )
    assert twice == []
