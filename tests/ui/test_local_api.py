"""The loopback routes over a real server on a real port, and the client that commands use."""

import json
import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from assistant.errors import KilavuzError
from assistant.records import Exchange, Failure, IngestReport
from finetune.promote import Switched
from tests.ui.service_fakes import ANSWER, HIT, REASON, make_service, running, state
from ui.client import Client, ServerFile, connect, read_server_file
from ui.local_api import is_loopback, local_routes
from ui.server import (
    listen,
    login,
    remove_server_file,
    url_of,
    write_server_file,
)
from ui.service import Service
from ui.this_host import OnlyThisHost, names_this_machine

TOKEN = "gizli"


def slow_ingest(paths: Any, *, progress: Any, again: object = ()) -> IngestReport:
    """Tells one file, waits until a heartbeat has come, then fails or ends as the path says."""
    progress(1, 2, "bir.md")
    time.sleep(1.2)
    if paths and paths[0].name == "hata":
        raise KilavuzError("Disk dolu.", "Disk full.")
    if paths and paths[0].name == "çök":
        raise RuntimeError("beklenmedik")
    return IngestReport(added=1, failures=(Failure("b.pdf", REASON),))


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return make_service(tmp_path, state(1, "/a.md"), state(0, "/b.pdf", 0, REASON), ingest=slow_ingest)


@pytest.fixture
def server(service: Service) -> Iterator[ServerFile]:
    app = FastAPI()
    app.include_router(local_routes(service, TOKEN))
    with running(OnlyThisHost(app, "tr")) as url:
        yield ServerFile(url, TOKEN, os.getpid(), url)


@pytest.fixture
def client(server: ServerFile) -> Iterator[Client]:
    with Client(server) as client:
        yield client


def get(server: ServerFile, **headers: str) -> httpx.Response:
    with httpx.Client(trust_env=False) as http:
        return http.get(server.url + "/local/status", headers=headers)


# who gets in


def test_only_the_token_opens_the_routes(server: ServerFile) -> None:
    assert get(server).status_code == 401
    assert get(server, Authorization="Bearer yanlis").status_code == 401
    assert get(server, Authorization=TOKEN).status_code == 401
    assert get(server, Authorization=f"Bearer {TOKEN}").status_code == 200


def test_every_route_is_guarded(server: ServerFile, service: Service) -> None:
    with httpx.Client(trust_env=False, base_url=server.url) as http:
        for route in ("search", "ask", "ingest", "promote", "rollback"):
            assert http.post(f"/local/{route}", content=b"{").status_code == 401
        for route in ("status", "failures", "documents"):
            assert http.get(f"/local/{route}").status_code == 401
    assert service.assistant.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True),
     ("192.168.1.5", False), ("::ffff:10.0.0.1", False), ("0.0.0.0", False), ("localhost.evil.com", False),
     ("", False), (None, False)],
)  # fmt: skip
def test_what_counts_as_this_machine(address: str | None, own: bool) -> None:
    assert is_loopback(address) is own


def test_other_machines_are_refused_even_with_the_token(service: Service) -> None:
    """Called without a network, as if from another address."""
    import asyncio

    app = FastAPI()
    app.include_router(local_routes(service, TOKEN))
    sent: list[Any] = []

    async def call(address: str) -> None:
        scope = {
            "type": "http", "method": "GET", "path": "/local/status", "raw_path": b"/local/status",
            "query_string": b"", "headers": [(b"authorization", b"Bearer gizli")],
            "client": (address, 1), "server": ("x", 80), "scheme": "http",
            "root_path": "", "http_version": "1.1",
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(scope, receive, send)

    asyncio.run(call("192.168.1.5"))
    asyncio.run(call("127.0.0.1"))
    assert [message["status"] for message in sent if "status" in message] == [403, 200]


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1:7860", True), ("localhost", True), ("localhost:1", True), ("[::1]:7860", True),
     ("kotu.example:7860", False), ("127.0.0.1.kotu.example", False), ("", False), (None, False)],
)  # fmt: skip
def test_which_hosts_a_server_without_login_answers_to(host: str | None, own: bool) -> None:
    assert names_this_machine(host) is own


