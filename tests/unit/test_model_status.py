"""The status line in a stream: found however it is cut, and nothing else is touched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Question, Turn
from assistant.questions.understanding import pays
from assistant.writing.status import StatusReader


def read(pieces) -> tuple[str, str]:
    reader = StatusReader()
    shown = "".join([*(reader.feed(piece) for piece in pieces), reader.finish()])
    return shown, reader.status


@given(st.lists(st.text(max_size=12), max_size=20))
def test_text_without_a_status_line_comes_out_as_it_went_in(pieces):
    text = "".join(pieces)
    if not re.search(r"status|not_in_", text, re.IGNORECASE):
        assert read(pieces) == (text, "answered")


@given(st.integers(1, 12), st.sampled_from(["partial", "not_in_abstract", "not_in_collection", "declined"]))
def test_a_status_line_is_found_wherever_the_pieces_end(size, status):
    text = f"STATUS: {status}\nThe abstract does not say.\nStatus quo: kept."
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    assert read(pieces) == ("The abstract does not say.\nStatus quo: kept.", status)


def test_a_later_line_does_not_turn_an_abstention_into_an_answer():
    assert read(["STATUS: declined\nNo.\nSTATUS: answered\nYes."])[1] == "declined"


def test_only_a_line_that_may_be_a_status_is_held_back():
    reader = StatusReader()
    assert reader.feed("Sta") == ""
    assert reader.feed("te of the art") == "State of the art"
    assert reader.feed(" is S") == " is S"


@pytest.mark.parametrize(
    ("text", "history", "language", "expected"),
    [
        ("Which papers use MCTS?", (), "en", False),
        ("What share is changed, and how many times more?", (), "en", False),
        ("Who did it? And how?", (), "en", True),
        ("Welche Arbeiten nutzen MCTS?", (), "de", True),
        ("And those?", (Turn("Which?", "These."),), "en", True),
    ],
)
def test_a_call_to_understand_is_made_where_it_pays(text, history, language, expected):
    assert pays(Question(text, text, "fact", language=language), history) is expected


def test_small_talk_needs_no_understanding():
    assert not pays(Question("Thanks!", "Thanks!", "small_talk"), (Turn("Which?", "These."),))
