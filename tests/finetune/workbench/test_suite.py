"""The suite: which ways, what is measured, resumed, told; table and plot."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import KilavuzError
from finetune.records import ScoredPair, Triple
from tests.finetune.workbench.models import SENTENCES, tiny

torch = pytest.importorskip("torch")

from finetune.workbench import suite  # noqa: E402
from finetune.workbench.suite import RESULTS, Variant, run_suite, variants  # noqa: E402
from finetune.workbench.suite_report import PLOT, TABLE, table, write_report  # noqa: E402

PAIRS = [ScoredPair(one, other, float(one == other)) for one in SENTENCES for other in SENTENCES]
QUESTIONS = [Triple(text, f"{text} Ayrıntısı kılavuzdadır.") for text in SENTENCES]


def test_an_ablation_changes_one_thing_and_a_grid_all() -> None:
    axes: dict[str, Any] = {"dimension": [64, 128], "precision": ["int8"]}
    assert variants(["a"], axes) == [
        Variant("a"), Variant("a", dimension=64), Variant("a", dimension=128), Variant("a", precision="int8"),
    ]  # fmt: skip
    assert len(variants(["a", "b"], axes, grid=True)) == 12
    assert Variant("x/a", dimension=64, precision="int8").label() == "a dimension=64 precision=int8"


def test_models_and_ways_in_one_table(tmp_path: Path) -> None:
    bert = tiny("bert", tmp_path / "bert")
    axes: dict[str, Any] = {
        "layer": [1], "pooling": ["cls"], "dimension": [8], "prompt": ["soru: "],
        "precision": ["int8", "binary"], "chunk_tokens": [5],
    }  # fmt: skip
    wanted = [Variant("kilavuz-compact"), *variants([bert], axes)]
    outcomes = run_suite(wanted, tmp_path / "out", PAIRS, QUESTIONS)
    assert [each.variant for each in outcomes] == wanted and all(each.figures for each in outcomes)
    by = {each.variant.label(): each.figures for each in outcomes}
    quick = by["kilavuz-compact"]
    assert quick is not None and quick.ndcg == 1 and quick.spearman is not None and quick.spearman > 0.7
    small, bits, plain = by["bert dimension=8"], by["bert precision=binary"], by["bert"]
    assert small is not None and bits is not None and plain is not None
    assert (small.dimension, small.bytes_per_vector) == (8, 32)
    assert (bits.bytes_per_vector, plain.bytes_per_vector) == (4, 128)
    chunked, first = by["bert chunk=5"], by["bert layer=1"]
    assert chunked is not None and chunked.vectors > plain.vectors == len(QUESTIONS)
    assert first is not None and first.pearson != plain.pearson
    assert plain.memory_mb is None or plain.memory_mb > 50
    write_report(outcomes, tmp_path / "out")
    assert (tmp_path / "out" / TABLE).read_text("utf-8").count("\n") == len(wanted) + 2
    assert (tmp_path / "out" / PLOT).read_bytes().startswith(b"\x89PNG")


def test_it_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []
    real = suite._measured

    def counting(embedder: Any, variant: Variant, *rest: Any) -> Any:
        measured.append(variant.label())
        if len(measured) == 2:
            raise KeyboardInterrupt
        return real(embedder, variant, *rest)

    monkeypatch.setattr(suite, "_measured", counting)
    wanted = variants(["kilavuz-compact"], {"dimension": [64]})
    with pytest.raises(KeyboardInterrupt):
        run_suite(wanted, tmp_path, PAIRS)
    first = json.loads((tmp_path / RESULTS).read_text("utf-8"))
    assert len(first["results"]) == 1
    outcomes = run_suite(wanted, tmp_path, PAIRS)
    assert measured == ["kilavuz-compact", "kilavuz-compact dimension=64", "kilavuz-compact dimension=64"]
    assert len(outcomes) == 2
    run_suite(wanted, tmp_path, PAIRS[:5])  # other data: measured anew
    assert len(measured) == 5


def test_a_way_that_a_model_does_not_have_is_told_in_its_row(tmp_path: Path) -> None:
    wanted = variants(["kilavuz-compact"], {"dimension": [100_000], "layer": [3]})
    plain, *others = run_suite(wanted, tmp_path, PAIRS)
    assert plain.figures and [each.figures for each in others] == [None, None]
    said = table([plain, *others])
    assert "Hedef boyut 1 ile" in said and "katmanları yok" in said
    assert "target dimension" in table([plain, *others], "en")


def test_bad_input(tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="Ölçmek için veri gerekir"):
        run_suite([Variant()], tmp_path)
    with pytest.raises(KilavuzError, match="klasörü bulunamadı"):
        run_suite([Variant(str(tmp_path / "yok"))], tmp_path, PAIRS)
    (tmp_path / RESULTS).write_text('{"version": 1, "results": {"a": 3}}', "utf-8")
    with pytest.raises(KilavuzError, match="ölçüm sonucu değil"):
        run_suite([Variant("kilavuz-compact")], tmp_path, PAIRS)
