"""The files of documents, opened to be shown: only those that the catalogue knows, as it knows them.

A browser names a document by its id and never by a path. What is served is what was read: a file that was
changed, replaced by a link, or moved since is refused until the next ingest has read it.
"""

import hashlib
import os
import stat
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from assistant.document_texts import KnownDocument
from assistant.errors import KilavuzError

_CHECKED = 256
"""Files whose content is remembered as checked: a PDF is asked for in many pieces."""


@dataclass(frozen=True, slots=True)
class Original:
    """An open file and what is known of it. Who gets it closes `file`."""

    file: BufferedReader
    size: int
    document: KnownDocument


class Originals:
    """Opens files. `document` gives what is known of an id, `folders` what is ingested now."""

    def __init__(
        self, document: Callable[[int], KnownDocument | None], folders: Callable[[], Sequence[Path]]
    ) -> None:
        self._document = document
        self._folders = folders
        self._lock = threading.Lock()
        self._checked: OrderedDict[tuple[object, ...], None] = OrderedDict()

    def open(self, id: int) -> Original:
        """The file of a document. Raises KilavuzError if there is none, or not the one that was read."""
        document = self._document(id)
        if document is None:
            raise KilavuzError(
                "Böyle bir belge yok; az önce silinmiş olabilir. Sayfayı yenileyin.",
                "There is no such document; perhaps it was deleted just now. Reload the page.",
            )
        try:
            real = Path(os.path.realpath(document.path))
            roots = [Path(os.path.realpath(folder)) for folder in self._folders()]
            if not any(real.is_relative_to(root) for root in roots):
                raise _gone(document)
            # What comes between is noticed: a link by O_NOFOLLOW, another file by its content.
            file = os.fdopen(os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
        except (OSError, ValueError) as error:
            raise _gone(document) from error
        try:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or not self._is_as_read(file, found, document):
                raise _gone(document)
            return Original(file, found.st_size, document)
        except OSError as error:
            file.close()
            raise _gone(document) from error
        except BaseException:
            file.close()
            raise

    def _is_as_read(self, file: BufferedReader, found: os.stat_result, document: KnownDocument) -> bool:
        key = (
            found.st_dev,
            found.st_ino,
            found.st_size,
            found.st_mtime_ns,
            found.st_ctime_ns,
            document.content_hash,
        )
        with self._lock:
            if key in self._checked:
                self._checked.move_to_end(key)
                return True
        if hashlib.file_digest(file, "sha256").hexdigest() != document.content_hash:
            return False
        file.seek(0)
        with self._lock:
            self._checked[key] = None
            while len(self._checked) > _CHECKED:
                self._checked.popitem(last=False)
        return True


def _gone(document: KnownDocument) -> KilavuzError:
    return KilavuzError(
        f"{document.source} dosyası yerinde değil ya da okunduğundan beri değişmiş; yeniden okununca açılır.",
        f"The file {document.source} is not in its place or has changed since it was read; it opens once it "
        "has been read again.",
    )
