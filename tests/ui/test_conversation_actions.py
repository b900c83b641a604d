"""What the page does with conversations, without Gradio and without a browser."""

import json
import re
from html import unescape

import pytest

from assistant.errors import KilavuzError
from assistant.owners import NOBODY
from assistant.records import Answer, Conversation
from tests.ui.fake_page_backend import HOSTILE, FakeBackend
from tests.ui.test_page import assert_harmless
from ui import chat_texts, texts
from ui.web.actions import SHOWN_CONVERSATIONS, Actions, Chat
from ui.web.conversation_actions import ConversationActions
from ui.web.conversations import conversations_html, undo_html
from ui.web.shortcuts import shortcuts_html
from ui.web.transcript import followups_html, turn_html


class Page:
    def __init__(self) -> None:
        self.backend = FakeBackend()
        self.actions = Actions(self.backend, NOBODY, "tr")
        self.conversing = ConversationActions(self.backend, NOBODY, self.actions, "tr")

    def ask(self, question: str, id: str = "") -> str:
        return next(iter(list(self.actions.ask(question, id)))).conversation or ""


@pytest.fixture
def page() -> Page:
    return Page()


def test_deleting_the_shown_conversation_empties_the_chat_and_undoing_brings_it_back(page: Page) -> None:
    one, two = page.ask("bir"), page.ask("iki")
    left = page.conversing.delete(one, two)
    assert left.chat.past is None and ">bir<" not in (left.chat.conversations or "")
    assert "“bir” silindi." in (left.undo or "") and f'data-action="restore" data-id="{one}"' in (
        left.undo or ""
    )
    gone = page.conversing.delete(two, two)
    assert gone.chat.conversation == "" and texts.NO_CONVERSATIONS.tr in (gone.chat.conversations or "")
    back = page.conversing.restore(two, "")
    assert (back.chat.conversation, back.undo) == (two, "") and "iki" in (back.chat.live or "")
    back = page.conversing.restore(one, two)  # another one is being read
    assert back.chat.live is None and ">bir<" in (back.chat.conversations or "")


def test_a_question_in_a_conversation_deleted_elsewhere_begins_a_new_one(page: Page) -> None:
    one = page.ask("bir")
    page.conversing.delete(one, "")
    assert page.ask("iki", one) not in ("", one)
    assert [c.title for c in page.backend.conversations.all()] == ["iki"]


def test_a_name_is_kept_and_the_search_stays(page: Page) -> None:
    one = page.ask("bir soru")
    page.ask("başka")
    html = page.conversing.rename(one, "Yeni ad", "Yeni", one)
    assert "Yeni ad" in html and "başka" not in html and 'data-wanted="Yeni"' in html
    assert chat_texts.NOT_FOUND.tr in page.conversing.find("hiç yok", "")
    assert "başka" in page.conversing.find(None, {"x": 1})


def test_an_edited_question_opens_a_branch_and_both_stay(page: Page) -> None:
    id = page.ask("bir")
    page.ask("iki", id)
    steps = list(page.conversing.branch("üç", id, "2"))
    new = steps[0].conversation or ""
    assert new != id and "bir" in (steps[0].past or "") and "üç" in (steps[-1].live or "")
    assert [turn.question for turn in page.backend.turns.conversation(new)] == ["bir", "üç"]
    assert [turn.question for turn in page.backend.turns.conversation(id)] == ["bir", "iki"]
    assert page.backend.asked[-1][1][0].question == "bir"  # what was said before is known to the answer
    assert {c.title for c in page.backend.conversations.all()} == {"üç", "bir"}


def test_a_branch_without_an_answer_leaves_nothing(page: Page) -> None:
    id = page.ask("bir")
    page.ask("iki", id)
    with pytest.raises(KilavuzError, match="çok uzun"):
        list(page.conversing.branch("hata", id, "2"))
    assert [c.id for c in page.backend.conversations.all()] == [id]


@pytest.mark.parametrize("question", ["", "  ", None, 5])
@pytest.mark.parametrize("turn", ["1", None])
def test_an_empty_branch_is_refused_before_anything_is_copied(
    page: Page, question: object, turn: object
) -> None:
    id = page.ask("bir")
    with pytest.raises(KilavuzError):
        list(page.conversing.branch(question, id, turn))
    assert len(page.backend.turns.kept) == 1


