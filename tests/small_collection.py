"""Six invented papers, small enough to know by heart, and what is read from them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from assistant.catalogue import Catalogue
from assistant.domain import Paper
from assistant.embedding import TokenVectors
from assistant.reading.lexicon import Lexicon
from assistant.reading.library import Library

TREE = Paper(
    "tree",
    "TreeMind: Planning with Tree Search",
    "Large language models (LLMs) plan poorly. We propose TreeMind, a planner that uses Monte Carlo Tree "
    "Search "
    "(MCTS). TreeMind solves 62% of the household tasks.",
)
TOWELS = Paper(
    "towels",
    "Folding Towels with Robots",
    "Robots are slow at home. We study robots that fold towels with a reward model. They fold towels twice "
    "as fast.",
)
GUARD = Paper(
    "guard",
    "SafeQuery-2: Guarding Language Models Against Injection",
    "Prompt injection tricks language models. We present SafeQuery-2, which separates queries from data. "
    "Attacks "
    "succeed 40% less often.",
)
STEPS = Paper(
    "steps",
    "Rewarding Steps in Mathematical Reasoning",
    "Reward models judge single steps. This paper examines reward models for mathematics with MCTS. Formal "
    "proofs "
    "are judged best.",
)
ONI = Paper(
    "oni",
    "Online Normalised Inference for Sparse Networks",
    "Sparse networks are cheap, unlike MCTS. Our method normalises activations during inference.",
)
IMAGES = Paper(
    "images",
    "Drawing Images by Diffusion",
    "Diffusion models draw images. Guidance steers what is drawn. Guidance costs 25% of the computation.",
)
PAPERS = (TREE, TOWELS, GUARD, STEPS, ONI, IMAGES)
ENGLISH = frozenset(
    [
        "what",
        "which",
        "papers",
        "does",
        "about",
        "with",
        "work",
        "there",
        "study",
        "trace",
        "wobbly",
        "gentle",
    ]
)
LEXICON = Lexicon.of(PAPERS, ENGLISH)


def library_of(folder: Path, papers: tuple[Paper, ...] = PAPERS) -> Library:
    """A library over a real catalogue that holds `papers`."""
    catalogue = Catalogue.open(folder / "catalogue.sqlite")
    catalogue.sync(papers)
    return Library(catalogue, Lexicon.of(papers, ENGLISH))


class WordAxes:
    """A token model on paper: every word is an axis of its own, so equal words have cosine 1, others 0."""

    name = "axes"

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.axes: dict[str, int] = {}
        self.encoded: list[str] = []

    def encode(self, texts):
        rows = [self._bag(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(-1, self.dimension)

    def encode_tokens(self, texts):
        self.encoded += texts
        return [self._tokens(text) for text in texts]

    def encode_with_tokens(self, texts):
        return self.encode(texts), self.encode_tokens(texts)

    def _tokens(self, text: str) -> TokenVectors:
        found = list(re.finditer(r"\w+|[^\w\s]", text))
        rows = np.zeros((len(found), self.dimension), dtype=np.float32)
        for row, match in zip(rows, found, strict=True):
            row[self._axis(match[0])] = 1.0
        return TokenVectors(rows, tuple(m.span() for m in found), tuple(m[0] for m in found))

    def _bag(self, text: str):
        row = self._tokens(text).vectors.sum(axis=0)
        return row / max(1e-9, float(np.linalg.norm(row)))

    def _axis(self, word: str) -> int:
        return self.axes.setdefault(word.lower(), len(self.axes) % self.dimension)
