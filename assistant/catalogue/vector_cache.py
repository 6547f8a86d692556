"""Vectors kept for reuse, by model and text.

Knows keys and the stored form. Does not know why a text was embedded. Half precision, because at 150,000
papers the cache is the largest part of the index and a similarity moves by about 0.0001. A vector that is not
what was stored counts as missing, so that it is made again.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_BATCH = 500


def key(model: str, text: str) -> bytes:
    """sha256 of model and text."""
    return hashlib.sha256(f"{model}\x1f{text}".encode("utf-8", "surrogatepass")).digest()


def vector_sum(blob: bytes) -> int:
    """A number that changes when a byte does."""
    return zlib.crc32(blob)


def read(
    connection: sqlite3.Connection, model: str, texts: Sequence[str]
) -> dict[str, npt.NDArray[np.float32]]:
    """The vectors that are there, by text."""
    import numpy as np

    wanted = {key(model, text): text for text in texts}
    keys = list(wanted)
    found: dict[str, npt.NDArray[np.float32]] = {}
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        query = f"SELECT key, vector, sum FROM embedding WHERE key IN ({','.join('?' * len(batch))})"
        for name, blob, stored_sum in connection.execute(query, batch):
            if not isinstance(blob, bytes) or vector_sum(blob) != stored_sum:
                continue
            found[wanted[name]] = np.frombuffer(blob, dtype=np.float16).astype(np.float32)
    return found


def write(
    connection: sqlite3.Connection, model: str, texts: Sequence[str], vectors: npt.NDArray[np.float32]
) -> None:
    """Store a row per text; a text that is there already is replaced."""
    halves = vectors.astype("float16")
    blobs = [row.tobytes() for row in halves]
    rows = [(key(model, text), blob, vector_sum(blob)) for text, blob in zip(texts, blobs, strict=True)]
    connection.executemany("INSERT OR REPLACE INTO embedding (key, vector, sum) VALUES (?, ?, ?)", rows)
