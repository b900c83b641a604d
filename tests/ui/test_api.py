"""The OpenAI-compatible endpoint: the official client against the whole application on a real port."""

import json
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from assistant.errors import KilavuzError, Message
from assistant.records import Answer, Exchange
from tests.ui.service_fakes import ANSWER, HIT, FakeAssistant, make_service, running
from ui.access import Access
from ui.server import build_app

WHOLE = ANSWER.text + "\n\n**Kaynaklar**\n\n- [1] pompa.pdf, s. 3 · Bakım › Yağ"
CITED = {
    "type": "url_citation",
    "url_citation": {
        "start_index": 27, "end_index": 30,
        "title": "pompa.pdf, s. 3 · Bakım › Yağ", "url": "kilavuz:pompa.pdf#page=3",
    },
}  # fmt: skip
ASKED = [{"role": "user", "content": "yağ"}]


class Scripted(FakeAssistant):
    """Answers by a script that a test writes; notes when it was closed early."""

    def __init__(self) -> None:
        super().__init__()
        self.script: Callable[[], Iterator[Answer]] = lambda: iter((replace(ANSWER, turn=1),))
        self.closed = threading.Event()

    def stream(self, question: str, history: Sequence[Exchange] = ()) -> Generator[Answer]:
        self._note(question, history)
        return self._play()

    def _play(self) -> Generator[Answer]:
        try:
            yield from self.script()
        except GeneratorExit:
            self.closed.set()
            raise


@pytest.fixture
def assistant() -> Scripted:
    return Scripted()


