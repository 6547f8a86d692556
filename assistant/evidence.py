"""Verdicts and rankings -> numbered evidence: which papers a writer sees, with which sentences.

Knows: how many papers and sentences each kind of question needs, and citation numbers. Does not know: how
papers were judged, or how an answer is worded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.domain import Evidence, NotCited, Question, Span, Verdict
from assistant.reading.library import Library
from assistant.reading.passages import best_spans, passage_scores
from assistant.retrieval.candidates import Looked

# Sentences per paper, and how far below the best one they may score. A fact is the shortest run that holds
# it; explanations and comparisons need more.
FACT, EXPLAIN, COMPARE = (3, 0.3), (6, 0.9), (5, 1.0)
NEAREST = 3
# How much a further sentence is preferred that matches other words of the question.
GAIN = 1.0


def from_verdicts(
    verdicts: Sequence[Verdict], library: Library, *, earlier: Mapping[str, int]
) -> tuple[Evidence, ...]:
    """The papers of a list, the clear ones first, each with the sentence that shows it."""
    chosen = [verdict for verdict in verdicts if verdict.judgement != "no" and verdict.span is not None]
    chosen.sort(key=lambda verdict: (verdict.judgement != "clear", -verdict.confidence))
    papers = library.papers(verdict.paper_id for verdict in chosen)
    numbers = numbering(earlier, [verdict.paper_id for verdict in chosen])
    return tuple(
        Evidence(
            numbers[verdict.paper_id],
            papers[verdict.paper_id],
            (verdict.span,) if verdict.span else (),
            "clear" if verdict.judgement == "clear" else "possible",
        )
        for verdict in chosen
    )


def from_papers(
    question: Question,
    paper_ids: Sequence[str],
    looked: Looked,
    library: Library,
    *,
    earlier: Mapping[str, int],
) -> tuple[Evidence, ...]:
    """These papers with the sentences that answer the question best."""
    numbers = numbering(earlier, paper_ids)
    return tuple(
        Evidence(
            numbers[paper_id], library.read(paper_id).paper, spans_for(question, paper_id, looked, library)
        )
        for paper_id in paper_ids
    )


def spans_for(question: Question, paper_id: str, looked: Looked, library: Library) -> tuple[Span, ...]:
    """The sentences of one paper that answer the question, best first."""
    read = library.read(paper_id)
    match = looked.signals.matches[looked.signals.paper_ids.index(paper_id)]
    scores = passage_scores(question, looked.topic, read, match, library.lexicon)
    # A named paper asked about without a number wanted is a question of how, whatever its first word.
    explains = question.kind == "explain" or (
        question.kind == "fact" and bool(question.named) and not question.wants_number
    )
    most, within = EXPLAIN if explains else COMPARE if question.kind == "compare" else FACT
    return best_spans(scores, read.spans, most=most, within=within, gain=GAIN)


def nearest(verdicts: Sequence[Verdict], library: Library) -> tuple[NotCited, ...]:
    """The papers that lie nearest without matching, for an answer that has none."""
    papers = library.papers(verdict.paper_id for verdict in verdicts[:NEAREST])
    return tuple(
        NotCited(verdict.paper_id, papers[verdict.paper_id].title, verdict.reason or "near in topic")
        for verdict in verdicts[:NEAREST]
    )


def not_cited(verdicts: Sequence[Verdict], library: Library, *, most: int = 12) -> tuple[NotCited, ...]:
    """Considered papers that did not make it, the nearest first, with the reason."""
    left = [verdict for verdict in verdicts if verdict.judgement == "no"][:most]
    papers = library.papers(verdict.paper_id for verdict in left)
    return tuple(NotCited(v.paper_id, papers[v.paper_id].title, v.reason) for v in left)


def numbering(earlier: Mapping[str, int], paper_ids: Sequence[str]) -> dict[str, int]:
    """Citation numbers: a paper cited before keeps its number, new ones get the next free numbers."""
    numbers = dict(earlier)
    for paper_id in paper_ids:
        numbers.setdefault(paper_id, max(numbers.values(), default=0) + 1)
    return {paper_id: numbers[paper_id] for paper_id in paper_ids}
