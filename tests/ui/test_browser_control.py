"""Login, roles, Training and Settings in a real browser, on the real server over a small library."""

import os
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.catalogue import now
from assistant.embedder import load_embedder
from assistant.owners import NOBODY
from assistant.records import Answer, Chunk, Hit
from assistant.settings import load_settings
from finetune.registry import Model, register
from finetune.splits import split_of
from tests.finetune.model_fakes import dull_model
from tests.llm_server import saying, serving
from tests.ui.chromium import CHROMIUM
from tests.ui.page_client import PageClient
from tests.ui.service_fakes import running
from ui import control_texts as words
from ui.access import Access
from ui.control import Control
from ui.server import build_app
from ui.service import Service, open_service
from ui.users import add_user
from ui.web.guard import REFUSED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),  # likewise, every twenty events
]
MANAGER, READER = ("ışık", "yönetici-parolası"), ("can", "okurun-parolası")
FOR_ALL = {
    " load", " then", " tick", " change", "nav refresh", "start new", "start find",
    "conversations open", "conversations rename", "conversations delete", "conversations export",
    "undo restore",
    "box submit", "box stop", "past ask", "past vote", "past sources", "past branch",
    "live ask", "live vote", "live sources", "live branch",
    "scope-find change", "scope-list choose", "scope-bar look", "scope-bar choose", "scope-bar clear",
    "sources vote", "sources show", "sources point", "sources where", "where seek", "where show",
    "where point",
    "viewer show", "viewer leaf", "remark remark", "remark where",
    "tray clear", "filter change", "document-undo dismiss", "documents arrange", "documents leaf",
    "documents preview", "preview turn", "preview shut", "settings-personal look",
}  # fmt: skip
"""Events that readers may send, each by place and name. Whatever is not here must be refused to them."""
FOR_MANAGERS = {
    "nav review", "quality span", "quality open",
    "drop store", "documents remove", "documents reindex", "document-undo restore",
    "training-run start", "training-run stop", "training-run look", "training-run tick",
    "training-run promote", "training-models promote", "training-models rollback", "training-review accept",
    "training-review reject", "settings-form save", "settings-form trial", "closer draw",
}  # fmt: skip


@dataclass
class Site:
    url: str
    service: Service
    home: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("sayfa")
    home = folder / "ev"
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one.startswith("KILAVUZ_")]:
            patch.delenv(name)
        patch.chdir(folder)
        patch.setattr("ui.training.PROCESS", "tests.ui.slow_training")
        settings = load_settings(home=home)
        (home / "belgeler").mkdir(parents=True)
        (home / "kilavuz.toml").write_text('embedder = "kilavuz-compact"\n')
        settings = load_settings(home=home)
        add_user(home, *MANAGER, "manager")
        add_user(home, *READER, "reader")
        service = open_service(settings)
        service.ingest()
        vote(service)
        base = load_embedder("kilavuz-compact").fingerprint
        trained = dull_model(folder / "egitilmis")
        figures = {"dense": 0.81, "dense in use": 0.74}
        fingerprint = load_embedder(str(trained)).fingerprint
        register(home, trained, Model("model-4", now(), "", "", fingerprint, base, True, 1200, 60.0, figures))
        control = Control(service, settings)
        app = build_app(service, "belirteç", "tr", Access(home), 100, control)
        with running(app) as url:
            yield Site(url, service, home)
        control.training.close()
        service.close()


def vote(service: Service) -> None:
    """A question with a vote for its second hit, which is doubtful, in a document that is trained on."""
    source = next(name for n in range(50) if split_of(name := f"pompa-{n}.md") == "train")
    hits = tuple(
        Hit(Chunk(source, "Pompa", (), None, f"Yağ <b>{n}</b> ayda bir değişir.", n), 0.5) for n in range(3)
    )
    turns = service.own(NOBODY).turns
    turn = turns.record("c1", "Pompa yağı ne zaman değişir?", Answer("a", hits)).turn or 0
    turns.vote(turn, "hit:1", 1)


