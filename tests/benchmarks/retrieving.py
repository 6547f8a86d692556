"""Retrieval against plain LlamaIndex over Chroma: same embedder, same papers, same questions, same run."""

import json
from pathlib import Path

import chromadb
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, TextNode

from assistant.embedding.llama import LocalEmbedding
from assistant.ingest import Index, open_index
from assistant.retrieval import Retrieval
from assistant.retrieval.llama import HybridRetriever
from assistant.settings import Settings
from tests.benchmarks.clock import Line, percentile, seconds, spread

PROJECT = Path(__file__).resolve().parents[2]
TOP = 10
ROUNDS = 3


class PlainDense(BaseRetriever):
    """What a tutorial builds: the question's vector, the nearest chunks of a Chroma collection."""

    def __init__(self, collection, embedding) -> None:
        self._collection = collection
        self._embedding = embedding
        super().__init__()

    def _retrieve(self, query_bundle):
        vector = self._embedding.get_query_embedding(query_bundle.query_str)
        found = self._collection.query(query_embeddings=[vector], n_results=TOP)
        columns = (found[name][0] for name in ("ids", "documents", "metadatas", "distances"))
        return [
            NodeWithScore(node=TextNode(id_=name, text=text, metadata=dict(data)), score=1 - distance)
            for name, text, data, distance in zip(*columns, strict=True)
        ]


def plain(index: Index, folder: Path) -> PlainDense:
    chunks = index.catalogue.chunks(index.catalogue.paper_ids())
    client = chromadb.PersistentClient(str(folder / "plain"), chromadb.Settings(anonymized_telemetry=False))
    space = {"hnsw": {"space": "cosine"}}
    collection = client.create_collection("plain", embedding_function=None, configuration=space)
    for start in range(0, len(chunks), 1000):
        some = chunks[start : start + 1000]
        collection.add(
            ids=[chunk.chunk_id for chunk in some],
            embeddings=index.embedder.encode([chunk.embedded_text for chunk in some]),
            documents=[chunk.text for chunk in some],
            metadatas=[{"title": chunk.title} for chunk in some],
        )
    return PlainDense(collection, LocalEmbedding(index.embedder))


def measure(folder: Path) -> list[Line]:
    lines = (PROJECT / "tests" / "golden" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    index = open_index(Settings(index_dir=folder / "index"))
    retrieval = Retrieval(index.vectors, index.words, index.embedder, index.catalogue)
    ours, theirs = compare(index, retrieval, plain(index, folder), questions)
    papers = len(index.catalogue)
    index.close()
    ratio = percentile(ours, 50) / percentile(theirs, 50)
    return [
        Line(f"retrieval, hybrid, {papers} papers", spread(ours), "10 ms (p50)"),
        Line("retrieval, plain LlamaIndex + Chroma", spread(theirs)),
        Line("hybrid against plain (p50)", f"{ratio:.2f} times", "1.2 times"),
    ]


def compare(
    index: Index, retrieval: Retrieval, dense: PlainDense, questions: list[str]
) -> tuple[list[float], list[float]]:
    """Times in ms, taken in turn, so that a busy moment hits both. No wording is asked twice, so that every
    question is embedded."""
    hybrid = HybridRetriever(retrieval, index.catalogue, similarity_top_k=TOP)
    hybrid.retrieve("warm up")
    dense.retrieve("warm up")
    ours, theirs = [], []
    for number in range(ROUNDS):
        for question in questions:
            one, other = question + " " * 2 * number, question + " " * (2 * number + 1)
            ours.append(seconds(lambda text=one: hybrid.retrieve(text)) * 1000)
            theirs.append(seconds(lambda text=other: dense.retrieve(text)) * 1000)
    return ours, theirs
