"""Rows of role and content become turns, whatever order they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat import turns_from_rows
from assistant.contract import answer_to_json
from assistant.domain import Answer, Citation, Paper, Turn
from assistant.errors import AssistantError, HistoryError

PAPER = Paper("p1", "A paper", "Trees help. Always.")
ANSWER = Answer(
    "answered", "Trees help [1].", citations=(Citation(1, "p1", "A paper", "Trees help.", 0, 11),)
)


def user(text):
    return {"role": "user", "content": text}


def assistant(text, **more):
    return {"role": "assistant", "content": text, **more}


@pytest.mark.parametrize(
    ("rows", "turns"),
    [
        pytest.param([], (), id="no history"),
        pytest.param([user("q"), assistant("a")], (Turn("q", "a"),), id="one turn"),
        pytest.param(
            [user("q"), assistant("a"), user("r"), assistant("b")],
            (Turn("q", "a"), Turn("r", "b")),
            id="two turns",
        ),
        pytest.param([user("q")], (Turn("q", ""),), id="no reply yet"),
        pytest.param([assistant("hello")], (Turn("", "hello"),), id="a greeting first"),
        pytest.param([user("q"), user("r"), assistant("a")], (Turn("q\nr", "a"),), id="asked in two rows"),
        pytest.param(
            [user("q"), assistant("a"), assistant("b")], (Turn("q", "a\nb"),), id="answered in two rows"
        ),
        pytest.param(
            [{"role": "system", "content": "be kind"}, user("q"), assistant("a")],
            (Turn("q", "a"),),
            id="instructions are left out",
        ),
        pytest.param(
            [user([{"type": "text", "text": "a "}, {"type": "text", "text": "b"}, {"type": "image"}])],
            (Turn("a b", ""),),
            id="content in parts",
        ),
    ],
)
def test_rows_become_turns(rows, turns):
    assert turns_from_rows(rows) == turns


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param([{"content": "q"}], "Row 1 .* role None", id="no role"),
        pytest.param([user("q"), {"role": "robot", "content": "a"}], "Row 2 .* 'robot'", id="unknown role"),
        pytest.param([{"role": "user"}], "Row 1 .* no text", id="no content"),
        pytest.param(["hello"], "Row 1", id="not a row"),
        pytest.param("hello", "must be a list", id="not a list"),
    ],
)
def test_rows_of_another_form_are_refused_with_their_number(rows, message):
    with pytest.raises(HistoryError, match=message):
        turns_from_rows(rows)


def test_a_stored_answer_comes_back_with_its_turn():
    rows = [user("q"), assistant("Trees help [1].", answer=answer_to_json(ANSWER))]
    stored = turns_from_rows(rows, [PAPER])[0].answer
    assert stored is not None
    assert stored.citations == ANSWER.citations


def test_a_stored_answer_whose_quote_no_longer_stands_is_words_only():
    rows = [user("q"), assistant("Trees help [1].", answer=answer_to_json(ANSWER))]
    assert turns_from_rows(rows, [Paper("p1", "A paper", "Rewritten.")]) == (Turn("q", "Trees help [1]."),)


scalars = st.none() | st.text(max_size=5) | st.integers()
anything = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=7), inner))


rows_of_any_kind = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"]), "content": anything}
)


@given(st.lists(anything | rows_of_any_kind))
def test_whatever_the_rows_only_readable_errors_come_out(rows):
    try:
        turns = turns_from_rows(rows)
    except AssistantError:
        return
    assert all(turn.question or turn.text or not turn.answer for turn in turns)
