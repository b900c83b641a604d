"""A whole round over a small library, with a training that hands out ready models."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.catalogue import Catalogue
from assistant.embedder import load_embedder
from assistant.errors import KilavuzError, Message
from assistant.model_in_use import InUse, Step, models_folder, read_in_use, write_in_use
from assistant.records import Chunk
from assistant.word_sketch import WordSketch
from finetune.needs import Desk, Options, Parts, Place
from finetune.promote import Switched
from finetune.records import Triple
from finetune.registry import model, models
from finetune.round import figures_of, run, verdict_of, yields_of
from finetune.rounds import Round, current_round, read_rows
from tests.fakes import OpenLibrary, WordEmbedder
from tests.fakes import read_file as file
from tests.finetune.model_fakes import dull_model, good_model
from tests.finetune.small_models import make_pair

THINGS = ["pompa", "vana", "kompresör", "türbin", "jeneratör", "filtre", "sensör", "röle", "sigorta", "kablo"]
HELD_OUT = [f"{n}.md" for n in range(8)]


@pytest.fixture(autouse=True)
def quick_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of like meaning from a fake: those of the shipped embedder take seconds to look through."""
    monkeypatch.setattr("finetune.compare.load_embedder", lambda name: WordEmbedder())


def split(source: str, train_share: float, seed: int) -> str:
    return "test" if source in HELD_OUT else "train"


def make_triples(chunks: Sequence[Chunk], options: Mapping[str, Any], progress: Any) -> SimpleNamespace:
    """A question for every chunk: its first word."""
    triples = [Triple(f"{one.text.split()[0]} nedir?", one.passage, source=one.source) for one in chunks]
    test = tuple(one for one in triples if one.source in HELD_OUT)
    train = tuple(one for one in triples if one.source not in HELD_OUT)
    progress(1, 1, "sorular")
    return SimpleNamespace(train=train, dev=test[:3], test=test, report=[{"seed": options["seed"]}])


class Training:
    """Hands out what `make` writes, and counts how often it is asked."""

    def __init__(self, make: Callable[[Path], Path]) -> None:
        self.make, self.asked = make, 0
        self.given: list[tuple[dict[str, Any], int]] = []

    def __call__(
        self,
        options: Mapping[str, Any],
        train: Sequence[Triple],
        dev: Sequence[Triple],
        out: Path,
        progress: Any,
        words: WordSketch | None,
    ) -> SimpleNamespace:
        self.asked += 1
        self.given.append((dict(options), len(train)))
        self.words = words
        out.mkdir(parents=True, exist_ok=True)
        return SimpleNamespace(folder=self.make(out / "model"), seconds=2.5, notes=[Message("not", "note")])


class Loop:
    """A home whose embedder is dull, and what a round over it needs."""

    def __init__(self, home: Path, setting: str) -> None:
        self.place = Place(home, setting)
        self.training = Training(good_model)
        self.told: list[str] = []
        self.promoted: list[str] = []
        self.general = [Triple(f"{thing} ne işe yarar?", f"{thing} burada anlatılır.") for thing in THINGS]
        self.votes: list[Triple] = []
        self.held_out: list[bool] = []

    def go(self, until: str = "promote", one: Round | None = None, **given: Any) -> Round:
        @contextmanager
        def watch(label: Message) -> Iterator[Any]:
            yield lambda done, total, name: None

        def votes(catalogue: Catalogue, held_out: Callable[[str], bool]) -> list[Triple]:
            self.held_out = [held_out("0.md"), held_out("99.md")]
            return self.votes

        def promote(name: str) -> Switched:
            self.promoted.append(name)
            return Switched(name, "", False)

        parts = Parts(make_triples, votes, split, self.training, lambda: self.general)
        desk = Desk(lambda message: self.told.append(message.tr), watch, promote)
        one = one or current_round(self.place.home)
        return run(one, until, self.place, Options(**given), parts, desk)


