"""Source files -> one collection: which files count, which changed, and what becomes of a file that fails.

Knows the data folder, added paths and the rule that papers are dropped only when their file is really gone
from the data folder. Does not know formats or indexes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.catalogue import Catalogue, KnownSource
from assistant.domain import Paper, Skipped
from assistant.errors import SourceError
from assistant.settings import Settings
from assistant.sources import Reading, discover, is_regular_file, merge, read_source, records_of


@dataclass(frozen=True, slots=True)
class Collection:
    """All sources as one: papers, the files they came from, what was skipped, and notes for people."""

    papers: tuple[Paper, ...]
    sources: tuple[KnownSource, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


def require_place(settings: Settings, paths: Sequence[Path] = ()) -> None:
    """A folder that is not there is more likely misspelt than meant to be made.

    Raises:
        SourceError: there is neither a data folder nor an index, and no path is given.
    """
    try:
        is_there = bool(paths) or settings.data_dir.exists() or settings.index.exists()
    except OSError:
        # The room that opens it says what is wrong.
        return
    if not is_there:
        raise SourceError(
            f"There is no folder {settings.data_dir}. Make it and put papers into it, name another one with"
            " PAPERS_ASSISTANT_DATA_DIR, or run: papers-assistant ingest PATH"
        )


def sources_changed(settings: Settings, catalogue: Catalogue) -> bool:
    """Whether a source file is new, gone or other than when it was read, or none was ever read."""
    known = {source.path: source for source in catalogue.sources()}
    names = _names(settings, known.values())
    if not known or set(names) != set(known):
        return True
    return any(_sha256(_path(settings, name)) != known[name].sha256 for name in names)


def collect(settings: Settings, catalogue: Catalogue, paths: Sequence[Path]) -> Collection:
    """Read every source; `paths` (files or folders) are new ones, named by a person.

    Raises:
        SourceError: one of `paths` cannot be read, or there is no source at all.
    """
    known = {source.path: source for source in catalogue.sources()}
    asked = [_name(settings, path) for path in _files(paths)]
    names = list(dict.fromkeys([*_names(settings, known.values()), *asked]))
    if not names:
        raise SourceError(
            f"There are no papers: {settings.data_dir} holds no source file. Put a pasted page (.txt)"
            " or a .jsonl, .csv, .bib or .ris file there, or run: papers-assistant ingest PATH"
        )
    found = {path.name for path in discover(settings.data_dir)}
    readings: list[Reading] = []
    sources: list[KnownSource] = []
    notes: list[str] = []
    for name in names:
        path, sha256 = _path(settings, name), ""
        try:
            sha256 = _sha256(path)
            readings.append(read_source(path, name=name))
        except SourceError as error:
            if name in asked:
                raise
            kept = _kept(catalogue, name)
            readings.append(Reading(kept, ()))
            notes.append(f"{error} Its {len(kept)} papers were kept as they were." if kept else str(error))
        sources.append(KnownSource(name, sha256, added=name not in found))
    merged = merge(readings)
    if not merged.papers:
        raise SourceError(" ".join(notes))
    return Collection(merged.papers, tuple(sources), merged.skipped, tuple(notes))


def _names(settings: Settings, known: Iterable[KnownSource]) -> list[str]:
    """The files of the data folder, then the added ones."""
    found = [path.name for path in discover(settings.data_dir)]
    return [*found, *(source.path for source in known if source.added and source.path not in found)]


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in map(_resolved, paths):
        inside = discover(path) if _is_folder(path) else [path]
        if not inside:
            raise SourceError(f"The folder {path} holds no source file (.txt, .jsonl, .csv, .bib, .ris).")
        for file in inside:
            records_of(file, str(file))
        files += inside
    return files


def _name(settings: Settings, path: Path) -> str:
    """A file of the data folder is known by its name, another one by its whole path."""
    full = _resolved(path)
    return full.name if full.parent == _resolved(settings.data_dir) else str(full)


def _resolved(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except (OSError, RuntimeError) as error:
        # Links in a circle, a home folder that nobody knows.
        raise SourceError(f"{path} leads nowhere ({error}). Name a file or a folder.") from error


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _path(settings: Settings, name: str) -> Path:
    return settings.data_dir / name


def _kept(catalogue: Catalogue, name: str) -> tuple[Paper, ...]:
    return tuple(paper for paper in catalogue.papers() if paper.source == name)


def _sha256(path: Path) -> str:
    """The hash of the file's content; empty when it cannot be read."""
    if not is_regular_file(path):
        return ""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return ""
