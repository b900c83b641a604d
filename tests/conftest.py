"""Fixtures: a library on disk, and the place of optional data."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ANONYMIZED_TELEMETRY"] = "False"

from assistant.catalogue import Catalogue
from assistant.index import open_client
from assistant.library import Library
from tests.fakes import OpenLibrary, WordEmbedder

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture
def packed_bf16() -> None:
    """Skips where not even an emulation of the packed layers runs (oneDNN wants AVX-512 or its kin)."""
    import torch

    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("no packed bf16 layers on this processor")


@pytest.fixture
def open_library(tmp_path: Path) -> Iterator[OpenLibrary]:
    """Opens the library in tmp_path/home with a WordEmbedder; call it again to see what is on disk."""
    home = tmp_path / "home"
    opened: list[Library] = []

    def open_it(
        embedder: WordEmbedder | None = None, quick: WordEmbedder | None = None, **given: Any
    ) -> Library:
        for library in opened:
            library.close()
        with ExitStack() as undo:
            catalogue = undo.enter_context(closing(Catalogue(home / "kilavuz.db")))
            client = undo.enter_context(open_client(home / "chroma"))
            library = Library(
                catalogue,
                client,
                embedder or WordEmbedder(),
                home / "keywords",
                WordEmbedder,
                WordEmbedder(),
                undo.pop_all(),
                quick=quick,
                **given,
            )
        opened.append(library)
        return library

    yield open_it
    for library in opened:
        library.close()


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [command, "run", "--path", tmp_path_factory.mktemp("chroma"), "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )  # fmt: skip
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture(scope="session")
def torch_installed() -> None:
    """Skips where torch is missing, as under a Python for which there is no build at hand."""
    pytest.importorskip("torch")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real documents and questions; tests that use it skip where it is absent."""
    folder = Path(os.environ.get("KILAVUZ_TEST_DATA", Path(__file__).parents[2] / "shared"))
    if not (folder / "corpus").is_dir():
        pytest.skip("no test data: set KILAVUZ_TEST_DATA")
    return folder
