"""Who may write the index, and who still reads an old part of it.

Knows advisory file locks, which end with the process that holds them. Does not know what they protect.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO

from assistant.errors import CatalogueError, IndexBusy

_PAUSE_S = 0.1


@contextlib.contextmanager
def writing(folder: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Be the one writer of the index in `folder`.

    Raises:
        IndexBusy: another process writes, and still does after `wait_s`.
        CatalogueError: nobody can write there.
    """
    path = folder / "writer.lock"
    deadline = time.monotonic() + wait_s
    with _lock_file(path) as handle:
        while not _taken(handle.fileno(), fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                raise IndexBusy(
                    f"Another process is writing to {folder}{_owner(path)}. Try again when it is done."
                )
            time.sleep(_PAUSE_S)
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _lock_file(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+")
    except OSError as error:
        raise CatalogueError(
            f"The index folder {path.parent} cannot be written to: {error.strerror}. Check the path and its "
            "permissions, or name another folder with PAPERS_ASSISTANT_INDEX_DIR."
        ) from error


class InUse:
    """A mark that this process reads `folder`; it lasts until it is closed or the process ends."""

    def __init__(self, folder: Path) -> None:
        self._handle = (folder / "in-use.lock").open("a")
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def close(self) -> None:
        """Take the mark away."""
        self._handle.close()

    def __enter__(self) -> InUse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_in_use(folder: Path) -> bool:
    """Whether any process reads `folder`."""
    path = folder / "in-use.lock"
    if not path.exists():
        return False
    with path.open("a") as handle:
        return not _taken(handle.fileno(), fcntl.LOCK_EX)


def _taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(path: Path) -> str:
    """The process that holds the lock, as far as it is known; the lock itself decides, not this note."""
    number = path.read_text(encoding="utf-8").strip()
    return f" (process {number})" if number.isdigit() else ""