@pytest.fixture
def loop(open_library: OpenLibrary, tmp_path: Path) -> Loop:
    library = open_library()
    files = [
        file(f"{n}.md", *(f"{thing}{n} hattı {n} numaralı bölümde durur." for thing in THINGS[:9]))
        for n in range(16)
    ]
    library.add(files)
    library.publish()
    library.close()
    return Loop(tmp_path / "home", str(dull_model(tmp_path / "donuk")))


def test_a_better_model_goes_all_the_way(loop: Loop) -> None:
    loop.votes = [Triple("oy?", "Pasaj.", source="9.md", rule="vote")]
    one = loop.go(training={"model_name": "taban", "epochs": 1})
    assert loop.promoted == ["model-1"] and one.is_over
    assert loop.held_out == [True, False]
    assert loop.training.given == [({"model_name": "taban", "epochs": 1}, 8 * 9 + 1)]
    trained_on = [row.positive for row in read_rows(one.folder / "train.jsonl", Triple)[:-1]]
    assert loop.training.words and loop.training.words.fingerprint == WordSketch.fit(trained_on).fingerprint
    assert read_rows(one.folder / "train.jsonl", Triple)[-1].rule == "vote"
    pool = read_rows(one.folder / "pool.jsonl", Chunk)
    assert {chunk.source for chunk in pool} == set(HELD_OUT) and len(pool) == 72
    found = figures_of(one)
    assert found["test"]["candidate"].mean("dense", "ndcg@10") > found["test"]["in_use"].mean(
        "dense", "ndcg@10"
    )
    assert len(found["general"]["in_use"].questions) == len(THINGS)
    assert verdict_of(one)["promoted"] is True
    record = model(loop.place.home, "model-1")
    assert (record.base, record.parent, record.promotable, record.triples) == ("taban", "", True, 73)
    assert record.against == load_embedder(loop.place.setting).fingerprint
    assert record.figures["dense"] > record.figures["dense in use"]
    assert not (one.folder / "training").exists()  # it is with the home's models now
    assert any("73 eğitim" in said for said in loop.told) and "not" in loop.told
    assert current_round(loop.place.home).number == 2


def test_what_is_no_better_is_kept_but_not_promoted(loop: Loop) -> None:
    loop.training = Training(dull_model)
    one = loop.go()
    assert loop.promoted == [] and one.is_over
    assert [known.promotable for known in models(loop.place.home)] == [False]
    assert read_in_use(loop.place.home, loop.place.setting) is None
    assert verdict_of(one)["refusals"]


@pytest.mark.parametrize("step", ["triples", "train", "evaluate", "gate"])
def test_a_round_that_was_stopped_goes_on_after_its_last_step(step: str, loop: Loop) -> None:
    loop.go(until=step)
    kept = (current_round(loop.place.home).folder / "train.jsonl").stat().st_mtime_ns
    one = loop.go()
    assert loop.training.asked == 1 and loop.promoted == ["model-1"] and one.number == 1
    assert (one.folder / "train.jsonl").stat().st_mtime_ns == kept


