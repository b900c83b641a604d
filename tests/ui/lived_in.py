"""A home that looks as after a month of work, on the real server, and the views of its page.

The accessibility test and the screenshots of README share it. All of it is made by rule: the same each time.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

import pytest

from assistant.model_in_use import models_folder
from assistant.settings import load_settings
from assistant.whole_file import write_json
from finetune.compare import Figures
from finetune.gate import decide
from finetune.records import Triple
from finetune.registry import Model, register
from finetune.rounds import Round, write_rows
from tests.finetune.model_fakes import dull_model
from tests.ui.service_fakes import running
from ui.access import Access
from ui.control import Control
from ui.server import build_app
from ui.service import Service, open_service
from ui.training import METRICS

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAMPLES = Path(__file__).parents[2] / "assistant" / "samples"
FILTERS = """# Kompresör filtreleri

## Hava filtresi

Hava filtresi 2.000 çalışma saatinde bir değiştirilir. Tozlu ortamda bu süre yarıya iner; basınç farkı 0,5 bar
değerini aşarsa filtre beklemeden değiştirilir.

| Filtre | Süre | Parça |
|---|---|---|
| Hava | 2.000 saat | KY-7781 |
| Yağ | 1.500 saat | KY-7790 |

## Yağ filtresi

1. Kompresörü durdurun ve basıncı boşaltın.
2. Filtreyi sökün, contayı yağlayın.
3. Yeni filtreyi elle sıkın.

```
kompresor --sayac sifirla
```
"""
ASKED = (
    "Titreşim hangi değeri aşarsa pompa durdurulmalı?",
    "E-1042 hatası ne anlama gelir?",
    "Hava filtresi kaç saatte bir değiştirilir?",
    "Salmastra sızıntısı nasıl giderilir?",
    "Fabrika ayarlarına nasıl dönülür?",
    "RUN LED'i sürekli kırmızı yanıyorsa ne yapmalıyım?",
    "Gömme neden tek başına yetmez?",
    "Modbus TCP hangi portu kullanır?",
    "Yıllık izin kaç gündür?",
    "Fazla mesai ücreti nasıl hesaplanır?",
)
PUMP = ASKED[0]
"""Its answer cites a page of the PDF."""
FILTER = ASKED[2]
"""Its answer cites the Markdown file above."""


@dataclass(frozen=True, slots=True)
class LivedIn:
    """Both addresses serve the same library, the second one behind a login."""

    url: str
    closed: str
    service: Service


@contextmanager
def lived_in(folder: Path) -> Iterator[LivedIn]:
    """Make the home in `folder` and serve it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one.startswith("KILAVUZ_")]:
            patch.delenv(name)
        patch.chdir(folder)
        home = folder / "kilavuz"
        drop = home / "belgeler"
        (drop / "kompresör").mkdir(parents=True)
        for sample in SAMPLES.iterdir():
            copyfile(sample, drop / sample.name)
        (drop / "kompresör" / "filtreler.md").write_text(FILTERS, "utf-8")
        (drop / "taranmış sözleşme.pdf").write_bytes(b"%PDF-1.4\nbozuk")
        (home / "kilavuz.toml").write_text('embedder = "kilavuz-compact"\n')
        settings = load_settings(home=home)
        service = open_service(settings)
        service.ingest()
        _converse(service)
        _evaluate(home)
        _train(home, folder / "egitilmis")
        control = Control(service, settings)
        try:
            with (
                running(build_app(service, "belirteç", "tr", None, 100, control)) as url,
                running(build_app(service, "belirteç", "tr", Access(home, ("ayşe", "gizli")))) as closed,
            ):
                yield LivedIn(url, closed, service)
        finally:
            control.training.close()
            service.close()


