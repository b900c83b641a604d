"""The library: catalogue, vectors and keyword index, kept in step.

Order of every change: write the catalogue (pending), write the vectors (or leave them to `rebuild`), make the
rows ready, delete what was replaced, publish. A crash between any two steps leaves something that `repair`
recognises by comparing with the catalogue. Readers see snapshots (`searcher`), never a half-made change.
It knows nothing of files: what is stored here was read and split before.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.catalogue import Catalogue
from assistant.document_parts import DocumentParts
from assistant.documents import Documents, ReadFile
from assistant.embedder import Embedder
from assistant.errors import KilavuzError
from assistant.index import Index, drop_others, fingerprint
from assistant.keywords import KeywordIndex, load_keywords
from assistant.paired_embedder import PairedEmbedder
from assistant.records import SPLITTER_VERSION, Chunk, DocumentState
from assistant.related import RelatedWords
from assistant.reranker import Reranker
from assistant.scope import Scope, chosen, normal
from assistant.search import Searcher
from assistant.turkish import ANALYZER_VERSION

if TYPE_CHECKING:
    from assistant.index import ClientAPI

Progress = Callable[[int, int, str], None]
"""Called with how much is done, of how much, and the name of what is worked on."""

_EMBED = 32  # chunks embedded and written at a time while an index is built; in between it can be stopped
_AT_ONCE = 2000  # missing vectors that are made while opening; more are left to `rebuild`
_AT_ONCE_SLOWLY = 100  # the same, and new ones in one `add`, while an embedder with a quick one serves
_ENOUGH, _PROBES = 0.5, 50  # share of the passages for an index to serve; vectors that show it is sound


class Library:
    """Everything that can be searched. One process at a time owns it; its threads share it."""

    def __init__(
        self,
        catalogue: Catalogue,
        client: "ClientAPI",
        embedder: Embedder,
        keywords_folder: Path,
        load_embedder: Callable[[str], Embedder],
        word_embedder: Embedder,
        resources: ExitStack,
        reranker: Reranker | None = None,
        quick: Embedder | None = None,
        max_tokens: int | None = None,
        keep: Sequence[str] = (),
    ) -> None:
        """Open the index of this embedder, or the one that still serves while `rebuild` makes it.

        `load_embedder` is asked for the embedder of an older index by name; `word_embedder` knows which
        words are alike; `resources` are closed with the library. With `quick` a new library is searched by
        its vectors until `rebuild` has made those of `embedder`; afterwards the vectors of many new chunks
        are left to `rebuild`, and their words are searched meanwhile. `max_tokens` is that of the embedder
        that the chunks were made for; `keep` are fingerprints of embedders whose indexes stay for a rollback.
        """
        self._resources = resources
        self.catalogue = catalogue
        self.reranker = reranker
        self.stored = Documents(catalogue)
        self.parts = DocumentParts(catalogue)
        self._client = client
        self._wanted = embedder
        self._quick = quick
        self._max_tokens = max_tokens or embedder.max_tokens
        self._keywords_folder = keywords_folder
        self._changing = threading.RLock()
        self._word_embedder = word_embedder
        self._live = self._find_live(load_embedder)
        self._open_index = self._index_of(self._live)
        self._searcher = self._snapshot(self._load_keywords())
        kept = [_fingerprint(self._live), _fingerprint(embedder), *map(_identity, keep)]
        drop_others(client, self._index_name(""), [self._index_name(one) for one in kept])
        self.repair()

    @property
    def searcher(self) -> Searcher:
        """A snapshot of what is searchable now."""
        return self._searcher

    @property
    def needs_rebuild(self) -> bool:
        """Whether another embedder serves than the one asked for, or vectors are missing."""
        return self._live is not self._wanted or self._open_index.count() < self.chunk_count

    def versions(self) -> dict[str, str]:
        """What answers are made with now, for the turn log."""
        used = {"embedder": self._live.name, "index": _fingerprint(self._live)}
        return used | ({"reranker": self.reranker.name} if self.reranker else {})

    def documents(self) -> list[DocumentState]:
        """All files, searchable or not, by source."""
        return self.stored.states()

    def scope(self, names: Sequence[str]) -> Scope:
        """The documents and folders of these names. Raises KilavuzError for a name that nothing has."""
        documents = tuple(chosen(names, self.parts.names()))
        chunks = self.parts.spans([document.id for document in documents])
        return Scope(tuple(dict.fromkeys(map(normal, names))), documents, chunks)

    @property
    def max_tokens(self) -> int:
        """The most tokens of a chunk; the same for every embedder that `want` brings."""
        return self._max_tokens

    @property
    def wanted(self) -> Embedder:
        """The embedder asked for: it serves, or will after `rebuild`."""
        return self._wanted

    @property
    def chunk_count(self) -> int:
        """The number of searchable chunks."""
        return self.stored.chunk_count()

    def close(self) -> None:
        """Close what was opened for the library and give the home free."""
        self._resources.close()

    # changes

    def add(self, files: Sequence[ReadFile]) -> None:
        """Store files in place of earlier versions, with their vectors or those left to `rebuild`."""
        passages = [chunk.passage for file in files for chunk in file.chunks]
        embedder = self._live
        later = self._is_slow and len(passages) > _AT_ONCE_SLOWLY
        vectors = None if later else embedder.embed_passages(passages)
        with self._changing:
            if vectors is not None and embedder is not self._live:  # a rebuild has swapped it meanwhile
                vectors = self._live.embed_passages(passages)
            self._forget_leftovers()  # of an earlier call that failed
            stored = self.stored.insert_pending(files)
            if vectors is not None:
                self._open_index.add([chunk for file in stored for chunk in file], vectors)
            self.stored.make_ready([file.path for file in files])
            self._forget_leftovers()

    def remove(self, documents: Sequence[int]) -> None:
        """Take documents out of the search and forget them."""
        if not documents:
            return
        with self._changing:
            self.stored.mark_removing(documents)
            self._forget_leftovers()

    def move(self, document: int, path: str, source: str, title: str) -> None:
        """Note a file's new place and title; nothing is embedded again. `publish` tells the indexes."""
        with self._changing:
            self.stored.move(document, path, source, title)

    def publish(self) -> None:
        """Make all changes so far visible to searches that start from now on."""
        with self._changing:
            keywords = self._searcher.keywords
            wanted = set(self.stored.chunk_ids())
            present = {int(id) for id in keywords.ids}
            moved = self.stored.moved()
            if wanted != present or moved:
                elsewhere = set(self.stored.chunk_ids(moved))
                self._open_index.move(list(self.stored.chunks(sorted(elsewhere)).values()))
                added = self.stored.chunks(sorted((wanted - present) | elsewhere))
                keywords = keywords.update(present - wanted, added.values())
                keywords.save(self._keywords_folder)
                keywords = load_keywords(self._keywords_folder)  # mapped, it takes no memory of its own
                self.stored.note_known(moved)
            self._searcher = self._snapshot(keywords, self._searcher)

    # the index beside the live one

    def want(self, embedder: Embedder) -> bool:
        """Ask for another embedder; returns whether it serves at once, since most of its index is there."""
        with self._changing:
            if _fingerprint(embedder) == _fingerprint(self._live):
                self._wanted = self._live
                return True
            self._wanted = embedder
            index = self._index_of(embedder)
            if not index.is_sound(_PROBES):
                index.clear()
            if len(index.ids() & set(self.stored.chunk_ids())) < _ENOUGH * self.chunk_count:
                return False
            self._swap(index, embedder)
            return True

    def rebuild(self, progress: Progress = lambda done, total, name: None) -> None:
        """Build the index of the wanted embedder beside the live one, then swap.

        Searches go on meanwhile with the old one; where that can't be asked any more, with the keyword side
        and what the new one holds already. Cut off, it goes on where it stopped.
        """
        while self.needs_rebuild:  # again if another one is wanted meanwhile
            self._build(self._wanted, progress)

    def _build(self, wanted: Embedder, progress: Progress) -> None:
        beside = self._open_index if self._live is wanted else self._index_of(wanted)
        while missing := sorted(set(self.stored.chunk_ids()) - beside.ids()):
            total = self.stored.chunk_count()
            try:
                for start in range(0, len(missing), _EMBED):
                    progress(total - len(missing) + start, total, wanted.name)
                    if wanted is not self._wanted:
                        return
                    self._embed_into(beside, wanted, missing[start : start + _EMBED])
            finally:
                self._remove_gone(beside)
        with self._changing:
            if wanted is self._wanted:
                self._embed_into(beside, wanted, sorted(set(self.stored.chunk_ids()) - beside.ids()))
                self._swap(beside, wanted)

    def _swap(self, index: Index, embedder: Embedder) -> None:
        """Let this index serve. The one before stays, for searches under way and for a rollback."""
        self._remove_gone(index)
        self._open_index, self._live = index, embedder
        self.stored.activate(_fingerprint(embedder), embedder.name)
        self.publish()

    def repair(self) -> None:
        """Bring vectors and keyword index into step with the catalogue, whatever happened before."""
        with self._changing:
            if not self._open_index.is_sound(_PROBES):
                self._open_index.clear()
            self._forget_leftovers()
            there, wanted = self._open_index.ids(), set(self.stored.chunk_ids())
            self._open_index.remove(sorted(there - wanted))
            if len(wanted - there) <= (_AT_ONCE_SLOWLY if self._is_slow else _AT_ONCE):
                self._embed_into(self._open_index, self._live, sorted(wanted - there))
            self.publish()

    # helpers

    @property
    def _is_slow(self) -> bool:
        return self._quick is not None and self._live is self._wanted

    def _find_live(self, load_embedder: Callable[[str], Embedder]) -> Embedder:
        active = self.stored.active_index()
        wanted = _fingerprint(self._wanted)
        if active is None or (active[0] != wanted and not self.stored.document_count()):
            first = self._quick or self._wanted
            self.stored.activate(_fingerprint(first), first.name)
            return first
        if active[0] == wanted:
            return self._wanted
        try:
            old = load_embedder(active[1])
        except KilavuzError:
            old = None
        if old is not None and _fingerprint(old) == active[0]:
            return old
        # The old index can't be asked any more: the new one serves from now on, and `rebuild` fills it.
        self.stored.activate(wanted, self._wanted.name)
        return self._wanted

    def _index_of(self, embedder: Embedder) -> Index:
        return Index(self._client, self._index_name(_fingerprint(embedder)))

    def _index_name(self, fingerprint: str) -> str:
        return f"kilavuz-{self.stored.identity()[:8]}-{fingerprint}"

    def _snapshot(self, keywords: KeywordIndex, before: Searcher | None = None) -> Searcher:
        known = before.related if before else None
        related = RelatedWords(keywords.vocabulary.common_words, self._word_embedder, known)
        return Searcher(self._live, keywords, self._open_index, related, self.stored.chunks, self.reranker)

    def _load_keywords(self) -> KeywordIndex:
        try:
            return load_keywords(self._keywords_folder)
        except (KilavuzError, OSError, ValueError):
            return KeywordIndex.build(())

    def _embed_into(self, index: Index, embedder: Embedder, ids: Sequence[int]) -> None:
        chunks = list(self.stored.chunks(ids).values())
        if chunks:
            index.add(chunks, self._embedded(index, embedder, chunks))

    def _embedded(self, index: Index, embedder: Embedder, chunks: Sequence[Chunk]) -> NDArray[np.float32]:
        """The chunks' vectors; what the live index knows of them is not made again."""
        passages = [chunk.passage for chunk in chunks]
        live, before = self._open_index, self._live
        if index is not live and isinstance(embedder, PairedEmbedder) and embedder.has_layers_of(before):
            with suppress(KeyError):  # some may still wait for theirs
                return embedder.embed_again(passages, live.vectors([chunk.id for chunk in chunks]), before)
        return embedder.embed_passages(passages)

    def _remove_gone(self, index: Index) -> None:
        index.remove(sorted(index.ids() - set(self.stored.chunk_ids())))

    def _forget_leftovers(self) -> None:
        leftovers = self.stored.leftovers()
        self._open_index.remove(self.stored.chunk_ids(leftovers))
        self.stored.delete_leftovers(leftovers)


def _fingerprint(embedder: Embedder) -> str:
    return _identity(embedder.fingerprint)


def _identity(of_embedder: str) -> str:
    return fingerprint(of_embedder, SPLITTER_VERSION, ANALYZER_VERSION)
