"""The figures of the golden questions -> the short report that is kept in git.

Knows: its words. Does not know: any figure that the run did not give.
"""

from __future__ import annotations

from assistant.evaluation.answers import AnswersReport
from assistant.evaluation.tables import answers_table

INTRODUCTION = """\
# How good are the answers?

Made by `python -m assistant evaluate report`: every question of `questions.jsonl` asked once, with no
language model. A list answer is every paper in it, clear or possible; papers marked acceptable neither earn
nor cost anything; an answer abstains when its status is `not_in_collection`, `not_in_abstract` or `declined`.
The intervals are bootstrap intervals over questions (1000 resamples); with so few questions they are wide,
and a difference inside them is no difference.

Ranking and thresholds are tuned with questions like these in view, these among them: read the figures as what
the assistant does on questions it was tuned on, not as a forecast for new ones.
"""


def golden_report(report: AnswersReport) -> str:
    """The whole report: the table, then every answer that missed something."""
    missed = "\n".join(f"- {one.id} ({one.status}): {'; '.join(one.why)}" for one in report.misses)
    return f"{INTRODUCTION}\n{answers_table(report)}\n\n## What was missed\n\n{missed or 'Nothing.'}\n"
