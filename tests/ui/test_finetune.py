"""`kilavuz finetune` from its arguments to what it prints, with a training that hands out ready models."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

from assistant.build import open_library
from assistant.catalogue import Catalogue
from assistant.errors import Message
from assistant.model_in_use import read_in_use
from assistant.records import Chunk
from assistant.settings import Settings
from finetune.needs import Parts
from finetune.records import Triple
from finetune.registry import models
from finetune.rounds import current_round, only_training
from tests.fakes import WordEmbedder
from tests.fakes import read_file as file
from tests.finetune.model_fakes import dull_model, good_model
from tests.ui.service_fakes import running
from ui.cli import main
from ui.client import ServerFile
from ui.local_api import local_routes
from ui.server import write_server_file
from ui.service import open_service

THINGS = ["pompa", "vana", "kompresör", "türbin", "jeneratör", "filtre", "sensör", "röle", "sigorta", "kablo"]
HELD_OUT = [f"{n}.md" for n in range(6)]
ENGLISH = re.compile(r"[Qq]uestion|[Mm]odel is|[Tt]raining|[Pp]assage|[Dd]ense|interval|definition")


@pytest.fixture(autouse=True)
def quick_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of like meaning from a fake: those of the shipped embedder take seconds to look through."""
    monkeypatch.setattr("finetune.compare.load_embedder", lambda name: WordEmbedder())


