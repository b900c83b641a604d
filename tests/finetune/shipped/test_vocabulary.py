from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from assistant.static_embedder import load_static
from finetune.shipped.parallel import Pair
from finetune.shipped.student import Recipe, Student, export, train_tokenizer
from finetune.shipped.vocabulary import (
    SPECIAL,
    balanced,
    english_pieces,
    first_vectors,
    student_tokenizer,
    translations,
)

WORDS = [("network", "ağ"), ("file", "dosya"), ("server", "sunucu"), ("learning", "öğrenme")]
KNOWN = [*SPECIAL, "the", "network", "file", "server", "learning", "##s", "rare", "日", "q"]


@pytest.fixture(scope="module")
def teacher() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(KNOWN)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


@pytest.fixture(scope="module")
def student() -> Tokenizer:
    turkish = [f"Bir {word} nedir? Birçok {word}lar" for _, word in WORDS] * 9
    return student_tokenizer(["the", "network", "file", "server", "learning", "##s"], turkish, 200)


def test_english_pieces_are_common_alone_or_in_the_texts(
    teacher: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("finetune.shipped.vocabulary.COMMON", KNOWN.index("file"))
    kept = english_pieces(teacher, ["servers", "server", "servers and servers", "files"])
    assert kept == ["the", "network", "server", "##s", "q"]


def test_pieces_are_the_same_for_every_spelling(student: Tokenizer) -> None:
    spellings = ["Öğrenme ağı SINIFI", "OGRENME AGI sinifi", "öğrenme ağı sınıfı", "ÖĞRENME AĞI Sınıfı"]
    ids = [student.encode(text).ids for text in [*spellings, "öğrenme ağı sınıfı"]]
    assert all(each == ids[0] for each in ids)
    tokens = student.encode("Networks").tokens
    assert (tokens[0], tokens[1:-1], tokens[-1]) == ("[CLS]", ["network", "##s"], "[SEP]")
    assert student.encode("öğrenme").tokens[1:-1] == ["ogrenme"]
    assert [student.token_to_id(name) for name in SPECIAL] == [0, 1, 2, 3]
    assert student.encode("öğrenme", add_special_tokens=False).tokens == ["ogrenme"]


def test_sources_weigh_as_told() -> None:
    drawn = list(balanced([("ms-a", "m")] * 1000 + [("tatoeba-x", "t"), ("başka", "b")]))
    assert 250 < drawn.count("m") < 350
    assert (drawn.count("t"), drawn.count("b")) == (4, 1)


def test_translations_of_a_small_text() -> None:
    # 1 the, 2 network, 3 file; 4 ağ, 5 dosya, 6 has no counterpart
    english = [[1, 2], [1, 3], [2], [3], [1, 2, 3]]
    turkish = [[4], [5], [4, 6], [5, 6], [4, 5]]
    found = translations(english, turkish, 7)
    best = {
        source: found.target[found.source == source][found.chance[found.source == source].argmax()]
        for source in (4, 5)
    }
    assert best == {4: 2, 5: 3}
    np.testing.assert_allclose(np.bincount(found.source, found.chance, 7)[[4, 5]], 1)
    assert found.seen.sum() == pytest.approx(sum(map(len, english)))


def test_first_vectors_are_the_teachers_and_of_new_pieces_their_translations(
    teacher: Tokenizer, student: Tokenizer, tmp_path: Path
) -> None:
    pairs = [Pair("a", i, en, tr) for i, (en, tr) in enumerate(WORDS * 9)]
    recipe = Recipe(vocabulary=60, width=4)
    tokenizer = train_tokenizer(pairs, recipe)
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(tokenizer.get_vocab_size(), 4)).astype(np.float32)
    export(Student(rows, np.eye(4, dtype=np.float32)), tokenizer, recipe, "t", tmp_path)
    table = draw.normal(size=(len(KNOWN), 8)).astype(np.float32)
    ids = [[e.ids for e in student.encode_batch(texts, add_special_tokens=False)]
           for texts in ([p.en for p in pairs], [p.tr for p in pairs])]  # fmt: skip
    found = translations(*ids, student.get_vocab_size())
    known = teacher.get_vocab()
    made = first_vectors(student, tmp_path, known, table, found)
    for word in ("[CLS]", "[PAD]", "network", "##s"):
        np.testing.assert_array_equal(made[student.token_to_id(word)], table[known[word]])
    for english, turkish in (("network", "ag"), ("learning", "ogrenme")):
        own, other = made[student.token_to_id(turkish)], table[known[english]]
        assert own @ other / np.linalg.norm(own) / np.linalg.norm(other) > 0.99
    # a piece without translations: a mean of the words that the static student finds nearest
    piece = student.token_to_id("nedir")
    embedder = load_static(tmp_path)
    words = ["file", "learning", "network", "rare", "server", "the"]
    near = np.maximum(embedder.embed_passages(words) @ embedder.embed_question("nedir"), 1e-3)
    near[near.argmin()] = 0
    mean = near @ table[[known[word] for word in words]]
    assert made[piece] @ mean / np.linalg.norm(made[piece]) / np.linalg.norm(mean) > 0.99
    lengths = np.linalg.norm(made[[piece, student.token_to_id("ag")]], axis=1)
    np.testing.assert_allclose(lengths, lengths[0], rtol=1e-4)
