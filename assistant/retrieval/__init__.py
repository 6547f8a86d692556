"""Question -> hits: vectors and words fused, one hit per paper.

    score(paper) = similarity + trust * explained

`similarity` is the mean of the paper's best and average chunk; `explained` is its BM25 score divided by what
a paper would score that held every word of the question; `trust` (0..1) says whether the question's words
occur here together at all. All are absolute. Scaling each list by its own best hit, or fusing ranks, lifts a
paper that shares two chance words to the top whenever the question is worded otherwise than the abstracts,
and the noise then drowns the vectors (measured: paraphrased questions fall from MRR .67 to .35). One round of
feedback (Rocchio 1971) moves the vector towards the best papers found.

Knows: how the two kinds of search are weighed. Does not know: kinds of questions, or what is in an abstract.
`retrieval.llama` is the same as a LlamaIndex retriever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.domain import Hit
from assistant.embedding import Embedder
from assistant.vectors import Vectors
from assistant.words import Words

if TYPE_CHECKING:
    import numpy.typing as npt

# Chosen on SciFact (train) and read on Cranfield, and the other way round; see `evaluate retrieval`.
POOL = 100
# The best `explained` below which the words do not match at all, and from which on they are trusted.
NO_MATCH, MATCH = 0.12, 0.22
FEEDBACK_PAPERS, FEEDBACK_WEIGHT, FEEDBACK_SHARPNESS = 10, 0.5, 30.0


class Retrieval:
    """Searches one index. May be used from several threads."""

    def __init__(self, vectors: Vectors, words: Words, embedder: Embedder) -> None:
        self._vectors = vectors
        self._words = words
        self._embedder = embedder

    def search(self, text: str, limit: int = 20, *, also: Sequence[str] = ()) -> list[Hit]:
        """The papers that fit `text` best, at most `limit`, best first.

        `also` are other forms of words in it (acronyms spelt out), which only the words see."""
        if not text.strip() or limit < 1:
            return []
        pool = max(POOL, limit)
        vector = self._embedder.encode([text])[0]
        found = self._words.search(" ".join((text, *also)), pool)
        word_scores = dict(found)
        bound = self._words.bound(text) or 1.0
        near = [paper_id for _, paper_id, _ in self._vectors.search(vector, pool)]
        candidates = list(dict.fromkeys([*near, *word_scores]))
        owners, rows = self._rows(candidates)
        fused = _fused(_similarities(owners, rows, vector), word_scores, bound)
        vector = _moved(vector, fused, owners, rows)
        similarity = _similarities(owners, rows, vector)
        fused = _fused(similarity, word_scores, bound)
        best = sorted(fused, key=lambda paper_id: -fused[paper_id])[:limit]
        return [Hit(p, fused[p], similarity.get(p), word_scores.get(p)) for p in best]

    def similarities(self, text: str, paper_ids: Iterable[str]) -> dict[str, float]:
        """The similarity of these papers to `text`, without feedback."""
        owners, rows = self._rows(list(paper_ids))
        return _similarities(owners, rows, self._embedder.encode([text])[0])

    def word_scores(self, text: str, limit: int, *, also: Sequence[str] = ()) -> dict[str, float]:
        """BM25 of the papers that share words with `text`."""
        return dict(self._words.search(" ".join((text, *also)), limit))

    def similar_to(self, paper_id: str, limit: int) -> list[Hit]:
        """The papers nearest in meaning to a paper, without itself."""
        _, rows = self._rows([paper_id])
        if not len(rows):
            return []
        centre = rows.mean(axis=0)
        centre /= np.linalg.norm(centre)
        near = [p for _, p, _ in self._vectors.search(centre, 3 * limit + 8)]
        owners, others = self._rows([p for p in dict.fromkeys(near) if p != paper_id])
        similarity = _similarities(owners, others, centre)
        best = sorted(similarity, key=lambda p: -similarity[p])[:limit]
        return [Hit(p, similarity[p], similarity[p]) for p in best]

    def _rows(self, paper_ids: Sequence[str]) -> tuple[list[str], npt.NDArray[np.float32]]:
        """The paper of each chunk, and the chunks' vectors."""
        chunk_ids, rows = self._vectors.vectors_of(paper_ids)
        return [chunk_id.rpartition(":")[0] for chunk_id in chunk_ids], rows


def _similarities(
    owners: Sequence[str], rows: npt.NDArray[np.float32], vector: npt.NDArray[np.float32]
) -> dict[str, float]:
    """Per paper, the mean of its best and its average chunk."""
    chunks: dict[str, list[float]] = {}
    for owner, similarity in zip(owners, (rows @ vector).tolist() if len(rows) else (), strict=True):
        chunks.setdefault(owner, []).append(similarity)
    return {owner: 0.5 * max(values) + 0.5 * sum(values) / len(values) for owner, values in chunks.items()}


def _fused(
    similarity: Mapping[str, float], word_scores: Mapping[str, float], bound: float
) -> dict[str, float]:
    papers = dict.fromkeys([*similarity, *word_scores])
    lowest = min(similarity.values(), default=0.0)
    explained = {paper_id: min(1.0, score / bound) for paper_id, score in word_scores.items()}
    best = max(explained.values(), default=0.0)
    trust = min(1.0, max(0.0, (best - NO_MATCH) / (MATCH - NO_MATCH)))
    return {
        paper_id: similarity.get(paper_id, lowest) + trust * explained.get(paper_id, 0.0)
        for paper_id in papers
    }


def _moved(
    vector: npt.NDArray[np.float32],
    fused: Mapping[str, float],
    owners: Sequence[str],
    rows: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """The question's vector moved towards the best papers, the better ones pulling more."""
    best = sorted(fused, key=lambda paper_id: -fused[paper_id])[:FEEDBACK_PAPERS]
    places = {paper_id: [i for i, owner in enumerate(owners) if owner == paper_id] for paper_id in best}
    best = [paper_id for paper_id in best if places[paper_id]]
    if not best:
        return vector
    pull = np.exp(FEEDBACK_SHARPNESS * (np.array([fused[p] for p in best]) - fused[best[0]]))
    centres = np.stack([rows[places[p]].mean(axis=0) for p in best])
    moved = vector + FEEDBACK_WEIGHT * (pull / pull.sum()) @ centres
    return (moved / np.linalg.norm(moved)).astype(np.float32)  # type: ignore[no-any-return]