def _converse(service: Service) -> None:
    """A month of questions, most in conversations of two, with votes."""
    chance = random.Random(8)
    now = datetime.now(UTC)
    for days in range(34, -1, -1):
        for number in range(1 + (days * 7) % 5):
            question = chance.choice(ASKED)
            conversation = f"{days:02d}{number // 2:030d}"
            *_, last = service.assistant.stream(question, [], conversation)
            when = (now - timedelta(days=days, minutes=11 * number)).isoformat(timespec="seconds")
            with service.catalogue.change() as db:
                db.execute("UPDATE turns SET asked_at = ? WHERE id = ?", (when, last.turn))
                if chance.random() < 0.4:
                    vote = -1 if last.abstained or chance.random() < 0.15 else 1
                    db.execute("INSERT INTO votes VALUES (?, 'answer', ?, ?)", (last.turn, vote, when))
                    if last.hits:
                        db.execute("INSERT INTO votes VALUES (?, 'hit:0', ?, ?)", (last.turn, vote, when))


def _evaluate(home: Path) -> None:
    """Five evaluations that get better."""
    for number in range(5):
        at = datetime.now(UTC) - timedelta(days=28 - 6 * number)
        values = {"recall@1": 0.58, "recall@10": 0.83, "mrr@10": 0.66, "answered": 0.78}
        figures = {
            name: {"value": value + 0.02 * number, "interval": [value + 0.02 * number - 0.05, value + 0.1]}
            for name, value in values.items()
        }
        figures["seconds"] = {"value": 0.02, "interval": None}
        write_json(
            home / "degerlendirmeler" / f"{at:%Y-%m-%dT%H%M%S.%f}.json",
            {"at": at.isoformat(timespec="seconds"), "files": ["sorular.jsonl"], "questions": 150,
             "embedder": "kilavuz-compact", "llm": "", "figures": figures},
        )  # fmt: skip


