"""What can still be read of a damaged catalogue: vectors, which are dear, and the list of added sources.

Knows that a damaged file may fail at any row. Does not read papers: those come from the sources.
"""

from __future__ import annotations

import contextlib
import sqlite3


def salvage(damaged: sqlite3.Connection, connection: sqlite3.Connection) -> None:
    """Copy row by row until the damage; what lies behind it is embedded again."""
    with contextlib.suppress(sqlite3.Error):
        for path, added in damaged.execute("SELECT path, added FROM source WHERE added = 1"):
            # Without its hash the file counts as changed and is read again.
            connection.execute("INSERT OR IGNORE INTO source VALUES (?, '', ?)", (str(path), int(added)))
    with contextlib.suppress(sqlite3.Error):
        for key, blob in damaged.execute("SELECT key, vector FROM embedding"):
            if isinstance(key, bytes) and len(key) == 32 and _is_unit(blob):
                connection.execute("INSERT OR IGNORE INTO embedding VALUES (?, ?)", (key, blob))


def _is_unit(blob: object) -> bool:
    """Whether these bytes are a vector of length one, as every stored vector is."""
    import numpy as np

    if not isinstance(blob, bytes) or not blob or len(blob) % 2:
        return False
    vector = np.frombuffer(blob, dtype=np.float16).astype(np.float32)
    return bool(np.isfinite(vector).all() and abs(float(vector @ vector) - 1.0) < 0.01)
