"""The routes under /local/ by which commands reach the running server.

Only this machine's own processes that can read the token in the home get in, whatever login the page
has. Bodies are the records as JSON; an ingest is told line by line while it goes on.
"""

import hmac
import ipaddress
import json
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from assistant.errors import KilavuzError, Message
from assistant.records import Answer, DocumentState, Exchange, Failure, Hit, IngestReport
from finetune.promote import Switched
from ui.web.backend import Status

if TYPE_CHECKING:
    from ui.service import Service

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """The body of /local/search and /local/ask."""

    question: str
    history: tuple[Exchange, ...] = ()
    limit: int = 10
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingested:
    """The body of /local/ingest; no paths = every folder known."""

    paths: tuple[Path, ...] | None = None


@dataclass(frozen=True, slots=True)
class Promoted:
    """The body of /local/promote."""

    model: str


_ASKED = TypeAdapter(Asked)
_INGESTED = TypeAdapter(Ingested)
_PROMOTED = TypeAdapter(Promoted)
_SWITCHED = TypeAdapter(Switched)
_REPORT = TypeAdapter(IngestReport)
_STATUS = TypeAdapter(Status)
_FAILURES = TypeAdapter(list[Failure])
_DOCUMENTS = TypeAdapter(list[DocumentState])
_HITS = TypeAdapter(list[Hit])
_ANSWER = TypeAdapter(Answer)
_T = TypeVar("_T")

_MISUNDERSTOOD = Message(
    "Sunucu bu isteği anlamadı; komut ile sunucu aynı sürümden olmayabilir: sunucuyu yeniden başlatın.",
    "The server did not understand this request; command and server may differ in version: restart the "
    "server.",
)
CRASHED = Message(
    "Kılavuz sunucusunda beklenmeyen bir hata oldu; ayrıntısı ev klasöründeki kilavuz.log dosyasında.",
    "Something unexpected went wrong in the Kılavuz server; kilavuz.log in the home has the details.",
)


def is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own; IPv4 in IPv6's clothes too, None not."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return bool((mapped or ip).is_loopback)


def local_routes(service: "Service", token: str) -> APIRouter:
    """The routes, open to who comes from this machine and shows the token."""
    # Handlers read the body themselves: declared as parameters, it would be read before the guard.
    routes = APIRouter(prefix="/local", dependencies=[Depends(_guard(token))])

    @routes.get("/status")
    async def status() -> Response:
        return await _reply(_STATUS, service.status)

    @routes.get("/failures")
    async def failures() -> Response:
        return await _reply(_FAILURES, service.failures)

    @routes.get("/documents")
    async def documents() -> Response:
        return await _reply(_DOCUMENTS, service.documents)

    @routes.post("/search")
    async def search(request: Request) -> Response:
        body = await request.body()

        def work() -> list[Hit]:
            asked = _ASKED.validate_json(body)
            return service.search(asked.question, asked.limit, asked.history, asked.within)

        return await _reply(_HITS, work)

    @routes.post("/ask")
    async def ask(request: Request) -> Response:
        body = await request.body()

        def work() -> Answer:
            asked = _ASKED.validate_json(body)
            return service.ask(asked.question, asked.history, asked.within)

        return await _reply(_ANSWER, work)

    @routes.post("/ingest")
    async def ingest(request: Request) -> Response:
        try:
            paths = _INGESTED.validate_json(await request.body()).paths
        except ValidationError:
            return _refusal(_MISUNDERSTOOD)
        return StreamingResponse(_ingest_lines(service, paths), media_type="application/x-ndjson")

    _add_models(routes, service)
    return routes


def _add_models(routes: APIRouter, service: "Service") -> None:
    @routes.post("/promote")
    async def promote(request: Request) -> Response:
        body = await request.body()
        return await _reply(_SWITCHED, lambda: service.promote(_PROMOTED.validate_json(body).model))

    @routes.post("/rollback")
    async def rollback() -> Response:
        return await _reply(_SWITCHED, service.roll_back)


def _guard(token: str) -> Callable[[Request], None]:
    expected = f"Bearer {token}".encode()

    def guard(request: Request) -> None:
        if not is_loopback(request.client.host if request.client else None):
            raise HTTPException(403)
        # Compared in constant time, so that the token cannot be guessed letter by letter.
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            raise HTTPException(401)

    return guard


async def _reply(kind: TypeAdapter[_T], work: Callable[[], _T]) -> Response:
    """Work in a thread and answer with the result, or with the sentence that says what is wrong."""
    try:
        return Response(kind.dump_json(await run_in_threadpool(work)), media_type="application/json")
    except KilavuzError as error:
        return _refusal(error.message)
    except ValidationError:
        return _refusal(_MISUNDERSTOOD)
    except Exception:
        log.exception("asked by a command")
        return _refusal(CRASHED)


def _refusal(message: Message) -> Response:
    return JSONResponse(asdict(message), status_code=422)


def _ingest_lines(service: "Service", paths: tuple[Path, ...] | None) -> Iterator[str]:
    """Ingest in a thread of its own, which ends its work even if nobody reads the lines any more."""
    lines: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def work() -> None:
        try:
            report = service.ingest(paths, lambda *step: lines.put({"progress": step}))
            lines.put({"report": _REPORT.dump_python(report, mode="json")})
        except KilavuzError as error:
            lines.put({"error": asdict(error.message)})
        except Exception:
            log.exception("ingest asked for by a command")
            lines.put({"error": asdict(CRASHED)})
        finally:
            lines.put(None)

    threading.Thread(target=work, name="kilavuz-local-ingest", daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            yield "\n"  # fails once the reader has gone, which frees this thread
            continue
        if line is None:
            return
        yield json.dumps(line, ensure_ascii=False) + "\n"
