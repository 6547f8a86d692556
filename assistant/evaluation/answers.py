"""Golden questions -> answers -> figures, each with its interval.

Knows: which marks make which figure. Does not know: how an answer is made; it asks like anybody else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.domain import Answer, Paper, Turn
from assistant.evaluation.figures import Figure, mean, percentile, ratio
from assistant.evaluation.golden import GoldenQuestion
from assistant.evaluation.marks import Marks, mark

Progress = Callable[[str, int, int], None]


class Answers(Protocol):
    """Whatever can be asked."""

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """Every figure of one run over a golden file. `right` is by type of question: see `Marks.right`."""

    questions: int
    collection: int
    model: str
    figures: Mapping[str, Figure]
    right: Mapping[str, Figure]
    invented_papers: int
    failed: int
    ms_p50: float
    ms_p95: float
    marks: tuple[Marks, ...]

    @property
    def misses(self) -> tuple[Marks, ...]:
        return tuple(one for one in self.marks if one.why)


def ask_all(
    answers: Answers,
    questions: Sequence[GoldenQuestion],
    papers: Iterable[Paper],
    *,
    progress: Progress,
) -> AnswersReport:
    """Asks every question once, in order, and measures."""
    known = {paper.paper_id: paper for paper in papers}
    marks, model = [], ""
    for done, question in enumerate(questions):
        progress("questions asked", done, len(questions))
        started = time.perf_counter()
        answer = answers.answer(question.question, question.history)
        ms = (time.perf_counter() - started) * 1000
        marks.append(mark(question, answer, known, ms=ms))
        model = model or answer.trace.model
    return report_of(marks, collection=len(known), model=model)


def report_of(marks: Sequence[Marks], *, collection: int, model: str) -> AnswersReport:
    """The figures that `marks` add up to."""
    times = [one.ms for one in marks]
    types = dict.fromkeys(one.type for one in marks)
    return AnswersReport(
        questions=len(marks),
        collection=collection,
        model=model,
        figures=_figures(marks),
        right={type: mean([one.right for one in marks if one.type == type]) for type in types},
        invented_papers=sum(one.invented for one in marks),
        failed=sum(one.status == "failed" for one in marks),
        ms_p50=percentile(times, 50),
        ms_p95=percentile(times, 95),
        marks=tuple(marks),
    )


def _figures(marks: Sequence[Marks]) -> dict[str, Figure]:
    lists = [one for one in marks if one.type == "list" and not one.must_abstain]
    singles = [one for one in marks if one.type == "single"]
    facts = [one for one in marks if one.facts_asked]
    others = [one for one in marks if one.type != "list" and one.gold_known]
    paraphrased = [one for one in marks if one.type == "paraphrase"]
    followed = [one for one in marks if one.type == "followup"]
    return {
        "list_precision": mean([one.papers.precision for one in lists]),
        "list_recall": mean([one.papers.recall for one in lists]),
        "list_f1": mean([one.papers.f1 for one in lists]),
        "list_precision_clear": mean([one.clear_papers.precision for one in lists]),
        "list_recall_clear": mean([one.clear_papers.recall for one in lists]),
        "list_f1_clear": mean([one.clear_papers.f1 for one in lists]),
        "fact_hit": mean([one.facts_hit for one in singles]),
        "fact_hit_all_types": mean([one.facts_hit for one in facts]),
        "paper_cited": mean([one.gold_cited for one in others]),
        "paper_cited_first": mean([one.rank == 1 for one in others]),
        "paraphrase_first": mean([one.rank == 1 for one in paraphrased]),
        "paraphrase_mrr": mean([1 / one.rank if one.rank else 0.0 for one in paraphrased]),
        "abstention_precision": ratio([(one.abstained and one.must_abstain, one.abstained) for one in marks]),
        "abstention_recall": ratio([(one.abstained and one.must_abstain, one.must_abstain) for one in marks]),
        "followups_right": mean([one.right for one in followed]),
        "quotes_verbatim": ratio([(one.verbatim, one.quotes) for one in marks]),
    }


def to_json(report: AnswersReport, *, details: bool = False) -> dict[str, Any]:
    """The figures flat, their intervals and counts beside them; a figure over nothing is null."""
    figures = {**report.figures, **{f"right_{type}": figure for type, figure in report.right.items()}}
    row: dict[str, Any] = {
        "questions": report.questions,
        "collection": report.collection,
        "model": report.model,
        **{name: round(figure.value, 4) if figure.count else None for name, figure in figures.items()},
        "invented_papers": report.invented_papers,
        "failed": report.failed,
        "answer_ms_p50": round(report.ms_p50, 1),
        "answer_ms_p95": round(report.ms_p95, 1),
        "intervals": {
            name: [round(figure.low, 4), round(figure.high, 4)] for name, figure in figures.items()
        },
        "counts": {name: int(figure.count) for name, figure in figures.items()},
    }
    if details:
        row["misses"] = [
            {
                "id": one.id,
                "type": one.type,
                "question": one.question,
                "status": one.status,
                "why": list(one.why),
            }
            for one in report.misses
        ]
    return row
