"""The log in the home: warnings of libraries and tracebacks go there instead of the terminal."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import KilavuzError, Message


@contextlib.contextmanager
def logging_to(home: Path) -> Iterator[None]:
    """Send warnings of all libraries to the home's log instead of the terminal. Makes the home."""
    import logging
    from logging.handlers import RotatingFileHandler

    try:
        home.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(home), maxBytes=2_000_000, backupCount=1, encoding="utf-8")
    except OSError as error:
        raise KilavuzError(
            f"Ev klasörüne yazılamıyor: {home} ({error.strerror}); --home ile başka bir klasör verin ya "
            "da izinleri düzeltin.",
            f"The home cannot be written to: {home} ({error.strerror}); give another one by --home, or "
            "change the permissions.",
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        logging.getLogger().removeHandler(handler)
        handler.close()


def log_file(home: Path) -> Path:
    """Where warnings and tracebacks go."""
    return home / "kilavuz.log"


def keep_traceback(error: Exception, home: Path) -> Message:
    """Keep the traceback of what should not have happened in the log; returns what is said of it."""
    import traceback

    kept = "".join(traceback.format_exception(error))
    try:
        home.mkdir(parents=True, exist_ok=True)
        with log_file(home).open("a", encoding="utf-8", errors="replace") as file:
            file.write(kept)
    except OSError:
        return Message(
            f"Beklenmeyen bir hata oldu ({type(error).__name__}: {error}); ayrıntısı şuraya yazılamadı: "
            f"{log_file(home)}",
            f"Something unexpected went wrong ({type(error).__name__}: {error}); details could not be "
            f"written to {log_file(home)}",
        )
    return Message(
        f"Beklenmeyen bir hata oldu ({type(error).__name__}); ayrıntısı şurada: {log_file(home)}",
        f"Something unexpected went wrong ({type(error).__name__}); the details are in {log_file(home)}",
    )
