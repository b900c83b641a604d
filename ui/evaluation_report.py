"""What `kilavuz evaluate` prints: a table of figures by kind, a comparison, or both as JSON.

It knows the figures and the terminal, and nothing of how questions are asked or judged.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from assistant.errors import Message
from assistant.evaluation import Difference, Figure, Scores, by_kind, changes, differences, summary
from assistant.judge import Question
from ui.terminal import clean, decimal, say

LABELS = {
    "recall@1": Message("Recall@1", "Recall@1"),
    "recall@3": Message("Recall@3", "Recall@3"),
    "recall@5": Message("Recall@5", "Recall@5"),
    "recall@10": Message("Recall@10", "Recall@10"),
    "mrr@10": Message("MRR@10", "MRR@10"),
    "ndcg@10": Message("nDCG@10", "nDCG@10"),
    "source@1": Message("İlk sonuç doğru belgeden", "First hit's document"),
    "page_right": Message("Doğru sayfa", "Right page"),
    "answered": Message("Yanıtlanan soru", "Answered"),
    "evidence_in_answer": Message("Yanıta giren kanıt", "Evidence in the answer"),
    "answer_recall": Message("Örnek yanıtın sözcükleri", "Words of the reference"),
    "cites_source": Message("Doğru kaynak", "Right document cited"),
    "verbatim": Message("Kaynağından aynen", "Verbatim from its source"),
    "abstain_right": Message("Yerinde “bulamadım”", "Rightly not answered"),
    "answer_chars": Message("Yanıt boyu (karakter)", "Answer's characters"),
    "seconds": Message("Süre (sn)", "Seconds"),
    "seconds_p95": Message("Süre, 95. yüzdelik (sn)", "Seconds, 95th percentile"),
}
"""What the metrics are called, in the order of the table's rows."""

Column = tuple[str, Mapping[str, str]]
"""A heading, and the cells by the name of their row."""

_CHANGED = 5  # questions shown of those that gained most, and of those that lost most
_NAME = 24  # characters of an id or a kind
_GAP = "  "


def print_tables(
    questions: Sequence[Question],
    ours: Sequence[Scores],
    theirs: Sequence[Scores] | None,
    language: str,
) -> None:
    """The figures of all questions and of each kind, then how they differ from theirs."""
    said = Message(
        "{count} soru. Yüzde olarak ortalama (%95 güven aralığı); yanıt boyu ve süre ortanca.",
        "{count} questions. Mean in per cent (95 % interval); characters and seconds are medians.",
    )
    say(said.say(language).format(count=len(questions)))
    for line in table(questions, ours, language):
        say(line)
    if theirs is not None:
        for line in comparison(questions, ours, theirs, language):
            say(line)


def table(questions: Sequence[Question], scores: Sequence[Scores], language: str) -> list[str]:
    """A row for each metric, a column for each kind; as many columns beside each other as fit."""
    everything = Message("Hepsi ({})", "All ({})").say(language).format(len(questions))
    figures = summary(scores)
    counts = {name: str(figure.count) for name, figure in figures.items()}
    columns = [
        (everything, {name: _figure(name, one, language) for name, one in figures.items()}),
        (Message("Soru", "Questions").say(language), counts),
    ]
    kinds = by_kind(questions, scores)
    for kind, part in kinds.items() if len(kinds) > 1 else ():
        cells = {name: _figure(name, one, language, 0) for name, one in summary(part).items()}
        columns.append((f"{_short(kind)} ({len(part)})", cells))
    return _beside([name for name in LABELS if name in figures], columns, language)


