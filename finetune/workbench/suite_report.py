"""The outcomes of a suite as one table (Markdown) and one plot (PNG)."""

from collections.abc import Sequence
from pathlib import Path

from assistant.errors import KilavuzError, Message
from finetune.workbench.attention import plain, save_picture
from finetune.workbench.suite import Outcome

TABLE, PLOT = "table.md", "plot.png"
_HEAD = Message(
    "| yol | boyut | bayt | Spearman | Pearson | nDCG@10 (%95) | recall@10 | metin ms | soru ms | "
    "bellek MB |",
    "| way | dimension | bytes | Spearman | Pearson | nDCG@10 (95 %) | recall@10 | text ms | question ms "
    "| memory MB |",
)


def table(outcomes: Sequence[Outcome], language: str = "tr") -> str:
    """A row an outcome; where there is no figure, a dash or what is wrong."""

    def shown(value: float | None, digits: int = 3) -> str:
        if value is None:
            return "–"
        text = f"{value:.{digits}f}"
        return text if language == "en" else text.replace(".", ",")

    lines = [_HEAD.say(language), "|---|" + "---:|" * 9]
    for outcome in outcomes:
        label = outcome.variant.label().replace("|", "\\|").replace("\n", " ")
        figures = outcome.figures
        if figures is None:
            said = outcome.error.say(language) if outcome.error else ""
            lines.append(f"| {label} | {said.replace('|', ' ')} |" + " |" * 8)
            continue
        ndcg = shown(figures.ndcg)
        if figures.ndcg is not None:
            ndcg += f" ({shown(figures.ndcg_low)}–{shown(figures.ndcg_high)})"
        cells = [
            str(figures.dimension), str(figures.bytes_per_vector), shown(figures.spearman),
            shown(figures.pearson),
            ndcg, shown(figures.recall), shown(figures.passage_ms, 2), shown(figures.question_ms, 2),
            shown(figures.memory_mb, 0),
        ]  # fmt: skip
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def plot(outcomes: Sequence[Outcome], file: Path) -> None:
    """Quality, time and memory of each way beside one another. Raises KilavuzError if it can't be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [(each.variant.label(), each.figures) for each in outcomes if each.figures]
    figure = Figure(figsize=(15, min(60.0, 2.5 + 0.4 * len(shown))), layout="constrained")
    FigureCanvasAgg(figure)
    rows = range(len(shown))
    names = [plain(label if len(label) < 60 else label[:59] + "…") for label, _ in shown]
    quality, speed, memory = figure.subplots(1, 3, sharey=True)
    for shift, (name, values) in enumerate(
        (("Spearman", [f.spearman for _, f in shown]), ("nDCG@10", [f.ndcg for _, f in shown]))
    ):
        if any(value is not None for value in values):
            places = [row + 0.4 * shift for row in rows]
            quality.barh(places, [value or 0 for value in values], height=0.38, label=name)
    quality.set_yticks([row + 0.2 for row in rows], names)
    quality.invert_yaxis()
    quality.set_title("Nitelik")
    if quality.get_legend_handles_labels()[1]:
        quality.legend()
    speed.barh([row + 0.2 for row in rows], [f.passage_ms for _, f in shown], color="tab:green")
    speed.set(title="Süre (ms/metin)")
    memory.barh([row + 0.2 for row in rows], [f.memory_mb or 0 for _, f in shown], color="tab:red")
    memory.set(title="Bellek (MB, en çok)")
    for axes in (quality, speed, memory):
        axes.grid(axis="x", alpha=0.3)
    save_picture(figure, file)


def write_report(outcomes: Sequence[Outcome], folder: Path, language: str = "tr") -> None:
    """`table.md` and `plot.png` in the folder. Raises KilavuzError if they can't be written."""
    plot(outcomes, folder / PLOT)
    try:
        (folder / TABLE).write_text(table(outcomes, language), "utf-8")
    except OSError as error:
        raise KilavuzError(
            f"Tablo yazılamadı: {folder / TABLE} ({error.strerror}); başka bir klasör verin.",
            f"The table could not be written: {folder / TABLE} ({error.strerror}); give another folder.",
        ) from error
