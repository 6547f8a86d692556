"""The vector index: chunks found by meaning. A derived thing, rebuilt from the catalogue when in doubt.

Knows Chroma collections, rows (chunk id, vector, paper id) and that similarity is 1 - cosine distance.
On a server, collections take the place of the generations' folders. Does not know how texts become vectors or
how hits are fused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.domain import Chunk
from assistant.errors import IndexBroken
from assistant.generations import Manifest, differences, new_generation, remove_other_generations
from assistant.locks import InUse
from assistant.settings import Settings
from assistant.vectors import chroma
from assistant.vectors.files import copy_files, stamps_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from chromadb import Collection
    from chromadb.api import ClientAPI

__all__ = ["SCHEMA", "VectorBuild", "Vectors", "vectors_fault"]

# Raised when rows or the graph are stored in another way than before.
SCHEMA = 1
COLLECTION = "papers"
_BATCH = 1000
# A stored vector finds itself with similarity 1, but for half precision.
_SAME = 0.99
_PAGE = 500
# Up to so many chunks all vectors are kept in memory (31 MB) for similarities of given papers.
_IN_MEMORY_UP_TO = 20_000


def _place(settings: Settings, folder: Path, name: str) -> tuple[ClientAPI, str]:
    """The client and the name of the collection of a generation."""
    if settings.chroma_url:
        return chroma.server_client(settings), f"{COLLECTION}-{name}"
    return chroma.embedded_client(folder / name), COLLECTION


def vectors_fault(folder: Path, manifest: Manifest) -> str:
    """What is wrong with the files of an embedded index; empty when they are what was published."""
    try:
        return differences(stamps_of(folder / manifest.generation), manifest)
    except (OSError, sqlite3.Error) as error:
        return str(error)


class Vectors:
    """The published vectors, for reading. May be used from several threads."""

    def __init__(self, settings: Settings, folder: Path, manifest: Manifest) -> None:
        """Open the generation that the manifest names.

        Raises:
            IndexBroken: it cannot be opened or holds another number of chunks.
        """
        with chroma.translated(f"in {folder}"):
            self._mark = None if settings.chroma_url else InUse(folder / manifest.generation)
            self._client, name = _place(settings, folder, manifest.generation)
            self._collection: Collection = chroma.found_collection(self._client, name)
            self.count = int(self._collection.count())
        self._where = f"in {folder}"
        self._matrix: tuple[list[str], npt.NDArray[np.float32], dict[str, list[int]]] | None = None
        if self.count != manifest.count:
            raise IndexBroken(f"The vector index {self._where} has {self.count} rows, not {manifest.count}.")

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[str, str, float]]:
        """The nearest chunks, best first: chunk id, paper id, cosine similarity (-1 to 1)."""
        number = min(limit, self.count)
        if number <= 0:
            return []
        with chroma.translated(self._where):
            found = self._collection.query(
                query_embeddings=[vector.tolist()], n_results=number, include=["distances"]
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(chunk_id, _paper_of(chunk_id), 1.0 - float(distance)) for chunk_id, distance in pairs]

    @property
    def in_memory(self) -> bool:
        """Whether the vectors of given papers are at hand; of a large collection they are fetched."""
        return self.count <= _IN_MEMORY_UP_TO

    def vectors_of(self, paper_ids: Iterable[str]) -> tuple[list[str], npt.NDArray[np.float32]]:
        """Chunk ids and vectors of these papers, a row per chunk."""
        wanted = list(dict.fromkeys(paper_ids))
        if not self.in_memory:
            pages = (wanted[start : start + _PAGE] for start in _steps(wanted))
            return _joined(self._pages({"paper_id": {"$in": page}} for page in pages))
        if self._matrix is None:
            names, rows = _joined(self._pages([None]))
            places_of: dict[str, list[int]] = {}
            for place, chunk_id in enumerate(names):
                places_of.setdefault(_paper_of(chunk_id), []).append(place)
            self._matrix = names, rows, places_of
        names, rows, places_of = self._matrix
        places = [place for paper_id in wanted for place in places_of.get(paper_id, ())]
        return [names[place] for place in places], rows[places]

    def close(self) -> None:
        """Let go of the index; another process may then remove what it replaced."""
        self._client.close()
        if self._mark is not None:
            self._mark.close()

    def recognises(self, row: npt.NDArray[np.float32]) -> bool:
        """Whether a vector that was stored is found again."""
        found = self.search(row, 1)
        return bool(found) and found[0][2] > _SAME

    def _pages(
        self, filters: Iterable[Mapping[str, object] | None]
    ) -> Iterator[tuple[list[str], npt.NDArray[np.float32]]]:
        import numpy as np

        for where in filters:
            with chroma.translated(self._where):
                found = self._collection.get(where=where, include=["embeddings"])
            if found["ids"]:
                yield list(found["ids"]), np.asarray(found["embeddings"], dtype=np.float32)


class VectorBuild:
    """A generation in the making: nobody reads it before its manifest is written."""

    def __init__(self, settings: Settings, folder: Path, *, basis: Manifest | None = None) -> None:
        """Begin with the rows of `basis`, or with none."""
        self._settings = settings
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        in_place = basis is not None and bool(settings.chroma_url)
        self.name = basis.generation if basis is not None and in_place else new_generation()
        with chroma.translated(f"in {folder}"):
            if basis is not None and not in_place:
                copy_files(folder / basis.generation, folder / self.name)
            self._client, collection = _place(settings, folder, self.name)
            self._collection: Collection = chroma.made_collection(self._client, collection)

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Remove all chunks of these papers."""
        with chroma.translated(f"in {self._folder}"):
            for start in _steps(paper_ids):
                some = list(paper_ids[start : start + _PAGE])
                self._collection.delete(where={"paper_id": {"$in": some}})

    def put(self, chunks: Sequence[Chunk], rows: npt.NDArray[np.float32]) -> None:
        """Store chunks with their vectors; chunks that are there already are replaced."""
        with chroma.translated(f"in {self._folder}"):
            for start in range(0, len(chunks), _BATCH):
                batch = chunks[start : start + _BATCH]
                self._collection.upsert(
                    ids=[chunk.chunk_id for chunk in batch],
                    embeddings=rows[start : start + _BATCH],
                    metadatas=[{"paper_id": chunk.paper_id} for chunk in batch],
                )

    def close(self) -> tuple[int, dict[str, str]]:
        """Finish writing: the number of chunks, and the stamps of the files."""
        with chroma.translated(f"in {self._folder}"):
            count = int(self._collection.count())
            self._client.close()
            stamps = {} if self._settings.chroma_url else stamps_of(self._folder / self.name)
        return count, stamps

    def remove_replaced(self, before: Manifest | None) -> None:
        """Remove what this generation replaced, once it is published."""
        if not self._settings.chroma_url:
            remove_other_generations(self._folder, self.name)
        elif before is not None and before.generation != self.name:
            chroma.remove_collection(self._settings, f"{COLLECTION}-{before.generation}")


def _paper_of(chunk_id: str) -> str:
    return chunk_id.rpartition(":")[0]


def _steps(items: Sequence[str]) -> range:
    return range(0, len(items), _PAGE)


def _joined(
    pages: Iterable[tuple[list[str], npt.NDArray[np.float32]]],
) -> tuple[list[str], npt.NDArray[np.float32]]:
    import numpy as np

    names: list[str] = []
    blocks: list[npt.NDArray[np.float32]] = []
    for ids, rows in pages:
        names.extend(ids)
        blocks.append(rows)
    return names, np.concatenate(blocks) if blocks else np.zeros((0, 0), dtype=np.float32)
