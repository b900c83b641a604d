"""The MCP server: the official client over standard input and output of a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from mcp import Client, StdioServerParameters

from tests.ui.service_fakes import REASON, make_service, running, state
from ui.client import ServerFile
from ui.local_api import local_routes
from ui.server import write_server_file

ROOT = Path(__file__).parents[2]
COMMAND = """
import sys
from tests.ui.service_fakes import REASON, make_service, state
import ui.service

def open_service(settings):
    print("bir kütüphanenin çıktısı")
    states = [state(n, f"/klasör/İş {n}.md") for n in range(1, 61)]
    return make_service(settings.home, *states, state(0, "/b.pdf", 0, REASON))

ui.service.open_service = open_service
from ui.cli import main
sys.exit(main(["mcp"]))
"""
HELLO = (
    b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", '
    b'"capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}}\n'
)


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KILAVUZ_")}
    return {**kept, "KILAVUZ_HOME": str(home), "PYTHONPATH": str(ROOT)}


def call(home: Path, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The tools, then the results of the calls."""
    server = StdioServerParameters(
        command=sys.executable, args=["-c", COMMAND], env=environment(home), cwd=str(home)
    )

    async def talk() -> list[Any]:
        async with Client(server, read_timeout_seconds=60) as client:
            tools = (await client.list_tools()).tools
            return [tools, *[await client.call_tool(name, given) for name, given in calls]]

    return asyncio.run(talk())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_the_tools_answer_with_text_and_typed_records(home: Path) -> None:
    tools, found, answered, listed, named, nothing = call(
        home,
        ("search", {"question": "yağ", "limit": 2}),
        ("ask", {"question": "yağ ne zaman değişir?"}),
        ("list_documents", {}),
        ("list_documents", {"name": "IS 6", "limit": 0}),
        ("list_documents", {"name": "yok böyle"}),
    )
    assert {tool.name: bool(tool.output_schema) for tool in tools} == dict.fromkeys(
        ("search", "ask", "list_documents"), True
    )
    passage = {
        "number": 1, "document": "pompa.pdf", "title": "Pompa", "headings": ["Bakım", "Yağ"], "page": 3,
        "text": "Yağ altı ayda bir değişir.",
    }  # fmt: skip
    assert found.structured_content == {"passages": [passage, {**passage, "number": 2}]}
    assert found.content[0].text.startswith(
        "[1] pompa.pdf, s. 3 · Bakım › Yağ\n\nYağ altı ayda bir değişir.\n\n[2] "
    )
    assert answered.structured_content == {
        "answer": "Yağ altı ayda bir değişir. [1]", "abstained": False, "sources": [passage], "notice": None,
    }  # fmt: skip
    assert answered.content[0].text == (
        "Yağ altı ayda bir değişir. [1]\n\n**Kaynaklar**\n\n- [1] pompa.pdf, s. 3 · Bakım › Yağ"
    )
    assert (listed.structured_content["total"], len(listed.structured_content["documents"])) == (61, 50)
    lines = listed.content[0].text.splitlines()
    assert lines[0] == "1–50 / 61 belge"
    assert "- b.pdf (b.pdf): dosya boş" in lines
    assert listed.structured_content["documents"][lines.index("- b.pdf (b.pdf): dosya boş") - 1] == {
        "document": "b.pdf", "title": "b.pdf", "pages": 0, "searchable": False, "problem": "dosya boş",
    }  # fmt: skip
    assert named.structured_content["total"] == 2
    assert [one["document"] for one in named.structured_content["documents"]] == ["İş 6.md"]
    assert nothing.content[0].text == "Bu ada uyan belge yok."


def test_what_goes_wrong_is_an_error_of_the_tool(home: Path) -> None:
    _, empty, crash, wrong, after = call(
        home, ("ask", {"question": " "}), ("search", {"question": "çök"}), ("search", {}),
        ("search", {"question": "yağ"}),
    )  # fmt: skip
    assert (empty.is_error, empty.content[0].text) == (True, "Soru boş.")
    assert (crash.is_error, "kilavuz.log" in crash.content[0].text) == (True, True)
    assert "RuntimeError: beklenmedik" in (home / "kilavuz.log").read_text("utf-8")
    assert wrong.is_error
    assert not after.is_error


@pytest.fixture
def served(home: Path) -> Iterator[Any]:
    """A running server on the home, over another service than the command would open."""
    service = make_service(home, state(1, "/sunucudaki.md"), state(0, "/c.pdf", 0, REASON))
    app = FastAPI()
    app.include_router(local_routes(service, "gizli"))
    with running(app) as url:
        write_server_file(home, ServerFile(url, "gizli", os.getpid(), url))
        yield service


def test_a_running_server_is_asked(home: Path, served: Any) -> None:
    _, listed, answered, empty = call(
        home, ("list_documents", {}), ("ask", {"question": "yağ"}), ("ask", {"question": " "})
    )
    names = [one["document"] for one in listed.structured_content["documents"]]
    assert names == ["c.pdf", "sunucudaki.md"]
    assert not answered.is_error
    assert served.assistant.asked == [("yağ", [])]
    assert empty.content[0].text == "Soru boş."


@pytest.mark.parametrize("tool", ["search", "ask"])
def test_a_question_can_be_limited(home: Path, served: Any, tool: str) -> None:
    _, given, wrong = call(
        home,
        (tool, {"question": "yağ", "within": ["sunucudaki.md", "klasör"]}),
        (tool, {"question": "yağ", "within": [{}]}),
    )
    assert (given.is_error, wrong.is_error) == (False, True)
    assert served.assistant.within == ("sunucudaki.md", "klasör")


@pytest.mark.parametrize("end", [None, signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_its_client_and_says_nothing(home: Path, end: signal.Signals | None) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND], env=environment(home), cwd=home,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(HELLO)
        process.stdin.flush()
        assert b'"id":1' in process.stdout.readline()
        if end:
            process.send_signal(end)
        else:
            process.stdin.close()
        said = process.stdout.read(), process.stderr.read()
        code = process.wait(20)
    assert (code, *said) == (-end if end else 0, b"", b"")


def test_without_the_package_one_sentence_says_how_to_get_it(home: Path) -> None:
    code = "import sys; sys.modules['mcp'] = None; from ui.cli import main; sys.exit(main(['mcp']))"
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment(home), cwd=home,
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert "kurmak için: pip install -U mcp" in ended.stderr
