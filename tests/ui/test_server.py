"""The server process, with the fake service."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from tests.ui.test_cli import ROOT, SERVE
from ui.server import LOGIN
from ui.users import add_user
from ui.web.events import IDLE


def test_the_first_user_makes_a_running_server_ask_for_a_login(tmp_path: Path) -> None:
    home = tmp_path / "ev"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KILAVUZ_")}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], env=clean | {"KILAVUZ_HOME": str(home)},
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip

    def wait(done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not done():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)

    def status() -> int:
        """Of a request under another name, which only a server without a login refuses."""
        page = json.loads((home / "server.json").read_text())["page"]
        asked = urllib.request.Request(page, headers={"Host": "kilavuz.example"})
        try:
            return int(urllib.request.urlopen(asked, timeout=20).status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:  # between the two
            return 0

    def answered(connection: http.client.HTTPConnection) -> bool:
        connection.request("GET", "/")
        return bool(connection.getresponse().read())

    try:
        wait((home / "server.json").exists)
        address = urlsplit(json.loads((home / "server.json").read_text())["page"]).netloc
        with closing(http.client.HTTPConnection(address)) as connection:
            assert answered(connection)
            connection.auto_open = False
            time.sleep(IDLE + 0.5)
            assert answered(connection)  # the same one: an open page's looks need no new one each time
        assert status() == 400
        add_user(home, "ışık", "uzun-parola", "manager")
        wait(lambda: status() == 404)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, err) == (0, "Kılavuz kapatılıyor.\n")
    assert out.count("Kılavuz hazır") == 1 and out.splitlines()[-1] == LOGIN.tr
