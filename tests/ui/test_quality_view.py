"""The quality view's HTML, without Gradio and without a browser."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.errors import Message
from assistant.owners import NOBODY
from assistant.quality import Asked, Vote, quality
from finetune.registry import Model
from tests.ui.fake_page_backend import HOSTILE, FakeBackend
from tests.ui.test_page import Tags
from ui import quality_texts
from ui.evaluations import Evaluated
from ui.quality_texts import percent
from ui.web.charts import Series, bars_html, lines_html
from ui.web.quality import quality_html
from ui.web.quality_events import shown

TODAY = date(2026, 5, 10)
FIGURES = {"recall@10": (0.82, (0.78, 0.86)), "seconds": (0.08, None)}
MEASURED = Evaluated("2026-05-04T09:30:00+00:00", ("sorular.jsonl",), 180, "kilavuz-compact-1", "", FIGURES)
SIDES = {"dense": 0.7, "dense in use": 0.61, "dense low": 0.07, "dense high": 0.11}
MODEL = Model("model-3", "2026-05-04T09:30:00+00:00", "bge-m3", "", "f", "g", True, 900, 800.0, SIDES)


def asked(turn: int, question: str, answered: bool = True, seconds: float = 1.0) -> Asked:
    return Asked(turn, f"c{turn}", "2026-05-09T09:30:00+00:00", question, answered, "extractive", seconds)


def view(turns: list[Asked], votes: tuple[Vote, ...] = (), language: str = "tr", **given: object) -> str:
    found = quality(turns, votes, TODAY, 30, UTC)
    return quality_html(found, 30, given.get("measured", []), given.get("models", []), language)  # type: ignore[arg-type]


def assert_harmless(html: str) -> None:
    seen = Tags(html)
    assert not {"script", "img", "style", "iframe", "a", "link", "foreignobject", "use"} & set(seen.tags)
    assert not [name for name in seen.attributes if name.startswith("on") or name in ("href", "src", "style")]
    assert seen.open == []


def test_figures_lists_and_charts() -> None:
    turns = [asked(1, "Yağ?"), asked(2, "İzin formu nerede?", False), asked(3, "izin formu?", False, 9.0)]
    html = view(turns, (Vote(1, "answer", 1, ""), Vote(2, "answer", -1, "")))
    for part in (
        "%33",
        "%50",
        "1 iyi, 1 kötü oy",
        "9,0 sn",
        "2 kez",
        "1 başka soruluş",
        "önceki 30 günde yok",
    ):
        assert part in html
    assert 'data-action="open" data-view="chat" data-id="c3"' in html
    assert html.count("<svg") == 3 and 'class="c2"' in html
    assert "33%" in view(turns, language="en")


def test_an_empty_home_says_what_is_not_there_yet() -> None:
    html = view([])
    for said in (
        quality_texts.NOTHING,
        quality_texts.NONE_MISSING,
        quality_texts.NO_EVALUATIONS,
        quality_texts.NO_ROUNDS,
    ):
        assert said.tr in html
    assert "<svg" not in html


def test_measurements_and_rounds() -> None:
    again = replace(MEASURED, at="2026-05-06T09:30:00+00:00", figures={"recall@10": (0.9, (0.86, 0.94))})
    html = view([], measured=[MEASURED, again], models=[MODEL, replace(MODEL, promotable=False, figures={})])
    for part in (
        "sorular.jsonl",
        "%82,0",
        "%78,0–%86,0",
        "0,08",
        "%61,0 → %70,0",
        "(+7,0; +11,0)",
        "reddedildi",
    ):
        assert part in html
    assert html.count("<polyline") == 1
    other = replace(again, files=("başka.jsonl",))
    assert "<polyline" not in view([], measured=[MEASURED, other])  # other questions can't be compared


def test_hostile_questions_stay_text() -> None:
    turns = [
        replace(asked(1, HOSTILE, False), conversation=HOSTILE, generator=HOSTILE),
        asked(2, HOSTILE + " x", False),
    ]
    measured = replace(MEASURED, files=(HOSTILE,), embedder=HOSTILE)
    html = view(
        turns,
        (Vote(1, "answer", -1, ""),),
        measured=[measured, measured],
        models=[replace(MODEL, made_at=HOSTILE)],
    )
    assert_harmless(html)
    assert "window.pwned" in html


@pytest.mark.parametrize("days", ["7", 90, None, "5", {}, "-1"])
def test_only_spans_that_are_offered_are_shown(days: object) -> None:
    backend = FakeBackend()
    now = datetime.now(UTC)
    backend.earlier = [
        replace(asked(n, f"konu{n}"), asked_at=(now - timedelta(days=age)).isoformat())
        for n, age in enumerate((0, 20, 60))
    ]
    html = shown(backend, NOBODY, days, "tr")
    span = {"7": 7, 90: 90}.get(days if isinstance(days, str | int) else "", 30)
    assert f'data-days="{span}" aria-pressed="true"' in html
    assert html.count('class="question"') == {7: 1, 30: 2, 90: 3}[span]


def test_bars_and_lines_say_their_numbers() -> None:
    series = [Series("iyi", "c1", [3, 0, 1]), Series("kötü", "c2", [1, None, 0])]
    html = bars_html("Oylar", ["01.05", "02.05", "03.05"], series, "tr")
    assert_harmless(html)
    assert "<title>01.05 – iyi: 3, kötü: 1</title>" in html and "<title>02.05 – iyi: 0</title>" in html
    assert 'y="25.00" width="6.40" height="75.00"' in html and 'y="0.00" width="6.40" height="25.00"' in html
    line = lines_html("Süre", ["a", "b", "c"], [Series("ortanca", "c1", [0.5, None, 1.0])], "tr")
    assert 'points="5.00,50.00 25.00,0.00"' in line and "0,50" in line
    assert_harmless(lines_html("Boş", ["a"], [Series("x", "c1", [None])], "tr"))


def test_percent_is_written_as_the_language_does() -> None:
    assert [percent(0.825, "tr", 1), percent(0.825, "en", 1), percent(None, "tr")] == ["%82,5", "82.5%", "–"]


def test_every_label_is_there_in_both_languages() -> None:
    labels = [value for value in vars(quality_texts).values() if isinstance(value, Message)]
    assert len(labels) > 30 and all(one.tr and one.en for one in labels)


def test_evaluations_without_a_known_figure_are_listed_without_a_chart() -> None:
    other = replace(MEASURED, figures={"seconds": (0.08, None)})
    html = quality_html(quality([], [], TODAY, 7), 7, [other, other], [], "tr")
    assert html.count(">sorular.jsonl<") == 2 and "<svg" not in html
