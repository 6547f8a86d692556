"""What can still be read of a damaged catalogue: vectors, which are dear, and the list of added sources.

Knows that a damaged file may fail at any row. Does not read papers: those come from the sources.
"""

from __future__ import annotations

import contextlib
import sqlite3

from assistant.catalogue.vector_cache import vector_sum


def salvage(damaged: sqlite3.Connection, connection: sqlite3.Connection) -> None:
    """Copy row by row until the damage; what lies behind it is embedded again."""
    with contextlib.suppress(sqlite3.Error):
        for path, added in damaged.execute("SELECT path, added FROM source WHERE added = 1"):
            # Without its hash the file counts as changed and is read again.
            connection.execute("INSERT OR IGNORE INTO source VALUES (?, '', ?)", (str(path), int(added)))
    with contextlib.suppress(sqlite3.Error):
        for key, blob, stored_sum in damaged.execute("SELECT key, vector, sum FROM embedding"):
            if isinstance(key, bytes) and isinstance(blob, bytes) and vector_sum(blob) == stored_sum:
                row = (key, blob, stored_sum)
                connection.execute("INSERT OR IGNORE INTO embedding (key, vector, sum) VALUES (?, ?, ?)", row)
