"""Answers by a language model through LangChain's `init_chat_model`: any provider, local ones too.

`load_llm` builds the client and asks nothing of the server; `LLM.stream` asks and yields text as it comes.
Whatever goes wrong becomes an LLMError with a sentence for the user (`assistant/llm_errors.py`). It knows
nothing of citations (`assistant/cited.py`) or of what to answer instead (`assistant/chat.py`).
"""

import threading
import time
from collections.abc import Iterator, Sequence
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import KilavuzError
from assistant.llm_errors import Cut, LLMError, empty, endless, explained, silent
from assistant.prompts import fitted, messages, rewriting
from assistant.records import Exchange, Hit

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

LONGEST = 12_000
"""Characters after which an answer is taken for one that never ends."""

LONGEST_REWRITING = 4000
"""The same for a rewritten question, with what a reasoning model thinks before it."""

REWRITING_SECONDS = 5.0
"""How long a question's rewriting may take; the search waits for it."""

SILENCES = 20
"""Times the time-out after which an answer is taken for one that never ends, however it trickles."""

CONTEXT = 4096
"""Tokens that a model is taken to read where neither a setting nor LangChain's profile of it tells."""


class LLM(Protocol):
    """A language model that answers from hits."""

    @property
    def name(self) -> str:
        """Its name as the user configured it."""

    @property
    def context(self) -> int:
        """Tokens that it reads and writes at most."""

    def stream(self, question: str, hits: Sequence[Hit], history: Sequence[Exchange]) -> Iterator[str]:
        """Yield the answer in pieces as they come, from what of the hits and the history fits the context.

        Raises LLMError, before or between pieces; ContextError, before the first, if it does not fit.
        """

    def rewrite(self, question: str, history: Sequence[Exchange]) -> str:
        """The reply when asked to make the question clear without its conversation. Raises LLMError."""

    def write(self, told: list[tuple[str, str]]) -> Iterator[str]:
        """Yield the reply to a conversation of (role, text) in pieces. Raises LLMError like `stream`."""


class ChatModel:
    """An LLM over a LangChain chat model. `timeout` is the longest silence in seconds."""

    def __init__(
        self, name: str, model: "BaseChatModel", timeout: float, language: str, context: int = CONTEXT
    ) -> None:
        self.name = name
        self.context = context
        self._model = model
        self._timeout = timeout
        self._language = language

    def stream(self, question: str, hits: Sequence[Hit], history: Sequence[Exchange]) -> Iterator[str]:
        """Yield the answer in pieces as they come; a failure before the first piece is tried once more.

        Raises LLMError, before or between pieces; ContextError, before the first, if it does not fit.
        """
        fit = fitted(question, hits, history, self.context, self._language)
        yield from self.write(messages(question, fit.hits, fit.history, self._language))

    def write(self, told: list[tuple[str, str]]) -> Iterator[str]:
        """Yield the reply to a conversation of (role, text) in pieces, with the same second try.

        Raises LLMError like `stream`.
        """
        begun = False
        try:
            for piece in self._reply(told, LONGEST, SILENCES * self._timeout):
                begun = True
                yield piece
            return
        except LLMError as error:
            if begun or error.again is None:
                raise
            time.sleep(error.again)
        yield from self._reply(told, LONGEST, SILENCES * self._timeout)

    def rewrite(self, question: str, history: Sequence[Exchange]) -> str:
        """The reply when asked to make the question clear without its conversation.

        Raises LLMError, after at most REWRITING_SECONDS.
        """
        told = rewriting(question, history, self._language)
        return "".join(self._reply(told, LONGEST_REWRITING, REWRITING_SECONDS))

    def _reply(self, told: list[tuple[str, str]], longest: int, seconds: float) -> Iterator[str]:
        """Yield the reply in pieces as they come, for at most `seconds`. Raises LLMError.

        A thread reads the reply, because HTTP timeouts start again with every byte: a server that keeps the
        line open and says nothing would hold the user for ever.
        """
        pieces: Queue[str | Exception | None] = Queue()
        stopped = threading.Event()
        threading.Thread(target=self._read, args=(told, pieces, stopped), name="llm", daemon=True).start()
        end = time.monotonic() + seconds
        length = 0
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, min(self._timeout, end - time.monotonic())))
                except Empty:
                    raise (endless() if time.monotonic() >= end else silent(self._timeout)) from None
                if piece is None:
                    break
                if isinstance(piece, Exception):
                    raise explained(piece, self._timeout) from piece
                length += len(piece)
                if length > longest:
                    raise endless()
                yield piece
        finally:
            stopped.set()
        if not length:
            raise empty()

    def _read(
        self, told: list[tuple[str, str]], pieces: "Queue[str | Exception | None]", stopped: threading.Event
    ) -> None:
        """Put the reply's pieces into the queue, then None or what went wrong."""
        from langsmith import tracing_context

        ended = False
        try:
            with tracing_context(enabled=False):  # the user's documents go to the configured model only
                for chunk in self._model.stream(told):
                    if stopped.is_set():
                        return
                    ended = ended or _is_last(chunk)
                    if chunk.text:
                        pieces.put(str(chunk.text))
            pieces.put(None if ended else Cut())
        except Exception as error:
            pieces.put(error)


