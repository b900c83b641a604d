"""What `kilavuz embed` does with vectors and models: extract, adapt, make smaller, measure the costs."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError, Message
from ui.embed_uses import given, print_json
from ui.terminal import decimal, progress_bar, say

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.settings import Settings
    from finetune.records import Triple


def _extract(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.extractor import EmbeddingExtractor

    extractor = EmbeddingExtractor(args.model, device=args.device)
    label = Message("Cümleler", "Sentences")
    with progress_bar(label, settings.language) as step:
        made = extractor.extract_to(
            _counted(given(args), step), args.out, args.layer,
            pooling=args.pooling, tokens=args.tokens, dtype=args.dtype,
        )  # fmt: skip
    _tell(settings, args, {"file": str(args.out), "rows": made.shape[0], "dimension": made.shape[1]})


def _adapt(settings: "Settings", args: argparse.Namespace) -> None:
    import numpy as np

    from finetune.workbench.adapter import ModelAdapter
    from finetune.workbench.compressed import compress
    from finetune.workbench.extractor import windows
    from finetune.workbench.sentences import read_sentences
    from finetune.workbench.vectors_file import VectorsFile

    if not args.out and not args.save:
        raise KilavuzError(
            "Nereye yazılacağı belli değil; vektörler için --out, model için --save verin.",
            "There is no place to write to; give --out for vectors, or --save for the model.",
        )
    if args.method in ("pca", "whitening") and not args.texts:
        raise KilavuzError(
            f"{args.method} yöntemi metin ister; --texts ile bir dosya verin.",
            f"The method {args.method} needs texts; give a file with --texts.",
        )
    if args.method == "learned" and not args.pairs:
        raise KilavuzError(
            "learned yöntemi soru-yanıt çiftleri ister; --pairs ile bir dosya verin.",
            "The method learned needs questions and answers; give a file with --pairs.",
        )
    adapter = ModelAdapter(
        args.model, args.dim, method=args.method,
        texts=read_sentences(args.texts) if args.texts else (), pairs=_triples(args.pairs),
    )  # fmt: skip
    told: dict[str, object] = {"model": adapter.name, "dimension": adapter.dimension}
    if args.save:
        adapter.save(args.save)
        told["folder"] = str(args.save)
    if args.out:
        kinds = {"float32": "float32", "int8": "int8", "binary": "uint8"}
        width = -(-adapter.dimension // 8) if args.precision == "binary" else adapter.dimension
        with VectorsFile(args.out, width, kinds[args.precision]) as file:
            for window in windows(given(args), 1024):
                file.append(np.asarray(compress(adapter.adapt(window), args.precision).codes))
        told |= {
            "file": str(args.out),
            "rows": file.rows,
            "bytes_per_row": width * np.dtype(kinds[args.precision]).itemsize,
        }
    _tell(settings, args, told)


def _static(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.static_matrix import static_matrix

    matrix = static_matrix(args.model)
    matrix.save(args.out)
    _tell(
        settings, args, {"folder": str(args.out), "tokens": len(matrix.matrix), "dimension": matrix.dimension}
    )


def _smaller(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.smaller import save_smaller

    kept = save_smaller(args.model, args.layers, args.out)
    _tell(settings, args, {"folder": str(args.out), "layers": list(kept)})


def _costs(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.general_set import load_general
    from finetune.workbench.costs import costs, task_of
    from finetune.workbench.loading import load_any
    from finetune.workbench.sentences import all_sentences

    language = settings.language
    task = task_of(_triples(args.questions) or load_general())
    texts = all_sentences(args.texts) if args.texts else ()
    other = load_any(args.other) if args.other is not None else None
    rows = []
    for row in costs(load_any(args.model), task, texts=texts, pairs=_triples(args.pairs), other=other):
        rows.append(asdict(row))
        if args.json:
            continue
        if len(rows) == 1:
            say(f"{'':10} {'':>5} {'':8} {'bayt' if language != 'en' else 'bytes':>6}  nDCG@10")
        low, high = (decimal(each, 3, language) for each in row.difference)
        figures = f"{row.bytes_per_vector:>6}  {decimal(row.ndcg, 3, language)}  ({low} … {high})"
        say(f"{row.way:10} {row.dimension:>5} {row.precision:8} {figures}")
    if args.json:
        print_json(rows)


def _triples(path: "Path | None") -> "list[Triple]":
    from finetune.data import read_triples

    return list(read_triples(path)) if path else []


def _counted(texts: Iterator[str], step: Callable[[int, int, str], None]) -> Iterator[str]:
    for number, text in enumerate(texts, 1):
        if number % 256 == 0:
            step(number, number, "")
        yield text


LABELS = {
    "file": Message("Dosya", "File"),
    "folder": Message("Klasör", "Folder"),
    "model": Message("Model", "Model"),
    "rows": Message("Satır", "Rows"),
    "bytes_per_row": Message("Satır başına bayt", "Bytes a row"),
    "dimension": Message("Boyut", "Dimension"),
    "tokens": Message("Belirteç", "Tokens"),
    "layers": Message("Kalan katmanlar", "Layers kept"),
}


def _tell(settings: "Settings", args: argparse.Namespace, told: dict[str, object]) -> None:
    if args.json:
        print_json(told)
        return
    for name, value in told.items():
        say(f"{LABELS[name].say(settings.language)}: {value}")


USES: "dict[str, Callable[[Settings, argparse.Namespace], None]]" = {
    "extract": _extract,
    "adapt": _adapt,
    "static": _static,
    "smaller": _smaller,
    "costs": _costs,
}
