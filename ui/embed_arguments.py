"""The arguments of `kilavuz embed`. It only parses: what the uses do is in `embed.py`.

A group of uses is a function that gets `use`, which adds one by its name and help text, and `t`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from ui import embed_inside_arguments
from ui.training_options import Say, number, whole

Add = Callable[..., argparse.ArgumentParser]


def add_embed(add: Add, common: argparse.ArgumentParser, t: Say) -> None:
    """Add the command and its uses.

    `add` makes a command of a name and a help text; `common` has what all commands take.
    """
    command = add(
        "embed",
        t(
            "gömme modelleriyle çalışır: benzerlik, kümeleme, sınıflandırma, vektör çıkarma ve uyarlama …",
            "work with embedding models: similarity, clustering, classification, extraction, adaptation …",
        ),
    )
    uses = command.add_subparsers(
        dest="use", required=True, title=t("kullanımlar", "uses"), metavar=t("KULLANIM", "USE")
    )
    model = argparse.ArgumentParser(add_help=False)
    model.add_argument(
        "--model",
        metavar="MODEL",
        help=t(
            "model klasörü ya da adı (varsayılan: ayarlardaki gömme modeli)",
            "the model's folder or name (default: the embedder of the settings)",
        ),
    )
    model.add_argument("--json", action="store_true", help=t("JSON olarak yazar", "write it as JSON"))

    def use(name: str, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return uses.add_parser(name, parents=[common, model, *parents], help=text, description=text)

    for group in GROUPS:
        group(use, t)


def _uses(use: Add, t: Say) -> None:
    """What sentences are compared for."""
    given = _given(t)
    limit, threshold = _limit(t), _threshold(t)
    similarity = use(
        "similarity",
        t(
            "ilk cümlenin öbürlerine kosinüs benzerliğini gösterir",
            "show the first sentence's cosine similarity to the others",
        ),
    )
    _sentences(similarity, t, "+")
    search = use(
        "search",
        t("cümleler içinde anlamca arar", "search sentences by their meaning"),
        given,
        limit,
    )
    search.add_argument("question", metavar=t("SORU", "QUESTION"), help=t("aranan", "what is looked for"))
    _sentences(search, t)
    paraphrases = use(
        "paraphrases",
        t("aynı şeyi söyleyen cümleleri bulur", "find sentences that say the same"),
        given,
        limit,
        threshold,
    )
    _sentences(paraphrases, t)
    cluster = use(
        "cluster",
        t("cümleleri anlamlarına göre kümelere ayırır", "put sentences into groups by their meaning"),
        given,
    )
    _sentences(cluster, t)
    cluster.add_argument(
        "--groups", type=lambda text: whole(text, t), metavar=t("SAYI", "NUMBER"),
        help=t("küme sayısı (verilmezse en belirgin olanı)", "how many groups (else the clearest)"),
    )  # fmt: skip
    cluster.add_argument(
        "--plot", type=Path, metavar="P.png",
        help=t("kümelerin resmini bu dosyaya çizer", "draw the groups into this file"),
    )  # fmt: skip
    for name, text in (
        ("classify", t("cümleleri birkaç örnekle sınıflandırır", "classify sentences by a few examples")),
        ("intent", t("cümlelerin ne istediğini örneklerle bulur", "tell what utterances are after")),
    ):
        one = use(name, text, given)
        _sentences(one, t)
        one.add_argument(
            "--examples", type=Path, required=name == "classify", metavar=t("DOSYA", "FILE"),
            help=t(
                "örnekler: text ve label sütunlu tablo ya da niyetler.toml gibi bir dosya",
                "examples: a table with the columns text and label, or a file like niyetler.toml",
            ),
        )  # fmt: skip


def _vectors(use: Add, t: Say) -> None:
    """Vectors to files, adapted models, and what each costs."""
    given = _given(t)
    extract = use(
        "extract",
        t(
            "bir modelin istenen katmanından vektör çıkarır, dosyaya yazar",
            "take vectors from any layer of a model and write them to a file",
        ),
        given,
    )
    _sentences(extract, t)
    _out(extract, t)
    extract.add_argument(
        "--layer", type=lambda text: _layers(text, t), default=-1, metavar=t("KATMAN", "LAYER"),
        help=t(
            "katman, birkaçının ortalaması ya da ağırlıkları: -1, --layer=-2,-1, --layer=0:0.3,-1:0.7",
            "a layer, the mean of some, or their weights: -1, --layer=-2,-1, --layer=0:0.3,-1:0.7",
        ),
    )  # fmt: skip
    extract.add_argument(
        "--pooling", choices=("mean", "cls", "last"), default="mean",
        help=t("havuzlama (varsayılan mean)", "pooling (default mean)"),
    )  # fmt: skip
    extract.add_argument(
        "--tokens", action="store_true",
        help=t("cümle değil belirteç vektörleri yazar", "write vectors of tokens, not of sentences"),
    )  # fmt: skip
    extract.add_argument(
        "--dtype", choices=("float32", "float16"), default="float32",
        help=t("sayı biçimi", "format of the numbers"),
    )  # fmt: skip
    extract.add_argument("--device", help=t("cpu ya da cuda", "cpu or cuda"))
    adapt = use(
        "adapt",
        t(
            "modelin vektörlerini kısaltır ya da beyazlatır; uyarlanmış modeli kaydeder",
            "shorten or whiten a model's vectors, and keep the adapted model",
        ),
        given,
        _found_from(t),
    )
    _sentences(adapt, t)
    _out(adapt, t, required=False)
    adapt.add_argument(
        "--dim", type=lambda text: whole(text, t), default=256, metavar=t("SAYI", "NUMBER"),
        help=t("hedef boyut (varsayılan 256)", "target dimension (default 256)"),
    )  # fmt: skip
    adapt.add_argument(
        "--method", choices=("random", "cut", "pca", "whitening", "learned"), default="random",
        help=t("yöntem (varsayılan random)", "method (default random)"),
    )  # fmt: skip
    adapt.add_argument(
        "--precision", choices=("float32", "int8", "binary"), default="float32",
        help=t("vektörlerin duyarlığı", "precision of the vectors"),
    )  # fmt: skip
    adapt.add_argument(
        "--save", type=Path, metavar=t("KLASÖR", "FOLDER"),
        help=t("uyarlanmış modeli buraya yazar", "keep the adapted model here"),
    )  # fmt: skip
    static = use(
        "static",
        t("modelin gömme matrisini gövdesiz bir model yapar", "make a model of an embedding matrix alone"),
    )
    smaller = use(
        "smaller",
        t("modelin birkaç katmanından küçük bir model yapar", "make a smaller model of some of its layers"),
    )
    smaller.add_argument(
        "--layers", type=lambda text: whole(text, t), required=True, metavar=t("SAYI", "NUMBER"),
        help=t("kaç katman kalacağı", "how many layers stay"),
    )  # fmt: skip
    for one in (static, smaller):
        _out(one, t)
    cost = use(
        "costs",
        t(
            "kısa, sıkıştırılmış, birleşik ve bağlamlı vektörlerin nDCG bedelini ölçer",
            "measure what shorter, compressed, joined and contextual vectors cost in nDCG",
        ),
        _found_from(t),
    )
    cost.add_argument(
        "--questions", type=Path, metavar=t("DOSYA", "FILE"),
        help=t(
            "sorular ve pasajları (question, positive, source); yoksa genel küme",
            "questions and their passages (question, positive, source); else the general set",
        ),
    )  # fmt: skip
    cost.add_argument(
        "--other", metavar="MODEL",
        help=t("birleştirilecek ikinci model", "a second model to be joined with the first"),
    )  # fmt: skip


def _given(t: Say) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--file", type=Path, metavar=t("DOSYA", "FILE"),
        help=t(
            "cümleler: her satırda bir tane, ya da .csv, .json, .jsonl",
            "the sentences: one a line, or .csv, .json, .jsonl",
        ),
    )  # fmt: skip
    parser.add_argument(
        "--column", metavar=t("SÜTUN", "COLUMN"),
        help=t("cümlelerin bulunduğu sütun", "the column with the sentences"),
    )  # fmt: skip
    return parser


def _found_from(t: Say) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--texts", type=Path, metavar=t("DOSYA", "FILE"),
        help=t("pca ve whitening için metinler", "texts for pca and whitening"),
    )  # fmt: skip
    parser.add_argument(
        "--pairs", type=Path, metavar=t("DOSYA", "FILE"),
        help=t(
            "learned için sorular ve yanıtları (question, positive)",
            "questions and answers for learned (question, positive)",
        ),
    )  # fmt: skip
    return parser


def _limit(t: Say) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--limit", type=lambda text: whole(text, t), default=10, metavar=t("SAYI", "NUMBER"),
        help=t("en çok kaç sonuç (varsayılan 10)", "most results (default 10)"),
    )  # fmt: skip
    return parser


def _threshold(t: Say) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--threshold", type=lambda text: number(text, t, most=1), metavar=t("SAYI", "NUMBER"),
        help=t("aynı sayılmak için benzerlik (varsayılan 0,72)", "similarity that counts as the same (0.72)"),
    )  # fmt: skip
    parser.add_argument(
        "--scored", type=Path, metavar=t("DOSYA", "FILE"),
        help=t(
            "eşiği bu puanlı çiftlerden seçer (sentence1, sentence2, score)",
            "choose the threshold by these scored pairs (sentence1, sentence2, score)",
        ),
    )  # fmt: skip
    return parser


def _sentences(parser: argparse.ArgumentParser, t: Say, count: str = "*") -> None:
    parser.add_argument(
        "sentences", nargs=count, metavar=t("CÜMLE", "SENTENCE"), help=t("cümleler", "sentences")
    )


def _out(parser: argparse.ArgumentParser, t: Say, *, required: bool = True) -> None:
    parser.add_argument(
        "--out", type=Path, required=required, metavar=t("YOL", "PATH"),
        help=t("yazılacak dosya (.npy) ya da klasör", "file (.npy) or folder to write"),
    )  # fmt: skip


def _layers(text: str, t: Say) -> int | dict[int, float]:
    """A layer, or some with their weights."""
    try:
        if "," not in text and ":" not in text:
            return int(text)
        parts = [one.partition(":") for one in text.split(",")]
        return {int(name): float(weight) if colon else 1.0 for name, colon, weight in parts}
    except ValueError:
        raise argparse.ArgumentTypeError(
            t(f"katman anlaşılmadı: {text}; örnek: -1 ya da -2,-1", f"no layer: {text}; such as -1 or -2,-1")
        ) from None


GROUPS: tuple[Callable[[Add, Say], None], ...] = (
    _uses,
    _vectors,
    embed_inside_arguments.inside,
    embed_inside_arguments.pairs,
    embed_inside_arguments.suite,
)
"""What adds uses, in the order of the help."""
