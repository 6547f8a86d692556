"""A benchmark's documents -> something that can be searched, in a throw-away directory.

Knows: the product's own index and retrieval, and where embeddings are kept between runs. Does not know:
metrics. The catalogue of the last run is copied in and out, because it holds the embeddings; the indexes are
not kept.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.build import assemble
from assistant.domain import digest
from assistant.evaluation.beir import Benchmark
from assistant.evaluation.retrieval import Progress, Search
from assistant.ingest import Index, index_papers
from assistant.prompts import Prompts
from assistant.settings import Settings

CATALOGUE = "catalogue.sqlite"
# A paper may have several chunks; so many more are asked for, so that enough papers are left.
CHUNKS_PER_PAPER = 3


@dataclass(frozen=True, slots=True)
class Searching:
    """A searchable benchmark; `embed_s` is what indexing took (little when the embeddings were cached)."""

    search: Search
    embed_s: float


@contextmanager
def searching(
    benchmark: Benchmark, settings: Settings, *, mode: str, progress: Progress
) -> Iterator[Searching]:
    """Indexes the documents of `benchmark`, and removes the index afterwards."""
    kept = _kept_catalogue(benchmark, settings)
    with tempfile.TemporaryDirectory(prefix="papers-assistant-") as folder:
        place = replace(
            settings, data_dir=Path(folder), index_dir=Path(folder) / "index", chroma_url="", offline=True
        )
        place.index.mkdir(parents=True)
        if kept.is_file():
            shutil.copyfile(kept, place.index / CATALOGUE)
        started = time.perf_counter()
        index = index_papers(place, benchmark.papers, progress=progress)
        embed_s = time.perf_counter() - started
        try:
            yield Searching(_search(index, place, mode), embed_s)
        finally:
            index.close()
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place.index / CATALOGUE, kept)


def _kept_catalogue(benchmark: Benchmark, settings: Settings) -> Path:
    """One file per benchmark; two benchmarks of one name are told apart by their first and last document."""
    ends = (benchmark.papers[0], benchmark.papers[-1])
    name = digest(benchmark.name, *(paper.content_hash for paper in ends), length=12)
    return settings.index / "evaluation" / f"{benchmark.name}-{name}.sqlite"


def _search(index: Index, settings: Settings, mode: str) -> Search:
    if mode == "words":
        return index.words.search
    if mode == "vectors":
        return lambda text, limit: _nearest(index, text, limit)
    assistant = assemble(settings, index, Prompts.load(settings.prompts_dir))
    return lambda text, limit: [(hit.paper_id, hit.score) for hit in assistant.search(text, limit)]


def _nearest(index: Index, text: str, limit: int) -> list[tuple[str, float]]:
    """The papers of the nearest chunks, each once, by its best chunk."""
    best: dict[str, float] = {}
    for _, paper_id, similarity in index.vectors.search(
        index.embedder.encode([text])[0], limit * CHUNKS_PER_PAPER
    ):
        best.setdefault(paper_id, similarity)
    return list(best.items())[:limit]
