"""The trained part: two logistic heads over named measures, their weights kept in one JSON file.

score = P(the abstract speaks of the claim) x P(it agrees, given that it does). Trains nothing; see `train`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from assistant.checking.support.words import Telling


@dataclass(frozen=True)
class Head:
    """A logistic regression over standardised measures; a measure it does not name is ignored."""

    names: Sequence[str]
    means: Sequence[float]
    scales: Sequence[float]
    weights: Sequence[float]
    bias: float

    def __call__(self, measures: Mapping[str, float]) -> float:
        values = np.array([measures[name] for name in self.names])
        logit = self.bias + float(
            (values - np.array(self.means)) / np.array(self.scales) @ np.array(self.weights)
        )
        return float(1 / (1 + np.exp(-logit)))


@dataclass(frozen=True)
class Weights:
    """Everything learned. `supported` and `weak` are the lowest scores of those verdicts."""

    relevance: Head
    agreement: Head
    telling: Telling
    supported: float
    weak: float

    def score(self, measures: Mapping[str, float]) -> float:
        return self.relevance(measures) * self.agreement(measures)

    @classmethod
    def shipped(cls) -> Weights:
        """The weights that come with the package."""
        return cls.from_json(
            json.loads(
                resources.files("assistant.checking.support").joinpath("weights.json").read_text("utf-8")
            )
        )

    @classmethod
    def from_file(cls, path: Path) -> Weights:
        return cls.from_json(json.loads(path.read_text("utf-8")))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Weights:
        return cls(
            relevance=Head(**data["relevance"]),
            agreement=Head(**data["agreement"]),
            telling=Telling(data["telling"]["weights"], data["telling"]["unseen"]),
            supported=data["supported"],
            weak=data["weak"],
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "supported": self.supported,
            "weak": self.weak,
            "relevance": asdict(self.relevance),
            "agreement": asdict(self.agreement),
            "telling": self.telling.to_json(),
        }