def test_a_file_comes_as_text_and_is_new_each_time(page: Page) -> None:
    id = page.ask("saldır <img src=x>")
    files = [page.conversing.export(id, "md"), page.conversing.export(id, "md")]
    assert files[0] != files[1] and 'data-file="saldir-img-src-x.md"' in files[0]
    assert_harmless(files[0])
    html = page.conversing.export(id, "json")
    assert json.loads(unescape(re.sub("<.*?>", "", html)))["turns"][0]["question"] == "saldır <img src=x>"


@pytest.mark.parametrize(
    ("id", "format"),
    [("yok", "md"), (None, "md"), ("ID", "exe"), ("ID", None), ("../x", "json"), (7, ["md"])],
)
def test_what_is_no_conversation_or_format_gives_no_file(page: Page, id: object, format: object) -> None:
    real = page.ask("bir")
    with pytest.raises(KilavuzError):
        page.conversing.export(real if id == "ID" else id, format)


@pytest.mark.parametrize("id", ["yok", None, "<script>", 7, ""])
def test_what_is_no_conversation_is_not_changed(page: Page, id: object) -> None:
    page.ask("bir")
    for act in (page.conversing.delete, lambda i, _: page.conversing.rename(i, "ad", "", "")):
        with pytest.raises(KilavuzError):
            act(id, "")
    assert page.conversing.restore(id, "").chat.conversation == ""
    assert [c.title for c in page.backend.conversations.all()] == ["bir"]


def test_hostile_titles_finds_and_questions_stay_text() -> None:
    one = Conversation('"><script>', HOSTILE, HOSTILE, 1, HOSTILE)
    for html in (
        conversations_html([one], "", "tr", HOSTILE),
        undo_html('"><script>', HOSTILE, "tr"),
        followups_html([HOSTILE, '"onload=x'], "tr"),
    ):
        assert_harmless(html)


def test_the_last_answer_is_followed_by_questions_and_a_growing_one_is_not(page: Page) -> None:
    steps = list(page.actions.ask("Pompa neden titrer?", ""))
    growing, last = steps[1].live or "", steps[-1].live or ""
    assert "followups" not in growing and "data-edit" not in growing
    assert "Rulman yağının değişimi hakkında bilgi verir misin?" in last and "data-edit" in last
    reopened = page.actions.open(steps[0].conversation)
    assert "followups" in (reopened.live or "") and "followups" not in (reopened.past or "")
    assert followups_html([], "tr") == ""
    assert Chat().live is None and "data-edit" not in turn_html("Soru", None, {}, "tr")


def test_starters_come_from_the_documents(page: Page) -> None:
    page.backend.starters = lambda: ["Kaplin ayarı hakkında bilgi verir misin?"]  # type: ignore[method-assign]
    past = page.actions.open("").past or ""
    assert "Kaplin ayarı hakkında" in past and texts.EXAMPLES[0].tr not in past


@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_shortcut_is_told(language: str) -> None:
    html = shortcuts_html(language)
    for _, rows in chat_texts.SHORTCUT_GROUPS:
        assert all(does.say(language) in html for _, does in rows)
    assert "<kbd>Ctrl</kbd>+<kbd>K</kbd>" in html


def test_not_all_conversations_are_sent_with_every_answer() -> None:
    backend = FakeBackend()
    for number in range(SHOWN_CONVERSATIONS + 5):
        backend.turns.record(f"c{number}", f"soru {number}", Answer("yanıt"))
    listed = Actions(backend, NOBODY, "tr").open("").conversations or ""
    assert listed.count("data-menu") == SHOWN_CONVERSATIONS and chat_texts.OLDER.tr in listed
    assert listed.count('role="menu"') == listed.count("<input") == 1  # chat.js puts them into a row
    assert len(listed) < 900 * SHOWN_CONVERSATIONS
    assert f"soru {SHOWN_CONVERSATIONS + 4}<" in listed and ">soru 0<" not in listed
