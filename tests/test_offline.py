"""The main job needs no network: every address but the loopback is refused, and none is even tried."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")


def kilavuz(log: Path, *arguments: object) -> "subprocess.Popen[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "KILAVUZ_"))}
    return subprocess.Popen(
        [sys.executable, GUARD, log, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip


def test_the_guard_refuses_and_notes(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = (
        f"import sys; sys.path.insert(0, {str(GUARD.parent)!r})\n"
        f"from pathlib import Path; import guard, socket; guard.guard(Path({str(log)!r}))\n"
        "for try_it in (lambda: socket.create_connection(('192.0.2.1', 80), 1),"
        " lambda: socket.getaddrinfo('example.org', 80)):\n"
        "    try: try_it()\n"
        "    except OSError as error: assert 'refused' in str(error), error\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert log.read_text().splitlines() == ["socket.getaddrinfo 192.0.2.1", "socket.getaddrinfo example.org"]


def test_ingest_ask_and_page_try_no_outside_address(tmp_path: Path) -> None:
    log, home = tmp_path / "log", tmp_path / "home"
    process = kilavuz(log, "--home", home, "ingest")
    output = process.communicate(timeout=120)[0]
    assert process.returncode == 0, output
    process = kilavuz(log, "--home", home, "ask", "E-1042 hatası ne anlama gelir?")
    output = process.communicate(timeout=120)[0]
    assert process.returncode == 0, output
    assert "Modbus" in output

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = kilavuz(log, "--home", home, "serve", "--no-browser", "--port", port)
    try:
        for _ in range(600):
            try:
                page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read().decode()
                break
            except OSError:
                assert server.poll() is None, server.communicate()[0]
                time.sleep(0.1)
        assert "Kılavuz" in page
        asked = kilavuz(log, "--home", home, "ask", "E-1042 hatası ne anlama gelir?")
        assert "Modbus" in asked.communicate(timeout=120)[0]
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert not log.exists(), log.read_text()
