import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.embedder import load_embedder, load_token_counter
from assistant.errors import KilavuzError
from assistant.word_sketch import DIMENSION, WordSketch
from finetune.curves import LOG, read_points
from finetune.presets import TrainSettings
from finetune.records import ScoredPair
from tests.finetune.small_models import make_pair, make_static, make_transformer, triples

pytest.importorskip("datasets")
pytestmark = [
    pytest.mark.usefixtures("torch_installed"),
    # of torch's, transformers' and datasets' own making
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]
QUICKLY = TrainSettings(epochs=8, batch_size=16, learning_rate=2e-3, evaluations=4, warmup_steps=2)


def trained(base: Path, out: Path, **changes: object) -> "object":
    from finetune.train import train

    settings = replace(QUICKLY, model_name=str(base), **{"device": "cpu", **changes})
    return train(settings, triples(80), triples(20, first=80), out)


@pytest.mark.parametrize("make", [make_static, make_pair])
def test_our_own_formats_learn_and_are_served_without_torch(make: object, tmp_path: Path) -> None:
    base = make(tmp_path / "base")
    told: list[tuple[int, int, str]] = []
    from finetune.train import train

    settings = replace(QUICKLY, model_name=str(base), device="cpu")
    made = train(
        settings, triples(80), triples(20, first=80), tmp_path / "out",
        progress=lambda *step: told.append(step),
    )  # fmt: skip
    assert made.folder == tmp_path / "out" / "model"
    assert made.figures["ndcg@10"] > made.figures["base_ndcg@10"] + 0.1
    before, after = load_embedder(str(base)), load_embedder(str(made.folder))
    assert before.fingerprint != after.fingerprint and before.dimension == after.dimension
    question, right, wrong = "kod3 nedir, Muş", "tavuk Muş ilinde yaşar", "horoz Muş ilinde yaşar"
    near = after.embed_passages([right, wrong]) @ after.embed_question(question)
    assert near[0] > near[1]
    assert load_token_counter(str(made.folder))([right]) == after.count_tokens([right])
    card = (made.folder / "README.md").read_text("utf-8")
    assert "deneme 80" in card and "learning_rate: 0.002" in card and f"{made.figures['ndcg@10']:.4f}" in card
    assert (made.folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert made.curve[0].dev == pytest.approx(made.figures["base_ndcg@10"])
    assert any(point.loss is not None for point in made.curve)
    assert read_points(tmp_path / "out" / LOG) == made.curve  # as the page draws it while it grows
    assert told[-1][:2] == (40, 40)
    assert not (tmp_path / "out" / "checkpoints").exists()
    alone = (
        "import sys\nfrom assistant.embedder import load_embedder\n"
        f"load_embedder({str(made.folder)!r}).embed_question('kedi')\nassert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", alone], check=True, cwd=Path(__file__).parents[2])


def test_frozen_layers_stay_as_they_are_and_their_vectors_are_kept(tmp_path: Path) -> None:
    base = make_pair(tmp_path / "base")
    made = trained(base, tmp_path / "out")
    before, after = load_embedder(str(base)), load_embedder(str(made.folder))
    texts = ["kedi Ankara ilinde yaşar", "kuzu"]
    stored = before.embed_passages(texts)
    assert np.allclose(after.embed_again(texts, stored, before), after.embed_passages(texts), atol=1e-6)
    assert np.allclose(after.embed_passages(texts)[:, :32], stored[:, :32], atol=1e-6)
    assert not np.allclose(after.embed_passages(texts)[:, 32:], stored[:, 32:], atol=1e-2)


def test_words_of_the_documents_become_a_part_of_a_pair_and_stay_one(tmp_path: Path) -> None:
    from finetune.base_model import load_base, own_part
    from finetune.train import train

    base = make_pair(tmp_path / "base")
    words = WordSketch.fit(triple.positive for triple in triples(80))
    settings = replace(QUICKLY, model_name=str(base), device="cpu")
    made = train(settings, triples(80), triples(20, first=80), tmp_path / "out", words=words)
    served, before = load_embedder(str(made.folder)), load_embedder(str(base))
    assert served.dimension == before.dimension + DIMENSION
    best = max(point.dev for point in made.curve if point.dev is not None)
    assert made.figures["ndcg@10"] == pytest.approx(best, abs=0.05)  # its rows are rounded
    own = own_part(load_base(str(made.folder)))
    assert own and own.words and own.words.fingerprint == words.fingerprint


