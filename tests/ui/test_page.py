# ruff: noqa: E501
"""The page's HTML and actions, without Gradio and without a browser."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import KilavuzError, Message
from assistant.owners import NOBODY
from assistant.records import Answer, Conversation, Unsupported
from tests.ui.fake_page_backend import ANSWER, HITS, HOSTILE, PASSAGE, FakeBackend, state
from ui import texts
from ui.web.actions import Actions, Chat
from ui.web.backend import Progress
from ui.web.conversations import conversations_html
from ui.web.documents import header_html, progress_html
from ui.web.icons import icon
from ui.web.markup import answer_html
from ui.web.page import LOOK, build_page
from ui.web.scope import bar_html, list_html
from ui.web.shield import Shield
from ui.web.sources import passage_html, sources_html
from ui.web.transcript import turn_html


class Tags(HTMLParser):
    """What a browser would make of the HTML: its tags, its attributes' names and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> None:
    seen = Tags(html)
    assert not {"script", "img", "style", "iframe", "a", "b", "i", "link"} & set(seen.tags) - {"i"}
    assert not [name for name in seen.attributes if name.startswith("on") or name in ("href", "src", "style")]
    assert seen.open == []


# --- answers -----------------------------------------------------------------------------------------


def test_answer_is_drawn_with_paragraphs_lists_and_code() -> None:
    html = answer_html(
        "Bir **kalın** söz.\n\n- ilk `a<b`\n- ikinci\n  devamı\n\n3. üç\n4. dört", (), "Kaynak"
    )
    assert html == (
        "<p>Bir <strong>kalın</strong> söz.</p><ul><li>ilk <code>a&lt;b</code></li><li>ikinci devamı</li></ul>"
        '<ol start="3"><li>üç</li><li>dört</li></ol>'
    )


def test_fences_tables_and_headings() -> None:
    html = answer_html("## Baş\n```sh\nls **x** [1]\n```\n| a | b |\n|---|---|\n| 1 | <i> |", (1,), "Kaynak")
    assert html == (
        '<h4 data-level="2">Baş</h4><pre><code>ls **x** [1]</code></pre>'
        '<div class="table"><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>&lt;i&gt;</td></tr></table></div>'
    )


def test_a_mark_becomes_a_button_only_if_it_is_a_citation() -> None:
    html = answer_html("Bir [1], iki [1, 2], dizin[7] ve `x[1]`.", (1, 2), "Kaynak")
    assert re.findall(r'data-cite="(\d+)"', html) == ["1", "1", "2"]
    assert "dizin[7]" in html and "<code>x[1]</code>" in html


def test_an_open_fence_of_a_growing_answer_is_drawn() -> None:
    assert answer_html("Şöyle:\n```\nkod", (), "Kaynak") == "<p>Şöyle:</p><pre><code>kod</code></pre>"


def test_links_and_images_of_the_text_are_text() -> None:
    html = answer_html("[git](javascript:x) ![ek](https://example.invalid/a.png)", (), "Kaynak")
    assert html == "<p>git ek</p>"


@given(
    st.one_of(
        st.text(),
        st.text(alphabet="<>&\"'`*[]()!|-#1 \n=onerrscipt/", max_size=120),
        st.lists(
            st.sampled_from([HOSTILE, "**", "`", "```", "[1]", "<b>", "\n", "| a |", "|-|", "- ", "*"])
        ).map("".join),
    )
)
def test_no_text_can_bring_its_own_tags(text: str) -> None:
    seen = Tags(answer_html(text, (1,), "Kaynak"))
    drawn = "p br h4 pre code div table tr th td ul ol li strong em button"
    assert set(seen.tags) <= set(drawn.split())
    assert seen.attributes <= {"class", "type", "data-cite", "aria-label", "start", "data-level"}


DOUBT = re.compile(r'<span class="unsupported" title="neden">(.*?)</span>', re.DOTALL)


def doubted(text: str, *sentences: str) -> str:
    places = [(text.index(one), text.index(one) + len(one), "neden") for one in sentences]
    return answer_html(text, (1,), "Kaynak", places)


def test_a_doubted_sentence_is_underlined_and_bears_a_question_mark() -> None:
    html = doubted("Bir doğru [1]. Bir yanlış [1]. Son.", "Bir yanlış [1].")
    assert [Tags(one).text for one in DOUBT.findall(html)] == ["Bir yanlış ", "."]
    assert html.count('<span class="doubt" role="note" title="neden" aria-label="neden">?</span>') == 1
    assert html.index("doubt") < html.index("Son.") and html.count("data-cite") == 2


