"""Catalogue -> both indexes: chunks cut, texts embedded, vectors and words brought in step.

Carries out what a plan says; embeds only texts whose vectors the catalogue does not have. Does not know
sources, Chroma or tantivy, or when an index needs what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant import vectors, words
from assistant.catalogue import Catalogue
from assistant.chunks import chunking_name, split_papers
from assistant.domain import Chunk
from assistant.embedding import Embedder, EndpointEmbedder, MiniLM
from assistant.errors import IndexBroken
from assistant.generations import (
    Manifest,
    read_manifest,
    remove_other_generations,
    thrown_away_on_failure,
    write_manifest,
)
from assistant.ingest.plan import Plan, manifest_path, plan_for, vectors_to_follow
from assistant.reading.token_vectors import TokenVectorCache
from assistant.settings import Settings
from assistant.vectors import VectorBuild, Vectors
from assistant.words import WordBuild

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Told what is done, how much of it and of how much.
Progress = Callable[[str, int, int], None]
# Papers embedded between two commits: what a kill can cost, and how often progress shows.
_EMBEDDED_AT_ONCE = 16
_PUT_AT_ONCE = 1000
_SAMPLES = 5


class _Build(Protocol):
    name: str

    def remove(self, paper_ids: Sequence[str]) -> None: ...

    def close(self) -> tuple[int, dict[str, str]]: ...

    def remove_replaced(self, before: Manifest | None) -> None: ...


class Indexing:
    """Brings the indexes of one folder in step with its catalogue."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, embedder: Embedder, progress: Progress | None = None
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self.embedder = embedder
        self._progress: Progress = progress or (lambda what, done, total: None)
        self.vectors_folder = settings.index / "vectors"
        self.words_folder = settings.index / "words"
        self._word_vectors = _word_vectors(catalogue, embedder)
        self.embedded = 0

    @property
    def _chunking(self) -> str:
        return chunking_name(
            chunk_tokens=self._settings.chunk_tokens, chunk_overlap=self._settings.chunk_overlap
        )

    @property
    def _vectors_recipe(self) -> str:
        place = self._settings.chroma_url or "embedded"
        return f"vectors-{vectors.SCHEMA} {self.embedder.name} {self._chunking} {place}"

    def vectors_plan(self) -> Plan | None:
        """What the vector index needs; None when it is in step and whole."""
        embedded = not self._settings.chroma_url
        fault = vectors.vectors_fault if embedded else (lambda folder, manifest: "")
        return plan_for(self._catalogue, self.vectors_folder, self._vectors_recipe, fault)

    def words_plan(self) -> Plan | None:
        """What the word index needs; None when it is in step and whole."""
        return plan_for(self._catalogue, self.words_folder, words.RECIPE, words.words_fault)

    def cut(self) -> None:
        """Give every paper its chunks."""
        while papers := self._catalogue.unchunked(self._chunking):
            chunks = split_papers(
                papers, chunk_tokens=self._settings.chunk_tokens, chunk_overlap=self._settings.chunk_overlap
            )
            names = [paper.paper_id for paper in papers]
            self._catalogue.store_chunks(names, chunks, chunking=self._chunking)

    def build_vectors(self, plan: Plan) -> None:
        """Carry out a plan for the vector index and publish the result."""
        self.cut()
        changed = self._wanted(plan)
        basis = vectors_to_follow(self.vectors_manifest(), plan.papers)
        build = VectorBuild(self._settings, self.vectors_folder, basis=basis)
        with thrown_away_on_failure(self.vectors_folder / build.name):
            if basis is not None:
                build.remove(changed)
            waiting: list[Chunk] = []
            rows: list[npt.NDArray[np.float32]] = []
            wanted = changed if basis is not None else self._catalogue.paper_ids()
            for chunks, block in self._embedded_chunks(wanted, frozenset(changed)):
                waiting.extend(chunks)
                rows.extend(block)
                if len(waiting) >= _PUT_AT_ONCE:
                    _put(build, waiting, rows)
                    waiting, rows = [], []
            _put(build, waiting, rows)
            expected = self._catalogue.chunk_count()
            followed = basis.followed + len(changed) if basis is not None else 0
            whole = self._publish(
                self.vectors_folder, self._vectors_recipe, build, expected, followed=followed
            )
        if not whole:
            self._again(plan, self.build_vectors, "vector")

    def build_words(self, plan: Plan) -> None:
        """Carry out a plan for the word index and publish the result."""
        before = read_manifest(manifest_path(self.words_folder)) if plan.papers is not None else None
        build = WordBuild(self.words_folder, basis=before)
        with thrown_away_on_failure(self.words_folder / build.name):
            if plan.papers is not None:
                build.remove(plan.papers)
            wanted = self._wanted(plan)
            for start in range(0, len(wanted), _PUT_AT_ONCE):
                build.put(self._catalogue.get(wanted[start : start + _PUT_AT_ONCE]).values())
            whole = self._publish(self.words_folder, words.RECIPE, build, len(self._catalogue))
        if not whole:
            self._again(plan, self.build_words, "word")

    def rows_for(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A vector per text, embedding only what the catalogue has no vector of."""
        import numpy as np

        cached = self._catalogue.cached_vectors(self.embedder.name, texts)
        missing = [text for text in dict.fromkeys(texts) if text not in cached]
        if missing:
            fresh = self.embedder.encode(missing)
            self._catalogue.store_vectors(self.embedder.name, missing, fresh)
            self.embedded += len(missing)
            # As they come back from the cache, so that an index is the same however it came to be.
            cached |= self._catalogue.cached_vectors(self.embedder.name, missing)
        return np.array([cached[text] for text in texts], dtype=np.float32)

    def recognised(self, opened: Vectors) -> bool:
        """Whether a few chunks are found again by the vectors that they have in the catalogue. The search is
        approximate and may miss one of many; a damaged graph misses most."""
        found = [
            opened.recognises(row)
            for paper_id in self._catalogue.paper_ids(limit=_SAMPLES)
            for chunk in self._catalogue.chunks([paper_id])
            for row in self._catalogue.cached_vectors(self.embedder.name, [chunk.embedded_text]).values()
        ]
        return 2 * sum(found) > len(found) or not found

    def tidy(self) -> None:
        """Remove what a killed writer left behind."""
        for folder, manifest in (
            (self.vectors_folder, self.vectors_manifest()),
            (self.words_folder, self.words_manifest()),
        ):
            if manifest is not None and folder.is_dir():
                remove_other_generations(folder, manifest.generation)

    def vectors_manifest(self) -> Manifest | None:
        """What the published vector index says of itself."""
        return read_manifest(manifest_path(self.vectors_folder))

    def words_manifest(self) -> Manifest | None:
        """What the published word index says of itself."""
        return read_manifest(manifest_path(self.words_folder))

    def _wanted(self, plan: Plan) -> list[str]:
        return self._catalogue.paper_ids() if plan.papers is None else list(plan.papers)

    def _embedded_chunks(
        self, paper_ids: Sequence[str], changed: AbstractSet[str]
    ) -> Iterator[tuple[list[Chunk], npt.NDArray[np.float32]]]:
        """Chunks and vectors of these papers; word vectors are made for those that changed."""
        with_words = len(self._catalogue) <= self._settings.word_vectors_up_to
        for start in range(0, len(paper_ids), _EMBEDDED_AT_ONCE):
            self._progress("Embedding papers", start, len(paper_ids))
            some = paper_ids[start : start + _EMBEDDED_AT_ONCE]
            chunks = self._catalogue.chunks(some)
            texts = [chunk.embedded_text for chunk in chunks]
            if with_words and self._word_vectors is not None:
                self._keep_word_vectors([paper_id for paper_id in some if paper_id in changed])
            yield chunks, self.rows_for(texts)
        self._progress("Embedding papers", len(paper_ids), len(paper_ids))

    def _keep_word_vectors(self, paper_ids: Sequence[str]) -> None:
        """Word vectors, and from the same pass those of the chunks when the local model embeds them."""
        import numpy as np

        assert self._word_vectors is not None
        rows = self._word_vectors.keep(list(self._catalogue.get(paper_ids).values()))
        if rows and isinstance(self.embedder, MiniLM):
            self._catalogue.store_vectors(self.embedder.name, list(rows), np.stack(list(rows.values())))
            self.embedded += len(rows)

    def _publish(self, folder: Path, recipe: str, build: _Build, expected: int, *, followed: int = 0) -> bool:
        """Put the build in place of what was there; false when it does not hold what it should."""
        count, stamps = build.close()
        if count != expected:
            return False
        stamp = self._catalogue.stamp
        path = manifest_path(folder)
        before = read_manifest(path)
        fresh = Manifest(
            recipe, stamp.identity, stamp.sequence, stamp.version, count, build.name, stamps, followed
        )
        write_manifest(path, fresh)
        build.remove_replaced(before)
        return True

    def _again(self, plan: Plan, build: Callable[[Plan], None], name: str) -> None:
        """An index that followed wrongly is rebuilt once; a rebuilt one that is wrong is an error."""
        if plan.papers is None:
            raise IndexBroken(f"The {name} index could not be built: it does not hold what was put into it.")
        build(Plan(reason="did not follow"))


def _word_vectors(catalogue: Catalogue, embedder: Embedder) -> TokenVectorCache | None:
    """Where word vectors are kept: they are the local model's, whatever embeds the chunks."""
    if isinstance(embedder, MiniLM):
        return TokenVectorCache(catalogue, embedder)
    return TokenVectorCache(catalogue, MiniLM()) if isinstance(embedder, EndpointEmbedder) else None


def _put(build: VectorBuild, chunks: Sequence[Chunk], rows: Sequence[npt.NDArray[np.float32]]) -> None:
    import numpy as np

    if chunks:
        build.put(chunks, np.array(rows, dtype=np.float32))
