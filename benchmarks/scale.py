"""The keyword index at a million chunks: building, updating, opening memory-mapped and searching.

    python -m benchmarks.scale HOME QUESTIONS.jsonl ... [--chunks 1000000] [--folder KEEP]

The chunks are resampled from those of an ingested HOME: from a sentence drawn at random (with replacement)
on, every second sentence or line, by chance, is taken until 45 to 160 words (drawn too) are together; title,
headings and path are those where it began. No two are equal. So words stand together as they do in real
chunks, and posting lists are as long as theirs; but the vocabulary is that of the home, and a library that is
really as large has more rare words.
QUESTIONS have one JSON object a line with a `question`. Building, updating and serving each run in a fresh
process on what the one before saved; serving keeps to one core. Memory is read from /proc (Linux): anonymous
memory is what a process holds itself, RSS has the pages of mapped files too, which the system can take back.
"""

import argparse
import json
import multiprocessing
import os
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.catalogue import Catalogue
from assistant.documents import Documents
from assistant.keywords import KeywordIndex, load_keywords
from assistant.records import Chunk
from assistant.search import CANDIDATES

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")


def real_chunks(home: Path) -> list[Chunk]:
    """The searchable chunks of an ingested home."""
    stored = Documents(Catalogue(home / "kilavuz.db"))
    return list(stored.chunks(stored.chunk_ids()).values())


class Resampled:
    """`count` different chunks made of real ones; iterating once fills `words` and `seconds`."""

    def __init__(self, real: Sequence[Chunk], count: int, first_id: int = 1, seed: int = 7) -> None:
        """The same arguments give the same chunks; ids count from `first_id`."""
        self._real, self._count, self._first_id, self._seed = real, count, first_id, seed
        cut = [(s, i) for i, chunk in enumerate(real) for s in _SENTENCE.split(chunk.text) if s]
        self._sentences = [(sentence, len(sentence.split()), i) for sentence, i in cut]
        self.words: list[int] = []
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Chunk]:
        draw, seen = random.Random(self._seed), set()
        while len(self.words) < self._count:
            begin = time.perf_counter()
            text, words, which = self._draw(draw)
            if (print_ := hash(text)) not in seen:
                seen.add(print_)
                id = self._first_id + len(self.words)
                self.words.append(words)
                chunk = replace(self._real[which], text=text, id=id)
                self.seconds += time.perf_counter() - begin
                yield chunk

    def _draw(self, draw: random.Random) -> tuple[str, int, int]:
        """A text, the number of its words and the real chunk where it begins."""
        goal, words = draw.randint(45, 160), 0
        taken: list[str] = []
        at = first = draw.randrange(len(self._sentences))
        while words < goal:
            if not taken or draw.random() < 0.5:
                sentence, length, _ = self._sentences[at]
                taken.append(sentence)
                words += length
            at = (at + 1) % len(self._sentences)
        return "\n".join(taken), words, self._sentences[first][2]


def memory(*names: str) -> list[float]:
    """Fields of /proc/self/status or smaps_rollup in GB."""
    text = Path("/proc/self/status").read_text() + Path("/proc/self/smaps_rollup").read_text()
    return [int(re.search(rf"^{name}:\s+(\d+) kB", text, re.M)[1]) * 1024 / 1e9 for name in names]  # type: ignore[index]


class Peak:
    """Within a `with`: the most memory, sampled every 50 ms, as `anonymous` and `resident` GB."""

    def __enter__(self) -> "Peak":
        self.anonymous = self.resident = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(0.05):
            status = Path("/proc/self/status").read_text()
            for name, field in (("anonymous", "RssAnon"), ("resident", "VmRSS")):
                now = int(re.search(rf"{field}:\s+(\d+)", status)[1]) * 1024 / 1e9  # type: ignore[index]
                setattr(self, name, max(now, getattr(self, name)))


def index_real(home: Path) -> None:
    """Index the real chunks, from an empty vocabulary."""
    real = real_chunks(home)
    begin, used = time.perf_counter(), time.process_time()
    KeywordIndex.build(real)
    seconds, used = time.perf_counter() - begin, time.process_time() - used
    print(
        f"{len(real)} real chunks indexed: {seconds:.1f} s ({used:.1f} of CPU), {len(real) / seconds:.0f}/s"
    )


