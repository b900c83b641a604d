"""The composition root: the one place where the assistant's parts are put together."""

import fcntl
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import IO

from assistant.catalogue import Catalogue
from assistant.chat import Assistant
from assistant.embedder import QUICK, load_embedder
from assistant.errors import KilavuzError
from assistant.faq import USER_FILE as FAQ_FILE
from assistant.faq import load_faq
from assistant.feedback import TurnLog
from assistant.index import open_client
from assistant.intents import USER_FILE as INTENTS_FILE
from assistant.intents import Intents, load_intents
from assistant.library import Library
from assistant.llm import load_llm
from assistant.model_in_use import load_by_name, load_in_use
from assistant.reranker import load_reranker
from assistant.settings import Settings
from assistant.turkish import ANALYZER_VERSION


def open_library(settings: Settings) -> Library:
    """Open the library of a home; makes the home if it is new. The process owns it until `close()`.

    Raises KilavuzError if another process owns it, or if one of the parts can't be opened.
    """
    with ExitStack() as undo:
        undo.enter_context(_lock_home(settings.home))
        catalogue = undo.enter_context(closing(Catalogue(settings.home / "kilavuz.db")))
        client = undo.enter_context(open_client(settings.home / "chroma", settings.chroma_url))
        reranker = load_reranker(settings.reranker, settings.reranker_seconds)
        embedder, in_use = load_in_use(settings.home, settings.embedder)
        quick = load_embedder(QUICK)
        return Library(
            catalogue,
            client,
            embedder,
            settings.home / f"keywords-{ANALYZER_VERSION}",
            partial(load_by_name, settings.home),
            quick,
            undo.pop_all(),
            reranker,
            None if embedder.fingerprint == quick.fingerprint else quick,
            in_use.max_tokens if in_use else None,
            [in_use.previous.fingerprint] if in_use and in_use.previous else (),
        )


def build_assistant(settings: Settings, library: Library) -> Assistant:
    """The assistant that answers from this library, with the LLM that the settings name, if any.

    Raises KilavuzError if that LLM is not to be had, or if one of the user's own files is broken.
    """
    llm = None
    if settings.llm:
        key = settings.llm_api_key.get_secret_value()
        llm = load_llm(
            settings.llm, settings.llm_url, key, settings.llm_timeout, settings.language, settings.llm_context
        )
    turns = TurnLog(library.catalogue, library.versions)
    quick = load_embedder(QUICK)
    faq = load_faq(settings.home / FAQ_FILE, quick)
    intents = build_intents(settings)
    take_notice = library.reranker.take_notice if library.reranker else None
    return Assistant(library, turns, llm, settings.language, intents, faq, take_notice, quick)


def build_intents(settings: Settings) -> Intents:
    """The intents alone, with the user's own examples. Raises KilavuzError if that file is broken.

    They are told apart with the quick embedder, whatever the library is searched with: it takes no time.
    """
    return load_intents(load_embedder(QUICK), settings.home / INTENTS_FILE)


def _lock_home(home: Path) -> IO[str]:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = open(home / "kilavuz.lock", "w")  # noqa: SIM115 - held as long as the process owns the home
    except OSError as error:
        raise KilavuzError(
            f"Kılavuz'un ev klasörü açılamadı: {home} ({error.strerror}); izinleri denetleyin ya da --home "
            "ile başka bir klasör verin.",
            f"Kılavuz's folder could not be opened: {home} ({error.strerror}); check its permissions or give "
            "another folder with --home.",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise KilavuzError(
            f"Bu klasörü başka bir Kılavuz süreci kullanıyor: {home}; bitmesini bekleyin ya da onu kapatın.",
            f"Another Kılavuz process is using this folder: {home}; wait until it ends, or close it.",
        ) from None
    return lock
