"""A library, an assistant and an ingest that can be checked by hand, and a Service over them."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from assistant.errors import KilavuzError, Message
from assistant.records import Answer, Chunk, Citation, DocumentState, Exchange, Hit, IngestReport
from ui.server import Server, listen, url_of
from ui.service import Service

CHUNK = Chunk("pompa.pdf", "Pompa", ("Bakım", "Yağ"), 3, "Yağ altı ayda bir değişir.", 0, 7)
HIT = Hit(CHUNK, 0.83, lexical_rank=1, lexical_score=4.5, dense_rank=2, dense_score=0.7)
ANSWER = Answer("Yağ altı ayda bir değişir. [1]", (HIT,), (Citation(1, 0, CHUNK.text),))
REASON = Message("dosya boş", "the file is empty")


class FakeLibrary:
    """Documents in a list; nothing else."""

    def __init__(self, *states: DocumentState) -> None:
        self.states = list(states)
        self.closed = 0
        self.published = 0
        self.reranker: SimpleNamespace | None = None
        self.needs_rebuild = False
        self.catalogue = SimpleNamespace()
        self.searcher = SimpleNamespace(embedder=SimpleNamespace(name="sahte-gömücü"))
        self.stored = SimpleNamespace(document_count=lambda: sum(one.chunks > 0 for one in self.states))

    @property
    def chunk_count(self) -> int:
        return sum(one.chunks for one in self.states)

    def documents(self) -> list[DocumentState]:
        return list(self.states)

    def remove(self, documents: Sequence[int]) -> None:
        self.states = [one for one in self.states if one.id not in documents]

    def publish(self) -> None:
        self.published += 1

    def rebuild(self, progress: Callable[[int, int, str], None]) -> None:
        for number in range(100):
            progress(number, 100, "derin")
            time.sleep(0.005)
        self.needs_rebuild = False

    def close(self) -> None:
        self.closed += 1


class FakeAssistant:
    """Finds the one hit for everything, and notes what it was asked."""

    def __init__(self, generator: str = "extractive") -> None:
        self.generator = generator
        self.asked: list[tuple[str, list[Exchange]]] = []
        self.within: tuple[str, ...] = ()
        self.warm_ups = 0

    def warm_up(self) -> None:
        self.warm_ups += 1

    def _note(self, question: str, history: Sequence[Exchange]) -> None:
        if not question.strip():
            raise KilavuzError("Soru boş.", "The question is empty.")
        if question == "çök":
            raise RuntimeError("beklenmedik")
        self.asked.append((question, list(history)))

    def search(
        self, question: str, limit: int = 10, history: Sequence[Exchange] = (), within: Sequence[str] = ()
    ) -> list[Hit]:
        self.within = tuple(within)
        self._note(question, history)
        return [HIT] * limit

    def ask(self, question: str, history: Sequence[Exchange] = (), within: Sequence[str] = ()) -> Answer:
        self.within = tuple(within)
        self._note(question, history)
        return ANSWER

    def stream(self, question: str, history: Sequence[Exchange] = ()) -> Generator[Answer]:
        self._note(question, history)
        return (replace(ANSWER, turn=turn) for turn in (None, 1))


def state(id: int, path: Path | str, chunks: int = 2, reason: Message | None = None) -> DocumentState:
    name = Path(path).name
    return DocumentState(id, str(path), name, name, 0, chunks, 10, "2026-01-01T00:00:00+00:00", reason)


def two_files(
    paths: Sequence[Path] | None, *, progress: Callable[[int, int, str], None], again: object = ()
) -> IngestReport:
    """An ingest of two files."""
    progress(1, 2, "bir.md")
    progress(2, 2, "iki.md")
    return IngestReport(added=2, read=(state(1, "bir.md", 2), state(2, "iki.md", 3)), seconds=0.5)


def make_service(home: Path, *states: DocumentState, ingest: Any = two_files, **given: Any) -> Service:
    (home / "belgeler").mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {
        "home": home,
        "drop_folder": home / "belgeler",
        "max_bytes": 1000,
        "run_ingest": ingest,
        "folders": lambda: [home / "belgeler"],
    }
    parts: list[Any] = [FakeLibrary(*states), FakeAssistant()]
    return Service(*parts, **{**options, **given})


def in_loop(build: Callable[[], Any]) -> Any:
    """What `build` makes where an event loop runs: without one, Gradio makes some and leaves them open."""

    async def built() -> Any:
        return build()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(built())
    return build()


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """A real server on a free port; gives its address."""
    ready = threading.Event()
    sock = listen("127.0.0.1", 0, 0)
    server = Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2), ready.set
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    assert ready.wait(20)
    try:
        yield url_of(sock)
    finally:
        server.should_exit = True
        thread.join(20)
        sock.close()
    assert not thread.is_alive()