def test_layers_learn_where_asked(tmp_path: Path) -> None:
    base = make_pair(tmp_path / "base")
    made = trained(base, tmp_path / "out", train_layers=True, layers_rate=5e-3)
    before, after = load_embedder(str(base)), load_embedder(str(made.folder))
    texts = ["kedi Ankara ilinde yaşar", "kuzu"]
    stored = before.embed_passages(texts)
    assert not np.allclose(after.embed_passages(texts)[:, :32], stored[:, :32], atol=1e-2)
    assert not after.has_layers_of(before)
    assert made.figures["ndcg@10"] > made.figures["base_ndcg@10"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"loss": "cached-mnrl", "mini_batch": 8},
        {"pooling": "max", "matryoshka": (8, 16)},
        {"gradient_checkpointing": True, "instructions": False, "hard_negatives": False},
        {"lora": 8, "learning_rate": 2e-2, "epochs": 20},
    ],
    ids=["plain", "cached", "matryoshka", "checkpointing", "lora"],
)
def test_a_transformer_learns(changes: dict[str, object], tmp_path: Path) -> None:
    if "lora" in changes:
        pytest.importorskip("peft")
    base = make_transformer(tmp_path / "bert")
    made = trained(base, tmp_path / "out", max_seq_length=32, **changes)
    assert made.figures["ndcg@10"] > made.figures["base_ndcg@10"] + 0.05
    served = load_embedder(str(made.folder))
    assert served.max_tokens == 32
    assert not list(made.folder.rglob("adapter*"))
    pooling = json.loads(next(made.folder.glob("1_*/config.json")).read_text())
    assert changes.get("pooling", "mean") in str(pooling["pooling_mode"])


def test_scored_pairs(tmp_path: Path) -> None:
    from finetune.train import train

    rows = [ScoredPair(one.question, one.positive, 0.9) for one in triples(30)]
    rows += [ScoredPair(one.question, one.negatives[0], 0.1) for one in triples(30)]
    for number, loss in enumerate(("", "cosent")):
        settings = replace(
            QUICKLY, model_name=str(make_static(tmp_path / str(number))), loss=loss, device="cpu"
        )
        made = train(settings, rows, rows, tmp_path / f"out{number}")
        assert made.figures["spearman_cosine"] > made.figures["base_spearman_cosine"] + 0.2


def test_a_training_that_was_cut_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from finetune import trainer

    base = make_static(tmp_path / "base")
    steps: list[int] = []

    class Cut(Exception):
        pass

    def cut(self: object, args: object, state: object, control: object, **_: object) -> None:
        steps.append(state.global_step)
        if len(steps) == 25:
            raise Cut

    whole = trained(base, tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(trainer.Watch, "on_step_end", cut)
        with pytest.raises(Cut):
            trained(base, tmp_path / "out")
    assert not (tmp_path / "out" / "model").exists()
    checkpoints = sorted((tmp_path / "out" / "checkpoints").glob("checkpoint-*"))
    (checkpoints[-1] / "trainer_state.json").write_text("{")  # as if it had been cut while writing
    steps.clear()
    monkeypatch.setattr(
        trainer.Watch, "on_step_end",
        lambda self, args, state, control, **more: steps.append(state.global_step),
    )  # fmt: skip
    again = trained(base, tmp_path / "out")
    assert steps[0] == 11 and steps[-1] == 40
    assert again.curve == whole.curve
    both = [load_embedder(str(each.folder)).embed_question("kod1 nedir") for each in (whole, again)]
    assert np.allclose(*both, atol=1e-5)


def test_other_data_start_anew(tmp_path: Path) -> None:
    from finetune.checkpoints import open_folder

    rows = triples(4)
    assert open_folder(tmp_path, QUICKLY, rows, 16) is None
    kept = tmp_path / "checkpoints" / "checkpoint-3"
    kept.mkdir()
    (kept / "trainer_state.json").write_text("{}")
    assert open_folder(tmp_path, QUICKLY, rows, 16) == kept
    assert open_folder(tmp_path, QUICKLY, rows, 8) is None and not kept.exists()


def test_a_smaller_batch_where_memory_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from finetune import trainer

    step, sizes = trainer.OwnTrainer.training_step, []

    def narrow(self: object, *given: object, **more: object) -> object:
        sizes.append(self.args.per_device_train_batch_size)
        if sizes[-1] > 4:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return step(self, *given, **more)

    monkeypatch.setattr(trainer.OwnTrainer, "training_step", narrow)
    made = trained(make_static(tmp_path / "base"), tmp_path / "out", epochs=1)
    assert list(dict.fromkeys(sizes)) == [16, 8, 4]
    assert [note.tr for note in made.notes] == [
        f"Bellek yetmediği için eğitim {size} örneklik gruplarla yeniden başladı." for size in (8, 4)
    ]
    assert "batch_size: 4" in (made.folder / "README.md").read_text("utf-8")


def test_a_batch_that_memory_forced_is_for_the_same_settings_alone(tmp_path: Path) -> None:
    from finetune.checkpoints import batch_of, note_batch

    base, out = make_static(tmp_path / "base"), tmp_path / "out"
    settings = replace(QUICKLY, model_name=str(base), device="cpu", epochs=1)
    out.mkdir()
    note_batch(out, settings, 8)
    assert (batch_of(out, settings), batch_of(out, replace(settings, max_seq_length=64))) == (8, None)
    made = trained(base, out, epochs=1)
    assert "batch_size: 8" in (made.folder / "README.md").read_text("utf-8")
    assert [note.en for note in made.notes if "8" in note.en]  # it is told again
    other = trained(base, out, epochs=1, max_seq_length=64)
    assert "batch_size: 16" in (other.folder / "README.md").read_text("utf-8")


def test_too_little_memory_for_any_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from finetune import trainer

    def never(self: object, *_: object, **__: object) -> None:
        raise RuntimeError("CUDA out of memory.")

    monkeypatch.setattr(trainer.OwnTrainer, "training_step", never)
    with pytest.raises(KilavuzError, match="en küçük grupla"):
        trained(make_static(tmp_path / "base"), tmp_path / "out", epochs=1)


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), RuntimeError("PytorchStreamWriter failed writing file")]
)
def test_a_full_disk_in_mid_training(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from finetune import trainer

    def full(*_: object, **__: object) -> None:
        raise error

    base = make_static(tmp_path / "base")
    with monkeypatch.context() as patch:
        patch.setattr(trainer.OwnTrainer, "_save", full)
        with pytest.raises(KilavuzError, match="Diskte yer kalmadı"):
            trained(base, tmp_path / "out")
    assert not (tmp_path / "out" / "model").exists()
    assert trained(base, tmp_path / "out").folder.is_dir()


def test_too_little_room_is_told_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 1))
    with pytest.raises(KilavuzError, match="GB boş yer var"):
        trained(make_static(tmp_path / "base"), tmp_path / "out")


