"""Training with several processes, as README tells it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.embedder import QUICK, load_embedder
from tests.finetune.small_models import make_transformer
from tests.ui.small_documents import documents

pytest.importorskip("datasets")
pytestmark = [
    pytest.mark.usefixtures("torch_installed"),
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]
ROOT = Path(__file__).parents[2]
TORCHRUN = ("torch.distributed.run", "--standalone", "--nproc_per_node=2", "-m")


def test_two_processes_make_one_model_of_the_rounds_triples(tmp_path: Path) -> None:
    folder, home = tmp_path / "belgeler", tmp_path / "ev"
    folder.mkdir()
    for name, text in documents().items():
        (folder / name).write_text(text, "utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KILAVUZ_")}
    clean |= {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    clean |= {"KILAVUZ_HOME": str(home), "KILAVUZ_EMBEDDER": QUICK}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command],
            env=clean, cwd=tmp_path, capture_output=True, text=True, timeout=500,
        )  # fmt: skip

    assert run("ui.cli", "ingest", str(folder)).returncode == 0
    model = str(make_transformer(tmp_path / "bert"))
    train = ("ui.cli", "finetune", "train", "--model-name", model, "--batch-size", "8", "--epochs", "2",
             "--no-hard-negatives", "--device", "cpu")  # fmt: skip
    early = run(*TORCHRUN, *train)
    assert early.returncode != 0 and "soruları tek süreçle üretin" in early.stdout + early.stderr
    assert run("ui.cli", "finetune", "triples", "--no-hard-negatives").returncode == 0
    done = run(*TORCHRUN, *train)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    (facts,) = [json.loads(file.read_text("utf-8"))["steps"] for file in home.rglob("round.json")]
    assert load_embedder(facts["train"]["folder"]).dimension == 32
    left = {path.name for path in Path(facts["train"]["folder"]).parent.iterdir()}
    assert left == {"model", "log.jsonl", "training.json"}
