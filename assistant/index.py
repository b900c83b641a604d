"""Vectors in Chroma: one collection per index fingerprint, with cosine distance.

Ids are the catalogue's chunk ids. Chunk texts stay in the catalogue (without them Chroma writes 35,000
chunks in 10 s and 59 MB, with them in 26 s and 285 MB). The metadata is small: source, page, heading.
This is the only file that knows chromadb. It knows nothing of embedders or of the catalogue.
"""

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError
from assistant.records import Chunk
from assistant.spans import Spans

if TYPE_CHECKING:
    from chromadb.api import ClientAPI as ClientAPI
    from chromadb.api.models.Collection import Collection

_WRITE = 1000  # vectors in one call; below the server's and SQLite's limits
_TRY = "import sys; from assistant.index import try_out; try_out(sys.argv[1])"
_TRIED = 50  # vectors of each collection
_DEEPER = 10  # times as many are asked for as are wanted, where Chroma filters
_KEPT = 8  # choices of documents whose vectors are kept
_READ = 9  # to read a vector, once, is worth coming across so many in Chroma, with every question
_HNSW = {"space": "cosine", "batch_size": 1000}


def fingerprint(embedder: str, splitter: str, analyzer: str) -> str:
    """The identity of an index: it never serves vectors of another encoder, splitter or analyzer.

    `embedder` is `Embedder.fingerprint`, which covers weights, prompts, length and vector space.
    """
    return hashlib.sha256("\n".join((embedder, splitter, analyzer)).encode()).hexdigest()[:32]


@contextmanager
def open_client(folder: Path, url: str = "") -> Iterator["ClientAPI"]:
    """A Chroma client: on the local folder, or on the server at `url` if one is given; closed at the end.

    A local database that is damaged is put aside: the library makes it anew from the catalogue. If the
    process that had it open was killed, another one tries it first: Chroma may crash over half a file.
    Raises KilavuzError if the server does not answer.
    """
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    with ExitStack() as ending:
        if url:
            client = _connect(url)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            in_use = folder.with_name(f"{folder.name}.in-use")
            if in_use.exists() and not _survives(folder):
                _put_aside(folder)
            in_use.touch()
            client = _open_or_anew(folder)
            ending.callback(in_use.unlink, missing_ok=True)
        ending.callback(client.close)  # type: ignore[attr-defined]
        yield client


def _open_or_anew(folder: Path) -> "ClientAPI":
    try:
        return _open(folder)
    except Exception:  # whatever a damaged file makes Chroma raise, the remedy is the same
        _put_aside(folder)
        _forget_clients()
        return _open(folder)


def _put_aside(folder: Path) -> None:
    folder.rename(f"{folder}.bozuk-{time.time_ns()}")
    folder.mkdir()


def _survives(folder: Path) -> bool:
    """Whether a process of its own can search the database without being ended by a signal."""
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _TRY, str(folder)]
    tried = subprocess.run(command, env={**os.environ, **path}, capture_output=True)
    return tried.returncode >= 0


def try_out(folder: str) -> None:
    """Search every collection of a local database; what is merely damaged is found out later."""
    client = _open(Path(folder))
    for collection in client.list_collections():
        Index(client, collection.name).is_sound(_TRIED)


