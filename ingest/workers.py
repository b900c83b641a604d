"""Reads and splits files in worker processes, so that all cores work and no file can stop the assistant.

Each file has its own limits on time and memory. One that exceeds them, or crashes the reader, costs its
worker and is reported; a new worker goes on with the next file. What a worker does stands in `worker.py`;
here is the assistant's side: one thread for each worker.
"""

import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, Queue

from assistant.errors import KilavuzError, Message
from ingest.scan import Found
from ingest.worker import Outcome, Read, read_file, time_limit, work

CRASHED = Message(
    "Bu dosya okunurken okuyucu çöktü; dosyayı başka bir programla açıp yeniden kaydedin.",
    "The reader crashed on this file; open it in another program and save it again.",
)
TOO_LONG = Message(
    "Bu dosyayı okumak çok uzun sürdü, yarıda kesildi; dosyayı bölün ya da başka bir programla açıp yeniden "
    "kaydedin.",
    "Reading this file took too long and was stopped; divide it, or open it in another program and save it "
    "again.",
)
NOT_STARTED = Message(
    "Dosyaları okuyan süreç başlatılamadı; boş belleği ve süreç sınırını denetleyip yeniden deneyin.",
    "The process that reads files could not be started; check free memory and the limit on processes and try "
    "again.",
)

MAX_MEMORY = 2 << 30
"""Bytes that one worker may take for data while it reads, at most. A thesis of 3 MB and 72 pages takes
0.1 GB, a Markdown file of 31 MB takes 1.4."""
_LEAST_MEMORY = 512 << 20  # where the machine has less than this for each worker, there are fewer workers

_START_SECONDS = 120.0

_BATCH_BYTES = 400_000  # small files travel together: the assistant may be slow to hand out the next one
_BATCH_FILES = 40
_WAITING = 500  # outcomes that wait to be stored; then the workers wait


def read_files(
    files: Sequence[Found],
    embedder: str,
    chunk_tokens: int,
    max_bytes: int,
    splitter: str,
    words: Sequence[str] = (),
) -> Iterator[Outcome]:
    """Read and split the files, largest first, in as many processes as there are cores and memory for.

    `embedder` names the model whose tokenizer counts the chunk sizes; `splitter` is noted with the chunks;
    `words` are the user's own, which the readers take for known. Every file comes out once.
    Raises KilavuzError if no worker can be started.
    """
    batches = _batches(files)
    outcomes: Queue[Outcome | Exception | None] = Queue(_WAITING)
    stopping = threading.Event()
    count, memory = _share_of_machine()
    start = (read_file, embedder, tuple(words), memory)
    threads = [
        threading.Thread(
            target=_tend,
            args=(batches, outcomes, stopping, start, (chunk_tokens, max_bytes, splitter)),
            name="kilavuz-reader",
            daemon=True,
        )
        for _ in range(min(count, len(batches)))
    ]
    for thread in threads:
        thread.start()
    busy = len(threads)
    try:
        while busy:
            outcome = outcomes.get()
            if outcome is None:
                busy -= 1
            elif isinstance(outcome, Exception):
                raise outcome
            else:
                yield outcome
    finally:
        stopping.set()
        while any(thread.is_alive() for thread in threads):
            try:
                outcomes.get(timeout=0.05)  # a thread may wait for room
            except Empty:
                continue


def _share_of_machine() -> tuple[int, int]:
    """How many workers there may be, and the bytes of memory for each: half of the machine's at most."""
    half = min([os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), *_container_memory()]) // 2
    count = max(1, min(os.cpu_count() or 1, half // _LEAST_MEMORY))
    return count, min(MAX_MEMORY, half // count)


def _container_memory() -> list[int]:
    """The memory that a container (cgroup v2) may use, if that is limited."""
    try:
        return [int(Path("/sys/fs/cgroup/memory.max").read_text())]
    except (OSError, ValueError):  # no such file, or "max"
        return []


def _batches(files: Sequence[Found]) -> deque[list[Found]]:
    batches: deque[list[Found]] = deque()
    room = 0
    for file in sorted(files, key=lambda f: (-f.size, f.source)):
        if not batches or file.size > room or len(batches[-1]) >= _BATCH_FILES:
            batches.append([])
            room = _BATCH_BYTES
        batches[-1].append(file)
        room -= file.size
    return batches


_Start = tuple[Read, str, tuple[str, ...], int]
"""What a worker is started with: its function to read a file, the embedder, known words, bytes of memory."""


def _tend(
    batches: deque[list[Found]],
    outcomes: "Queue[Outcome | Exception | None]",
    stopping: threading.Event,
    start: _Start,
    options: tuple[int, int, str],
) -> None:
    """Let one worker after another read, until no batches are left; None follows the last outcome.

    A file that ended a worker which had read others before is read once more by a new one: the memory may
    have been taken by those.
    """
    todo: list[Found] = []
    worker: tuple[BaseProcess, Connection] | None = None
    done = 0  # files that this worker has read
    try:
        while (todo := todo or _next(batches)) and not stopping.is_set():
            if worker is None:
                worker, done = _launch(start), 0
            process, pipe = worker
            why = _send(pipe, (todo, options))
            while todo and why is None:
                outcome = _receive(pipe, time_limit(todo[0].path, todo[0].size), stopping)
                if isinstance(outcome, Message):
                    why = outcome
                else:
                    outcomes.put(outcome)
                    del todo[0]
                    done += 1
            if why is not None:
                _end(process)
                worker = None
                if why is TOO_LONG or not done:
                    outcomes.put((todo.pop(0), why))
    except Exception as error:  # it is raised where the outcomes are taken
        outcomes.put(error)
    finally:
        if worker is not None:
            _end(worker[0])
        outcomes.put(None)


def _next(batches: deque[list[Found]]) -> list[Found]:
    try:
        return batches.popleft()
    except IndexError:
        return []


def _launch(start: _Start) -> tuple[BaseProcess, Connection]:
    """A worker that is ready to read, and the pipe to it."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=work, args=(its, *start), name="kilavuz-worker", daemon=True)
    error: Exception | None = KilavuzError(NOT_STARTED.tr, NOT_STARTED.en)
    with suppress(OSError, EOFError):
        process.start()
        its.close()  # so that the pipe ends with the worker
        if ours.poll(_START_SECONDS):
            error = ours.recv()
    if error is not None:
        _end(process)
        raise error
    return process, ours


def _send(pipe: Connection, work: object) -> Message | None:
    try:
        pipe.send(work)
    except OSError:  # something ended the worker while it had nothing to do
        return CRASHED
    return None


def _receive(pipe: Connection, seconds: float, stopping: threading.Event) -> Outcome | Message:
    """What became of the next file, or why the worker is at its end."""
    ends = time.monotonic() + seconds
    while not pipe.poll(0.2):
        if stopping.is_set() or time.monotonic() > ends:
            return TOO_LONG
    try:
        outcome: Outcome | Message = pickle.loads(pipe.recv_bytes())
    except (EOFError, OSError):
        return CRASHED
    return outcome


def _end(process: BaseProcess) -> None:
    """Kill a worker and the programs it started."""
    if process.pid is not None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()  # it may not lead a group yet
        process.join(5)  # a process that waits for a dead network disk can't even be killed
