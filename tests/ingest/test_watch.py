import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.watch import Watcher

QUIET = 0.2


class Told:
    """Counts the calls of `changed` and can be waited for."""

    def __init__(self) -> None:
        self.count = 0
        self._condition = threading.Condition()

    def __call__(self) -> None:
        with self._condition:
            self.count += 1
            self._condition.notify_all()

    def reaches(self, count: int, seconds: float = 10.0) -> bool:
        with self._condition:
            return self._condition.wait_for(lambda: self.count >= count, seconds)


Start = Callable[..., tuple[Watcher, Told]]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Watcher] = []

    def begin(*folders: Path, poll: bool = False) -> tuple[Watcher, Told]:
        told = Told()
        watcher = Watcher(folders, told, QUIET, poll)
        watcher.start()
        started.append(watcher)
        return watcher, told

    yield begin
    for watcher in started:
        watcher.stop()


@pytest.mark.parametrize("poll", [False, True])
def test_new_changed_renamed_and_deleted_files_are_told(tmp_path: Path, start: Start, poll: bool) -> None:
    watcher, told = start(tmp_path, poll=poll)
    assert watcher.is_polling == poll
    path = tmp_path / "İçindekiler.md"
    path.write_text("bir")
    assert told.reaches(1)
    path.write_text("bir iki")
    assert told.reaches(2)
    path.rename(tmp_path / "yeni ad.md")
    assert told.reaches(3)
    (tmp_path / "yeni ad.md").unlink()
    assert told.reaches(4)
    time.sleep(3 * QUIET)
    assert told.count == 4


def test_subfolders_are_watched_also_new_and_moved_in_ones(tmp_path: Path, start: Start) -> None:
    watched, outside = tmp_path / "belgeler", tmp_path / "dışarı"
    watched.mkdir()
    outside.mkdir()
    (outside / "a.md").write_text("metin")
    _, told = start(watched)
    (watched / "x" / "y").mkdir(parents=True)
    assert told.reaches(1)
    (watched / "x" / "y" / "a.pdf").write_bytes(b"%PDF-")
    assert told.reaches(2)
    outside.rename(watched / "dışarı")
    assert told.reaches(3)
    shutil.rmtree(watched / "dışarı")
    assert told.reaches(4)


def test_editors_files_and_hidden_folders_are_ignored(tmp_path: Path, start: Start) -> None:
    (tmp_path / ".git").mkdir()
    _, told = start(tmp_path)
    names = ".a.md.swp 4913 a.md~ #a.md# .#a.md ~$a.pdf a.pdf.crdownload a.pdf.part a.md.tmp .git/notlar.md"
    for name in names.split():
        (tmp_path / name).write_text("x")
        (tmp_path / name).unlink()
    time.sleep(5 * QUIET)
    assert told.count == 0


def test_download_is_told_when_it_gets_its_name(tmp_path: Path, start: Start) -> None:
    (tmp_path / "a.pdf.part").write_bytes(b"x")
    _, told = start(tmp_path)
    (tmp_path / "a.pdf.part").rename(tmp_path / "a.pdf")
    assert told.reaches(1)


def test_a_copy_is_told_once_when_it_is_whole(tmp_path: Path, start: Start) -> None:
    _, told = start(tmp_path)
    with (tmp_path / "büyük.pdf").open("wb", buffering=0) as file:
        for _ in range(12):
            file.write(b"x" * 1000)
            time.sleep(QUIET / 2)
            assert told.count == 0
    assert told.reaches(1)
    time.sleep(4 * QUIET)
    assert told.count == 1


def test_folder_that_is_created_later_deleted_and_created_again(tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "sonra"
    _, told = start(folder, tmp_path / "hiç yok")
    for round_ in range(2):
        before = told.count
        folder.mkdir()
        (folder / "a.md").write_text("metin")
        assert told.reaches(before + 1)
        time.sleep(3 * QUIET)
        before = told.count
        (folder / "b.md").write_text(f"metin {round_}")
        assert told.reaches(before + 1)
        before = told.count
        shutil.rmtree(folder)
        assert told.reaches(before + 1)
        time.sleep(3 * QUIET)


def test_a_failing_callback_does_not_end_the_watch(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    told = Told()

    def fails() -> None:
        told()
        raise RuntimeError("olmadı")

    watcher = Watcher([tmp_path], fails, QUIET)
    watcher.start()
    try:
        for n in (1, 2):
            (tmp_path / f"{n}.md").write_text("metin")
            assert told.reaches(n)
    finally:
        watcher.stop()
    assert "could not be handled" in caplog.text


def test_what_changes_during_a_call_leads_to_another(tmp_path: Path) -> None:
    told = Told()

    def slow() -> None:
        told()
        if told.count == 1:
            (tmp_path / "b.md").write_text("metin")
            time.sleep(2 * QUIET)

    watcher = Watcher([tmp_path], slow, QUIET)
    watcher.start()
    try:
        (tmp_path / "a.md").write_text("metin")
        assert told.reaches(2)
    finally:
        watcher.stop()


def test_polling_takes_over_where_the_system_refuses(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from watchdog.observers.inotify import InotifyEmitter

    def refuse(_: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(InotifyEmitter, "on_thread_start", refuse)
    with caplog.at_level(logging.WARNING):
        watcher, told = start(tmp_path)
    assert watcher.is_polling and "watch limit" in caplog.text
    told.reaches(1, 2 * QUIET)
    before = told.count
    (tmp_path / "a.md").write_text("metin")
    assert told.reaches(before + 1)


def test_nothing_is_told_after_stop(tmp_path: Path, start: Start) -> None:
    watcher, told = start(tmp_path)
    watcher.stop()
    (tmp_path / "a.md").write_text("metin")
    time.sleep(3 * QUIET)
    assert told.count == 0
