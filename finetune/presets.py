"""The settings of a training, and named sets of defaults.

`turkish-bert` and `bge` carry the defaults of the seeds' two scripts; `production` their settings for many
data; `kilavuz` those measured for the shipped embedder (benchmarks/rounds.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from assistant.errors import KilavuzError
from assistant.model_parts import model_format

LOSSES = ("mnrl", "cached-mnrl", "cosine", "cosent")
"""MultipleNegativesRankingLoss and its form for batches larger than memory; CosineSimilarityLoss; CoSENT."""
POOLINGS = ("cls", "mean", "max", "lasttoken")


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Numbers and names of a training.

    `model_name`: "" (or "kilavuz-deep") for the shipped pair, "kilavuz-compact", a folder, or a name on the
    hub. `warmup_steps` of tiny data are cut to a tenth of the steps. `loss` "" takes the one that fits the
    data. `pooling` None and `max_seq_length` None leave the model's own. `scale` is the inverse of the
    temperature. `matryoshka`: further dimensions to train, "()" for none. `lora`: rank, 0 for full training.
    `train_layers`: whether the shipped pair's layers learn, too; None: where there is a GPU. `device`: "" for
    the best there is. `evaluations`: how often the dev questions are asked; after `patience` times without
    gain it stops. `table_rate`: how many times faster token vectors learn than the rest of a static part;
    `turn_rate` and `layers_rate` are those of the questions' turn beside frozen layers, and of layers that
    learn.
    """

    model_name: str = ""
    epochs: float = 5
    batch_size: int = 256
    learning_rate: float = 5e-4
    warmup_steps: int = 100
    max_seq_length: int | None = None
    pooling: str | None = None
    instructions: bool = True
    hard_negatives: bool = True
    num_negatives: int = 3
    loss: str = ""
    scale: float = 20.0
    matryoshka: tuple[int, ...] = ()
    lora: int = 0
    gradient_checkpointing: bool = False
    train_layers: bool | None = None
    layers_rate: float = 3e-5
    table_rate: float = 20.0
    turn_rate: float = 1e-3
    mini_batch: int = 32
    weight_decay: float = 0.0
    device: str = ""
    evaluations: int = 10
    patience: int = 3
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises KilavuzError for a value that no training can have."""
        if self.loss and self.loss not in LOSSES:
            raise _unknown("Kayıp fonksiyonu", "loss", self.loss, LOSSES)
        if self.pooling and self.pooling not in POOLINGS:
            raise _unknown("Havuzlama yöntemi", "pooling mode", self.pooling, POOLINGS)
        least: dict[str, float] = {"batch_size": 1, "num_negatives": 0, "warmup_steps": 0, "lora": 0}
        least |= {"max_seq_length": 8, "evaluations": 1, "patience": 1, "mini_batch": 1, "weight_decay": 0}
        for name, limit in least.items():
            if (value := getattr(self, name)) is not None and value < limit:
                raise _too_small(name, limit, value)
        for name in ("epochs", "learning_rate", "scale", "layers_rate", "table_rate", "turn_rate"):
            if not 0 < getattr(self, name) < float("inf"):
                raise _too_small(name, 0, getattr(self, name))


_SEEDS = TrainSettings(
    epochs=3, batch_size=16, warmup_steps=100, num_negatives=3, patience=3, weight_decay=0.01, evaluations=5
)
PRESETS: dict[str, TrainSettings] = {
    "kilavuz": TrainSettings(),
    "turkish-bert": replace(
        _SEEDS, model_name="dbmdz/bert-base-turkish-cased", learning_rate=2e-5, max_seq_length=128,
        pooling="mean",
    ),
    "bge": replace(
        _SEEDS, model_name="BAAI/bge-m3", learning_rate=1e-5, max_seq_length=512, pooling="cls"
    ),
    "turkish-bert-production": replace(
        _SEEDS, model_name="dbmdz/bert-base-turkish-cased", learning_rate=1e-5, max_seq_length=256,
        pooling="mean", epochs=10, batch_size=64, warmup_steps=500,
    ),
    "bge-production": replace(
        _SEEDS, model_name="BAAI/bge-m3", learning_rate=5e-6, max_seq_length=512, pooling="cls", epochs=10,
        batch_size=64, warmup_steps=500,
    ),
}  # fmt: skip


def settings_from(given: Mapping[str, Any], preset: str = "") -> TrainSettings:
    """The preset's settings with the given values (those not None) in place of its own.

    Without a preset, the one that fits the model's name. Raises KilavuzError for an unknown preset or value.
    """
    wanted = {name: value for name, value in given.items() if value is not None}
    name = preset or _preset_for(str(wanted.get("model_name", "")))
    if name not in PRESETS:
        raise _unknown("Hazır ayar", "preset", name, tuple(PRESETS))
    known = {each.name for each in fields(TrainSettings)}
    if strange := sorted(set(wanted) - known):
        raise _unknown("Eğitim ayarı", "training setting", strange[0], tuple(sorted(known)))
    return replace(PRESETS[name], **wanted)


def _preset_for(model: str) -> str:
    from assistant.embedder import OWN_FORMATS, SHIPPED

    if model in SHIPPED or model_format(Path(model).expanduser()) in OWN_FORMATS:
        return "kilavuz"
    return "turkish-bert" if "turkish" in model and "bert" in model else "bge"


def _unknown(what_tr: str, what_en: str, value: str, known: tuple[str, ...]) -> KilavuzError:
    names = ", ".join(known)
    return KilavuzError(
        f"{what_tr} tanınmıyor: {value}; şunlardan birini verin: {names}.",
        f"Unknown {what_en}: {value}; give one of: {names}.",
    )


def _too_small(name: str, limit: float, value: object) -> KilavuzError:
    at_least = f"en az {limit:g}" if limit else "sıfırdan büyük"
    at_least_en = f"at least {limit:g}" if limit else "above zero"
    return KilavuzError(
        f"{name} değeri geçersiz ({value}); {at_least} olan bir sayı verin.",
        f"{name} has a value that is not allowed ({value}); give a number that is {at_least_en}.",
    )
