import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import KilavuzError
from assistant.records import Failure, IngestReport
from tests.ui.service_fakes import REASON, make_service, state
from ui.web.backend import Progress


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "ev"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "gelen"
    folder.mkdir()
    return folder


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "belgeler").iterdir())


def test_status_counts_what_is_searchable_and_lists_what_is_not(home: Path) -> None:
    service = make_service(home, state(1, "/a.md"), state(0, "/b.pdf", 0, REASON))
    status = service.status()
    assert (status.embedder, status.documents, status.chunks, status.llm) == ("sahte-gömücü", 1, 2, None)
    assert service.failures() == [Failure("b.pdf", REASON)]
    service.assistant.generator = "gpt"  # type: ignore[misc]
    assert service.status().llm == "gpt" and service.status().reranker is None
    service._library.reranker = SimpleNamespace(name="bge")  # type: ignore[assignment]
    assert service.status().reranker == "bge"


# files in


def test_an_upload_lands_whole_and_under_its_own_name(home: Path, given: Path) -> None:
    service = make_service(home)
    assert service.upload([write(given / "Kılavuz.md", "merhaba")]) == ["Kılavuz.md"]
    assert names(home) == ["Kılavuz.md"]
    assert (home / "belgeler" / "Kılavuz.md").read_text("utf-8") == "merhaba"
    service.close()


def test_another_file_of_the_same_name_is_not_overwritten(home: Path, given: Path) -> None:
    service = make_service(home)
    assert service.upload([write(given / "a.md", "bir")]) == ["a.md"]
    assert service.upload([write(given / "a.md", "iki")]) == ["a (2).md"]
    assert service.upload([write(given / "a.md", "üç")]) == ["a (3).md"]
    assert service.upload([write(given / "a.md", "iki")]) == ["a (2).md"]  # the same again: no copy
    assert {name: (home / "belgeler" / name).read_text("utf-8") for name in names(home)} == {
        "a.md": "bir", "a (2).md": "iki", "a (3).md": "üç",
    }  # fmt: skip
    service.close()


def test_names_are_made_harmless(home: Path, given: Path) -> None:
    service = make_service(home)
    (given / "alt").mkdir()
    path = given / "alt" / ".." / "satır\nsonu\x1b.md"
    assert service.upload([write(path, "x")]) == ["satır_sonu_.md"]
    assert service.upload([write(given / "I\u0307z.md", "x")]) == ["\u0130z.md"]  # NFD becomes NFC
    service.close()


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [("a.exe", 1, ".docx"), (".a.md", 1, ".docx"), ("..", 1, ".docx"), ("a.md", 1001, "sınırını"),
     ("yok.md", None, "kopyalanamadı")],
)  # fmt: skip
def test_what_cannot_be_a_document_is_refused(
    home: Path, given: Path, name: str, size: int | None, says: str
) -> None:
    service = make_service(home)
    if size and name != "..":
        (given / name).write_bytes(b"x" * size)
    with pytest.raises(KilavuzError, match=says):
        service.upload([given / name])
    assert names(home) == []


def test_one_refused_file_does_not_keep_the_others_out(home: Path, given: Path) -> None:
    service = make_service(home)
    files = [write(given / "a.exe", "x"), write(given / "b.md", "x")]
    with pytest.raises(KilavuzError, match=r"a\.exe"):
        service.upload(files)
    assert names(home) == ["b.md"]
    service.close()


def test_copies_that_were_cut_off_are_cleared_at_the_start(home: Path) -> None:
    (home / "belgeler").mkdir(parents=True)
    write(home / "belgeler" / ".kilavuz-x1", "yarım")
    write(home / "belgeler" / "tam.md", "tam")
    make_service(home)
    assert names(home) == ["tam.md"]


# files out


def test_a_deleted_document_moves_to_the_trash(home: Path) -> None:
    folder = home / "belgeler"
    service = make_service(home, state(1, folder / "a.md"), state(2, folder / "alt" / "a.md"))
    (folder / "alt").mkdir()
    write(folder / "a.md", "bir")
    write(folder / "alt" / "a.md", "iki")
    service.delete_document(1)
    service.delete_document(2)
    assert service.documents() == []
    assert service._library.published == 2  # type: ignore[attr-defined]
    assert {p.name: p.read_text("utf-8") for p in (home / "silinenler").iterdir()} == {
        "a.md": "bir", "a (2).md": "iki",
    }  # fmt: skip
    service.close()


def test_a_file_outside_the_drop_folder_is_left_where_it_is(home: Path, given: Path) -> None:
    path = write(given / "a.md", "bir")
    service = make_service(home, state(1, path))
    with pytest.raises(KilavuzError, match="dışında"):
        service.delete_document(1)
    assert path.exists()
    assert [one.id for one in service.documents()] == [1]
    path.unlink()
    service.delete_document(1)  # the file is gone anyway
    assert service.documents() == []
    service.close()


def test_no_document_is_deleted_by_guess(home: Path) -> None:
    service = make_service(home, state(0, home / "belgeler/a.md", 0), state(0, home / "belgeler/b.md", 0))
    for unknown in (0, 5):
        with pytest.raises(KilavuzError, match="Böyle bir belge yok"):
            service.delete_document(unknown)


# ingests


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


def test_one_ingest_at_a_time(home: Path) -> None:
    running = 0
    most = 0

    def ingest(paths: object, *, progress: object) -> IngestReport:
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

    def ingest(paths: object, *, progress: object) -> IngestReport:
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

    def ingest(paths: object, *, progress: object) -> IngestReport:
        during.append(library.needs_rebuild)
        library.needs_rebuild = True
        return IngestReport()

    service._run_ingest = ingest
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

    def ingest(paths: object, *, progress: object) -> IngestReport:
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

    def ingest(paths: object, *, progress: Any) -> IngestReport:
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