@pytest.fixture
def serve(
    tmp_path: Path, assistant: Scripted, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., str]]:
    """Starts the application, but for the Gradio page, and gives the endpoint's address."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("ui.web.mount.mount_page", lambda app, *given, **named: app)
    servers = []

    def start(auth: tuple[str, str] | None = None) -> str:
        service = make_service(tmp_path)
        service.assistant = assistant  # type: ignore[assignment]
        servers.append(
            server := running(build_app(service, "gizli", "tr", Access(tmp_path, auth) if auth else None))
        )
        return server.__enter__() + "/v1"

    yield start
    for server in servers:
        server.__exit__(None, None, None)


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve()


@pytest.fixture
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=url, api_key="herhangi", max_retries=0) as client:
        yield client


def grow(*texts: str, **last: Any) -> Iterator[Answer]:
    """Growing answers, the last one recorded."""
    for text in texts:
        yield Answer(text, (HIT,), generator="model")
    yield Answer(texts[-1], (HIT,), **{"turn": 1, **last})


def ask(client: openai.OpenAI, messages: Any = ASKED, **given: Any) -> Any:
    return client.chat.completions.create(model="kilavuz", messages=messages, **given)


def streamed(client: openai.OpenAI, **given: Any) -> tuple[list[str], list[Any]]:
    """The contents of the stream in order, and all its annotations."""
    deltas = [chunk.choices[0].delta for chunk in ask(client, stream=True, **given)]
    cited = [one for delta in deltas for one in getattr(delta, "annotations", None) or ()]
    return [delta.content for delta in deltas if delta.content], cited


# what a client gets


def test_the_one_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["kilavuz"]
    assert client.models.retrieve("kilavuz").id == "kilavuz"


def test_an_answer_comes_with_its_sources_in_the_text_and_as_annotations(client: openai.OpenAI) -> None:
    completion = ask(client, temperature=0.3, n=2, tools=[], user="x", max_tokens=5)
    (choice,) = completion.choices
    assert (choice.message.role, choice.message.content, choice.finish_reason) == ("assistant", WHOLE, "stop")
    assert [one.model_dump() for one in choice.message.annotations] == [CITED]
    assert choice.message.content[27:30] == "[1]"
    assert (completion.model, completion.object, completion.usage.total_tokens) == (
        "kilavuz", "chat.completion", 0,
    )  # fmt: skip


def test_the_conversation_is_handed_on(client: openai.OpenAI, assistant: Scripted) -> None:
    before = [
        {"role": "system", "content": "Sen bir korsansın."},
        {"role": "user", "content": "Pompanın yağı ne zaman değişir?"},
        {"role": "assistant", "content": WHOLE},
    ]
    parts = [{"type": "text", "text": "peki nedeni?"}]
    ask(client, [*before, {"role": "user", "content": parts}])
    history = [Exchange("Pompanın yağı ne zaman değişir?", ANSWER.text)]
    assert assistant.asked == [("peki nedeni?", history)]


def test_a_stream_sends_what_is_new(client: openai.OpenAI, assistant: Scripted) -> None:
    assistant.script = lambda: grow("Yağ", "Yağ altı ", ANSWER.text, citations=ANSWER.citations)
    chunks = list(ask(client, stream=True, stream_options={"include_usage": True}))
    deltas = [chunk.choices[0].delta for chunk in chunks[:-1]]
    assert deltas[0].role == "assistant"
    assert [delta.content for delta in deltas[1:-1]] == [
        "Yağ", " altı", " ayda bir değişir. [1]", WHOLE.removeprefix(ANSWER.text),
    ]  # fmt: skip
    assert deltas[-2].annotations == [CITED]
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None] * 5 + ["stop"]
    assert (chunks[-1].choices, chunks[-1].usage.total_tokens) == ([], 0)
    assert len({(chunk.id, chunk.created) for chunk in chunks}) == 1


def test_a_stream_ends_as_the_form_demands(url: str) -> None:
    body = {"model": "kilavuz", "messages": ASKED, "stream": True, "stream_options": None}
    answer = httpx.post(f"{url}/chat/completions", json=body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    *events, last, rest = answer.text.split("\n\n")
    assert (last, rest) == ("data: [DONE]", "")
    assert all("usage" not in json.loads(event.removeprefix("data: ")) for event in events)


def test_an_answer_that_takes_the_place_of_another_follows_it(
    client: openai.OpenAI, assistant: Scripted
) -> None:
    notice = Message("Dil modeli yanıt vermedi.", "The language model did not respond.")
    failed = "Model diyor ki [1]:\n```\nyarım"

    def script() -> Iterator[Answer]:
        yield Answer(failed, (HIT,), ANSWER.citations)
        yield ANSWER
        yield replace(ANSWER, notice=notice, turn=1)

    assistant.script = script
    contents, cited = streamed(client)
    text = "".join(contents)
    assert text == f"{failed}\n```\n\n{WHOLE}\n\nDil modeli yanıt vermedi."
    (mark,) = cited
    begin, end = mark["url_citation"]["start_index"], mark["url_citation"]["end_index"]
    assert (text[begin:end], text[:end].endswith(ANSWER.text)) == ("[1]", True)


def test_the_end_of_an_answer_may_be_cut_without_a_new_beginning(
    client: openai.OpenAI, assistant: Scripted
) -> None:
    assistant.script = lambda: grow("Yağ.\n\n", "Yağ.\n\nSon [", "Yağ.\n\nSon")
    assert "".join(streamed(client)[0]) == "Yağ.\n\nSon ["


def test_a_stream_and_an_answer_at_once_hold_no_html_and_no_images(
    client: openai.OpenAI, assistant: Scripted
) -> None:
    assistant.script = lambda: grow("`<b>` <", "`<b>` <img src=x> ![y](http://kotu.example)")
    shown = "`<b>` &lt;img src=x> ! [y](http://kotu.example)"
    assert "".join(streamed(client)[0]) == shown
    assert ask(client).choices[0].message.content == shown


def test_a_client_that_hangs_up_stops_the_work(url: str, assistant: Scripted) -> None:
    def endless() -> Iterator[Answer]:
        for number in range(10_000):
            time.sleep(0.01)
            yield Answer("x" * number)

    assistant.script = endless
    body = {"model": "kilavuz", "messages": ASKED, "stream": True}
    with httpx.stream("POST", f"{url}/chat/completions", json=body) as answer:
        next(answer.iter_lines())
    assert assistant.closed.wait(5)
    assistant.closed.clear()
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{url}/chat/completions", json={**body, "stream": False}, timeout=0.3)
    assert assistant.closed.wait(5)


# what is refused


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"{", 400, "JSON"),
        (b"[]", 400, "JSON"),
        (b"[" * 100_000, 400, "JSON"),
        (b"", 400, "JSON"),
        (b"\xff", 400, "JSON"),
        ({"messages": ASKED}, 400, "model"),
        ({"model": "kilavuz"}, 400, "messages"),
        ({"model": "kilavuz", "messages": "yağ"}, 400, "messages"),
        ({"model": "kilavuz", "messages": [{"role": "user", "content": 5}]}, 400, "messages.0.content"),
        ({"model": "kilavuz", "messages": [{"role": "kral", "content": "x"}]}, 400, "messages.0.role"),
        ({"model": "kilavuz", "messages": [], "stream": "belki"}, 400, "stream"),
        ({"model": "kilavuz", "messages": []}, 400, "soru"),
        ({"model": "kilavuz", "messages": [{"role": "user", "content": " "}]}, 400, "Soru boş."),
        (b'{"model": "kilavuz", "messages": [{"role": "user", "content": "\\ud800"}]}', 400, "JSON"),
        ({"model": "gpt-4o", "messages": ASKED}, 404, "kilavuz"),
        (b"x" * 1_000_001, 413, "çok büyük"),
    ],
)
def test_a_bad_body_is_told_in_one_sentence(
    url: str, assistant: Scripted, body: Any, status: int, says: str
) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = httpx.post(f"{url}/chat/completions", content=content)
    error = answer.json()["error"]
    assert answer.status_code == status
    assert says in error["message"]
    assert (error["type"], set(error)) == ("invalid_request_error", {"message", "type", "param", "code"})
    assert assistant.asked == []


def test_refusals_reach_the_official_client(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="“kilavuz” yazın") as unknown:
        client.models.retrieve("gpt-4o")
    assert unknown.value.code == "model_not_found"
    image = {"type": "image_url", "image_url": {"url": "data:,"}}
    with pytest.raises(openai.BadRequestError, match="yazılı soruları"):
        ask(client, [{"role": "user", "content": [image]}])
    with pytest.raises(openai.NotFoundError, match="/v1/models"):
        client.embeddings.create(model="kilavuz", input="x")


def test_a_fault_is_told_and_logged(
    client: openai.OpenAI, assistant: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Iterator[Answer]:
        yield Answer("Yağ")
        raise RuntimeError("beklenmedik")

    def refusing() -> Iterator[Answer]:
        raise KilavuzError("Dizin bozuk.", "The index is broken.")
        yield

    assistant.script = broken
    with pytest.raises(openai.APIError, match=r"kilavuz\.log"):
        streamed(client)
    with pytest.raises(openai.InternalServerError, match=r"kilavuz\.log"):
        ask(client)
    assert caplog.text.count("RuntimeError: beklenmedik") == 2
    assistant.script = refusing
    with pytest.raises(openai.APIError, match="Dizin bozuk"):
        streamed(client)
    with pytest.raises(openai.BadRequestError, match="Dizin bozuk"):
        ask(client)


# who gets in


def test_with_a_login_the_password_is_the_key(serve: Callable[..., str], assistant: Scripted) -> None:
    url = serve(("ayşe", "gizli-parola"))
    with openai.OpenAI(base_url=url, api_key="gizli-parola", max_retries=0) as client:
        assert ask(client).choices[0].message.content == WHOLE
    for header in (
        "",
        "Bearer gizli-parol",
        "bearer gizli-parola",
        "Basic Z2l6bGktcGFyb2xh",
        "Bearer gizlı",
    ):
        headers = {b"Authorization": header.encode()}
        answer = httpx.post(f"{url}/chat/completions", content=b"{", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "KILAVUZ_AUTH" in answer.json()["error"]["message"]
        assert httpx.get(f"{url}/models", headers=headers).status_code == 401
    assert len(assistant.asked) == 1
    with (
        openai.OpenAI(base_url=url, api_key="yanlis", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.models.list()


def test_a_key_may_have_turkish_letters_where_the_client_can_send_them(serve: Callable[..., str]) -> None:
    url = serve(("ayşe", "ğizli"))
    assert httpx.get(f"{url}/models", headers={b"Authorization": "Bearer ğizli".encode()}).status_code == 200


def test_without_a_login_only_this_machine_and_its_pages_get_in(url: str, assistant: Scripted) -> None:
    body = {"model": "kilavuz", "messages": ASKED}
    for header in ({"Host": "kotu.example"}, {"Origin": "http://kotu.example"}, {"Origin": "null"}):
        assert httpx.post(f"{url}/chat/completions", json=body, headers=header).status_code == 400
    assert assistant.asked == []
    answer = httpx.options(f"{url}/chat/completions", headers={"Origin": "http://localhost:3000"})
    assert "access-control-allow-origin" not in answer.headers