@pytest.mark.parametrize(
    ("text", "sentence", "shown"),
    [
        ("**Kalın baş. Kalın son** bitti.", "Kalın son** bitti.", "Kalın son bitti."),
        ("- ilk\n- ikinci `kod` [1]\n", "ikinci `kod` [1]", "ikinci kod "),
        ("| a | b |\n|---|---|\n| c | d |", "| c | d |", "cd"),
        ("```sh\nrm -rf\nls\n```\nSon.", "```sh\nrm -rf\nls\n```", "rm -rf\nls"),
        ("```sh\nrm -rf", "```sh\nrm -rf", "rm -rf"),
        ("İki satır\nsüren cümle.", "İki satır\nsüren cümle.", "İki satırsüren cümle."),
        ("\ue001a\ue000 <b>.", "\ue001a\ue000 <b>.", "\ufffda\ufffd &lt;b&gt;."),
    ],
)
def test_a_doubt_crosses_no_tag(text: str, sentence: str, shown: str) -> None:
    html = doubted(text, sentence)
    assert "".join(re.sub("<[^>]*>", "", one) for one in DOUBT.findall(html)) == shown
    assert Tags(html).open == [] and html.count('class="doubt"') == 1
    assert "<table>" in html or "|---" not in text
    assert "\ue000" not in html and "\ue001" not in html


def test_why_a_sentence_is_doubted_is_told_safely() -> None:
    answer = Answer("Bir [1].", HITS, unsupported=(Unsupported(0, 8, ('"><script>x</script>',)),), turn=1)
    html = turn_html("Soru?", answer, {}, "tr")
    assert_harmless(html)
    assert "kaynakta geçmeyen: &quot;&gt;&lt;script&gt;" in html
    plain = replace(answer, unsupported=(Unsupported(0, 8),))
    assert 'title="Bu cümle gösterilen kaynakta bulunamadı"' in turn_html("Soru?", plain, {}, "tr")
    assert "doubt" not in turn_html("Soru?", replace(answer, unsupported=()), {}, "tr")


@given(
    st.lists(
        st.sampled_from(
            ["**", "`", "```", "[1]", "\n", "| a |", "|-|", "- ", "*", "a. ", "<b>", "# ", "[x](y)"]
        )
    ).map("".join),
    st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60), st.text(max_size=5)), max_size=3),
)
def test_doubts_anywhere_keep_the_html_whole(text: str, doubts: list[tuple[int, int, str]]) -> None:
    html = answer_html(text, (1,), "Kaynak", doubts)
    assert Tags(html).open == []
    assert not {"b", "script", "a"} & set(Tags(html).tags)


# --- hostile input in every place ------------------------------------------------------------------------


def test_hostile_documents_questions_and_answers_stay_text() -> None:
    chunk = replace(HITS[0].chunk, title=HOSTILE, source=HOSTILE, headings=(HOSTILE,), text=HOSTILE)
    notice = Message(HOSTILE, HOSTILE)
    answer = Answer(HOSTILE, (replace(HITS[0], chunk=chunk),), generator=HOSTILE, notice=notice, turn=1)
    backend = FakeBackend()
    backend.embedder = HOSTILE
    for html in (
        sources_html(answer, HOSTILE, {}, HOSTILE, "tr"),
        turn_html(HOSTILE, answer, {}, "tr"),
        turn_html(HOSTILE, None, {}, "tr"),
        conversations_html([Conversation('"><script>', HOSTILE, HOSTILE, 1)], "", "tr"),
        header_html(backend.status(), "tr"),
        passage_html(HOSTILE, HOSTILE, [HOSTILE[:20]]),
    ):
        assert_harmless(html)
        assert "window.pwned" in html or 'id="&quot;&gt;' in html or "script" in html
    assert "<img" not in progress_html(Progress(1, 2, HOSTILE), "tr")


# --- sources -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("İSTANBUL hattında ISI ölçümü", "istanbul ısı", ["İSTANBUL", "ISI"]),
        ("Isı değeri: ılık; İİİ titreşim!", "titresim", ["titreşim"]),
        ("o\u0308lc\u0327u\u0308m değeri yüksek", "ölçüm", ["o\u0308lc\u0327u\u0308m"]),
        ("a < b & pompa", "pompa nedir", ["pompa"]),
    ],
)
def test_matching_words_are_marked_where_they_stand(text: str, question: str, marked: list[str]) -> None:
    html = passage_html(text, question)
    assert re.findall(r"<mark>(.*?)</mark>", html) == marked
    assert Tags(html).text == text


