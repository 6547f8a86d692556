"""What counts as right: small answers with marks that can be read off."""

import re

import pytest

from assistant.domain import Answer, Citation, ListedPaper, Paper, Turn
from assistant.errors import EvaluationError
from assistant.evaluation.answers import ask_all, report_of, to_json
from assistant.evaluation.golden import GoldenQuestion, read_golden, title_key
from assistant.evaluation.marks import mark

PAPERS = {
    paper.paper_id: paper
    for paper in (
        Paper("a", "Agent Q: Search", "Agent Q reaches 95.4%. It uses search."),
        Paper("b", "Beams", "Beams are wide."),
        Paper("c", "Cuts", "Cuts are short."),
    )
}


def asked(type="list", gold=("Agent Q: Search",), acceptable=(), facts=()):
    return GoldenQuestion(
        "q",
        type,
        "Which?",
        frozenset(map(title_key, gold)),
        frozenset(map(title_key, acceptable)),
        tuple(re.compile(fact, re.I) for fact in facts),
    )


def listing(*papers, status="answered"):
    return Answer(status, "", papers=tuple(ListedPaper(i, PAPERS[i].title, match) for i, match in papers))


def cited(*ids, text="", status="answered"):
    quotes = tuple(
        Citation(number, i, PAPERS[i].title, PAPERS[i].abstract[:5], 0, 5) for number, i in enumerate(ids, 1)
    )
    return Answer(status, text, citations=quotes)


def marked(question, answer):
    return mark(question, answer, PAPERS, ms=1.0)


@pytest.mark.parametrize(
    ("question", "answer", "precision", "recall"),
    [
        pytest.param(asked(), listing(("a", "clear")), 1, 1, id="exactly the gold paper"),
        pytest.param(asked(), listing(("a", "clear"), ("b", "possible")), 0.5, 1, id="a possible one counts"),
        pytest.param(
            asked(acceptable=("Beams",)),
            listing(("a", "clear"), ("b", "clear")),
            1,
            1,
            id="acceptable is neutral",
        ),
        pytest.param(
            asked(acceptable=("Beams",)), listing(("b", "clear")), 0, 0, id="acceptable earns nothing"
        ),
        pytest.param(
            asked(gold=("Agent Q: Search", "Beams")), listing(("a", "clear")), 1, 0.5, id="one of two"
        ),
        pytest.param(asked(), listing(), 0, 0, id="nothing listed"),
        pytest.param(asked(), cited("a", "b"), 0.5, 1, id="no list: the cited papers"),
        pytest.param(
            asked(), cited("a", status="not_in_collection"), 0, 0, id="nearest papers are no answer"
        ),
    ],
)
def test_lists_are_compared_with_the_gold_papers(question, answer, precision, recall):
    marks = marked(question, answer)
    assert (marks.papers.precision, marks.papers.recall) == (precision, recall)


def test_clear_matches_are_also_measured_alone():
    marks = marked(asked(), listing(("a", "clear"), ("b", "possible")))
    assert marks.clear_papers.f1 == 1
    assert marks.papers.f1 == pytest.approx(2 / 3)


def test_a_title_is_the_same_title_in_other_case_and_punctuation():
    assert title_key("Agent Q – séarch") == title_key("AGENT Q: Search")


def test_all_facts_must_be_in_the_text():
    question = asked("single", facts=(r"95\.4", "search"))
    assert marked(question, cited("a", text="95.4% with SEARCH [1]")).facts_hit
    missed = marked(question, cited("a", text="95.4% [1]"))
    assert not missed.facts_hit
    assert "fact not found: search" in missed.why


def test_the_right_paper_first_passes_over_acceptable_ones():
    question = asked("paraphrase", acceptable=("Beams",))
    assert marked(question, cited("b", "a")).rank == 1
    assert marked(question, cited("c", "a")).rank == 2
    assert marked(question, cited("c")).rank == 0


@pytest.mark.parametrize(
    ("status", "abstained"),
    [
        ("not_in_collection", True),
        ("not_in_abstract", True),
        ("declined", True),
        ("partial", False),
        ("answered", False),
        ("small_talk", False),
        ("failed", False),
    ],
)
def test_abstaining_is_read_from_the_status(status, abstained):
    marks = marked(asked("unanswerable", gold=()), Answer(status, ""))
    assert (marks.abstained, marks.right) == (abstained, abstained)


def test_quotes_are_held_against_the_stored_abstract():
    good = Citation(1, "a", "Agent Q: Search", "Agent", 0, 5)
    shifted = Citation(1, "a", "Agent Q: Search", "Agent", 1, 6)
    marks = marked(asked(), Answer("answered", "", citations=(good, shifted)))
    assert (marks.quotes, marks.verbatim) == (2, 1)


def test_a_paper_that_is_not_stored_is_invented():
    answer = Answer(
        "answered", "", papers=(ListedPaper("x", "Dreams", "clear"), ListedPaper("a", "Dreams", "clear"))
    )
    assert marked(asked(), answer).invented == 2


def test_abstention_precision_and_recall_are_over_the_whole_file():
    unknown = asked("unanswerable", gold=())
    marks = [
        marked(unknown, Answer("not_in_collection", "")),
        marked(unknown, cited("a")),
        marked(asked("single"), Answer("not_in_abstract", "")),
        marked(asked("single"), cited("a")),
    ]
    figures = report_of(marks, collection=3, model="").figures
    assert figures["abstention_precision"].value == 0.5
    assert figures["abstention_recall"].value == 0.5


def test_a_figure_over_nothing_is_null():
    row = to_json(report_of([marked(asked(), listing(("a", "clear")))], collection=3, model=""))
    assert row["list_f1"] == 1
    assert row["fact_hit"] is None
    assert row["counts"]["fact_hit"] == 0


def test_questions_are_asked_with_their_history():
    class Echo:
        def __init__(self):
            self.asked = []

        def answer(self, question, history=()):
            self.asked.append((question, tuple(history)))
            return Answer("answered", question)

    echo = Echo()
    question = GoldenQuestion(
        "q", "followup", "And?", frozenset(), frozenset(), (), (Turn("Which?", "Two."),)
    )
    report = ask_all(echo, [question], PAPERS.values(), progress=lambda what, done, total: None)
    assert echo.asked == [("And?", (Turn("Which?", "Two."),))]
    assert report.misses[0].why == ("answered (answered) what the collection does not hold",)


def test_a_golden_file_for_another_collection_is_refused(tmp_path):
    path = tmp_path / "golden.jsonl"
    path.write_text('{"id": "1", "type": "list", "question": "Which?", "gold_papers": ["Elsewhere"]}\n')
    with pytest.raises(EvaluationError, match="1 papers that are not in the collection"):
        read_golden(path, list(PAPERS.values()))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", "line 1 is not JSON", id="no JSON"),
        pytest.param('{"id": "1", "type": "list"}', "line 1 lacks question", id="a key is missing"),
        pytest.param(
            '{"id": "1", "type": "single", "question": "?", "gold_facts": ["("]}',
            "row 1",
            id="a broken pattern",
        ),
        pytest.param(
            '{"id": "1", "type": "single", "question": "?", "gold_facts": "x"}', "list of texts", id="no list"
        ),
        pytest.param("", "holds no rows", id="empty"),
    ],
)
def test_a_golden_file_of_another_form_is_refused(tmp_path, line, message):
    path = tmp_path / "golden.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(EvaluationError, match=message):
        read_golden(path, list(PAPERS.values()))
