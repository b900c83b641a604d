import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.embedder import load_embedder, load_token_counter
from assistant.errors import KilavuzError
from tests.finetune.small_models import make_static, make_transformer

pytest.importorskip("onnx")
pytestmark = [
    pytest.mark.usefixtures("torch_installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]
TEXTS = ["kedi Ankara ilinde yaşar", "İnek, Iğdır ve Şırnak ilinde yaşar ve ot yer " * 9, "kuzu", ""]


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as training writes it, its prompts included."""
    from finetune.base_model import load_base

    plain = make_transformer(tmp_path_factory.mktemp("plain") / "model", request.param)
    made = load_base(str(plain), pooling="cls" if request.param == "bert" else "mean", device="cpu")
    made.prompts = {"query": "soru: ", "document": ""}
    folder = tmp_path_factory.mktemp("trained") / "model"
    made.save(str(folder), create_model_card=False)
    return folder


def reference(model: Path, dimension: int) -> np.ndarray:
    from finetune.base_model import load_base

    vectors = load_base(str(model), device="cpu").encode_document(TEXTS)[:, :dimension]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("int8", "dimension", "least"), [(False, None, 0.99999), (True, None, 0.98), (False, 16, 0.99999)]
)
def test_the_graph_gives_the_models_vectors(
    int8: bool, dimension: int | None, least: float, model: Path, tmp_path: Path
) -> None:
    from finetune.export import export_onnx

    out = tmp_path / "onnx"
    export_onnx(model, out, dimension=dimension, int8=int8)
    served = load_embedder(str(out))
    vectors = served.embed_passages(TEXTS)
    assert served.dimension == (dimension or 32) == vectors.shape[1]
    assert ((vectors * reference(model, served.dimension)).sum(1) > least).all()
    alone = np.concatenate([served.embed_passages([text]) for text in TEXTS])
    assert np.allclose(alone, vectors, atol=1e-5)  # whatever it is embedded with
    asked = served.embed_question("kedi")
    assert not np.allclose(asked, served.embed_passages(["kedi"])[0], atol=1e-4)  # the question has a prompt
    assert np.allclose(asked, served.embed_passages(["soru: kedi"])[0], atol=1e-5)
    assert load_token_counter(str(out))(TEXTS) == served.count_tokens(TEXTS)
    if int8:
        assert b"MatMulInteger" in (out / "model.onnx").read_bytes()


def test_nothing_is_said_meanwhile(
    model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    import logging

    from finetune.export import export_onnx

    export_onnx(model, tmp_path / "onnx")
    said = capfd.readouterr()
    assert caplog.messages == [] and "pre-processing" not in said.out + said.err
    logging.getLogger("sonra").warning("yine duyulur")
    assert caplog.messages == ["yine duyulur"]


def test_it_serves_without_torch(model: Path, tmp_path: Path) -> None:
    from finetune.export import export_onnx

    export_onnx(model, tmp_path / "onnx")
    script = (
        "import sys\nfrom assistant.embedder import load_embedder\n"
        f"load_embedder({str(tmp_path / 'onnx')!r}).embed_passages(['kedi'])\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])


def test_what_cannot_be_exported(model: Path, tmp_path: Path) -> None:
    from finetune.export import export_onnx

    with pytest.raises(KilavuzError, match="zaten torch olmadan"):
        export_onnx(make_static(tmp_path / "static"), tmp_path / "out")
    with pytest.raises(KilavuzError, match="1 ile 32 arasında"):
        export_onnx(model, tmp_path / "out", dimension=33)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("damage", ["config.json", "model.onnx", "tokenizer.json"])
def test_a_damaged_export(damage: str, model: Path, tmp_path: Path) -> None:
    from finetune.export import export_onnx

    export_onnx(model, tmp_path / "onnx", int8=False)
    fingerprint = load_embedder(str(tmp_path / "onnx")).fingerprint
    assert fingerprint == load_embedder(str(tmp_path / "onnx")).fingerprint
    file = tmp_path / "onnx" / damage
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(KilavuzError):
        load_embedder(str(tmp_path / "onnx"))


def test_a_full_disk_leaves_the_older_export(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from finetune import export

    export.export_onnx(model, tmp_path / "onnx")
    before = load_embedder(str(tmp_path / "onnx")).fingerprint

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_write_graph", full)
    with pytest.raises(KilavuzError, match="Diskte yer kalmadı"):
        export.export_onnx(model, tmp_path / "onnx", int8=False)
    assert load_embedder(str(tmp_path / "onnx")).fingerprint == before
    assert [path.name for path in tmp_path.iterdir()] == ["onnx"]
