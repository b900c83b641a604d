# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The quality view as HTML: figures, charts, what to look into. Pure: records in, HTML out, escaped."""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from assistant.errors import Message
from assistant.quality import Asked, Figures, Group, Quality
from ui import quality_texts, texts
from ui.evaluation_report import LABELS
from ui.evaluations import Evaluated
from ui.quality_texts import percent
from ui.web.charts import Series, bars_html, lines_html

if TYPE_CHECKING:
    from finetune.registry import Model

SPANS = (7, 30, 90)
"""Days that can be looked at."""
_METRICS = ("recall@1", "recall@10", "mrr@10", "answered")
_LINES = ("c1", "c2", "c3", "c4")  # a colour for each of them
_SHOWN = 12  # rows of a table of measurements


def quality_html(
    quality: Quality, days: int, evaluations: Sequence[Evaluated], models: "Sequence[Model]", language: str
) -> str:
    """The whole view for the last `days` days."""
    picks = "".join(
        f'<button type="button" class="pick" data-action="span" data-days="{span}" '
        f'aria-pressed="{"true" if span == days else "false"}">{quality_texts.DAYS.say(language).format(days=span)}</button>'
        for span in SPANS
    )
    return (
        f'<div class="quality"><div class="top"><div><h2>{quality_texts.QUALITY.say(language)}</h2>'
        f'<p class="quiet">{quality_texts.LEAD.say(language)}</p></div>'
        f'<div class="chips" role="group" aria-label="{quality_texts.SPAN.say(language)}">{picks}</div></div>'
        f"{_tiles(quality, days, language)}{_charts(quality, language)}"
        f'<div class="two">{_missing(quality.missing, language)}<div>'
        f"{_asked(quality_texts.DISLIKED, quality.disliked, quality_texts.NONE_DISLIKED, language)}"
        f"{_asked(quality_texts.SLOWEST, quality.slowest, quality_texts.NOTHING, language)}</div></div>"
        f"{_evaluations(evaluations, language)}{_rounds(models, language)}</div>"
    )


# --- figures ------------------------------------------------------------------------------------------------


def _tiles(quality: Quality, days: int, language: str) -> str:
    now, before = quality.total, quality.before

    def was(value: str, known: bool) -> str:
        said = quality_texts.BEFORE if known else quality_texts.NONE_BEFORE
        return said.say(language).format(days=days, value=value)

    votes = quality_texts.NO_VOTES.say(language)
    if now.up + now.down:
        votes = quality_texts.VOTES.say(language).format(up=now.up, down=now.down)
    if now.sources_up + now.sources_down:
        votes += " · " + quality_texts.SOURCE_VOTES.say(language).format(
            up=now.sources_up, down=now.sources_down
        )
    slow = (
        ""
        if now.slow is None
        else quality_texts.TIME_MORE.say(language).format(seconds=_seconds(now.slow, language))
    )
    tiles = (
        (quality_texts.QUESTIONS, texts.number(now.questions, language), was(texts.number(before.questions, language), before.questions > 0)),
        (quality_texts.SHARE, percent(now.share, language), was(percent(before.share, language), before.share is not None)),
        (quality_texts.LIKED, percent(now.liked, language), votes),
        (quality_texts.TIME, _seconds(now.usual, language), slow),
    )  # fmt: skip
    return '<dl class="tiles">' + "".join(
        f"<div><dt>{label.say(language)}</dt><dd><strong>{value}</strong><span>{more}</span></dd></div>"
        for label, value, more in tiles
    ) + "</dl>"  # fmt: skip


