# ruff: noqa: E501
"""The documents view's HTML and actions, without Gradio and without a browser."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import KilavuzError, Message
from assistant.quality import Use
from assistant.records import DocumentState, Repair, UnreadPage
from tests.ui.fake_page_backend import FOLDER, HITS, HOSTILE, FakeBackend, state
from tests.ui.test_page import assert_harmless
from ui import documents_texts, texts
from ui.web.backend import Progress
from ui.web.document_list import ROWS, Look, list_html, next_sort
from ui.web.documents_actions import DocumentActions
from ui.web.preview import preview_html
from ui.web.tray import SHOWN, Sent, tray_html
from ui.web.upload import upload_html


def documents_html(states: list[DocumentState], wanted: str, page: int, language: str) -> str:
    return list_html(states, {}, wanted, Look(page=page), language)


def titles(html: str) -> list[str]:
    return re.findall(r'class="title"[^>]*>(.*?)</button>', html)


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def actions(backend: FakeBackend, tmp_path: Path) -> DocumentActions:
    return DocumentActions(backend, "tr", lambda path: path.startswith(str(tmp_path)))


# --- the list ----------------------------------------------------------------------------------------------


def test_troubled_documents_come_first_with_their_reason() -> None:
    html = documents_html(FakeBackend().states, "", 0, "tr")
    names = re.findall(r'class="title"[^>]*>(.*?)</button>', html)
    assert names[:2] == ["EG-240 ağ geçidi sorun giderme", "sözleşme.pdf"] and len(names) == 4
    for part in ("Okunamadı", "Eski sürümü aranabilir", "Aranabilir", "PDF parola korumalı", "1–4 / 4 belge"):
        assert part in html


def test_documents_with_unread_pages_come_before_whole_ones() -> None:
    whole, partly = (state(i, f"{i}.pdf", f"Belge {i}", 9, 1) for i in (1, 2))
    partly = replace(partly, unread=(UnreadPage(4, Message("taranmış", "scanned")),), changed_at="2020-01-01")
    html = documents_html([whole, partly], "", 0, "tr")
    assert html.index("Belge 2") < html.index("Belge 1")


def test_documents_are_found_by_name_without_diacritics() -> None:
    html = documents_html(FakeBackend().states, "SOZLESME", 0, "tr")
    assert html.count("<tr ") == 1 and "sözleşme.pdf" in html
    assert texts.NO_MATCH.tr in documents_html(FakeBackend().states, "yokböylebirşey", 0, "tr")
    assert texts.NO_DOCUMENTS.tr in documents_html([], "", 0, "tr")


def test_a_document_tells_how_it_was_read() -> None:
    plain = FakeBackend().states[0]
    assert "3,0 sn" in documents_html([replace(plain, seconds=3.0)], "", 0, "tr")
    failed = replace(plain, reason=Message("bozuk", "damaged"), chunks=0, seconds=3.0)
    assert "<details" not in documents_html([failed], "", 0, "tr")
    mended = replace(
        plain,
        repairs=(Repair("accents", 12),),
        unread=(UnreadPage(4, Message("<b>taranmış</b>", "scanned")),),
        seconds=1.25,
    )
    html = documents_html([mended], "", 0, "tr")
    assert "12 sözcükte ayrık aksan" in html
    assert "okunamayan sayfalar: 4 – &lt;b&gt;taranmış" in html
    assert "1 sayfası okunamadı" in html


@pytest.mark.parametrize(("page", "first"), [(0, 1), (1, ROWS + 1), (999, 2 * ROWS + 1), (-5, 1)])
def test_long_lists_are_shown_in_pages(page: int, first: int) -> None:
    states = [state(i, f"{i:04}.md", f"Belge {i}", 0, 1) for i in range(2 * ROWS + 1)]
    html = documents_html(states, "", page, "tr")
    assert f"{first}–{min(first + ROWS - 1, len(states))} / {len(states)} belge" in html


USES = {
    "rulman-izleme.md": Use(7, "2026-05-05T09:30:00+00:00"),
    "ag-gecidi.md": Use(1, "2026-05-04T09:30:00+00:00"),
}


@pytest.mark.parametrize(
    ("only", "shown"),
    [
        (
            "good",
            {
                "KP-200 Santrifüj Pompa Bakım Talimatı",
                "Rulman İzleme Kılavuzu",
                "EG-240 ağ geçidi sorun giderme",
            },
        ),
        ("troubled", {"sözleşme.pdf", "EG-240 ağ geçidi sorun giderme"}),
        ("mended", {"Rulman İzleme Kılavuzu"}),
        ("never", {"KP-200 Santrifüj Pompa Bakım Talimatı"}),
        ("often", {"Rulman İzleme Kılavuzu"}),
    ],
)
def test_filters(backend: FakeBackend, only: str, shown: set[str]) -> None:
    backend.states[1] = replace(backend.states[1], repairs=(Repair("accents", 1),))
    html = list_html(backend.states, USES, "", Look(only=only), "tr")
    assert set(titles(html)) == shown
    assert f'data-only="{only}" aria-pressed="true"' in html
    assert re.search(rf'data-only="{only}"[^>]*>[^<]*<span>{len(shown)}</span>', html)


def test_a_filter_that_nothing_passes_says_so(backend: FakeBackend) -> None:
    assert documents_texts.NONE_SUCH.tr in list_html(backend.states, {}, "", Look(only="often"), "tr")


def test_the_list_is_sorted_by_each_column(backend: FakeBackend) -> None:
    names = [one.title for one in backend.states]
    for sort, order in {
        "name": [3, 0, 1, 2], "-name": [2, 1, 0, 3], "-pages": [0, 3, 2, 1], "-chunks": [0, 3, 1, 2],
        "-cited": [1, 3, 0, 2], "changed": [0, 1, 2, 3],
    }.items():  # fmt: skip
        html = list_html(backend.states, USES, "", Look(sort=sort), "tr")
        found = titles(html)
        if sort in ("-pages", "-cited"):  # ties
            order, found = order[:2], found[:2]
        assert found == [names[i] for i in order], sort
        assert html.count('aria-sort="none"') == 4 and f'<option value="{sort}" selected>' in html


def test_turkish_names_are_sorted_without_regard_to_case() -> None:
    states = [state(i, f"{i}.md", title, 0, 1) for i, title in enumerate(("zımba", "İğne", "ısı", "Çark"))]
    assert titles(list_html(states, {}, "", Look(sort="name"), "tr"))[0] == "Çark"
    assert titles(list_html(states, {}, "", Look(sort="name"), "tr"))[-1] == "zımba"


def test_a_click_on_a_head_goes_through_three_orders() -> None:
    assert (
        next_sort("name", "") == "name"
        and next_sort("name", "name") == "-name"
        and next_sort("name", "-name") == ""
    )
    assert next_sort("cited", "name") == "-cited" and next_sort("cited", "-cited") == "cited"


@pytest.mark.parametrize("sent", [{}, None, 5, "yok", "--name", ["name"], "-"])
def test_a_look_that_does_not_exist_changes_nothing(actions: DocumentActions, sent: object) -> None:
    assert actions.arrange(Look("good", "-name", 3), sent, sent, sent) == Look("good", "-name", 0)


def test_looks_that_exist(actions: DocumentActions) -> None:
    assert actions.arrange(Look(), "never", None, None) == Look(only="never")
    assert actions.arrange(Look(only="never"), None, "chunks", None) == Look("never", "-chunks")
    assert actions.arrange(Look("never", "-chunks"), None, None, "name") == Look("never", "name")
    assert actions.arrange(Look("never", "-chunks"), "", None, "") == Look()
    assert actions.leaf(Look(), "4") == Look(page=4) and actions.leaf(Look(), {}) == Look()


# --- adding ------------------------------------------------------------------------------------------------


def given(folder: Path, *names: str) -> list[object]:
    files: list[object] = []
    for number, name in enumerate(names):
        path = folder / f"{number}.tmp"
        path.write_text("# İçerik", "utf-8")
        files.append({"path": str(path), "name": name})
    return files


def test_files_are_put_in_under_their_names_and_refusals_told(
    actions: DocumentActions, backend: FakeBackend, tmp_path: Path
) -> None:
    sent = actions.store(given(tmp_path, "proje/alt/İğne.md", "resim.png"), [])
    assert [one.name for one in sent] == ["proje/alt/İğne.md", "resim.png"]
    assert sent[0].path == str(FOLDER / "proje/alt/İğne.md") and sent[1].path == ""
    assert backend.states[-1].source == "proje/alt/İğne.md"
    assert not list(tmp_path.iterdir())  # what was sent does not stay behind
    html = actions.shelf("", None, sent).tray or ""
    assert "1 / 2 aranabilir · 1 sorunlu" in html and "resim.png eklenmedi." in html and "5 pasaj" in html


def test_a_file_that_was_not_sent_is_left_alone(
    actions: DocumentActions, tmp_path: Path, backend: FakeBackend
) -> None:
    secret = tmp_path.parent / "gizli.md"
    secret.write_text("gizli")
    sent = actions.store(
        [{"path": str(secret), "name": "gizli.md"}, {"path": str(tmp_path / "yok"), "name": "b.md"}], []
    )
    assert [one.reason for one in sent] == [documents_texts.LOST] * 2
    assert secret.exists() and len(backend.states) == 4


@pytest.mark.parametrize(
    "files", [None, 3, "x", {}, [None, 3, [], {}], [{"path": 3, "name": []}], [{"path": "", "name": ""}]]
)
def test_nonsense_adds_nothing(actions: DocumentActions, files: object) -> None:
    assert actions.store(files, []) == []


def test_the_tray_follows_a_file_until_it_is_searchable() -> None:
    path = "/belgeler/a/b.md"
    sent = [Sent("a/b.md", path)]
    assert documents_texts.WAITING.tr in tray_html(sent, [], set(), "/belgeler", "tr")
    assert documents_texts.READ.tr in tray_html(sent, [], {"a/b.md"}, "/belgeler", "tr")
    done = replace(state(1, "a/b.md", "B", 0, 3), path=path)
    assert "1 / 1 aranabilir" in tray_html(sent, [done], set(), "/belgeler", "tr")
    assert tray_html([], [done], set(), "/belgeler", "tr") == ""
    many = [Sent(f"{i}.md", f"/belgeler/{i}.md") for i in range(SHOWN + 7)]
    assert "ve 7 dosya daha" in tray_html(many, [], set(), "/belgeler", "tr")


def test_a_file_that_was_deleted_leaves_the_tray(actions: DocumentActions) -> None:
    gone = [Sent("a.md", "/yok/a.md")]
    assert actions.shelf("", None, gone).tray == "" and not actions.is_waiting(gone)


def test_a_file_to_be_read_is_waited_for(actions: DocumentActions, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    assert actions.is_waiting([Sent("a.md", str(tmp_path / "a.md"))])
    assert not actions.is_waiting([Sent("a.exe", "", documents_texts.LOST)])


# --- preview, reading again, deleting ------------------------------------------------------------------------


def test_a_preview_shows_the_passages_a_part_at_a_time(actions: DocumentActions) -> None:
    html = actions.preview("1")
    assert "0. pasaj" in html and "19. pasaj" in html and "20. pasaj" not in html
    assert 'data-first="20"' in html and "Önceki" not in html
    last = actions.preview("1", "200")
    assert "211. pasaj" in last and 'data-first="180"' in last and "Sonraki" not in last


@pytest.mark.parametrize("document", ["99", None, {}, "x", "-3"])
def test_a_preview_of_no_document_says_so(actions: DocumentActions, document: object) -> None:
    assert documents_texts.PREVIEW_GONE.tr in actions.preview(document, document)


def test_a_document_that_could_not_be_read_has_no_passages(actions: DocumentActions) -> None:
    html = actions.preview("3")
    assert documents_texts.PREVIEW_NOTHING.tr in html and "PDF parola korumalı" in html


def test_a_deletion_can_be_undone_and_reading_again_is_asked_for(
    actions: DocumentActions, backend: FakeBackend
) -> None:
    gone = actions.remove("2", [])
    assert len(backend.states) == 3 and "Rulman İzleme Kılavuzu" in actions.undo_html(gone)
    left, said = actions.restore(gone)
    assert left == [] and "rulman-izleme.md" in said and len(backend.states) == 4
    assert actions.undo_html(left) == "" and actions.restore([]) == ([], "")
    assert "restore" not in actions.undo_html([("", "a.md")])  # no file to bring back
    assert "bakim/kp200" in actions.reindex("1") and backend.reread == [1]


@pytest.mark.parametrize(
    "act", [lambda a: a.remove("x", []), lambda a: a.remove(None, []), lambda a: a.reindex({})]
)
def test_what_a_browser_must_not_send_is_refused(
    actions: DocumentActions, act: Callable[[DocumentActions], object]
) -> None:
    with pytest.raises(KilavuzError):
        act(actions)


def test_a_tick_sends_nothing_until_something_changes(actions: DocumentActions, backend: FakeBackend) -> None:
    shelf = actions.shelf()
    assert not actions.is_changed(shelf.seen)
    backend.progress = Progress(1, 2, "yeni.pdf")
    assert actions.is_changed(shelf.seen) and actions.ingesting
    assert "yeni.pdf" in (actions.shelf().progress or "")


def test_hostile_documents_stay_text() -> None:
    notice = Message(HOSTILE, HOSTILE)
    document = replace(state(1, HOSTILE, HOSTILE, 1, 1), reason=notice, changed_at=HOSTILE, path=HOSTILE)
    chunk = replace(HITS[0].chunk, title=HOSTILE, source=HOSTILE, headings=(HOSTILE,), text=HOSTILE)
    undo = DocumentActions(FakeBackend(), "tr", bool).undo_html([("1", HOSTILE)])
    for html in (
        documents_html([document], "", 0, "tr"),
        tray_html([Sent(HOSTILE, "", notice)], [], set(), HOSTILE, "tr"),
        preview_html(document, Use(3, HOSTILE), [chunk], 0, "tr"),
        undo,
    ):
        assert_harmless(html)
        assert "window.pwned" in html


def test_every_label_is_there_in_both_languages() -> None:
    labels = [value for value in vars(documents_texts).values() if isinstance(value, Message)]
    assert len(labels) > 40 and all(one.tr and one.en for one in labels)
    assert "100 MB" in upload_html(100, "tr") and ".pdf" in upload_html(100, "en")
