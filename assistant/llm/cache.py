"""Values kept on disk under a key: replies of the model, and verdicts made from them.

Knows: a bounded SQLite file, oldest use leaves first. Does not know: what shapes a key or what a value means.
The file is a convenience: when it is damaged it is made anew, when it cannot be written nothing is kept.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

SPARE = 0.1  # share of the rows that a full cache lets go at once


class Kept:
    """Small JSON values by key; at most `most` of them."""

    def __init__(self, path: Path | None, *, most: int = 5000) -> None:
        self._path = path
        self._most = most

    def get(self, key: str) -> dict[str, Any] | None:
        """The value of `key`, or None."""
        return self.many((key,)).get(key)

    def many(self, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The known values among `keys`."""
        wanted = list(keys)
        try:
            with closing(self._open()) as database, database:
                rows = [
                    (key, row[0])
                    for key in wanted
                    if (row := database.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone())
                ]
                used = [(time.time(), key) for key, _ in rows]
                database.executemany("UPDATE kept SET used = ? WHERE key = ?", used)
            return {key: json.loads(value) for key, value in rows}
        except (sqlite3.Error, OSError, ValueError) as error:
            self._recover(error)
            return {}

    def put(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep `values`; the longest unused go when there are too many."""
        rows = [(key, json.dumps(value, ensure_ascii=True), time.time()) for key, value in values.items()]
        try:
            with closing(self._open()) as database, database:
                database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
                (count,) = database.execute("SELECT count(*) FROM kept").fetchone()
                if count > self._most:
                    surplus = count - self._most + int(self._most * SPARE)
                    database.execute(
                        "DELETE FROM kept WHERE key IN (SELECT key FROM kept ORDER BY used LIMIT ?)",
                        (surplus,),
                    )
        except (sqlite3.Error, OSError) as error:
            self._recover(error)

    def drop(self, key: str) -> None:
        """Forget the value of `key`."""
        try:
            with closing(self._open()) as database, database:
                database.execute("DELETE FROM kept WHERE key = ?", (key,))
        except (sqlite3.Error, OSError) as error:
            self._recover(error)

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            raise OSError("no place to keep values")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=5)
        database.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT, used REAL)")
        return database

    def _recover(self, error: Exception) -> None:
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        if damaged and self._path is not None:
            with suppress(OSError):
                self._path.unlink()