def test_a_round_that_fails_leaves_the_model_in_use_and_can_be_repeated(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> Path:
        raise OSError(28, "No space left on device")

    loop.training = Training(full)
    with pytest.raises(KilavuzError, match="kaldığı yerden") as error:
        loop.go()
    assert "Kullanılan model değişmedi" in error.value.message.tr
    assert models(loop.place.home) == [] and read_in_use(loop.place.home, loop.place.setting) is None
    loop.training = Training(good_model)
    assert loop.go().is_over and loop.promoted == ["model-1"]


def test_other_options_do_the_step_again_and_options_not_given_stay(loop: Loop) -> None:
    loop.go(until="train", data={"seed": 3}, training={"epochs": 1})
    assert yields_of(current_round(loop.place.home)) == [{"seed": 3}]
    loop.go(until="train")
    assert loop.training.asked == 1
    loop.go(until="train", training={"epochs": 2})
    assert loop.training.asked == 2
    loop.go(until="train", data={"seed": 4}, training={"epochs": 2})
    assert loop.training.asked == 3
    assert yields_of(current_round(loop.place.home)) == [{"seed": 4}]


def test_it_is_measured_again_if_another_model_was_promoted_meanwhile(loop: Loop, tmp_path: Path) -> None:
    one = loop.go(until="evaluate")
    home = loop.place.home
    good_model(models_folder(home) / "model-9" / "model")
    other = load_embedder(str(models_folder(home) / "model-9" / "model")).fingerprint
    write_in_use(
        home,
        InUse(loop.place.setting, 512, (Step("", one.facts("evaluate")["against"]), Step("model-9", other))),
    )
    loop.go()
    assert loop.promoted == []  # against that one it is no better
    assert model(home, "model-1").against == other and model(home, "model-1").parent == "model-9"


def test_a_round_that_is_over_is_not_opened_again_by_other_options(loop: Loop) -> None:
    one = loop.go(training={"epochs": 1})
    loop.go("evaluate", one, training={"epochs": 9}, data={"seed": 9})
    assert one.is_over and loop.training.asked == 1


def test_a_promotion_that_was_cut_off_is_finished_and_not_judged_again(loop: Loop) -> None:
    one = loop.go(until="gate")
    home, base = loop.place.home, one.facts("evaluate")["against"]
    steps = (Step("", base), Step("model-1", model(home, "model-1").fingerprint))
    write_in_use(home, InUse(loop.place.setting, 512, steps))  # and then the process was killed
    again = loop.go(training={"epochs": 9})
    assert again.is_over and again.number == 1 and loop.promoted == ["model-1"] and loop.training.asked == 1
    assert model(home, "model-1").against == base and model(home, "model-1").promotable


def test_a_model_of_the_home_goes_on_with_its_own_split_alone(loop: Loop) -> None:
    loop.go(data={"seed": 3})
    with pytest.raises(KilavuzError, match=r"--train-split 0\.8 --seed 3"):
        loop.go(training={"model_name": "model-1"}, data={"seed": 4})
    assert loop.training.asked == 1
    loop.go(training={"model_name": "model-1"}, data={"seed": 3})
    assert loop.training.asked == 2


def test_votes_on_passages_that_held_out_documents_repeat_do_not_train(loop: Loop) -> None:
    copy, other = "pompa0 hattı 0 numaralı bölümde durur.", "vana9 hattı 9 numaralı bölümde durur."
    loop.votes = [
        Triple("pompa?", f"Başlık\n{copy}", source="eski-ad.md", rule="vote"),
        Triple("pompa?", copy, (other,), source="eski-ad.md", rule="vote"),
        Triple("vana?", other, (copy, "Röle."), source="9.md", rule="vote"),
    ]
    rows = read_rows(loop.go(until="triples").folder / "train.jsonl", Triple)
    kept = [(row.question, row.negatives) for row in rows if row.rule == "vote"]
    assert kept == [("vana?", ("Röle.",))]


def test_a_model_from_elsewhere_goes_through_the_same_gate(loop: Loop, tmp_path: Path) -> None:
    folder = good_model(tmp_path / "dosyadan")
    loop.go(folder=folder)
    assert loop.training.asked == 0 and loop.promoted == ["model-1"]
    assert model(loop.place.home, "model-1").base == str(folder) and folder.is_dir()


def test_pairs_with_the_same_layers_cost_the_same(loop: Loop, tmp_path: Path) -> None:
    in_use = make_pair(tmp_path / "kullanılan")
    loop.place = Place(loop.place.home, str(in_use))
    one = loop.go("evaluate", folder=shutil.copytree(in_use, tmp_path / "aday"))
    for both in figures_of(one).values():
        assert both["candidate"].costs["passage_ms"] == both["in_use"].costs["passage_ms"] > 0


def test_a_home_without_documents_is_one_sentence(tmp_path: Path) -> None:
    loop = Loop(tmp_path / "boş", str(dull_model(tmp_path / "donuk")))
    with pytest.raises(KilavuzError, match="önce belgelerinizi ekleyin"):
        loop.go()
    Catalogue(tmp_path / "boş" / "kilavuz.db").close()
    with pytest.raises(KilavuzError, match="Eğitilecek belge yok"):
        loop.go()
