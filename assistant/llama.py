"""The assistant as a LlamaIndex query engine, for people who build with LlamaIndex.

    engine = PapersQueryEngine(build(Settings.from_environment()))
    response = engine.query("Which papers use MCTS?")
    response.response, response.source_nodes, response.metadata["answer"]

Knows LlamaIndex's response. It can be wrapped in a `QueryEngineTool` and handed to an agent.
"""

from __future__ import annotations

import asyncio

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import BaseQueryEngine
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.domain import Answer
from assistant.engine import Assistant


class PapersQueryEngine(BaseQueryEngine):  # type: ignore[misc]
    """Answers with text, the cited sentences as source nodes, and the whole answer value in the metadata."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        super().__init__(callback_manager=None)

    def _get_prompt_modules(self) -> dict[str, object]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        return to_response(self._assistant.answer(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)


def to_response(answer: Answer) -> Response:
    """An answer as LlamaIndex's response; a node per quote."""
    nodes = [
        NodeWithScore(
            node=TextNode(
                id_=f"{citation.paper_id}:{citation.start}-{citation.end}",
                text=citation.quote,
                metadata={"paper_id": citation.paper_id, "title": citation.title, "number": citation.number},
            ),
            score=1.0,
        )
        for citation in answer.citations
    ]
    return Response(
        response=answer.text, source_nodes=nodes, metadata={"answer": answer, "status": answer.status}
    )
