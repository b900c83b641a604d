"""How tokenizers cut a sentence: WordPiece, BPE and Unigram side by side, and what a model reads of it.

Fertility is tokens per word (Rust et al. 2021): the nearer to 1, the more words a model knows whole.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.embedder import COMPACT, DEEP, DEEP_NAME, QUICK
from assistant.errors import KilavuzError
from assistant.model_files import EMBEDDER, load_model, model_folder
from assistant.model_parts import load_tokenizer, model_format
from finetune.workbench.attention import readable
from finetune.workbench.bodies import has_tokenizer, inner_folder, no_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

KINDS = ("WordPiece", "BPE", "Unigram")
VOCABULARY = 4000
_CHARACTERS = 100_000
"""Characters of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence cut by one tokenizer. `unknown` is the share of tokens for what it can't write."""

    name: str
    kind: str
    vocabulary: int
    tokens: tuple[str, ...]
    fertility: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Read:
    """What a model gets of a token: its number, whether it is looked at, and which sentence it is of."""

    token: str
    id: int
    mask: int
    type: int


def cut(text: str, tokenizer: "Tokenizer", name: str) -> Cut:
    """One tokenizer's view, without special tokens. Raises KilavuzError for a text without a word."""
    words = [
        word.span() for word in re.finditer(r"\S+", text[:_CHARACTERS]) if any(map(str.isalnum, word[0]))
    ]
    if not words:
        raise KilavuzError(
            "Metinde sözcük yok; belirteçlerine bakmak için bir cümle yazın.",
            "The text has no word; write a sentence to see its tokens.",
        )
    found = tokenizer.encode(text[:_CHARACTERS], add_special_tokens=False)
    kind = type(tokenizer.model).__name__
    unknown = getattr(tokenizer.model, "unk_token", None) or "<unk>"
    count = max(1, len(found.tokens))
    return Cut(
        name,
        kind,
        tokenizer.get_vocab_size(),
        tuple(readable(_Backend(tokenizer), found.tokens)),
        sum(_within(words, found.offsets)) / len(words),
        sum(token == unknown for token in found.tokens) / count,
    )


def compare(text: str, models: Sequence[str] = (), texts: Iterable[str] = ()) -> list[Cut]:
    """The three kinds, learned from `texts` (the sample documents without any), then the models' own.

    Raises KilavuzError for a text without a word, and for a model that is not to be had.
    """
    learned = learn(list(texts) or _samples())
    found = [cut(text, learned[kind], kind) for kind in KINDS]
    return found + [cut(text, tokenizer_of(model), model or DEEP_NAME) for model in models]


def learn(texts: Sequence[str], vocabulary: int = VOCABULARY) -> dict[str, "Tokenizer"]:
    """A tokenizer of each kind with at most `vocabulary` tokens, all from the same texts."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    made: dict[str, Tokenizer] = {}
    for kind in KINDS:
        shared: dict[str, Any] = {"vocab_size": vocabulary, "show_progress": False}
        if kind == "WordPiece":
            tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
            tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
            trainer: Any = trainers.WordPieceTrainer(special_tokens=["[UNK]"], **shared)
        elif kind == "BPE":
            tokenizer = Tokenizer(models.BPE())
            tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
            tokenizer.decoder = decoders.ByteLevel()
            alphabet = pre_tokenizers.ByteLevel.alphabet()
            trainer = trainers.BpeTrainer(initial_alphabet=alphabet, **shared)
        else:
            tokenizer = Tokenizer(models.Unigram())
            tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
            tokenizer.decoder = decoders.Metaspace()
            trainer = trainers.UnigramTrainer(unk_token="<unk>", special_tokens=["<unk>"], **shared)
        tokenizer.normalizer = normalizers.NFKC()
        tokenizer.train_from_iterator(texts, trainer)
        made[kind] = tokenizer
    return made


def tokenizer_of(model: str = "") -> "Tokenizer":
    """The tokenizer of a model; nothing else of it is read. Raises KilavuzError if it has none."""
    from tokenizers import Tokenizer

    if model in ("", DEEP_NAME, QUICK):
        return load_tokenizer(COMPACT if model == QUICK else DEEP)
    folder = model_folder(model, EMBEDDER)
    if folder and model_format(folder):
        inner = folder if (folder / "tokenizer.json").exists() else folder / "deep"
        return load_tokenizer(inner)
    if folder and not has_tokenizer(folder):
        raise no_tokenizer(model)

    def load(local_files_only: bool) -> Any:  # noqa: ANN401 - transformers' classes
        from transformers import AutoTokenizer

        place = str(inner_folder(folder)) if folder else model
        return AutoTokenizer.from_pretrained(place, local_files_only=local_files_only)

    backend = getattr(load_model(str(folder or model), EMBEDDER, load), "backend_tokenizer", None)
    if backend is None:
        raise no_tokenizer(model)
    copy: Tokenizer = Tokenizer.from_str(backend.to_str())
    copy.no_truncation()
    copy.no_padding()
    return copy


def read_by(model: str, text: str, second: str | None = None, length: int | None = None) -> list[Read]:
    """What a model gets of a text, or of two: special tokens included, cut or filled up to `length`.

    Raises KilavuzError for an empty text or a length without room for a token.
    """
    from tokenizers.processors import TemplateProcessing

    if not text.strip() or (second is not None and not second.strip()):
        raise KilavuzError(
            "Metin boş; belirteçlerine bakmak için bir cümle yazın.",
            "The text is empty; write a sentence to see its tokens.",
        )
    if length is not None and not 4 <= length <= 100_000:
        raise KilavuzError(
            f"Uzunluk 4 ile 100000 arasında olmalı, verilen: {length}; düzeltin.",
            f"The length must lie from 4 to 100000, not {length}; correct it.",
        )
    tokenizer = tokenizer_of(model)
    ends = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    if second is not None and all(number is not None for _, number in ends):
        tokenizer.post_processor = TemplateProcessing(
            single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=ends
        )
    if length is not None:
        tokenizer.enable_truncation(length)
        pad = next((t for t in ("[PAD]", "<pad>") if tokenizer.token_to_id(t) is not None), None)
        if pad:
            tokenizer.enable_padding(length=length, pad_id=tokenizer.token_to_id(pad), pad_token=pad)
    made = tokenizer.encode(text[:_CHARACTERS], None if second is None else second[:_CHARACTERS])
    tokens = readable(_Backend(tokenizer), made.tokens)
    return [Read(*row) for row in zip(tokens, made.ids, made.attention_mask, made.type_ids, strict=True)]


@dataclass(frozen=True, slots=True)
class _Backend:
    """As transformers' tokenizers carry their own."""

    backend_tokenizer: "Tokenizer"


def _within(words: Sequence[tuple[int, int]], offsets: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Of each word, how many tokens lie in it at least in part."""
    for start, end in words:
        yield sum(1 for low, high in offsets if low < end and high > start)


def _samples() -> list[str]:
    """The lines of the sample documents."""
    folder = Path(COMPACT).with_name("samples")
    return [line for file in sorted(folder.glob("*.md")) for line in file.read_text("utf-8").splitlines()]
