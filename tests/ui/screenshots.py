"""README's screenshots, taken of the real page: python -m tests.ui.screenshots

They are written to ui/web/; each stays below 250 KB.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.ui.chromium import ARGS, CHROMIUM
from tests.ui.lived_in import VIEWS, lived_in

FOLDER = Path(__file__).parents[2] / "ui" / "web"
SIZE = {"width": 1280, "height": 800}
SHOTS = {"pdf": "screenshot.png", "quality": "screenshot-quality.png", "training": "screenshot-training.png"}
"""The view's name and the picture's."""
LARGEST = 250_000
TIDY = """() => {
  document.querySelector('.toast-wrap')?.remove();
  for (const one of document.querySelectorAll('#quality details, #training-view details')) one.open = false;
  document.activeElement.blur();
  scrollTo(0, 0);
}"""
"""Messages that pass, and what axe wanted to see unfolded."""


def take(folder: Path) -> None:
    """Take all of them. Raises AssertionError if one is too large."""
    with tempfile.TemporaryDirectory() as home, lived_in(Path(home)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce").new_page()
        page.goto(site.url)
        page.wait_for_selector("#past .past")
        for view, go in VIEWS.items():
            go(page)
            if view not in SHOTS:
                continue
            page.mouse.move(0, 0)
            page.evaluate(TIDY)
            page.wait_for_timeout(1500)  # for what scrolls or is still drawn
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            target = folder / SHOTS[view]
            picture.quantize(200, dither=Image.Dither.NONE).save(target, optimize=True)
            assert target.stat().st_size < LARGEST, target
        browser.close()


if __name__ == "__main__":
    take(FOLDER)