def _charts(quality: Quality, language: str) -> str:
    if not quality.total.questions:
        return f'<p class="nothing">{quality_texts.NOTHING.say(language)}</p>'
    places = [_day(day, language) for day, _ in quality.days]

    def series(name: Message, kind: str, value: Callable[[Figures], float | None]) -> Series:
        return Series(name.say(language), kind, [value(figures) for _, figures in quality.days])

    asked = bars_html(
        quality_texts.BY_DAY.say(language),
        places,
        [
            series(quality_texts.ANSWERED, "c1", lambda f: f.answered),
            series(quality_texts.UNANSWERED, "c2", lambda f: f.questions - f.answered),
        ],
        language,
    )
    voted = f'<figure class="chart"><figcaption><strong>{quality_texts.VOTES_BY_DAY.say(language)}</strong></figcaption><p class="quiet">{quality_texts.NOTHING_VOTED.say(language)}</p></figure>'
    if quality.total.up + quality.total.down:
        voted = bars_html(
            quality_texts.VOTES_BY_DAY.say(language),
            places,
            [
                series(quality_texts.UP, "c1", lambda f: f.up),
                series(quality_texts.DOWN, "c3", lambda f: f.down),
            ],
            language,
        )
    timed = lines_html(
        quality_texts.TIME_BY_DAY.say(language),
        places,
        [
            series(quality_texts.USUAL, "c1", lambda f: f.usual),
            series(quality_texts.SLOW, "c2", lambda f: f.slow),
        ],
        language,
    )
    return f'<div class="charts">{asked}{voted}{timed}</div>'


# --- what to look into ---------------------------------------------------------------------------------------


def _missing(groups: Sequence[Group], language: str) -> str:
    rows = ""
    for group in groups:
        others = [one for one in group.wordings if one != group.latest.question]
        more = ""
        if others:
            said = quality_texts.OTHER_WORDINGS.say(language).format(count=len(others))
            each = "".join(f"<li>{escape(one)}</li>" for one in others[:20])
            more = f"<details><summary>{said}</summary><ul>{each}</ul></details>"
        count = quality_texts.TIMES.say(language).format(count=texts.number(group.count, language))
        times = f'<span class="times">{count}</span>' if group.count > 1 else ""
        rows += f"<li>{_open(group.latest, language)}<span class='meta'>{times}{_moment(group.latest, language)}</span>{more}</li>"
    none = f'<p class="quiet">{quality_texts.NONE_MISSING.say(language)}</p>'
    return (
        f'<section class="card missing"><h3>{quality_texts.MISSING.say(language)}</h3>'
        f'<p class="quiet">{quality_texts.MISSING_LEAD.say(language)}</p>{f"<ol>{rows}</ol>" if rows else none}</section>'
    )


def _asked(title: Message, asked: Sequence[Asked], none: Message, language: str) -> str:
    rows = "".join(
        f"<li>{_open(one, language)}<span class='meta'><span>{_seconds(one.seconds, language)} · "
        f"{escape(_origin(one, language))}</span>{_moment(one, language)}</span></li>"
        for one in asked
    )
    empty = f'<p class="quiet">{none.say(language)}</p>'
    return f'<section class="card"><h3>{title.say(language)}</h3>{f"<ol>{rows}</ol>" if rows else empty}</section>'


def _open(one: Asked, language: str) -> str:
    """The question as a button that opens its conversation, if it has one."""
    question = escape(one.question)
    if not one.conversation:
        return f'<span class="question">{question}</span>'
    label = escape(quality_texts.OPEN.say(language).format(question=one.question))
    return (
        f'<button type="button" class="question" data-action="open" data-view="chat" data-id="{escape(one.conversation)}" '
        f'aria-label="{label}">{question}</button>'
    )


def _origin(one: Asked, language: str) -> str:
    return texts.ORIGINS[one.generator].say(language) if one.generator in texts.ORIGINS else one.generator


def _moment(one: Asked, language: str) -> str:
    return f'<span class="date">{escape(texts.moment(one.asked_at, language))}</span>'


# --- measurements ---------------------------------------------------------------------------------------------


def _evaluations(evaluations: Sequence[Evaluated], language: str) -> str:
    body = f'<p class="quiet">{quality_texts.NO_EVALUATIONS.say(language)}</p>'
    if evaluations:
        body = _trend(evaluations, language) + _evaluation_table(evaluations, language)
    return (
        f'<section class="card wide"><h3>{quality_texts.EVALUATIONS.say(language)}</h3>'
        f'<p class="quiet">{quality_texts.EVALUATIONS_LEAD.say(language)}</p>{body}</section>'
    )


