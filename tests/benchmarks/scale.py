"""A large collection: BENCH_ABSTRACTS names a file of rows {"title", "text"}, BENCH_PAPERS limits them.

Embedding 150,000 abstracts takes hours on two cores and says nothing about the indexes. So documents get
vectors made from their words; a question is embedded by the real model as well, because its time counts.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.domain import Paper, digest
from assistant.embedding import MiniLM
from assistant.ingest import index_papers
from assistant.retrieval import Retrieval
from assistant.settings import Settings
from tests.benchmarks.clock import Line, milliseconds, peak_memory_mb, seconds, spread

PROJECT = Path(__file__).resolve().parents[2]
DIMENSION = 384


class WordVectors:
    """Every longer word has a direction of its own; a text is the sum of them. With the short ones, which all
    texts share, everything would lie in one corner, which no real model's vectors do."""

    name = "words-for-benchmarks"

    def __init__(self) -> None:
        self._real = MiniLM()
        self._directions: dict[str, np.ndarray] = {}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if len(texts) == 1:
            self._real.encode(texts)
        rows = np.stack([self._sum(text) for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def _sum(self, text: str) -> np.ndarray:
        words = set(re.findall(r"\w{6,}", text.casefold())) or {text}
        return np.sum([self._direction(word) for word in words], axis=0)

    def _direction(self, word: str) -> np.ndarray:
        if word not in self._directions:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
            self._directions[word] = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
        return self._directions[word]


def papers(path: Path, limit: int) -> Iterator[Paper]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == limit:
                return
            row = json.loads(line)
            abstract = str(row.get("abstract") or row["text"])
            yield Paper(digest(str(row["title"]), abstract, length=16), str(row["title"]), abstract)


def measure(folder: Path) -> list[Line]:
    path, limit = Path(os.environ["BENCH_ABSTRACTS"]), int(os.environ.get("BENCH_PAPERS", "150000"))
    found = list({paper.paper_id: paper for paper in papers(path, limit)}.values())
    settings = Settings(data_dir=folder, index_dir=folder / "index", word_vectors_up_to=0)
    settings.index.mkdir(parents=True)
    before = peak_memory_mb()
    opened: list = []
    took = seconds(lambda: opened.append(index_papers(settings, found, embedder=WordVectors())))
    index = opened[0]
    retrieval = Retrieval(index.vectors, index.words, index.embedder, index.catalogue)
    questions = (PROJECT / "tests" / "golden" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(row)["question"] for row in questions]
    retrieval.search("warm up")
    times = milliseconds(lambda question: retrieval.search(question, 10), asked * 3)
    index.close()
    disk = sum(file.stat().st_size for file in settings.index.rglob("*") if file.is_file())
    return [
        Line(f"index of {len(found)} papers (stand-in vectors)", f"{took:.0f} s"),
        Line("retrieval, hybrid, question embedded by the real model", spread(times), "15 ms (p50)"),
        Line("disk", f"{disk / 1e6:.0f} MB", "700 MB for 150,000"),
        Line("memory while indexing, beyond the papers themselves", f"{peak_memory_mb() - before:.0f} MB"),
    ]
