"""What a judgement says: a score, one of three verdicts, and the reasons in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["supported", "weak", "unsupported"]


@dataclass(frozen=True)
class Support:
    """How far an abstract carries a claim. `reasons` are for people; nothing parses them back."""

    score: float
    verdict: Verdict
    reasons: tuple[str, ...] = ()
