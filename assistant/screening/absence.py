"""Whether the collection answers a question at all, judged without a language model.

Knows: learnt weights for "is there an answer here", and what abstracts never report. Does not know: how
papers are found, or how an answer is worded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from assistant.domain import Question
from assistant.reading.lexicon import Lexicon
from assistant.reading.library import ReadPaper
from assistant.reading.passages import has_figure, passage_scores
from assistant.reading.signals import Signals
from assistant.reading.topic import Topic
from assistant.retrieval.ranking import models, probability

if TYPE_CHECKING:
    import numpy.typing as npt

# At or above, the question counts as answered.
# How and why are nearly always answered by an abstract; a detail often is not.
LIST_ANSWERED, DETAIL_ANSWERED, HOW_ANSWERED = 0.3, 0.45, 0.25
# What an abstract does not hold: who, where, when it appeared, under which terms.
_OUTSIDE = re.compile(
    r"\b(?:first|last|senior|corresponding|lead)\s+authors?\b|\bwho\s+(?:wrote|authored|published"
    r"|are the authors|is the author)\b"
    r"|\bauthors?'?\s+(?:names?|affiliations?|e-?mails?)\b|\baffiliat\w+|\b(?:which|what)\s+(?:universit\w+"
    r"|institut\w+|compan\w+|lab|countr\w+)\b"
    r"|\b(?:in|at)\s+(?:which|what)\s+(?:year|conference|journal|venue)\b|\bwhen\s+was\b.{0,60}\b(?:published"
    r"|released|submitted|written)\b"
    r"|\bhow\s+(?:many|often)\b.{0,40}\b(?:citations|cited)\b|\blicen[cs]e\b|\bdoi\b|\bpage numbers?\b"
    r"|\bfunded\b|\bfunding\b",
    re.IGNORECASE,
)
LIST_INPUTS = (
    "sure",
    "second",
    "words",
    "passage_words",
    "cover_passage",
    "cover_paper",
    "unknown_share",
    "unknown_name",
    "rare_cover",
    "terms",
    "weakest",
    "stands_out",
)
DETAIL_INPUTS = (
    "telling", "worst_telling", "held", "best_held", "missing", "figure", "explain", "scope", "weakest",
    "words", "unknown_name",
)  # fmt: skip


def asks_outside(question: Question) -> bool:
    """Whether the question asks for what no abstract reports (authors, venue, licence ...)."""
    return _OUTSIDE.search(question.searched or question.text) is not None


def list_inputs(
    question: Question,
    topic: Topic,
    signals: Signals,
    confidence: npt.NDArray[np.float64],
    lexicon: Lexicon,
) -> list[float]:
    """Inputs of the "about_list" model: is there any paper that matches?"""
    best = np.sort(confidence)[::-1]
    place = int(np.argmax(confidence))
    return [
        float(np.log(best[0] + 1e-4)),
        float(np.log(best[min(1, len(best) - 1)] + 1e-4)),
        float(signals.column("words")[place]),
        float(signals.column("passage_words").max()),
        float(signals.column("cover_passage").max()),
        float(signals.column("cover_paper").max()),
        _unknown_share(topic, lexicon),
        float(bool(question.unknown)),
        float(signals.column("rarest")[place]),
        float(np.log(1 + len(topic.terms))),
        float(signals.column("weakest")[place]),
        float(signals.column("words_z").max()),
    ]


def detail_inputs(
    question: Question, topic: Topic, signals: Signals, place: int, lexicon: Lexicon, read: ReadPaper
) -> list[float]:
    """Inputs of the "about_detail" model: does the abstract of the named paper say what is asked?

    Words of the paper's title say nothing of that: they name the paper."""
    found = passage_scores(question, topic, read, signals.matches[place], lexicon)
    each = found.grid.max(axis=1) if found.grid.size else np.zeros(1)
    weights = found.weights if found.grid.size else np.zeros(1)
    rest = [(term.stem, lexicon.idf(term.stem)) for term in topic.terms if term.stem not in read.stems[0]]
    total = sum(idf for _, idf in rest) or 1.0
    held = sum(idf for stem, idf in rest if stem in read.all_stems) / total if rest else 1.0
    passages = [sum(idf for stem, idf in rest if stem in stems) / total for stems in read.stems[1:]]
    best = int(np.argmax(found.scores)) if len(found.scores) else -1
    lacks = question.wants_number and (best < 0 or not has_figure(read.spans[best].text))
    return [
        float(weights @ each),
        float(np.sort(each)[: max(1, len(each) // 3)].mean()),
        held,
        max(passages, default=0.0) if rest else 1.0,
        max((idf for stem, idf in rest if stem not in read.all_stems), default=0.0),
        float(lacks),
        float(question.kind == "explain"),
        float(question.scope is not None),
        float(signals.column("weakest")[place]),
        float(signals.column("words")[place]),
        float(bool(question.unknown)),
    ]


def answered(model: str, inputs: list[float]) -> float:
    """The probability (0..1) that there is an answer."""
    return float(probability(models()[model].score(np.array([inputs])))[0])


def _unknown_share(topic: Topic, lexicon: Lexicon) -> float:
    """How much of the topic, by rarity, the collection has no word for."""
    weights = {term.stem: lexicon.idf(term.stem) for term in topic.terms}
    return sum(w for stem, w in weights.items() if not lexicon.known(stem)) / (sum(weights.values()) or 1.0)
