"""Training from a file, with a training that hands out a ready model."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.embedder import QUICK, load_embedder
from assistant.errors import KilavuzError, Message
from finetune.compare import Figures, PairFigures
from finetune.from_file import FileParts, Measured, measure_again, split, train_from_file
from finetune.needs import Desk
from finetune.promote import Switched
from finetune.records import ScoredPair, Triple
from tests.fakes import WordEmbedder
from tests.finetune.model_fakes import dull_model, good_model

TRIPLES = [Triple(f"{n}. bölümde ne durur?", f"{n}. bölümde {n} numaralı pompa durur.") for n in range(30)]
PAIRS = [ScoredPair(f"pompa {n}", f"pompa {n}" if n % 2 else f"vana {n + 9}", n % 2) for n in range(30)]


@pytest.fixture(autouse=True)
def quick_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of like meaning from a fake: those of the shipped embedder take seconds to look through."""
    monkeypatch.setattr("finetune.compare.load_embedder", lambda name: WordEmbedder())


class Bench:
    """What a training from a file needs, with notes of what was asked for."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows, self.told = rows, list[str]()
        self.mined: list[Any] = []
        self.trained: list[tuple[list[Any], list[Any]]] = []
        self.make = good_model

    def train(
        self, options: Mapping[str, Any], rows: Sequence[Any], dev: Sequence[Any], out: Path, step: Any
    ) -> SimpleNamespace:
        self.trained.append((list(rows), list(dev)))
        out.mkdir(parents=True, exist_ok=True)
        notes = [Message("not", "note")]
        folder = out / "model" if (out / "model").exists() else self.make(out / "model")
        return SimpleNamespace(folder=folder, seconds=1.5, notes=notes)

    def mine(self, rows: Sequence[Any], options: Mapping[str, Any], step: Any) -> Sequence[Any]:
        self.mined = list(rows)
        return rows

    @property
    def parts(self) -> FileParts:
        advice = [Message("veri az", "few data")]
        return FileParts(lambda path: self.rows, self.mine, lambda rows, options: advice, self.train)

    @property
    def desk(self) -> Desk:
        @contextmanager
        def watch(label: Message) -> Iterator[Any]:
            yield lambda done, total, name: None

        return Desk(
            lambda message: self.told.append(message.tr), watch, lambda name: Switched(name, "", True)
        )

    def go(self, out: Path, base: str = QUICK, helps: bool = False, **options: Any) -> Measured:
        return train_from_file(Path("v.json"), out, base, options, self.parts, self.desk, helps)


def test_the_model_lands_whole_with_what_it_was_not_trained_on(tmp_path: Path) -> None:
    bench, out = Bench(TRIPLES), tmp_path / "modeller" / "benim"
    base = str(dull_model(tmp_path / "donuk"))
    measured = bench.go(out, base)
    tuned, before = measured.figures["tuned"], measured.figures["base"]
    assert isinstance(tuned, Figures) and isinstance(before, Figures)
    assert tuned.mean("dense", "ndcg@10") > before.mean("dense", "ndcg@10")
    assert load_embedder(str(out)).fingerprint == tuned.fingerprint
    facts = json.loads((out / "kilavuz.json").read_text("utf-8"))
    assert (facts["base"], facts["rows"]) == (base, {"train": 24, "dev": 3, "test": 3})
    [(rows, dev)] = bench.trained
    assert len(rows) == 24 and len(dev) == 3 and bench.mined == rows
    assert bench.told == ["veri az", "not"]
    assert [path.name for path in out.parent.iterdir()] == ["benim"]  # nothing of the work is left

    again = measure_again(out, None, None, True, bench.desk)
    assert again.figures["tuned"] != before
    assert again.figures["tuned"].scores == tuned.scores and again.figures["base"].scores == before.scores  # type: ignore[union-attr]
    alone = measure_again(out, None, TRIPLES, False, bench.desk).figures
    assert list(alone) == ["tuned"] and len(alone["tuned"].questions) == 30  # type: ignore[union-attr]


def test_pairs_are_measured_as_pairs(tmp_path: Path) -> None:
    bench = Bench(PAIRS)
    measured = bench.go(tmp_path / "m")
    tuned = measured.figures["tuned"]
    assert isinstance(tuned, PairFigures) and tuned.pairs == 3
    assert bench.mined == []
    again = measure_again(tmp_path / "m", QUICK, None, True, bench.desk).figures
    assert again["base"].pairs == again["tuned"].pairs == 3  # type: ignore[union-attr]


def test_negatives_are_those_of_the_file_mined_or_none(tmp_path: Path) -> None:
    with_own = Bench([Triple(one.question, one.positive, ("yanlış",)) for one in TRIPLES])
    with_own.go(tmp_path / "a")
    assert with_own.mined == [] and with_own.trained[0][0][0].negatives == ("yanlış",)
    without = Bench(with_own.rows)
    without.go(tmp_path / "b", hard_negatives=False)
    assert without.mined == [] and without.trained[0][0][0].negatives == ()


def test_a_full_disk_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, out = Bench(TRIPLES), tmp_path / "m"
    bench.go(out)
    kept = sorted(path.name for path in out.iterdir())
    before = (out / "kilavuz.json").read_bytes()

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken, pytest.raises(KilavuzError, match="diskte yer açıp"):
        broken.setattr("shutil.copytree", full)
        bench.make = lambda folder: folder
        (tmp_path / ".m.calisma" / "model").mkdir(parents=True)
        good = load_embedder(QUICK)
        broken.setattr("finetune.from_file.load_embedder", lambda name: good)
        bench.go(out)
    assert sorted(path.name for path in out.iterdir()) == kept
    assert (out / "kilavuz.json").read_bytes() == before
    assert not list(tmp_path.glob(".m.yeni"))


def test_a_folder_with_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "belge.txt").write_text("önemli")
    bench = Bench(TRIPLES)
    with pytest.raises(KilavuzError, match="boş değil"):
        bench.go(tmp_path)
    assert bench.trained == [] and (tmp_path / "belge.txt").read_text() == "önemli"


def test_a_helping_process_trains_and_writes_nothing(tmp_path: Path) -> None:
    bench = Bench(TRIPLES)
    assert bench.go(tmp_path / "m", helps=True).figures == {}
    assert len(bench.trained) == 1 and not (tmp_path / "m").exists()


def test_what_cannot_be_measured_is_one_sentence(tmp_path: Path) -> None:
    desk = Bench([]).desk
    with pytest.raises(KilavuzError, match="Ölçülecek model klasörü yok"):
        measure_again(tmp_path / "yok", None, TRIPLES, False, desk)
    folder = good_model(tmp_path / "m")
    with pytest.raises(KilavuzError, match="sınama verisi yok"):
        measure_again(folder, None, None, False, desk)
    with pytest.raises(KilavuzError, match="Neyle karşılaştırılacağı"):
        measure_again(folder, None, TRIPLES, True, desk)


def test_the_split_keeps_passages_together_and_is_the_same_each_time() -> None:
    rows = [Triple(f"soru {n}", f"pasaj {n // 2}") for n in range(200)]
    train, dev, test = split(rows, 0.8, 0)
    assert (len(train), len(dev), len(test)) == (160, 20, 20)
    sides = [{one.positive for one in part} for part in (train, dev, test)]
    assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
    assert split(rows, 0.8, 0) == (train, dev, test) != split(rows, 0.8, 1)
    assert split(rows[::-1], 0.8, 0)[2] == test[::-1]  # the order of the file does not matter


@pytest.mark.parametrize(("count", "sizes"), [(2, (2, 0, 0)), (3, (1, 1, 1)), (4, (2, 1, 1))])
def test_tiny_files_hold_something_out_if_they_can(count: int, sizes: tuple[int, int, int]) -> None:
    rows = [Triple(f"soru {n}", f"pasaj {n}") for n in range(count)]
    assert tuple(map(len, split(rows, 0.8, 0))) == sizes
