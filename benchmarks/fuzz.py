"""Damaged and hostile files through a real ingest: nothing may stop it, and no file may get lost.

    python benchmarks/fuzz.py DOCS [--count 2000] [--seed 0] [--seconds S] [--keep DIR]

DOCS is a folder of Markdown and PDF files; damaged copies of them are made, with HTML, Word, reStructuredText
and text files made of the Markdown, beside the files of `hostile_pdfs.py` and `hostile_texts.py`. It fails if
the ingest, or a search afterwards, raises an error, if a file is neither indexed nor listed with a reason, if
one takes longer than its limit, or if a reader raises what nobody foresaw. --seconds gives all files a limit
of so many seconds; --keep leaves the files and their outcomes in DIR.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.build import open_library
from assistant.library import Library
from assistant.settings import Settings
from benchmarks.hostile_pdfs import hostile_pdfs
from benchmarks.hostile_texts import WORD, docx, hostile_texts
from benchmarks.mutate import mutants
from ingest import workers
from ingest.pipeline import ingest
from ingest.read import READERS
from ingest.scan import Found
from ingest.worker import TOO_MUCH_MEMORY, Outcome, read_file, time_limit
from ingest.workers import CRASHED, TOO_LONG

BATCH = 200
_UNFORESEEN = re.compile(r"This file could not be read \((\w+)\)")
_LARGEST_SEED = 700_000  # bytes: a mutant of a large file takes long and tells no more


@dataclass(slots=True)
class Tally:
    """What became of the files. `seconds` are by source; `memory` is the largest worker's peak in bytes."""

    files: int = 0
    indexed: int = 0
    chunks: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unforeseen: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)  # their workers
    memory: int = 0
    total_seconds: float = 0.0

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to mend."""
        return not (self.lost or self.unforeseen or self.late)


def seeds_of(docs: Path, rng: random.Random) -> dict[str, list[bytes]]:
    """Good files by suffix: the folder's PDFs, a sample of its Markdown, and other formats made of that."""
    pdfs = [path for path in sorted(docs.rglob("*.pdf")) if path.stat().st_size <= _LARGEST_SEED]
    texts = [path for path in sorted(docs.rglob("*.md")) if path.stat().st_size <= 50_000]
    marked = [path.read_bytes() for path in rng.sample(texts, min(300, len(texts)))]
    return {".pdf": [path.read_bytes() for path in pdfs], ".md": marked, **other_formats(marked[:40])}


def other_formats(marked: Sequence[bytes]) -> dict[str, list[bytes]]:
    """HTML, Word and plain files of these Markdown texts, for the suffixes that are read."""
    from markdown_it import MarkdownIt

    made: dict[str, list[bytes]] = {".html": [], ".docx": [], ".rst": list(marked), ".txt": list(marked)}
    for text in marked:
        body = MarkdownIt().render(text.decode("utf-8", "replace")).encode()
        made[".html"].append(b"<html><head><meta charset=utf-8></head><body>" + body + b"</body></html>")
        lines = re.sub(rb"[^\w\s\x80-\xff.,]", b" ", text).split(b"\n\n")
        paragraphs = b"".join(b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % line for line in lines)
        made[".docx"].append(
            docx(b"<w:document xmlns:w='%s'><w:body>%s</w:body></w:document>" % (WORD, paragraphs))
        )
    return {suffix: files for suffix, files in made.items() if suffix in READERS}


def run(
    seeds: Mapping[str, Sequence[bytes]], count: int, seed: int, folder: Path, seconds: float | None = None
) -> Tally:
    """Ingest the hostile files and then mutants of `seeds`, `count` in all, below an empty folder."""
    tally, started = Tally(), time.monotonic()
    log = folder / "seconds.log"
    os.environ["KILAVUZ_FUZZ_LOG"] = str(log)
    workers.read_file = read_and_note
    if seconds is not None:
        workers.time_limit = lambda path, size: seconds
    hostile = (each for each in chain(hostile_pdfs(), hostile_texts()) if Path(each[0]).suffix in READERS)
    files = islice(chain(hostile, mutants(seeds, count, random.Random(seed))), count)
    library = open_library(Settings(home=folder / "home"))
    done = threading.Event()
    watcher = threading.Thread(target=_watch_memory, args=(tally, done))
    watcher.start()
    try:
        number = 0
        while batch := dict(islice(files, BATCH)):
            number += 1
            _one_batch(library, batch, folder / f"batch-{number}", folder / "home", tally)
        library.searcher.search("Pompa yağı ne zaman değişir?")
        _check_seconds(log, seconds, tally)
    finally:
        done.set()
        watcher.join()
        library.close()
    tally.total_seconds = time.monotonic() - started
    return tally


