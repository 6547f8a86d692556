"""Papers in the order in which they answer a question, and how sure that order is.

Knows: the weights of signals for questions of fact and explanation, learnt by `evaluation.learning` from
questions with known papers and kept in weights.json. Does not know: how signals are measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.reading.signals import NAMES, Signals

if TYPE_CHECKING:
    import numpy.typing as npt

WEIGHTS = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model over named inputs: `bias + sum(weight * (value - mean) / scale)`."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    bias: float

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Linear:
        """The model as `evaluation.learning` wrote it."""
        names, weights, means, scales = (tuple(row[name]) for name in ("names", "weights", "means", "scales"))
        return cls(names, weights, means, scales, float(row["bias"]))

    def score(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """A score per row of `values` (rows, len(names))."""
        means, scales, weights = (np.array(part) for part in (self.means, self.scales, self.weights))
        return ((values - means) / scales) @ weights + self.bias  # type: ignore[no-any-return]

    def score_signals(self, signals: Signals) -> npt.NDArray[np.float64]:
        """A score per paper of `signals`."""
        return self.score(signals.values[:, [NAMES.index(name) for name in self.names]])


@cache
def models() -> dict[str, Linear]:
    """The learnt models by name: "rank", "list", "about"."""
    rows = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {name: Linear.from_json(row) for name, row in rows["models"].items()}


def probability(score: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-np.clip(score, -40, 40)))


def rank(signals: Signals) -> list[tuple[str, float]]:
    """Paper ids with their scores, best first."""
    scores = models()["rank"].score_signals(signals)
    order = np.argsort(-scores, kind="stable")
    return [(signals.paper_ids[place], float(scores[place])) for place in order]
