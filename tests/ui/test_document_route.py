"""Documents over HTTP: what is served, as what, and to whom."""

import hashlib
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.testclient import TestClient

from assistant.document_texts import KnownDocument
from assistant.errors import KilavuzError
from tests.ui.fake_page_backend import FakeBackend
from tests.ui.test_browser import serve
from ui.originals import Original, Originals
from ui.web.document_route import document_routes
from ui.web.shield import Shield

SCRIPT = b"<!doctype html><script>window.pwned=1</script>"
FILES = {1: ("kılavuz.pdf", "pdf", b"%PDF-1.7 " + bytes(range(256)) * 8), 2: ("sayfa.html", "html", SCRIPT),
         3: ("çizim.svg", "text", b"<svg onload='x()'/>"), 4: ("not.md", "markdown", SCRIPT)}  # fmt: skip


class Backend(FakeBackend):
    """With four documents in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        for name, _, content in FILES.values():
            (folder / name).write_bytes(content)
        self._originals = Originals(lambda id: self._known(folder, id), lambda: [folder])

    def _known(self, folder: Path, id: int) -> KnownDocument | None:
        if id not in FILES:
            return None
        name, format, content = FILES[id]
        return KnownDocument(
            id, str(folder / name), f"alt/{name}", name, format, hashlib.sha256(content).hexdigest(), 1, 1
        )

    def original(self, document_id: int) -> Original:
        return self._originals.open(document_id)


async def anyone(request: Request) -> bool:
    return True


def client(folder: Path) -> TestClient:
    app = FastAPI()
    app.include_router(document_routes(Backend(folder).original, anyone, "tr"))
    return TestClient(Shield(app))


@pytest.mark.parametrize("id", FILES)
def test_no_document_is_something_that_a_browser_would_run(tmp_path: Path, id: int) -> None:
    answer = client(tmp_path).get(f"/belge/{id}")
    assert answer.status_code == 200 and answer.content == FILES[id][2]
    kind = "application/pdf" if id == 1 else "application/octet-stream"
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script" not in policy
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "id", ["0", "5", "99999999999999999", "-1", "1.5", "1%00", "..%2f1", "kılavuz.pdf", "١"]
)
def test_what_is_no_documents_id_is_not_found(tmp_path: Path, id: str) -> None:
    answer = client(tmp_path).get(f"/belge/{id}")
    assert answer.status_code == 404 and str(tmp_path) not in answer.text


def test_a_file_that_became_a_link_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    reached = client(tmp_path / "b")
    (tmp_path / "secret").write_text("gizli")
    (tmp_path / "b" / "not.md").unlink()
    (tmp_path / "b" / "not.md").symlink_to(tmp_path / "secret")
    answer = reached.get("/belge/4")
    assert answer.status_code == 404 and "gizli" not in answer.text


def test_pieces_of_a_file(tmp_path: Path) -> None:
    reached, whole = client(tmp_path), FILES[1][2]
    for wanted, first, end in (("0-9", 0, 10), ("100-", 100, len(whole)), ("-7", len(whole) - 7, len(whole)),
                               ("5-99999", 5, len(whole)), ("-99999", 0, len(whole))):  # fmt: skip
        answer = reached.get("/belge/1", headers={"Range": f"bytes={wanted}"})
        assert (answer.status_code, answer.content) == (206, whole[first:end])
        assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/{len(whole)}"
        assert answer.headers["content-length"] == str(end - first)
    for wanted in ("99999-", "9-5"):
        assert reached.get("/belge/1", headers={"Range": f"bytes={wanted}"}).status_code == 416
    for wanted in ("bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=" + "9" * 40 + "-"):
        assert reached.get("/belge/1", headers={"Range": wanted}).content == whole


def test_the_viewers_files_are_served_and_nothing_beside_them(tmp_path: Path) -> None:
    reached = client(tmp_path)
    for name in ("viewer.mjs", "phrases.mjs", "pdfjs/pdf.min.mjs", "pdfjs/pdf.worker.min.mjs"):
        answer = reached.get(f"/goruntuleyici/{name}")
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/javascript")
    assert reached.get("/goruntuleyici/pdfjs/wasm/jbig2.wasm").headers["content-type"] == "application/wasm"
    for name in ("page.py", "../service.py", "..%2fservice.py", "pdfjs/../page.py", "", "pdfjs"):
        assert "import" not in reached.get(f"/goruntuleyici/{name}").text


def test_without_a_login_nothing_is_told_of_documents(tmp_path: Path) -> None:
    async def nobody(request: Request) -> bool:
        return False

    app = FastAPI()
    app.include_router(document_routes(Backend(tmp_path).original, nobody, "tr"))
    for id in ("1", "77", "x"):
        answer = TestClient(app).get(f"/belge/{id}")
        assert (answer.status_code, answer.text) == (401, "Önce oturum açın.")


# Gradio makes event loops that it does not close.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function BaseEventLoop:pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated:DeprecationWarning")
def test_the_pages_login_opens_documents_too() -> None:
    for site in serve(("ayşe", "gizli")):
        with httpx.Client(base_url=site.url) as reached:
            assert reached.get("/belge/1").status_code == 401
            assert reached.get("/belge/1", headers={"Cookie": "access-token-unsecure-x=y"}).status_code == 401
            assert reached.post("/login", data={"username": "ayşe", "password": "yanlış"}).is_error
            assert reached.get("/belge/1").status_code == 401
            assert reached.post("/login", data={"username": "ayşe", "password": "gizli"}).is_success
            assert reached.get("/belge/1").status_code == 404  # this backend has no file, but tells so now
    for site in serve():
        assert httpx.get(site.url + "/belge/1").status_code == 404


def test_an_error_is_a_sentence_without_the_path(tmp_path: Path) -> None:
    reached = client(tmp_path)
    (tmp_path / "not.md").unlink()
    answer = reached.get("/belge/4")
    assert answer.status_code == 404 and "yerinde değil" in answer.text and str(tmp_path) not in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    with pytest.raises(KilavuzError):
        Backend(tmp_path).original(4711)
