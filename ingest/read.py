"""A file to a Document, by the reader of its suffix; what cannot be read is said in one sentence.

Knows files, sizes and permissions. Symlinks are followed; whether one may lead out of its folder is
for the caller to say. It sets no limit on the time or memory that a hostile PDF takes.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from io import BufferedReader
from pathlib import Path

from assistant.errors import KilavuzError
from assistant.records import Document
from assistant.turkish import fold
from ingest.lexicon import Lexicon
from ingest.read_docx import read_docx
from ingest.read_html import read_html
from ingest.read_markdown import read_markdown
from ingest.read_pdf import read_pdf
from ingest.read_rst import read_rst
from ingest.read_text import read_text

READERS: Mapping[str, Callable[[bytes, str, str, Lexicon], Document]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".html": read_html,
    ".htm": read_html,
    ".rst": read_rst,
    ".txt": read_text,
}
"""The reader of each suffix: takes the file's bytes, its source, its content hash and the known words."""


def is_document(path: Path) -> bool:
    """Whether `path` has a name that is read: a known suffix, and not a hidden, backup or lock file."""
    hidden = path.name.startswith((".", "~", "#")) and not path.name.startswith("..")
    return not hidden and fold(path.suffix) in READERS


def content_hash(path: Path) -> str:
    """SHA-256 of the file's bytes in hex, read piece by piece.

    Raises KilavuzError like `read_document`.
    """
    with _opened(path, path.name) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _unreadable(path.name, error) from error


def read_document(path: Path, source: str, max_bytes: int, lexicon: Lexicon) -> Document:
    """The file at `path` as a Document that users see as `source`; `lexicon` guides repairs.

    Raises KilavuzError, with a remedy, for everything that cannot be read: a missing or unreadable path,
    no regular file, an unknown suffix, no content, more than `max_bytes` bytes, or what the reader of its
    format refuses.
    """
    reader = READERS.get(fold(path.suffix))
    with _opened(path, source) as file:
        if reader is None:
            known = ", ".join(READERS)
            raise KilavuzError(
                f"Bu dosya türü okunmuyor ({path.suffix or 'uzantısız'}); okunan türler: {known}.",
                f"This kind of file is not read ({path.suffix or 'no suffix'}); those that are: {known}.",
            )
        size = os.fstat(file.fileno()).st_size
        try:
            data = file.read(max_bytes + 1) if size <= max_bytes else b""
        except OSError as error:
            raise _unreadable(source, error) from error
    if size > max_bytes or len(data) > max_bytes:  # it may have grown since
        megabytes, limit = max(size, len(data)) / 1e6, max_bytes / 1e6
        raise KilavuzError(
            f"Dosya çok büyük ({megabytes:.0f} MB, sınır {limit:.0f} MB); "
            "bölün ya da KILAVUZ_MAX_FILE_MB ayarını yükseltin.",
            f"The file is too large ({megabytes:.0f} MB, the limit is {limit:.0f} MB); "
            "divide it or raise KILAVUZ_MAX_FILE_MB.",
        )
    if not data:
        raise KilavuzError(
            "Dosya boş (0 bayt); içeriğiyle yeniden kaydedin ya da klasörden çıkarın.",
            "The file is empty (0 bytes); save it again with its content or take it out of the folder.",
        )
    return reader(data, source, hashlib.sha256(data).hexdigest(), lexicon)


def _opened(path: Path, source: str) -> BufferedReader:
    """The regular file at `path`, open. Opening a FIFO would block: hence the check and O_NONBLOCK."""
    try:
        if stat.S_ISREG(path.stat().st_mode):
            file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file
            file.close()
    except FileNotFoundError as error:
        raise KilavuzError(
            "Böyle bir dosya yok; yolu ve adını denetleyin.",
            "There is no such file; check its path and name.",
        ) from error
    except PermissionError as error:
        raise KilavuzError(
            "Dosyayı okuma izni yok; izinlerini değiştirin (örneğin: chmod u+r).",
            "No permission to read the file; change its permissions (for example: chmod u+r).",
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _unreadable(source, error) from error
    raise KilavuzError(
        "Bu bir dosya değil (klasör, aygıt ya da soket olabilir); bir belge dosyası verin.",
        "This is not a file (it may be a folder, a device or a socket); give the file of a document.",
    )


def _unreadable(source: str, error: Exception) -> KilavuzError:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return KilavuzError(
        f"Dosya okunamadı ({reason}); diski ve yolu denetleyip yeniden deneyin.",
        f"The file could not be read ({reason}); check the disk and the path and try again.",
    )
