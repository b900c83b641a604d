"""One worker process: its limits, and what it does with each file. `workers.py` starts and watches it.

A worker limits its own memory by RLIMIT_DATA, which Linux (since 4.7) enforces for all private memory that
can be written to. It leads a process group, so that the programs it starts (tesseract) end with it.
"""

import multiprocessing
import os
import pickle
import resource
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.documents import ReadFile
from assistant.errors import KilavuzError, Message
from assistant.turkish import fold
from ingest.scan import Found

if TYPE_CHECKING:
    from ingest.lexicon import Lexicon

TOO_MUCH_MEMORY = Message(
    "Bu dosyayı okumak çok fazla bellek gerektiriyor; dosyayı bölün ya da başka bir programla açıp yeniden "
    "kaydedin.",
    "Reading this file takes too much memory; divide it, or open it in another program and save it again.",
)
TOO_MUCH_TEXT = Message(
    "Bu dosyadan, boyutuna göre olağandışı çok metin çıkıyor (sıkıştırma bombası olabilir); güvendiğiniz bir "
    "dosyaysa başka bir programla açıp yeniden kaydedin.",
    "This file unfolds into far more text than its size allows for (it may be a decompression bomb); if you "
    "trust it, open it in another program and save it again.",
)
_ITS_END = pickle.dumps(TOO_MUCH_MEMORY)  # made beforehand: then there is no memory left

_SECONDS = 60.0  # for a file, and one second more for each of these bytes: 50 times what real ones take
_BYTES_PER_SECOND = 20_000
_MOST_SECONDS = 600.0  # PDFs of any size: text recognition of scanned pages takes long

MAX_UNFOLDING = 100
"""Characters of text per byte of file, a megabyte of text aside. Compressed text has less than 10."""
_SMALL_TEXT = 1_000_000

Outcome = tuple[Found, ReadFile | Message]
"""A file with what became of it: read and split, or why not."""

Read = Callable[[Found, int, int, str], Outcome]

_count_tokens: Callable[[Sequence[str]], list[int]]
_lexicon: "Lexicon"


def time_limit(path: Path, size: int) -> float:
    """Seconds that reading a file of `size` bytes may take."""
    if fold(path.suffix) == ".pdf":
        return _MOST_SECONDS
    return min(_SECONDS + size / _BYTES_PER_SECOND, _MOST_SECONDS)


def work(pipe: Connection, read: Read, embedder: str, words: Sequence[str], memory: int) -> None:
    """The worker's life: start, tell that it is ready (or why not), read what comes."""
    try:
        _start_worker(embedder, words, memory)
    except KilavuzError as error:  # the embedder's tokenizer can't be loaded
        pipe.send(error)
        return
    pipe.send(None)
    with suppress(EOFError, OSError):  # the assistant is gone
        while True:
            files, options = pipe.recv()
            for file in files:
                # Should the assistant be killed while a parser hangs, nobody else will end this process.
                signal.alarm(int(time_limit(file.path, file.size)) + 30)
                try:
                    outcome = pickle.dumps(read(file, *options))
                except MemoryError:
                    pipe.send_bytes(_ITS_END)
                    return
                signal.alarm(0)
                pipe.send_bytes(outcome)


def _start_worker(embedder: str, words: Sequence[str], memory: int) -> None:
    os.setpgrp()
    os.nice(5)
    os.environ["OMP_THREAD_LIMIT"] = "1"  # Tesseract's threads: a worker has one core
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(OSError):  # if memory runs out all the same, better a worker dies than the assistant
        Path("/proc/self/oom_score_adj").write_text("1000")

    from assistant.embedder import load_token_counter
    from ingest.lexicon import load_lexicon

    global _count_tokens, _lexicon
    _count_tokens = load_token_counter(embedder)
    _lexicon = load_lexicon().with_words(words)
    import ingest.read  # noqa: F401 - the readers take their memory before the limit is counted

    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    limit = _data_size() + memory
    if most == resource.RLIM_INFINITY or limit < most:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def _data_size() -> int:
    """Bytes that count against RLIMIT_DATA at present: private memory that can be written to."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmData:"))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.killpg(0, signal.SIGKILL)


def read_file(file: Found, chunk_tokens: int, max_bytes: int, splitter: str) -> Outcome:
    """Read and split one file. Raises MemoryError, and nothing else."""
    from ingest.lexicon import load_lexicon, words_to_learn
    from ingest.read import read_document
    from ingest.scan import look_at
    from ingest.split import split

    started = time.perf_counter()
    try:
        document = read_document(file.path, file.source, max_bytes, _lexicon)
        if sum(len(page.text) for page in document.pages) > MAX_UNFOLDING * file.size + _SMALL_TEXT:
            return file, TOO_MUCH_TEXT
        chunks = tuple(split(document, _count_tokens, chunk_tokens))
        # A PDF's words are no evidence: they may be broken in the same way throughout.
        texts = "\n".join(page.text for page in document.pages) if document.format != "pdf" else ""
        # Nor are words learned before: a document that is read again must go on teaching its own.
        words = words_to_learn(texts, load_lexicon())
        seconds = time.perf_counter() - started
        return file, ReadFile(str(file.path), file.size, splitter, document, chunks, seconds, words)
    except Exception as error:
        if _is_of_memory(error):
            raise MemoryError from error
        why = error.message if isinstance(error, KilavuzError) else _unexpected(error)
        # A file that changed since the scan failed as something else: the next ingest reads it again.
        now = look_at(file.path, file.source, max_bytes, splitter)
        return (file if now.mark == file.mark else replace(file, mark="-")), why


def _is_of_memory(error: BaseException | None) -> bool:
    """Whether an error is or comes from a MemoryError: readers tell of it in words of their own."""
    for _ in range(20):  # chains of errors may be circles
        if error is None or isinstance(error, MemoryError):
            break
        error = error.__cause__ or error.__context__
    return isinstance(error, MemoryError)


def _unexpected(error: BaseException) -> Message:
    name = type(error).__name__
    return Message(
        f"Bu dosya okunamadı ({name}); dosyayı başka bir programla açıp yeniden kaydedin.",
        f"This file could not be read ({name}); open it in another program and save it again.",
    )
