"""The regression guard: floors of quality on the golden questions, offline, safely below what is measured.

The figures themselves are in REPORT.md. A floor that fails means that answers got worse, not that a number
needs to be lowered.
"""

import pytest

from assistant.evaluation.answers import report_of
from assistant.evaluation.marks import mark

FLOORS = {
    "list_f1": 0.70,
    "list_recall": 0.70,
    "fact_hit": 0.80,
    "paper_cited": 0.80,
    "paraphrase_first": 0.60,
    "abstention_precision": 0.75,
    "abstention_recall": 0.75,
    "followups_right": 0.60,
}


@pytest.fixture(scope="module")
def report(papers_assistant, golden_answers):
    papers = {paper.paper_id: paper for paper in papers_assistant.papers()}
    marks = [
        mark(question, answer, papers, ms=answer.trace.timings_ms["total"])
        for question, answer in golden_answers
    ]
    return report_of(marks, collection=len(papers), model="")


@pytest.mark.parametrize("figure", FLOORS)
def test_answers_are_no_worse_than_they_were(report, figure):
    assert report.figures[figure].value >= FLOORS[figure], list(report.misses)


def test_every_quote_is_verbatim(report):
    assert report.figures["quotes_verbatim"].count > 50
    assert report.figures["quotes_verbatim"].value == 1


def test_no_paper_is_invented_and_no_answer_fails(report):
    assert report.invented_papers == 0
    assert report.failed == 0
