import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KilavuzError
from assistant.layered_embedder import load_layered
from assistant.static_embedder import load_static
from finetune.shipped import body as module
from finetune.shipped import static as static_module
from finetune.shipped.body import average, new_student, teacher_tokenizer
from finetune.shipped.pairs import Example
from finetune.shipped.parallel import Pair
from finetune.shipped.schedule import BodyRecipe, batches, example_batches, rate_share, schedule
from finetune.shipped.student import Recipe, export, train, train_tokenizer
from finetune.shipped.training import Losses, train_body
from finetune.shipped.vocabulary import english_pieces, student_tokenizer
from finetune.stock import save_layers

pytestmark = pytest.mark.usefixtures("torch_installed")

WORDS = [("network", "ağ"), ("file", "dosya"), ("server", "sunucu"), ("learning", "öğrenme")]
PAIRS = [Pair("a", i, f"the {en} {i // 4}", f"bir {tr} {i // 4}") for i, (en, tr) in enumerate(WORDS * 16)]
VECTORS = [np.eye(32, dtype=np.float16)[[i % 4 for i in range(len(PAIRS))]]]
EXAMPLES = [
    Example("a", "words", f"{tr} nedir {i}", f"bir {tr} {i}") for i in range(8) for _, tr in WORDS[:1]
]
RECIPE = BodyRecipe(steps=100, tokens=128, most=16, longest=16, rate=3e-3, embeddings_rate=1e-2, warm_up=2)


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


def made(static: Path, teacher: str) -> "tuple[object, object]":
    known = teacher_tokenizer(teacher)
    english = english_pieces(known, [pair.en for pair in PAIRS])
    tokenizer = student_tokenizer(english, [pair.tr for pair in PAIRS], 120)
    return new_student(teacher, static, tokenizer, known.get_vocab(), PAIRS), tokenizer


def test_a_new_student_reads_turkish_as_the_teacher_reads_its_translation(static: Path, teacher: str) -> None:
    from transformers import BertModel

    body, tokenizer = made(static, teacher)
    table = body.get_input_embeddings().weight.detach().numpy()
    known = BertModel.from_pretrained(teacher).get_input_embeddings().weight.detach().numpy()
    np.testing.assert_array_equal(table[tokenizer.token_to_id("[CLS]")], known[2])
    names = ["the", "network", "file", "server", "learning"]
    for english, turkish in (("learning", "ogrenme"), ("server", "sunucu")):
        row = table[tokenizer.token_to_id(turkish)]
        cosines = known[5:] @ row / np.linalg.norm(known[5:], axis=1) / np.linalg.norm(row)
        assert names[int(cosines.argmax())] == english


@pytest.mark.parametrize("asked", [0.0, 0.3])
def test_it_learns_goes_on_where_it_was_cut_and_loads_in_sentence_transformers(
    static: Path, teacher: str, tmp_path: Path, asked: float
) -> None:
    from sentence_transformers import SentenceTransformer

    recipe = replace(RECIPE, asked=asked)
    said: list[str] = []
    student, tokenizer = made(static, teacher)
    given = EXAMPLES, recipe, tmp_path / "body.pt", said.append
    quick = load_static(static)
    assert not train_body(student, Losses(student, tokenizer, PAIRS, VECTORS, recipe, quick), *given, end=0)
    again, tokenizer = made(static, teacher)
    assert train_body(again, Losses(again, tokenizer, PAIRS, VECTORS, recipe, quick), *given)
    assert said == ["goes on at step 1 of 100"]
    other = replace(recipe, rate=1.0)
    with pytest.raises(KilavuzError, match="--work"):
        losses = Losses(again, tokenizer, PAIRS, VECTORS, other, quick)
        train_body(again, losses, EXAMPLES, other, tmp_path / "body.pt", said.append)
    save_layers(again, tokenizer, recipe.longest, tmp_path / "out")
    loaded = SentenceTransformer(str(tmp_path / "out"), device="cpu")
    found = loaded.encode([pair.tr for pair in PAIRS[:8]])
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)
    assert (found.argmax(1) == [0, 1, 2, 3] * 2).all()


