from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from finetune import body as module
from finetune import static as static_module
from finetune.body import BodyRecipe, batches, export_body, new_student, student_tokenizer, train_body
from finetune.parallel import Pair
from finetune.student import Recipe, export, train, train_tokenizer

pytestmark = pytest.mark.usefixtures("torch_installed")

WORDS = [("network", "ağ"), ("file", "dosya"), ("server", "sunucu"), ("learning", "öğrenme")]
PAIRS = [Pair("a", i, f"the {en} {i // 4}", f"bir {tr} {i // 4}") for i, (en, tr) in enumerate(WORDS * 16)]
VECTORS = [np.eye(32, dtype=np.float16)[[i % 4 for i in range(len(PAIRS))]]]
RECIPE = BodyRecipe(epochs=25, batch=16, longest=16, rate=3e-3, embeddings_rate=1e-2, warm_up=2)


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static student of the four meanings."""
    folder = tmp_path_factory.mktemp("static")
    recipe = Recipe(vocabulary=90, width=16, epochs=60, batch=32, contrast=0.0)
    tokenizer = train_tokenizer(PAIRS, recipe)
    export(train(PAIRS, VECTORS, tokenizer, recipe, lambda _: None), tokenizer, recipe, "t", folder)
    return folder


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A BERT of two narrow layers that knows a few English words."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("teacher")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "network", "file", "server", "learning"]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=32,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return str(folder)


def test_tokens_begin_as_the_english_words_of_like_meaning(static: Path, teacher: str) -> None:
    from transformers import BertModel

    tokenizer = student_tokenizer(static)
    names = [tokenizer.id_to_token(i) for i in tokenizer.encode("ağ").ids]
    assert (names[0], names[-1]) == ("[CLS]", "[SEP]")
    table = new_student(teacher, tokenizer, static).get_input_embeddings().weight.detach().numpy()
    known = BertModel.from_pretrained(teacher).get_input_embeddings().weight.detach().numpy()
    np.testing.assert_array_equal(table[tokenizer.token_to_id("[CLS]")], known[2])
    words = known[5:]  # the, network, file, server, learning
    for english, turkish in (("learning", "öğrenme"), ("server", "sunucu")):
        token = max(set(tokenizer.encode(turkish).ids[1:-1]) - set(tokenizer.encode("ağ").ids))
        shares = np.linalg.lstsq(words.T, table[token], rcond=None)[0]
        assert np.isclose(shares.sum(), 1, atol=1e-3)
        assert shares.argmax() == ["the", "network", "file", "server", "learning"].index(english)


def test_it_learns_goes_on_where_it_was_cut_and_loads_in_sentence_transformers(
    static: Path, teacher: str, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    said: list[str] = []
    tokenizer = student_tokenizer(static)
    student = new_student(teacher, tokenizer, static)
    given = PAIRS, VECTORS, RECIPE, tmp_path / "body.pt", said.append
    assert not train_body(student, tokenizer, *given, minutes=0)
    again = new_student(teacher, tokenizer, static)
    assert train_body(again, tokenizer, *given)
    assert said == ["goes on at step 1 of 100"]
    export_body(again, tokenizer, RECIPE, tmp_path / "out")
    loaded = SentenceTransformer(str(tmp_path / "out"), device="cpu")
    found = loaded.encode([pair.tr for pair in PAIRS[:8]])
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)
    assert (found.argmax(1) == [0, 1, 2, 3] * 2).all()


def test_batches_hold_every_text_once_and_texts_of_like_length() -> None:
    lengths = np.random.default_rng(0).integers(1, 200, 5000)
    recipe = replace(RECIPE, batch=50)
    drawn = list(batches(lengths, recipe, 1))
    assert sorted(np.concatenate(drawn).tolist()) == list(range(5000))
    assert np.mean([np.ptp(lengths[rows]) for rows in drawn]) < 10
    assert all((a == b).all() for a, b in zip(drawn, batches(lengths, recipe, 1), strict=True))
    assert any((a != b).any() for a, b in zip(drawn, batches(lengths, recipe, 2), strict=True))


def test_the_command(
    static: Path,
    teacher: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(static_module, "select", lambda _: PAIRS)
    monkeypatch.setattr(static_module, "embed_texts", lambda *_: VECTORS)
    command = ["corpus", "--work", str(tmp_path), "--out", str(tmp_path / "out"), "--static", str(static)]
    command += ["--teacher", teacher, "--epochs", "1", "--batch", "32", "--longest", "16"]
    assert module.main([*command, "--minutes", "0"]) == 0
    assert "not finished" in capsys.readouterr().err
    assert module.main(command) == 0
    assert "not finished" not in capsys.readouterr().err
    assert (tmp_path / "out" / "modules.json").exists()
