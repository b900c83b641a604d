"""A file that is there whole or not at all, whatever ends the process while it is written."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from assistant.errors import KilavuzError


@contextmanager
def whole_file(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """A file to write, "w" for text in UTF-8 or "wb", that takes the place of `path` when the block ends.

    If the block raises, what was there stays. Only the owner can read the file. Raises OSError.
    """
    handle, part = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: object) -> None:
    """Write a file whole or not at all. Raises KilavuzError, for example if the disk is full."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            json.dump(value, file, ensure_ascii=False, indent=1)
    except OSError as error:
        raise KilavuzError(
            f"{path} yazılamadı ({error.strerror}); diskte yer açıp izinleri denetleyin.",
            f"{path} could not be written ({error.strerror}); make room on the disk, check the permissions.",
        ) from error
