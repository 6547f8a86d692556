"""Reports -> tables that read well on a terminal and are Markdown as they stand.

Knows: names and roundings. Does not know: how a figure came about.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.answers import AnswersReport
from assistant.evaluation.figures import Figure
from assistant.evaluation.retrieval import RetrievalReport
from assistant.evaluation.support import SupportReport

ANSWER_NAMES = {
    "list_precision": "lists: precision",
    "list_recall": "lists: recall",
    "list_f1": "lists: F1",
    "list_precision_clear": "lists, clear matches alone: precision",
    "list_recall_clear": "lists, clear matches alone: recall",
    "list_f1_clear": "lists, clear matches alone: F1",
    "fact_hit": "single questions: every fact in the text",
    "fact_hit_all_types": "every question with facts: all in the text",
    "paper_cited": "right paper cited",
    "paper_cited_first": "right paper cited first",
    "paraphrase_first": "paraphrased questions: right paper first",
    "paraphrase_mrr": "paraphrased questions: reciprocal rank",
    "abstention_precision": "abstention: precision",
    "abstention_recall": "abstention: recall",
    "followups_right": "follow-ups right",
    "quotes_verbatim": "quotes verbatim",
}


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with columns of even width; all but the first column are right-aligned."""
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first = cells[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        return "| " + " | ".join([first, *rest]) + " |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(header), line(rule), *(line(row) for row in rows)])


def answers_table(report: AnswersReport) -> str:
    """The figures with their intervals, then the share of right answers by type of question."""
    rows = [_figure_row(ANSWER_NAMES[name], figure) for name, figure in report.figures.items()]
    rows += [_figure_row(f"right answers, {type}", figure) for type, figure in report.right.items()]
    table = markdown_table(("figure", "value", "95 % interval", "of"), rows)
    writer = report.model or "no language model"
    return (
        f"{report.questions} questions on {report.collection} papers, {writer}.\n\n"
        f"{table}\n\n"
        f"Invented papers: {report.invented_papers}. Failed answers: {report.failed}. "
        f"One answer: {report.ms_p50:.0f} ms (p50), {report.ms_p95:.0f} ms (p95)."
    )


def _figure_row(name: str, figure: Figure) -> tuple[str, str, str, str]:
    if not figure.count:
        return (name, "-", "-", "0")
    return (name, f"{figure.value:.2f}", f"{figure.low:.2f} to {figure.high:.2f}", f"{figure.count:.0f}")


def misses_text(report: AnswersReport) -> str:
    """One paragraph for every answer that missed something."""
    if not report.misses:
        return "Nothing was missed."
    return "\n".join(
        f"{one.id} ({one.status}): {one.question}\n" + "\n".join(f"    {reason}" for reason in one.why)
        for one in report.misses
    )


def retrieval_table(report: RetrievalReport) -> str:
    """One row, as wide as a terminal."""
    header = ("mode", "nDCG@10", "R@10", "R@100", "MAP", "ms p50", "ms p95")
    row = (
        report.mode,
        *(
            f"{value:.3f}"
            for value in (report.ndcg_at_10, report.recall_at_10, report.recall_at_100, report.map)
        ),
        f"{report.query_ms_p50:.1f}",
        f"{report.query_ms_p95:.1f}",
    )
    return (
        f"{report.queries} queries on {report.documents} documents, indexed in {report.embed_s:.1f} s.\n\n"
        + markdown_table(header, [row])
    )


def support_table(report: SupportReport) -> str:
    """AUROC without a threshold; the rest at the checker's own."""
    rows = [
        ("AUROC", f"{report.auroc:.3f}", "-"),
        _interval_row("precision", report.precision),
        _interval_row("recall", report.recall),
        ("F1", f"{report.f1:.3f}", "-"),
    ]
    return f"{report.rows} claims, {report.supported} supported.\n\n" + markdown_table(
        ("figure", "value", "95 % interval"), rows
    )


def _interval_row(name: str, figure: Figure) -> tuple[str, str, str]:
    return (name, f"{figure.value:.3f}", f"{figure.low:.2f} to {figure.high:.2f}")
