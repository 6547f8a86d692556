"""Weights for ranking, lists and absence, learnt from questions with known answers.

    python -m assistant.evaluation.learning QUESTIONS.jsonl... --write

prints cross-validated figures and, with --write, replaces assistant/weights.json. Everything that is learnt is
linear, small and regularised, because a few hundred questions carry no more.

Knows: how question files become training rows. Does not know: how signals are measured or used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.absence import (
    DETAIL_INPUTS,
    LIST_INPUTS,
    asks_outside,
    detail_inputs,
    list_inputs,
)
from assistant.candidates import Looked
from assistant.domain import Question
from assistant.library import Library
from assistant.ranking import WEIGHTS, Linear, probability
from assistant.signals import NAMES

if TYPE_CHECKING:
    import numpy.typing as npt

RANK_NAMES = ("words_z", "meaning_z", "chunk_z", "words_cover")
LIST_NAMES = tuple(name for name in NAMES if name not in {"words_cover", "bm25_cover", "title_meaning_z"})
FOLDS = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its row of the file and what was looked at for it. `wanted` and `neutral` are ids."""

    row: dict[str, Any]
    question: Question
    looked: Looked
    wanted: frozenset[str]
    neutral: frozenset[str]

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """1 for wanted papers, -1 for neutral ones, 0 for the rest."""
        ids = self.looked.signals.paper_ids
        return np.array([1 if p in self.wanted else -1 if p in self.neutral else 0 for p in ids])


def fit_list(examples: Sequence[Example]) -> Linear:
    """Which papers belong to a list; each question counts about alike, however many papers it wants."""
    from sklearn.linear_model import LogisticRegression

    places = [NAMES.index(name) for name in LIST_NAMES]
    values, labels, weights = [], [], []
    for example in examples:
        known = example.labels >= 0
        values.append(example.looked.signals.values[:, places][known])
        labels.append(example.labels[known])
        weights.append(np.full(int(known.sum()), 1 / np.sqrt(max(1, int((example.labels == 1).sum())))))
    return _logistic(
        LogisticRegression(C=0.03, max_iter=3000),
        LIST_NAMES,
        np.concatenate(values),
        np.concatenate(labels),
        np.concatenate(weights),
    )


def _logistic(
    model: Any,
    names: Sequence[str],
    values: npt.NDArray[np.float64],
    labels: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64] | None = None,
) -> Linear:  # noqa: ANN401
    means, scales = values.mean(axis=0), values.std(axis=0) + 1e-9
    model.fit((values - means) / scales, labels, sample_weight=weights)
    return Linear(
        tuple(names),
        tuple(model.coef_[0].tolist()),
        tuple(means.tolist()),
        tuple(scales.tolist()),
        float(model.intercept_[0]),
    )


def fit_rank(examples: Sequence[Example], *, penalty: float = 0.01) -> Linear:
    """Which paper answers a question: softmax over the candidates, as in listwise learning to rank."""
    from scipy.optimize import minimize

    places = [NAMES.index(name) for name in RANK_NAMES]
    tables = [example.looked.signals.values[:, places] for example in examples]
    targets = [(example.labels == 1) / max(1, int((example.labels == 1).sum())) for example in examples]

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        total, slope = penalty * float(weights @ weights), 2 * penalty * weights
        for table, target in zip(tables, targets, strict=True):
            scores = table @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            total -= float(target @ np.log(shares + 1e-12)) / len(tables)
            slope = slope - table.T @ (target - shares) / len(tables)
        return total, slope

    weights = minimize(loss, np.zeros(len(places)), jac=True, method="L-BFGS-B").x
    count = len(places)
    return Linear(RANK_NAMES, tuple(weights.tolist()), (0.0,) * count, (1.0,) * count, 0.0)


def fit_absence(
    rows: Sequence[tuple[list[float], bool]], names: Sequence[str], *, strength: float = 0.3
) -> Linear:
    """Whether there is an answer; both classes count alike."""
    from sklearn.linear_model import LogisticRegression

    values = np.array([inputs for inputs, _ in rows])
    labels = np.array([int(answered) for _, answered in rows])
    return _logistic(
        LogisticRegression(C=strength, class_weight="balanced", max_iter=3000), names, values, labels
    )