def test_it_stops_early_where_nothing_is_gained(tmp_path: Path) -> None:
    made = trained(
        make_static(tmp_path / "base"), tmp_path / "out", evaluations=20, patience=2, learning_rate=1e-9
    )
    assert made.curve[-1].step < 40


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"device": "cuda"}, "GPU istendi"),
        ({"device": "elma"}, "Aygıt tanınmıyor"),
        ({"pooling": "cls"}, "havuzlama değiştirilemez"),
        ({"loss": "cosine"}, "bu veriye uymaz"),
        ({"loss": "cached-mnrl"}, "cached-mnrl kaybı ne"),
        ({"matryoshka": (8,)}, "kısaltılamaz"),
        ({"lora": 4}, "katmanlı modellerde"),
        ({"model_name": "yok/boyle-bir-model"}, "Gömme modeli yüklenemedi: yok/boyle-bir-model"),
    ],
)
def test_what_cannot_be_trained(changes: dict[str, object], said: str, tmp_path: Path) -> None:
    import torch

    if changes.get("device") == "cuda" and torch.cuda.is_available():
        pytest.skip("there is a GPU")
    base = make_static(tmp_path / "base")
    with pytest.raises(KilavuzError, match=said) as told:
        _train_with(base, tmp_path / "out", changes)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "out" / "model").exists()


def _train_with(base: Path, out: Path, changes: dict[str, object]) -> None:
    from finetune.train import train

    settings = replace(QUICKLY, **{"model_name": str(base), "device": "cpu", **changes})
    train(settings, triples(20), triples(10), out)


def test_one_example_is_too_few(tmp_path: Path) -> None:
    from finetune.train import train

    with pytest.raises(KilavuzError, match="en az 2 örnek"):
        train(QUICKLY, triples(1), triples(1), tmp_path / "out")


def test_without_dev_questions_the_last_step_is_kept(tmp_path: Path) -> None:
    from finetune.train import train

    settings = replace(QUICKLY, model_name=str(make_static(tmp_path / "base")), device="cpu", epochs=1)
    made = train(settings, triples(20), [], tmp_path / "out")
    assert made.figures == {} and load_embedder(str(made.folder)).dimension == 24


def test_several_processes(tmp_path: Path) -> None:
    base = make_transformer(tmp_path / "bert")
    script = tmp_path / "run.py"
    script.write_text(
        "from dataclasses import replace\nfrom pathlib import Path\n"
        "from finetune.train import train\nfrom tests.finetune.small_models import triples\n"
        "from tests.finetune.test_train import QUICKLY\n"
        f"settings = replace(QUICKLY, model_name={str(base)!r}, device='cpu', epochs=2, patience=99)\n"
        f"made = train(settings, triples(80), triples(20, first=80), Path({str(tmp_path / 'out')!r}))\n"
        "assert made.curve[-1].step <= 6  # three an epoch at most; alone it would be five\n"
    )
    root = Path(__file__).parents[2]
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node=2",
        str(script),
    ]
    subprocess.run(
        command, check=True, cwd=root, timeout=200,
        env={**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
    )  # fmt: skip
    assert load_embedder(str(tmp_path / "out" / "model")).dimension == 32
