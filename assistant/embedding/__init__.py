"""Text -> vectors of length one.

Knows which embedder the settings ask for. `local` runs the model that is installed with the project,
`endpoint` asks an OpenAI-compatible server, `llama` lets LlamaIndex use either. Does not know papers, chunks
or what a vector is compared with. Importing this package loads no model and no framework.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.embedding.endpoint import EndpointEmbedder
from assistant.embedding.local import MiniLM, TokenVectors
from assistant.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Embedder", "EndpointEmbedder", "MiniLM", "TokenVectors", "embedder_for"]


class Embedder(Protocol):
    """What every embedder offers: a name that changes when its vectors do, and vectors."""

    @property
    def name(self) -> str:
        """Names the vectors; vectors of different names are never compared."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A row of length one per text.

        Raises:
            EmbeddingError: the model is missing, damaged or unreachable.
        """


def embedder_for(settings: Settings) -> Embedder:
    """The endpoint's model when one is named, the local model otherwise."""
    if not settings.embedding_model:
        return MiniLM()
    return EndpointEmbedder(
        settings.embedding_model,
        base_url=settings.embedding_base_url or settings.base_url,
        api_key=settings.api_key,
        retries=settings.retries,
    )
