"""The catalogue's file: its tables, their numbered migrations, and what its errors mean.

Knows SQLite. Does not know what the rows are for.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.catalogue.rows import fault
from assistant.catalogue.vector_cache import vector_sum
from assistant.errors import CatalogueError

# At start, files up to this size are read whole, and up to so many papers are held against their hashes: each
# takes less than a tenth of a second. Papers of larger collections are checked when they are read.
CHECKED_UP_TO = 32_000_000
PAPERS_CHECKED_UP_TO = 5_000
_LOCK_WAIT_S = 10.0
_PLACE_ADVICE = (
    "Check that its folder exists and may be written to, or name another one with PAPERS_ASSISTANT_INDEX_DIR."
)
_OTHER_ADVICE = "Check the disk and the permissions of its folder."
_ADVICE = (
    ("locked", "Another program holds it. Close that program and try again."),
    ("busy", "Another program holds it. Close that program and try again."),
    ("full", "The disk is full. Free some space and try again; nothing that was stored is lost."),
    ("disk I/O", "The disk may be full or failing. Free some space and try again; nothing stored is lost."),
    ("readonly", _PLACE_ADVICE),
    ("unable to open", _PLACE_ADVICE),
)


class DamagedCatalogue(CatalogueError):
    """The file is not what it should be; it can be set aside and made anew from the sources."""


def _first_tables(connection: sqlite3.Connection) -> None:
    for statement in (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE source (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, added INTEGER NOT NULL)",
        "CREATE TABLE paper (paper_id TEXT PRIMARY KEY, position INTEGER NOT NULL, title TEXT NOT NULL,"
        " abstract TEXT NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL, authors TEXT NOT NULL,"
        " year INTEGER, venue TEXT NOT NULL, url TEXT NOT NULL, hash TEXT NOT NULL,"
        " chunking TEXT NOT NULL DEFAULT '')",
        "CREATE INDEX paper_position ON paper (position)",
        "CREATE TABLE chunk (paper_id TEXT NOT NULL REFERENCES paper ON DELETE CASCADE,"
        " ordinal INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,"
        " PRIMARY KEY (paper_id, ordinal)) WITHOUT ROWID",
        "CREATE TABLE journal (paper_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE INDEX journal_sequence ON journal (sequence)",
        "CREATE TABLE embedding (key BLOB PRIMARY KEY, vector BLOB NOT NULL)",
    ):
        connection.execute(statement)


def _sums_of_vectors(connection: sqlite3.Connection) -> None:
    """SQLite does not notice an altered byte inside a vector; a sum beside it does."""
    connection.execute("ALTER TABLE embedding ADD COLUMN sum INTEGER NOT NULL DEFAULT 0")
    connection.create_function("vector_sum", 1, vector_sum, deterministic=True)
    connection.execute("UPDATE embedding SET sum = vector_sum(vector)")


# Number n brings a file from version n to version n + 1. Numbers are never used again.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first_tables, _sums_of_vectors)


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors in words for people, with what to do next."""
    try:
        yield
    except sqlite3.OperationalError as error:
        words = str(error)
        if "malformed" in words or "no such" in words:
            raise DamagedCatalogue(f"The catalogue {path} is damaged ({words}).") from error
        advice = next((advice for sign, advice in _ADVICE if sign in words), _OTHER_ADVICE)
        raise CatalogueError(f"The catalogue {path} cannot be used: {words}. {advice}") from error
    except sqlite3.DatabaseError as error:
        # Its subclasses mean a wrong use of the database, not a wrong file.
        kind = DamagedCatalogue if type(error) is sqlite3.DatabaseError else CatalogueError
        raise kind(f"The catalogue {path} is damaged or was misused ({error}).") from error
    except OSError as error:
        reason = error.strerror or error
        raise CatalogueError(f"The catalogue {path} cannot be used: {reason}. {_PLACE_ADVICE}") from error


def connect(path: Path) -> sqlite3.Connection:
    """An open, current and checked catalogue file; made when missing.

    Raises:
        DamagedCatalogue: the file is not a whole catalogue.
        CatalogueError: it cannot be opened, or a newer version of this program made it.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path, timeout=_LOCK_WAIT_S, check_same_thread=False, isolation_level=None
        )
    try:
        with translated(path):
            connection.execute("PRAGMA foreign_keys = ON")
            # With WAL this loses nothing when a process is killed, and saves a wait for the disk per batch.
            connection.execute("PRAGMA synchronous = NORMAL")
            _migrate(path, connection)
            _check(path, connection)
    except CatalogueError:
        connection.close()
        raise
    return connection


def _migrate(path: Path, connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise CatalogueError(f"The catalogue {path} was made by a newer version. Update this program.")
    if version == len(MIGRATIONS):
        return
    connection.execute("PRAGMA journal_mode = WAL")
    with transaction(connection):
        # Another process may have been quicker; the version counts as it is inside the transaction.
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for number in range(version, len(MIGRATIONS)):
            MIGRATIONS[number](connection)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _check(path: Path, connection: sqlite3.Connection) -> None:
    """What is small enough is checked word by word."""
    # One snapshot: another process may be writing.
    connection.execute("BEGIN")
    try:
        is_small = path.stat().st_size <= CHECKED_UP_TO
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if is_small else "ok"
        papers = connection.execute("SELECT count(*) FROM paper").fetchone()[0]
        wrong = "" if verdict == "ok" else str(verdict).replace("\n", " ")
        if not wrong and papers <= PAPERS_CHECKED_UP_TO:
            wrong = fault(connection)
    except ValueError as error:
        wrong = str(error)
    finally:
        connection.execute("ROLLBACK")
    if wrong:
        raise DamagedCatalogue(f"The catalogue {path} is damaged ({wrong}).")


def set_aside(path: Path) -> Path:
    """Rename a damaged catalogue, so that a new one can take its place and nothing is deleted."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}-{uuid.uuid4().hex[:4]}{path.suffix}")
    with translated(path):
        for ending in ("-wal", "-shm"):
            extra = path.with_name(path.name + ending)
            if extra.exists():
                extra.replace(aside.with_name(aside.name + ending))
        path.replace(aside)
    return aside
