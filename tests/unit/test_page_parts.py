"""The page's smaller parts: what the browser sends, first questions, the list, feedback, ports."""

import json
import socket
from pathlib import Path

import pytest

from assistant.contract import answer_to_json
from assistant.domain import Answer, Paper
from assistant.errors import SettingsError
from assistant.page import feedback
from assistant.page.examples import example_questions
from assistant.page.papers import PAGE, Wish, chosen, list_html, paper_html, told
from assistant.page.serve import free_port
from assistant.page.stored import LONGEST_QUESTION, asked_from_json
from assistant.settings import Settings
from tests.fake_assistant import FakeAssistant

PAPERS = [
    Paper("a", "Zebra nets", "About stripes. https://github.com/z", year=2020),
    Paper("b", "ant <colonies>", "About ants.", year=2023),
    Paper("c", "Middle", "About zebra things."),
]


# --- what the browser sends ---------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [None, [], "x", {}, {"question": 5}, {"question": "  "}])
def test_a_payload_without_a_question_is_a_problem_in_words(payload: object) -> None:
    assert "no question" in asked_from_json(payload).problem


def test_a_question_that_is_too_long_is_told_so() -> None:
    assert f"{LONGEST_QUESTION:,}" in asked_from_json({"question": "x" * 5000}).problem


def test_turns_that_cannot_be_read_are_left_out() -> None:
    good = {"question": "Q", "answer": answer_to_json(Answer("answered", "Yes."))}
    rows = [
        good,
        {"question": "Q"},
        {"answer": {"status": "hacked"}},
        "x",
        None,
        {"question": "Q", "answer": 7},
    ]
    asked = asked_from_json({"question": "And?", "turns": rows, "scope": [["p", "Title"], ["bad"], 3]})
    assert [turn.text for turn in asked.history] == ["Yes."]
    assert asked.scope == {"p"}
    assert asked.scope_titles == ("Title",)


# --- first questions ----------------------------------------------------------------------------------


def test_first_questions_come_from_the_collection() -> None:
    questions = example_questions(FakeAssistant().papers())
    assert questions[0] == "Which papers use Monte Carlo Tree Search?"
    assert len(questions) == 4


def test_a_collection_without_phrases_has_no_made_up_questions() -> None:
    assert example_questions(PAPERS) == ()


# --- the list of papers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "ids"),
    [
        (Wish(), "abc"),
        (Wish(sort="title"), "bca"),
        (Wish(sort="year"), "bac"),
        (Wish(query="zebra"), "ac"),
        (Wish(query="ant"), "bc"),
        (Wish(query="papers about zebra", sort="title"), "ca"),
        (Wish(like="a"), "c"),
        (Wish(with_code=True), "a"),
        (Wish(topic=1), "c"),
    ],
    ids=lambda value: str(value),
)
def test_papers_are_filtered_and_sorted(wish: Wish, ids: str) -> None:
    found, _ = chosen(PAPERS, wish, ["c"], {"a": 0, "b": 0, "c": 1})
    assert "".join(paper.paper_id for paper in found) == ids


def test_papers_with_the_words_stand_before_those_close_in_meaning() -> None:
    wish = Wish(query="stripes")
    found, exact = chosen(PAPERS, wish, ["c", "a"], {})
    assert ([paper.paper_id for paper in found], exact) == (["a", "c"], 1)
    assert told(wish, 2, exact) == "1 paper with these words, 1 close in meaning"
    html = list_html(found, 1, wish, exact=exact, topics={})
    assert html.index('<mark data-marks="found">stripes</mark>') < html.index("Close in meaning")
    assert html.index("Close in meaning") < html.index("Middle")


def test_the_part_of_the_abstract_with_the_words_is_shown() -> None:
    paper = Paper("l", "Long", "Nothing here. " * 60 + "The zebra runs. " + "More. " * 60)
    html = list_html([paper], 1, Wish(query="zebra"), exact=1, topics={})
    assert "… " in html
    assert '<mark data-marks="found">zebra</mark> runs.' in html


def test_long_collections_are_paged() -> None:
    many = [Paper(str(number), f"Title {number}", "Words.") for number in range(5000)]
    html = list_html(many, 2, Wish(), exact=0, topics={})
    assert html.count("paper-row") == PAGE + 1
    assert f"Title {PAGE}<" in html
    assert "Page 2 of 200" in html


def test_titles_are_escaped_in_the_list_and_in_the_dialog() -> None:
    assert "<colonies>" not in list_html(PAPERS, 1, Wish(query="<ant>"), exact=2, topics={"b": "<i>"})
    assert "<colonies>" not in paper_html(PAPERS[1], [PAPERS[1]], topic="<i>")


# --- feedback -----------------------------------------------------------------------------------------


def test_feedback_is_a_line_with_its_reason(tmp_path: Path) -> None:
    row = {
        "reason": "wrong citation",
        "question": "Q",
        "comment": "c" * 9000,
        "answer": {"status": "answered"},
    }
    assert feedback.store(tmp_path / "new", row)
    assert feedback.store(tmp_path / "new", {"reason": "good"})
    lines = (tmp_path / "new" / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    assert first["reason"] == "wrong citation"
    assert len(first["comment"]) == 2000
    assert len(lines) == 2


def test_an_unknown_reason_is_not_stored(tmp_path: Path) -> None:
    assert not feedback.store(tmp_path, {"reason": "<script>"})
    assert not (tmp_path / "feedback.jsonl").exists()


# --- ports --------------------------------------------------------------------------------------------


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) > port


def test_a_host_that_is_not_here_is_told_in_words() -> None:
    with pytest.raises(SettingsError, match="HOST"):
        free_port("no.such.host.invalid", 7860)


def test_a_hosted_space_names_host_and_port_and_own_settings_win() -> None:
    space = {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "7861"}
    assert (Settings.from_environment(space).host, Settings.from_environment(space).port) == ("0.0.0.0", 7861)
    assert Settings.from_environment({"PAPERS_ASSISTANT_PORT": "9000", **space}).port == 9000
