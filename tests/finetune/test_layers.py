from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KilavuzError
from assistant.layered_embedder import FILES, load_layered
from finetune.layers import export_layers, restore
from finetune.shipped.vocabulary import student_tokenizer

pytest.importorskip("onnx")
pytestmark = pytest.mark.usefixtures("torch_installed")

TEXTS = [
    "ağ bağlantısı kesildi",
    "dosya sunucuya kopyalanır, sonra silinir; günlük dosyası her gün yenilenir",
    "ağ",
    "",
    "öğrenme " * 40,
]


@pytest.fixture(scope="module")
def student() -> "tuple[object, object]":
    """A BERT of two narrow layers with random weights, and a tokenizer learned from the texts."""
    import torch
    from transformers import BertConfig, BertModel

    tokenizer = student_tokenizer(list("abc"), TEXTS * 9, 300)
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=128, max_position_embeddings=32,
    )  # fmt: skip
    body = BertModel(shape, add_pooling_layer=False).eval()
    with torch.no_grad():
        body.embeddings.word_embeddings.weight.mul_(10)  # texts that differ
    return body, tokenizer


@pytest.fixture(scope="module")
def folder(student: "tuple[object, object]", tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("deep")
    export_layers(*student, "deneme", "öğretmen", 24, made)
    return made


def vectors_of(body: object, tokenizer: object, texts: list[str]) -> np.ndarray:
    import torch

    tokenizer.enable_truncation(24)
    made = []
    with torch.inference_mode():
        for text in texts:
            states = body(input_ids=torch.tensor([tokenizer.encode(text).ids])).last_hidden_state
            made.append(torch.nn.functional.normalize(states[0].mean(0), dim=0).numpy())
    tokenizer.no_truncation()
    return np.stack(made)


def test_exported_vectors_are_nearly_those_of_the_student(
    student: "tuple[object, object]", folder: Path
) -> None:
    embedder = load_layered(folder)
    assert (embedder.name, embedder.dimension, embedder.max_tokens) == ("deneme", 64, 24)
    found = embedder.embed_passages(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)
    expected = vectors_of(*student, TEXTS)
    assert (found * expected).sum(1).min() > 0.98
    others = expected @ expected.T - 2 * np.eye(len(TEXTS))
    assert others.max() < 0.98  # so the bound above tells something


def test_a_vector_does_not_depend_on_its_batch(folder: Path) -> None:
    embedder = load_layered(folder)
    together = embedder.embed_passages(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(embedder.embed_question(text), vector, atol=1e-5)
    assert embedder.embed_passages([]).shape == (0, 64)


def test_counts_are_uncut_and_without_special_tokens(student: "tuple[object, object]", folder: Path) -> None:
    own = [len(student[1].encode(text, add_special_tokens=False).ids) for text in TEXTS]
    assert load_layered(folder).count_tokens(TEXTS) == own
    assert own[-1] > 24 and own[-2] == 0


def test_restored_body_gives_the_exported_vectors(folder: Path, tmp_path: Path) -> None:
    body, tokenizer = restore(folder)
    found = vectors_of(body.eval(), tokenizer, TEXTS)
    assert (found * load_layered(folder).embed_passages(TEXTS)).sum(1).min() > 0.995
    export_layers(body, tokenizer, "deneme", "öğretmen", 24, tmp_path)
    again = load_layered(tmp_path).embed_passages(TEXTS)
    assert (again * load_layered(folder).embed_passages(TEXTS)).sum(1).min() > 0.995


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
def test_damaged_file_is_told_in_both_languages(folder: Path, tmp_path: Path, file: str, damage: str) -> None:
    for name in FILES:
        content = (folder / name).read_bytes()
        if name == file:
            content = content[: len(content) // 2 if damage == "cut" else 0]
        if name != file or damage != "missing":
            (tmp_path / name).write_bytes(content)
    with pytest.raises(KilavuzError) as told:
        load_layered(tmp_path)
    assert str(tmp_path) in told.value.message.tr and "yeniden kurun" in told.value.message.tr


def test_a_table_of_another_vocabulary_is_refused(folder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load, save

    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    tensors = load((folder / "table.safetensors").read_bytes())
    shorter = {name: array[:-1] for name, array in tensors.items()}
    (tmp_path / "table.safetensors").write_bytes(save(shorter))
    with pytest.raises(KilavuzError):
        load_layered(tmp_path)
