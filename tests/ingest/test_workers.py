import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.documents import ReadFile
from assistant.errors import KilavuzError, Message
from assistant.records import Document, Page
from ingest import worker, workers
from ingest.scan import Found, look_at
from ingest.worker import TOO_MUCH_MEMORY, TOO_MUCH_TEXT, Outcome, read_file, time_limit
from ingest.workers import CRASHED, TOO_LONG, read_files
from tests.fakes import WordEmbedder

NAMES = ("a.md", "b.md", "kötü.md", "y.md", "z.md")


@pytest.fixture
def files(tmp_path: Path) -> list[Found]:
    """Five files of one size, so that they are read in the order of their names."""
    found = []
    for name in NAMES:
        path = tmp_path / name
        path.write_text(f"# Pompa\n\nYağ yılda bir değişir, {name:8}.\n", "utf-8")
        found.append(look_at(path, name, 1_000_000, "1-64"))
    return found


def read_with(
    reader: worker.Read, files: Sequence[Found], monkeypatch: pytest.MonkeyPatch, words: Sequence[str] = ()
) -> dict[str, ReadFile | Message]:
    """What becomes of the files in one worker process that reads with `reader`."""
    monkeypatch.setattr(workers, "read_file", reader)
    monkeypatch.setattr(workers, "_share_of_machine", lambda: (1, 256 << 20))
    outcomes = list(read_files(files, "", 64, 1_000_000, "1-64", words))
    assert sorted(file.source for file, _ in outcomes) == sorted(file.source for file in files)
    return {file.source: outcome for file, outcome in outcomes}


def reasons(outcomes: dict[str, ReadFile | Message]) -> dict[str, Message]:
    return {source: outcome for source, outcome in outcomes.items() if isinstance(outcome, Message)}


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_dead(pids: Sequence[int]) -> bool:
    ends = time.monotonic() + 10
    while any(map(is_alive, pids)) and time.monotonic() < ends:
        time.sleep(0.05)
    return not any(map(is_alive, pids))


# ---- readers that run in the worker process


def crash(file: Found, *options: object) -> Outcome:
    if file.source == "kötü.md":
        os.abort()
    return read_file(file, *options)  # type: ignore[arg-type]


def hang_in_c(file: Found, *options: object) -> Outcome:
    """Hangs without ever giving other threads of the process a turn."""
    if file.source == "kötü.md":
        re.match(r"(a+)+$", "a" * 60 + "b")
    return read_file(file, *options)  # type: ignore[arg-type]


def take_memory(file: Found, *options: object) -> Outcome:
    if file.source == "kötü.md":
        return file, Message(str(len(bytearray(1 << 30))), "")
    return read_file(file, *options)  # type: ignore[arg-type]


def leak(file: Found, *options: object) -> Outcome:
    """Keeps 100 MB for each file, which a worker of 256 MB can do twice."""
    _leaked.append(bytes(range(100)) * 1_000_000)
    return read_file(file, *options)  # type: ignore[arg-type]


_leaked: list[bytes] = []


def start_program_and_hang(file: Found, *options: object) -> Outcome:
    program = subprocess.Popen(["sleep", "1000"])
    file.path.with_suffix(".pid").write_text(f"{os.getpid()} {program.pid}")
    program.wait()
    raise AssertionError


def tell_words(file: Found, *options: object) -> Outcome:
    return file, Message("tanıdık" if "böğürtlozluk" in worker._lexicon else "yabancı", "")


def read_slowly(file: Found, *options: object) -> Outcome:
    file.path.with_suffix(".pid").write_text(str(os.getpid()))
    time.sleep(0.2)
    return read_file(file, *options)  # type: ignore[arg-type]


# ---- tests


