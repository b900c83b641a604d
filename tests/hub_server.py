"""A local HTTP server that plays the Hugging Face hub for a folder of models: <owner>/<name>/<files>."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def hub(models: Path) -> Iterator[str]:
    """Serves the models; gives the address for HF_ENDPOINT."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(False)

        def do_GET(self) -> None:
            self._answer(True)

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, body: bool) -> None:
            path = self.path.split("?")[0].strip("/")
            kind, data = "application/json", _about(models, path)
            if data is None and "/resolve/" in path:
                repo, _, rest = path.partition("/resolve/")
                file = models / repo / rest.partition("/")[2]
                kind, data = "application/octet-stream", file.read_bytes() if file.is_file() else None
            if data is None:
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound" if "resolve" in path else "RepoNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
            self.end_headers()
            if body:
                self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _about(models: Path, path: str) -> bytes | None:
    """What the hub tells about a model or its files; None for any other path."""
    repo, _, rest = path.removeprefix("api/models/").partition("/tree/")
    repo = repo.partition("/revision/")[0]
    folder = models / repo
    if not path.startswith("api/models/") or not folder.is_dir():
        return None
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    if rest:
        below = rest.partition("/")[2]
        entries = [
            {"type": "file", "path": name, "size": file.stat().st_size, "oid": "0" * 40}
            for name, file in sorted(files.items())
            if name.startswith(below)
        ]
        return json.dumps(entries).encode()
    siblings = [{"rfilename": name} for name in sorted(files)]
    about = {"id": repo, "modelId": repo, "sha": COMMIT, "siblings": siblings, "tags": []}
    return json.dumps(about | {"private": False, "downloads": 0, "likes": 0}).encode()
