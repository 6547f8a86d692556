"""The write story: source files -> papers -> catalogue -> chunks -> vectors and words, and an open index.

Knows the order of the steps, who may take them, and what to tell people. Whatever is killed in the middle,
the next start goes on from what the catalogue holds. Does not know formats, models, Chroma or tantivy.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.catalogue import Catalogue, Changes, DamagedCatalogue
from assistant.domain import Paper, Skipped
from assistant.embedding import Embedder, embedder_for
from assistant.errors import CatalogueError, EmbeddingError, IndexBroken, IndexBusy, SourceError
from assistant.ingest.collecting import Collection, collect, require_place, sources_changed
from assistant.ingest.index import Index
from assistant.ingest.indexing import Indexing, Progress
from assistant.ingest.plan import Plan
from assistant.locks import writing
from assistant.settings import Settings
from assistant.vectors import Vectors
from assistant.words import Words

__all__ = ["Index", "IngestReport", "Progress", "index_papers", "ingest", "open_index"]

# How long a start waits for another process that is just making the first index.
_FIRST_INDEX_WAIT_S = 120.0
_OPENING_TRIES = 3


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. `embedded` counts texts that were embedded anew; `seconds` is its own time."""

    papers: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    embedded: int
    sources: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    seconds: float


def ingest(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> IngestReport:
    """Bring the index in step with the source files; `paths` are added to them and remembered.

    Raises:
        SourceError: there is no source, or one of `paths` cannot be read.
        IndexBusy: another process is writing.
        EmbeddingError: texts could not be embedded; the catalogue is kept and the next run goes on.
    """
    started = time.perf_counter()
    require_place(settings, paths)
    with writing(settings.index):
        catalogue, notes = _opened_catalogue(settings)
        try:
            changes, collection = _synced(settings, catalogue, paths)
            indexing = Indexing(settings, catalogue, embedder or embedder_for(settings), progress)
            notes += [*collection.notes, *_heal(indexing, is_first=len(catalogue) == len(changes.added))]
            return IngestReport(
                papers=len(catalogue),
                added=changes.added,
                changed=changes.changed,
                removed=changes.removed,
                embedded=indexing.embedded,
                sources=tuple(source.path for source in collection.sources),
                skipped=collection.skipped,
                notes=tuple(notes),
                seconds=round(time.perf_counter() - started, 3),
            )
        finally:
            catalogue.close()


def open_index(
    settings: Settings, *, progress: Progress | None = None, embedder: Embedder | None = None
) -> Index:
    """The index, in step with the sources; what was missing, stale or damaged is healed and noted.

    Raises:
        AssistantError: there are no papers, or an index cannot be opened and not be rebuilt.
    """
    require_place(settings)
    catalogue, notes = _opened_or_recovered(settings)
    try:
        indexing = Indexing(settings, catalogue, embedder or embedder_for(settings), progress)
        notes += _brought_up(settings, catalogue, indexing)
        return _opened(settings, catalogue, indexing, notes)
    except BaseException:
        catalogue.close()
        raise


def index_papers(
    settings: Settings,
    papers: Sequence[Paper],
    *,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> Index:
    """An open index of exactly these papers in `settings.index`, for measuring; no source is read."""
    with writing(settings.index):
        catalogue, notes = _opened_catalogue(settings)
        catalogue.sync(papers)
        indexing = Indexing(settings, catalogue, embedder or embedder_for(settings), progress)
        notes += _heal(indexing, is_first=True)
    # Opening may have to rebuild, for which it takes the lock itself.
    return _opened(settings, catalogue, indexing, notes)


def _opened_or_recovered(settings: Settings) -> tuple[Catalogue, list[str]]:
    """As `_opened_catalogue`, but the lock is taken only where a damaged file must be replaced."""
    try:
        return Catalogue.open(settings.index / "catalogue.sqlite"), []
    except DamagedCatalogue:
        with writing(settings.index, wait_s=_FIRST_INDEX_WAIT_S):
            return _opened_catalogue(settings)


def _opened_catalogue(settings: Settings) -> tuple[Catalogue, list[str]]:
    """Under the lock: the catalogue, made anew when it is damaged."""
    path = settings.index / "catalogue.sqlite"
    try:
        return Catalogue.open(path), []
    except DamagedCatalogue as error:
        catalogue, aside = Catalogue.recover(path)
        return catalogue, [f"{error} It was set aside as {aside.name} and made anew from the sources."]


def _brought_up(settings: Settings, catalogue: Catalogue, indexing: Indexing) -> list[str]:
    """Heal under the lock when anything is to be done; else touch nothing."""
    stale_sources = sources_changed(settings, catalogue)
    if not stale_sources and indexing.vectors_plan() is None and indexing.words_plan() is None:
        return []
    usable = bool(len(catalogue)) and _is_usable(indexing)
    try:
        with writing(settings.index, wait_s=0.0 if usable else _FIRST_INDEX_WAIT_S):
            return _healed(settings, catalogue, indexing)
    except (IndexBusy, IndexBroken, EmbeddingError, CatalogueError, SourceError) as error:
        if not usable:
            raise
        return [f"The index is not up to date; this is its last state. {error}"]


def _healed(settings: Settings, catalogue: Catalogue, indexing: Indexing) -> list[str]:
    """Under the lock: read changed sources, then bring the indexes in step."""
    notes: list[str] = []
    changes = Changes()
    if sources_changed(settings, catalogue):
        changes, collection = _synced(settings, catalogue, ())
        notes += collection.notes
    is_first = len(catalogue) == len(changes.added)
    if not is_first and changes != Changes():
        added = f"{len(changes.added)} paper{'s' * (len(changes.added) != 1)} added"
        notes.append(
            f"The sources changed: {added}, {len(changes.changed)} changed, {len(changes.removed)} removed."
        )
    return notes + _heal(indexing, is_first=is_first)


def _synced(settings: Settings, catalogue: Catalogue, paths: Sequence[Path]) -> tuple[Changes, Collection]:
    """Put the sources into the catalogue. The papers themselves are let go of: the indexes take them from the
    catalogue a few at a time, and 150,000 of them are 300 MB."""
    collection = collect(settings, catalogue, paths)
    changes = catalogue.sync(collection.papers)
    catalogue.remember_sources(collection.sources)
    return changes, replace(collection, papers=())


def _heal(indexing: Indexing, *, is_first: bool) -> list[str]:
    """Bring both indexes in step; a line for each that was not merely behind."""
    notes = []
    for name, plan, build in (
        ("word", indexing.words_plan(), indexing.build_words),
        ("vector", indexing.vectors_plan(), indexing.build_vectors),
    ):
        if plan is None:
            continue
        build(plan)
        if plan.papers is None and not is_first:
            notes.append(f"The {name} index {plan.reason}; it was rebuilt from the catalogue.")
    indexing.tidy()
    return notes


def _is_usable(indexing: Indexing) -> bool:
    """Whether both indexes can be read as they are, though they may be behind."""
    plans = (indexing.vectors_plan(), indexing.words_plan())
    return all(plan is None or plan.papers is not None for plan in plans)


def _opened(settings: Settings, catalogue: Catalogue, indexing: Indexing, notes: list[str]) -> Index:
    """Open for reading. Another process may publish meanwhile, and an index may fail only when opened."""
    for attempt in range(1, _OPENING_TRIES + 1):
        vectors, words = indexing.vectors_manifest(), indexing.words_manifest()
        try:
            if vectors is None or words is None:
                raise IndexBroken("The index is missing.")
            opened = Index(
                catalogue=catalogue,
                vectors=Vectors(settings, indexing.vectors_folder, vectors),
                words=Words(indexing.words_folder, words),
                embedder=indexing.embedder,
                notes=tuple(notes),
                settings=settings,
            )
            if indexing.recognised(opened.vectors):
                return opened
            opened.vectors.close()
            opened.words.close()
            raise IndexBroken("The vector index does not find its own vectors.")
        except IndexBroken as error:
            if attempt == _OPENING_TRIES:
                raise
            if indexing.vectors_manifest() == vectors and indexing.words_manifest() == words:
                with writing(settings.index, wait_s=_FIRST_INDEX_WAIT_S):
                    indexing.build_words(Plan())
                    indexing.build_vectors(Plan())
                notes.append(f"{error} Both indexes were rebuilt from the catalogue.")
    raise AssertionError("the loop returns or raises")
