"""Many people at once on a real server: seconds until the first words of an answer, and errors.

    python benchmarks/load.py HOME QUESTIONS.jsonl [--people 50] [--by page api] [--think 20] [--rounds 4]

HOME holds a library (`kilavuz --home HOME ingest DOCS`); questions are added to it, so use a copy.
The server is `kilavuz serve` in a process of its own. "page" asks as a browser does: through the queue of the
page's events, in a page that was opened before and looks at the state every few seconds; "api" through
/v1/chat/completions, streamed. Two ways of arriving are measured: everybody at the very same moment, once a
round; and people who read: each begins at a random moment of the first `think` seconds and, after each
answer, reads for a random time (exponential, mean `think`) before asking the next.
"""

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from ui.client import read_server_file
from ui.web.events import IDLE

_ROOT = Path(__file__).parents[1]
_KILAVUZ = [sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())"]
_WORDS = re.compile(r'class=\\?"text\\?"')
"""What the page's HTML has once an answer has words."""
_EVENT = re.compile(r'"event_id":"([0-9a-f]+)"')
STARTING, ANSWERING = 120.0, 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: seconds to the first words and to the end; `error` is "" if all went well."""

    first: float
    whole: float
    error: str = ""


Ask = Callable[[str], Awaitable[Asked]]
Way = Callable[[httpx.AsyncClient, str], AbstractAsyncContextManager[Ask]]


@contextmanager
def server(home: Path) -> Iterator[str]:
    """`kilavuz serve` on a free port; gives its address. Raises RuntimeError if it does not start."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KILAVUZ_")}
    command = [*_KILAVUZ, "--home", str(home), "serve", "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + STARTING
        while (found := read_server_file(home)) is None or found.pid != process.pid:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield found.page
    finally:
        process.terminate()
        process.wait()


class Tab:
    """One person's page in a browser: all its events go through one session, and are read from one stream."""

    def __init__(self, client: httpx.AsyncClient, url: str, page: dict[str, Any]) -> None:
        self._client, self._url, self._page = client, url + "/gradio_api/queue", page
        self._session = uuid4().hex
        self._mail: defaultdict[str, asyncio.Queue[str]] = defaultdict(asyncio.Queue)
        self._waiting: set[str] = set()
        self._reader: asyncio.Task[None] | None = None

    async def event(self, target: str, name: str, data: Sequence[object] = ()) -> AsyncIterator[str]:
        """Send the events of a component's listeners, one after the other; gives the lines of the answer."""
        place = {one["id"]: one["props"].get("elem_id") or one["type"] for one in self._page["components"]}
        value = {one["id"]: one["props"].get("value") for one in self._page["components"]}
        for one in self._page["dependencies"]:
            if [target, name] not in [[place.get(id, ""), event] for id, event in one["targets"]]:
                continue
            given = list(data) or [value.get(id) for id in one["inputs"]]
            body = {"data": given, "fn_index": one["id"], "session_hash": self._session}
            joined = await self._client.post(self._url + "/join", json=body)
            id = joined.raise_for_status().json()["event_id"]
            self._waiting.add(id)
            if self._reader is None or self._reader.done():
                self._reader = asyncio.create_task(self._read())
            over = False
            while not over:
                line = await self._mail[id].get()
                over = '"process_completed"' in line
                yield line
            del self._mail[id]

    async def _read(self) -> None:
        """Hand out what comes, for as long as something is waited for: the server ends each stream."""
        while self._waiting:
            given = {"session_hash": self._session}
            async with self._client.stream("GET", self._url + "/data", params=given) as stream:
                async for line in stream.aiter_lines():
                    if found := _EVENT.search(line):
                        if '"process_completed"' in line:
                            self._waiting.discard(found[1])
                        self._mail[found[1]].put_nowait(line)

    def close(self) -> None:
        """Read no more."""
        if self._reader:
            self._reader.cancel()

    async def live(self) -> None:
        """Look at the state now and then, as long as the page is open."""
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.5) * IDLE)
            async for _ in self.event("timer", "tick"):
                pass


@asynccontextmanager
async def by_page(client: httpx.AsyncClient, url: str) -> AsyncIterator[Ask]:
    """Opens the page as a browser does, and asks by its question box."""
    tab = Tab(client, url, (await client.get(url + "/config")).json())
    async for _ in tab.event("", "load"):
        pass
    living = asyncio.create_task(tab.live())

    async def ask(question: str) -> Asked:
        started, first, now, line = time.perf_counter(), 0.0, 0.0, ""
        async for line in tab.event("box", "submit", [question, "", []]):
            now = time.perf_counter() - started
            if not first and _WORDS.search(line):
                first = now
        said = json.loads(line.removeprefix("data: "))
        return Asked(first or now, now, "" if said["success"] and first else line[:200])

    yield ask
    living.cancel()
    tab.close()


