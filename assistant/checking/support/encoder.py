"""The project's local embedding model as the support checker wants it: a vector per token.

Knows: how the one's token vectors become the other's. Does not know: how either works.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.checking.support.reading import TokenVectors
from assistant.embedding.local import MiniLM


class MiniLMTokens:
    """An `Encoder` over `MiniLM`, which may be shared with everything else that embeds."""

    def __init__(self, model: MiniLM) -> None:
        self._model = model

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [TokenVectors(item.vectors, item.offsets) for item in self._model.encode_tokens(texts)]
