"""Settings, tests of models, curves and the Training view, without a browser."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.errors import KilavuzError, Message
from assistant.settings import Settings, load_settings
from finetune.curves import LOG, Point, read_points
from finetune.gate import Difference
from finetune.records import Triple
from finetune.rounds import only_training
from finetune.votes import Candidate
from tests.ui.test_page import assert_harmless
from ui.control import Control
from ui.machine import look
from ui.training import RoundState, Running, TrainingDesk
from ui.try_model import try_apart
from ui.web.curves import chart
from ui.web.training import review_html, run_html

HOSTILE = '"><script>x()</script><img src=x onerror=x()>'


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Control:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ev").mkdir()
    service = SimpleNamespace(renewed=[])
    service.renew_assistant = service.renewed.append
    return Control(service, load_settings(home=tmp_path / "ev"))  # type: ignore[arg-type]


def test_a_model_that_fails_its_test_is_not_kept(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(kind: str, settings: Settings) -> Message:
        raise KilavuzError("Olmadı.", "No.")

    monkeypatch.setattr("ui.control.try_apart", fails)
    with pytest.raises(KilavuzError, match="Olmadı"):
        control.save({"embedder": "yok/boyle", "llm": "openai:x"})
    assert control.kept.next().embedder == "" and control._service.renewed == []  # type: ignore[attr-defined]
    assert control.save({"llm": "openai:x"}).waiting == ()
    assert [one.llm for one in control._service.renewed] == ["openai:x"]  # type: ignore[attr-defined]


def test_an_embedder_is_tried_in_a_process_of_its_own(tmp_path: Path) -> None:
    fine = try_apart("embedder", Settings(embedder="kilavuz-compact"))
    assert fine.tr.startswith("Gömme modeli") and "384 boyut" in fine.tr
    with pytest.raises(KilavuzError, match="bulunamadı"):
        try_apart("embedder", Settings(embedder=str(tmp_path / "yok")))
    assert "kapalı" in try_apart("reranker", Settings(reranker="")).tr
    with pytest.raises(KilavuzError, match="Böyle bir sınama yok"):
        Control.try_out(SimpleNamespace(kept=None), "rm", {})  # type: ignore[arg-type]


def test_a_machine_that_tells_nothing_is_shown_so(tmp_path: Path) -> None:
    machine = look(tmp_path / "yok", tmp_path / "yok")
    assert (machine.memory, machine.disk) == (0, 0) and machine.cores >= 1


def test_a_log_that_is_being_written_gives_its_whole_lines(tmp_path: Path) -> None:
    assert read_points(tmp_path / LOG) == ()
    entries = [
        {"step": 1, "epoch": 0.1, "loss": 2.5},
        {"step": 1, "eval_dev_cosine_ndcg@10": 0.7, "epoch": 0.1},
    ]
    (tmp_path / LOG).write_text("".join(json.dumps(one) + "\n" for one in entries) + '{"step": 2, "lo')
    assert read_points(tmp_path / LOG) == (Point(1, 0.1, 2.5, 0.7),)


@pytest.mark.parametrize("points", [[(3, 0.5)], [(0, 1.0), (10, 1.0)], [(0, -2.0), (5, 3e9)]])
def test_a_chart_stays_within_its_box(points: list[tuple[int, float]]) -> None:
    html = chart(HOSTILE, points, lambda value: f"<{value}>", "adım {step}")
    assert_harmless(html.replace("<b>", "<span>").replace("</b>", "</span>"))
    assert "nan" not in html and html.count("<circle") == len(points)
    assert chart("x", [], str, "{step}") == ""


def test_nothing_that_a_round_or_a_vote_brings_becomes_html() -> None:
    said = Message(HOSTILE, HOSTILE)
    verdict = {"promoted": False, "refusals": [{"tr": HOSTILE, "en": ""}],
               "checks": [{"label": {"tr": HOSTILE, "en": ""}, "passed": False}]}  # fmt: skip
    one = RoundState(
        2, "model-2", frozenset({"triples", "train", "evaluate", "gate"}), True, {"train": 5},
        (Point(1, 0.1, 2.0),),
        {("test", "dense", "ndcg@10"): Difference(0.8, 0.7, 0.1, (0.05, 0.15), 9, 1)}, verdict,
    )  # fmt: skip
    triple = Triple(HOSTILE, HOSTILE, source=HOSTILE)
    found = Candidate("k", triple, "doubtful", 0.6, 1, 0)
    for html in (
        run_html(Running(True, True, said, 1, 2, (said,)), one, "tr"),
        run_html(Running(error=said, outcome="failed"), one, "tr"),
        review_html([found], said, [triple], "tr"),
    ):
        assert "<script" not in html and "<img" not in html
    assert "+0,100" in run_html(Running(), one, "tr") and "(+0,050; +0,150)" in run_html(Running(), one, "tr")


def test_a_training_of_the_command_line_is_seen_and_keeps_others_out(tmp_path: Path) -> None:
    desk = TrainingDesk(SimpleNamespace(), tmp_path, "", "tr")  # type: ignore[arg-type]
    assert not desk.running().active
    with only_training(tmp_path):
        assert desk.running() == Running(active=True)
        refuse: list[Callable[[], None]] = [lambda: desk.start(False), desk.stop]
        for act in refuse:
            with pytest.raises(KilavuzError, match="eğitim"):
                act()
    assert not desk.running().active


def test_a_round_without_documents_ends_in_a_sentence(tmp_path: Path) -> None:
    desk = TrainingDesk(SimpleNamespace(), tmp_path, "", "tr")  # type: ignore[arg-type]
    desk.start(False)
    assert desk._process and desk._process.wait(60) == 1
    found = desk.running()
    assert found.outcome == "failed" and found.error and "kilavuz ingest" in found.error.tr
    assert desk.round() is None