def load_llm(
    model: str,
    url: str = "",
    api_key: str = "",
    timeout: float = 30.0,
    language: str = "tr",
    context: int = 0,
) -> LLM:
    """The language model named "provider:model", for example "openai:qwen2.5" or "ollama:llama3".

    `url` is the server's address where it is not the provider's own, such as http://localhost:8000/v1 of an
    OpenAI-compatible server. `timeout` counts seconds, `context` tokens; 0 = as LangChain knows the model.
    Raises KilavuzError if there is no such provider, its package is not installed, or the key is missing.
    """
    made = chat_model(model, url, api_key, timeout)
    known = (made.profile or {}).get("max_input_tokens")
    return ChatModel(model, made, timeout, language, context or known or CONTEXT)


def chat_model(
    model: str, url: str = "", api_key: str = "", timeout: float = 30.0, temperature: float = 0.0
) -> "BaseChatModel":
    """LangChain's client of the model; arguments and errors as of `load_llm`."""
    from langchain.chat_models import init_chat_model

    if not model.partition(":")[2].strip():
        raise _unknown(model)
    options: dict[str, Any] = {"temperature": temperature}
    if url:
        options["base_url"] = url
    if model.startswith("ollama:"):  # has its own names, and no key
        options["client_kwargs"] = {"timeout": timeout}
    else:
        # A local server wants no key, but the client does; and the environment's key is for another server.
        key = api_key or ("none" if url else "")
        options |= {"timeout": timeout, "max_retries": 0} | ({"api_key": key} if key else {})
    try:
        made: BaseChatModel = init_chat_model(model, **options)
        return made
    except ImportError as error:
        cause = error.__cause__ if isinstance(error.__cause__, ImportError) else error
        package = (cause.name or "langchain-openai").split(".")[0].replace("_", "-")
        raise KilavuzError(
            f"{model} için gereken paket kurulu değil; kurmak için: pip install {package}",
            f"The package that {model} needs is not installed; to install it: pip install {package}",
        ) from error
    except ValueError as error:
        if "provider" in str(error):
            raise _unknown(model) from error
        raise _unusable(model, error) from error
    except Exception as error:  # each provider has its own way to refuse: a missing key, a malformed address
        raise _unusable(model, error) from error


def _unknown(model: str) -> KilavuzError:
    return KilavuzError(
        f"{model} adlı dil modelinin sağlayıcısı bilinmiyor; KILAVUZ_LLM ayarını sağlayıcı:model "
        "biçiminde yazın, örneğin openai:qwen2.5 ya da ollama:llama3.",
        f"The provider of the language model {model} is not known; write the setting KILAVUZ_LLM as "
        "provider:model, for example openai:qwen2.5 or ollama:llama3.",
    )


def _unusable(model: str, error: Exception) -> KilavuzError:
    reason = " ".join(str(error).split())[:200]
    return KilavuzError(
        f"{model} adlı dil modeli hazırlanamadı; KILAVUZ_LLM_API_KEY ve KILAVUZ_LLM_URL ayarlarını "
        f"denetleyin ({reason}).",
        f"The language model {model} could not be set up; check KILAVUZ_LLM_API_KEY and KILAVUZ_LLM_URL "
        f"({reason}).",
    )


def _is_last(chunk: "AIMessageChunk") -> bool:
    """Whether the provider says in this chunk why the reply ends."""
    return any(chunk.response_metadata.get(key) for key in ("finish_reason", "stop_reason", "done_reason"))
