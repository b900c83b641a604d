"""Tries a model of the settings and tells in one sentence how that went.

An embedder or a reranker is tried in a process of its own (`python -m ui.try_model`), so that a large one
cannot take the memory of those who are chatting.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict

from assistant.errors import KilavuzError, Message
from assistant.settings import Settings

LONGEST = 300
"""Seconds after which a trial is given up; a model may have to be downloaded first."""
_QUESTION, _PASSAGE = "Pompanın yağı ne zaman değişir?", "Pompanın yağı altı ayda bir değiştirilir."
_OTHER = "Rapor her ayın ilk günü hazırlanır."


def try_llm(settings: Settings) -> Message:
    """Ask the language model for a short reply. Raises KilavuzError if there is none."""
    from assistant.llm import load_llm

    if not settings.llm:
        raise KilavuzError(
            "Dil modeli seçilmemiş; sınamak için adını sağlayıcı:model biçiminde yazın.",
            "No language model is chosen; write its name as provider:model to test it.",
        )
    key = settings.llm_api_key.get_secret_value()
    model = load_llm(settings.llm, settings.llm_url, key, settings.llm_timeout, settings.language)
    started = time.monotonic()
    asked = "Tek sözcükle yanıtla: Türkiye'nin başkenti neresidir?"
    said = "".join(model.write([("user", asked)]))
    took = time.monotonic() - started
    shown = " ".join(said.split())[:60]
    return Message(
        f"Dil modeli {_comma(took)} saniyede yanıtladı: “{shown}”.",
        f"The language model answered in {took:.1f} seconds: “{shown}”.",
    )


def try_apart(kind: str, settings: Settings) -> Message:
    """Try the embedder ("embedder") or the reranker ("reranker") in another process. Raises KilavuzError."""
    name = settings.embedder if kind == "embedder" else settings.reranker
    if kind == "reranker" and not name:
        return Message(
            "Yeniden sıralama kapalı; sınanacak bir model yok.", "Reranking is off; there is nothing to test."
        )
    command = [sys.executable, "-m", "ui.try_model", kind, name]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one or os.getcwd() for one in sys.path)}
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST, check=False, env=environment)
        said = json.loads(done.stdout.decode("utf-8").splitlines()[-1])
    except subprocess.TimeoutExpired:
        raise KilavuzError(
            f"Model {LONGEST} saniyede hazır olmadı; daha küçük bir model seçin ya da önceden indirin.",
            f"The model was not ready in {LONGEST} seconds; choose a smaller one, or download it first.",
        ) from None
    except (OSError, ValueError, IndexError):
        raise KilavuzError(
            "Model denenirken süreç sonlandı; bellek yetmemiş olabilir: daha küçük bir model seçin.",
            "The process that tried the model ended; memory may be short: choose a smaller model.",
        ) from None
    message = Message(said["tr"], said["en"])
    if not said["fine"]:
        raise KilavuzError(message.tr, message.en)
    return message


def _try(kind: str, name: str) -> Message:
    started = time.monotonic()
    if kind == "reranker":
        from assistant.reranker import load_reranker

        load_reranker(name, 1.0)
        took = time.monotonic() - started
        return Message(
            f"Yeniden sıralama modeli {_comma(took)} saniyede hazır oldu ve pasajları puanladı.",
            f"The reranking model was ready in {took:.1f} seconds and scored passages.",
        )
    from assistant.embedder import load_embedder

    embedder = load_embedder(name)
    ready = time.monotonic() - started
    passages, question = embedder.embed_passages([_PASSAGE, _OTHER]), embedder.embed_question(_QUESTION)
    near, far = (float(one) for one in passages @ question)
    if near <= far:
        raise KilavuzError(
            f"Gömme modeli yüklendi ama Türkçe bir örnekte yanlış pasajı yakın buldu ({_comma(near, 2)} ve "
            f"{_comma(far, 2)}); başka bir model seçin.",
            f"The embedder was loaded, but took the wrong passage of a Turkish example for nearer "
            f"({near:.2f} and {far:.2f}); choose another model.",
        )
    return Message(
        f"Gömme modeli {_comma(ready)} saniyede hazır oldu; {embedder.dimension} boyut.",
        f"The embedder was ready in {ready:.1f} seconds; {embedder.dimension} dimensions.",
    )


def _comma(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def main() -> None:
    """Try what the command line names; one line of JSON tells."""
    kind, name = sys.argv[1:]
    try:
        message, fine = _try(kind, name), True
    except KilavuzError as error:
        message, fine = error.message, False
    sys.stdout.write(json.dumps({**asdict(message), "fine": fine}) + "\n")


if __name__ == "__main__":
    main()
