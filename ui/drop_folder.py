"""Files put into the drop folder and taken out of it, so that nothing the user made is ever lost.

It knows names, copies and renames; what is in the files and in the index is not its concern.
"""

import filecmp
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import KilavuzError
from ingest.read import READERS, is_document

PART = ".kilavuz-"
"""Beginning of the name of a half-copied upload: hidden, so that no ingest reads it."""


def put_in(path: Path, folder: Path, max_bytes: int) -> str:
    """Copy a file into the folder and return the name it got there.

    The same content under the same name is not copied again; another file of that name is never
    overwritten: "ad (2).pdf" then. Raises KilavuzError if the file is of an unknown kind, too large or
    cannot be copied.
    """
    # Only the base name counts, so no name leads out of the folder; what cannot be printed (control
    # characters, broken bytes) would make a file that its user can hardly name again.
    name = "".join(c if c.isprintable() else "_" for c in unicodedata.normalize("NFC", path.name))
    if not is_document(Path(name)):
        known = ", ".join(READERS)
        raise KilavuzError(
            f"{name} eklenmedi: yalnızca şu türler okunur: {known}; dosyayı bunlardan biri olarak kaydedin.",
            f"{name} was not added: only these kinds are read: {known}; save the file as one of them.",
        )
    try:
        if path.stat().st_size > max_bytes:
            megabytes = max_bytes // 1_000_000
            raise KilavuzError(
                f"{name} eklenmedi: {megabytes} MB sınırını aşıyor; dosyayı bölün ya da KILAVUZ_MAX_FILE_MB "
                "ayarını yükseltin.",
                f"{name} was not added: it exceeds the limit of {megabytes} MB; split it, or raise "
                "KILAVUZ_MAX_FILE_MB.",
            )
        folder.mkdir(parents=True, exist_ok=True)
        for free in _names(name):
            target = folder / free
            if not os.path.lexists(target):
                _copy_whole(path, target)
                return free
            if target.is_file() and filecmp.cmp(path, target, shallow=False):
                return free
    except OSError as error:
        raise KilavuzError(
            f"{name} belge klasörüne kopyalanamadı ({error.strerror}); diskteki boş yeri ve klasörün "
            "izinlerini denetleyin.",
            f"{name} could not be copied to the documents folder ({error.strerror}); check free space "
            "and the folder's permissions.",
        ) from error
    raise AssertionError("names never run out")


def move_out(path: Path, trash: Path) -> None:
    """Move a file to the trash folder, under a name that is free there. Raises KilavuzError if it can't."""
    try:
        trash.mkdir(parents=True, exist_ok=True)
        free = next(name for name in _names(path.name) if not os.path.lexists(trash / name))
        shutil.move(path, trash / free)
    except OSError as error:
        raise KilavuzError(
            f"{path} silinenler klasörüne taşınamadı ({error.strerror}); izinleri denetleyin.",
            f"{path} could not be moved to the trash folder ({error.strerror}); check the permissions.",
        ) from error


def clear_half_copied(folder: Path) -> None:
    """Remove what copies left behind that were cut off, by a power cut for example."""
    for part in folder.glob(PART + "*"):
        part.unlink(missing_ok=True)


def _names(name: str) -> Iterator[str]:
    """The name, then "name (2).pdf", "name (3).pdf" and so on."""
    yield name
    stem, suffix = os.path.splitext(name)
    number = 1
    while True:
        number += 1
        yield f"{stem} ({number}){suffix}"


def _copy_whole(source: Path, target: Path) -> None:
    """Copy so that `target` appears complete or not at all, and nothing that is there is replaced.

    The temporary file lies in the same folder, because only within one file system is a rename whole.
    Raises OSError.
    """
    handle, part = tempfile.mkstemp(prefix=PART, dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out, source.open("rb") as data:
            shutil.copyfileobj(data, out)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(part, 0o644)
        os.link(part, target)  # fails if someone else has the name by now
    finally:
        Path(part).unlink(missing_ok=True)
