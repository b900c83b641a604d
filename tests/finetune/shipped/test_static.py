import json
from pathlib import Path

import numpy as np
import pytest

from assistant.static_embedder import load_static
from finetune.shipped import static


@pytest.fixture
def parallel(tmp_path: Path) -> Path:
    folder = tmp_path / "parallel"
    folder.mkdir()
    rows = [{"en": f"the network card number {i}", "tr": f"{i} numaralı ağ kartı"} for i in range(40)]
    rows[7]["tr"] = "bu satır ayrılmış bir belgede geçiyor"
    for source in ("docs", "truba"):
        (folder / f"{source}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "a.md").write_text("Bu satır, ayrılmış bir *belgede* geçiyor.", "utf-8")
    (tmp_path / "q.jsonl").write_text('{"source": "a.md"}\n')
    return folder


def command(parallel: Path, *more: str) -> list[str]:
    root = parallel.parent
    given = [str(parallel), "--out", str(root / "out"), "--work", str(root / "work")]
    given += ["--exclude-docs", str(root), "--exclude-questions", str(root / "q.jsonl")]
    return [*given, "--vocabulary", "60", "--width", "8", "--epochs", "1", "--batch", "8", *more]


def embed(texts: list[str], *_: object) -> list[np.ndarray]:
    return [np.eye(6, dtype=np.float16)[[len(text) % 6 for text in texts]]]


@pytest.mark.usefixtures("torch_installed")
def test_whole_way(parallel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(static, "embed_texts", lambda texts, *_: seen.extend(texts) or embed(texts))
    assert static.main(command(parallel)) == 0
    assert "the network card number 8" in seen and "the network card number 7" not in seen
    assert seen.count("the network card number 8") == 1  # not from truba too
    assert any("number 8 the network card number 9" in text for text in seen)  # passages
    assert load_static(parallel.parent / "out").dimension == 6


def test_selection_is_kept_until_its_arguments_change(parallel: Path) -> None:
    given = static.arguments().parse_args(command(parallel))
    first = static.select(given)
    (parallel / "docs.jsonl").unlink()
    assert static.select(given) == first
    given = static.arguments().parse_args(command(parallel, "--exclude-sources", "other"))
    assert {pair.source for pair in static.select(given)} == {"truba"}


def test_errors_are_said_in_both_languages(parallel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(parallel), "--out", "x", "--work", str(parallel), "--exclude-questions", "q.jsonl"]
    assert static.main(arguments) == 1
    said = capsys.readouterr().err
    assert "klasörü de verilmeli" in said and "give --exclude-docs" in said
