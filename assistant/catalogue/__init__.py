"""The catalogue: every paper, its chunks and every vector ever computed, in one SQLite file. The truth.

Knows whether a paper is new, changed or gone, and what changed since when. Both indexes can be rebuilt from
it without embedding anything again. Does not know sources' formats, models or indexes.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.catalogue import vector_cache
from assistant.catalogue.rows import COLUMNS, UPSERT, content_version, to_paper, to_row
from assistant.catalogue.salvage import salvage
from assistant.catalogue.schema import DamagedCatalogue, connect, set_aside, transaction, translated
from assistant.domain import Chunk, Paper

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Catalogue", "Changes", "DamagedCatalogue", "KnownSource", "Stamp"]

# SQLite takes 32,766 variables in one statement; fewer keep memory low.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sync did, by paper id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """The state of a catalogue: an index with the same stamp is in step with it."""

    identity: str
    sequence: int
    version: str


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source file as it was last read. `added`: named by a person, not found in the data folder."""

    path: str
    sha256: str
    added: bool = False


class Catalogue:
    """Open with `Catalogue.open(path)`; may be used from several threads."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path) -> Catalogue:
        """The catalogue at `path`; made when missing.

        Raises:
            DamagedCatalogue: the file is not a whole catalogue.
            CatalogueError: it cannot be opened.
        """
        catalogue = cls(path, connect(path))
        if not catalogue._meta("identity"):
            with catalogue._writing() as connection:
                row = ("identity", uuid.uuid4().hex)
                connection.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", row)
        return catalogue

    @classmethod
    def recover(cls, path: Path) -> tuple[Catalogue, Path]:
        """A new catalogue in place of a damaged one, with what can still be read of its vectors and of the
        list of sources; papers come from the sources. Also gives where the damaged file was put."""
        aside = set_aside(path)
        catalogue = cls.open(path)
        with contextlib.closing(sqlite3.connect(aside)) as damaged, catalogue._writing() as connection:
            salvage(damaged, connection)
        return catalogue, aside

    def close(self) -> None:
        """Close the file; reading afterwards is an error."""
        with self._lock:
            self._connection.close()

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM paper")[0][0])

    @property
    def version(self) -> str:
        """Changes exactly when a paper, or the order of papers, changes."""
        return self._meta("version")

    @property
    def stamp(self) -> Stamp:
        """The state of the catalogue, for an index to remember."""
        sequence = self._rows("SELECT coalesce(max(sequence), 0) FROM journal")[0][0]
        return Stamp(self._meta("identity"), int(sequence), self.version)

    def papers(self) -> list[Paper]:
        """Every paper, in the order of the sources."""
        return [to_paper(row) for row in self._rows(f"SELECT {COLUMNS} FROM paper ORDER BY position")]

    def paper_ids(self, *, limit: int = -1) -> list[str]:
        """Every paper's id, or the first few, in the order of the sources."""
        query = "SELECT paper_id FROM paper ORDER BY position LIMIT ?"
        return [row[0] for row in self._rows(query, (limit,))]

    def get(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        """The papers that exist among these, in the order asked."""
        asked = list(dict.fromkeys(paper_ids))
        found = {row[0]: self._whole(row) for row in self._among(f"SELECT {COLUMNS}, hash FROM paper", asked)}
        return {paper_id: found[paper_id] for paper_id in asked if paper_id in found}

    def sync(self, papers: Sequence[Paper]) -> Changes:
        """Make the catalogue hold exactly these papers, in this order; all of it or nothing."""
        with self._writing() as connection:
            rows = connection.execute("SELECT paper_id, hash, position, source, line FROM paper")
            known = {row[0]: row[1:] for row in rows}
            wanted = {paper.paper_id: paper for paper in papers}
            added = tuple(paper_id for paper_id in wanted if paper_id not in known)
            changed, moved = [], []
            for position, paper in enumerate(wanted.values()):
                before = known.get(paper.paper_id)
                if before is not None and before[0] != paper.content_hash:
                    changed.append(paper.paper_id)
                if before != (paper.content_hash, position, paper.source, paper.line):
                    moved.append(to_row(paper, position))
            removed = tuple(paper_id for paper_id in known if paper_id not in wanted)
            connection.executemany(UPSERT, moved)
            connection.executemany("DELETE FROM paper WHERE paper_id = ?", [(name,) for name in removed])
            connection.executemany(
                "UPDATE paper SET chunking = '' WHERE paper_id = ?", [(name,) for name in changed]
            )
            _record(connection, (*added, *changed, *removed))
            version = ("version", content_version(connection))
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", version)
        return Changes(added, tuple(changed), removed)

    def changes_since(self, sequence: int) -> list[str]:
        """Ids of papers that were added, changed or removed after `sequence`."""
        query = "SELECT paper_id FROM journal WHERE sequence > ? ORDER BY sequence"
        return [row[0] for row in self._rows(query, (sequence,))]

    def unchunked(self, chunking: str, *, limit: int = _BATCH) -> list[Paper]:
        """Papers that have no chunks of this way of cutting."""
        query = f"SELECT {COLUMNS} FROM paper WHERE chunking != ? ORDER BY position LIMIT ?"
        return [to_paper(row) for row in self._rows(query, (chunking, limit))]

    def store_chunks(self, paper_ids: Iterable[str], chunks: Iterable[Chunk], *, chunking: str) -> None:
        """Replace the chunks of these papers."""
        names = [(paper_id,) for paper_id in paper_ids]
        rows = [(c.paper_id, int(c.chunk_id.rpartition(":")[2]), c.start, c.end) for c in chunks]
        with self._writing() as connection:
            connection.executemany("DELETE FROM chunk WHERE paper_id = ?", names)
            connection.executemany("INSERT INTO chunk VALUES (?, ?, ?, ?)", rows)
            marked = [(chunking, *name) for name in names]
            connection.executemany("UPDATE paper SET chunking = ? WHERE paper_id = ?", marked)

    def chunks(self, paper_ids: Iterable[str]) -> list[Chunk]:
        """The chunks of these papers, by paper and place."""
        columns = "chunk.paper_id, ordinal, title, start, stop, abstract"
        query = f"SELECT {columns} FROM chunk JOIN paper USING (paper_id)"
        found: dict[str, list[Chunk]] = {}
        asked = list(dict.fromkeys(paper_ids))
        for paper_id, ordinal, title, start, stop, abstract in self._among(query, asked):
            text = abstract[start:stop]
            chunk = Chunk(f"{paper_id}:{ordinal}", paper_id, title, text, start, stop)
            found.setdefault(paper_id, []).append(chunk)
        return [chunk for name in asked for chunk in sorted(found.get(name, ()), key=lambda c: c.start)]

    def chunk_count(self) -> int:
        """How many chunks there are."""
        return int(self._rows("SELECT count(*) FROM chunk")[0][0])

    def sources(self) -> list[KnownSource]:
        """The source files as they were last read."""
        rows = self._rows("SELECT path, sha256, added FROM source ORDER BY path")
        return [KnownSource(path, sha256, bool(added)) for path, sha256, added in rows]

    def remember_sources(self, sources: Iterable[KnownSource]) -> None:
        """Replace what is known of source files."""
        with self._writing() as connection:
            connection.execute("DELETE FROM source")
            rows = [(source.path, source.sha256, int(source.added)) for source in sources]
            connection.executemany("INSERT OR REPLACE INTO source VALUES (?, ?, ?)", rows)

    def cached_vectors(self, model: str, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        """The vectors that this model already gave, by text."""
        with self._lock, translated(self._path):
            return vector_cache.read(self._connection, model, texts)

    def store_vectors(self, model: str, texts: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Keep vectors for reuse, in half precision (an error of about 0.0001 in a similarity)."""
        with self._writing() as connection:
            vector_cache.write(connection, model, texts, vectors)

    def _whole(self, row: Sequence[Any]) -> Paper:
        """The paper of a row with its hash; large catalogues are not read through at start."""
        paper = to_paper(row[:-1])
        if paper.content_hash != row[-1]:
            raise DamagedCatalogue(
                f"The catalogue {self._path} is damaged (the text of paper {paper.paper_id} was altered). "
                "Delete it and run: papers-assistant ingest"
            )
        return paper

    def _meta(self, name: str) -> str:
        rows = self._rows("SELECT value FROM meta WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock, translated(self._path):
            return self._connection.execute(query, values).fetchall()

    def _among(self, query: str, paper_ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(paper_ids), _BATCH):
            batch = paper_ids[start : start + _BATCH]
            yield from self._rows(f"{query} WHERE paper_id IN ({','.join('?' * len(batch))})", batch)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self._path), transaction(self._connection):
            yield self._connection


def _record(connection: sqlite3.Connection, paper_ids: Iterable[str]) -> None:
    """Note in the journal that these papers changed just now."""
    last = connection.execute("SELECT coalesce(max(sequence), 0) FROM journal").fetchone()[0]
    rows = [(paper_id, last + number) for number, paper_id in enumerate(paper_ids, start=1)]
    connection.executemany("INSERT OR REPLACE INTO journal VALUES (?, ?)", rows)
