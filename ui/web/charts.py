# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""Small charts as inline SVG: stacked bars and lines. Pure: numbers in, HTML out, escaped.

The SVG is stretched to the width there is, so it holds shapes alone; labels stand around it as HTML.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ui import quality_texts, texts

_HIGH = 100.0
_STEP = 10.0  # width of a place on the x axis
_GAP = 0.18  # share of the place on either side of a bar


@dataclass(frozen=True, slots=True)
class Series:
    """Values by place, None where there is none. `kind` is the CSS class that gives the colour."""

    name: str
    kind: str
    values: Sequence[float | None]


def bars_html(title: str, places: Sequence[str], series: Sequence[Series], language: str) -> str:
    """Bars of several series on each other."""
    top = _nice(max((sum(v or 0 for v in column) for column in _columns(series)), default=0), whole=True)
    shapes = ""
    for at, (place, column) in enumerate(zip(places, _columns(series), strict=True)):
        low, pieces = 0.0, ""
        for one, value in zip(series, column, strict=True):
            height = _HIGH * (value or 0) / top
            if height:
                x, width = _STEP * (at + _GAP), _STEP * (1 - 2 * _GAP)
                pieces += f'<rect class="{one.kind}" x="{x:.2f}" y="{_HIGH - low - height:.2f}" width="{width:.2f}" height="{height:.2f}"/>'
            low += height
        shapes += _place(at, place, series, column, pieces, language)
    return _chart(title, places, series, shapes, top, language)


def lines_html(
    title: str, places: Sequence[str], series: Sequence[Series], language: str, top: float | None = None
) -> str:
    """A line for each series, with a dot for each value; a place without a value is passed over."""
    highest = max((v for one in series for v in one.values if v is not None), default=0.0)
    top = top or _nice(highest)
    drawn = ""
    for one in series:
        points = [
            (_STEP * (at + 0.5), _HIGH * (1 - min(value, top) / top))
            for at, value in enumerate(one.values)
            if value is not None
        ]
        line = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        dots = "".join(f"M{x:.2f} {y:.2f}h0" for x, y in points)
        drawn += f'<polyline class="{one.kind}" points="{line}"/><path class="dot {one.kind}" d="{dots}"/>'
    shapes = "".join(
        _place(at, place, series, column, "", language)
        for at, (place, column) in enumerate(zip(places, _columns(series), strict=True))
    )
    return _chart(title, places, series, drawn + shapes, top, language)


def _columns(series: Sequence[Series]) -> list[tuple[float | None, ...]]:
    return list(zip(*(one.values for one in series), strict=True))


def _place(
    at: int, place: str, series: Sequence[Series], column: Sequence[float | None], pieces: str, language: str
) -> str:
    """What is drawn at a place, with a sentence that shows when the pointer is over it."""
    said = ", ".join(
        f"{one.name}: {_value(value, language)}"
        for one, value in zip(series, column, strict=True)
        if value is not None
    )
    over = f'<rect class="over" x="{_STEP * at:.0f}" y="0" width="{_STEP:.0f}" height="{_HIGH:.0f}"/>'
    return f"<g><title>{escape(place)} – {escape(said)}</title>{pieces}{over}</g>"


def _chart(
    title: str, places: Sequence[str], series: Sequence[Series], shapes: str, top: float, language: str
) -> str:
    legend = "".join(f'<span class="{one.kind}">{escape(one.name)}</span>' for one in series)
    marks = sorted({0, (len(places) - 1) // 2, len(places) - 1}) if places else []
    below = "".join(f"<span>{escape(places[at])}</span>" for at in marks)
    scale = "".join(f"<span>{_value(value, language)}</span>" for value in (top, top / 2, 0))
    width = _STEP * max(1, len(places))
    return (
        f'<figure class="chart"><figcaption><strong>{escape(title)}</strong><span class="legend">{legend}</span></figcaption>'
        f'<div class="plot"><div class="scale" aria-hidden="true">{scale}</div><svg viewBox="0 0 {width:.0f} {_HIGH:.0f}" '
        f'preserveAspectRatio="none" role="img" aria-label="{escape(title)}">{shapes}</svg>'
        f'<div class="below" aria-hidden="true">{below}</div></div>{_table(title, places, series, language)}</figure>'
    )


def _table(title: str, places: Sequence[str], series: Sequence[Series], language: str) -> str:
    """The same as a table, folded up: for who can't see the picture, and to copy."""
    head = "".join(f'<th scope="col">{escape(one.name)}</th>' for one in series)
    rows = "".join(
        f'<tr><th scope="row">{escape(place)}</th>'
        + "".join(f"<td>{_value(v, language)}</td>" for v in column)
        + "</tr>"
        for place, column in zip(places, _columns(series), strict=True)
        if any(column)
    )
    return (
        f'<details class="numbers"><summary>{quality_texts.AS_NUMBERS.say(language)}</summary><div tabindex="0"><table><caption class="unseen">{escape(title)}</caption>'
        f'<thead><tr><th scope="col">{quality_texts.DAY.say(language)}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def _value(value: float | None, language: str) -> str:
    if value is None:
        return "–"
    return texts.number(value, language, 0 if value == int(value) else 1 if value >= 10 else 2)


def _nice(value: float, whole: bool = False) -> float:
    """The next value that reads well as the top of a scale: 1, 2, 4, 6 or 10 times a power of ten."""
    if value <= 0 or (whole and value <= 2):
        return 2.0 if whole else 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 10) if value <= step * power * (1 + 1e-9))
