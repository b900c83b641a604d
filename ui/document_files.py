"""Documents put in, read anew, taken out and brought back: the files of the drop folder and their index."""

import os
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError
from assistant.records import DocumentState
from ingest.scan import TRASH
from ui.drop_folder import clear_half_copied, move_out, put_back, put_in

if TYPE_CHECKING:
    from assistant.library import Library
    from ui.ingests import Ingests

REMEMBERED = 200
"""Deletions that can be undone. Their files stay in the trash whatever becomes of this."""


class DocumentFiles:
    """The files of the drop folder. Safe to call from several threads."""

    def __init__(
        self, library: "Library", ingests: "Ingests", home: Path, drop_folder: Path, max_bytes: int
    ) -> None:
        """Clears what an earlier process left half copied."""
        self._library = library
        self._ingests = ingests
        self._home = home
        self._drop_folder = drop_folder
        self._max_bytes = max_bytes
        self._deleted: dict[str, tuple[Path, Path]] = {}  # where they are, where they were; the oldest first
        self._files = threading.Lock()
        clear_half_copied(drop_folder)

    def upload(self, path: Path, name: str) -> str:
        """Copy a file into the drop folder under `name` and ask for an ingest; returns what it got there.

        `name` may name folders: "notlar/a.md". A file that is there already with the same content is not
        copied again; another file of that name is never overwritten. Raises KilavuzError if it is refused.
        """
        with self._files:
            kept = put_in(path, name, self._drop_folder, self._max_bytes)
        self._ingests.request()
        return kept

    def reindex(self, document_id: int) -> str:
        """Have a document read anew, whether it has changed or not; returns its name.

        Raises KilavuzError if there is no such document.
        """
        document = self._document(document_id)
        self._ingests.reread(document.path)
        return document.source

    def delete(self, document_id: int) -> str:
        """Take a document out of the index; its file moves from the drop folder to the trash.

        Returns what `restore` takes, "" if there was no file any more. Raises KilavuzError if there is no
        such document, or if its file lies outside the drop folder: that file is not ours to move, and the
        next ingest would only find it again.
        """
        path = Path(self._document(document_id).path)
        token = ""
        with self._files:
            if os.path.lexists(path):
                if not path.is_relative_to(self._drop_folder):
                    raise KilavuzError(
                        "Bu belge, belge klasörünün dışında; silmek için dosyayı bulunduğu yerden "
                        f"kaldırın: {path}",
                        "This document is outside the documents folder; to delete it, remove the file "
                        f"from its place: {path}",
                    )
                token = uuid.uuid4().hex
                self._deleted[token] = (move_out(path, self._home / TRASH), path)
                for old in list(self._deleted)[:-REMEMBERED]:
                    del self._deleted[old]
        self._library.remove([document_id])
        self._library.publish()
        self._ingests.request()
        return token

    def restore(self, token: str) -> str:
        """Undo a deletion: the file goes back to its place and is read again; returns its name.

        Raises KilavuzError if that deletion is too long ago, or was undone already.
        """
        with self._files:
            moved = self._deleted.get(token)
            if moved is None:
                raise KilavuzError(
                    f"Bu silme artık geri alınamıyor; dosya {self._home / TRASH} klasöründeyse oradan belge "
                    "klasörüne taşıyın.",
                    f"This deletion can't be undone any more; if the file is in {self._home / TRASH}, move "
                    "it to the documents folder.",
                )
            back = put_back(*moved)
            del self._deleted[token]
        self._ingests.request()
        return back.relative_to(self._drop_folder).as_posix()

    def _document(self, document_id: int) -> DocumentState:
        found = [one for one in self._library.documents() if one.id == document_id]
        if len(found) != 1:  # never guess which file is meant
            raise KilavuzError(
                "Böyle bir belge yok; az önce silinmiş olabilir. Listeyi yenileyin.",
                "There is no such document; perhaps it was deleted just now. Refresh the list.",
            )
        return found[0]