def comparison(
    questions: Sequence[Question], ours: Sequence[Scores], theirs: Sequence[Scores], language: str
) -> list[str]:
    """A row for each metric that both have, then the questions that changed most."""
    found = differences(ours, theirs)
    if not found:
        nothing = Message("Karşılaştırılacak ortak bir ölçüt yok.", "They have no metric in common.")
        return ["", nothing.say(language)]
    names = {
        "ours": Message("Bu", "This"),
        "theirs": Message("Öteki", "Other"),
        "gain": Message("Fark (%95 aralığı)", "Difference (95 %)"),
        "better": Message("Artan", "Up"),
        "worse": Message("Azalan", "Down"),
    }
    cells = {name: _difference(one, language) for name, one in found.items()}
    columns = [
        (label.say(language), {name: row[key] for name, row in cells.items()}) for key, label in names.items()
    ]
    changed = changes(questions, ours, theirs)
    better = sum(gain > 0 for _, gain in changed)
    marked = Message("* Aralık sıfırı içermiyor.", "* The interval leaves zero out.")
    counted = Message(
        "{better} soru daha iyi, {worse} daha kötü, {same} aynı (ölçütlerinin ortalama farkına göre).",
        "{better} questions better, {worse} worse, {same} the same (by their metrics' mean difference).",
    )
    lines = [
        *_beside([name for name in LABELS if name in found], columns, language),
        "",
        marked.say(language),
        counted.say(language).format(
            better=better, worse=len(changed) - better, same=len(questions) - len(changed)
        ),
    ]
    most = (
        (Message("En çok iyileşenler:", "Most improved:"), changed[:better][:_CHANGED]),
        (Message("En çok kötüleşenler:", "Most worsened:"), changed[better:][::-1][:_CHANGED]),
    )
    for label, some in most:
        if some:
            lines += ["", label.say(language)]
            lines += [
                f"{_GAP}{_signed(gain, language):>6}  {_short(str(one.id))}  {_short(one.text, 60)}"
                for one, gain in some
            ]
    return lines


def print_json(
    questions: Sequence[Question],
    ours: Sequence[Scores],
    theirs: Sequence[Scores] | None,
    missing: Sequence[str | int],
) -> None:
    """The same for machines: shares in 0..1, and all questions that changed."""
    kinds = by_kind(questions, ours)
    facts: dict[str, object] = {
        "questions": len(questions),
        "missing": list(missing),
        "all": _facts(summary(ours)),
        "kinds": {kind: {"questions": len(part), **_facts(summary(part))} for kind, part in kinds.items()},
    }
    if theirs is not None:
        found = differences(ours, theirs).items()
        facts["comparison"] = {
            "metrics": {name: {**asdict(one), "certain": one.certain} for name, one in found},
            "changes": [{"id": one.id, "change": gain} for one, gain in changes(questions, ours, theirs)],
        }
    say(json.dumps(facts, ensure_ascii=False, indent=2))


def _facts(figures: Mapping[str, Figure]) -> dict[str, object]:
    return {name: asdict(figure) for name, figure in figures.items()}


def _beside(rows: Sequence[str], columns: Sequence[Column], language: str) -> list[str]:
    """The columns beside each other in blocks as wide as the terminal, a row without cells left out."""
    labels = {row: LABELS[row].say(language) for row in rows}
    side = max(map(len, labels.values()), default=0)
    room = shutil.get_terminal_size().columns - side
    blocks: list[list[Column]] = []
    left = 0
    for heading, cells in columns:
        width = len(_GAP) + max(len(heading), *map(len, cells.values()), 0)
        if not blocks or left < width:
            blocks.append([])
            left = room
        left -= width
        blocks[-1].append((f"{heading:>{width}}", {row: f"{cell:>{width}}" for row, cell in cells.items()}))
    lines = []
    for block in blocks:
        lines += ["", " " * side + "".join(heading for heading, _ in block)]
        for row, label in labels.items():
            if any(row in cells for _, cells in block):
                shown = [cells.get(row, " " * len(heading)) for heading, cells in block]
                lines.append(f"{label:<{side}}{''.join(shown)}".rstrip())
    return lines


def _figure(name: str, figure: Figure, language: str, digits: int = 1) -> str:
    """The value, and its interval's bounds in so many digits."""
    if figure.interval is None:
        return decimal(figure.value, 0 if name == "answer_chars" else 3, language)
    low, high = (decimal(100 * bound, digits, language) for bound in figure.interval)
    return f"{_percent(figure.value, language)} ({low}–{high})"


def _difference(found: Difference, language: str) -> dict[str, str]:
    low, high = (_signed(bound, language) for bound in found.interval)
    mark = "*" if found.certain else " "
    return {
        "ours": _percent(found.ours, language),
        "theirs": _percent(found.theirs, language),
        "gain": f"{_signed(found.value, language)} ({low}; {high}) {mark}",
        "better": str(found.better),
        "worse": str(found.worse),
    }


def _percent(share: float, language: str) -> str:
    return decimal(100 * share, 1, language)


def _signed(share: float, language: str) -> str:
    """In per cent with a sign; what is rounded to zero has none."""
    text = _percent(abs(share), language)
    sign = "" if not text.strip("0.,") else "+" if share > 0 else "−"
    return sign + text


def _short(text: str, length: int = _NAME) -> str:
    plain = " ".join(clean(text).split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"