def opened(browser: "Browser", site: Site, who: tuple[str, str], width: int = 1440) -> "Page":
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="light").new_page()
    page.set_default_timeout(30_000)
    page.goto(site.url)
    page.wait_for_selector("input[type=password]")
    page.locator("input").first.fill(who[0])
    page.fill("input[type=password]", who[1])
    page.keyboard.press("Enter")
    page.wait_for_selector("#past .past")
    page.wait_for_function("document.getElementById('top').parentElement.dataset.role")
    return page


def held(monkeypatch: pytest.MonkeyPatch, name: str) -> threading.Event:
    """What the control panel does by this name waits for the event: its waiting can be looked at."""
    act, goes_on = getattr(Control, name), threading.Event()

    def waiting(*given: object) -> object:
        assert goes_on.wait(60)
        return act(*given)

    monkeypatch.setattr(Control, name, waiting)
    return goes_on


def told(page: "Page", text: str) -> None:
    page.locator(f"[data-testid=toast-body]:has-text('{text}')").first.wait_for()


def test_a_reader_sees_what_a_reader_may_do(browser: "Browser", site: Site) -> None:
    page = opened(browser, site, READER)
    assert page.locator("[role=tab]:visible").all_inner_texts() == ["Sohbet", "Belgeler", "Ayarlar"]
    page.click("[data-view=documents]")
    page.wait_for_selector(".documents tbody tr")
    assert page.locator("#upload:visible, #upload-head:visible, .documents .act button:visible").count() == 0
    page.click("[data-view=settings]")
    page.wait_for_selector("#settings-personal .card")
    assert "can · Okur" in page.inner_text("#settings-personal")
    assert page.inner_text("#settings-form") == page.inner_text("#settings-machine") == ""

    page.click("[data-theme=dark]")
    assert page.evaluate("document.body.classList.contains('dark')")
    page.keyboard.press("ArrowLeft")
    assert not page.evaluate("document.body.classList.contains('dark')")
    page.click("[data-theme=dark]")
    page.reload()
    page.wait_for_function("document.body.classList.contains('dark')")

    page.click("[data-view=settings]")
    page.click("text=Oturumu kapat")
    page.wait_for_selector("input[type=password]")
    page.context.close()


def test_a_forged_event_of_a_reader_is_refused(site: Site) -> None:
    """Every event that is not for all, sent as a browser would, with a reader's cookie."""
    client = PageClient(site.url, READER)
    assert {one["api_visibility"] for one in client.config()["dependencies"]} == {"private"}
    guarded = [event for event in client.events() if event[0] not in FOR_ALL]
    assert {name for name, _, _ in guarded} == FOR_MANAGERS
    documents = len(site.service.documents())
    for name, number, inputs in guarded:
        said = client.send(number, [None] * len(inputs), {"id": "1", "key": "x"})
        assert said["success"] is False and REFUSED.tr in str(said), (name, said)
    assert len(site.service.documents()) == documents
    with pytest.raises(urllib.error.HTTPError, match="401"):
        PageClient(site.url).send(guarded[0][1], [None] * len(guarded[0][2]))