def test_the_mean_of_checkpoints(static: Path, teacher: str, tmp_path: Path) -> None:
    import torch

    body, _ = made(static, teacher)
    weights = {name: tensor.clone() for name, tensor in body.state_dict().items()}
    for number, factor in enumerate((1.0, 2.0, 6.0)):
        scaled = {name: tensor * factor for name, tensor in weights.items()}
        torch.save({"body": scaled}, tmp_path / f"{number}.pt")
    average(body, [tmp_path / f"{number}.pt" for number in range(3)])
    for name, tensor in body.state_dict().items():
        torch.testing.assert_close(tensor, 3 * weights[name])


def test_questions_come_nearer_to_their_passages(static: Path, teacher: str, tmp_path: Path) -> None:
    recipe = replace(RECIPE, asked=1.0, steps=30)
    student, tokenizer = made(static, teacher)
    losses = Losses(student, tokenizer, PAIRS, VECTORS, recipe, load_static(static))
    before = losses.asked(EXAMPLES).item()
    assert train_body(student, losses, EXAMPLES, recipe, tmp_path / "body.pt", lambda _: None)
    assert losses.asked(EXAMPLES).item() < 0.5 * before


def test_batches_hold_every_text_once_a_round_and_texts_of_like_length() -> None:
    lengths = np.random.default_rng(0).integers(1, 200, 5000)
    recipe = replace(RECIPE, most=50, tokens=1000)
    drawn, seen = [], 0
    for rows in batches(lengths, recipe):
        drawn.append(rows)
        seen += len(rows)
        if seen == 5000:
            break
    assert sorted(np.concatenate(drawn).tolist()) == list(range(5000))
    assert np.mean([np.ptp(lengths[rows]) for rows in drawn]) < 10
    assert all(len(rows) <= 50 and len(rows) * lengths[rows].max() <= 1000 for rows in drawn)
    again = list(islice(batches(lengths, recipe), 2 * len(drawn)))
    assert all((a == b).all() for a, b in zip(drawn, again, strict=False))
    assert any(len(a) != len(b) or (a != b).any() for a, b in zip(drawn, again[len(drawn) :], strict=False))


def test_questions_of_a_batch_are_of_one_source() -> None:
    examples = [Example(source, "words", str(i), str(i)) for i in range(30) for source in "ab"]
    drawn = list(islice(example_batches(examples, replace(RECIPE, answers=8)), 8))
    assert all(len({example.source for example in batch}) == 1 and len(batch) > 1 for batch in drawn)
    assert sorted((e.source, e.question) for batch in drawn for e in batch) == sorted(
        (e.source, e.question) for e in examples
    )


def test_steps_on_questions_have_their_share_and_none_without_questions() -> None:
    recipe = replace(RECIPE, asked=0.25, steps=400)
    kinds = [isinstance(batch, list) for batch in schedule(np.full(50, 5), EXAMPLES, recipe)]
    assert len(kinds) == 400 and 60 < sum(kinds) < 140
    assert not any(isinstance(batch, list) for batch in schedule(np.full(50, 5), [], recipe))


def test_the_rate_rises_stays_and_falls() -> None:
    recipe = replace(RECIPE, steps=100, warm_up=10, falling=0.4)
    shares = [rate_share(step, recipe) for step in (0, 9, 30, 60, 80, 99)]
    np.testing.assert_allclose(shares, [0.1, 1, 1, 1, 0.5, 0.025])


def test_the_command(
    static: Path,
    teacher: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("onnx")
    monkeypatch.setattr(static_module, "select", lambda _: PAIRS)
    monkeypatch.setattr(static_module, "embed_texts", lambda texts, *_: VECTORS if texts else [])
    command = ["corpus", "--work", str(tmp_path), "--out", str(tmp_path / "out"), "--static", str(static)]
    stages = [{"steps": 3, "most": 32, "longest": 16}, {"steps": 2, "most": 32, "longest": 16}]
    (tmp_path / "stages.json").write_text(json.dumps(stages))
    command += ["--teacher", teacher, "--stages", str(tmp_path / "stages.json")]
    assert module.main([*command, "--minutes", "0"]) == 0
    assert not (tmp_path / "body-2.pt").exists()
    assert "not finished" in capsys.readouterr().err
    assert module.main(command) == 0
    assert "not finished" not in capsys.readouterr().err
    assert (tmp_path / "body-2.pt").exists()
    assert (tmp_path / "out" / "sentence-transformers" / "modules.json").exists()
    embedder = load_layered(tmp_path / "out" / "export")
    assert (embedder.name, embedder.dimension, embedder.max_tokens) == ("kilavuz-deep", 32, 16)
