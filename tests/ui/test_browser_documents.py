"""The documents and quality views in a real browser, against the real server with a fake backend."""

import json
import re
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.quality import Asked
from tests.ui import test_browser
from tests.ui.test_browser import Site, ask, wait
from ui import documents_texts, quality_texts, texts

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = test_browser.pytestmark
page, site = test_browser.page, test_browser.site

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_documents(page: "Page") -> None:
    page.click("[role=tab][data-view=documents]")
    page.wait_for_selector(".documents tbody tr")


def find(page: "Page", name: str) -> None:
    page.fill("#filter input, #filter textarea", name)


def test_files_are_added_found_previewed_deleted_and_brought_back(
    page: "Page", site: Site, tmp_path: Path
) -> None:
    for name in ("ölçüm notları.md", "şema.pdf", "resim.png"):
        (tmp_path / name).write_text("# Ölçüm\n\nBir değer.", "utf-8")
    open_documents(page)
    page.set_input_files(
        "#drop input >> nth=0", [tmp_path / "ölçüm notları.md", tmp_path / "şema.pdf", tmp_path / "resim.png"]
    )
    page.wait_for_selector(".tray:has-text('2 / 2 aranabilir')")
    assert documents_texts.NOT_READ_KIND.tr in page.inner_text("#drop .sending")
    page.wait_for_selector(".documents td.name:has-text('şema.pdf')")

    find(page, "olcum")
    page.wait_for_selector(".pager:has-text('1–1 / 1')")
    page.focus(".documents [data-action=preview]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#preview .passage:has-text('0. pasaj')")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "dialog"
    page.keyboard.press("Escape")
    page.wait_for_selector("#preview .preview", state="detached")
    assert page.evaluate("document.activeElement.dataset.action") == "preview"

    page.click(".documents tbody [data-action=reindex]")
    wait(lambda: len(site.backend.reread) == 1)
    page.click(".documents tbody [data-confirm]")
    assert "ölçüm notları.md" in [one.source for one in site.backend.states]
    page.click(".documents tbody .danger")
    page.wait_for_selector(f".documents:has-text('{texts.NO_MATCH.tr}')")
    assert "ölçüm notları.md" not in [one.source for one in site.backend.states]
    page.click(".gone .again")
    page.wait_for_selector(".pager:has-text('1–1 / 1')")
    assert page.locator(".gone").count() == 0
    find(page, "")


def test_what_is_sent_stays_in_sight_until_it_is_stored(page: "Page", site: Site, tmp_path: Path) -> None:
    names = [f"bekleyen-{n}.md" for n in range(5)]
    for name in names:
        (tmp_path / name).write_text("# Bekleyen", "utf-8")
    open_documents(page)
    site.backend.uploads.clear()
    try:
        page.set_input_files("#drop input >> nth=0", [tmp_path / name for name in names])
        page.wait_for_function("document.querySelectorAll('#drop .sending li').length === 5")
        page.wait_for_timeout(1000)  # Gradio has drawn its waiting marks
        assert page.locator("#drop .sending li").count() == 5
    finally:
        site.backend.uploads.set()
    page.wait_for_selector(".tray:has-text('5 / 5 aranabilir')")
    page.wait_for_function("document.querySelectorAll('#drop .sending li').length === 0")