@given(st.text(max_size=60), st.text(max_size=20), st.lists(st.text(max_size=9), max_size=3))
def test_a_passage_keeps_its_text_whatever_is_marked(text: str, question: str, quotes: list[str]) -> None:
    html = passage_html(text, question, [*quotes, text[2:9]])
    assert Tags(html).open == []
    assert Tags(html).text.replace("\r", "\n") == text.replace("\r", "\n")


def test_quote_and_marks_may_overlap() -> None:
    html = passage_html("Pompa titreşim yapar", "titreşim", ["Pompa titreşim"])
    assert html == ('<span class="quote">Pompa </span><span class="quote"><mark>titreşim</mark></span> yapar')


def test_cited_sources_come_first_and_open() -> None:
    answer = next(FakeBackend().stream("pompa"))
    answer = replace(answer, turn=7, citations=(replace(answer.citations[0], hit=2, number=1),))
    html = sources_html(answer, "pompa", {"hit:2": -1}, "kilavuz-compact-1", "tr")
    cards = html.split('<details class="source')[1:]
    assert cards[0].startswith(' cited" data-numbers="1" open>') and "Yıllık bakım planı" in cards[0]
    assert [" open>" in card.split("<summary>")[0] for card in cards] == [True, False, False, False]
    assert 'data-target="hit:2" data-vote="-1" aria-pressed="true"' in cards[0]
    assert "sayfa 3" in cards[0] and "Mekanik işler › Pompalar" in cards[0]
    for why in ("3. sıra (BM25 4,17)", "bu yolla bulunmadı", "0,33", "kilavuz-compact-1"):
        assert why in cards[0]
    assert "Yeniden sıralama" not in html
    hits = (replace(answer.hits[0], rerank_score=0.912, copies=("<b>", "ek.md")), *answer.hits[1:])
    html = sources_html(replace(answer, hits=hits), "pompa", {}, "m", "tr")
    assert html.count("<dt>Yeniden sıralama</dt><dd>0,91</dd>") == 1 == html.count("Yeniden sıralama")
    assert html.count("<dt>Aynı metin şurada da var</dt><dd>&lt;b&gt;, ek.md</dd>") == 1


def test_words_are_marked_as_they_were_searched() -> None:
    answer = next(FakeBackend().stream("pompa"))
    assert "<mark>" not in sources_html(answer, "pmopa", {}, "m", "tr")
    assert "<mark>" in sources_html(replace(answer, searched="pompa"), "pmopa", {}, "m", "tr")


def test_a_citation_of_a_missing_hit_is_left_out() -> None:
    answer = next(FakeBackend().stream("pompa"))
    html = sources_html(replace(answer, citations=(replace(answer.citations[0], hit=99),)), "", {}, "m", "tr")
    assert "cited" not in html and texts.NEAREST_SOURCES.tr in html


# --- header ----------------------------------------------------------------------------------------------


def test_header_says_plainly_what_is_in_use() -> None:
    backend = FakeBackend()
    backend.states = [state(i, f"{i}.md", "", 0, 7) for i in range(1234)]
    backend.progress = Progress(3, 12, "x.pdf")
    turkish, english = (header_html(backend.status(), language) for language in ("tr", "en"))
    assert "1.234 belge · 8.638 pasaj" in turkish and "Gömme modeli: kilavuz-compact-1" in turkish
    assert "3 / 12" in turkish
    assert "1,234 documents · 8,638 passages" in english and "Embedder: kilavuz-compact-1" in english


def test_progress_does_not_divide_by_nothing() -> None:
    assert 'aria-valuenow="0"' in progress_html(Progress(0, 0, ""), "tr")
    assert progress_html(None, "tr") == ""


def test_every_label_is_there_in_both_languages() -> None:
    labels = {name: value for name, value in vars(texts).items() if isinstance(value, Message)}
    assert len(labels) > 50
    for name, label in labels.items():
        assert label.tr and label.en, name
        fields = re.compile(r"{(\w+)}")
        assert sorted(fields.findall(label.tr)) == sorted(fields.findall(label.en)), name


