"""Sentences held against the abstracts they cite, without a language model.

Knows: which abstracts a sentence is held against, and when a number decides. Does not know: how support is
measured (a `SupportChecker` does), what becomes of a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from assistant.channel import without_addressed
from assistant.checking.figures import missing_counts, missing_figures
from assistant.checking.pieces import Piece, without_title
from assistant.checking.placing import exchanged, strays
from assistant.checking.quoting import shared_words
from assistant.domain import Evidence, Question, SupportLevel

# Papers that an unmarked sentence is held against: those that share most words with it.
SOURCES_TRIED = 3
RANK: Mapping[str, int] = {"supported": 2, "weak": 1, "unsupported": 0}
# Below this score "supported" is right too seldom to do without a second judge, where there is one.
SURE = 0.75
LEVELS: Mapping[str, SupportLevel] = {"supported": "supported", "weak": "weak", "doubtful": "weak"}


class Finding(Protocol):
    """What a support checker says of one claim."""

    @property
    def score(self) -> float: ...
    @property
    def verdict(self) -> str: ...


class SupportChecker(Protocol):
    """Judges claims (claim, title, abstract) without a language model."""

    def judge(self, claims: Sequence[tuple[str, str, str]]) -> Sequence[Finding]: ...


def judged(
    support: SupportChecker, pieces: Sequence[Piece], question: Question, evidence: Sequence[Evidence]
) -> list[Piece]:
    """Every stating piece with its level, in one call of the support checker."""
    trials: list[tuple[int, tuple[int, ...]]] = []
    for place, piece in enumerate(pieces):
        if piece.role == "states":
            trials += [(place, numbers) for numbers in _trials(piece, evidence)]
    claims = [_claim(pieces[place].text, numbers, evidence) for place, numbers in trials]
    findings = support.judge(claims) if claims else ()
    tried_places = {place for place, _ in trials}
    best: dict[int, Piece] = {
        place: replace(piece, level="unsupported", sure=False)
        for place, piece in enumerate(pieces)
        if piece.role == "states" and place not in tried_places
    }
    for (place, numbers), claim, finding in zip(trials, claims, findings, strict=True):
        tried = _levelled(pieces[place], numbers, claim, finding, english=question.language == "en")
        if place not in best or RANK[tried.level] > RANK[best[place].level]:
            best[place] = tried
    return [best.get(place, piece) for place, piece in enumerate(pieces)]


def _trials(piece: Piece, evidence: Sequence[Evidence]) -> list[tuple[int, ...]]:
    """The sets of papers that a piece is held against: those it cites, else the likeliest ones singly."""
    if piece.numbers:
        return [piece.numbers]
    likely = sorted(evidence, key=lambda item: -shared_words(piece.text, item))[:SOURCES_TRIED]
    return [(item.number,) for item in likely]


def _claim(text: str, numbers: tuple[int, ...], evidence: Sequence[Evidence]) -> tuple[str, str, str]:
    cited = [item for item in evidence if item.number in numbers]
    for item in cited:
        text = without_title(text, item)
    return (
        text,
        "; ".join(item.paper.title for item in cited),
        " ".join(without_addressed(item.paper.abstract) for item in cited),
    )


def _levelled(
    piece: Piece, numbers: tuple[int, ...], claim: tuple[str, str, str], finding: Finding, *, english: bool
) -> Piece:
    text, title, abstract = claim
    level: SupportLevel = LEVELS.get(finding.verdict, "unsupported")
    conflict = piece.conflict or bool(missing_figures(text, f"{title}\n{abstract}"))
    if conflict:
        level = "unsupported"
    elif not english:
        # The checker reads English; what it cannot read is in doubt, not wrong.
        level = "weak"
    elif level == "supported" and missing_counts(text, f"{title}\n{abstract}"):
        level = "weak"
    doubted = strays(text, abstract)
    if exchanged(text, abstract):
        # "38.8% and 28.4% on R2R and REVERIE, respectively" parts figures from what they stand for.
        doubted, told_apart = True, "respectively" not in abstract
        level = "unsupported" if told_apart else level
    found = numbers if piece.numbers or level == "supported" else ()
    likely = () if piece.numbers else numbers
    sure = level == "supported" and finding.score >= SURE and not doubted
    return replace(piece, numbers=found, level=level, sure=sure, conflict=conflict, likely=likely)