def _one_batch(library: Library, batch: Mapping[str, bytes], docs: Path, home: Path, tally: Tally) -> None:
    docs.mkdir()
    for name, data in batch.items():
        (docs / name).write_bytes(data)
    report = ingest(
        library, [docs], drop_folder=home / "belgeler", max_bytes=100_000_000, chunk_tokens=256, embedder=""
    )
    tally.files += len(batch)
    tally.chunks += report.chunks
    states = {state.path: state for state in library.documents()}
    for name in batch:
        state = states.get(str(docs / name))
        if state is None or not (state.reason or state.chunks):
            tally.lost.append(name)
        elif state.reason is None:
            tally.indexed += 1
        else:
            tally.refused[f"{Path(name).suffix} {state.reason.en.split(';')[0]}"] += 1
            if state.reason in (CRASHED, TOO_LONG, TOO_MUCH_MEMORY):
                tally.ended.append(f"{name}: {state.reason.en}")
            if _UNFORESEEN.search(state.reason.en):
                tally.unforeseen.append(f"{name}: {state.reason.en}")
    done = f"{docs.name}: {tally.files} files, {tally.indexed} indexed, {report.seconds:.0f} s"
    print(done, file=sys.stderr)


def read_and_note(file: Found, *options: object) -> Outcome:
    """`read_file`, in the worker, with its seconds in a log; a file that ends its worker is not in it."""
    started = time.monotonic()
    log = Path(os.environ["KILAVUZ_FUZZ_LOG"])
    try:
        return read_file(file, *options)  # type: ignore[arg-type]
    finally:
        with log.open("a") as lines:
            lines.write(f"{time.monotonic() - started:.2f} {file.size} {file.source}\n")


def _check_seconds(log: Path, seconds: float | None, tally: Tally) -> None:
    for line in log.read_text().splitlines():
        taken, size, source = line.split(" ", 2)
        tally.seconds[source] = float(taken)
        limit = time_limit(Path(source), int(size)) if seconds is None else seconds
        if float(taken) > limit + 5:
            tally.late.append(source)


def _watch_memory(tally: Tally, done: threading.Event) -> None:
    """Note the largest peak (resident) of the processes that this one started."""
    while not done.wait(0.1):
        for status in _children():
            peak = re.search(r"VmHWM:\s*(\d+)", status)
            tally.memory = max(tally.memory, int(peak[1]) << 10 if peak else 0)


def _children() -> Iterator[str]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "status").read_text()
            except OSError:
                continue
            if f"PPid:\t{os.getpid()}\n" in status:
                yield status


def print_tally(tally: Tally) -> None:
    """The report."""
    refused = sum(tally.refused.values())
    print(f"{tally.files} files in {tally.total_seconds:.0f} s: {tally.indexed} indexed, {refused} refused")
    print(
        f"{len(tally.lost)} lost; {tally.chunks} chunks; peak memory of a worker {tally.memory / 1e9:.2f} GB"
    )
    for reason, times in tally.refused.most_common():
        print(f"{times:6}  {reason}")
    for source, seconds in sorted(tally.seconds.items(), key=lambda item: -item[1])[:10]:
        print(f"{seconds:8.1f} s  {source}")
    for line in tally.ended:
        print(f"ended its worker: {line}")
    for name in tally.lost:
        print(f"LOST {name}")
    for name in tally.late:
        print(f"LATE {name}")
    for line in tally.unforeseen:
        print(f"UNFORESEEN {line}")


def main() -> int:
    """Parse the arguments, run, print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("docs", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    seeds = seeds_of(options.docs, random.Random(options.seed))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        tally = run(seeds, options.count, options.seed, folder, options.seconds)
    print_tally(tally)
    return 0 if tally.is_well else 1


if __name__ == "__main__":
    sys.exit(main())
