"""The files of an embedded Chroma, and whether they are whole.

Knows Chroma's files well enough to check and copy them without Chroma, which a damaged file can kill together
with its process. Does not know papers or when to rebuild.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
from pathlib import Path

from assistant.generations import file_stamps

_DATABASE = "chroma.sqlite3"
# Chroma writes this file when it has written the graph; before, vectors live in the queue of its database.
_GRAPH_MARK = "index_metadata.pickle"
_ROWS_CHECKED_UP_TO = 50_000


def copy_files(source: Path, target: Path) -> None:
    """A copy to work on. The database is copied by SQLite, because a reader may be writing its lock row."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{_DATABASE}*", "in-use.lock"))
    with (
        contextlib.closing(sqlite3.connect(source / _DATABASE)) as old,
        contextlib.closing(sqlite3.connect(target / _DATABASE)) as new,
    ):
        old.backup(new)


def stamps_of(folder: Path) -> dict[str, str]:
    """What the generation's content is; equal stamps mean the same vectors.

    Raises:
        OSError: a file is missing or unreadable.
        sqlite3.Error: the database is damaged.
    """
    stamps = {"rows": _rows_stamp(folder / _DATABASE)}
    for graph in sorted(path for path in folder.iterdir() if path.is_dir()):
        if (graph / _GRAPH_MARK).exists():
            stamps |= file_stamps(folder, (path for path in graph.iterdir() if path.is_file()))
    return stamps


def _rows_stamp(database: Path) -> str:
    """The database's content, not its bytes: Chroma writes a row of no meaning at each opening."""
    if not database.is_file():
        raise OSError(f"{database.name} is missing")
    content = hashlib.sha256()
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        count = connection.execute("SELECT count(*) FROM embeddings").fetchone()[0]
        queries = ["SELECT seq_id, operation, id, vector FROM embeddings_queue ORDER BY seq_id"]
        if count <= _ROWS_CHECKED_UP_TO:
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("the database is damaged")
            queries.append("SELECT id, embedding_id, seq_id FROM embeddings ORDER BY id")
        for query in queries:
            for row in connection.execute(query):
                content.update(repr(row).encode())
    return f"{count}:{content.hexdigest()[:32]}"
