"""Chroma: clients, collections and errors, embedded or on a server.

Knows chromadb's names and traps. Does not know manifests, papers or when to rebuild.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import IndexBroken
from assistant.settings import Settings

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI

# Every so many rows Chroma writes its graph anew; rows behind the last writing are replayed at each start.
_SYNC_EVERY = 2000
_SPACE = {"space": "cosine", "ef_construction": 200, "ef_search": 100, "max_neighbors": 16}
_OPENING_TRIES = 5


@contextlib.contextmanager
def translated(where: str) -> Iterator[None]:
    """Chroma's many kinds of errors as one."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (
        ChromaError,
        httpx.HTTPError,
        sqlite3.Error,
        OSError,
        ValueError,
        RuntimeError,
        KeyError,
    ) as error:
        words = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        words += "" if words.endswith((".", "?", "!")) else "."
        raise IndexBroken(f"The vector index {where} failed: {words}") from error


def embedded_client(folder: Path) -> ClientAPI:
    """The Chroma that lives in `folder`."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    options = ChromaSettings(anonymized_telemetry=False)
    for attempt in range(1, _OPENING_TRIES + 1):
        try:
            return chromadb.PersistentClient(path=str(folder), settings=options)
        except (chromadb.errors.InternalError, sqlite3.OperationalError) as error:
            # Each opening writes a row; two processes that open at the same moment can meet there.
            if "locked" not in str(error) or attempt == _OPENING_TRIES:
                raise
            time.sleep(0.1 * attempt)
    raise AssertionError("the loop returns or raises")


def server_client(settings: Settings) -> ClientAPI:
    """The Chroma server that the settings name.

    Raises:
        IndexBroken: it does not answer.
    """
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    address = urlsplit(settings.chroma_url if "//" in settings.chroma_url else f"//{settings.chroma_url}")
    secure = address.scheme == "https"
    with _with_advice(), translated(f"on {settings.chroma_url} (CHROMA_URL)"):
        return chromadb.HttpClient(
            host=address.hostname or "localhost",
            port=address.port or (443 if secure else 8000),
            ssl=secure,
            headers={"x-chroma-token": settings.chroma_token} if settings.chroma_token else None,
            settings=ChromaSettings(anonymized_telemetry=False),
            tenant=settings.chroma_tenant,
            database=settings.chroma_database,
        )


@contextlib.contextmanager
def _with_advice() -> Iterator[None]:
    try:
        yield
    except IndexBroken as error:
        raise IndexBroken(
            f"{error} Start the server, or unset CHROMA_URL for an index of your own."
        ) from error


def made_collection(client: ClientAPI, name: str) -> Collection:
    """The collection, made when missing. No embedding function: the default one would fetch a model."""
    graph = {**_SPACE, "sync_threshold": _SYNC_EVERY, "batch_size": 1000}
    return client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": graph})


def found_collection(client: ClientAPI, name: str) -> Collection:
    """The collection that is there already."""
    return client.get_collection(name, embedding_function=None)


def remove_collection(settings: Settings, name: str) -> None:
    """Remove a collection from the server; it need not be there."""
    from chromadb.errors import NotFoundError

    client = server_client(settings)
    with translated(f"on {settings.chroma_url} (CHROMA_URL)"), contextlib.suppress(NotFoundError):
        client.delete_collection(name)
