"""Labelled claims -> how well the checker of support tells them apart.

Knows: the rows, AUROC, precision and recall. Does not know: how support is judged. A claim is held against
its "evidence", as the contract says. Rows of SciFact also carry the whole abstract as "abstract_sentences";
there "evidence" is the annotators' choice of sentences, empty where they found none, which makes those rows
easy. Holding claims against the whole abstract (--whole) is the harder question, and the one answers are
judged by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.errors import EvaluationError
from assistant.evaluation.figures import Figure, ratio
from assistant.evaluation.rows import read_rows

POSITIVE = "SUPPORT"
BATCH = 64


class Judgement(Protocol):
    """What a checker says of one claim: how sure (higher: supported), and its verdict."""

    @property
    def score(self) -> float: ...

    @property
    def verdict(self) -> str: ...


Claim = tuple[str, str, str]
Judge = Callable[[Sequence[Claim]], Sequence[Judgement]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim, the paper that it is held against, and whether that paper supports it."""

    claim: str
    title: str
    abstract: str
    supported: bool


@dataclass(frozen=True, slots=True)
class SupportReport:
    """`precision`, `recall` and `f1` at the checker's own threshold; `auroc` without one."""

    rows: int
    supported: int
    auroc: float
    precision: Figure
    recall: Figure
    f1: float


def read_claims(path: Path, *, whole: bool = False) -> list[LabelledClaim]:
    """The rows of `path`, each held against its "evidence"; with `whole` against the whole abstract.

    Raises:
        EvaluationError: rows of another form, or only one of the two kinds of label.
    """
    claims = [_claim(row, path, whole=whole) for row in read_rows(path, needed=("claim", "label"))]
    if len({claim.supported for claim in claims}) < 2:
        raise EvaluationError(f"{path} needs rows with the label {POSITIVE} and rows with another one.")
    return claims


def _claim(row: dict[str, Any], path: Path, *, whole: bool) -> LabelledClaim:
    names = (
        ("abstract_sentences", "abstract", "evidence")
        if whole
        else ("evidence", "abstract_sentences", "abstract")
    )
    held_against = next((row[name] for name in names if name in row), None)
    if isinstance(held_against, list):
        held_against = " ".join(map(str, held_against))
    if not isinstance(held_against, str):
        raise EvaluationError(f'{path}: the claim {str(row["claim"])[:60]!r} has no text under "evidence".')
    supported = str(row["label"]).strip().upper() in {POSITIVE, POSITIVE + "S", POSITIVE + "ED"}
    # A title is part of a whole paper; beside picked sentences it would be evidence that nobody picked.
    title = str(row.get("title") or "") if whole else ""
    return LabelledClaim(str(row["claim"]), title, held_against, supported)


def measure(claims: Sequence[LabelledClaim], judge: Judge, *, progress: Progress) -> SupportReport:
    """Judges every claim and compares with its label."""
    judged: list[Judgement] = []
    for start in range(0, len(claims), BATCH):
        progress("claims judged", start, len(claims))
        batch = [(one.claim, one.title, one.abstract) for one in claims[start : start + BATCH]]
        judged.extend(judge(batch))
    labels = [one.supported for one in claims]
    taken = [one.verdict == "supported" for one in judged]
    precision = ratio([(yes and said, said) for yes, said in zip(labels, taken, strict=True)])
    recall = ratio([(yes and said, yes) for yes, said in zip(labels, taken, strict=True)])
    both = precision.value + recall.value
    return SupportReport(
        rows=len(claims),
        supported=sum(labels),
        auroc=auroc(labels, [one.score for one in judged]),
        precision=precision,
        recall=recall,
        f1=2 * precision.value * recall.value / both if both else 0.0,
    )


def auroc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, ties counting half (Mann-Whitney U)."""
    values, truth = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    # All equal scores share the middle of the ranks they take up.
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks = middle[inverse]
    positives, negatives = int(truth.sum()), int((~truth).sum())
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def to_json(report: SupportReport) -> dict[str, Any]:
    """The form that machines read."""
    return {
        "rows": report.rows,
        "supported": report.supported,
        "auroc": round(report.auroc, 4),
        "precision": round(report.precision.value, 4),
        "recall": round(report.recall.value, 4),
        "f1": round(report.f1, 4),
    }
