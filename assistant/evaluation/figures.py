"""Shares and means over questions, with the uncertainty that comes from having few of them.

Knows: arithmetic. Does not know: what is counted. Every figure is a ratio of two sums over questions, so that
a mean (denominator 1 each) and a precision (denominator: how often something was claimed) are one thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000
SEED = 20240613
LOW, HIGH = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % bootstrap interval. `count` is the sum of the denominators; 0: nothing to
    measure, and the value is 0."""

    value: float
    low: float
    high: float
    count: float


def ratio(parts: Sequence[tuple[float, float]]) -> Figure:
    """The sum of the first parts over the sum of the second, resampled over questions."""
    table = np.asarray(parts, dtype=float).reshape(-1, 2)
    count = float(table[:, 1].sum())
    if count == 0:
        return Figure(0.0, 0.0, 0.0, 0.0)
    picks = np.random.default_rng(SEED).integers(0, len(table), size=(RESAMPLES, len(table)))
    sums = table[picks].sum(axis=1)
    sums = sums[sums[:, 1] > 0]
    low, high = np.percentile(sums[:, 0] / sums[:, 1], [LOW, HIGH])
    return Figure(float(table[:, 0].sum()) / count, float(low), float(high), count)


def mean(values: Sequence[float]) -> Figure:
    """The mean of `values`, resampled over them."""
    return ratio([(value, 1.0) for value in values])


def percentile(values: Sequence[float], share: float) -> float:
    """The `share`-th percentile (0..100); 0 of nothing."""
    return float(np.percentile(values, share)) if values else 0.0
