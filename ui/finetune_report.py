"""What `kilavuz finetune` prints: how two models compare, what the gate decided, which models there are.

It knows the figures and the terminal, and nothing of how they came about.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.errors import Message
from ui.rule_names import rule_name
from ui.terminal import clean, decimal, say

if TYPE_CHECKING:
    from finetune.compare import Figures, PairFigures
    from finetune.registry import Model

METRICS = (
    "accuracy@1", "accuracy@3", "accuracy@5", "recall@1", "recall@3", "recall@5", "recall@10", "mrr@10",
    "ndcg@10",
)  # fmt: skip
NAMES = {"accuracy": Message("Doğruluk", "Accuracy"), "recall": Message("Duyarlılık", "Recall")}
SIDES = {
    "dense": Message("Anlam araması", "Dense alone"),
    "hybrid": Message("Karma arama (sözcük ve anlam)", "Hybrid (words and meaning)"),
}
SETS = {
    "test": Message("Sınama soruları", "Test questions"),
    "general": Message("Genel küme", "General set"),
}
COSTS = {
    "passage_ms": Message("Bir pasajın vektörü (ms)", "A passage's vector (ms)"),
    "question_ms": Message("Bir sorunun vektörü (ms)", "A question's vector (ms)"),
    "search_ms": Message("Bir arama, ortanca (ms)", "A search, median (ms)"),
    "memory_mb": Message("Bellek, en çok (MB)", "Memory, at most (MB)"),
    "gpu_mb": Message("GPU belleği, en çok (MB)", "GPU memory, at most (MB)"),
    "dimension": Message("Vektör boyutu", "Dimension"),
}
_SPLITS = {
    "train": Message("Eğitim", "Training"),
    "dev": Message("Seçim", "Dev"),
    "test": Message("Sınama", "Test"),
}
_WHY = {
    "ambiguous": Message("Belirsiz", "Ambiguous"),
    "copied": Message("Kopya", "Copied"),
    "not found": Message("Bulunamayan", "Not found"),
}
_MB = 1_000_000


def print_comparison(ours: "Figures", theirs: "Figures | None", title: Message, language: str) -> None:
    """A table of all metrics: theirs, ours, and the difference with its 95 % interval."""
    said = Message(
        "{title}: {questions} soru, {chunks} pasaj", "{title}: {questions} questions, {chunks} passages"
    )
    say()
    say(
        said.say(language).format(
            title=title.say(language), questions=len(ours.questions), chunks=ours.chunks
        )
    )
    rows = [_heads(theirs is not None, ours, theirs, language)]
    for side, name in SIDES.items():
        rows.append([name.say(language)])
        rows += [_metric(ours, theirs, side, metric, language) for metric in METRICS]
    rows.append([Message("Maliyet", "Costs").say(language)])
    for cost, label in COSTS.items():
        if cost in ours.costs:
            both = [*([theirs.costs.get(cost, 0.0)] if theirs else []), ours.costs[cost]]
            digits = 0 if cost in ("memory_mb", "gpu_mb", "dimension") else 1
            rows.append([f"  {label.say(language)}", *(decimal(value, digits, language) for value in both)])
    _print(rows)


def _heads(compared: bool, ours: "Figures", theirs: "Figures | None", language: str) -> list[str]:
    if not compared or theirs is None:
        return ["", clean(ours.model)]
    return [
        "",
        clean(theirs.model),
        clean(ours.model),
        Message("Fark (%95 aralığı)", "Difference (95 %)").say(language),
    ]


def _metric(ours: "Figures", theirs: "Figures | None", side: str, metric: str, language: str) -> list[str]:
    from finetune.gate import difference

    kind, _, cut = metric.partition("@")
    label = (
        f"{NAMES[kind].say(language)}@{cut}"
        if kind in NAMES
        else {"mrr": "MRR", "ndcg": "nDCG"}[kind] + f"@{cut}"
    )
    if theirs is None or not ours.questions:
        return [f"  {label}", decimal(ours.mean(side, metric), 3, language)]
    found = difference(ours, theirs, side, metric)
    low, high = found.interval
    mark = " *" if low > 0 or high < 0 else ""
    return [
        f"  {label}",
        decimal(found.in_use, 3, language),
        decimal(found.candidate, 3, language),
        f"{signed(found.value, language)} ({signed(low, language)}; {signed(high, language)}){mark}",
    ]


def print_yields(yields: Sequence[Mapping[str, Any]], language: str) -> None:
    """How many questions each rule made, how many were kept, and why the others were not."""
    heads = (Message("Kural", "Rule"), Message("Üretilen", "Made"), Message("Kalan", "Kept"))
    rows = [[head.say(language) for head in heads] + [_WHY[why].say(language) for why in _WHY]]
    for split, label in _SPLITS.items():
        found = [one for one in yields if one["split"] == split]
        total: dict[str, Any] = {"rule": label.say(language), "made": 0, "kept": 0}
        total["dropped"] = dict.fromkeys(_WHY, 0)
        for one in found:
            total["made"] += one["made"]
            total["kept"] += one["kept"]
            for why in _WHY:
                total["dropped"][why] += one["dropped"].get(why, 0)
        for one in (total, *sorted(found, key=lambda one: -int(one["kept"]))):
            name = one["rule"] if one is total else f"  {rule_name(one['rule'], language)}"
            dropped = [str(one["dropped"].get(why, 0)) for why in _WHY]
            rows.append([name, str(one["made"]), str(one["kept"]), *dropped])
    say()
    _print(rows)


def print_pairs(figures: Sequence["PairFigures"], language: str) -> None:
    """Pearson, Spearman and the mean squared error of each model."""
    count = figures[0].pairs if figures else 0
    say()
    say(Message(f"Benzerlik çiftleri: {count}", f"Scored pairs: {count}").say(language))
    rows = [["", "Pearson", "Spearman", "MSE"]]
    for one in figures:
        values = (one.pearson, one.spearman, one.mse)
        rows.append([clean(one.model), *(decimal(value, 3, language) for value in values)])
    _print(rows)


def print_verdict(verdict: Mapping[str, Any], language: str) -> None:
    """What the gate has decided, condition by condition."""
    say()
    passed, failed = Message("geçti", "passed"), Message("kaldı", "failed")
    rows = []
    for check in verdict["checks"]:
        found = check["difference"]
        low, high = found["interval"]
        rows.append(
            [
                Message(**check["label"]).say(language),
                f"{signed(found['value'], language)} ({signed(low, language)}; {signed(high, language)})",
                (passed if check["passed"] else failed).say(language),
            ]
        )
    _print(
        [
            [Message("nDCG@10", "nDCG@10").say(language), Message("fark", "difference").say(language), ""],
            *rows,
        ]
    )
    for refusal in verdict["refusals"]:
        say(Message(**refusal).say(language))
    if verdict["promoted"]:
        done = Message(
            "Yeni model daha iyi: kullanıma alınabilir.", "The new model is better: it may be promoted."
        )
    else:
        done = Message(
            "Yeni model kullanıma alınmadı; kullanılan model değişmedi.",
            "The new model is not promoted; the one in use has not changed.",
        )
    say(done.say(language))


def print_models(
    models: Sequence["Model"], sizes: Mapping[str, int], in_use: str, previous: str | None, language: str
) -> None:
    """A row for each model; which one serves, and to which a rollback goes."""
    serves, before = Message("kullanımda", "in use"), Message("önceki", "the one before")
    refused, waits = Message("reddedildi", "refused"), Message("hazır", "ready")
    heads = (
        Message("Model", "Model"), Message("Tarih", "Made at"), Message("Taban", "Base"),
        Message("Önceki", "Parent"), Message("nDCG@10", "nDCG@10"), Message("Örnek", "Triples"),
        Message("MB", "MB"), Message("Durum", "State"),
    )  # fmt: skip
    own = Message("(ayarlardaki)", "(settings)").say(language)
    rows = [[head.say(language) for head in heads]]
    for one in models:
        state = refused if not one.promotable else waits
        state = serves if one.name == in_use else before if one.name == previous else state
        reached = " → ".join(
            decimal(one.figures[name], 3, language)
            for name in ("dense in use", "dense")
            if name in one.figures
        )
        rows.append(
            [one.name, one.made_at[:10], clean(one.base) or own, one.parent or own, reached, str(one.triples),
             decimal(sizes[one.name] / _MB, 1, language), state.say(language)]
        )  # fmt: skip
    if models:
        _print(rows)
    else:
        say(Message("Henüz eğitilmiş bir model yok.", "No model has been trained yet.").say(language))
    if not in_use:
        say(
            Message(
                "Kullanımda olan: ayarlardaki gömme modeli.", "In use: the embedder of the settings."
            ).say(language)
        )


def print_json(facts: object) -> None:
    """The same for machines."""
    say(json.dumps(facts, ensure_ascii=False, indent=2))


def summary(figures: "Figures | PairFigures") -> dict[str, Any]:
    """The means of figures, without the scores of each question."""
    from finetune.compare import Figures

    if not isinstance(figures, Figures):
        return asdict(figures)
    means = {side: {name: figures.mean(side, name) for name in METRICS} for side in SIDES}
    return {
        "model": figures.model,
        "questions": len(figures.questions),
        **means,
        "costs": dict(figures.costs),
    }


def signed(value: float, language: str) -> str:
    """With a sign, and three digits; what is rounded to zero has none."""
    text = decimal(abs(value), 3, language)
    sign = "" if not text.strip("0.,") else "+" if value > 0 else "−"
    return sign + text


def _print(rows: Sequence[Sequence[str]]) -> None:
    """Columns beside each other, the first to the left, the others to the right; a lone cell is a heading."""
    whole = [row for row in rows if len(row) > 1]
    widths = [
        max((len(row[n]) for row in whole if n < len(row)), default=0) for n in range(max(map(len, rows)))
    ]
    for row in rows:
        cells = [f"{row[0]:<{widths[0]}}", *(f"{cell:>{widths[n]}}" for n, cell in enumerate(row[1:], 1))]
        say("  ".join(cells).rstrip())
