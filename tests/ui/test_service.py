"""What the service tells, and which embedder serves."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.records import Failure
from finetune.promote import Switched
from tests.ui.service_fakes import REASON, make_service, state


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "ev"


def test_status_counts_what_is_searchable_and_lists_what_is_not(home: Path) -> None:
    service = make_service(home, state(1, "/a.md"), state(0, "/b.pdf", 0, REASON))
    status = service.status()
    assert (status.embedder, status.documents, status.chunks, status.llm) == ("sahte-gömücü", 1, 2, None)
    assert service.failures() == [Failure("b.pdf", REASON)]
    service.assistant.generator = "gpt"  # type: ignore[misc]
    assert service.status().llm == "gpt" and service.status().reranker is None
    service._library.reranker = SimpleNamespace(name="bge")  # type: ignore[assignment]
    assert service.status().reranker == "bge"


def test_a_promotion_and_a_rollback_are_passed_on_and_deepened_in_the_background(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service(home, setting="taban")
    service.request_ingest()
    assert service.wait_idle(10)
    library: Any = service._library
    seen: list[Any] = []

    def switch(library: Any, home: Path, setting: str, name: str = "") -> Switched:
        seen.append((home, setting, name))
        library.needs_rebuild = True
        return Switched(name, "", False)

    monkeypatch.setattr("finetune.promote.promote", switch)
    monkeypatch.setattr("finetune.promote.roll_back", switch)
    for change in (lambda: service.promote("model-3"), service.roll_back):
        change()
        deadline = time.monotonic() + 20
        while library.needs_rebuild and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not library.needs_rebuild
    assert seen == [(home, "taban", "model-3"), (home, "taban", "")]
    service.close()
