"""Kill a real ingest at random moments, again and again, and compare with one left in peace.

    python benchmarks/kills.py [--rounds 30] [--seed 0]

Every round changes, adds, renames and deletes documents of its own writing, starts `kilavuz ingest`, and
kills the process group with SIGKILL at a random moment, every second time while it writes. Then it checks
what the next start finds: every document that an earlier ingest had reported as done is there once, whole,
in its old or its new version, and catalogue, vectors and keyword index hold the same chunks. At the end an
ingest runs undisturbed, and the library must equal that of a fresh home.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant.build import open_library
from assistant.catalogue import Catalogue
from assistant.documents import Documents
from assistant.embedder import QUICK
from assistant.library import Library
from assistant.settings import Settings

_WORDS = (
    "pompa", "vana", "conta", "motor", "yağ", "basınç", "sıcaklık", "bakım", "arıza", "sensör", "hat",
    "kablo", "röle", "sürücü", "filtre",
)  # fmt: skip


def write(path: Path, rng: random.Random, marker: int) -> None:
    """A document of ten sections whose every chunk names its version."""
    sections = []
    for number in range(10):
        words = " ".join(rng.choice(_WORDS) for _ in range(60))
        sections.append(f"## Bölüm {number}\n\n{path.stem} sürüm {marker} {words}.\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {path.stem}\n\n" + "\n".join(sections), "utf-8")


def change(folder: Path, rng: random.Random, round: int) -> None:
    """Rewrite a third of the documents, delete three, rename three and add six."""
    files = sorted(folder.rglob("*.md"))
    rng.shuffle(files)
    for path in files[6 : 6 + len(files) // 3]:
        write(path, rng, round)
    for path in files[:3]:
        path.unlink()
    for path in files[3:6]:
        path.rename(path.with_name(f"t{round}-{path.name}"))
    for number in range(6):
        write(folder / f"tur{round}" / f"b{round}-{number}.md", rng, round)


def start_ingest(home: Path, docs: Path) -> "subprocess.Popen[bytes]":
    """Start `kilavuz ingest` in a process group of its own.

    With the quick embedder: vectors that are made in the background would be missing after most kills.
    """
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())", "--home", str(home),
         "ingest", str(docs)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
        cwd=Path(__file__).parents[1], env={**os.environ, "KILAVUZ_EMBEDDER": QUICK},
    )  # fmt: skip


def ingest(home: Path, docs: Path) -> float:
    """Ingest undisturbed; returns the seconds it took."""
    started = time.monotonic()
    process = start_ingest(home, docs)
    errors = process.communicate()[1]
    if process.returncode:
        raise RuntimeError(errors.decode())
    return time.monotonic() - started


def contents(library: Library) -> dict[tuple[str, int], tuple[object, ...]]:
    """Every searchable chunk by source and position; checks that the three stores are in step."""
    ids = library.stored.chunk_ids()
    assert library.searcher.index.ids() == set(ids), "vectors differ from the catalogue"
    assert sorted(library.searcher.keywords.ids.tolist()) == ids, "keywords differ from the catalogue"
    assert not library.stored.leftovers(), "half-indexed documents"
    chunks = library.stored.chunks(ids).values()
    found = {(c.source, c.position): (c.title, c.headings, c.page, c.text) for c in chunks}
    assert len(found) == len(ids), "a document is there twice"
    return found


Version = tuple[str, ...]
"""The lines of a document with words: what tells one version from all others."""


def version(text: str) -> Version:
    """The version of a document, from its file or from its chunks one after another."""
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def check_after_kill(
    home: Path, docs: Path, done: dict[str, Version], known: set[Version]
) -> dict[str, Version]:
    """What the next start finds, by source.

    `done` is what was searchable before, `known` every version that was ever written.
    """
    library = open_library(Settings(home=home, embedder=QUICK))
    chunks = sorted(contents(library).items())
    library.close()
    texts: dict[str, list[str]] = {}
    for (source, _), (_, _, _, text) in chunks:
        texts.setdefault(source, []).append(str(text))
    now = {source: version("\n".join(parts)) for source, parts in texts.items()}
    disk = {p.relative_to(docs).as_posix(): version(p.read_text("utf-8")) for p in docs.rglob("*.md")}
    known.update(disk.values())
    for source, found in now.items():
        assert found in known, f"{source} is half-indexed"
    for source, wanted in disk.items():
        assert source in now or source not in done, f"{source} was searchable and is lost"
        assert wanted in now.values() or wanted not in done.values(), f"{source} was moved and is lost"
    return now


def is_cut_off(home: Path) -> bool:
    """Whether the kill left documents half written, or replaced ones not yet deleted."""
    with closing(Catalogue(home / "kilavuz.db", read_only=True)) as catalogue:
        return bool(Documents(catalogue).leftovers())


def kill(
    process: "subprocess.Popen[bytes]", home: Path, rng: random.Random, seconds: float, aimed: bool
) -> bool:
    """Kill the ingest, `aimed` when it writes, else after a random time; whether it still ran."""
    if aimed:
        while process.poll() is None and not is_cut_off(home):
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.01))
    else:
        with suppress(subprocess.TimeoutExpired):
            process.wait(rng.uniform(0.2, 1.0) * seconds)
    if process.poll() is not None:
        return False
    os.killpg(process.pid, signal.SIGKILL)
    return True


def run(rounds: int, seed: int, folder: Path) -> tuple[int, int, float]:
    """The whole benchmark in an empty folder.

    Returns how many kills hit a running ingest, how many of them its writing, and the seconds.
    """
    rng = random.Random(seed)
    home, docs = folder / "home", folder / "docs"
    for number in range(60):
        write(docs / f"a-{number}.md", rng, 0)
    seconds = ingest(home, docs)
    change(docs, rng, 0)
    seconds = min(seconds, ingest(home, docs))  # one alone may have been slowed by other programs
    known: set[Version] = set()
    done = check_after_kill(home, docs, {}, known)
    hits = cut = 0
    started = time.monotonic()
    for round in range(1, rounds + 1):
        change(docs, rng, round)
        process = start_ingest(home, docs)
        hits += kill(process, home, rng, seconds, aimed=round % 2 == 0)
        process.communicate()
        cut += is_cut_off(home)
        done = check_after_kill(home, docs, done, known)
    ingest(home, docs)
    fresh = folder / "fresh"
    ingest(fresh, docs)
    compare(home, fresh)
    return hits, cut, time.monotonic() - started


def compare(home: Path, fresh: Path) -> None:
    """Both homes hold the same chunks with the same vectors and the same keyword scores."""
    kept, vectors, scores = [], [], []
    for place in (home, fresh):
        library = open_library(Settings(home=place, embedder=QUICK))
        kept.append(contents(library))
        chunks = library.stored.chunks(library.stored.chunk_ids()).values()
        ids = [chunk.id for chunk in sorted(chunks, key=lambda c: (c.source, c.position))]
        vectors.append(library.searcher.index.vectors(ids))
        keywords = library.searcher.keywords
        rows = np.searchsorted(keywords.ids, ids)
        scores.append(np.array([keywords.scores(f"{a} {b}")[rows] for a, b in pairwise(_WORDS)]))
        library.close()
    assert kept[0] == kept[1], "the chunks differ"
    # The last bits depend on the texts that were embedded together.
    assert np.allclose(vectors[0], vectors[1], rtol=0, atol=1e-6), "the vectors differ"
    assert np.allclose(scores[0], scores[1], atol=1e-4), "the keyword scores differ"


def main() -> None:
    """Parse the arguments, run, print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        hits, cut, seconds = run(options.rounds, options.seed, Path(folder))
    print(
        f"{options.rounds} rounds, {hits} killed while running, {cut} of them while writing, "
        f"{seconds:.0f} s: nothing lost, none twice"
    )


if __name__ == "__main__":
    main()