def _trend(evaluations: Sequence[Evaluated], language: str) -> str:
    """The course of the question files that were used last, if they were used before: others differ."""
    same = [one for one in evaluations if one.files == evaluations[-1].files]
    if len(same) < 2:
        return ""
    series = [
        Series(LABELS[name].say(language), kind, [_hundredths(one, name) for one in same])
        for name, kind in zip(_METRICS, _LINES, strict=True)
        if any(name in one.figures for one in same)
    ]
    if not series:
        return ""
    title = quality_texts.TREND.say(language).format(files=", ".join(same[-1].files))
    return lines_html(title, [texts.moment(one.at, language) for one in same], series, language, top=100)


def _hundredths(one: Evaluated, name: str) -> float | None:
    return round(100 * one.figures[name][0], 1) if name in one.figures else None


def _evaluation_table(evaluations: Sequence[Evaluated], language: str) -> str:
    shown = evaluations[: -_SHOWN - 1 : -1]
    metrics = [name for name in _METRICS if any(name in one.figures for one in shown)]
    labels = [
        *(one.say(language) for one in (quality_texts.WHEN, quality_texts.FILES, quality_texts.COUNT, quality_texts.EMBEDDER)),
        *(LABELS[name].say(language) for name in metrics),
        quality_texts.SECONDS.say(language),
    ]  # fmt: skip
    rows = []
    for one in shown:
        seconds = one.figures.get("seconds")
        rows.append([
            escape(texts.moment(one.at, language)), escape(", ".join(one.files)), texts.number(one.questions, language),
            escape(one.embedder), *(_measured(one, name, language) for name in metrics),
            texts.number(seconds[0], language, 2) if seconds else "–",
        ])  # fmt: skip
    return _table(quality_texts.EVALUATIONS.say(language), labels, rows)


def _measured(one: Evaluated, name: str, language: str) -> str:
    if name not in one.figures:
        return "–"
    value, interval = one.figures[name]
    if interval is None:
        return percent(value, language, 1)
    low, high = (percent(bound, language, 1) for bound in interval)
    hint = quality_texts.INTERVAL.say(language).format(low=low, high=high)
    return f'<span title="{escape(hint)}">{percent(value, language, 1)}<small>{low}–{high}</small></span>'


def _rounds(models: "Sequence[Model]", language: str) -> str:
    body = f'<p class="quiet">{quality_texts.NO_ROUNDS.say(language)}</p>'
    if models:
        labels = [
            *(one.say(language) for one in (quality_texts.MODEL, quality_texts.WHEN)),
            *(label.say(language) for label in quality_texts.SIDES.values()), quality_texts.VERDICT.say(language),
        ]  # fmt: skip
        body = _table(
            quality_texts.ROUNDS.say(language),
            labels,
            [_round(one, language) for one in models[: -_SHOWN - 1 : -1]],
        )
    return (
        f'<section class="card wide"><h3>{quality_texts.ROUNDS.say(language)}</h3>'
        f'<p class="quiet">{quality_texts.ROUNDS_LEAD.say(language)}</p>{body}</section>'
    )


def _round(model: "Model", language: str) -> list[str]:
    kind, said = ("good", quality_texts.PASSED) if model.promotable else ("old", quality_texts.REFUSED)
    cells = []
    for side in quality_texts.SIDES:
        now, was = model.figures.get(side), model.figures.get(f"{side} in use")
        low, high = model.figures.get(f"{side} low"), model.figures.get(f"{side} high")
        if now is None or was is None or low is None or high is None:
            cells.append("–")
            continue
        bounds = "; ".join(_signed(bound, language) for bound in (low, high))
        cells.append(f"{percent(was, language, 1)} → {percent(now, language, 1)}<small>({bounds})</small>")
    verdict = f'<span class="state {kind}">{said.say(language)}</span>'
    return [escape(model.name), escape(texts.moment(model.made_at, language)), *cells, verdict]


def _table(title: str, labels: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in labels)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{escape(label)}">{cell}</td>' for label, cell in zip(labels, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f'<div class="scroll" role="region" aria-label="{escape(title)}" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _signed(share: float, language: str) -> str:
    return ("+" if share >= 0 else "−") + texts.number(abs(100 * share), language, 1)


def _seconds(value: float | None, language: str) -> str:
    if value is None:
        return "–"
    return texts.SECONDS.say(language).format(seconds=texts.number(value, language, 1 if value >= 1 else 2))


def _day(day: date, language: str) -> str:
    return f"{day:%m-%d}" if language == "en" else f"{day:%d.%m}"
