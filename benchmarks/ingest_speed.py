"""What an ingest takes, against its bare parts on the same machine in the same run.

    python benchmarks/ingest_speed.py DOCS [--rounds 1]

The bare parts: pypdf's own `extract_text` over the PDFs in as many processes as there are cores, the default
embedder over the passages, a Chroma write of the vectors, a build of the keyword index. The limit
for the whole ingest (files found, read, repaired, split, embedded, stored) is 1.5 times their sum.
"""

import argparse
import logging
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from assistant.build import open_library
from assistant.index import Index, open_client
from assistant.keywords import KeywordIndex
from assistant.settings import load_settings
from ingest.pipeline import ingest

LIMIT = 1.5


def extract(path: Path) -> int:
    """Characters that pypdf gives for one file."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return sum(len(page.extract_text()) for page in PdfReader(path).pages)
    except Exception:  # a damaged file is no part of the measurement
        return 0


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(docs: Path) -> dict[str, float]:
    """Seconds of the ingest and of its bare parts."""
    pdfs = sorted(docs.rglob("*.pdf"), key=lambda path: -path.stat().st_size)
    with tempfile.TemporaryDirectory() as home, multiprocessing.get_context("spawn").Pool() as pool:
        pool.map(extract, pdfs[:0])  # the processes are there before the clock starts
        seconds = {"pypdf": timed(lambda: pool.map(extract, pdfs, chunksize=1))}
        settings = load_settings(home=home)
        library = open_library(settings)
        seconds["ingest"] = timed(
            lambda: ingest(
                library,
                [docs],
                drop_folder=settings.drop_folder,
                max_bytes=settings.max_file_mb * 1_000_000,
                chunk_tokens=settings.chunk_tokens,
                embedder=settings.embedder,
            )
        )
        chunks = list(library.stored.chunks(library.stored.chunk_ids()).values())
        passages = [chunk.passage for chunk in chunks]
        embedder = library.searcher.embedder
        vectors = embedder.embed_passages(passages[:1])

        def embed() -> None:
            nonlocal vectors
            vectors = embedder.embed_passages(passages)

        seconds["embedding"] = timed(embed)
        seconds["keywords"] = timed(lambda: KeywordIndex.build(chunks))
        with tempfile.TemporaryDirectory() as folder, open_client(Path(folder), "") as client:
            index = Index(client, "bare")
            seconds["chroma"] = timed(lambda: index.add(chunks, vectors))
        library.close()
    return seconds


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("docs", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    for _ in range(args.rounds):
        seconds = measure(args.docs)
        whole = seconds.pop("ingest")
        bare = sum(seconds.values())
        print(f"| bare part, {os.cpu_count()} cores | seconds |\n|---|---:|")
        for name, value in seconds.items():
            print(f"| {name} | {value:.1f} |")
        print(f"| **sum** | {bare:.1f} |\n| **ingest** | {whole:.1f} |")
        print(f"| **ratio** (limit {LIMIT}) | {whole / bare:.2f} |")


if __name__ == "__main__":
    main()
