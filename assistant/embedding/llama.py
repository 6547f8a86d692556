"""Any embedder of this project as a LlamaIndex `BaseEmbedding`, for people who build with LlamaIndex.

Knows LlamaIndex's interface and nothing else. Importing it costs LlamaIndex's import.
"""

from __future__ import annotations

import asyncio

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding

from assistant.embedding import Embedder, MiniLM


class LocalEmbedding(BaseEmbedding):  # type: ignore[misc]
    """`LocalEmbedding()` is the local model; `LocalEmbedding(embedder)` wraps another one."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder | None = None, *, embed_batch_size: int = 64) -> None:
        chosen = embedder if embedder is not None else MiniLM()
        super().__init__(model_name=chosen.name, embed_batch_size=embed_batch_size)
        self._embedder = chosen

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex stores."""
        return "LocalEmbedding"

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in row] for row in self._embedder.encode(texts)]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)