def test_moments_and_unknown_icons() -> None:
    assert re.fullmatch(r"\d\d\.\d\d\.2026 \d\d:30", texts.moment("2026-05-04T09:30:00+00:00", "tr"))
    assert texts.moment("dün", "tr") == "dün"
    with pytest.raises(KeyError):
        icon("none")


# --- actions -----------------------------------------------------------------------------------------------


def ask(actions: Actions, question: object, conversation: object = "") -> list[Chat]:
    return list(actions.ask(question, conversation))


def test_asking_shows_the_question_at_once_and_ends_with_the_recorded_answer() -> None:
    backend = FakeBackend()
    actions = Actions(backend, NOBODY, "tr")
    steps = ask(actions, "  Pompa neden titrer?  ")
    id = steps[0].conversation
    assert id and re.fullmatch("[0-9a-f]{32}", id)
    assert "Pompa neden titrer?" in (steps[0].live or "") and texts.SEARCHING.tr in (steps[0].live or "")
    assert 'data-turn="1"' in (steps[-1].live or "") and "Pompa neden titrer?" in (
        steps[-1].conversations or ""
    )
    steps = ask(actions, "Sonra?", id)
    assert "Pompa neden titrer?" in (steps[0].past or "")
    question, history, conversation = backend.asked[1]
    assert (question, conversation, len(history)) == ("Sonra?", id, 1)
    assert (history[0].question, history[0].answer) == ("Pompa neden titrer?", ANSWER)


@pytest.mark.parametrize("question", ["", "   \n", None, 5, ["x"]])
def test_an_empty_or_wrong_question_is_refused(question: object) -> None:
    backend = FakeBackend()
    with pytest.raises(KilavuzError, match="Önce bir soru yazın"):
        ask(Actions(backend, NOBODY, "tr"), question)
    assert backend.asked == []


def test_a_conversation_is_restored_with_its_votes_and_sources() -> None:
    backend = FakeBackend()
    actions = Actions(backend, NOBODY, "tr")
    id = ask(actions, "ilk soru")[0].conversation
    ask(actions, "ikinci soru", id)
    actions.vote("2", "answer", "-1")
    chat = actions.open(id)
    assert "ilk soru" in (chat.past or "") and "ikinci soru" in (chat.live or "")
    assert 'data-target="answer" data-vote="-1" aria-pressed="true"' in (chat.live or "")
    assert 'data-turn="2"' in (chat.sources or "")
    assert 'data-turn="1"' in (actions.sources("1", id).sources or "")
    assert actions.sources("99", id) == Chat()
    actions.vote("2", "answer", "0")
    assert backend.turns.votes(2) == {}


@pytest.mark.parametrize("id", ["", None, "yok", "../../x", "<script>", 7, "a" * 99])
def test_an_unknown_conversation_is_an_empty_chat(id: object) -> None:
    chat = Actions(FakeBackend(), NOBODY, "tr").open(id)
    assert chat.conversation == "" and texts.EMPTY_TITLE.tr in (chat.past or "")
    assert 'data-conversation=""' in (chat.past or "")


def test_an_empty_chat_without_documents_says_where_to_put_them() -> None:
    backend = FakeBackend()
    backend.states = []
    past = Actions(backend, NOBODY, "tr").open("").past or ""
    assert "/home/ayşe/kilavuz/belgeler" in past and "data-question" not in past


@pytest.mark.parametrize(
    "act",
    [
        lambda a: a.vote("x", "answer", "1"),
        lambda a: a.vote("1", "answer", "5"),
        lambda a: a.vote("1", "answer", None),
        lambda a: a.vote(10**30, {}, "1"),
    ],
)
def test_what_a_browser_must_not_send_is_refused(act: Callable[[Actions], object]) -> None:
    actions = Actions(FakeBackend(), NOBODY, "tr")
    ask(actions, "soru")
    with pytest.raises(KilavuzError):
        act(actions)


# --- the middleware ----------------------------------------------------------------------------------------


def test_foreign_origins_leave_the_html_and_scripts_get_a_nonce() -> None:
    page = (
        '<html lang="en"><head><meta property="og:image" content="https://example.invalid/a.jpg" />'
        '<script src="https://cdn.example.invalid/x.js"></script><script src="./a.js"></script>'
        '<link rel="preconnect" href="//fonts.example.invalid"><link rel="stylesheet" href="./a.css">'
        "<script>1</script></head></html>"
    )
    out = Shield(lambda *_: None, "tr")._rewrite(page, "NONCE")  # type: ignore[arg-type,return-value]
    assert "example.invalid" not in out and 'href="./a.css"' in out
    assert '<html lang="tr">' in out and '<script nonce="NONCE" src="./a.js">' in out
    assert len(re.findall("<script", out)) == len(re.findall('<script nonce="NONCE"', out)) == 3