@asynccontextmanager
async def by_api(client: httpx.AsyncClient, url: str) -> AsyncIterator[Ask]:
    """Asks as a program does, streamed."""

    async def ask(question: str) -> Asked:
        body = {"model": "kilavuz", "stream": True, "messages": [{"role": "user", "content": question}]}
        started, first = time.perf_counter(), 0.0
        async with client.stream("POST", url + "/v1/chat/completions", json=body) as stream:
            if stream.status_code != 200:
                return Asked(0, 0, f"HTTP {stream.status_code}")
            async for line in stream.aiter_lines():
                now = time.perf_counter() - started
                if line == "data: [DONE]":
                    return Asked(first or now, now, "" if first else "no words")
                if line.startswith("data: "):
                    said: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    if "error" in said:
                        return Asked(0, 0, str(said["error"]))
                    if not first and any(one["delta"].get("content") for one in said["choices"]):
                        first = now
        return Asked(0, 0, "the stream ended")

    yield ask


WAYS = {"page": by_page, "api": by_api}


async def crowd(
    way: Way, url: str, questions: Sequence[str], people: int, rounds: int, think: float
) -> tuple[list[Asked], float]:
    """What became of all questions, and seconds. Without `think` all ask at once, round by round.

    Pages are opened before: that is not measured.
    """
    chance = random.Random(11)
    picked = [[chance.choice(questions) for _ in range(rounds)] for _ in range(people)]
    waits = [
        [chance.uniform(0, think), *(chance.expovariate(1 / think) for _ in range(rounds - 1))]
        for _ in range(people)
    ] if think else [[0.0] * rounds] * people  # fmt: skip
    all_there, done, started = asyncio.Barrier(people), [], 0.0
    opening = asyncio.Semaphore(2)

    async def person(questions: Sequence[str], waits: Sequence[float]) -> None:
        nonlocal started
        async with AsyncExitStack() as open_now:
            limits = httpx.Limits(max_connections=None)
            client = httpx.AsyncClient(timeout=ANSWERING, trust_env=False, limits=limits)
            await open_now.enter_async_context(client)
            async with opening:
                ask = await open_now.enter_async_context(way(client, url))
            await all_there.wait()
            started = started or time.monotonic()
            for question, wait in zip(questions, waits, strict=True):
                if not think:
                    await all_there.wait()
                await asyncio.sleep(wait)
                try:
                    done.append(await asyncio.wait_for(ask(question), ANSWERING))
                except (httpx.HTTPError, ValueError, TimeoutError) as error:
                    done.append(Asked(0, 0, f"{type(error).__name__}: {error}"))

    await asyncio.gather(*map(person, picked, waits))
    return done, time.monotonic() - started


def summed_up(asked: Sequence[Asked], seconds: float) -> str:
    """A row of the table: answers, errors, when the first words came, answers a second."""
    good = [one for one in asked if not one.error]
    first = sorted(one.first for one in good) or [float("nan")]
    whole = sorted(one.whole for one in good) or [float("nan")]
    p50, p95 = (first[min(len(first) - 1, int(share * len(first)))] for share in (0.5, 0.95))
    end = whole[min(len(whole) - 1, int(0.95 * len(whole)))]
    return (
        f"{len(asked)} | {len(asked) - len(good)} | {p50:.2f} s | {p95:.2f} s | {first[-1]:.2f} s "
        f"| {end:.2f} s | {len(good) / seconds:.1f}"
    )


def measure(
    home: Path, questions: Sequence[str], people: int, ways: Sequence[str], think: float, rounds: int
) -> list[tuple[str, list[Asked]]]:
    """Start the server, ask it in all ways, print a row for each. Returns what became of all questions."""
    done = []
    with server(home) as url:
        print("| asked by | arrival | answers | errors | p50 | p95 | max | p95 of the whole | answers/s |")
        print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
        for way in ways:
            asyncio.run(crowd(WAYS[way], url, questions, 2, 3, 0))  # what the first question makes
            for pause in (0.0, think):
                asked, seconds = asyncio.run(crowd(WAYS[way], url, questions, people, rounds, pause))
                arrival = f"{people} read {think:g} s" if pause else f"{people} at once"
                print(f"| {way} | {arrival} | {summed_up(asked, seconds)} |", flush=True)
                for error in sorted({one.error for one in asked if one.error})[:3]:
                    print(f"  {error}", file=sys.stderr)
                done.append((f"{way}, {arrival}", asked))
    return done


def main() -> None:
    """Measure, and say how busy the machine was with other things before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--by", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--think", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    questions = [
        json.loads(line)["question"]
        for file in options.questions
        for line in file.read_text("utf-8").splitlines()
    ]
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    measure(options.home, questions, options.people, options.by, options.think, options.rounds)


if __name__ == "__main__":
    main()
