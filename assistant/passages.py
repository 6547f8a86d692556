"""Which sentences of a paper answer a question: scores per sentence, and the shortest run that holds it.

Knows: matches of words and of meaning, and what a question for a number needs. Does not know: which paper.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from assistant.domain import Question, Span
from assistant.interaction import Matches
from assistant.library import ReadPaper
from assistant.lexicon import Lexicon
from assistant.questions.scaffolding import Topic

if TYPE_CHECKING:
    import numpy.typing as npt

_FIGURE = re.compile(r"\d")
_WORD_FIGURE = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|half|twice|double|"
    r"twofold|threefold|once|first|single|third|quarter)\b",
    re.IGNORECASE,
)
# Measured on the fact questions: meaning half as much as words, a figure where one is asked for a lot, and a
# little for standing late, where abstracts report results.
MEANING, COVER, FIGURE, WORD_FIGURE, LATE, OWN = 0.5, 0.15, 0.25, 0.12, 0.05, 0.04


def passage_scores(
    question: Question, topic: Topic, read: ReadPaper, match: Matches, lexicon: Lexicon
) -> npt.NDArray[np.float64]:
    """A score for each sentence of a paper, in its order; comparable within one paper."""
    weights = {term.stem: lexicon.idf(term.stem) for term in topic.terms}
    total = sum(weights.values()) or 1.0
    count = len(read.spans)
    scores = np.zeros(count)
    for place, span in enumerate(read.spans):
        held = sum(weight for stem, weight in weights.items() if stem in read.stems[place + 1])
        scores[place] = (
            float(match.words[place + 1])
            + MEANING * float(match.meaning[place + 1])
            + COVER * held / total
            + (_figure(span.text) if question.wants_number else 0.0)
            + LATE * place / max(1, count - 1)
            + OWN * (place + 1 in read.own)
        )
    return scores


def has_figure(text: str) -> bool:
    """Whether a sentence could answer a question for a number."""
    return _figure(text) > 0


def _figure(text: str) -> float:
    if _FIGURE.search(text):
        return FIGURE
    return WORD_FIGURE if _WORD_FIGURE.search(text) else 0.0


def best_spans(
    scores: npt.NDArray[np.float64], spans: tuple[Span, ...], *, most: int, within: float
) -> tuple[Span, ...]:
    """The best sentence, and up to `most` in all of those within `within` of its score; best first."""
    order = np.argsort(-scores, kind="stable")[:most]
    return tuple(spans[place] for place in order if scores[place] >= scores[order[0]] - within)