def build(home: Path, count: int, folder: Path) -> None:
    """Build and save an index of resampled chunks."""
    resampled = Resampled(real_chunks(home), count)
    base = memory("RssAnon")[0]
    with Peak() as peak:
        begin, used = time.perf_counter(), time.process_time()
        keywords = KeywordIndex.build(resampled)
        seconds = time.perf_counter() - begin - resampled.seconds
        used = time.process_time() - used - resampled.seconds
        keywords.save(folder)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e9
    print(f"\n{count} chunks, median of {np.median(resampled.words):.0f} words")
    print(f"built in {seconds:.0f} s ({used:.0f} of CPU), {count / seconds:.0f}/s")
    print(f"  without the {resampled.seconds:.0f} s that drawing them took")
    print(f"peak of building and saving: {peak.anonymous:.2f} GB anonymous, {base:.2f} of it the benchmark's")
    print(f"on disk: {size:.2f} GB")


def update(home: Path, count: int, folder: Path) -> None:
    """Take out 500 chunks, add 500 others."""
    keywords = load_keywords(folder)
    added = list(Resampled(real_chunks(home), 500, count + 1, seed=8))
    with Peak() as peak:
        begin = time.perf_counter()
        keywords.update(range(1, 501), added)
        seconds = time.perf_counter() - begin
    print(f"500 chunks removed and 500 added: {seconds:.1f} s, peak {peak.anonymous:.2f} GB anonymous")


def serve(folder: Path, questions: Sequence[str]) -> None:
    """Open and search on one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    base = memory("Rss")[0]
    begin = time.perf_counter()
    keywords = load_keywords(folder)
    print(f"opened in {time.perf_counter() - begin:.2f} s")
    with Peak() as peak:
        first = milliseconds(lambda q: keywords.search(q, CANDIDATES), questions)
        times = np.array(
            [milliseconds(lambda q: keywords.search(q, CANDIDATES), questions) for _ in range(5)]
        )
    best = np.median(times, axis=0)
    for name, row in (("first", first), ("later", best)):
        print(f"search ({name}): median {np.median(row):.2f} ms, p95 {np.quantile(row, 0.95):.2f} ms")
    rss, pss, anonymous = memory("Rss", "Pss", "Pss_Anon")
    print(
        f"memory: peak RSS {peak.resident:.2f} GB with mapped pages; now RSS {rss:.2f}, PSS {pss:.2f}, "
        f"anonymous {anonymous:.2f} ({base:.2f} RSS before opening)"
    )
    rows = [[(term.chunks, term.scores) for term in keywords.terms(question)] for question in questions]
    passes = milliseconds(lambda row: [array.max() for pair in row for array in pair], rows)
    sizes = [sum(len(chunks) for chunks, _ in row) for row in rows]
    print(f"postings of a question's tokens: median {np.median(sizes):.0f}")
    print(
        f"one pass over them: median {np.median(passes):.2f} ms; search / pass {np.median(best / passes):.2f}"
    )
    plain = milliseconds(keywords.scores, questions)
    print(f"all scores, without pruning and ranking: median {np.median(plain):.2f} ms")


def milliseconds(call: Callable[[Any], object], values: Sequence[Any]) -> NDArray[np.float64]:
    """How long the call took for each value."""
    times = []
    for value in values:
        begin = time.perf_counter()
        call(value)
        times.append(1000 * (time.perf_counter() - begin))
    return np.array(times)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--chunks", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the index is kept; built only if not there")
    arguments = parser.parse_args()
    lines = [line for file in arguments.questions for line in file.read_text("utf-8").splitlines()]
    asked = [json.loads(line)["question"] for line in lines]
    with tempfile.TemporaryDirectory() as place:
        folder = arguments.folder or Path(place) / "keywords"
        steps: list[tuple[Callable[..., None], tuple[object, ...]]] = [
            (index_real, (arguments.home,)),
            (build, (arguments.home, arguments.chunks, folder)),
            (update, (arguments.home, arguments.chunks, folder)),
            (serve, (folder, asked)),
        ]
        for step, values in steps[2 if folder.exists() else 0 :]:
            process = multiprocessing.get_context("spawn").Process(target=step, args=values)
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
