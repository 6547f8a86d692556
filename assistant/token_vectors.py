"""Paper -> a vector per word of it, in context, and the passage that each word stands in.

Knows: how a paper is cut into windows for the model, and how its token vectors are kept in the catalogue (half
precision, the passage numbers as a last column; about 200 kB a paper). Does not know: what they are compared
with. Kept for small collections only; for others they are made when they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.catalogue import Catalogue
from assistant.domain import Paper
from assistant.sentences import split_sentences

if TYPE_CHECKING:
    import numpy.typing as npt

    from assistant.embedding import MiniLM, TokenVectors

# Passages are encoded together, up to so many characters, so that words are seen in context; about 220 word
# pieces, within what the model was trained on. Whole abstracts and single sentences measured no better.
WINDOW = 1000
# Changes when windows or the form of storage change.
RECIPE = "tokens-1"


@dataclass(frozen=True, slots=True)
class PaperTokens:
    """`vectors`: (tokens, 384) of length one; `passages[i]`: the passage of token i (0: the title, then the
    sentences in order)."""

    vectors: npt.NDArray[np.float32]
    passages: npt.NDArray[np.int32]


# A text to encode, and the (start, end, passage) places in it.
_Window = tuple[str, list[tuple[int, int, int]]]


class TokenVectorCache:
    """Token vectors of papers: from the catalogue where they are kept, from the model otherwise."""

    def __init__(self, catalogue: Catalogue, model: MiniLM) -> None:
        self._catalogue = catalogue
        self._model = model

    def of(self, papers: Sequence[Paper]) -> list[PaperTokens]:
        """The token vectors of these papers, in the order given."""
        found = self._kept(papers)
        missing = [paper for paper in papers if paper.paper_id not in found]
        found |= dict(zip((paper.paper_id for paper in missing), encode(missing, self._model), strict=True))
        return [found[paper.paper_id] for paper in papers]

    def keep(self, papers: Sequence[Paper]) -> int:
        """Make and store what is missing; returns how many papers that were."""
        found = self._kept(papers)
        missing = [paper for paper in papers if paper.paper_id not in found]
        for paper, tokens in zip(missing, encode(missing, self._model), strict=True):
            row = np.column_stack([tokens.vectors, tokens.passages.astype(np.float32)]).reshape(1, -1)
            self._catalogue.store_vectors(self._name, [_text(paper)], row)
        return len(missing)

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


def encode(papers: Sequence[Paper], model: MiniLM) -> list[PaperTokens]:
    """The token vectors of papers, their passages encoded a few at a time, the title before each window."""
    windows = [_windows(paper) for paper in papers]
    flat = [window for some in windows for window in some]
    encoded = iter(model.encode_tokens([text for text, _ in flat]))
    return [_joined([(window, next(encoded)) for window in some], model) for some in windows]


def _joined(parts: Sequence[tuple[_Window, TokenVectors]], model: MiniLM) -> PaperTokens:
    vectors, passages = [], []
    for (text, places), found in parts:
        for start, end, passage in places:
            rows = _between(found, start, end)
            if not len(rows):
                # The window has more word pieces than the model reads (Chinese, formulas).
                rows = _alone(text[start:end], model)
            vectors.append(_unit(rows))
            passages += [passage] * len(rows)
    return PaperTokens(np.concatenate(vectors), np.array(passages, dtype=np.int32))


def _between(found: TokenVectors, start: int, end: int) -> npt.NDArray[np.float32]:
    return found.vectors[[i for i, (a, b) in enumerate(found.offsets) if a >= start and b <= end and b > a]]


def _alone(text: str, model: MiniLM) -> npt.NDArray[np.float32]:
    """The tokens of one passage, at least one row, so that no passage is without a place."""
    rows = model.encode_tokens([text])[0].vectors
    return rows if len(rows) else np.zeros((1, model.dimension), dtype=np.float32)


def _windows(paper: Paper) -> list[_Window]:
    """The title counts once, in the first window."""
    windows: list[_Window] = []
    text, places = f"{paper.title}. ", [(0, len(paper.title), 0)]
    for number, span in enumerate(split_sentences(paper.paper_id, paper.abstract), start=1):
        if places and places[-1][2] > 0 and len(text) + len(span.text) > WINDOW:
            windows.append((text, places))
            text, places = f"{paper.title}. ", []
        places.append((len(text), len(text) + len(span.text), number))
        text += span.text + " "
    return [*windows, (text, places)]


def _text(paper: Paper) -> str:
    return f"{paper.title}\x1f{paper.abstract}"


def _unit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)  # type: ignore[no-any-return]
