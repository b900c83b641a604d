"""Ingests one at a time, in the background and watched, through the service."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import KilavuzError
from assistant.records import IngestReport
from tests.ui.service_fakes import make_service
from ui.web.backend import Progress


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "ev"


def test_what_an_ingest_has_read_is_told_while_it_runs(home: Path) -> None:
    seen: list[frozenset[str]] = []
    service = make_service(home)
    service.ingest(None, lambda done, total, name: seen.append(service.read_now()))
    assert seen == [{"bir.md"}, {"bir.md", "iki.md"}]
    assert service.read_now() == frozenset() and service.status().ingests == 1
    service.close()


def test_ingest_tells_its_progress_to_the_caller_and_in_the_status(home: Path) -> None:
    service = make_service(home)
    seen: list[Any] = []
    report = service.ingest(None, lambda *step: seen.append((step, service.status().progress)))
    assert report.added == 2
    assert seen == [
        ((1, 2, "bir.md"), Progress(1, 2, "bir.md")),
        ((2, 2, "iki.md"), Progress(2, 2, "iki.md")),
    ]
    assert service.status().progress is None


def test_what_is_to_be_read_again_waits_for_an_ingest_that_does_not_fail(home: Path) -> None:
    asked: list[set[str]] = []

    def ingest(paths: object, *, progress: object, again: set[str]) -> IngestReport:
        asked.append(again)
        if len(asked) == 1:
            raise KilavuzError("Diskte yer yok.", "The disk is full.")
        return IngestReport()

    service = make_service(home, ingest=ingest)
    service._ingests._again = {"/d/a.md"}
    with pytest.raises(KilavuzError):
        service.ingest()
    service.ingest()
    service.ingest()
    assert asked == [{"/d/a.md"}, {"/d/a.md"}, set()]


def test_one_ingest_at_a_time(home: Path) -> None:
    running = 0
    most = 0

    def ingest(paths: object, *, progress: object, again: object = ()) -> IngestReport:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1
        return IngestReport()

    service = make_service(home, ingest=ingest)
    threads = [threading.Thread(target=service.ingest) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_requests_that_come_while_one_runs_become_one(home: Path) -> None:
    entered, go_on = threading.Event(), threading.Event()
    runs = []

    def ingest(paths: object, *, progress: object, again: object = ()) -> IngestReport:
        runs.append(paths)
        entered.set()
        assert go_on.wait(10)
        return IngestReport()

    service = make_service(home, ingest=ingest)
    service.request_ingest()
    assert entered.wait(10)
    for _ in range(5):
        service.request_ingest()
    assert not service.wait_idle(0.01)
    go_on.set()
    assert service.wait_idle(10)
    assert service.assistant.warm_ups == 2  # type: ignore[attr-defined]
    assert runs == [None, None]
    service.close()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_deepening_follows_the_ingest_and_gives_way_to_the_next(home: Path) -> None:
    during: list[bool] = []
    service = make_service(home)
    library: Any = service._library

    def ingest(paths: object, *, progress: object, again: object = ()) -> IngestReport:
        during.append(library.needs_rebuild)
        library.needs_rebuild = True
        return IngestReport()

    service._ingests._run_ingest = ingest
    service.request_ingest()
    until(lambda: bool((p := service.status().progress) and p.deepening and p.done > 3))
    assert service.wait_idle(10)  # everything is searchable meanwhile
    service.ingest()
    assert during[:2] == [False, True]  # it was not waited for
    until(lambda: not library.needs_rebuild)
    service.ingest()  # what is left by a command that the server carries out is deepened, too
    until(lambda: not library.needs_rebuild)
    assert service.status().progress is None
    assert service.assistant.warm_ups == 3  # type: ignore[attr-defined]
    service.close()


def test_close_does_not_wait_for_the_deepening(home: Path) -> None:
    service = make_service(home)
    library: Any = service._library
    library.needs_rebuild = True
    service.request_ingest()
    until(lambda: bool((p := service.status().progress) and p.deepening))
    service.close()
    assert library.needs_rebuild and library.closed == 1


def test_a_background_ingest_that_fails_leaves_the_next_one_working(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [KilavuzError("Disk dolu.", "Disk full."), RuntimeError("hata")]
    done = []

    def ingest(paths: object, *, progress: object, again: object = ()) -> IngestReport:
        if errors:
            raise errors.pop(0)
        done.append(True)
        return IngestReport()

    service = make_service(home, ingest=ingest)
    for _ in range(3):
        service.request_ingest()
        assert service.wait_idle(10)
    assert done == [True]
    assert "Disk dolu." in caplog.text
    service.close()


def test_closing_stops_an_ingest_at_its_next_file_and_closes_the_library_once(home: Path) -> None:
    entered = threading.Event()
    ended: list[Any] = []

    def ingest(paths: object, *, progress: Any, again: object = ()) -> IngestReport:
        entered.set()
        try:
            for number in range(10_000):
                progress(number, 10_000, "x")
                time.sleep(0.005)
        except KilavuzError as error:
            ended.append((error, service._library.closed))  # type: ignore[attr-defined]
            raise
        return IngestReport()

    service = make_service(home, ingest=ingest)
    service.request_ingest()
    assert entered.wait(10)
    service.close()
    assert [closed for _, closed in ended] == [0]  # it ended before the library was closed
    assert service._library.closed == 1  # type: ignore[attr-defined]


class FakeWatcher:
    made: list["FakeWatcher"] = []  # noqa: RUF012

    def __init__(self, folders: list[Path], changed: Any) -> None:
        self.folders, self.changed, self.state = folders, changed, "made"
        self.made.append(self)

    def start(self) -> None:
        self.state = "running"

    def stop(self) -> None:
        self.state = "stopped"


def test_a_folder_that_an_ingest_adds_is_watched_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.watch.Watcher", FakeWatcher)
    monkeypatch.setattr(FakeWatcher, "made", [])
    known = [Path("/a")]
    service = make_service(home, folders=lambda: list(known))
    service.ingest()
    assert FakeWatcher.made == []  # nobody asked for it
    service.watch()
    service.ingest()
    known.append(Path("/b"))
    service.ingest()
    assert [(w.folders, w.state) for w in FakeWatcher.made] == [
        ([Path("/a")], "stopped"),
        ([Path("/a"), Path("/b")], "running"),
    ]
    FakeWatcher.made[1].changed()
    assert service.wait_idle(10)
    service.close()
    assert FakeWatcher.made[1].state == "stopped"


def test_a_folder_that_cannot_be_watched_stops_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(FakeWatcher):
        def start(self) -> None:
            raise OSError("inotify watch limit reached")

    monkeypatch.setattr("ingest.watch.Watcher", Failing)
    service = make_service(home)
    service.watch()
    assert service.ingest().added == 2
    assert "inotify watch limit" in caplog.text
    service.close()
