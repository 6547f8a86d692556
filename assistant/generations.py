"""A derived index on disk: generations in folders of their own, and the manifest that names the current one.

Knows how to tell an index that is in step from one that is behind, foreign or damaged. A generation is built
aside, published by its manifest and never changed afterwards, so that a killed writer damages nothing and
readers are never disturbed. Does not know Chroma or tantivy.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assistant.catalogue import Stamp
from assistant.errors import IndexBroken
from assistant.locks import is_in_use

# Files up to this size are hashed whole, in less than 0.1 s; larger ones at samples from end to end: there,
# damage that changes a size or covers more than a few blocks is seen, at the cost of reading 2 MB.
_WHOLE_UP_TO = 48_000_000
_BLOCK = 65_536
_SAMPLES = 32


@dataclass(frozen=True, slots=True)
class Manifest:
    """`recipe` names what built the index besides the papers (models, cutting, schema); `identity` and
    `sequence` say up to which change of which catalogue it goes; `generation` is its folder and `stamps` what
    the files in it are; `count` is how many rows it holds and `followed` how many papers were changed in it
    since it was built as a whole."""

    recipe: str
    identity: str
    sequence: int
    version: str
    count: int
    generation: str
    stamps: Mapping[str, str] = field(default_factory=dict)
    followed: int = 0

    def fits(self, recipe: str, stamp: Stamp) -> bool:
        """Whether the index was built in this way from this catalogue; it may still be behind."""
        return (self.recipe, self.identity) == (recipe, stamp.identity) and self.sequence <= stamp.sequence

    def in_step(self, stamp: Stamp) -> bool:
        """Whether the index holds exactly what the catalogue holds."""
        return (self.identity, self.sequence) == (stamp.identity, stamp.sequence)


def read_manifest(path: Path) -> Manifest | None:
    """The manifest at `path`; None when there is none or it is not whole."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**fields)
    except (OSError, ValueError, TypeError):
        return None


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Put the manifest in place at once: a reader sees the old one or the new one, never half of it."""
    fresh = path.with_suffix(".fresh")
    with fresh.open("w", encoding="utf-8") as handle:
        json.dump(asdict(manifest), handle, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)
    with contextlib.suppress(OSError):
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def new_generation() -> str:
    """A name for a generation; names are never used again."""
    return uuid.uuid4().hex[:12]


def remove_other_generations(folder: Path, current: str) -> None:
    """Remove the generations that are neither current nor read by any process."""
    for path in folder.iterdir():
        if path.is_dir() and path.name != current and not is_in_use(path):
            shutil.rmtree(path, ignore_errors=True)


def differences(stamps: Mapping[str, str], manifest: Manifest) -> str:
    """The files that are not what was published, in words; empty when all are."""
    expected = manifest.stamps
    names = sorted(name for name in {*stamps, *expected} if stamps.get(name) != expected.get(name))
    return f"{', '.join(names[:3])} changed" if names else ""


def file_stamps(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """A stamp for each file, by its path below `folder`."""
    return {path.relative_to(folder).as_posix(): _stamp(path) for path in sorted(paths)}


def _stamp(path: Path) -> str:
    size = path.stat().st_size
    content = hashlib.sha256()
    with path.open("rb") as handle:
        step = _BLOCK if size <= _WHOLE_UP_TO else (size - _BLOCK) // _SAMPLES
        for start in range(0, size, step):
            handle.seek(start)
            content.update(handle.read(_BLOCK))
        handle.seek(max(0, size - _BLOCK))
        content.update(handle.read(_BLOCK))
    return f"{size}:{content.hexdigest()[:32]}"


@contextlib.contextmanager
def thrown_away_on_failure(folder: Path) -> Iterator[None]:
    """A build that does not end well leaves nothing behind; what was published before stays as it was."""
    try:
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            reason = error.strerror or error
            raise IndexBroken(
                f"The index in {folder.parent} cannot be written: {reason}. Check the space and the "
                "permissions of that folder and try again; nothing that was stored is lost."
            ) from error
        raise
