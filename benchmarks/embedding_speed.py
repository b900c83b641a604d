"""Speed of counting tokens and of embedding, each against its plain way, in turns in the same run.

    python benchmarks/embedding_speed.py DOCS [--passages 64] [--layers 24] [--model FOLDER ...]

DOCS is a folder of Markdown or text files; its passages have about 700 characters. Token counts and the
shipped embedder are compared with the tokenizer on whole texts. The transformer has bge-m3's shape (XLM-R
large: 24 layers, width 1024, first token, length 1) and is made here: random weights, 16,000 tokens learnt
from DOCS in place of 250,002, which saves 1 GB and changes no layer. Plain is SentenceTransformer.encode in
fp32. FOLDER has a genuine model to compare in the same way.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import COMPACT, TransformerEmbedder
from assistant.model_parts import load_tokenizer
from assistant.precision import best_dtype
from assistant.static_embedder import load_static
from assistant.word_tokens import WordTokens

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

LONG, GROUP = 700, 32
VOCABULARY = 16_000
FLAGS = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "amx_int8", "bf16", "i8mm")


def paragraphs(folder: Path) -> list[list[str]]:
    """The paragraphs of each Markdown or text file."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".md", ".txt") and file.is_file())
    texts = (file.read_text("utf-8", "replace") for file in files)
    return [[part for part in text.split("\n\n") if part.strip()] for text in texts]