def _open(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _forget_clients() -> None:
    # Chroma keeps the system that failed to start under its folder's name and would give it again.
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()


def _connect(url: str) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    parts = urlparse(url)
    try:
        return chromadb.HttpClient(
            host=parts.hostname or "",
            port=parts.port or (443 if parts.scheme == "https" else 8000),
            ssl=parts.scheme == "https",
            settings=Settings(anonymized_telemetry=False),
        )
    except Exception as error:  # chromadb raises ValueError, its own and httpx's errors here
        raise KilavuzError(
            f"Chroma sunucusuna ulaşılamadı: {url}; sunucuyu başlatın (chroma run) ya da "
            "KILAVUZ_CHROMA_URL ayarını kaldırın.",
            f"The Chroma server can't be reached: {url}; start it (chroma run) or remove KILAVUZ_CHROMA_URL.",
        ) from error


def drop_others(client: "ClientAPI", prefix: str, keep: Sequence[str]) -> None:
    """Delete the collections whose name begins with `prefix`, but for those to keep."""
    for collection in client.list_collections():
        if collection.name.startswith(prefix) and collection.name not in keep:
            client.delete_collection(collection.name)


class Index:
    """The vectors of one fingerprint."""

    def __init__(self, client: "ClientAPI", name: str) -> None:
        self._client = client
        self._name = name
        self._collection: Collection = client.get_or_create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": _HNSW},  # type: ignore[arg-type]
        )
        self._kept: dict[tuple[bytes, bytes], tuple[list[int], NDArray[np.float32]]] = {}

    def add(self, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        """Write the chunks' vectors, (n, dimension) float32; writing an id again replaces it."""
        for start in range(0, len(chunks), _WRITE):
            part = chunks[start : start + _WRITE]
            self._collection.upsert(
                ids=[str(chunk.id) for chunk in part],
                embeddings=vectors[start : start + _WRITE],
                metadatas=[_metadata(chunk) for chunk in part],
            )
        self._kept = {}

    def move(self, chunks: Sequence[Chunk]) -> None:
        """Write the chunks' metadata again; their vectors stay."""
        for start in range(0, len(chunks), _WRITE):
            part = chunks[start : start + _WRITE]
            self._collection.update(
                ids=[str(chunk.id) for chunk in part], metadatas=[_metadata(chunk) for chunk in part]
            )

    def remove(self, ids: Sequence[int]) -> None:
        """Delete the vectors of these chunks; ids that are not there are passed over."""
        for start in range(0, len(ids), _WRITE):
            self._collection.delete(ids=[str(id) for id in ids[start : start + _WRITE]])
        self._kept = {}

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """The nearest chunks as (id, cosine similarity), best first; ties by id."""
        return self._nearest(vector, limit)

    def _nearest(
        self, vector: NDArray[np.float32], limit: int, ids: list[str] | None = None
    ) -> list[tuple[int, float]]:
        found = self._collection.query(
            query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"], ids=ids
        )
        pairs = zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
        hits = [(int(id), 1.0 - float(distance)) for id, distance in pairs]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def nearest_among(self, vector: NDArray[np.float32], limit: int, among: Spans) -> list[tuple[int, float]]:
        """The same of these chunks alone, by the cheapest of three ways.

        Where they are many, they are among the nearest of all; where they are few, their vectors are read
        and compared. Else Chroma filters by id, which is exact only if it is asked for far more than is
        wanted: over 51,000 vectors 88 to 98 % of the best were found so, and with ten times as many 99.8 %
        (99.3 % of a document that has most of the chunks). A filter by metadata takes ten times as long.
        """
        size, total = among.size, self.count()
        many = _DEEPER * limit
        if size == 0 or total == 0:
            return []
        if _READ * size**2 < many * total:
            return self._compared(vector, among)[:limit]
        if 2 * limit * total // size <= many:
            found = self._nearest(vector, many)
            inside = among.holds(np.array([id for id, _ in found], np.int64))
            kept = [pair for pair, there in zip(found, inside.tolist(), strict=True) if there]
            if len(kept) >= limit or many >= total:
                return kept[:limit]
        return self._filtered(vector, many, among)[:limit]

    def _filtered(self, vector: NDArray[np.float32], limit: int, among: Spans) -> list[tuple[int, float]]:
        from chromadb.errors import ChromaError

        ids = [str(id) for id in among.numbers().tolist()]
        try:
            return self._nearest(vector, min(limit, len(ids)), ids)
        except ChromaError:  # some have no vector yet, which Chroma takes for an error
            there = [
                id
                for start in range(0, len(ids), _WRITE)
                for id in self._collection.get(ids=ids[start : start + _WRITE], include=[])["ids"]
            ]
            return self._nearest(vector, min(limit, len(there)), there) if there else []

    def _compared(self, vector: NDArray[np.float32], among: Spans) -> list[tuple[int, float]]:
        """Those of these chunks that are there, with their cosine similarity, best first; ties by id.

        Their vectors are kept for the next question, which is often limited to the same documents.
        """
        key, kept = (among.starts.tobytes(), among.ends.tobytes()), self._kept
        if (found := kept.get(key)) is None:
            found = self._there([str(id) for id in among.numbers().tolist()])
            if kept is self._kept:  # else vectors were written meanwhile
                self._kept = {**dict(list(kept.items())[1 - _KEPT :]), key: found}
        ids, vectors = found
        if not ids:
            return []
        near = vectors @ (vector / max(float(np.linalg.norm(vector)), 1e-9))
        return sorted(zip(ids, near.tolist(), strict=True), key=lambda hit: (-hit[1], hit[0]))

    def _there(self, wanted: Sequence[str]) -> tuple[list[int], NDArray[np.float32]]:
        """The ids of those of these chunks that are there, and their vectors with length 1."""
        parts = [wanted[start : start + _WRITE] for start in range(0, len(wanted), _WRITE)]
        got = [self._collection.get(ids=list(part), include=["embeddings"]) for part in parts]
        ids = [int(id) for one in got for id in one["ids"]]
        if not ids:
            return [], np.zeros((0, 0), np.float32)
        vectors = np.concatenate([np.asarray(one["embeddings"], np.float32) for one in got if one["ids"]])
        return ids, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    def count(self) -> int:
        """The number of vectors."""
        return int(self._collection.count())

    def ids(self) -> set[int]:
        """The ids of all vectors."""
        return {int(id) for id in self._collection.get(include=[])["ids"]}

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of these chunks in this order, (n, dimension); all of them must be there."""
        got = self._collection.get(ids=[str(id) for id in ids], include=["embeddings"])
        by_id = dict(zip(map(int, got["ids"]), np.asarray(got["embeddings"]), strict=True))
        return np.asarray([by_id[id] for id in ids], dtype=np.float32)

    def is_sound(self, probes: int) -> bool:
        """Whether the index can be read, and so many of its vectors, drawn at random, find themselves."""
        try:
            ids = sorted(self.ids())
            drawn = random.Random(0).sample(ids, min(probes, len(ids)))
            return all(not v.any() or self.nearest(v, 1)[0][1] > 0.99 for v in self.vectors(drawn))
        except Exception:  # whatever a damaged file makes Chroma raise, the answer is the same
            return False

    def clear(self) -> None:
        """Delete all vectors."""
        self.drop()
        self.__init__(self._client, self._name)  # type: ignore[misc]

    def drop(self) -> None:
        """Delete the collection itself."""
        self._client.delete_collection(self._name)


def _metadata(chunk: Chunk) -> dict[str, Any]:
    page = {} if chunk.page is None else {"page": chunk.page}
    return {"source": chunk.source, "heading": " › ".join(chunk.headings), **page}
