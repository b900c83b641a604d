"""Talks to the server that runs on this home, so that commands work while the chat is open.

`connect` finds it through `server.json`, which the server writes. The client has the service's methods
and returns the same records; it knows no library.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from assistant.errors import KilavuzError
from assistant.records import Answer, DocumentState, Exchange, Failure, Hit, IngestReport

if TYPE_CHECKING:
    import httpx

    from finetune.promote import Switched
    from ui.web.backend import Status

SERVER_FILE = "server.json"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ServerFile:
    """What a running server tells about itself: where it listens for commands and for the browser."""

    url: str
    token: str
    pid: int
    page: str


def read_server_file(home: Path) -> ServerFile | None:
    """What the home's server file says; None if there is none or it makes no sense."""
    try:
        fields = json.loads((home / SERVER_FILE).read_text(encoding="utf-8"))
        return ServerFile(str(fields["url"]), str(fields["token"]), int(fields["pid"]), str(fields["page"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def connect(home: Path) -> "Client | None":
    """A client of the server that runs on this home, None if none does.

    A file that a killed server left behind names a dead process, or leads to a closed port or to a program
    that does not know the token: all count as no server. Raises KilavuzError if ours does not answer.
    """
    found = read_server_file(home)
    if found is None or not _is_alive(found.pid):
        return None
    import httpx

    with contextlib.ExitStack() as closing:
        try:
            client = closing.enter_context(Client(found))
            client._ask_status()
        except httpx.ReadTimeout:
            raise KilavuzError(
                f"Kılavuz sunucusu ({found.page}) yanıt vermiyor; biraz sonra yeniden deneyin ya da "
                "sunucuyu kapatın.",
                f"The Kılavuz server ({found.page}) does not respond; try again later, or stop the server.",
            ) from None
        except (httpx.TransportError, httpx.InvalidURL, ValueError, _NotOurs):
            return None
        closing.pop_all()
    return client


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return pid > 0


class _NotOurs(Exception):
    """What answers is no Kılavuz server, or not the one that wrote the file."""


class Client:
    """The service of another process. Use it in a `with` block, or `close` it."""

    def __init__(self, server: ServerFile) -> None:
        """A client of the server that wrote this file; nothing is sent yet."""
        import httpx

        self.server = server
        # trust_env=False: a proxy of the environment must not get between two processes of one machine.
        # The long wait is for an LLM that thinks; a server that has died is noticed at once.
        self._http = httpx.Client(
            base_url=server.url,
            headers={"Authorization": f"Bearer {server.token}"},
            timeout=httpx.Timeout(600, connect=5),
            trust_env=False,
        )

    def search(
        self, question: str, limit: int = 10, history: Sequence[Exchange] = (), within: Sequence[str] = ()
    ) -> list[Hit]:
        """The best hits for a question, in the documents and folders `within` alone if there are any."""
        body = _question(question, history, within) | {"limit": limit}
        return _read(list[Hit], self._post("search", body))

    def ask(self, question: str, history: Sequence[Exchange] = (), within: Sequence[str] = ()) -> Answer:
        """The answer to a question, out of the documents and folders `within` alone if there are any."""
        return _read(Answer, self._post("ask", _question(question, history, within)))

    def status(self) -> "Status":
        """What is in use and how much is searchable."""
        with _lost():
            return self._ask_status()

    def _ask_status(self) -> "Status":
        from ui.web.backend import Status

        response = self._http.get("/local/status", timeout=30)
        if response.status_code != 200:
            raise _NotOurs
        return _read(Status, response.content)

    def failures(self) -> list[Failure]:
        """The documents whose newest content could not be read, and why."""
        with _lost():
            return _read(list[Failure], _checked(self._http.get("/local/failures")))

    def documents(self) -> list[DocumentState]:
        """Every document known, those that could not be read too."""
        with _lost():
            return _read(list[DocumentState], _checked(self._http.get("/local/documents")))

    can_be_deepened = False
    """The server deepens its index by itself."""

    def deepen(self, progress: Callable[[int, int, str], None]) -> bool:
        """Nothing: see `can_be_deepened`."""
        return True

    def promote(self, model: str) -> "Switched":
        """Let a model of the home serve; the server builds its index. Raises like the service."""
        from finetune.promote import Switched

        return _read(Switched, self._post("promote", {"model": model}))

    def roll_back(self) -> "Switched":
        """Let the embedder before the last promotion serve. Raises KilavuzError like the service."""
        from finetune.promote import Switched

        return _read(Switched, self._post("rollback", {}))

    def ingest(
        self,
        paths: Sequence[Path] | None = None,
        progress: Callable[[int, int, str], None] = lambda *step: None,
    ) -> IngestReport:
        """Let the server ingest; paths must be absolute. Raises KilavuzError like the service."""
        given = None if paths is None else [str(path) for path in paths]
        with _lost(), self._http.stream("POST", "/local/ingest", json={"paths": given}) as response:
            if response.is_error:
                response.read()
                _checked(response)
            for line in response.iter_lines():
                if not line.strip():  # sent now and then, to notice a reader that has gone
                    continue
                said = json.loads(line)
                if "progress" in said:
                    progress(*said["progress"])
                elif "error" in said:
                    raise KilavuzError(**said["error"])
                else:
                    return _read(IngestReport, json.dumps(said["report"]).encode())
        raise _gone()

    def close(self) -> None:
        """Close the connection; the server runs on."""
        self._http.close()

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def _post(self, route: str, body: dict[str, object]) -> bytes:
        with _lost():
            return _checked(self._http.post(f"/local/{route}", json=body))


def _question(question: str, history: Sequence[Exchange], within: Sequence[str]) -> dict[str, object]:
    told = [asdict(exchange) for exchange in history]
    return {"question": question, "history": told, "within": list(within)}


def _checked(response: "httpx.Response") -> bytes:
    """The body of a good response; the error that a bad one tells of."""
    if response.status_code == 422:
        raise KilavuzError(**response.json())
    if response.status_code != 200:
        raise _NotOurs
    return response.content


def _gone() -> KilavuzError:
    return KilavuzError(
        "Çalışan Kılavuz sunucusuyla bağlantı koptu; komutu yeniden çalıştırın.",
        "The connection to the running Kılavuz server was lost; run the command again.",
    )


def _read(kind: type[_T], data: bytes) -> _T:
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_json(data)


@contextlib.contextmanager
def _lost() -> Iterator[None]:
    """Tell of a server that went away in the middle in one sentence."""
    import httpx

    try:
        yield
    except (httpx.TransportError, _NotOurs) as error:
        raise _gone() from error