def test_a_name_that_was_pointed_here_from_outside_is_refused(server: ServerFile) -> None:
    answer = get(server, Host="kotu.example", Authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 400
    assert "KILAVUZ_AUTH" in answer.text


def test_a_page_of_another_site_is_refused(server: ServerFile) -> None:
    token = f"Bearer {TOKEN}"
    assert get(server, Origin="http://kotu.example", Authorization=token).status_code == 400
    assert get(server, Origin=server.url, Authorization=token).status_code == 200


# the client returns what the service returns


def test_records_come_through_unchanged(client: Client, service: Service) -> None:
    history = [Exchange("önce?", "şu")]
    assert client.search("yağ", 2, history) == [HIT, HIT]
    assert client.ask("yağ", history) == ANSWER
    assert service.assistant.asked == [("yağ", history), ("yağ", history)]  # type: ignore[attr-defined]
    assert client.status() == service.status()
    assert client.failures() == [Failure("b.pdf", REASON)]
    assert client.documents() == service.documents()


def test_a_promotion_and_a_rollback_come_through(
    client: Client, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "promote", lambda model: Switched(model, "", False))
    monkeypatch.setattr(service, "roll_back", lambda: Switched("", "model-2", True))
    assert client.promote("model-2") == Switched("model-2", "", False)
    assert client.roll_back() == Switched("", "model-2", True)


def test_what_cannot_be_promoted_is_told(client: Client) -> None:
    for change in (lambda: client.promote("../model-1"), client.roll_back):
        with pytest.raises(KilavuzError, match="model yok"):
            change()


def test_a_limit_comes_through_and_so_do_the_documents(client: Client, service: Service) -> None:
    for ask in (client.search, client.ask):
        ask("Yağ?", within=("İzin ışığı.md", "klasör"))
        assert service.assistant.within == ("İzin ışığı.md", "klasör")  # type: ignore[attr-defined]
    assert client.documents() == service.documents()


def test_the_sentence_of_an_error_comes_through(client: Client) -> None:
    for ask in (client.search, client.ask):
        with pytest.raises(KilavuzError) as caught:
            ask(" ")
        assert (caught.value.message.tr, caught.value.message.en) == ("Soru boş.", "The question is empty.")


def test_a_fault_of_the_server_is_told_and_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(KilavuzError, match=r"kilavuz\.log"):
        client.search("çök")
    assert "beklenmedik" in caplog.text
    assert client.search("yağ", 1) == [HIT]  # it goes on


def test_a_body_of_another_version_is_told(server: ServerFile) -> None:
    with httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {TOKEN}"}) as http:
        for route in ("search", "ask", "ingest", "promote"):
            answer = http.post(f"{server.url}/local/{route}", json={"paths": 7})
            assert (answer.status_code, "sürüm" in answer.json()["tr"]) == (422, True)


def test_an_ingest_tells_its_progress_while_it_goes_on(client: Client) -> None:
    started = time.monotonic()
    seen: list[Any] = []
    report = client.ingest(None, lambda *step: seen.append((step, time.monotonic() - started)))
    ended = time.monotonic() - started
    assert report == IngestReport(added=1, failures=(Failure("b.pdf", REASON),))
    assert [step for step, _ in seen] == [(1, 2, "bir.md")]
    assert seen[0][1] < 1 < ended  # told at once, not at the end


def test_an_ingest_that_fails_says_why(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(KilavuzError, match="Disk dolu"):
        client.ingest([Path("/hata")])
    with pytest.raises(KilavuzError, match=r"kilavuz\.log"):
        client.ingest([Path("/çök")])
    assert "beklenmedik" in caplog.text


# finding the server


def test_the_server_file_is_for_its_owner_only_and_leads_to_the_server(
    tmp_path: Path, server: ServerFile
) -> None:
    write_server_file(tmp_path, server)
    assert stat.S_IMODE((tmp_path / "server.json").stat().st_mode) == 0o600
    assert read_server_file(tmp_path) == server
    client = connect(tmp_path)
    assert client is not None
    with client:
        assert client.search("yağ", 1) == [HIT]
    remove_server_file(tmp_path)
    assert connect(tmp_path) is None
    assert [path.name for path in tmp_path.iterdir()] == ["belgeler"]


def test_a_file_left_by_a_killed_server_counts_as_no_server(tmp_path: Path, server: ServerFile) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
        write_server_file(tmp_path, ServerFile(closed, TOKEN, os.getpid(), closed))
        assert connect(tmp_path) is None
    # Another program has the port now: it does not know the token.
    write_server_file(tmp_path, ServerFile(server.url, "eski", os.getpid(), server.url))
    assert connect(tmp_path) is None
    # The process is gone: not even asked (nothing listens at this address of the test net).
    write_server_file(tmp_path, ServerFile("http://192.0.2.1:1", TOKEN, 2**22 + 1, ""))
    assert connect(tmp_path) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"url": "http://127.0.0.1:1"}', '{"url": 1, "token": 1, "pid": "x", "page": 1}']
)
def test_a_broken_server_file_counts_as_no_server(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text)
    assert connect(tmp_path) is None


def test_the_file_of_another_server_is_not_removed(tmp_path: Path) -> None:
    write_server_file(tmp_path, ServerFile("http://x", TOKEN, os.getpid() + 1, ""))
    remove_server_file(tmp_path)
    assert json.loads((tmp_path / "server.json").read_text())["token"] == TOKEN


def test_a_server_that_dies_in_the_middle_is_told(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0, 0) as sock, Client(ServerFile(url_of(sock), TOKEN, 1, "")) as client:

        def hang_up() -> None:
            connection, _ = sock.accept()
            connection.recv(100)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(KilavuzError, match="koptu"):
            client.ask("yağ")
        thread.join()


# where it listens


def test_a_taken_port_leads_to_the_next_one_unless_it_was_named() -> None:
    with listen("127.0.0.1", 0, 0) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", port, 20) as second:
            assert port < second.getsockname()[1] <= port + 20
        with pytest.raises(KilavuzError, match=str(port)):
            listen("127.0.0.1", port, 0)


@pytest.mark.parametrize("host", ["192.0.2.1", "boyle-bir-ad-yok.invalid"])
def test_an_address_that_is_not_ours_is_told(host: str) -> None:
    with pytest.raises(KilavuzError, match="dinlenemiyor"):
        listen(host, 0, 0)


def test_the_address_for_the_browser_is_one_that_it_can_open() -> None:
    with listen("0.0.0.0", 0, 0) as sock:
        assert url_of(sock) == f"http://127.0.0.1:{sock.getsockname()[1]}"


def test_a_server_that_others_can_reach_needs_a_login() -> None:
    assert login("", "127.0.0.1") is None
    assert login("", "localhost") is None
    assert login("ayşe:a:b", "0.0.0.0") == ("ayşe", "a:b")
    for host in ("0.0.0.0", "192.168.1.5", "kutu.local", "::"):
        with pytest.raises(KilavuzError, match="KILAVUZ_AUTH"):
            login("", host)
    for auth in ("ayşe", "ayşe:", ":parola"):
        with pytest.raises(KilavuzError, match="kullanıcı:parola"):
            login(auth, "127.0.0.1")
