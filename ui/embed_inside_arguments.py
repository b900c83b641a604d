"""The arguments of the uses of `kilavuz embed` that look inside, score pairs and compare. It only parses."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ui.training_options import Say, number, whole

Add = Callable[..., argparse.ArgumentParser]


def inside(use: Add, t: Say) -> None:
    """What looks into models and tokenizers."""
    attention = use(
        "attention",
        t("bir cümlenin dikkat haritasını resme çizer", "draw the attention within a sentence as a picture"),
    )
    attention.add_argument("sentence", metavar=t("CÜMLE", "SENTENCE"), help=t("cümle", "the sentence"))
    attention.add_argument(
        "--layer",
        type=int,
        default=1,
        metavar=t("KATMAN", "LAYER"),
        help=t("katman, 1'den ya da sondan -1'den (varsayılan 1)", "layer, from 1, or from the end -1 (1)"),
    )
    attention.add_argument(
        "--head",
        type=partial(whole, t=t, least=0),
        default=1,
        metavar=t("BAŞLIK", "HEAD"),
        help=t(
            "başlık, 1'den; 0: hepsinin ortalaması (varsayılan 1)", "head, from 1; 0: the mean over all (1)"
        ),
    )
    _picture(attention, t, "dikkat.png")
    tokens = use(
        "tokens",
        t(
            "cümleyi WordPiece, BPE ve Unigram ile böler; --length ile modelin okuduğunu gösterir",
            "cut a sentence by WordPiece, BPE and Unigram; with --length show what the model reads of it",
        ),
    )
    tokens.add_argument("sentence", metavar=t("CÜMLE", "SENTENCE"), help=t("cümle", "the sentence"))
    tokens.add_argument(
        "--models",
        nargs="+",
        default=[],
        metavar="MODEL",
        help=t("bu modellerin belirteçleyicileri de", "the tokenizers of these models, too"),
    )
    tokens.add_argument(
        "--texts",
        type=Path,
        metavar=t("DOSYA", "FILE"),
        help=t("üç tür bu metinlerden öğrenilir", "the three kinds are learned from these texts"),
    )
    tokens.add_argument(
        "--length",
        type=partial(whole, t=t, least=4),
        metavar=t("SAYI", "NUMBER"),
        help=t(
            "modelin okuduğu: numaralar, maske, türler; bu uzunlukta", "what the model reads, at this length"
        ),
    )
    tokens.add_argument(
        "--second",
        metavar=t("CÜMLE", "SENTENCE"),
        help=t("ikinci cümle (--length ile)", "a second one (with --length)"),
    )
    tokens.add_argument(
        "--out",
        type=Path,
        metavar="PNG",
        help=t("bölünmeleri bu resme çizer", "draw how they cut it as this picture"),
    )
    contexts = use(
        "word-contexts",
        t(
            "bir sözcüğün farklı cümlelerdeki vektörlerini karşılaştırır",
            "compare a word's vectors in several sentences",
        ),
    )
    contexts.add_argument("word", metavar=t("SÖZCÜK", "WORD"), help=t("sözcük", "the word"))
    contexts.add_argument(
        "sentences", nargs="+", metavar=t("CÜMLE", "SENTENCE"), help=t("cümleler", "sentences")
    )
    contexts.add_argument(
        "--layer",
        type=int,
        default=-1,
        metavar=t("KATMAN", "LAYER"),
        help=t("katman (varsayılan -1: sonuncu)", "layer (default -1: the last one)"),
    )
    contexts.add_argument(
        "--out",
        type=Path,
        metavar="PNG",
        help=t("vektörleri bu resme çizer", "draw the vectors as this picture"),
    )
    mask = use(
        "fill-mask", t("[MASK] yerine ne geleceğini tahmin eder", "guess what stands in place of [MASK]")
    )
    mask.add_argument(
        "sentence", metavar=t("CÜMLE", "SENTENCE"), help=t("[MASK] geçen cümle", "one with [MASK]")
    )


def pairs(use: Add, t: Say) -> None:
    """What learns and tells how alike two sentences are."""
    train = use(
        "train-pairs",
        t(
            "puanlı cümle çiftlerinden bir benzerlik modeli eğitir (STSb)",
            "train a similarity model on scored sentence pairs (STSb)",
        ),
    )
    file = t("DOSYA", "FILE")
    train.add_argument(
        "train",
        type=Path,
        metavar=file,
        help=t(
            "eğitim çiftleri: sentence1, sentence2, score", "pairs to train on: sentence1, sentence2, score"
        ),
    )
    train.add_argument(
        "--dev",
        type=Path,
        metavar=file,
        help=t(
            "en iyi epok bunlarla seçilir (yoksa eğitimin onda biri)",
            "the best epoch is chosen by these (else a tenth)",
        ),
    )
    train.add_argument(
        "--test", type=Path, metavar=file, help=t("sonunda bunlarla ölçer", "measure on these in the end")
    )
    train.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar=t("KLASÖR", "FOLDER"),
        help=t("modelin klasörü", "the model's folder"),
    )
    train.add_argument(
        "--kind",
        choices=("cross", "siamese"),
        default="cross",
        help=t(
            "cross: iki cümle birlikte okunur; siamese: ayrı ayrı, kosinüs (varsayılan cross)",
            "cross: both are read together; siamese: one by one, cosine (default cross)",
        ),
    )
    train.add_argument("--epochs", type=partial(whole, t=t), default=4, metavar=t("SAYI", "NUMBER"), help="4")
    train.add_argument(
        "--batch-size", type=partial(whole, t=t), default=16, metavar=t("SAYI", "NUMBER"), help="16"
    )
    train.add_argument(
        "--rate",
        type=partial(number, t=t),
        default=2e-5,
        metavar=t("SAYI", "NUMBER"),
        help=t(
            "öğrenme oranı (varsayılan 2e-5; küçük modellerde 1e-4)",
            "learning rate (2e-5; of small models 1e-4)",
        ),
    )
    train.add_argument(
        "--frozen",
        type=partial(whole, t=t, least=0),
        default=0,
        metavar=t("KATMAN", "LAYERS"),
        help=t(
            "sözcük vektörleriyle ilk bu kadar katman olduğu gibi kalır: daha hızlı (varsayılan 0)",
            "the token vectors and so many first layers stay as they are: faster (default 0)",
        ),
    )
    train.add_argument(
        "--max-length",
        type=partial(whole, t=t, least=8),
        default=128,
        metavar=t("SAYI", "NUMBER"),
        help=t("çiftin en çok belirteci (varsayılan 128)", "most tokens of a pair (default 128)"),
    )
    train.add_argument(
        "--limit",
        type=partial(whole, t=t),
        metavar=t("SAYI", "NUMBER"),
        help=t("en çok bu kadar çift", "at most so many pairs"),
    )
    train.add_argument(
        "--seed", type=partial(whole, t=t, least=0), default=0, metavar=t("SAYI", "NUMBER"), help="0"
    )
    train.add_argument("--device", metavar="cpu|cuda", help=t("aygıt", "device"))
    score = use(
        "score-pairs",
        t(
            "eğitilmiş bir modelle iki cümlenin benzerliğini söyler",
            "tell how alike two sentences are, by a trained model",
        ),
    )
    score.add_argument(
        "sentences", nargs="*", metavar=t("CÜMLE", "SENTENCE"), help=t("iki cümle", "two sentences")
    )
    score.add_argument(
        "--file",
        type=Path,
        metavar=file,
        help=t("puanlı çiftler: modeli ölçer", "scored pairs: measure the model"),
    )


def suite(use: Add, t: Say) -> None:
    """What compares many ways."""
    parser = use(
        "suite",
        t(
            "modelleri ve yolları benzerlik, arama, süre ve bellekte karşılaştırır; kaldığı yerden sürer",
            "compare models and ways in similarity, retrieval, time and memory; goes on where it was cut",
        ),
    )
    parser.add_argument("--models", nargs="+", metavar="MODEL", help=t("modeller", "models"))
    file, some = t("DOSYA", "FILE"), t("DEĞER", "VALUE")
    parser.add_argument("--pairs", type=Path, metavar=file, help=t("puanlı çiftler", "scored pairs"))
    parser.add_argument(
        "--questions",
        type=Path,
        metavar=file,
        help=t("sorular ve pasajları (question, positive)", "questions and passages"),
    )
    parser.add_argument(
        "--limit",
        type=partial(whole, t=t),
        default=1000,
        metavar=t("SAYI", "NUMBER"),
        help=t("her dosyadan en çok (varsayılan 1000)", "at most so many of each file (default 1000)"),
    )
    count = partial(whole, t=t)
    parser.add_argument(
        "--layers", nargs="+", type=int, default=[], metavar=some, help=t("katmanlar", "layers")
    )
    parser.add_argument(
        "--poolings",
        nargs="+",
        choices=("mean", "cls", "last"),
        default=[],
        help=t("havuzlamalar", "poolings"),
    )
    parser.add_argument(
        "--dimensions", nargs="+", type=count, default=[], metavar=some, help=t("boyutlar", "dimensions")
    )
    parser.add_argument(
        "--prompts",
        nargs="+",
        default=[],
        metavar=some,
        help=t("sorunun önüne gelenler", "what stands before a question"),
    )
    parser.add_argument(
        "--precisions", nargs="+", choices=("int8", "binary"), default=[], help=t("duyarlıklar", "precisions")
    )
    parser.add_argument(
        "--chunk-sizes",
        nargs="+",
        type=count,
        default=[],
        metavar=some,
        help=t("parça boyutları", "sizes of chunks"),
    )
    parser.add_argument(
        "--grid",
        action="store_true",
        help=t(
            "bütün bileşimler (yoksa her seferinde tek bir değişiklik)",
            "all combinations (else one change at a time)",
        ),
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar=t("KLASÖR", "FOLDER"),
        help=t(
            "results.json, table.md ve plot.png buraya yazılır", "results.json, table.md and plot.png go here"
        ),
    )


def _picture(parser: argparse.ArgumentParser, t: Say, name: str) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(name),
        metavar="PNG",
        help=t(f"yazılacak resim (varsayılan {name})", f"picture to write (default {name})"),
    )
