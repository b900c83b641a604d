"""What the documents view does, without Gradio: checks what the browser sent, calls the backend, makes HTML.

A browser can send anything, so each method checks its arguments itself. None in a result = leave as it is.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import NamedTuple

from assistant.errors import KilavuzError
from assistant.quality import uses
from assistant.records import DocumentState
from ui import documents_texts, texts
from ui.web.backend import Backend
from ui.web.document_list import FILTERS, Look, is_sort, list_html, next_sort
from ui.web.documents import folder_html, header_html, progress_html
from ui.web.icons import icon
from ui.web.preview import PASSAGES, preview_html
from ui.web.sent import integer
from ui.web.tray import Sent, is_waiting, tray_html

KEPT = 2000
"""Files that the list of what was added remembers, and deletions that can be undone at most."""
_NAME = 1000  # characters of a file's path, as a browser sends it


class Shelf(NamedTuple):
    """The parts that show documents and status. `seen` sums up the state that they show."""

    header: str | None = None
    progress: str | None = None
    folder: str | None = None
    documents: str | None = None
    tray: str | None = None
    seen: str | None = None


class DocumentActions:
    """One per page. `uploaded` tells whether a path is that of a file that was sent to this server."""

    def __init__(self, backend: Backend, language: str, uploaded: Callable[[str], bool]) -> None:
        self._backend = backend
        self._language = language
        self._uploaded = uploaded

    # --- what is shown ------------------------------------------------------------------------------

    def shelf(self, wanted: object = "", look: Look | None = None, sent: Sequence[Sent] = ()) -> Shelf:
        """Everything, with the documents whose name holds `wanted` as `look` says."""
        status, states = self._backend.status(), self._backend.documents()
        return Shelf(
            header_html(status, self._language),
            progress_html(status.progress, self._language),
            folder_html(status, self._language),
            self._list(states, wanted, look or Look()),
            self._tray(sent, states),
            repr(status),
        )

    def documents(self, wanted: object, look: Look) -> str:
        """One page of the documents list, with the filters over it."""
        return self._list(self._backend.documents(), wanted, look)

    def is_changed(self, seen: object) -> bool:
        """Whether anything changed since the state that the page has `seen`."""
        return repr(self._backend.status()) != seen

    @property
    def ingesting(self) -> bool:
        """Whether files are being read or an index is being made now."""
        return self._backend.status().progress is not None

    def is_waiting(self, sent: Sequence[Sent]) -> bool:
        """Whether any of the files that were sent is still to be read."""
        if not sent:
            return False
        states = self._backend.documents()
        return is_waiting(_still(sent, states), states)

    def arrange(self, look: Look, only: object, head: object, sort: object) -> Look:
        """The list with another filter, or sorted by the column of `head`, or as `sort` says."""
        if isinstance(only, str) and only in FILTERS:
            look = replace(look, only=only)
        if isinstance(head, str) and head and is_sort(head):
            look = replace(look, sort=next_sort(head.removeprefix("-"), look.sort))
        elif isinstance(sort, str) and is_sort(sort):
            look = replace(look, sort=sort)
        return replace(look, page=0)

    def leaf(self, look: Look, page: object) -> Look:
        """Another page of the list."""
        return replace(look, page=integer(page))

    def preview(self, document: object, first: object = 0) -> str:
        """A document with its passages from number `first` on."""
        id, start = integer(document), max(0, integer(first))
        state = next((one for one in self._backend.documents() if one.id == id), None)
        passages = self._backend.passages(id, start, PASSAGES) if state else []
        use = uses(self._backend.all_asked()).get(state.source) if state else None
        return preview_html(state, use, passages, start, self._language)

    def _list(self, states: list[DocumentState], wanted: object, look: Look) -> str:
        name = wanted[:200] if isinstance(wanted, str) else ""
        return list_html(states, uses(self._backend.all_asked()), name, look, self._language)

    def _tray(self, sent: Sequence[Sent], states: Sequence[DocumentState]) -> str:
        folder = str(self._backend.status().drop_folder)
        return tray_html(_still(sent, states), states, self._backend.read_now(), folder, self._language)

    # --- what is done -------------------------------------------------------------------------------

    def store(self, files: object, sent: Sequence[Sent]) -> list[Sent]:
        """Put files that were sent into the drop folder under the names that the browser gives.

        `files` are {"path": where the server put it, "name": its name, with its folders}. What is refused
        is in the result with the reason; the temporary files are removed.
        """
        added = []
        for one in files[:KEPT] if isinstance(files, list) else []:
            path, name = (one.get("path"), one.get("name")) if isinstance(one, dict) else (None, None)
            if not isinstance(path, str) or not isinstance(name, str) or not 0 < len(name) <= _NAME:
                continue
            added.append(self._put(path, name))
        return [*sent, *added][-KEPT:]

    def _put(self, path: str, name: str) -> Sent:
        if not self._uploaded(path) or not Path(path).is_file():  # a path of this machine, or one too old
            return Sent(name, reason=documents_texts.LOST)
        try:
            kept = self._backend.upload(Path(path), name)
            return Sent(kept, str(self._backend.status().drop_folder / kept))
        except KilavuzError as error:
            return Sent(name, reason=error.message)
        finally:
            Path(path).unlink(missing_ok=True)

    def reindex(self, document: object) -> str:
        """Have a document read anew; returns a sentence that says so."""
        name = self._backend.reindex(integer(document))
        return documents_texts.REINDEXING.say(self._language).format(name=name)

    def remove(self, document: object, gone: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Delete a document; returns the deletions that can be undone, each with the document's name."""
        id = integer(document)
        name = next((one.title or one.source for one in self._backend.documents() if one.id == id), "")
        token = self._backend.delete_document(id)
        return [*gone, (token, name)][-KEPT:]

    def restore(self, gone: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], str]:
        """Undo the last deletion; returns those left, and a sentence that says so.

        Raises KilavuzError if it can't be undone.
        """
        if not gone or not gone[-1][0]:
            return list(gone[:-1]), ""
        name = self._backend.restore(gone[-1][0])
        return list(gone[:-1]), documents_texts.RESTORED.say(self._language).format(name=name)

    def undo_html(self, gone: Sequence[tuple[str, str]]) -> str:
        """The last deletion with a button that undoes it; nothing if there is none."""
        if not gone:
            return ""
        token, name = gone[-1]
        said = escape(documents_texts.DELETED.say(self._language).format(name=f"“{name}”"))
        undo, close = documents_texts.UNDO.say(self._language), texts.CLOSE.say(self._language)
        button = f'<button type="button" class="again" data-action="restore">{undo}</button>' if token else ""
        return (
            f'<div class="gone" role="status"><span>{said}</span>{button}<button type="button" class="tool" '
            f'data-action="dismiss" aria-label="{close}" title="{close}">{icon("close")}</button></div>'
        )


def _still(sent: Sequence[Sent], states: Sequence[DocumentState]) -> list[Sent]:
    """Those that are documents by now, or are still to be read: a file may have been deleted since."""
    known = {one.path for one in states}
    return [one for one in sent if not one.path or one.path in known or os.path.lexists(one.path)]
