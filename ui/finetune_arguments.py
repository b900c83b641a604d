"""The arguments of `kilavuz finetune`. It only parses: what the steps do is in `finetune.py`.

The options have the names of the two scripts that people know them from (`--data-path`, `--epochs` …), with
hyphens or underscores. An option that was not given is missing (SUPPRESS), so that what the preset or an
earlier step says stands.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from ui.training_options import (
    Say,
    data_options,
    file_options,
    measuring_options,
    model_options,
    options,
    training_options,
    whole,
)

Add = Callable[..., argparse.ArgumentParser]


def with_hyphens(argv: Sequence[str]) -> list[str]:
    """The words with `--data_path` as `--data-path`, if they are of this command."""
    if "finetune" not in argv:
        return list(argv)
    kept = []
    for word in argv:
        name, equals, value = word.partition("=")
        kept.append(name.replace("_", "-") + equals + value if name.startswith("--") else word)
    return kept


def add_finetune(add: Add, common: argparse.ArgumentParser, t: Say) -> None:
    """Add the command and its steps.

    `add` makes a command of a name, a help text and further parents; `common` has what all commands take.
    """
    data, training, file = data_options(t), training_options(t), file_options(t)
    compared = measuring_options(t)
    new = options()
    new.add_argument(
        "--new",
        action="store_true",
        help=t("yarım kalan turu sürdürmez, yenisini başlatır", "begin a new round, do not go on with one"),
    )
    as_json = options()
    as_json.add_argument("--json", action="store_true", help=t("JSON olarak yazar", "write it as JSON"))
    command = add(
        "finetune",
        t(
            "aramayı belgelerinizden ve oylardan öğrenerek iyileştirir: soru üretir, modeli eğitir, ölçer ve "
            "ancak daha iyiyse kullanıma alır. Yarıda kalan tur kaldığı yerden sürer",
            "improve the search by what your documents and votes teach: make questions, train the model, "
            "measure it, and promote it only if it is better. A round that was cut short goes on there",
        ),
        data, training, file, compared, new, as_json,
    )  # fmt: skip
    steps = command.add_subparsers(dest="step", title=t("adımlar", "steps"), metavar=t("ADIM", "STEP"))

    def step(name: str, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return steps.add_parser(name, parents=[common, *parents], help=text, description=text)

    step(
        "round",
        t("turun tamamı (adım verilmediğinde de bu olur)", "the whole round (as without a step)"),
        data, training, file, compared, new, as_json,
    )  # fmt: skip
    step(
        "triples",
        t("belgelerden ve oylardan eğitim soruları üretir", "make training questions of documents and votes"),
        data, new,
    )  # fmt: skip
    step("train", t("modeli eğitir", "train the model"), data, training, file, new)
    step(
        "evaluate",
        t(
            "modeli ölçer: turun modelini ya da --output-dir klasöründekini (--data-path ile bu dosyada)",
            "measure a model: the round's, or the one in --output-dir (with --data-path on that file)",
        ),
        file, compared, model_options(t), as_json,
    )  # fmt: skip
    step(
        "gate",
        t(
            "turun modelinin kullanılandan daha iyi olup olmadığına karar verir",
            "decide whether the round's model is better than the one in use",
        ),
        as_json,
    )
    promote = step(
        "promote",
        t(
            "ölçülüp daha iyi bulunan modeli kullanıma alır; dizin arka planda yenilenirken sohbet sürer",
            "promote a model that was found better; the chat goes on while its index is built",
        ),
    )
    promote.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help=t(
            "modelin adı (model-3) ya da ölçülüp kullanıma alınacak bir klasör; verilmezse turun modeli",
            "the model's name (model-3), or a folder to be measured and promoted; else the round's model",
        ),
    )
    step(
        "rollback",
        t("bir önceki modele döner; birkaç saniye sürer", "go back to the model before; takes seconds"),
    )
    step(
        "models",
        t("modelleri, ölçümlerini ve kapladıkları yeri gösterir", "show the models, their figures and room"),
        as_json,
    )
    step(
        "prune",
        t(
            "kullanılan model ile öncekinin dışındaki modelleri ve biten turları siler",
            "delete all models but the one in use and the one before, and the rounds that are over",
        ),
    )
    _export(step, t)
    _feedback(step, common, t)


def _export(step: Add, t: Say) -> None:
    export = step("export", t("modeli ONNX olarak dışa aktarır", "export a model as ONNX"))
    export.add_argument("model", metavar="MODEL", help=t("model-3 ya da bir klasör", "model-3 or a folder"))
    export.add_argument(
        "--output-dir", type=Path, required=True, metavar=t("KLASÖR", "FOLDER"),
        help=t("yazılacak klasör", "folder to write to"),
    )  # fmt: skip
    export.add_argument(
        "--dimension", type=lambda text: whole(text, t), metavar=t("SAYI", "NUMBER"),
        help=t("vektörleri bu boyuta kısaltır", "cut the vectors to this dimension"),
    )  # fmt: skip
    export.add_argument(
        "--no-int8",
        dest="int8",
        action="store_false",
        help=t("ağırlıkları 8 bite indirmez", "keep full weights"),
    )


def _feedback(step: Add, common: argparse.ArgumentParser, t: Say) -> None:
    feedback = step(
        "feedback",
        t(
            "oylardan çıkan örnekleri gösterir; kabul ya da reddedilebilir, dışa ve içe aktarılabilir",
            "show what votes teach; it can be accepted, rejected, exported and imported",
        ),
    )
    actions = feedback.add_subparsers(
        dest="action", title=t("işlemler", "actions"), metavar=t("İŞLEM", "ACTION")
    )
    texts = {
        "list": t("örnekleri gösterir (işlem verilmediğinde de bu olur)", "show them (as without an action)"),
        "accept": t("örnekleri kabul eder", "accept some"),
        "reject": t("örnekleri reddeder", "reject some"),
        "export": t("örnekleri bir dosyaya yazar", "write them to a file"),
        "import": t("gözden geçirilmiş dosyayı okur", "read a file that was reviewed"),
    }
    for name, text in texts.items():
        one = actions.add_parser(name, parents=[common], help=text, description=text)
        if name in ("accept", "reject"):
            one.add_argument(
                "ids", nargs="+", metavar="NO", help=t("listedeki numaralar", "numbers of the list")
            )
        if name in ("export", "import"):
            one.add_argument(
                "file", type=Path, metavar=t("DOSYA", "FILE"), help=t("JSONL dosyası", "JSONL file")
            )
