"""What can go wrong with a language model: a sentence for the user, and whether asking again is any use."""

import re

from assistant.errors import KilavuzError

LONGEST_PAUSE = 4.0
"""Seconds that a server may ask us to wait before the second try; who asks for more is not asked again."""

PAUSE = 0.5
"""Seconds before the second try where the server names none."""

_OVERFLOW = re.compile(
    r"context.{0,20}(?:length|size|window)|(?:maximum|max|too many).{0,30}tokens|prompt is too long|too long"
    r"|exceed.{0,40}(?:context|token)",
    re.IGNORECASE,
)


class LLMError(KilavuzError):
    """The language model gave no usable answer; the message says why.

    `again` is after how many seconds it is worth asking once more, None if it is not.
    """

    def __init__(self, tr: str, en: str, again: float | None = None) -> None:
        super().__init__(tr, en)
        self.again = again


class ContextError(LLMError):
    """What the model was told does not fit its context."""


class Cut(Exception):
    """The stream ended without the model having said that it is done."""


def silent(timeout: float) -> LLMError:
    """Nothing came for `timeout` seconds."""
    return LLMError(
        f"Dil modeli {timeout:g} saniye boyunca yanıt vermedi; KILAVUZ_LLM_TIMEOUT süresini uzatabilirsiniz.",
        f"The language model did not respond for {timeout:g} seconds; KILAVUZ_LLM_TIMEOUT can be raised.",
        0.0,
    )


def empty() -> LLMError:
    """An answer without a word."""
    return LLMError("Dil modeli boş yanıt verdi.", "The language model gave an empty answer.")


def endless() -> LLMError:
    """An answer that went on and on."""
    return LLMError(
        "Dil modelinin yanıtı çok uzadığı için kesildi.", "The language model's answer did not end."
    )


def unreadable() -> LLMError:
    """An answer that is no text."""
    return LLMError(
        "Dil modelinin yanıtı okunamadı; KILAVUZ_LLM_URL ayarını denetleyin.",
        "The language model's reply could not be read; check KILAVUZ_LLM_URL.",
        0.0,
    )


def too_long() -> ContextError:
    """The question alone leaves no room for a passage, or the server says so."""
    return ContextError(
        "Soru ve pasajlar dil modelinin bağlam penceresine sığmadı; soruyu kısaltın ya da "
        "KILAVUZ_LLM_CONTEXT ayarını modelinkine göre düzeltin.",
        "The question and the passages do not fit the language model's context; shorten the question or set "
        "KILAVUZ_LLM_CONTEXT to what the model takes.",
    )


def explained(error: Exception, timeout: float) -> LLMError:
    """What went wrong, for the user. Known by LangChain's kinds of errors or by the HTTP status."""
    from langchain_core import exceptions as kinds

    status = getattr(error, "status_code", None)
    if isinstance(error, kinds.ModelTimeoutError | TimeoutError):
        return silent(timeout)
    refused = isinstance(error, kinds.ModelInvalidRequestError) or status in (400, 413, 422)
    if isinstance(error, kinds.ContextOverflowError) or (
        refused and _OVERFLOW.search(f"{error} {getattr(error, 'code', '')}")
    ):
        return too_long()
    if isinstance(error, kinds.ModelAuthenticationError | kinds.ModelPermissionDeniedError) or (
        status in (401, 403)
    ):
        return LLMError(
            "Dil modelinin sunucusu anahtarı kabul etmedi; KILAVUZ_LLM_API_KEY ayarını denetleyin.",
            "The language model's server did not accept the key; check KILAVUZ_LLM_API_KEY.",
        )
    if isinstance(error, kinds.ModelNotFoundError) or status == 404:
        return LLMError(
            "Sunucuda bu adda bir dil modeli yok; KILAVUZ_LLM ayarını denetleyin.",
            "The server has no language model of this name; check KILAVUZ_LLM.",
        )
    if isinstance(error, kinds.ModelRateLimitError) or status == 429:
        return LLMError(
            "Dil modelinin sunucusu şu anda çok yoğun; biraz sonra yeniden deneyin.",
            "The language model's server is too busy just now; try again later.",
            _pause(error),
        )
    if refused:
        return LLMError(
            "Dil modelinin sunucusu isteği kabul etmedi; KILAVUZ_LLM ayarını ve sunucunun günlüğünü "
            "denetleyin.",
            "The language model's server did not accept the request; check KILAVUZ_LLM and the server's log.",
        )
    if isinstance(error, Cut) or type(error).__module__.startswith(("httpx", "httpcore")):
        return LLMError(
            "Dil modelinin yanıtı yarıda kesildi; yeniden deneyin.",
            "The language model's answer was cut off; try again.",
            0.0,
        )
    if isinstance(error, kinds.ModelConnectionError | ConnectionError):
        return LLMError(
            "Dil modelinin sunucusuna ulaşılamadı; adresi ve sunucuyu denetleyin.",
            "The language model's server could not be reached; check the address and the server.",
            PAUSE,
        )
    if isinstance(error, kinds.ModelError) or (isinstance(status, int) and status >= 500):
        return LLMError(
            "Dil modelinin sunucusu hata verdi; sunucunun günlüğüne bakın.",
            "The language model's server reported an error; look at the server's log.",
            _pause(error),
        )
    return unreadable()


def _pause(error: Exception) -> float | None:
    """The seconds that the server asks for; None if those are too many."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    asked = str(headers.get("retry-after", "")).strip()
    seconds = float(asked) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", asked) else PAUSE
    return seconds if seconds <= LONGEST_PAUSE else None