def test_a_manager_tests_and_keeps_settings(
    browser: "Browser", site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(browser, site, MANAGER)
    page.click("[data-view=settings]")
    page.wait_for_selector("#settings-form .card")
    assert "GB" in page.inner_text("#settings-machine")
    with serving(saying("Ank", "ara")) as (url, _):
        page.fill("#set-llm", "openai:deneme")
        page.fill("#set-llm_url", url)
        page.fill("#set-llm_api_key", "cok-gizli-anahtar")
        page.click("[data-what=llm]")
        page.wait_for_selector("[data-result=llm].good:has-text('“Ankara”')")
        assert page.input_value("#set-llm_api_key") == "cok-gizli-anahtar"  # the form is not drawn again
    goes_on = held(monkeypatch, "try_out")
    page.click("[data-what=llm]")
    page.wait_for_selector("[data-what=llm][aria-busy]")
    page.wait_for_timeout(300)  # Gradio has drawn its waiting marks
    assert page.locator("[data-result=llm].good, [data-what=llm]:not([aria-busy])").count() == 0
    goes_on.set()
    page.wait_for_selector("[data-result=llm].bad")
    page.fill("#set-max_file_mb", "42")
    page.click("[data-send=save]")
    told(page, "En büyük dosya (MB)")
    page.wait_for_selector(f"#about-max_file_mb:has-text('{words.LATER.tr}')")
    page.wait_for_function("document.getElementById('set-llm_api_key').value === ''")
    assert "cok-gizli-anahtar" not in page.content()
    assert site.service.status().llm == "openai:deneme"  # it answers from now on
    kept = load_settings(home=site.home)
    assert (kept.max_file_mb, kept.llm_api_key.get_secret_value()) == (42, "cok-gizli-anahtar")
    page.fill("#set-llm_timeout", "-4")
    page.click("[data-send=save]:not([aria-busy])")
    told(page, "KILAVUZ_LLM_TIMEOUT")
    assert load_settings(home=site.home).llm_timeout == 30
    page.context.close()


def test_a_manager_looks_closer(browser: "Browser", site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = held(monkeypatch, "draw")
    page = opened(browser, site, MANAGER)
    page.click("[data-view=settings]")
    page.wait_for_selector("#closer .card")
    page.select_option("#closer-picture", "tokens")
    page.click("#closer [data-send=draw]")
    page.wait_for_selector("#closer [data-result=draw]:has-text('Çiziliyor')")
    goes_on.set()
    page.wait_for_function("document.querySelector('#closer-drawn img')?.naturalWidth > 300", timeout=60_000)
    page.wait_for_selector("#closer [data-send=draw]:not([aria-busy])")
    with page.expect_download() as download:
        page.click("#closer-drawn a[download]")
    assert download.value.suggested_filename == "kilavuz-tokens.png"
    page.select_option("#closer-picture", "attention")  # the model in use is kilavuz-compact
    page.click("#closer [data-send=draw]")
    page.wait_for_selector("#closer-drawn [role=alert]:has-text('katmanları olan bir model')", timeout=60_000)
    page.context.close()


def test_a_manager_trains_reviews_promotes_and_rolls_back(browser: "Browser", site: Site) -> None:
    page = opened(browser, site, MANAGER)
    page.click("[data-view=training]")
    page.wait_for_selector("#training-review .candidates li")
    assert "Yağ <b>1</b> ayda bir" in page.inner_text("#training-review")
    page.click("#training-review [data-action=accept]")
    page.wait_for_selector(f"#training-review .state:has-text('{words.STATES['accepted'].tr}')")

    page.click("#training-run [data-action=start]")
    told(page, "Eğitim başladı")
    page.wait_for_selector("#training-run [role=progressbar][aria-valuenow='35']")
    page.wait_for_selector("#training-run .chart >> nth=1")
    assert page.locator("#training-run .chart polyline").count() == 2
    page.click("[data-view=chat]")  # the chat goes on meanwhile
    page.fill("#box textarea", "Pompa")
    page.press("#box textarea", "Enter")
    page.wait_for_selector("#live .turn:not(.growing)")
    page.click("[data-view=training]")
    page.click("#training-run [data-action=stop]")
    page.wait_for_selector(f"#training-run button:has-text('{words.GO_ON.tr}')")

    row = "#training-models tr:has-text('model-4')"
    page.click(f"{row} [data-confirm]")
    page.click(f"{row} [data-action=promote]")
    told(page, "model-4")
    page.wait_for_selector(f"{row} .state.good")
    page.click("#training-models .line [data-confirm]")
    page.click("#training-models [data-action=rollback]")
    page.wait_for_selector(f"#training-models .line:has-text('{words.OF_SETTINGS.tr}')")
    page.context.close()


@pytest.mark.parametrize("width", [1024, 390])
def test_no_width_scrolls_sideways(width: int, browser: "Browser", site: Site) -> None:
    page = opened(browser, site, MANAGER, width)
    for view in ("training", "settings"):
        page.click(f"[data-view={view}]")
        page.wait_for_selector(f"#{view}-view .card")
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sideways) == 0
    page.context.close()


def test_the_api_takes_users(site: Site) -> None:
    def models(key: str) -> int:
        asked = urllib.request.Request(f"{site.url}/v1/models", headers={"Authorization": f"Bearer {key}"})
        try:
            return int(urllib.request.urlopen(asked).status)
        except urllib.error.HTTPError as error:
            return error.code

    who = urllib.parse.unquote("can:okurun-parolası").encode().decode("latin-1")
    assert models(who) == 200 and models("can:yanlis") == 401