def passages(documents: Sequence[Sequence[str]]) -> list[str]:
    """Neighbouring paragraphs joined to about LONG characters, cut there where one is longer."""
    found = []
    for parts in documents:
        text = "\n\n".join(parts)
        cuts = [0]
        while len(text) - cuts[-1] > LONG:
            end = text.rfind("\n", cuts[-1] + LONG // 2, cuts[-1] + LONG)
            cuts.append(end if end > 0 else cuts[-1] + LONG)
        found += [text[a:b].strip() for a, b in pairwise([*cuts, len(text)])]
    return [passage for passage in found if passage]


def in_turns(
    groups: Sequence[list[str]], *ways: Callable[[list[str]], object]
) -> tuple[list[list[object]], NDArray[np.float64]]:
    """What each way made of each group, and its seconds: (ways, groups)."""
    made: list[list[object]] = [[] for _ in ways]
    seconds = np.zeros((len(ways), len(groups)))
    for i, group in enumerate(groups):
        for k, way in enumerate(ways):
            started = time.perf_counter()
            made[k].append(way(group))
            seconds[k, i] = time.perf_counter() - started
    return made, seconds


def report_processor() -> None:
    """Name, instructions that matter here, cores and load."""
    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    name = next((x.split(":")[1].strip() for x in told.splitlines() if x.startswith("model name")), "?")
    present = set(told.split())
    flags = " ".join(flag for flag in FLAGS if flag in present)
    print(f"processor: {name} ({flags}), {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


def report_counting(name: str, tokenizer: "Tokenizer", documents: list[list[str]]) -> None:
    """Counting file by file, as the splitter does, with and without memory for words."""

    def whole(texts: list[str]) -> list[int]:
        return [len(e.ids) for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    (exact, counted), seconds = in_turns(documents, whole, WordTokens(tokenizer).counts)
    size = sum(len(text.encode()) for texts in documents for text in texts) / 1e6
    wrong = sum(a != b for x, y in zip(exact, counted, strict=True) for a, b in zip(x, y, strict=True))  # type: ignore[call-overload]
    before, after = seconds.sum(1)
    print(
        f"counting, {name:12} {size / before:5.1f} MB/s -> {size / after:5.1f} MB/s: {before / after:.1f} x; "
        f"{wrong} of {sum(map(len, documents))} counts differ"
    )


def report_static(texts: list[str]) -> None:
    """The shipped embedder with its tokenizer on whole texts, and word by word."""
    plain, words = load_static(COMPACT), load_static(COMPACT)
    plain._tokens._cut = None
    groups = [texts[i : i + 1024] for i in range(0, len(texts), 1024)]
    (a, b), seconds = in_turns(groups, plain.embed_passages, words.embed_passages)
    before, after = seconds.sum(1)
    _, asked = in_turns([[text[:60]] for text in texts[:1000]], lambda one: words.embed_question(one[0]))
    difference = max(float(np.abs(x - y).max()) for x, y in zip(a, b, strict=True))  # type: ignore[operator]
    print(
        f"shipped embedder: {len(texts) / before:.0f} -> {len(texts) / after:.0f} passages/s: "
        f"{before / after:.1f} x, largest difference {difference:.1g}; "
        f"a question {1000 * np.median(asked):.2f} ms"
    )


def xlm_tokenizer(texts: list[str]) -> "Tokenizer":
    """As XLM-RoBERTa's: Unigram over words, punctuation left on the word."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def bge_m3_like(tokenizer: "Tokenizer", layers: int, folder: Path) -> str:
    """Saves a model of bge-m3's shape; returns the folder.

    With XLM-R's initialisation (0.02) attention is even and all vectors are nearly parallel, so that any
    precision would do. Attention of threefold weights prefers some tokens, as a trained one does.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    names = {"bos": "<s>", "cls": "<s>", "pad": "<pad>", "sep": "</s>", "eos": "</s>", "unk": "<unk>"}
    tokens = {f"{name}_token": text for name, text in names.items()}
    base = folder / "base"
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **tokens).save_pretrained(base)
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=1024,
        num_hidden_layers=layers,
        num_attention_heads=16,
        intermediate_size=4096,
        max_position_embeddings=8194,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        pad_token_id=1,
    )
    model = XLMRobertaModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if ".attention." in name and weights.ndim == 2:
                weights *= 3
    model.save_pretrained(base)
    modules = [Transformer(str(base), max_seq_length=256), Pooling(1024, pooling_mode="cls"), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
    return str(folder / "model")


def report_transformer(name: str, model: str, texts: list[str]) -> None:
    """Passages a second and cosines against plain fp32, in turns by groups of 32 (encode's own batch)."""
    import torch
    from sentence_transformers import SentenceTransformer

    def load() -> "SentenceTransformer":
        return SentenceTransformer(model, model_kwargs={"dtype": torch.float32})

    plain, ours = load(), TransformerEmbedder(load(), name, fastest=True)

    def encode(group: list[str]) -> object:
        return plain.encode(group, normalize_embeddings=True, show_progress_bar=False)

    groups = [texts[i : i + GROUP] for i in range(0, len(texts), GROUP)]
    in_turns([texts[:2]], encode, ours.embed_passages)
    (a, b), seconds = in_turns(groups, encode, ours.embed_passages)
    before, after = seconds.sum(1)
    tokens = np.minimum(np.array(ours.count_tokens(texts)) + 2, ours.max_tokens)
    middle = statistics.median(seconds[0] / seconds[1])
    print(
        f"{name}: {len(texts)} passages of {tokens.mean():.0f} tokens, {torch.get_num_threads()} threads, "
        f"{str(best_dtype(plain.device.type)).removeprefix('torch.')} on {plain.device.type}: "
        f"{len(texts) / before:.2f} -> {len(texts) / after:.2f} passages/s: {before / after:.2f} x "
        f"(median of groups {middle:.2f} x)"
    )
    x: NDArray[np.float32] = np.concatenate(a)  # type: ignore[arg-type]
    y: NDArray[np.float32] = np.concatenate(b)  # type: ignore[arg-type]
    apart = (x @ x.T)[~np.eye(len(x), dtype=bool)]
    centre = x.mean(0)
    print(
        f"  cosine to fp32: least {cosines(x, y).min():.5f}, "
        f"around their centre {cosines(x - centre, y - centre).min():.5f}; "
        f"between two passages: mean {apart.mean():.3f}, greatest {apart.max():.3f}; "
        f"same nearest neighbour: {100 * (nearest(x, x) == nearest(x, y)).mean():.0f} %"
    )


def cosines(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each row with the same row."""
    product: NDArray[np.float32] = (x * y).sum(1) / np.linalg.norm(x, axis=1) / np.linalg.norm(y, axis=1)
    return product


def nearest(table: NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.int64]:
    """The row of the table next to each one asked, itself aside."""
    scores = asked @ table.T
    np.fill_diagonal(scores, -2)
    return np.asarray(scores.argmax(1), np.int64)


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("docs", type=Path)
    parser.add_argument("--passages", type=int, default=64, help="for the transformers")
    parser.add_argument("--layers", type=int, default=24, help="0: no model of bge-m3's shape")
    parser.add_argument("--model", nargs="*", default=[])
    given = parser.parse_args()
    if given.layers or given.model:
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
    report_processor()
    documents = [parts for parts in paragraphs(given.docs) if parts]
    texts = passages(documents)
    random.Random(0).shuffle(texts)
    print(f"{len(documents)} files, {len(texts)} passages of {np.mean(list(map(len, texts))):.0f} characters")
    like = xlm_tokenizer(texts[:2000])
    report_counting("shipped", load_tokenizer(COMPACT), documents)
    report_counting("XLM-R's kind", like, documents)
    for model in given.model:
        report_counting(Path(model).name[-12:], load_tokenizer(Path(model)), documents)
    report_static(texts)
    chosen = texts[: given.passages]
    for model in given.model:
        report_transformer(Path(model).name, model, texts[: 4 * given.passages])
    if given.layers:
        with tempfile.TemporaryDirectory() as folder:
            name = f"bge-m3's shape, {given.layers} layers"
            report_transformer(name, bge_m3_like(like, given.layers, Path(folder)), chosen)


if __name__ == "__main__":
    main()
