"""How quick the page is in a browser: first paint, question box, clicks that the browser answers alone.

    python benchmarks/page_speed.py HOME [--times 5]

The server is `kilavuz serve` in a process of its own, the browser chromium with an empty cache each time.
"""

import argparse
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.load import server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000"
_QUESTION = "E-1042 hatası ne anlama gelir?"
# From the click's handlers to the second frame after it: then what it changed is on the screen.
_CLICK = """selector => new Promise((done) => {
  const start = performance.now();
  document.querySelector(selector).click();
  requestAnimationFrame(() => requestAnimationFrame(() => done((performance.now() - start) / 1000)));
})"""
CLICKS = {
    "open a source": "#sources .source:not([open]) summary",
    "a source's reasons": "#sources .source[open] .why summary",
    "another view": "[role=tab][data-view=documents]",
    "back to the chat": "[role=tab][data-view=chat]",
}


def opening(browser: "Browser", url: str) -> tuple[float, float]:
    """Seconds until the first paint, and until a question can be typed."""
    page = browser.new_context().new_page()
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector("#box textarea:not([disabled])")
    usable = time.perf_counter() - started
    paint = float(page.evaluate(_PAINT))
    page.context.close()
    return paint, usable


def clicks(browser: "Browser", url: str, times: int) -> dict[str, float]:
    """The slowest of `times` clicks each."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(url)
    page.wait_for_selector("#box textarea:not([disabled])")
    page.fill("#box textarea", _QUESTION)
    page.press("#box textarea", "Enter")
    page.wait_for_selector("#live .turn:not(.growing)")
    page.wait_for_selector("#sources .source")
    found: dict[str, list[float]] = {name: [] for name in CLICKS}
    for _ in range(times):
        for name, selector in CLICKS.items():
            if page.locator(selector).count():
                found[name].append(float(page.evaluate(_CLICK, selector)))
    page.context.close()
    return {name: max(seconds) for name, seconds in found.items() if seconds}


def measure(home: Path, times: int, say: Callable[[str], None] = print) -> None:
    """Print the table. Raises RuntimeError if the server does not start."""
    from playwright.sync_api import sync_playwright

    with server(home) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        opened = [opening(browser, url) for _ in range(times)]
        for name, seconds in (("first paint", 0), ("question box usable", 1)):
            each = [one[seconds] for one in opened]
            shown = f"{statistics.median(each):.2f} s ({max(each):.2f} s)"
            say(f"| {name}, median (slowest) of {times} | {shown} |")
        for name, slowest in clicks(browser, url, times).items():
            say(f"| click: {name}, slowest of {times} | {1000 * slowest:.0f} ms |")
        browser.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    measure(options.home, options.times)


if __name__ == "__main__":
    main()
