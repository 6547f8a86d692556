"""Tables read as Markdown and as plain text; the report holds the run's figures and nothing else."""

from assistant.evaluation.answers import report_of
from assistant.evaluation.figures import Figure
from assistant.evaluation.marks import ListMarks, Marks
from assistant.evaluation.report import golden_report
from assistant.evaluation.retrieval import RetrievalReport
from assistant.evaluation.support import SupportReport
from assistant.evaluation.tables import (
    ANSWER_NAMES,
    answers_table,
    markdown_table,
    misses_text,
    retrieval_table,
    support_table,
)


def marks(type="list", *, why=(), ms=20.0):
    both = ListMarks(0.5, 1.0)
    flags = {"facts_hit": True, "gold_cited": True, "abstained": False, "must_abstain": False}
    return Marks(
        id="q1",
        type=type,
        question="Which?",
        status="answered",
        papers=both,
        clear_papers=both,
        rank=1,
        gold_known=True,
        facts_asked=False,
        right=True,
        quotes=2,
        verbatim=2,
        invented=0,
        ms=ms,
        why=why,
        **flags,
    )


def test_columns_are_even():
    table = markdown_table(("figure", "value"), [("a", "1"), ("long name", "0.25")])
    assert table.splitlines() == [
        "| figure    | value |",
        "| --------- | ----: |",
        "| a         |     1 |",
        "| long name |  0.25 |",
    ]


def test_every_figure_has_a_name_for_people():
    assert set(report_of([marks()], collection=1, model="").figures) == set(ANSWER_NAMES)


def test_figures_over_nothing_are_dashes():
    table = answers_table(report_of([marks()], collection=106, model=""))
    assert "1 questions on 106 papers, no language model." in table
    rows = {
        line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:5]]
        for line in table.split("\n")
        if "|" in line
    }
    assert rows["lists: F1"] == ["0.67", "0.67 to 0.67", "1"]
    assert rows["follow-ups right"] == ["-", "-", "0"]
    assert rows["right answers, list"][0] == "1.00"


def test_the_report_names_every_miss():
    report = report_of([marks(why=("1 papers too many: “Beams”",))], collection=106, model="")
    text = golden_report(report)
    assert "- q1 (answered): 1 papers too many: “Beams”" in text
    assert "| lists: F1" in text
    assert misses_text(report).startswith("q1 (answered): Which?\n    1 papers")
    assert misses_text(report_of([marks()], collection=106, model="")) == "Nothing was missed."


def test_other_reports_are_tables_too():
    retrieval = RetrievalReport("hybrid", 2, 3, 0.75, 0.5, 1.0, 0.7, 1.25, 2.5, 0.5)
    assert "| hybrid |   0.750 | 0.500 | 1.000 | 0.700 |" in retrieval_table(retrieval)
    support = SupportReport(4, 2, 0.9, Figure(0.5, 0.2, 0.8, 2), Figure(1.0, 1.0, 1.0, 2), 0.667)
    assert "| AUROC     | 0.900 |             - |" in support_table(support)
