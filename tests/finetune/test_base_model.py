from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KilavuzError
from tests.finetune.small_models import make_pair, make_static, make_transformer

pytest.importorskip("datasets")
pytestmark = [
    pytest.mark.usefixtures("torch_installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]


def test_the_joint_vectors_are_those_of_the_pair(tmp_path: Path) -> None:
    from assistant.embedder import load_embedder
    from assistant.layered_embedder import load_layered
    from finetune.base_model import load_base

    base = make_pair(tmp_path / "pair")
    texts = ["kedi Ankara ilinde yaşar", "kuzu", "İnek ve tavuk, Iğdır", ""]
    served = load_embedder(str(base)).embed_passages(texts)
    frozen = load_base(str(base), frozen=load_layered(base / "deep").embed_passages, device="cpu")
    assert np.allclose(frozen.encode_document(texts), served, atol=1e-5)
    whole = load_base(str(base), device="cpu").encode_document(texts)
    assert (whole * served).sum(1) == pytest.approx(1, abs=2e-3)  # torch in 32 bits, onnxruntime in 8


def test_the_shipped_names() -> None:
    from finetune.base_model import load_base

    assert load_base("", device="cpu", frozen=lambda texts: np.zeros((len(texts), 384))).encode(
        ["a"]
    ).shape == (
        1,
        768,
    )
    assert load_base("kilavuz-compact", device="cpu").encode(["a"]).shape == (1, 384)


def test_bare_weights_get_a_pooling_and_length_one(tmp_path: Path) -> None:
    from finetune.base_model import load_base

    bert = load_base(str(make_transformer(tmp_path / "bert")), max_seq_length=512, device="cpu")
    assert [type(module).__name__ for module in bert] == ["Transformer", "Pooling", "Normalize"]
    assert bert[1].pooling_mode == "mean" and bert.max_seq_length == 66
    assert np.linalg.norm(bert.encode("kedi")) == pytest.approx(1, abs=1e-5)
    bge = load_base(
        str(make_transformer(tmp_path / "bge-own", "xlm-roberta")), max_seq_length=512, device="cpu"
    )
    assert bge[1].pooling_mode == "cls" and bge.max_seq_length == 64


@pytest.mark.parametrize(
    ("name", "instructions", "prompt"),
    [
        ("bge-base-en-v1.5", True, "Represent this sentence for searching relevant passages: "),
        ("bge-base-en-v1.5", False, ""),
        ("bge-m3", True, ""),
        ("multilingual-e5-small", True, "query: "),
    ],
)
def test_instructions_by_family(name: str, instructions: bool, prompt: str, tmp_path: Path) -> None:
    from finetune.base_model import load_base

    model = load_base(str(make_transformer(tmp_path / name)), instructions=instructions, device="cpu")
    assert model.prompts["query"] == prompt


def test_what_is_no_base(tmp_path: Path) -> None:
    from finetune.base_model import load_base

    with pytest.raises(KilavuzError, match="klasörü bulunamadı"):
        load_base("./yok")
    with pytest.raises(KilavuzError, match="yüklenemedi"):
        load_base("yok/yok")
    exported = tmp_path / "onnx"
    exported.mkdir()
    (exported / "config.json").write_text('{"format": "kilavuz-onnx"}')
    with pytest.raises(KilavuzError, match="eğitilemez"):
        load_base(str(exported))
    with pytest.raises(KilavuzError, match="havuzlama değiştirilemez"):
        load_base(str(make_static(tmp_path / "static")), pooling="cls")
