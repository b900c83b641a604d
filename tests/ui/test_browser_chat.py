"""Conversations, branches and the keyboard in a real browser, against the real server with a fake backend."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.test_browser import Site, ask, page, pytestmark, serve, wait  # noqa: F401
from ui import chat_texts, texts

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def site() -> Iterator[Site]:
    yield from serve()


def menu(page: "Page", item: str, row: str = "li.current") -> None:  # noqa: F811
    page.hover(f"#conversations {row}")
    page.click(f"#conversations {row} [data-menu]")
    page.click(f"#conversations {row} [role=menu] {item}")


def test_rename_find_delete_and_undo(page: "Page", site: Site) -> None:  # noqa: F811
    ask(page, "Pompa neden titrer?")
    page.click("[data-action=new]")
    page.wait_for_selector("#past .empty")
    ask(page, "Rulman nedir?")
    menu(page, "[data-rename]")
    page.fill("#conversations .naming:visible input", "Rulman notları")
    page.keyboard.press("Enter")
    page.wait_for_selector("#conversations li.current .title:has-text('Rulman notları')")

    page.fill("#seek", "notları")
    page.wait_for_selector("#conversations ul:not(:has-text('Pompa neden'))")
    assert page.locator("#conversations li").count() == 1
    page.fill("#seek", "hiç yok")
    page.wait_for_selector(f"#conversations:has-text('{chat_texts.NOT_FOUND.tr}')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#conversations li >> nth=1")

    menu(page, "[data-action=delete]")
    page.wait_for_selector("#past .empty")
    page.wait_for_selector("#undo :text('“Rulman notları” silindi.')")
    assert [c.title for c in site.backend.conversations.all()] == ["Pompa neden titrer?"]
    page.click("#undo [data-action=restore]")
    page.wait_for_selector("#live .turn:has-text('Rulman nedir?')")
    page.wait_for_selector("#undo .undo", state="detached")
    assert len(site.backend.conversations.all()) == 2


def test_a_list_drawn_again_after_an_answer_is_still_searched(page: "Page") -> None:  # noqa: F811
    ask(page, "Pompa neden titrer?")
    page.fill("#seek", "Pompa")
    page.wait_for_selector("#conversations [data-wanted=Pompa]")
    page.click("[data-action=new]")
    page.wait_for_selector("#past .empty")
    ask(page, "Rulman nedir?")
    page.wait_for_selector("#conversations [data-wanted=Pompa]")
    assert page.locator("#conversations li").all_inner_texts()[0].startswith("Pompa")


def test_export_as_markdown_and_json(page: "Page") -> None:  # noqa: F811
    ask(page, "Pompa neden titrer?")
    for format, check in (
        ("md", lambda t: t.startswith("# Pompa")),
        ("json", lambda t: json.loads(t)["turns"]),
    ):
        with page.expect_download() as waited:
            menu(page, f"[data-format={format}]")
        assert waited.value.suggested_filename == f"pompa-neden-titrer.{format}"
        assert check(Path(waited.value.path()).read_text("utf-8"))


def test_an_edited_question_opens_a_branch(page: "Page", site: Site) -> None:  # noqa: F811
    ask(page, "Bir soru")
    ask(page, "İkinci soru")
    first = page.url
    page.hover("#live .turn")
    page.click("#live [data-edit]")
    assert page.input_value("#live .edit textarea") == "İkinci soru"
    page.keyboard.press("Escape")
    assert page.locator("#live .edit").is_hidden() and page.locator("#live .question p").is_visible()

    page.click("#live [data-edit]")
    page.fill("#live .edit textarea", "Değişen soru")
    page.keyboard.press("Enter")
    page.wait_for_selector("#live .turn:not(.growing):has-text('Değişen soru')")
    page.wait_for_function(f"location.href !== {first!r}")
    assert page.locator("#past .turn:has-text('Bir soru')").count() == 1
    page.click("#conversations li:not(.current) .open")
    page.wait_for_selector("#live .turn:has-text('İkinci soru')")
    assert page.url == first and len(site.backend.conversations.all()) == 2


def test_questions_lead_on(page: "Page", site: Site) -> None:  # noqa: F811
    ask(page, "Pompa neden titrer?")
    page.click("#live .followups button >> nth=0")
    page.wait_for_selector("#past .turn:has-text('Pompa neden titrer?')")
    page.wait_for_selector("#live .turn:not(.growing):has-text('Rulman yağının değişimi hakkında')")
    assert page.locator("#past .followups").count() == 0


def test_all_can_be_done_with_the_keyboard(page: "Page", site: Site) -> None:  # noqa: F811
    press = page.keyboard.press
    press("/")
    page.keyboard.type("Pompa neden titrer?")
    press("Enter")
    page.wait_for_selector("#live .turn:not(.growing)")
    page.wait_for_selector("#box .submit-button")
    page.focus("#box textarea")
    press("ArrowUp")
    page.wait_for_selector("#live .edit textarea:focus")
    press("Escape")
    page.evaluate("document.activeElement.blur()")
    press("2")
    page.wait_for_selector("#sources .source.active[data-numbers='2']")
    press("r")
    page.wait_for_selector("#past .turn")
    page.wait_for_selector("#live .turn:not(.growing)")
    page.wait_for_selector("#box .submit-button")
    press("k")
    press("k")
    page.wait_for_selector("#past .turn.chosen")
    press("e")
    page.wait_for_selector("#past .edit textarea:focus")
    press("Escape")
    press("n")
    page.wait_for_selector("#past .empty")
    page.wait_for_selector("#box textarea:focus")
    press("Escape")
    press("?")
    page.wait_for_selector("#shortcuts[open]")
    page.click("#shortcuts [data-single-keys]")  # off
    press("Escape")
    press("?")
    press("k")
    assert page.locator("#shortcuts[open]").count() == 0
    press("Control+k")
    page.wait_for_selector("#seek:focus")
    press("ArrowDown")
    page.wait_for_selector("#conversations .open:focus")
    press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("Klavyeyle")
    press("Enter")
    page.wait_for_selector("#conversations .title:has-text('Klavyeyle')")
    page.focus("#conversations [data-menu]")
    press("Enter")
    page.wait_for_selector("[role=menuitem]:focus")
    press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == texts.DELETE.tr
    press("Escape")
    page.wait_for_selector("[data-menu]:focus")
    assert len(site.backend.conversations.all()) == 1


def test_letters_typed_in_a_box_stay_letters(page: "Page") -> None:  # noqa: F811
    page.focus("#box textarea")
    page.keyboard.type("n?e/1 rks")
    assert page.input_value("#box textarea") == "n?e/1 rks"
    assert page.locator("#shortcuts[open]").count() == 0


def test_escape_stops_the_answer(page: "Page", site: Site) -> None:  # noqa: F811
    site.backend.gate.clear()
    page.fill("#box textarea", "beklet bunu")
    page.press("#box textarea", "Enter")
    page.wait_for_selector("#live .text:has-text('kaplin')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#box .submit-button")
    page.wait_for_selector("#live .is-stopped .stopped")
    site.backend.gate.set()


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_menus_dialog_and_editing_fit_every_width(page: "Page", width: int) -> None:  # noqa: F811
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "Pompa neden titrer?")
    page.hover("#live .turn")
    page.click("#live [data-edit]")
    inside = (
        "element => { const r = element.getBoundingClientRect();"
        " return r.left >= 0 && r.right <= innerWidth && r.bottom <= innerHeight; }"
    )
    assert page.eval_on_selector("#live .edit", inside)
    page.keyboard.press("Escape")
    if width <= 960:
        page.click("#nav [data-drawer=left]")
        page.wait_for_function("document.querySelector('#left').getBoundingClientRect().left >= 0")
    page.hover("#conversations li.current")
    page.click("#conversations [data-menu]")
    assert page.eval_on_selector("#conversations [role=menu]:visible", inside)
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('#shortcuts').showModal()")
    assert page.eval_on_selector("#shortcuts", inside)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
