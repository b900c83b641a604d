"""GET /belge/<id>: the file of a document, for who may see the page; and the files of the viewer itself.

A document is hostile. It is never given as something that a browser would run: a PDF as a PDF, all else as
bytes, always to be saved and never to be shown, and below a policy under which nothing in it could run or
load. Our viewer reads the bytes and draws them itself.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from io import BufferedReader
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse

from assistant.errors import KilavuzError, Message
from ui.originals import Original

VIEWER = "/goruntuleyici"
"""Where the viewer's own files are served."""

_FOLDER = Path(__file__).parent
_TYPES = {".mjs": "text/javascript", ".wasm": "application/wasm", ".pfb": "application/octet-stream"}
_FILES = {
    path.relative_to(_FOLDER).as_posix(): path
    for path in (*_FOLDER.glob("*.mjs"), *sorted((_FOLDER / "pdfjs").rglob("*")))
    if path.suffix in _TYPES
}
_PIECE = 1 << 18  # bytes that are read at a time
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_LOG_IN = Message("Önce oturum açın.", "Log in first.")
_NOTHING = Message("Burada bir şey yok.", "There is nothing here.")

Open = Callable[[int], Original]
Allowed = Callable[[Request], Awaitable[bool]]


def document_routes(open_original: Open, allowed: Allowed, language: str) -> APIRouter:
    """The routes. `allowed` says whether who sends a request is logged in, or needs not be."""
    routes = APIRouter()

    @routes.get("/belge/{id}")
    async def document(id: str, request: Request) -> Response:
        if not await allowed(request):
            return PlainTextResponse(_LOG_IN.say(language), 401)
        if not re.fullmatch(r"[0-9]{1,18}", id):
            return PlainTextResponse(_NOTHING.say(language), 404)
        try:
            original = await run_in_threadpool(open_original, int(id))
        except KilavuzError as error:
            return PlainTextResponse(error.message.say(language), 404)
        return _sent(original, request.headers.get("range"))

    @routes.get(VIEWER + "/{name:path}")
    async def viewer(name: str) -> Response:
        path = _FILES.get(name)  # names of this list alone, so nothing leads out of the folder
        if path is None:
            return PlainTextResponse(_NOTHING.say(language), 404)
        return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})

    return routes


def _sent(original: Original, wanted: str | None) -> Response:
    """The whole file, or the range that was asked for."""
    document, size = original.document, original.size
    is_pdf = document.format == "pdf"
    headers = {
        "Content-Security-Policy": _POLICY,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(Path(document.source).name, safe='')}",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "ETag": f'"{document.content_hash[:32]}"',
    }
    first, last, status = 0, size - 1, 200
    found = _RANGE.fullmatch(wanted or "")
    if found and any(found.groups()):
        start, end = found.groups()
        first = int(start) if start else max(0, size - int(end))
        last = min(int(end), size - 1) if start and end else size - 1
        if first > last:
            original.file.close()
            return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
        status = 206
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    kind = "application/pdf" if is_pdf else "application/octet-stream"
    return StreamingResponse(_pieces(original.file, first, last), status, headers, media_type=kind)


def _pieces(file: BufferedReader, first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