def _train(home: Path, folder: Path) -> None:
    """A round that got through the gate and waits to be promoted, and the model of one that did not."""
    chance = random.Random(5)
    one = Round(models_folder(home) / "turlar" / "2")
    working = one.folder / "training"
    working.mkdir(parents=True)
    curve = [{"step": 20 * n, "epoch": n / 10, "loss": 2.4 / (1 + n / 4) + 0.05 * (n % 3)} for n in range(40)]
    curve += [
        {"step": 200 * n, "epoch": n, "eval_dev_cosine_ndcg@10": 0.74 + 0.02 * n**0.7} for n in range(5)
    ]
    (working / "log.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in curve))
    triples = [Triple(question, FILTERS[60:300], source="kompresör/filtreler.md") for question in ASKED[:4]]
    write_rows(one.folder / "train.jsonl", triples)
    found = {
        name: {role: _figures(role, gain, chance) for role, gain in (("candidate", 0.06), ("in_use", 0.0))}
        for name in ("test", "general")
    }
    write_json(
        one.folder / "figures.json",
        {name: {role: asdict(each) for role, each in both.items()} for name, both in found.items()},
    )
    test, general = found["test"], found["general"]
    verdict = decide(test["candidate"], test["in_use"], general["candidate"], general["in_use"])
    write_json(one.folder / "verdict.json", asdict(verdict))
    at = datetime.now(UTC) - timedelta(days=1)
    model = dull_model(folder)
    for name, days, good, dense in (("model-1", 15, False, 0.744), ("model-2", 1, True, 0.803)):
        made = (at - timedelta(days=days)).isoformat(timespec="seconds")
        figures = {"dense": dense, "dense in use": 0.741, "hybrid": dense + 0.05, "hybrid in use": 0.79,
                   "general": 0.86, "general in use": 0.861,
                   "dense low": dense - 0.76, "dense high": dense - 0.72}  # fmt: skip
        register(home, model, Model(name, made, "", "", name, "x", good, 1240, 940.0, figures))
    one.note("triples", counts={"train": 1240, "dev": 150, "test": 310, "votes": 42})
    one.note("train")
    one.note("evaluate")
    one.note("gate", promoted=verdict.promoted)


def _figures(role: str, gain: float, chance: random.Random) -> Figures:
    questions = tuple(f"soru {number}" for number in range(120))
    clusters = tuple(f"belge {number % 12}" for number in range(120))

    def scores() -> tuple[float, ...]:
        return tuple(min(1.0, 0.7 + gain + chance.uniform(-0.15, 0.15)) for _ in questions)

    sides = {side: {metric: scores() for metric in METRICS} for side in ("dense", "hybrid")}
    return Figures(role, role, questions, clusters, sides, {}, 400)


# --- the views ------------------------------------------------------------------------------------------


def ask(page: "Page", question: str) -> None:
    """A new conversation with this question, answered."""
    page.click("#start [data-action=new]")
    page.wait_for_selector("#past .empty")
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    page.wait_for_selector(f"#live .turn:not(.growing):has-text('{question}')")
    page.wait_for_selector("#sources .evidence")
    page.wait_for_selector("#box .submit-button")


def _empty(page: "Page") -> None:
    page.wait_for_selector("#past .empty .examples button")


def _answer(page: "Page") -> None:
    ask(page, PUMP)
    page.click("#sources .source.cited .why summary >> nth=0")
    page.click("#sources .source:not(.cited) summary >> nth=0")


def _pdf(page: "Page") -> None:
    page.click("#live .cite >> nth=0")
    page.wait_for_selector(".viewer[data-kind=pdf] mark.quote")


def _text(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector("#viewer", state="hidden")
    ask(page, FILTER)
    page.click("#live .cite >> nth=0")
    page.wait_for_selector(".viewer[data-kind=text] .part.here mark.quote")


def _remark(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector("#viewer", state="hidden")
    page.click("#live [data-target=answer][data-vote='-1']")
    page.wait_for_selector("#remark .remark .reason")


def _seek(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector("#remark .remark", state="hidden")
    page.click("#sources .where")
    page.fill("#where input", "yağ filtresi")
    page.press("#where input", "Enter")
    page.wait_for_selector("#where li .act")


def _scope(page: "Page") -> None:
    page.click("#scope-bar .toggle")
    page.click("#scope-list [role=checkbox] >> nth=1")
    page.wait_for_selector("#scope-bar .chip")


def _menu(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.click("#scope-bar .clear")
    page.wait_for_selector("#scope-bar .chip", state="detached")
    page.hover("#conversations li.current")
    page.click("#conversations li.current [data-menu]")


def _shortcuts(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.click("#nav [data-shortcuts]")
    page.wait_for_selector("#shortcuts[open]")


def _documents(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.click("[role=tab][data-view=documents]")
    page.wait_for_selector(".documents tbody tr >> nth=4")


def _preview(page: "Page") -> None:
    page.click(".documents tr:has-text('Kompresör') [data-action=preview] >> nth=0")
    page.wait_for_selector("#preview .passage")


def _deleted(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector("#preview .preview", state="detached")
    row = ".documents tr:has-text('gömme')"
    page.click(f"{row} [data-confirm]")
    page.click(f"{row} .danger")
    page.wait_for_selector(".gone .again")


def _quality(page: "Page") -> None:
    page.click(".gone .again")
    page.wait_for_selector(".gone", state="detached")
    page.click("[role=tab][data-view=quality]")
    page.wait_for_selector(".quality .chart svg")
    page.click("#quality .numbers summary >> nth=0")


def _training(page: "Page") -> None:
    page.click("[role=tab][data-view=training]")
    page.wait_for_selector("#training-run .verdict")
    page.wait_for_selector("#training-models .models tbody tr")
    page.click("#training-review .examples summary")


def _settings(page: "Page") -> None:
    page.click("[role=tab][data-view=settings]")
    page.wait_for_selector("#settings-machine .meter")


VIEWS: dict[str, Callable[["Page"], None]] = {
    "empty": _empty, "answer": _answer, "pdf": _pdf, "text": _text, "remark": _remark, "seek": _seek,
    "scope": _scope, "menu": _menu, "shortcuts": _shortcuts, "documents": _documents, "preview": _preview,
    "deleted": _deleted, "quality": _quality, "training": _training, "settings": _settings,
}  # fmt: skip
"""Each view of the page and how one comes to it from the one before, at a width of 1440."""
