"""Files put into the drop folder and taken out of it, so that nothing the user made is ever lost.

It knows names, copies and renames; what is in the files and in the index is not its concern.
"""

import filecmp
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.errors import KilavuzError
from ingest.read import READERS, is_document
from ingest.scan import NOT_DOCUMENTS

PART = ".kilavuz-"
"""Beginning of the name of a half-copied upload: hidden, so that no ingest reads it."""


def put_in(path: Path, name: str, folder: Path, max_bytes: int) -> str:
    """Copy a file into the folder under `name`, which may name folders ("a/b.pdf"); returns what it got.

    The same content under the same name is not copied again; another file of that name is never
    overwritten: "ad (2).pdf" then. Raises KilavuzError if the file is of an unknown kind, too large or
    cannot be copied, or if the name leads out of the folder.
    """
    *folders, name = _parts(name)
    root, folder, below = folder, folder.joinpath(*folders), "".join(f"{one}/" for one in folders)
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
        _make(root, folders)
        for free in _names(name):
            target = folder / free
            if not os.path.lexists(target):
                _copy_whole(path, target)
                return below + free
            if target.is_file() and filecmp.cmp(path, target, shallow=False):
                return below + free
    except OSError as error:
        raise KilavuzError(
            f"{name} belge klasörüne kopyalanamadı ({error.strerror}); diskteki boş yeri ve klasörün "
            "izinlerini denetleyin.",
            f"{name} could not be copied to the documents folder ({error.strerror}); check free space "
            "and the folder's permissions.",
        ) from error
    raise AssertionError("names never run out")


def move_out(path: Path, trash: Path) -> Path:
    """Move a file to the trash folder, under a name that is free there; returns where it is now.

    Raises KilavuzError if it can't.
    """
    try:
        trash.mkdir(parents=True, exist_ok=True)
        free = next(name for name in _names(path.name) if not os.path.lexists(trash / name))
        shutil.move(path, trash / free)
        return trash / free
    except OSError as error:
        raise KilavuzError(
            f"{path} silinenler klasörüne taşınamadı ({error.strerror}); izinleri denetleyin.",
            f"{path} could not be moved to the trash folder ({error.strerror}); check the permissions.",
        ) from error


def put_back(trashed: Path, path: Path) -> Path:
    """Move a file from the trash back to `path`, or beside it where another file has the name by now.

    Returns where it is now. Raises KilavuzError if it can't be moved.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        free = next(name for name in _names(path.name) if not os.path.lexists(path.parent / name))
        _copy_whole(trashed, path.parent / free)
        trashed.unlink()
        return path.parent / free
    except OSError as error:
        raise KilavuzError(
            f"{path.name} geri getirilemedi ({error.strerror}); dosya {trashed.parent} klasöründe olabilir, "
            "oradan elle taşıyın.",
            f"{path.name} could not be brought back ({error.strerror}); it may be in {trashed.parent}: move "
            "it from there by hand.",
        ) from error


def _parts(name: str) -> list[str]:
    """The folders and the file that a name as a browser sends it names, all of them below the drop folder.

    What cannot be printed (control characters, broken bytes) would make a file that its user can hardly name
    again, and a backslash is no separator here.
    """
    clean = "".join(c if c.isprintable() and c != "\\" else "_" for c in unicodedata.normalize("NFC", name))
    parts = [part.strip() for part in clean.split("/") if part.strip() not in ("", ".")]
    if not parts or clean.startswith("/") or ".." in parts or not NOT_DOCUMENTS.isdisjoint(parts):
        raise _refused(name)
    return parts


def _make(root: Path, folders: Sequence[str]) -> None:
    """Make these folders below the root. Raises OSError, and KilavuzError if a link leads out of it."""
    root.mkdir(parents=True, exist_ok=True)
    place = root
    for name in folders:
        place /= name
        place.mkdir(exist_ok=True)
        if not place.resolve().is_relative_to(root.resolve()):  # before anything is made behind the link
            raise _refused("/".join(folders))


def _refused(name: str) -> KilavuzError:
    shown = "".join(c if c.isprintable() else "_" for c in name)[:200]
    return KilavuzError(
        f"{shown} eklenmedi: bu yol belge klasöründe kullanılamaz; dosyayı ya da klasörünü yeniden "
        "adlandırıp tekrar ekleyin.",
        f"{shown} was not added: this path can't be used in the documents folder; rename the file or its "
        "folder and add it again.",
    )


def clear_half_copied(folder: Path) -> None:
    """Remove what copies left behind that were cut off, by a power cut for example."""
    for part in folder.rglob(PART + "*"):
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
