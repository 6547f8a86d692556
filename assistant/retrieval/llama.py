"""Retrieval as a LlamaIndex `BaseRetriever`: usable in any LlamaIndex pipeline, and replaceable by any other.

Knows LlamaIndex's nodes. A node is a paper: its text is the abstract, its metadata names the paper. The
engine asks through this socket, so that a retriever of somebody else's can take its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.catalogue import Catalogue
from assistant.domain import Hit
from assistant.retrieval import Retrieval


class HybridRetriever(BaseRetriever):  # type: ignore[misc]
    """Papers by vectors and words. `similarity_top_k` is how many are returned."""

    def __init__(self, retrieval: Retrieval, catalogue: Catalogue, *, similarity_top_k: int = 20) -> None:
        self._retrieval = retrieval
        self._catalogue = catalogue
        self.similarity_top_k = similarity_top_k
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._retrieval.search(query_bundle.query_str, self.similarity_top_k)
        papers = self._catalogue.get(hit.paper_id for hit in hits)
        return [_node(hit, papers[hit.paper_id].title, papers[hit.paper_id].abstract) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit, title: str, abstract: str) -> NodeWithScore:
    metadata = {
        "paper_id": hit.paper_id,
        "title": title,
        "similarity": hit.similarity,
        "word_score": hit.word_score,
    }
    return NodeWithScore(node=TextNode(id_=hit.paper_id, text=abstract, metadata=metadata), score=hit.score)


def to_hits(nodes: Sequence[NodeWithScore]) -> list[Hit]:
    """Nodes of any retriever as hits: the paper is named by `paper_id` in the metadata, or by the node."""
    hits: dict[str, Hit] = {}
    for found in nodes:
        data = found.node.metadata
        paper_id = str(data.get("paper_id") or found.node.node_id)
        similarity, words = data.get("similarity"), data.get("word_score")
        hits.setdefault(paper_id, Hit(paper_id, float(found.score or 0.0), similarity, words))
    return list(hits.values())
