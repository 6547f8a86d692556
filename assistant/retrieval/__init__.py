"""Question -> hits: vectors and words fused, one hit per paper.

    score(paper) = similarity + trust * explained + feedback * related

`similarity` is the cosine of the paper's best chunk; `explained` is its BM25 score divided by what a paper
would score that held every word of the question; `trust` (0..1) says whether the question's words occur
here together at all. All are absolute. Scaling each list by its own best hit, or fusing ranks, lifts a
paper that shares two chance words to the top whenever the question is worded otherwise than the abstracts,
and the noise then drowns the vectors (measured: paraphrased questions fall from MRR .67 to .35). `related`
is a second search with the telling words of the best papers found (relevance feedback, RM3): it brings
papers that say it in the words of the field.

Knows: how the two kinds of search are weighed. Does not know: kinds of questions, or what is in an abstract.
`retrieval.llama` is the same as a LlamaIndex retriever.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.catalogue import Catalogue
from assistant.domain import Hit
from assistant.embedding import Embedder
from assistant.vectors import Vectors
from assistant.words import Words, text_of

if TYPE_CHECKING:
    import numpy.typing as npt

# Chosen on SciFact (train) and Cranfield together; see `evaluate retrieval`. nDCG@10 of both: similarity
# alone .694 .508, with words .752 .566, with feedback .753 .588; feedback by moving the vector .747 .587.
POOL = 100
# So many of the papers that words alone found are compared by meaning as well; fetching vectors costs time.
FOUND_BY_WORDS = 40
# The best `explained` below which the words do not match at all, and from which on they are trusted.
NO_MATCH, MATCH = 0.12, 0.22
FEEDBACK_PAPERS, FEEDBACK_WEIGHT, FEEDBACK_SHARPNESS = 10, 0.6, 20.0


class Retrieval:
    """Searches one index. May be used from several threads."""

    def __init__(self, vectors: Vectors, words: Words, embedder: Embedder, catalogue: Catalogue) -> None:
        self._vectors = vectors
        self._words = words
        self._embedder = embedder
        self._catalogue = catalogue

    def search(self, text: str, limit: int = 20, *, also: Sequence[str] = ()) -> list[Hit]:
        """The papers that fit `text` best, at most `limit`, best first.

        `also` are other forms of words in it (acronyms spelt out), which only the words see."""
        if not text.strip() or limit < 1:
            return []
        pool = max(POOL, limit)
        vector = self._embedder.encode([text])[0]
        similarity: dict[str, float] = {}
        for _, paper_id, cosine in self._vectors.search(vector, pool):
            similarity.setdefault(paper_id, cosine)
        word_scores = dict(self._words.search(text, pool, also=also))
        bound = self._words.bound(text) or 1.0
        similarity |= self._missing(vector, similarity, word_scores)
        related = self._related(_fused(similarity, word_scores, bound), pool)
        similarity |= self._missing(vector, similarity, related)
        fused = {
            paper_id: score + FEEDBACK_WEIGHT * related.get(paper_id, 0.0)
            for paper_id, score in _fused(similarity, word_scores, bound).items()
        }
        best = sorted(fused, key=lambda paper_id: -fused[paper_id])[:limit]
        return [Hit(p, fused[p], similarity.get(p), word_scores.get(p)) for p in best]

    def _missing(
        self, vector: npt.NDArray[np.float32], known: Mapping[str, float], found: Mapping[str, float]
    ) -> dict[str, float]:
        """The similarity of the best papers of `found` that are not among the nearest."""
        others = [paper_id for paper_id in [*found][:FOUND_BY_WORDS] if paper_id not in known]
        return {owner: max(values) for owner, values in _cosines(*self._rows(others), vector).items()}

    def _related(self, fused: Mapping[str, float], limit: int) -> dict[str, float]:
        """Papers like the best ones, which count more the better they are."""
        best = sorted(fused, key=lambda paper_id: -fused[paper_id])[:FEEDBACK_PAPERS]
        papers = self._catalogue.get(best)
        weights = {
            text_of(papers[p]): math.exp(FEEDBACK_SHARPNESS * (fused[p] - fused[best[0]]))
            for p in best
            if p in papers
        }
        return dict(self._words.related(weights, limit))

    def similarities(self, text: str, paper_ids: Iterable[str]) -> dict[str, float]:
        """The similarity of these papers to `text`, without feedback."""
        owners, rows = self._rows(list(paper_ids))
        return _similarities(owners, rows, self._embedder.encode([text])[0])

    def word_scores(self, text: str, limit: int, *, also: Sequence[str] = ()) -> dict[str, float]:
        """BM25 of the papers that share words with `text` or with the other forms in `also`, all counting
        alike."""
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
        """The paper of each chunk, and the chunks' vectors. Where the index does not have them at hand, the
        catalogue does: a look-up by key, where Chroma's filters take time that grows with the collection."""
        if paper_ids and not self._vectors.in_memory:
            chunks = self._catalogue.chunks(paper_ids)
            kept = self._catalogue.cached_vectors(self._embedder.name, [c.embedded_text for c in chunks])
            found = [
                (chunk.paper_id, kept[chunk.embedded_text]) for chunk in chunks if chunk.embedded_text in kept
            ]
            if len(found) == len(chunks):
                return [owner for owner, _ in found], np.stack([row for _, row in found])
        chunk_ids, rows = self._vectors.vectors_of(paper_ids)
        return [chunk_id.rpartition(":")[0] for chunk_id in chunk_ids], rows


def _similarities(
    owners: Sequence[str], rows: npt.NDArray[np.float32], vector: npt.NDArray[np.float32]
) -> dict[str, float]:
    """Per paper, the mean of its best and its average chunk."""
    chunks = _cosines(owners, rows, vector)
    return {owner: 0.5 * max(values) + 0.5 * sum(values) / len(values) for owner, values in chunks.items()}


def _cosines(
    owners: Sequence[str], rows: npt.NDArray[np.float32], vector: npt.NDArray[np.float32]
) -> dict[str, list[float]]:
    """The similarity of each chunk, by paper."""
    chunks: dict[str, list[float]] = {}
    for owner, cosine in zip(owners, (rows @ vector).tolist() if len(rows) else (), strict=True):
        chunks.setdefault(owner, []).append(cosine)
    return chunks


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
