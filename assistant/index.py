"""The open index: what the read story receives from the write story.

Knows the parts and how to let go of them. Holds no rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.catalogue import Catalogue
from assistant.domain import Span
from assistant.embedding import Embedder
from assistant.indexing import Indexing
from assistant.sentences import split_sentences
from assistant.settings import Settings
from assistant.vectors import Vectors
from assistant.words import Words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Index:
    """Papers, both indexes and the embedder that made them. `notes` are lines for people about what was
    healed at start."""

    catalogue: Catalogue
    vectors: Vectors
    words: Words
    embedder: Embedder
    notes: tuple[str, ...]
    settings: Settings

    @property
    def has_sentence_vectors(self) -> bool:
        """Whether the collection is small enough that every sentence has a vector."""
        return len(self.catalogue) <= self.settings.sentence_vectors_up_to

    def sentence_vectors(self) -> tuple[list[Span], npt.NDArray[np.float32]]:
        """Every sentence of the collection with its vector; nothing when the collection is too large."""
        papers = self.catalogue.papers() if self.has_sentence_vectors else []
        spans = [span for paper in papers for span in split_sentences(paper.paper_id, paper.abstract)]
        return spans, self._rows([span.text for span in spans])

    def title_vectors(self) -> tuple[list[str], npt.NDArray[np.float32]]:
        """Every paper id with the vector of the paper's title; nothing when the collection is too large."""
        papers = self.catalogue.papers() if self.has_sentence_vectors else []
        return [paper.paper_id for paper in papers], self._rows([paper.title for paper in papers])

    def close(self) -> None:
        """Let go of all files."""
        self.vectors.close()
        self.words.close()
        self.catalogue.close()

    def _rows(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return Indexing(self.settings, self.catalogue, self.embedder).rows_for(texts)
