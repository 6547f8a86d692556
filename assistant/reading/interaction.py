"""Late interaction: how well a text's words, one by one, find their match in a paper's words.

After Khattab & Zaharia (2020), "ColBERT": each word of the question is compared with every word of the paper
in context, and its best match counts (MaxSim), weighted here by how rare the word is. The vectors are the
last layer of the local embedding model, kept in the catalogue for small collections (see `token_vectors`).

Knows: token vectors, and which passage a token stands in. Does not know: questions, or what a score means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from assistant.reading.library import Library
from assistant.reading.terms import Term
from assistant.reading.token_vectors import PaperTokens, TokenVectorCache

if TYPE_CHECKING:
    import numpy.typing as npt

    from assistant.embedding import MiniLM


Measured = TypeVar("Measured")


@dataclass(frozen=True, slots=True)
class QueryTokens:
    """The words of a question: `vectors` (words, 384) of length one, `weights` (words,) adding up to 1, and
    the same text as one vector of length one."""

    vectors: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    whole: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Matches:
    """How one paper answers a query, per passage (0: the title): `words` is MaxSim (-1..1) within the
    passage, `meaning` the cosine (-1..1) of the passage with the query as a whole. `grid[i, j]` is the best
    match of the query's word i in passage j. `paper` is MaxSim over the whole paper, `weakest` the mean of
    the worst matched third of the query's words."""

    words: npt.NDArray[np.float32]
    meaning: npt.NDArray[np.float32]
    grid: npt.NDArray[np.float32]
    paper: float
    weakest: float


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Token vectors of several papers end to end, so that one product compares a query with all of them.
    `starts` are the first tokens of passages, `numbers` their places in their papers, `papers` the first
    passage of each paper, `means` the passages as vectors of length one."""

    vectors: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int32]
    papers: npt.NDArray[np.int64]
    means: npt.NDArray[np.float32]

    @classmethod
    def of(cls, papers: Sequence[PaperTokens]) -> _Shelf:
        vectors = np.concatenate([paper.vectors for paper in papers])
        passages = np.concatenate([paper.passages for paper in papers])
        sizes = np.cumsum([0, *(len(paper.passages) for paper in papers)])
        new = np.diff(passages, prepend=-1) != 0
        new[sizes[:-1]] = True
        starts = np.flatnonzero(new)
        means = _unit(np.add.reduceat(vectors, starts, axis=0))
        return cls(vectors, starts, passages[starts], np.searchsorted(starts, sizes[:-1]), means)


def _match(query: QueryTokens, shelf: _Shelf) -> list[Matches]:
    similar = query.vectors @ shelf.vectors.T
    best = np.maximum.reduceat(similar, shelf.starts, axis=1)
    each = np.maximum.reduceat(best, shelf.papers, axis=1)
    words, meaning = query.weights @ best, shelf.means @ query.whole
    worst = np.sort(each, axis=0)[: max(1, len(each) // 3)].mean(axis=0)
    ends = [*shelf.papers[1:], len(shelf.starts)]
    found = []
    for number, (start, end) in enumerate(zip(shelf.papers, ends, strict=True)):
        count = int(shelf.numbers[end - 1]) + 1
        places = shelf.numbers[start:end]
        grid = np.full((len(best), count), -1.0, np.float32)
        own_words, own_meaning = np.full(count, -1.0, np.float32), np.full(count, -1.0, np.float32)
        grid[:, places] = best[:, start:end]
        own_words[places], own_meaning[places] = words[start:end], meaning[start:end]
        whole = float(query.weights @ each[:, number])
        found.append(Matches(own_words, own_meaning, grid, whole, float(worst[number])))
    return found


def _nearest_three(queries: npt.NDArray[np.float32], shelf: _Shelf) -> list[npt.NDArray[np.float64]]:
    """Per paper of the shelf, the mean cosine of its three nearest passages with each query."""
    similar = (queries @ shelf.means.T).astype(np.float64)
    ends = [*shelf.papers[1:], similar.shape[1]]
    return [
        np.sort(similar[:, start:end], axis=1)[:, -3:].mean(axis=1)
        for start, end in zip(shelf.papers, ends, strict=True)
    ]


class Interaction:
    """Compares questions with papers, word by word. Papers are encoded once and remembered."""

    def __init__(self, library: Library, model: MiniLM, cache: TokenVectorCache) -> None:
        self._library = library
        self._model = model
        self._cache = cache
        self.tokens = lru_cache(maxsize=500)(self._tokens)
        self._shelf = lru_cache(maxsize=1)(self._make_shelf)

    def query(self, text: str, terms: Sequence[Term]) -> QueryTokens:
        """`text` as tokens; only the tokens of `terms` (offsets into `text`) count, the rare ones more."""
        lexicon = self._library.lexicon
        found = self._model.encode_tokens([text])[0]
        # A text without any word (a control character) is one word that matches nothing.
        vectors = found.vectors if len(found.vectors) else _zero(self._model)[None, :]
        weights = np.zeros(len(vectors), dtype=np.float32)
        for term in terms:
            inside = [i for i, (a, b) in enumerate(found.offsets) if a >= term.start and b <= term.end]
            for i in inside:
                # The square root measured better than the plain idf: one rare word must not drown the rest.
                weights[i] = np.sqrt(lexicon.idf(term.stem)) / np.sqrt(len(inside))
        if not weights.any():
            weights[:] = 1.0
        kept = weights > 0
        whole = _unit(vectors.mean(axis=0, keepdims=True))[0]
        return QueryTokens(_unit(vectors[kept]), weights[kept] / weights[kept].sum(), whole)

    def compare(self, query: QueryTokens, paper_ids: Sequence[str]) -> list[Matches]:
        """How each of these papers answers `query`, in the order asked."""
        found = self._by_paper(paper_ids, lambda shelf: _match(query, shelf))
        return [found[paper_id] for paper_id in paper_ids]

    def meanings(self, texts: Sequence[str], paper_ids: Sequence[str]) -> npt.NDArray[np.float64]:
        """The mean cosine (-1..1) of each text with the three passages of each paper that are nearest to it,
        shape (texts, papers)."""
        tokens = self._model.encode_tokens(texts)
        wholes = [
            found.vectors.mean(axis=0) if len(found.vectors) else _zero(self._model) for found in tokens
        ]
        queries = _unit(np.stack(wholes))
        found = self._by_paper(paper_ids, lambda shelf: _nearest_three(queries, shelf))
        return np.stack([found[paper_id] for paper_id in paper_ids], axis=1)

    def _by_paper(
        self, paper_ids: Sequence[str], measure: Callable[[_Shelf], list[Measured]]
    ) -> dict[str, Measured]:
        """What `measure` gives for these papers and for the background, which stands ready on a shelf."""
        background = self._library.background()
        found = dict(zip(background, measure(self._shelf(background)), strict=True))
        others = [paper_id for paper_id in paper_ids if paper_id not in found]
        if others:
            shelf = _Shelf.of([self.tokens(paper_id) for paper_id in others])
            found |= dict(zip(others, measure(shelf), strict=True))
        return found

    def _make_shelf(self, paper_ids: tuple[str, ...]) -> _Shelf:
        return _Shelf.of(self._cache.of(list(self._library.papers(paper_ids).values())))

    def _tokens(self, paper_id: str) -> PaperTokens:
        return self._cache.of([self._library.read(paper_id).paper])[0]


def _zero(model: MiniLM) -> npt.NDArray[np.float32]:
    return np.zeros(model.dimension, np.float32)


def _unit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)  # type: ignore[no-any-return]
