"""The card of a trained model: what it was made from, how, and what it reaches, like the seeds' cards."""

import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from assistant.embedder import DEEP_NAME
from assistant.errors import Message
from finetune.curves import Point
from finetune.presets import TrainSettings
from finetune.records import ScoredPair, Triple

LIBRARIES = ("sentence-transformers", "transformers", "torch", "datasets", "accelerate", "tokenizers")
_TOLD = ("model_name", "loss")  # elsewhere on the card
_SHOWN = 3  # samples of the data
_LETTERS = 240  # of each


def write_card(
    folder: Path,
    name: str,
    settings: TrainSettings,
    rows: Sequence[Triple] | Sequence[ScoredPair],
    dev: Sequence[Triple] | Sequence[ScoredPair],
    curve: Sequence[Point],
    figures: dict[str, float],
    seconds: float,
    notes: Sequence[Message],
) -> None:
    """Write README.md beside the model. Raises OSError."""
    base = settings.model_name or DEEP_NAME
    pairs = bool(rows) and isinstance(rows[0], ScoredPair)
    loss = settings.loss or ("cosine" if pairs else "mnrl")
    lines = [
        "---",
        "language: [tr]",
        "library_name: sentence-transformers",
        "pipeline_tag: sentence-similarity",
        "tags: [sentence-transformers, sentence-similarity, feature-extraction, dense, kilavuz]",
        "---",
        "",
        f"# {name}",
        "",
        f"`{base}` modelinden Kılavuz ile eğitildi: {_kinds(rows)}; {seconds / 60:.1f} dakikada.",
        "",
        *(f"- {note.tr}" for note in notes),
        "",
        "## Seçim kümesindeki değerler",
        "",
        f"{len(dev)} örnek; kayıt bunlara göre seçildi, sınama kümesi değildir.",
        "",
        "| ölçü | önce | sonra |",
        "|---|---|---|",
        *(
            f"| {key} | {figures[before]:.4f} | {value:.4f} |" if (before := f"base_{key}") in figures
            else f"| {key} | – | {value:.4f} |"
            for key, value in figures.items() if not key.startswith("base_")
        ),
        "",
        "## Eğitim süreci",
        "",
        "![Kayıp ve seçim eğrisi](curves.png)",
        "",
        "| adım | tur | kayıp | seçim |",
        "|---|---|---|---|",
        *(f"| {one.step} | {one.epoch:.2f} | {_number(one.loss)} | {_number(one.dev)} |" for one in curve),
        "",
        "## Veri",
        "",
        *_samples(rows),
        "",
        "## Ayarlar",
        "",
        f"- kayıp fonksiyonu: {loss}",
        *(f"- {key}: {value}" for key, value in asdict(settings).items() if key not in _TOLD),
        "",
        "## Sınırlılıklar",
        "",
        "- Eğitildiği belgelerin konusu ve dili dışında başarısı ölçülmemiştir; başka belgelerde önce ölçün.",
        "- Üretilmiş sorularla eğitilen bir model, insanların sorduklarında daha az kazanabilir.",
        "",
        "## Ortam",
        "",
        f"- Python {platform.python_version()}",
        *(f"- {library} {version(library)}" for library in LIBRARIES),
        "",
        "## Kaynak",
        "",
        "Reimers ve Gurevych, 2019: Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks, EMNLP. "
        "https://arxiv.org/abs/1908.10084",
        "",
    ]  # fmt: skip
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8")


def _kinds(rows: Sequence[Triple] | Sequence[ScoredPair]) -> str:
    rules = Counter(row.rule for row in rows if isinstance(row, Triple))
    if not rules:
        return f"{len(rows)} puanlı çift"
    negatives = sum(len(row.negatives) for row in rows if isinstance(row, Triple)) / len(rows)
    told = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
    return f"{len(rows)} soru ({told}), soru başına {negatives:.1f} zor olumsuz"


def _samples(rows: Sequence[Triple] | Sequence[ScoredPair]) -> list[str]:
    shown = []
    for row in rows[:_SHOWN]:
        if isinstance(row, Triple):
            shown += [f"- soru: {_inline(row.question)}", f"  - yanıt: {_inline(row.positive)}"]
            shown += [f"  - olumsuz: {_inline(text)}" for text in row.negatives[:1]]
        else:
            shown.append(f"- {row.score:.2f}: {_inline(row.first)} | {_inline(row.second)}")
    return shown


def _inline(text: str) -> str:
    """A text on one line, as code, so that nothing in it is read as Markdown or HTML."""
    line = " ".join(text.split()).replace("`", "'")
    return f"`{line[:_LETTERS]}{'…' if len(line) > _LETTERS else ''}`"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