def test_every_file_comes_out_once_with_its_time(files: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = read_with(read_file, files, monkeypatch)
    for outcome in outcomes.values():
        assert isinstance(outcome, ReadFile)
        assert 0 < outcome.seconds < 10
        assert "Yağ yılda" in outcome.chunks[0].text


def test_a_crash_costs_one_file(files: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(read_with(crash, files, monkeypatch)) == {"kötü.md": CRASHED}


def test_a_file_that_takes_too_long_is_given_up_and_the_others_of_its_batch_are_not(
    files: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "time_limit", lambda path, size: 2.0)
    started = time.monotonic()
    assert reasons(read_with(hang_in_c, files, monkeypatch)) == {"kötü.md": TOO_LONG}
    assert time.monotonic() - started < 60


def test_a_file_that_takes_too_much_memory_is_given_up(
    files: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reasons(read_with(take_memory, files, monkeypatch)) == {"kötü.md": TOO_MUCH_MEMORY}


def test_a_file_does_not_pay_for_the_memory_of_those_before(
    files: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reasons(read_with(leak, files, monkeypatch)) == {}


def test_a_program_that_a_worker_started_ends_with_it(
    files: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "time_limit", lambda path, size: 3.0)
    outcomes = read_with(start_program_and_hang, files[:1], monkeypatch)
    assert outcomes == {"a.md": TOO_LONG}
    assert wait_until_dead([*map(int, files[0].path.with_suffix(".pid").read_text().split())])


def test_worker_and_program_end_when_the_assistant_is_killed(files: list[Found]) -> None:
    script = (
        "import sys; from pathlib import Path; from ingest import workers; from ingest.scan import look_at\n"
        "from tests.ingest.test_workers import start_program_and_hang\n"
        "if __name__ == '__main__':\n"
        "    workers.read_file = start_program_and_hang\n"
        "    list(workers.read_files([look_at(Path(sys.argv[1]), 'a.md', 1000, '')], '', 64, 1000, ''))\n"
    )
    path = files[0].path.parent / "start.py"
    path.write_text(script)
    root = Path(__file__).parents[2]
    assistant = subprocess.Popen(
        [sys.executable, path, files[0].path], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    note = files[0].path.with_suffix(".pid")
    ends = time.monotonic() + 60
    while not (note.exists() and len(note.read_text().split()) == 2) and time.monotonic() < ends:
        time.sleep(0.05)
    pids = [*map(int, note.read_text().split())]
    assert all(map(is_alive, pids))
    assistant.send_signal(signal.SIGKILL)
    assistant.wait()
    assert wait_until_dead(pids)


def test_giving_up_the_ingest_ends_the_workers(files: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "read_file", read_slowly)
    outcomes = read_files(files, "", 64, 1_000_000, "1-64")
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert wait_until_dead([int(p.read_text()) for p in files[0].path.parent.glob("*.pid")])


def test_an_embedder_that_cannot_be_loaded_is_one_sentence(files: list[Found]) -> None:
    with pytest.raises(KilavuzError, match="KILAVUZ_EMBEDDER"):
        list(read_files(files, "/yok/böyle/model", 64, 1_000_000, "1-64"))


def test_a_worker_that_does_not_start_is_one_sentence(
    files: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "work", os._exit)
    with pytest.raises(KilavuzError, match="başlatılamadı"):
        list(read_files(files, "", 64, 1_000_000, "1-64"))


def test_the_users_words_reach_the_readers(files: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_with(tell_words, files[:1], monkeypatch) == {"a.md": Message("yabancı", "")}
    outcomes = read_with(tell_words, files[:1], monkeypatch, ["böğürtlozluk"])
    assert outcomes == {"a.md": Message("tanıdık", "")}


def test_pdfs_have_time_for_text_recognition_and_others_time_by_size() -> None:
    assert time_limit(Path("a.PDF"), 1) == 600
    assert time_limit(Path("a.md"), 0) == 60
    assert time_limit(Path("a.md"), 2_000_000) == 160
    assert time_limit(Path("a.md"), 10**9) == 600


def test_workers_share_half_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    for machine, container, share in (
        (64 << 30, [], (8, 2 << 30)),
        (16 << 30, [], (8, 1 << 30)),
        (64 << 30, [2 << 30], (2, 512 << 20)),
        (512 << 20, [], (1, 256 << 20)),
    ):
        pages = {"SC_PHYS_PAGES": machine, "SC_PAGE_SIZE": 1}
        monkeypatch.setattr(os, "sysconf", pages.get)
        monkeypatch.setattr(workers, "_container_memory", lambda limit=container: limit)
        assert workers._share_of_machine() == share


@pytest.fixture
def reading_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """`read_file` in this process."""
    from ingest.lexicon import load_lexicon

    monkeypatch.setattr(worker, "_count_tokens", WordEmbedder().count_tokens, raising=False)
    monkeypatch.setattr(worker, "_lexicon", load_lexicon(), raising=False)


@pytest.mark.usefixtures("reading_here")
def test_a_file_that_unfolds_into_far_too_much_text_is_refused(
    files: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = Document("a.md", "a", "markdown", "h", (Page("yağ " * 1_000_000),))
    monkeypatch.setattr("ingest.read.read_document", lambda *arguments: bomb)
    assert read_file(files[0], 64, 1_000_000, "1-64") == (files[0], TOO_MUCH_TEXT)


@pytest.mark.usefixtures("reading_here")
def test_lack_of_memory_is_told_from_a_damaged_file(
    files: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*arguments: object) -> Document:
        try:
            raise MemoryError
        except MemoryError as error:
            raise KilavuzError("PDF bozuk.", "Damaged.") from error

    monkeypatch.setattr("ingest.read.read_document", lacking)
    with pytest.raises(MemoryError):
        read_file(files[0], 64, 1_000_000, "1-64")


@pytest.mark.usefixtures("reading_here")
def test_an_error_that_nobody_foresaw_is_named(files: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> Document:
        raise KeyError("/Kids")

    monkeypatch.setattr("ingest.read.read_document", fail)
    _, outcome = read_file(files[0], 64, 1_000_000, "1-64")
    assert isinstance(outcome, Message)
    assert "(KeyError)" in outcome.tr


@pytest.mark.usefixtures("reading_here")
def test_documents_teach_words_but_pdfs_do_not(files: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    for format, words in (("markdown", ("böğürtlozluk",)), ("pdf", ())):
        document = Document("a", "a", format, "h", (Page("Böğürtlozluk yağ, böğürtlozluk yağ, vana."),))  # type: ignore[arg-type]
        monkeypatch.setattr("ingest.read.read_document", lambda *arguments, d=document: d)
        _, outcome = read_file(files[0], 64, 1_000_000, "1-64")
        assert isinstance(outcome, ReadFile)
        assert outcome.words == words
