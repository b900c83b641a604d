# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The course of a training as inline SVG: one line per chart, with axes, its last value and a text for all."""

from collections.abc import Callable, Sequence
from html import escape

WIDTH, HEIGHT = 520, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 14, 12, 26
_LINES = 4  # of the grid


def chart(title: str, points: Sequence[tuple[int, float]], said: Callable[[float], str], step: str) -> str:
    """The points (step, value), ascending, as a <figure>; `said` writes a value, `step` holds {step}.

    One point is a dot; none is nothing.
    """
    if not points:
        return ""
    first, last = points[0][0], points[-1][0]
    low, high = min(y for _, y in points), max(y for _, y in points)
    margin = (high - low) * 0.08 or abs(high) * 0.05 or 0.5
    low, high = low - min(margin, low) if low >= 0 else low - margin, high + margin

    def across(x: int) -> float:
        share = (x - first) / (last - first) if last > first else 0.5
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def down(y: float) -> float:
        return _TOP + (high - y) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    grid = ""
    for number in range(_LINES):
        value = low + (high - low) * number / (_LINES - 1)
        y = down(value)
        grid += f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        grid += f'<text x="{_LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{escape(said(value))}</text>'
    for x, anchor in ((first, "start"), (last, "end")) if last > first else ((last, "middle"),):
        grid += f'<text x="{across(x):.1f}" y="{HEIGHT - 7}" text-anchor="{anchor}">{escape(step.format(step=x))}</text>'
    line = " ".join(f"{across(x):.1f},{down(y):.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{across(x):.1f}" cy="{down(y):.1f}" r="{3 if len(points) < 60 else 2}"><title>{escape(step.format(step=x))}: '
        f"{escape(said(y))}</title></circle>"
        for x, y in points
    )
    ends = f"{title}: {said(points[0][1])} → {said(points[-1][1])}"
    return (
        f'<figure class="chart"><figcaption><span>{escape(title)}</span><b>{escape(said(points[-1][1]))}</b></figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(ends)}"><g class="grid">{grid}</g>'
        f'<polyline points="{line}"/><g class="dots">{dots}</g></svg></figure>'
    )
