from pathlib import Path

import numpy as np
import pytest

from benchmarks.export import TORCH, Row, compare, table
from tests.finetune.small_models import make_transformer, triples

pytest.importorskip("onnx")
pytestmark = [
    pytest.mark.usefixtures("torch_installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]


def test_all_exports_beside_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from finetune.base_model import load_base

    monkeypatch.setattr("benchmarks.export.ROUNDS", 1)
    model = tmp_path / "model"
    load_base(str(make_transformer(tmp_path / "plain")), device="cpu").save(str(model))
    rows = compare(str(model), triples(10), tmp_path / "exports")
    by_name = {row.name: row for row in rows}
    assert rows[0].name == TORCH and rows[0].cosine == pytest.approx(1) and len(rows) == 8
    assert [row.dimension for row in rows] == [32, 32, 32, 16, 8, 32, 16, 8]
    fp32, int8 = by_name["ONNX fp32"], by_name["ONNX int8"]
    assert fp32.cosine == pytest.approx(1, abs=1e-5) and fp32.ndcg == pytest.approx(rows[0].ndcg, abs=1e-6)
    assert by_name["ONNX fp32, 1/4 of the dimensions"].cosine == pytest.approx(1, abs=1e-5)
    assert 0.9 < int8.cosine < 1 and int8.megabytes < fp32.megabytes
    assert all(0 <= row.ndcg <= 1 and row.passage_ms > 0 and row.question_ms > 0 for row in rows)
    assert np.isfinite([row.cosine for row in rows]).all()


def test_the_table_tells_how_many_times_as_fast() -> None:
    rows = [Row(TORCH, 4, 2.0, 8.0, 3.0, 1.0, 0.5), Row("ONNX", 2, 1.0, 2.0, 4.0, 0.98, 0.4)]
    assert table(rows)[2:] == [
        "| torch fp32 | 4 | 2.0 | 8.0 (1.00) | 3.00 (1.00) | 1.0000 | 0.500 |",
        "| ONNX | 2 | 1.0 | 2.0 (4.00) | 4.00 (0.75) | 0.9800 | 0.400 |",
    ]
