"""The open index: what the read story receives from the write story.

Knows the parts and how to let go of them. Holds no rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.catalogue import Catalogue
from assistant.embedding import Embedder
from assistant.settings import Settings
from assistant.vectors import Vectors
from assistant.words import Words


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

    def close(self) -> None:
        """Let go of all files."""
        self.vectors.close()
        self.words.close()
        self.catalogue.close()
