"""An OpenAI-compatible endpoint below /v1, so that any chat program can use Kılavuz as a model.

A request brings its whole conversation: the last message is the question, those before it are what was said;
system messages are not obeyed. Answers are recorded like those of the page, under no conversation. Tokens are
not counted, so usage is zeros.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from assistant.errors import KilavuzError, Message
from assistant.records import Answer
from ui.api_request import Refused, conversation, read_request
from ui.cited import closed, harmless, marks, tail
from ui.local_api import CRASHED

if TYPE_CHECKING:
    from ui.access import Access
    from ui.service import Service

MODEL = "kilavuz"
"""The one model that there is."""

log = logging.getLogger(__name__)

_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
_UNKNOWN_MODEL = Message(
    f"Böyle bir model yok; model adı olarak “{MODEL}” yazın.",
    f"There is no such model; give “{MODEL}” as the model.",
)
_UNKNOWN_ADDRESS = Message(
    "Böyle bir API adresi ya da yöntemi yok; sohbet için POST /v1/chat/completions, modeller için "
    "GET /v1/models kullanın.",
    "There is no such API address or method; use POST /v1/chat/completions to chat and GET /v1/models for "
    "the models.",
)
_WRONG_KEY = Message(
    "API anahtarı yok ya da yanlış; anahtar olarak kullanıcı:parola ya da KILAVUZ_AUTH içindeki parolayı "
    "verin.",
    "The API key is missing or wrong; give user:password, or the password of KILAVUZ_AUTH, as the key.",
)


class _Stream(StreamingResponse):
    """Events that end their work when the client goes."""

    def __init__(self, events: AsyncGenerator[str]) -> None:
        super().__init__(events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._events):
            await super().__call__(scope, receive, send)


def api(service: "Service", language: str, access: "Access | None") -> FastAPI:
    """The endpoint's application. With `access` a user's name and password are the key."""
    refuse = _refusing(language)
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None,
        dependencies=[Depends(_guard(access))] if access else [],
        exception_handlers=dict.fromkeys((Refused, KilavuzError, HTTPException, ClientDisconnect), refuse),
    )  # fmt: skip
    model = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": MODEL}

    @app.get("/models")
    async def models() -> Response:
        return JSONResponse({"object": "list", "data": [model]})

    @app.get("/models/{name}")
    async def one_model(name: str) -> Response:
        _check_model(name)
        return JSONResponse(model)

    @app.post("/chat/completions")
    async def complete(request: Request) -> Response:
        asked = await read_request(request)
        _check_model(asked.model)
        question, history = conversation(asked.messages)
        growing = _growing(service.assistant.stream(question, history))
        head = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if not asked.stream:
            return JSONResponse(await _completion(request, head, growing, language))
        with_usage = bool(asked.stream_options and asked.stream_options.include_usage)
        return _Stream(_events(head, growing, language, with_usage))

    return app


def _refusing(language: str) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    """What answers a request that ends in an exception."""

    async def refuse(request: Request, why: Exception) -> Response:
        if isinstance(why, HTTPException):
            why = Refused(404, _UNKNOWN_ADDRESS, "unknown_url")
        elif isinstance(why, KilavuzError):
            why = Refused(400, why.message, param="messages")
        elif not isinstance(why, Refused):
            return Response(status_code=400)  # the client has gone and will not see it
        headers = {"WWW-Authenticate": "Bearer"} if why.status == 401 else None
        return JSONResponse(_error(why, language), why.status, headers)

    return refuse


async def _growing(answers: Generator[Answer]) -> AsyncGenerator[Answer]:
    """The answers, each made in a thread. Closed early it closes `answers`, which records what there is."""
    try:
        while answer := await run_in_threadpool(next, answers, None):
            yield answer
    finally:
        # Not awaited: whoever is cancelled could not wait for it.
        asyncio.get_running_loop().run_in_executor(None, answers.close)


async def _completion(
    request: Request, head: dict[str, Any], growing: AsyncGenerator[Answer], language: str
) -> dict[str, Any]:
    """The whole answer at once."""
    final = Answer("")
    try:
        async with aclosing(growing):
            async for answer in growing:
                if await request.is_disconnected():
                    raise ClientDisconnect
                final = answer
    except (KilavuzError, ClientDisconnect):
        raise
    except Exception:
        log.exception("asked through the OpenAI endpoint")
        raise Refused(500, CRASHED) from None
    text = harmless(final.text)
    cited = _annotations(text, final, language)
    message = {"role": "assistant", "content": _ended(text, final, language), "annotations": cited}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**head, "object": "chat.completion", "choices": [choice], "usage": _USAGE}


async def _events(
    head: dict[str, Any], growing: AsyncGenerator[Answer], language: str, with_usage: bool
) -> AsyncGenerator[str]:
    """The chunks of a streamed answer as server-sent events."""
    head = {**head, "object": "chat.completion.chunk"}
    usage = {"usage": None} if with_usage else {}

    def event(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**head, "choices": [choice], **usage})

    yield event({"role": "assistant", "content": ""})
    sent, start, answer = "", 0, Answer("")
    try:
        async with aclosing(growing):
            async for answer in growing:
                text = harmless(answer.text, finished=answer.turn is not None)
                begun = sent[start:]
                if begun.startswith(text):
                    continue
                if text.startswith(begun):
                    new = text.removeprefix(begun)
                else:  # another answer takes the place of the one begun, whose model failed
                    new = closed(sent).removeprefix(sent) + "\n\n" + text
                    start = len(sent) + len(new) - len(text)
                sent += new
                yield event({"content": new})
    except KilavuzError as error:
        yield _event(_error(Refused(500, error.message), language))
        return
    except Exception:
        log.exception("asked through the OpenAI endpoint")
        yield _event(_error(Refused(500, CRASHED), language))
        return
    if rest := _ended(sent, answer, language).removeprefix(sent):
        yield event({"content": rest, "annotations": _annotations(sent, answer, language, start)})
    yield event({}, "stop")
    if with_usage:
        yield _event({**head, "choices": [], "usage": _USAGE})
    yield "data: [DONE]\n\n"


def _ended(text: str, answer: Answer, language: str) -> str:
    end = tail(answer, language)
    return closed(text) + end if end else text


def _annotations(text: str, answer: Answer, language: str, start: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "type": "url_citation",
            "url_citation": {"start_index": m.start, "end_index": m.end, "title": m.title, "url": m.url},
        }
        for m in marks(text, answer, language, start)
    ]


def _guard(access: "Access") -> Callable[[Request], Awaitable[None]]:
    async def guard(request: Request) -> None:
        given = request.headers.get("authorization", "").encode("latin-1")  # the bytes as they came
        kind, _, key = given.decode("utf-8", "replace").partition(" ")
        if kind != "Bearer" or not await access.check_key(key):
            raise Refused(401, _WRONG_KEY, "invalid_api_key")

    return guard


def _check_model(name: str) -> None:
    if name != MODEL:
        raise Refused(404, _UNKNOWN_MODEL, "model_not_found", "model")


def _error(why: Refused, language: str) -> dict[str, Any]:
    kind = "server_error" if why.status >= 500 else "invalid_request_error"
    said = why.message.say(language)
    return {"error": {"message": said, "type": kind, "param": why.param, "code": why.code}}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
