"""A verdict on every candidate of a list question, without a language model.

Knows: the learnt weights of the signals, where to cut the list, and conditions that must not hold. Does not
know: how signals are measured or which papers are candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.domain import Judgement, Question, Span, Verdict
from assistant.reading.lexicon import Lexicon
from assistant.reading.library import Library, ReadPaper
from assistant.reading.passages import best_spans, passage_scores
from assistant.reading.signals import Signals
from assistant.reading.terms import content_stems, normalised
from assistant.reading.topic import Topic
from assistant.retrieval.ranking import models, probability

if TYPE_CHECKING:
    import numpy.typing as npt

# Papers that a person has narrowed down belong to the answer more often than any of the collection: their
# odds are so much higher.
ODDS_IN_SCOPE = 4.0
# The list is cut as if it wanted so many papers beyond those that the confidences promise.
UNSEEN = 0.5
CLEAR = 0.45
# So many of the best candidates get their sentence, whatever the judgement: a near miss shows what it has.
SHOWN = 20


def screen(question: Question, topic: Topic, signals: Signals, library: Library) -> tuple[Verdict, ...]:
    """A verdict per paper of `signals`, the best first."""
    confidence = probability(models()["list"].score_signals(signals))
    read = library.read_many(signals.paper_ids)
    barred = np.array([_barred(question.excluded, item, library.lexicon) for item in read], dtype=bool)
    confidence = np.where(barred, 0.0, confidence)
    chosen = cut(confidence, in_scope=question.scope is not None)
    verdicts = []
    for rank, place in enumerate(np.argsort(-confidence, kind="stable")):
        item, sure = read[place], float(confidence[place])
        span: tuple[Span, ...] = ()
        if chosen[place] or rank < SHOWN:
            scores = passage_scores(question, topic, item, signals.matches[place], library.lexicon)
            span = best_spans(scores, item.spans, most=1, within=0.0)
        judgement: Judgement = (
            "no" if not chosen[place] or not span else "clear" if sure >= CLEAR else "possible"
        )
        reason = _reason(barred=bool(barred[place]), judgement=judgement, topic=topic, read=item)
        verdicts.append(Verdict(item.paper.paper_id, judgement, span[0] if span else None, sure, reason))
    return tuple(verdicts)


def cut(confidence: npt.NDArray[np.float64], *, in_scope: bool) -> npt.NDArray[np.bool_]:
    """Which papers belong to the list: so many of the best that the expected F1 is highest; at least one
    where any has a chance. After Lewis (1995), "Evaluating and optimizing autonomous text classification
    systems"."""
    likely = np.clip(confidence, 0.0, 1.0)
    if in_scope:
        likely = ODDS_IN_SCOPE * likely / (1.0 + (ODDS_IN_SCOPE - 1.0) * likely)
    best = np.sort(likely)[::-1]
    expected = np.cumsum(best) / (np.arange(1, len(best) + 1) + best.sum() + UNSEEN)
    kept = int(np.argmax(expected))
    return likely >= max(float(best[kept]), 1e-5)


def _barred(excluded: Sequence[str], read: ReadPaper, lexicon: Lexicon) -> bool:
    """Whether a condition that must not hold does: its words stand together, or its acronym does."""
    return any(_holds(part, read, lexicon) for phrase in excluded for part in _alternatives(phrase))


def _alternatives(phrase: str) -> list[str]:
    return [part.strip() for part in phrase.replace(" and ", " or ").split(" or ") if part.strip()]


def _holds(phrase: str, read: ReadPaper, lexicon: Lexicon) -> bool:
    flat = normalised(phrase)
    forms = [flat, *(normalised(other) for other in (*lexicon.expansions(phrase), *lexicon.shortened(flat)))]
    if any(f" {form} " in read.normalised for form in forms):
        return True
    wanted = set(content_stems(phrase))
    return len(wanted) > 1 and any(wanted <= stems for stems in read.stems)


def _reason(*, barred: bool, judgement: Judgement, topic: Topic, read: ReadPaper) -> str:
    if barred:
        return f"matches what is excluded: {', '.join(topic.excluded)}"
    shared = [term.form for term in topic.terms if term.stem in read.all_stems]
    named = ", ".join(dict.fromkeys(shared[:4]))
    if judgement == "no":
        return f"shares {named}, too little for a match" if named else "nothing in it matches"
    return f"matches {named}" if named else "close in meaning"
