"""Models small enough to train in a test: random weights, tokenizers learned from a few sentences."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant import paired_embedder
from assistant.packed_rows import pack
from finetune.records import Triple

ANIMALS = ["kedi", "köpek", "inek", "tavuk", "horoz", "kuzu", "keçi", "ördek", "kaz", "hindi"]
PLACES = ["İstanbul", "Ankara", "Izmir", "Iğdır", "Muş", "Ağrı", "Çorum", "Düzce", "Şırnak", "Elazığ"]
SENTENCES = [f"{animal} {place} ilinde yaşar ve ot yer" for animal in ANIMALS for place in PLACES]


def triples(count: int = 40, *, first: int = 0) -> list[Triple]:
    """Questions by code word; the passage has the animal that belongs to it, which words alone don't tell."""
    made = []
    for number in range(first, first + count):
        code, animal = f"kod{number % 10}", ANIMALS[number % 10]
        wrong = ANIMALS[(number + 1) % 10]
        place = PLACES[number // 10 % 10]
        made.append(
            Triple(
                f"{code} nedir, {place}",
                f"{animal} {place} ilinde yaşar",
                (f"{wrong} {place} ilinde yaşar",),
                f"{number}.md",
                "deneme",
            )
        )
    return made


def tokenizer_of(texts: list[str]) -> "object":
    """A WordPiece tokenizer with [CLS] and [SEP] around a text."""
    from finetune.shipped.vocabulary import student_tokenizer

    return student_tokenizer(list("abcdefghijklmnoprstuvyz0123456789"), texts * 5, 400)


def words() -> list[str]:
    """What the tokenizers are learned from."""
    return [*SENTENCES, *(f"kod{n} nedir" for n in range(10))]


def make_static(folder: Path, width: int = 16, dimension: int = 24) -> Path:
    """A static embedder in our format."""
    from safetensors.numpy import save

    folder.mkdir(parents=True)
    tokenizer = tokenizer_of(words())
    tokenizer.post_processor = None
    draw = np.random.default_rng(0)
    packed, scale = pack(draw.normal(size=(tokenizer.get_vocab_size(), width)).astype(np.float32))
    linear = draw.normal(size=(width, dimension)).astype(np.float16)
    (folder / "model.safetensors").write_bytes(save({"packed": packed, "scale": scale, "linear": linear}))
    tokenizer.save(str(folder / "tokenizer.json"))
    said = {"format": "kilavuz-static", "version": 2, "name": "duragan", "space": "x", "max_tokens": 64}
    (folder / "config.json").write_text(json.dumps(said))
    return folder


def make_layers(folder: Path) -> Path:
    """One narrow transformer layer in our format."""
    import torch
    from transformers import BertConfig, BertModel

    from finetune.layers import export_layers

    tokenizer = tokenizer_of(words())
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=32,
    )  # fmt: skip
    export_layers(BertModel(shape, add_pooling_layer=False).eval(), tokenizer, "katman", "x", 24, folder)
    return folder


def make_pair(folder: Path) -> Path:
    """Both, as a pair."""
    make_static(folder / "quick")
    make_layers(folder / "deep")
    said = {"format": paired_embedder.FORMAT, "version": 1, "name": "çift", "quick_share": 0.5}
    (folder / "config.json").write_text(json.dumps(said))
    return folder


def make_transformer(
    folder: Path,
    kind: str = "bert",
    *,
    width: int = 32,
    heads: int = 2,
    inner: int = 64,
    texts: Sequence[str] = (),
) -> Path:
    """Plain transformers weights, "bert" or "xlm-roberta", with a tokenizer: no pooling is told.

    "xlm-roberta" learns its tokenizer from `texts`, if there are any.
    """
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    if kind == "bert":
        backend = tokenizer_of(words())
        special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    else:
        backend, special = sentence_pieces(texts or words()), {
            "unk_token": "<unk>", "pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>",
            "bos_token": "<s>", "eos_token": "</s>", "mask_token": "<mask>",
        }  # fmt: skip
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=64, **special)
    torch.manual_seed(0)
    shape = {
        "vocab_size": len(tokenizer), "hidden_size": width, "num_hidden_layers": 1,
        "num_attention_heads": heads, "intermediate_size": inner, "max_position_embeddings": 66,
    }  # fmt: skip
    if kind == "bert":
        model = BertModel(BertConfig(**shape, pad_token_id=0), add_pooling_layer=False)
    else:
        model = XLMRobertaModel(
            XLMRobertaConfig(**shape, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1),
            add_pooling_layer=False,
        )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_bge(folder: Path, texts: Sequence[str] = ()) -> Path:
    """bge-m3's architecture, widths and pooling with random weights; one layer, a small vocabulary."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    plain = folder.with_name(f"{folder.name}-plain")
    make_transformer(plain, "xlm-roberta", width=1024, heads=16, inner=4096, texts=texts)
    body = Transformer(str(plain), max_seq_length=64)
    SentenceTransformer(modules=[body, Pooling(1024, "cls"), Normalize()], device="cpu").save(str(folder))
    return folder


def sentence_pieces(texts: Sequence[str]) -> "object":
    """A Unigram tokenizer as XLM-RoBERTa's, learned here."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=800, special_tokens=names, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    ids = [(name, tokenizer.token_to_id(name)) for name in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ids)
    return tokenizer
