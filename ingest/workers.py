"""Reads and splits files in worker processes, so that all cores work and no file can stop the assistant.

A worker that dies or hangs takes only its batch with it; the batch is then read again file by file, and
a file that kills its worker alone is reported as unreadable.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, TimeoutError, as_completed
from dataclasses import replace

from pebble import ProcessExpired, ProcessPool

from assistant.documents import ReadFile
from assistant.errors import KilavuzError, Message
from ingest.scan import Found

CRASHED = Message(
    "Bu dosya okunurken okuyucu çöktü ya da takıldı; dosyayı başka bir programla açıp yeniden kaydedin.",
    "The reader crashed or hung on this file; open it in another program and save it again.",
)

_BATCH_BYTES = 400_000  # small files travel together: a message between processes costs about 1 ms
_BATCH_FILES = 40
_SECONDS = 600.0  # for one batch; the slowest real file seen (a 72-page PDF) takes about 10

Outcome = tuple[Found, ReadFile | Message]
"""A file with what became of it: read and split, or why not."""

_count_tokens: Callable[[Sequence[str]], list[int]]


def read_files(
    files: Sequence[Found], embedder: str, chunk_tokens: int, max_bytes: int, splitter: str
) -> Iterator[Outcome]:
    """Read and split the files, largest first, in as many processes as there are cores.

    `embedder` names the model whose tokenizer counts the chunk sizes; `splitter` is noted with the chunks.
    """
    batches = _batches(files)
    if not batches:
        return
    with ProcessPool(
        max_workers=min(os.cpu_count() or 1, len(batches)),
        initializer=_start_worker,
        initargs=(embedder,),
        context=multiprocessing.get_context("spawn"),
    ) as pool:
        while batches:
            futures: dict[Future[list[Outcome]], list[Found]] = {
                pool.schedule(
                    _read_batch, (batch, chunk_tokens, max_bytes, splitter), timeout=_SECONDS
                ): batch
                for batch in batches
            }
            batches = []
            try:
                for future in as_completed(futures):
                    try:
                        yield from future.result()
                    except (ProcessExpired, TimeoutError):
                        batch = futures[future]
                        if len(batch) == 1:
                            yield batch[0], CRASHED
                        else:
                            batches += [[file] for file in batch]
            except GeneratorExit:
                pool.stop()  # type: ignore[no-untyped-call]
                raise


def _batches(files: Sequence[Found]) -> list[list[Found]]:
    batches: list[list[Found]] = []
    room = 0
    for file in sorted(files, key=lambda f: (-f.size, f.source)):
        if not batches or file.size > room or len(batches[-1]) >= _BATCH_FILES:
            batches.append([])
            room = _BATCH_BYTES
        batches[-1].append(file)
        room -= file.size
    return batches


def _start_worker(embedder: str) -> None:
    from assistant.embedder import load_token_counter

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    global _count_tokens
    _count_tokens = load_token_counter(embedder)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_batch(files: Sequence[Found], chunk_tokens: int, max_bytes: int, splitter: str) -> list[Outcome]:
    from ingest.read import read_document
    from ingest.scan import look_at
    from ingest.split import split

    outcomes: list[Outcome] = []
    for file in files:
        try:
            document = read_document(file.path, file.source, max_bytes)
            chunks = tuple(split(document, _count_tokens, chunk_tokens))
            outcomes.append((file, ReadFile(str(file.path), file.size, splitter, document, chunks)))
        except Exception as error:
            why = error.message if isinstance(error, KilavuzError) else _unexpected(error)
            # A file that changed since the scan failed as something else: the next ingest reads it again.
            now = look_at(file.path, file.source, max_bytes, splitter)
            outcomes.append((file if now.mark == file.mark else replace(file, mark="-"), why))
    return outcomes


def _unexpected(error: BaseException) -> Message:
    name = type(error).__name__
    return Message(
        f"Bu dosya okunamadı ({name}); dosyayı başka bir programla açıp yeniden kaydedin.",
        f"This file could not be read ({name}); open it in another program and save it again.",
    )