def test_the_passage_of_the_fake_is_what_its_citation_quotes() -> None:
    assert next(FakeBackend().stream("x")).citations[0].quote in PASSAGE


# --- the choice of documents -----------------------------------------------------------------------------------


def test_documents_are_chosen_dropped_and_answered_from() -> None:
    backend = FakeBackend()
    actions = Actions(backend, NOBODY, "tr")
    assert actions.scope([]).chosen == [] and texts.SCOPE_ALL.tr in (actions.scope([]).bar or "")
    one = actions.choose("bakim", [])
    both = actions.choose("rulman-izleme.md", one.chosen)
    assert both.chosen == ["bakim", "rulman-izleme.md"] and "2 seçili" in (both.bar or "")
    assert 'aria-checked="true" data-action="choose" data-name="bakim"' in (both.rows or "")
    assert actions.choose("bakim", both.chosen).chosen == ["rulman-izleme.md"]
    steps = list(actions.ask("Pompa?", "", both.chosen))
    assert backend.within == [("bakim", "rulman-izleme.md")]
    assert "Yalnızca: bakim, rulman-izleme.md" in (steps[-1].live or "")
    assert actions.scope_of(steps[0].conversation).chosen == both.chosen
    backend.states = backend.states[1:]  # the only one in "bakim"
    assert actions.scope(both.chosen).chosen == ["rulman-izleme.md"]
    list(actions.ask("Pompa?", "", both.chosen))
    assert backend.within[-1] == ("rulman-izleme.md",)


@pytest.mark.parametrize(
    "name", [None, 7, "", "../x", "/belgeler/rulman-izleme.md", "gizli", "<script>", ["a"]]
)
def test_what_is_no_searchable_document_cannot_be_chosen(name: object) -> None:
    actions = Actions(FakeBackend(), NOBODY, "tr")
    assert actions.choose(name, []).chosen == []
    assert actions.still(name) == actions.still([name]) == ()
    assert actions.scope_of(name).chosen is None


def test_the_list_finds_by_folded_name_shows_few_and_escapes() -> None:
    states = [state(n, f"ŞUBE/{n}.md", f"Belge {n}", 0, 5) for n in range(200)]
    states.append(state(300, "İğne & <b>.pdf", "IŞIK <i>", 0, 5))
    found = list_html(states, "isik", (), "tr")
    assert (
        "IŞIK &lt;i&gt;" in found and "<i>" not in found and 'data-name="İğne &amp; &lt;b&gt;.pdf"' in found
    )
    every = list_html(states, "", ["ŞUBE/150.md"], "tr")
    assert every.count('role="checkbox"') == 40 and "162 tane daha" in every
    assert every.index("ŞUBE/150.md") < every.index('data-name="ŞUBE"') and "klasör · 200 belge" in every
    assert texts.SCOPE_NONE.tr in list_html(states, "zzz", (), "tr")
    assert texts.SCOPE_EMPTY.tr in list_html([], "", (), "tr")
    assert "<b>" not in bar_html(["İğne & <b>.pdf"], states, "tr") and "+2" in bar_html(
        list("abcdef"), [], "tr"
    )


def test_a_quoted_answers_sources_are_drawn_once_and_its_first_words_come_before_them() -> None:
    steps = list(Actions(FakeBackend(), NOBODY, "tr").ask("Pompa neden titrer?", ""))
    first = next(step for step in steps if step.live and 'class="text"' in step.live)
    assert first.sources is None
    assert [bool(step.sources and "passage" in step.sources) for step in steps] == [False] * (
        len(steps) - 1
    ) + [True]
    assert [step.past is None for step in steps[1:]] == [True] * (len(steps) - 1)


def test_gradio_makes_no_statistics_and_looks_for_events_seldom() -> None:
    page = build_page(FakeBackend(), "tr")
    assert page._queue.ANALYTICS_MAX_EVENTS == 1 and page._queue.ANAYLTICS_CACHE_FREQUENCY > 10**9
    assert page._queue.sleep_when_free == LOOK
