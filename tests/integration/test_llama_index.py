"""The assistant as a part of LlamaIndex, and parts of LlamaIndex in the assistant."""

import asyncio

import pytest
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, TextNode

from assistant.build import assemble
from assistant.llama import PapersQueryEngine
from assistant.prompts import Prompts
from assistant.retrieval.llama import HybridRetriever, to_hits

MCTS = "Which papers make use of Monte Carlo Tree Search?"


@pytest.fixture(scope="module")
def engine(papers_assistant):
    return PapersQueryEngine(papers_assistant)


@pytest.fixture(scope="module")
def retriever(papers_assistant, index):
    return HybridRetriever(papers_assistant.retrieval, index.catalogue, similarity_top_k=5)


def test_a_query_gives_text_quotes_and_the_answer_value(engine, papers_assistant):
    response = engine.query(MCTS)
    assert isinstance(response, Response)
    answer = response.metadata["answer"]
    assert response.response == answer.text == papers_assistant.answer(MCTS).text
    assert [node.text for node in response.source_nodes] == [citation.quote for citation in answer.citations]
    for node in response.source_nodes:
        assert node.text in papers_assistant.paper(node.metadata["paper_id"]).abstract


def test_a_query_can_be_awaited(engine):
    response = asyncio.run(engine.aquery("How does StruQ work?"))
    assert response.metadata["status"] == "answered"


def test_the_retriever_gives_papers_best_first(retriever):
    nodes = retriever.retrieve("Monte Carlo Tree Search")
    assert len(nodes) == 5
    scores = [node.score for node in nodes]
    assert scores == sorted(scores, reverse=True)
    assert "MCTS" in nodes[0].text or "Monte" in nodes[0].text
    assert {"paper_id", "title"} <= set(nodes[0].metadata)
    assert [node.node_id for node in asyncio.run(retriever.aretrieve("Monte Carlo Tree Search"))] == [
        node.node_id for node in nodes
    ]


def test_the_retriever_works_in_a_pipeline_of_somebody_else(retriever):
    synthesizer = get_response_synthesizer(response_mode="compact", llm=MockLLM())
    response = RetrieverQueryEngine(retriever, response_synthesizer=synthesizer).query("tree search")
    assert len(response.source_nodes) == 5


class FirstPapers(BaseRetriever):
    """Somebody else's retriever: a few papers, whatever is asked. Keeps the questions."""

    def __init__(self, papers):
        self.papers, self.asked = papers, []
        super().__init__()

    def _retrieve(self, query_bundle):
        self.asked.append(query_bundle.query_str)
        return [NodeWithScore(node=TextNode(id_=p.paper_id, text=p.abstract), score=0.5) for p in self.papers]


def test_another_retriever_can_take_its_place(papers_assistant, index, settings):
    other = FirstPapers(papers_assistant.papers()[:4])
    assistant = assemble(settings, index, Prompts.load(settings.prompts_dir), retriever=other)
    answer = assistant.answer(MCTS)
    assert answer.trace.screened == (4, 106)
    assert {paper.paper_id for paper in answer.papers} <= {paper.paper_id for paper in other.papers}
    assert other.asked == [MCTS]


def test_nodes_of_any_retriever_are_hits_one_per_paper():
    def node(node_id, **metadata):
        return NodeWithScore(node=TextNode(id_=node_id, text="x", metadata=metadata), score=None)

    hits = to_hits([node("a"), node("chunk-1", paper_id="b"), node("chunk-2", paper_id="b")])
    assert [(hit.paper_id, hit.score) for hit in hits] == [("a", 0.0), ("b", 0.0)]
