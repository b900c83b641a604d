from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from assistant.static_embedder import load_static
from finetune.shipped.parallel import Pair
from finetune.shipped.student import Recipe, Student, Texts, empty_tokenizer, export, train, train_tokenizer

WORDS = [("network", "ağ"), ("file", "dosya"), ("server", "sunucu"), ("learning", "öğrenme")]
RECIPE = Recipe(vocabulary=90, width=16, epochs=60, batch=32, rate=0.02, contrast=0.0)


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """Each of four meanings in sixteen wordings."""
    return [Pair("a", i, f"the {en} {i // 4}", f"bir {tr} {i // 4}") for i, (en, tr) in enumerate(WORDS * 16)]


@pytest.fixture
def word_tokenizer(pairs: list[Pair]) -> Tokenizer:
    """A token a word: Unigram training is not quite the same from run to run."""
    words = sorted({word for pair in pairs for word in f"{pair.en} {pair.tr}".split()})
    vocabulary = {"[UNK]": 0} | {word: i for i, word in enumerate(words, start=1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def teach(pairs: list[Pair]) -> list[np.ndarray]:
    vectors = np.eye(6, dtype=np.float16)[[i % 4 for i in range(len(pairs))]]
    return [vectors[:10], vectors[10:]]


def test_tokenizer_folds_case_and_marks() -> None:
    read = empty_tokenizer().normalizer.normalize_str
    assert read("İSTANBUL ISPARTA ılık Çağrı SQL") == "istanbul isparta ilik cagri sql"
    kept = empty_tokenizer(diacritics=True).normalizer.normalize_str
    assert kept("İSTANBUL ÇAĞRI ılık") == "istanbul çağri ilik"


def test_tokenizer_splits_digits_and_drops_punctuation() -> None:
    pieces = empty_tokenizer().pre_tokenizer.pre_tokenize_str("python'da utf8, (x)!")
    assert [text for text, _ in pieces] == ["▁python", "▁da", "▁utf", "▁8", "▁x"]


def test_trained_tokenizer_starts_with_unk(pairs: list[Pair]) -> None:
    tokenizer = train_tokenizer(pairs, RECIPE)
    assert tokenizer.token_to_id("[UNK]") == 0
    assert tokenizer.encode("漢", add_special_tokens=False).ids[-1] == 0
    assert tokenizer.encode("AĞ", add_special_tokens=False).ids == tokenizer.encode("ağ").ids


def test_bags_cut_rows_in_the_asked_order(word_tokenizer: Tokenizer) -> None:
    tokenizer = word_tokenizer
    texts = ["ağ dosya", "", "sunucu"]
    own = [tokenizer.encode(text, add_special_tokens=False).ids or [0] for text in texts]
    tokens, starts = Texts(texts, tokenizer).bags(np.array([2, 1, 0, 2]))
    assert tokens.tolist() == own[2] + own[1] + own[0] + own[2]
    assert starts.tolist() == np.cumsum([0, len(own[2]), len(own[1]), len(own[0])]).tolist()


@pytest.mark.usefixtures("torch_installed")
def test_both_languages_learn_the_teachers_vectors(
    pairs: list[Pair], word_tokenizer: Tokenizer, tmp_path: Path
) -> None:
    tokenizer = word_tokenizer
    said: list[str] = []
    student = train(pairs, teach(pairs), tokenizer, RECIPE, said.append)
    assert len(said) == RECIPE.epochs and said[-1].startswith("epoch 60 of 60: cosine to the teacher 0.9")
    again = train(pairs, teach(pairs), tokenizer, replace(RECIPE, epochs=1), said.append)
    other = train(pairs, teach(pairs), tokenizer, replace(RECIPE, epochs=1), said.append)
    np.testing.assert_array_equal(again.table, other.table)
    export(student, tokenizer, RECIPE, "some/teacher", tmp_path)
    embedder = load_static(tmp_path)
    assert embedder.dimension == 6
    english = embedder.embed_passages([pair.en for pair in pairs[:4]])
    turkish = embedder.embed_passages([pair.tr for pair in pairs[:4]])
    assert (np.argmax(english, 1) == range(4)).all() and (np.argmax(turkish, 1) == range(4)).all()
    assert ((english * turkish).sum(1) > 0.9).all()


def test_export_keeps_the_vectors_nearly(word_tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer = word_tokenizer
    draw = np.random.default_rng(0)
    size = tokenizer.get_vocab_size()
    table = draw.normal(size=(size, 16)).astype(np.float32) * draw.uniform(0.01, 10, (size, 1)).astype(
        np.float32
    )
    table[5] = 0
    linear = draw.normal(size=(16, 6)).astype(np.float32)
    export(Student(table, linear), tokenizer, RECIPE, "t", tmp_path)
    ids = tokenizer.encode("the network", add_special_tokens=False).ids
    exact = table[ids].mean(0) @ linear
    cosine = load_static(tmp_path).embed_question("the network") @ (exact / np.linalg.norm(exact))
    assert cosine > 0.99
