"""What a reranker gains and what it costs: nDCG@10 with and without it, time, passages read in that time.

    python -m benchmarks.reranker MODEL --home HOME --questions FILE ... [--seconds 0.5 2] [--layers 24]

MODEL is a folder or a name as in KILAVUZ_RERANKER, or "random": a model of bge-reranker-v2-m3's shape (XLM-R
large: 24 layers, width 1024, one label) made here with random weights, for the time alone; its order means
nothing. 16,000 tokens learnt from HOME's chunks take the place of 250,002, which changes no layer and hardly
the number of tokens. --layers 6 --width 384 has the shape of a small one (MiniLM). Questions and relevance as
in quality.py; a hit's first 2,000 characters are judged. All hits are reranked that the time allows.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from assistant.build import open_library
from assistant.cross_encoder import PairScorer, load_cross_encoder
from assistant.library import Library
from assistant.metrics import interval, ndcg
from assistant.records import Hit
from assistant.reranker import DEPTH, Reranker, passage
from assistant.settings import load_settings
from benchmarks.embedding_speed import report_processor, xlm_tokenizer
from benchmarks.quality import as_passages, as_searched
from benchmarks.questions import Question, read_questions


def random_model(library: Library, layers: int, width: int, folder: Path) -> str:
    """Saves a cross-encoder of that shape, its attention threefold as in embedding_speed.py."""
    import torch
    from tokenizers import processors
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaForSequenceClassification

    ids = library.stored.chunk_ids()
    chosen = random.Random(0).sample(ids, min(2000, len(ids)))
    tokenizer = xlm_tokenizer([chunk.passage for chunk in library.stored.chunks(chosen).values()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = {"bos": "<s>", "cls": "<s>", "pad": "<pad>", "sep": "</s>", "eos": "</s>", "unk": "<unk>"}
    tokens = {f"{name}_token": text for name, text in names.items()}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=8192, **tokens).save_pretrained(
        folder
    )
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=width // 64 if width >= 1024 else width // 32,
        intermediate_size=4 * width,
        max_position_embeddings=8194,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        pad_token_id=1,
        num_labels=1,
    )
    model = XLMRobertaForSequenceClassification(config).eval()
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if ".attention." in name and weights.ndim == 2:
                weights *= 3
    model.save_pretrained(folder)
    return str(folder)


def report_model(scorer: PairScorer, folder: str, asked: str, hits: Sequence[Hit]) -> None:
    """Milliseconds a pair, alone and in a batch, and how far its scores are from those in fp32."""
    import torch
    from sentence_transformers import CrossEncoder

    texts = [passage(hit.chunk) for hit in hits[:8]]
    lengths = scorer.lengths(asked, texts)
    seconds = []
    for count in (1, len(texts)):
        times = []
        for _ in range(3):
            started = time.perf_counter()
            scores = scorer.score(asked, texts[:count])
            times.append(time.perf_counter() - started)
        seconds.append(min(times) / count)
    exact = PairScorer(CrossEncoder(folder, model_kwargs={"dtype": torch.float32}), "fp32")
    plain = exact.score(asked, texts)
    print(
        f"pairs of {np.mean(lengths):.0f} tokens: {1000 * seconds[0]:.0f} ms alone, "
        f"{1000 * seconds[1]:.0f} ms in a batch of {len(texts)} (best of 3)\nagainst fp32 the largest "
        f"difference of a score is {abs(scores - plain).max():.4f}, scores from {plain.min():.3f} to "
        f"{plain.max():.3f}"
    )


def report(library: Library, reranker: Reranker, questions: Sequence[Question], seconds: float) -> None:
    """A row for the first stage and one for the reranker with so many seconds."""
    without, with_it, times, counts = [], [], [], []
    for question in questions:
        asked = as_searched(library.searcher, question)
        hits = library.searcher.search(asked, DEPTH)
        started = time.perf_counter()
        ranked = reranker(asked, hits)
        times.append(time.perf_counter() - started)
        counts.append(sum(hit.rerank_score is not None for hit in ranked))
        without.append(ndcg(question.found(as_passages(hits[:10])), question.wanted))
        with_it.append(ndcg(question.found(as_passages(ranked[:10])), question.wanted))
    low, high = interval([b - a for a, b in zip(without, with_it, strict=True)])
    print(
        f"{seconds:7.1f} s{np.mean(without):10.4f}{np.mean(with_it):10.4f}{f'{low:+.3f} – {high:+.3f}':>18}"
        f"{statistics.median(times):10.2f}{np.quantile(times, 0.95):8.2f}{max(times):8.2f}"
        f"{statistics.median(counts):9.0f}{min(counts):6d}{max(counts):6d}"
    )
    if notice := reranker.take_notice():
        print(f"          {notice.en}")


def main() -> None:
    """Print the model's pace and a row for each time."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("--home", required=True)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--seconds", type=float, nargs="+", default=[0.5])
    parser.add_argument("--count", type=int, default=0, help="at most so many questions")
    parser.add_argument("--layers", type=int, default=24, help="of the random model")
    parser.add_argument("--width", type=int, default=1024, help="of the random model")
    given = parser.parse_args()
    questions = read_questions(given.questions)[: given.count or None]
    report_processor()
    settings = load_settings(home=given.home, reranker="")
    with closing(open_library(settings)) as library, tempfile.TemporaryDirectory() as place:
        folder = given.model
        if folder == "random":
            folder = random_model(library, given.layers, given.width, Path(place))
        scorer = load_cross_encoder(folder)
        asked = as_searched(library.searcher, questions[0])
        report_model(scorer, folder, asked, library.searcher.search(asked, DEPTH))
        print(
            f"{len(questions)} questions\n   time      nDCG@10  reranked        gain (95 %)"
            "  median s    95 %     max   read    min   max"
        )
        for seconds in given.seconds:
            report(library, Reranker(scorer, seconds), questions, seconds)


if __name__ == "__main__":
    main()
