"""The main job on real documents: ingest, ingest again, search, open the page; and their limits.

    python benchmarks/main_job.py DOCS [--home DIR] [--questions FILE ...]

DOCS is a folder of Markdown and PDF files. Memory is the sum of the proportional set sizes (PSS) of
all processes of the ingest, sampled five times a second.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from assistant.build import open_library
from assistant.settings import load_settings

_KILAVUZ = [sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())"]
_ROOT = Path(__file__).parents[1]
_QUESTIONS = ["Pompa yağı ne zaman değişir?", "python listesi nasıl sıralanır", "git commit geri alma"] * 30


def memory(pid: int) -> int:
    """Bytes of memory of a process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
            except (OSError, IndexError):
                continue
    total, waiting = 0, [pid]
    while waiting:
        each = waiting.pop()
        waiting += children.get(each, [])
        try:
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
        except OSError:
            continue
    return total


def ingest(home: str, docs: list[str]) -> tuple[float, float, str]:
    """Run `kilavuz ingest`; returns seconds, peak gigabytes and what it printed."""
    started = time.monotonic()
    process = subprocess.Popen(
        [*_KILAVUZ, "--home", home, "ingest", *docs], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    )
    peak = 0
    printed: list[str] = []
    reader = threading.Thread(target=lambda: printed.append(process.stdout.read() if process.stdout else ""))
    reader.start()
    while process.poll() is None:
        peak = max(peak, memory(process.pid))
        time.sleep(0.2)
    reader.join()
    return time.monotonic() - started, peak / 1e9, printed[0]


def search(home: str, questions: list[str]) -> tuple[float, float]:
    """Median and 95th percentile of a search in milliseconds, the process being warm."""
    library = open_library(load_settings(home=home))
    seconds = []
    for question in questions[:5] + questions:
        started = time.perf_counter()
        library.searcher.search(question)
        seconds.append(time.perf_counter() - started)
    library.close()
    warm = sorted(seconds[5:])
    return statistics.median(warm) * 1e3, warm[int(0.95 * len(warm))] * 1e3


def page(home: str, port: int = 7911) -> float:
    """Seconds from the command to the page being served with its configuration."""
    started = time.monotonic()
    process = subprocess.Popen(
        [*_KILAVUZ, "--home", home, "serve", "--no-browser", "--port", str(port)],
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        while time.monotonic() - started < 120:
            try:
                for path in ("/", "/config"):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).read()
                return time.monotonic() - started
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the page did not open")
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Run every step and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("docs")
    parser.add_argument("--home")
    parser.add_argument("--questions", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    home = options.home or tempfile.mkdtemp()
    docs = os.path.abspath(options.docs)
    questions = [
        json.loads(line)["question"]
        for file in options.questions
        for line in file.read_text("utf-8").splitlines()
    ] or [
        "Pompa yağı ne zaman değişir?",
        "python listesi nasıl sıralanır",
        "git commit nasıl geri alınır",
    ] * 30

    seconds, gigabytes, printed = ingest(home, [docs])
    print(printed.strip().splitlines()[-1] if printed.strip() else "")
    print(f"ingest of everything      {seconds:8.1f} s    peak {gigabytes:.2f} GB    (limit 120 s, 3 GB)")
    print(f"ingest, nothing changed   {ingest(home, [docs])[0]:8.1f} s    (limit 5 s)")
    median, tail = search(home, questions)
    print(f"search                    {median:8.1f} ms   p95 {tail:.1f} ms   (limit 25 ms median)")
    print(f"page ready                {page(home):8.1f} s    (limit 8 s)")
    size = sum(path.stat().st_size for path in Path(home).rglob("*") if path.is_file())
    print(f"size on disk              {size / 1e6:8.0f} MB")


if __name__ == "__main__":
    main()
