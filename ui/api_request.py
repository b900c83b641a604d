"""What a program may send to the OpenAI-compatible endpoint, and what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from assistant.errors import Message
from assistant.records import Exchange
from ui.cited import without_tail

LONGEST_BODY = 1_000_000
"""Bytes of a request: a long conversation, no images."""

_FORM = Message(
    "isteği OpenAI'nin sohbet biçiminde (model, messages) gönderin.",
    "send the request in OpenAI's chat form (model, messages).",
)
_NO_JSON = Message(
    f"İsteğin gövdesi geçerli bir JSON nesnesi değil; {_FORM.tr}",
    f"The body of the request is no valid JSON object; {_FORM.en}",
)
_WRONG_FIELD = Message(
    f"İstekteki {{param}} alanı eksik ya da yanlış türde; {_FORM.tr}",
    f"The field {{param}} of the request is missing or of a wrong type; {_FORM.en}",
)
_TOO_LARGE = Message(
    f"İstek çok büyük (en çok {LONGEST_BODY // 1_000_000} MB); yeni bir sohbet başlatın, görsel ya da dosya "
    "eklemeyin.",
    f"The request is too large (at most {LONGEST_BODY // 1_000_000} MB); start a new chat and attach no "
    "images or files.",
)
_NO_QUESTION = Message(
    "Yanıtlanacak soru yok; son ileti kullanıcının sorusu olmalı.",
    "There is no question to answer; the last message must be the user's question.",
)
_ONLY_TEXT = Message(
    "Kılavuz yalnızca yazılı soruları yanıtlar; görsel, ses ve dosya eklerini çıkarıp yeniden gönderin.",
    "Kılavuz answers written questions only; remove images, audio and files, and send it again.",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message."""

    type: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | tuple[Part, ...] | None = None

    @property
    def text(self) -> str:
        """The text of all parts."""
        return "\n".join(part.text or "" for part in self.parts if part.type == "text")

    @property
    def parts(self) -> tuple[Part, ...]:
        """The content as parts."""
        return (Part("text", self.content),) if isinstance(self.content, str) else self.content or ()


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """What else a stream shall tell."""

    include_usage: bool | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The body of /v1/chat/completions; what else it holds (temperature, tools …) is passed over."""

    model: str
    messages: tuple[Said, ...]
    stream: bool | None = None
    stream_options: StreamOptions | None = None


_ASKED = TypeAdapter(Asked)


class Refused(Exception):
    """A request that is answered with an error of OpenAI's form."""

    def __init__(
        self, status: int, message: Message, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message.tr)
        self.status, self.message, self.code, self.param = status, message, code, param


async def read_request(request: Request) -> Asked:
    """The body of a request, read as far as it is allowed to be long. Raises Refused."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_BODY:
            raise Refused(413, _TOO_LARGE, "request_too_large")
    try:
        return _ASKED.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        param = ".".join(map(str, first["loc"][:3]))
        if not param:
            raise Refused(400, _NO_JSON) from None
        wrong = Message(_WRONG_FIELD.tr.format(param=param), _WRONG_FIELD.en.format(param=param))
        raise Refused(400, wrong, param=param) from None


def conversation(messages: Sequence[Said]) -> tuple[str, list[Exchange]]:
    """The question, and what was asked and answered before it. Raises Refused if there is none."""
    told = [one for one in messages if one.role in ("user", "assistant")]
    if not told or told[-1].role != "user":
        raise Refused(400, _NO_QUESTION, param="messages")
    if any(part.type != "text" for part in told[-1].parts):
        raise Refused(400, _ONLY_TEXT, param="messages")
    history: list[Exchange] = []
    question = ""
    for one in told[:-1]:
        if one.role == "user":
            question = one.text
        elif question:
            history.append(Exchange(question, without_tail(one.text)))
            question = ""
    return told[-1].text, history
