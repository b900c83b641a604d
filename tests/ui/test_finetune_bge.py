"""The whole loop with bge-m3's architecture, from the hub to an answer and back, as users type it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from finetune.general_set import load_general
from tests.finetune.model_fakes import dull_model
from tests.finetune.small_models import make_bge
from tests.hub_server import hub
from tests.ui.small_documents import documents

pytest.importorskip("datasets")
pytestmark = [
    pytest.mark.usefixtures("torch_installed"),
    pytest.mark.timeout(900),  # a minute where nothing else runs
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]
ROOT = Path(__file__).parents[2]


def test_bge_m3_from_the_hub_to_an_answer_and_back(tmp_path: Path) -> None:
    texts = documents()
    folder, home, cache = tmp_path / "belgeler", tmp_path / "ev", tmp_path / "cache"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    general = [text for one in load_general() for text in (one.question, one.positive)]
    make_bge(tmp_path / "hub" / "BAAI" / "bge-m3", [*texts.values(), *general])
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "KILAVUZ_"))}
    clean |= {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", "HF_HOME": str(cache)}
    clean |= {"KILAVUZ_HOME": str(home), "KILAVUZ_EMBEDDER": str(dull_model(tmp_path / "donuk"))}

    def kilavuz(*argv: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli", *argv],
            env={**clean, **more}, cwd=tmp_path, capture_output=True, text=True, timeout=800,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout

    kilavuz("ingest", str(folder))
    with hub(tmp_path / "hub") as address:
        told = kilavuz(
            "finetune", "--model-name", "BAAI/bge-m3", "--epochs", "1", "--learning-rate", "5e-5",
            "--no-hard-negatives", "--train-split", "0.4", "--device", "cpu",
            HF_ENDPOINT=address, HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_TELEMETRY="1",
        )  # fmt: skip
    assert "BAAI/bge-m3" in {"/".join(path.name.split("--")[1:]) for path in cache.glob("hub/models--*")}
    assert told.count("  geçti") == 3 and "Kullanıma alındı: model-1" in told
    assert "1024" in told  # the dimension, and so the width, of bge-m3

    # from here on there is neither a hub nor its cache: the promoted model is the home's own
    cache.rename(tmp_path / "away")
    offline = {"HF_HUB_OFFLINE": "1"}
    assert "model-1" in kilavuz("status", **offline)
    answer = kilavuz("ask", "Şimbes jeneratör ne zaman durdurulmalı?", **offline)
    assert "Şimbes" in answer and "[1] " in answer
    assert "Kullanımda: ayarlardaki gömme modeli" in kilavuz("finetune", "rollback", **offline)
    assert "model-1" not in kilavuz("status", **offline)
