from pathlib import Path

import numpy as np
import pytest

from assistant.embedder import COMPACT, DEEP
from assistant.layered_embedder import load_layered
from assistant.static_embedder import load_static
from finetune.stock import main

pytest.importorskip("onnx")
pytestmark = pytest.mark.usefixtures("torch_installed")

TEXTS = [
    "Bağlantı zaman aşımına uğrarsa istemci isteği yeniden gönderir.",
    "İŞLETİM SİSTEMİ çekirdeği belleği sayfalara böler; sayfa tablosu adresleri çevirir.",
    "kubectl get pods -A",
]


@pytest.mark.parametrize(("folder", "load"), [(DEEP, load_layered), (COMPACT, load_static)])
def test_stock_sentence_transformers_gives_nearly_the_same_vectors(
    folder: Path, load: object, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    assert main([str(folder), "--out", str(tmp_path / "st")]) == 0
    found = SentenceTransformer(str(tmp_path / "st"), device="cpu").encode(TEXTS)
    ours = load(folder).embed_passages(TEXTS)
    assert (found * ours).sum(1).min() > 0.99
    assert np.abs(ours @ ours.T - np.eye(3)).max() < 0.9  # so the bound above tells something


def test_a_folder_that_is_no_model_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--out", str(tmp_path / "st")]) == 1
    assert "yeniden kurun" in capsys.readouterr().err
