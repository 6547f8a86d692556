"""Which sentences of a paper answer a question: scores per sentence, and the shortest run that holds it.

Knows: matches of words and of meaning, which words tell one sentence of a paper from another, and what a
question for a number needs. Does not know: which paper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.domain import Question, Span
from assistant.reading.interaction import Matches
from assistant.reading.lexicon import Lexicon
from assistant.reading.library import ReadPaper
from assistant.reading.topic import Topic

if TYPE_CHECKING:
    import numpy.typing as npt

_FIGURE = re.compile(r"\d")
_WORD_FIGURE = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundreds?|thousands?|millions?|half|twice"
    r"|double|"
    r"twofold|threefold|once|first|single|third|quarter)\b",
    re.IGNORECASE,
)
_ASKS_RELEASE = re.compile(
    r"\b(?:code|data ?sets?|data|released?|available|download|github|link|url|website|open[- ]source)\b",
    re.IGNORECASE,
)
_RELEASE = re.compile(
    r"https?://|\b(?:code|project page|website|demo)s?\b.{0,30}\b(?:available|released|at)\b", re.IGNORECASE
)
# Measured on the fact questions of tests/golden/tuning.jsonl: meaning half as much as words, a figure where
# one is asked for a lot, and a little for standing late, where abstracts report results.
MEANING, COVER, FIGURE, WORD_FIGURE, LATE, OWN, RELEASE = 0.5, 0.15, 0.35, 0.12, 0.08, 0.04, 0.25
# A list is of what papers do themselves; a sentence on the state of the field shows that less well.
OWN_IN_LIST = 0.15


@dataclass(frozen=True, slots=True)
class PassageScores:
    """`scores[j]` for sentence j of the paper; `grid[i, j]` how well it matches word i of the question, and
    `weights[i]` how much that word tells the paper's sentences apart (adding up to 1)."""

    scores: npt.NDArray[np.float64]
    grid: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]


def passage_scores(
    question: Question, topic: Topic, read: ReadPaper, match: Matches, lexicon: Lexicon
) -> PassageScores:
    """A score for each sentence of a paper, in its order; comparable within one paper."""
    grid = match.grid[:, 1:].astype(np.float64)
    telling = _telling(grid)
    weights = {term.stem: lexicon.idf(term.stem) for term in topic.terms if term.stem not in read.stems[0]}
    total = sum(weights.values()) or 1.0
    count = len(read.spans)
    scores = telling @ grid if len(telling) else np.zeros(count)
    own = OWN_IN_LIST if question.kind == "list" else OWN
    releases = _ASKS_RELEASE.search(question.text) is not None
    for place, span in enumerate(read.spans):
        held = sum(weight for stem, weight in weights.items() if stem in read.stems[place + 1])
        scores[place] += (
            MEANING * float(match.meaning[place + 1])
            + COVER * held / total
            + (_figure(span.text) if question.wants_number else 0.0)
            + LATE * place / max(1, count - 1)
            + own * (place + 1 in read.own)
            - RELEASE * (not releases and _RELEASE.search(span.text) is not None)
        )
    return PassageScores(scores, grid, telling)


def _telling(grid: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How much each word of the question tells one sentence from another: a word that all match alike, such
    as the method's name, tells nothing."""
    if grid.size == 0:
        return np.zeros(len(grid))
    spread = grid.max(axis=1) - grid.mean(axis=1)
    return spread / (spread.sum() + 1e-9)  # type: ignore[no-any-return]


def has_figure(text: str) -> bool:
    """Whether a sentence could answer a question for a number."""
    return _figure(text) > 0


def _figure(text: str) -> float:
    if _FIGURE.search(text):
        return FIGURE
    return WORD_FIGURE if _WORD_FIGURE.search(text) else 0.0


def best_spans(
    found: PassageScores, spans: tuple[Span, ...], *, most: int, within: float, gain: float = 0.0
) -> tuple[Span, ...]:
    """The best sentence, and up to `most` in all that score within `within` of it; best first. With `gain`, a
    sentence that matches words which the chosen ones do not is preferred by so much."""
    if not len(found.scores):
        return ()
    chosen = [int(np.argmax(found.scores))]
    while len(chosen) < min(most, len(spans)):
        covered = found.grid[:, chosen].max(axis=1, keepdims=True) if found.grid.size else found.grid
        new = found.weights @ np.maximum(found.grid - covered, 0.0) if found.grid.size else 0.0
        scores = found.scores + gain * new
        scores[chosen] = -np.inf
        place = int(np.argmax(scores))
        if scores[place] < found.scores[chosen[0]] - within:
            break
        chosen.append(place)
    return tuple(spans[place] for place in chosen)
