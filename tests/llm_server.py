"""An OpenAI-compatible server on this machine that answers as a test wants, well or badly."""

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def sse(piece, reason=None):
    choice = {"index": 0, "delta": {"content": piece}, "finish_reason": reason}
    body = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(body)}\n\n".encode()


@contextmanager
def serving(reply):
    """A server whose `reply(handler)` answers each request; yields its address and what it received."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, self.headers, json.loads(body)))
            with suppress(OSError):  # the client may have gone
                reply(self)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def begin(handler, status=200, kind="text/event-stream"):
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.end_headers()


def saying(*pieces, reason="stop"):
    """A reply that streams these pieces."""

    def reply(handler):
        begin(handler)
        for piece in pieces:
            handler.wfile.write(sse(piece))
        if reason:
            handler.wfile.write(sse("", reason) + b"data: [DONE]\n\n")

    return reply


def refusing(status, body=b'{"error": {"message": "olmadi"}}', **headers):
    def reply(handler):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def in_turn(*replies):
    """Each request gets the next reply, the last one all that follow."""
    left = list(replies)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def malformed(handler):
    begin(handler)
    handler.wfile.write(b'data: {"choices": [{"del\n\n')


def hang_up(handler):
    """An answer that was promised and never sent."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b": bir\n\n")


GOOD = saying("Kedi süt içer [1].")