def test_a_folder_keeps_its_structure(page: "Page", site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "proje"
    for name in ("README.md", "alt/README.md", "alt/İğne.md", ".git/gizli.md", "alt/resim.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# Aynı", "utf-8")
    open_documents(page)
    page.set_input_files("#drop input >> nth=1", folder)
    page.wait_for_selector(".tray:has-text('3 / 3 aranabilir')")
    names = {one.source for one in site.backend.states if one.source.startswith("proje/")}
    assert names == {"proje/README.md", "proje/alt/README.md", "proje/alt/İğne.md"}
    assert page.inner_text("#drop .sending").strip() == documents_texts.SKIPPED.tr.format(count=2)
    page.click(".tray [data-action=clear]")
    page.wait_for_selector(".tray", state="detached")
    assert page.locator("#drop .sending li").count() == 0


def test_files_can_be_dropped_on_the_view(page: "Page", site: Site) -> None:
    open_documents(page)
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.items.add(new File(['# Bırakılan'], 'bırakılan.md'));
        const how = {dataTransfer: data, bubbles: true, cancelable: true};
        document.querySelector('#documents').dispatchEvent(new DragEvent('drop', how)); }"""
    )
    page.wait_for_selector(".tray .done:has-text('bırakılan.md')")
    wait(lambda: "bırakılan.md" in {one.source for one in site.backend.states})


def test_filter_and_order_keep_the_focus(page: "Page") -> None:
    open_documents(page)
    page.focus("#documents [data-only=troubled]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-only=troubled][aria-pressed=true]")
    assert page.locator(".documents tbody tr").count() == 2
    page.wait_for_function("document.activeElement.dataset.only === 'troubled'")
    page.click("#documents [data-head=chunks]")
    page.wait_for_selector("th[aria-sort=descending] [data-head=chunks]")
    page.wait_for_function("document.activeElement.dataset.head === 'chunks'")
    page.set_viewport_size({"width": 390, "height": 800})
    page.select_option("#documents select", "name")
    page.wait_for_selector("#documents option[value=name][selected]", state="attached")
    assert page.evaluate(SIDEWAYS) == 0


def test_quality_is_shown_and_leads_to_the_conversation(page: "Page", site: Site) -> None:
    ask(page, "Bu yok mu?")
    (turn,) = [one for one in site.backend.turns.kept if one.question == "Bu yok mu?"]
    now = datetime.now(UTC).isoformat()
    site.backend.turns.kept[-1] = replace(turn, asked_at=now)
    site.backend.earlier = [
        Asked(900, "", now, "<img src=x onerror=window.pwned=1>", False, "extractive", 1.0)
    ]
    page.click("[role=tab][data-view=quality]")
    page.wait_for_selector(".quality .chart svg")
    assert page.inner_text(".tiles > div >> nth=1").splitlines()[1] == "%0"
    page.click("#quality [data-days='7']")
    page.wait_for_selector("#quality [data-days='7'][aria-pressed=true]")
    page.wait_for_function("document.activeElement.dataset.days === '7'")
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SIDEWAYS) == 0
    page.set_viewport_size({"width": 1440, "height": 900})
    page.click("#quality .missing [data-action=open]")
    page.wait_for_selector("#live .turn:has-text('Bu yok mu?')")
    assert page.is_visible("#chat-view") and not page.is_visible("#quality-view")
    page.click("[role=tab][data-view=quality]")
    assert quality_texts.MISSING.tr in page.inner_text("#quality")
    site.backend.earlier = []


@pytest.mark.parametrize("files", [5, None, [3], [{"path": "/etc/hostname", "name": "a.md"}], {"a": 1}])
def test_what_a_browser_must_not_send_adds_nothing(site: Site, files: object) -> None:
    before = list(site.backend.states)
    assert "process_completed" in send(site, "store", {"files": files}, ["", None, None])
    assert site.backend.states == before


def test_a_file_of_this_machine_that_was_not_uploaded_is_refused(site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "gizli.md"
    secret.write_text("# Gizli")
    send(site, "store", {"files": [{"path": str(secret), "name": "gizli.md"}]}, ["", None, None])
    assert secret.exists()
    assert "gizli.md" not in {state.source for state in site.backend.documents()}


def send(site: Site, event: str, data: object, inputs: list[object]) -> str:
    """Send an event as a browser would, with whatever data; returns what the server answered."""
    config = json.loads(urllib.request.urlopen(site.url + "/config").read())
    (number,) = [d["id"] for d in config["dependencies"] if any(name == event for _, name in d["targets"])]
    body = {"data": inputs, "fn_index": number, "session_hash": "x", "event_data": data}
    join = urllib.request.Request(
        site.url + "/gradio_api/queue/join", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(join).read()
    said = ""
    with urllib.request.urlopen(site.url + "/gradio_api/queue/data?session_hash=x", timeout=30) as stream:
        for line in stream:
            said += line.decode()
            if re.search("process_completed", said):
                break
    return said
