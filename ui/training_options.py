"""The options that several steps of `kilavuz finetune` share, in groups to be used as argparse parents."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str, str], str]
"""Chooses between a Turkish and an English text."""


def options() -> argparse.ArgumentParser:
    """A parser of options that are missing where they were not given."""
    return argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)


def data_options(t: Say) -> argparse.ArgumentParser:
    """What shapes the training questions."""
    parser = options()
    group = parser.add_argument_group(t("sorular", "questions"))
    group.add_argument(
        "--train-split",
        dest="train_share",
        type=lambda text: number(text, t, most=1),
        metavar=t("PAY", "SHARE"),
        help=t(
            "eğitime giren belgelerin payı; kalanın yarısı seçim, yarısı sınama içindir (varsayılan 0.8)",
            "share of the documents that train; of the rest half is for choosing, half for testing (0.8)",
        ),
    )
    group.add_argument(
        "--num-negatives",
        type=lambda text: whole(text, t),
        metavar=t("SAYI", "NUMBER"),
        help=t("soru başına benzeyen yanlış pasaj (varsayılan 3)", "wrong passages a question (default 3)"),
    )
    group.add_argument(
        "--no-hard-negatives",
        dest="hard_negatives",
        action="store_false",
        help=t("benzeyen yanlış pasaj aramaz", "do not look for wrong passages that look right"),
    )
    group.add_argument(
        "--limit",
        type=lambda text: whole(text, t),
        metavar=t("SAYI", "NUMBER"),
        help=t("en çok bu kadar eğitim sorusu", "at most so many training questions"),
    )
    group.add_argument(
        "--seed",
        type=lambda text: whole(text, t, least=0),
        metavar=t("SAYI", "NUMBER"),
        help=t("rastgeleliğin başlangıcı (varsayılan 0)", "where chance begins (default 0)"),
    )
    return parser


def training_options(t: Say) -> argparse.ArgumentParser:
    """What shapes the training."""
    parser = model_options(t)
    group = parser.add_argument_group(t("eğitim", "training"))
    group.add_argument(
        "--preset",
        choices=("kilavuz", "turkish-bert", "bge", "turkish-bert-production", "bge-production"),
        help=t(
            "hazır ayarlar; verilmezse modele uyan seçilir", "ready-made settings; else those of the model"
        ),
    )
    numbers: tuple[tuple[str, Callable[[str], float], str, str], ...] = (
        ("--epochs", lambda x: number(x, t), "veri üzerinden geçiş sayısı", "passes over the data"),
        ("--batch-size", lambda x: whole(x, t), "bir adımdaki örnek sayısı", "examples in a step"),
        ("--learning-rate", lambda x: number(x, t), "öğrenme oranı", "learning rate"),
        ("--warmup-steps", lambda x: whole(x, t, 0), "ısınma adımları", "warm-up steps"),
        ("--max-seq-length", lambda x: whole(x, t), "okunan en çok token", "most tokens that are read"),
        ("--lora", lambda x: whole(x, t, 0), "LoRA kertesi (0: kapalı)", "LoRA's rank (0: off)"),
    )
    for name, kind, tr, en in numbers:
        group.add_argument(name, type=kind, metavar=t("SAYI", "NUMBER"), help=t(tr, en))
    group.add_argument(
        "--pooling-mode",
        dest="pooling",
        choices=("cls", "mean", "max", "lasttoken"),
        help=t("havuzlama; verilmezse modelinki", "pooling; else the model's own"),
    )
    group.add_argument(
        "--no-instructions",
        dest="instructions",
        action="store_false",
        help=t("sorunun önüne modelin yönergesini koymaz", "put no instruction before the question"),
    )
    group.add_argument(
        "--loss",
        choices=("mnrl", "cached-mnrl", "cosine", "cosent"),
        help=t("kayıp fonksiyonu; verilmezse veriye uyan", "loss; else the one that fits the data"),
    )
    group.add_argument(
        "--matryoshka",
        type=lambda text: tuple(int(whole(part, t)) for part in text.split(",")),
        metavar="256,128",
        help=t("kısaltılabilir vektörler için boyutlar", "dimensions to which vectors can be cut"),
    )
    group.add_argument(
        "--gradient-checkpointing",
        action="store_true",
        help=t("daha az bellek, daha uzun süre", "less memory, more time"),
    )
    group.add_argument(
        "--device",
        metavar=t("AYGIT", "DEVICE"),
        help=t("cuda ya da cpu; verilmezse varsa GPU", "cuda or cpu; else the GPU if there is one"),
    )
    return parser


def model_options(t: Say) -> argparse.ArgumentParser:
    """The model alone."""
    parser = options()
    parser.add_argument(
        "--model-name",
        metavar="MODEL",
        help=t(
            "eğitilecek model: klasör ya da BAAI/bge-m3 gibi bir ad; verilmezse ayarlardaki gömme modeli",
            "model to train: a folder or a name such as BAAI/bge-m3; else the embedder of the settings",
        ),
    )
    return parser


def file_options(t: Say) -> argparse.ArgumentParser:
    """A data file in place of the documents, and the folder of its model."""
    parser = options()
    group = parser.add_argument_group(t("veri dosyasıyla", "with a data file"))
    group.add_argument(
        "--data-path",
        type=Path,
        metavar=t("DOSYA", "FILE"),
        help=t(
            "belgeler yerine bu dosyayla eğitir ya da ölçer: .json, .jsonl ya da .csv (question,answer; "
            "question,positive,negatives; sentence_0,sentence_1,label)",
            "train or measure with this file, not the documents: .json, .jsonl or .csv (question,answer; "
            "question,positive,negatives; sentence_0,sentence_1,label)",
        ),
    )
    group.add_argument(
        "--output-dir",
        type=Path,
        metavar=t("KLASÖR", "FOLDER"),
        help=t(
            "modelin yazılacağı ya da okunacağı klasör (varsayılan ./models/ altında)",
            "folder that the model is written to or read from (default: below ./models/)",
        ),
    )
    return parser


def measuring_options(t: Say) -> argparse.ArgumentParser:
    """To measure what was trained before."""
    parser = options()
    group = parser.add_argument_group(t("yalnızca ölçme", "measuring alone"))
    group.add_argument(
        "--test-only",
        action="store_true",
        help=t("eğitmeden --output-dir klasöründeki modeli ölçer", "measure --output-dir, do not train"),
    )
    group.add_argument(
        "--compare",
        action="store_true",
        help=t(
            "--output-dir klasöründeki modeli, eğitildiği modelle (--model-name) karşılaştırır",
            "compare the model in --output-dir with the one it was trained from (--model-name)",
        ),
    )
    return parser


def whole(text: str, t: Say, least: int = 1) -> int:
    """A whole number of ASCII digits. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) >= least):
        raise argparse.ArgumentTypeError(
            t(
                f"en az {least} olan bir tam sayı gerekir: {text}",
                f"must be a whole number from {least}: {text}",
            )
        )
    return int(text)


def number(text: str, t: Say, most: float = math.inf) -> float:
    """A number above zero and below `most`. Raises ArgumentTypeError."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 < value < most:
        limit = "" if most == math.inf else t(f" ve {most:g} değerinden küçük", f" and below {most:g}")
        raise argparse.ArgumentTypeError(
            t(
                f"sıfırdan büyük{limit} bir sayı gerekir: {text}",
                f"must be a number above zero{limit}: {text}",
            )
        )
    return value
