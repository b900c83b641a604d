"""How tokenizers cut a sentence, as a picture: a row for each, a box for each token."""

from collections.abc import Sequence
from pathlib import Path

from finetune.workbench.attention import plain, save_picture
from finetune.workbench.token_view import Cut

MOST_TOKENS = 120
"""Tokens of a row that are drawn: more would be no picture."""
_LINE = 90  # characters in a line of boxes


def draw_tokens(cuts: Sequence[Cut], file: Path, language: str = "tr") -> None:
    """Draw as a PNG what `token_view.compare` found. Raises KilavuzError if it can't be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = [(each, _lines(each.tokens)) for each in cuts]
    height = sum(len(lines) + 1.3 for _, lines in rows)
    figure = Figure(figsize=(11, 0.36 * height + 0.3))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.98))
    axes.set(xlim=(0, 1.25 * _LINE), ylim=(-height, 0.4))
    axes.set_axis_off()
    top = 0.0
    for each, lines in rows:
        name = each.name if each.name == each.kind else f"{each.name} ({each.kind})"
        fertility = f"{each.fertility:.2f}"
        told = f"{fertility} tokens a word"
        if language != "en":
            told = f"sözcük başına {fertility.replace('.', ',')} belirteç"
        axes.text(0, top, plain(f"{name}: {told}"), va="center", fontsize=10, weight="bold")
        for line in lines:
            top -= 1
            for start, number, token in line:
                box = {"boxstyle": "round,pad=0.25", "facecolor": f"C{number % 10}", "alpha": 0.3, "lw": 0}
                axes.text(1 + start, top, plain(token), va="center", family="monospace", fontsize=9, bbox=box)
        top -= 1.3
    save_picture(figure, file)


def _lines(tokens: Sequence[str]) -> list[list[tuple[float, int, str]]]:
    """Where each token begins, its number and itself, by line."""
    lines: list[list[tuple[float, int, str]]] = [[]]
    start = 0.0
    for number, token in enumerate(tokens[:MOST_TOKENS]):
        shown = token if len(token) <= _LINE else token[: _LINE - 1] + "…"
        if start and start + len(shown) > _LINE:
            lines.append([])
            start = 0.0
        lines[-1].append((start, number, shown))
        start += len(shown) + 1.5
    return lines
