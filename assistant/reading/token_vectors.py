"""Paper -> a vector per word of it, in context, and the passage that each word stands in.

They come from the same pass of the model over the same chunks that makes the chunks' vectors ("late
chunking"), so that they cost nothing more at ingest.

Knows: which token of a chunk stands in which passage, and how token vectors are kept in the catalogue (half
precision, the passage numbers as a last column; about 200 kB a paper). Does not know: what they are compared
with. Kept for small collections only; for others they are made when they are needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.catalogue import Catalogue
from assistant.domain import Chunk, Paper
from assistant.sentences import split_sentences

if TYPE_CHECKING:
    import numpy.typing as npt

    from assistant.embedding import MiniLM, TokenVectors

# Changes when the form of storage changes.
RECIPE = "tokens-2"


@dataclass(frozen=True, slots=True)
class PaperTokens:
    """`vectors`: (tokens, 384) of length one; `passages[i]`: the passage of token i (0: the title, then the
    sentences in order)."""

    vectors: npt.NDArray[np.float32]
    passages: npt.NDArray[np.int32]


class TokenVectorCache:
    """Token vectors of papers: from the catalogue where they are kept, from the model otherwise."""

    def __init__(self, catalogue: Catalogue, model: MiniLM) -> None:
        self._catalogue = catalogue
        self._model = model

    def of(self, papers: Sequence[Paper]) -> list[PaperTokens]:
        """The token vectors of these papers, in the order given."""
        found = self._kept(papers)
        missing = [paper for paper in papers if paper.paper_id not in found]
        found |= self._made(missing, self._chunks(missing))[0]
        return [found[paper.paper_id] for paper in papers]

    def keep(self, papers: Sequence[Paper]) -> dict[str, npt.NDArray[np.float32]]:
        """Make and store what is missing; returns the vectors of the chunks that were read for it, by
        text."""
        found = self._kept(papers)
        missing = [paper for paper in papers if paper.paper_id not in found]
        made, rows = self._made(missing, self._chunks(missing))
        for paper in missing:
            tokens = made[paper.paper_id]
            table = np.column_stack([tokens.vectors, tokens.passages.astype(np.float32)])
            self._catalogue.store_vectors(self._name, [_text(paper)], table.reshape(1, -1))
        return rows

    def _chunks(self, papers: Sequence[Paper]) -> dict[str, list[Chunk]]:
        chunks: dict[str, list[Chunk]] = {paper.paper_id: [] for paper in papers}
        for chunk in self._catalogue.chunks(list(chunks)):
            chunks[chunk.paper_id].append(chunk)
        return chunks

    def _made(
        self, papers: Sequence[Paper], chunks: Mapping[str, Sequence[Chunk]]
    ) -> tuple[dict[str, PaperTokens], dict[str, npt.NDArray[np.float32]]]:
        """Token vectors by paper id, and chunk vectors by text, in one pass of the model."""
        texts = [chunk.embedded_text for paper in papers for chunk in chunks[paper.paper_id]]
        rows, tokens = self._model.encode_with_tokens(texts)
        found = iter(tokens)
        made = {
            paper.paper_id: from_chunks(
                paper, [(chunk, next(found)) for chunk in chunks[paper.paper_id]], self._model
            )
            for paper in papers
        }
        return made, dict(zip(texts, rows, strict=True))

    @property
    def _name(self) -> str:
        return f"{self._model.name}/{RECIPE}"

    def _kept(self, papers: Sequence[Paper]) -> dict[str, PaperTokens]:
        rows = self._catalogue.cached_vectors(self._name, [_text(paper) for paper in papers])
        found = {}
        for paper in papers:
            row = rows.get(_text(paper))
            if row is not None:
                table = row.reshape(-1, self._model.dimension + 1)
                passages = np.rint(table[:, -1]).astype(np.int32)
                found[paper.paper_id] = PaperTokens(_unit(table[:, :-1]), passages)
        return found


def from_chunks(paper: Paper, chunks: Sequence[tuple[Chunk, TokenVectors]], model: MiniLM) -> PaperTokens:
    """The token vectors of a paper from those of its chunks; what chunks share is taken from the first."""
    spans = split_sentences(paper.paper_id, paper.abstract)
    places = [(-len(paper.title) - 2, -2), *((span.start, span.end) for span in spans)]
    texts = [paper.title, *(span.text for span in spans)]
    rows: list[list[npt.NDArray[np.float32]]] = [[] for _ in places]
    for passage, (start, end) in enumerate(places):
        for chunk, found in chunks:
            inside = _between(chunk, found, start, end)
            if len(inside):
                rows[passage].append(inside)
                break
        else:
            # The chunk has more word pieces than the model reads (Chinese, formulas).
            rows[passage].append(_alone(texts[passage], model))
    vectors = np.concatenate([_unit(part) for parts in rows for part in parts])
    passages = [number for number, parts in enumerate(rows) for part in parts for _ in part]
    return PaperTokens(vectors, np.array(passages, dtype=np.int32))


def _between(chunk: Chunk, found: TokenVectors, start: int, end: int) -> npt.NDArray[np.float32]:
    """The tokens of a chunk that stand in `start:end` of the abstract; the title lies before 0."""
    shift = len(chunk.title) + 2
    if end > chunk.end or (0 <= start < chunk.start):
        return found.vectors[:0]
    first = start + shift if start < 0 else start - chunk.start + shift
    last = first + (end - start)
    return found.vectors[[i for i, (a, b) in enumerate(found.offsets) if a >= first and b <= last and b > a]]


def _alone(text: str, model: MiniLM) -> npt.NDArray[np.float32]:
    """The tokens of one passage, at least one row, so that no passage is without a place."""
    rows = model.encode_tokens([text])[0].vectors
    return rows if len(rows) else np.zeros((1, model.dimension), dtype=np.float32)


def _text(paper: Paper) -> str:
    return f"{paper.title}\x1f{paper.abstract}"


def _unit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)  # type: ignore[no-any-return]