@dataclass
class Loop:
    """A home with a dull embedder; `make` writes what a training gives."""

    home: Path
    make: Callable[[Path], Path] = good_model
    trained: int = 0
    options: dict[str, Any] | None = None

    def triples(self, chunks: Sequence[Chunk], options: Mapping[str, Any], step: Any) -> SimpleNamespace:
        made = [Triple(f"{one.text.split()[0]} nedir?", one.passage, source=one.source) for one in chunks]
        test = [one for one in made if one.source in HELD_OUT]
        train = [one for one in made if one.source not in HELD_OUT]
        found = {"split": "train", "rule": "definition", "made": 9, "kept": 7, "dropped": {"copied": 2}}
        return SimpleNamespace(train=train, dev=test[:2], test=test, report=[found])

    def train(
        self, options: Any, rows: Any, dev: Any, out: Path, step: Any, words: Any = None
    ) -> SimpleNamespace:
        self.trained += 1
        self.options = dict(options)
        out.mkdir(parents=True, exist_ok=True)
        return SimpleNamespace(
            folder=self.make(out / "model"), seconds=1.0, notes=[Message("Bitti.", "Done.")]
        )

    def parts(self, *given: object) -> Parts:
        def votes(catalogue: Catalogue, held_out: Any) -> list[Triple]:
            return []

        def split(source: str, share: float, seed: int) -> str:
            return "test" if source in HELD_OUT else "train"

        general = [Triple(f"{thing} ne işe yarar?", f"{thing} burada anlatılır.") for thing in THINGS]
        return Parts(self.triples, votes, split, self.train, lambda: general)


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loop:
    for name in [name for name in os.environ if name.startswith("KILAVUZ_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "ev"
    monkeypatch.setenv("KILAVUZ_HOME", str(home))
    monkeypatch.setenv("KILAVUZ_EMBEDDER", str(dull_model(tmp_path / "donuk")))
    monkeypatch.chdir(tmp_path)
    library = open_library(Settings())
    texts = ([f"{thing}{n} hattı {n} numaralı bölümde durur." for thing in THINGS[:9]] for n in range(10))
    library.add([file(f"{n}.md", *some) for n, some in enumerate(texts)])
    library.publish()
    library.rebuild()
    library.close()
    one = Loop(home)
    monkeypatch.setattr("finetune.parts.round_parts", one.parts)
    return one


def said(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> str:
    assert main(["finetune", *argv]) == code
    found = capsys.readouterr()
    return found.out + found.err


def test_the_whole_round_without_a_server(loop: Loop, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--epochs", "1", "--train_split", "0.7")
    assert loop.options == {"epochs": 1.0}
    for part in (
        "Üretilen",
        "  tanım",
        "Anlam araması",
        "nDCG@10",
        "Genel küme",
        "geçti",
        "Kullanıma alındı: model-1",
    ):
        assert part in told
    assert ENGLISH.findall(told) == []
    in_use = read_in_use(loop.home, os.environ["KILAVUZ_EMBEDDER"])
    assert in_use and in_use.model == "model-1"
    library = open_library(Settings())
    assert (
        library.versions()["embedder"] == "model-1" and not library.needs_rebuild
    )  # its index was built at once
    library.close()
    assert re.search(r"model-1 .* kullanımda", said(capsys, "models"))
    assert json.loads(said(capsys, "models", "--json"))["in_use"] == "model-1"
    assert "Kullanımda: ayarlardaki gömme modeli" in said(capsys, "rollback")
    assert "Geri dönülecek bir model yok" in said(capsys, "rollback", code=1)
    assert "Kullanıma alındı: model-1" in said(capsys, "promote", "model-1")


def test_a_model_that_is_no_better_is_refused_and_pruned(
    loop: Loop, capsys: pytest.CaptureFixture[str]
) -> None:
    loop.make = dull_model
    told = said(capsys)
    assert "kesin olarak daha iyi değil" in told and "kullanılan model değişmedi" in told
    assert read_in_use(loop.home, os.environ["KILAVUZ_EMBEDDER"]) is None
    assert "gösterilemedi" in said(capsys, "promote", "model-1", code=1)
    assert "1 model ve 1 tur silindi" in said(capsys, "prune")
    assert models(loop.home) == []
    assert "Henüz eğitilmiş bir model yok" in said(capsys, "models")


def test_step_by_step_in_english_and_as_json(loop: Loop, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Train one first" in said(capsys, "gate", "--language", "en", code=1).replace(
        "train one", "Train one"
    )
    told = said(capsys, "triples", "--language", "en")
    assert "36 training" in told and "  definition " in told
    said(capsys, "train")
    assert "95 %" in said(capsys, "evaluate", "--language", "en")
    facts = json.loads(said(capsys, "gate", "--json"))
    assert facts["verdict"]["promoted"] is True and facts["figures"]["test"]["candidate"]["questions"] == 54
    assert loop.trained == 1
    assert read_in_use(loop.home, os.environ["KILAVUZ_EMBEDDER"]) is None
    assert "model-1" in said(capsys, "promote")
    assert "nDCG@10" in said(capsys, "evaluate")  # shown again, though the round is over
    assert loop.trained == 1


def test_a_second_training_is_refused(loop: Loop, capsys: pytest.CaptureFixture[str]) -> None:
    with only_training(loop.home):
        assert "başka bir eğitim sürüyor" in said(capsys, "train", code=1)


@pytest.fixture
def server(loop: Loop) -> Iterator[Any]:
    service = open_service(Settings())
    app = FastAPI()
    app.include_router(local_routes(service, "gizli"))
    with running(app) as url:
        write_server_file(loop.home, ServerFile(url, "gizli", os.getpid(), url))
        service.request_ingest()
        assert service.wait_idle(60)
        yield service
    service.close()


def test_a_running_server_promotes_and_goes_on_answering(
    loop: Loop, server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Kullanıma alındı: model-1" in said(capsys)
    assert server.search("pompa hattı")  # whichever of both models serves by now
    until = time.monotonic() + 60
    while server.can_be_deepened and time.monotonic() < until:
        assert server.search("vana")
        time.sleep(0.02)
    assert server.status().embedder == "model-1"
    assert "Kullanımda: ayarlardaki gömme modeli" in said(capsys, "rollback")
    assert server.status().embedder != "model-1" and server.search("pompa hattı")


def test_a_round_is_closed_by_a_promotion_by_name_and_not_opened_by_another_model(
    loop: Loop, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "gate", code=1)
    said(capsys, "train")
    said(capsys, "gate")
    assert "Kullanıma alındı: model-1" in said(capsys, "promote", "model-1")
    assert "--output-dir ile verilir" in said(capsys, "evaluate", "--model-name", "başka", code=1)
    assert loop.trained == 1 and current_round(loop.home).number == 2


def test_a_folder_is_promoted_by_way_of_the_gate(
    loop: Loop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good_model(tmp_path / "benim")
    assert "Kullanıma alındı: model-1" in said(capsys, "promote", "benim")
    assert loop.trained == 0 and models(loop.home)[0].base.endswith("benim")
    assert "Böyle bir model ya da klasör yok" in said(capsys, "promote", "yok", code=1)


def test_a_file_trains_without_touching_the_homes_models(
    loop: Loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("finetune.parts._train", lambda place, *given: loop.train(*given))
    rows = [
        {"question": f"{n}. bölüm?", "answer": f"{n}. bölümde {n} numaralı pompa durur."} for n in range(30)
    ]
    Path("veri.json").write_text(json.dumps(rows), "utf-8")
    told = said(capsys, "--data_path", "veri.json", "--output_dir", "model", "--epochs=1")
    assert "Model hazır: model" in told and "Fark (%95 aralığı)" in told and "soru var" in told
    assert models(loop.home) == []
    assert "Fark" not in said(capsys, "--output_dir", "model", "--test_only")
    assert "Fark" in said(capsys, "--output_dir", "model", "--compare")
    found = json.loads(
        said(capsys, "evaluate", "--output-dir", "model", "--data-path", "veri.json", "--json")
    )
    assert found["tuned"]["questions"] == 30
    assert "yok.json" in said(capsys, "--data-path", "yok.json", "--output-dir", "y", code=1)


def test_votes_are_looked_through(loop: Loop, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Oylardan 0 örnek çıktı" in said(capsys, "feedback")
    assert "tek bir aday yok" in said(capsys, "feedback", "accept", "abc", code=1)
    Path("karar.jsonl").write_text(
        json.dumps({"question": "Vana nerede?", "positive": "Vana bodrumda.", "state": "accepted"}) + "\n",
        "utf-8",
    )
    assert "1 karar" in said(capsys, "feedback", "import", "karar.jsonl")
    listed = said(capsys, "feedback", "list")
    assert "Vana nerede?" in listed and "1 tanesi eğitime girecek" in listed
    assert "1 örnek yazıldı" in said(capsys, "feedback", "export", "dışarı.jsonl")
    assert "Vana nerede?" in Path("dışarı.jsonl").read_text("utf-8")


def test_an_empty_home_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KILAVUZ_HOME", str(tmp_path / "boş"))
    assert "önce belgelerinizi ekleyin" in said(capsys, "triples", code=1)
    assert "önce belgelerinizi ekleyin" in said(capsys, "feedback", code=1)
    assert "Henüz eğitilmiş bir model yok" in said(capsys, "models")
