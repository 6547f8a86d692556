"""The answer as JSON: the keys the contract fixes, and nothing lost on the way there and back."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.contract import STEPS, answer_from_json, answer_to_json
from assistant.domain import (
    Answer,
    Citation,
    Fate,
    Kind,
    ListedPaper,
    Match,
    NotCited,
    Sentence,
    Status,
    SupportLevel,
    Trace,
    Usage,
)
from assistant.errors import HistoryError

QUOTE = Citation(1, "p1", "A paper", "Trees help.", 0, 11)
text = st.text(max_size=20)
count = st.integers(0, 1000)
citations = st.builds(Citation, count, text, text, text, count, count)


def sentences(cited):
    return st.builds(
        Sentence,
        text,
        st.just(()) if cited.is_empty else st.lists(cited, max_size=3, unique=True).map(tuple),
        st.sampled_from(get_args(SupportLevel)),
        st.sampled_from(get_args(Fate)),
        text,
    )


@st.composite
def answers(draw):
    cited = tuple(draw(st.lists(citations, max_size=4, unique=True)))
    pick = st.sampled_from(cited) if cited else st.nothing()
    listed = st.builds(ListedPaper, text, text, st.sampled_from(get_args(Match)), count, text)
    trace = Trace(
        understood_as=draw(text),
        kind=draw(st.sampled_from(get_args(Kind))),
        model=draw(text),
        screened=draw(st.none() | st.tuples(count, count)),
        not_cited=tuple(draw(st.lists(st.builds(NotCited, text, text, text), max_size=2))),
        notes=tuple(draw(st.lists(text, max_size=2))),
        dropped=tuple(draw(st.lists(sentences(citations), max_size=2))),
        invalid_markers=draw(count),
        usage=Usage(draw(count), draw(count), draw(st.none() | st.floats(0, 10)), draw(count)),
        timings_ms={step: round(draw(st.floats(0, 1e5)), 3) for step in STEPS},
    )
    return Answer(
        draw(st.sampled_from(get_args(Status))),
        draw(text),
        tuple(draw(st.lists(sentences(pick), max_size=3))),
        cited,
        tuple(draw(st.lists(listed, max_size=3))),
        trace,
    )


@given(answers())
def test_an_answer_survives_the_way_through_json(answer):
    assert answer_from_json(json.loads(json.dumps(answer_to_json(answer)))) == answer


def test_a_list_answer_has_every_key_of_the_contract():
    answer = Answer(
        "answered",
        "One paper: A paper [1].",
        (Sentence("One paper: A paper.", (QUOTE,)),),
        (QUOTE,),
        (ListedPaper("p1", "A paper", "clear", 1, "Trees help."),),
        Trace(kind="list", screened=(106, 106), usage=Usage(3, 4, 0.5), timings_ms={"total": 1.23456}),
    )
    row = answer_to_json(answer, id="q1")
    assert list(row) == [
        *("id", "status", "text", "model", "sentences", "citations", "papers", "screened"),
        *("timings_ms", "tokens", "cost_usd", "trace"),
    ]
    assert row["sentences"][0]["citations"] == [1]
    assert row["sentences"][0]["quotes"] == [0]
    assert row["screened"] == {"considered": 106, "of": 106}
    assert row["timings_ms"] == {"understand": 0, "retrieve": 0, "write": 0, "check": 0, "total": 1.235}
    assert row["tokens"] == {"prompt": 3, "completion": 4}


def test_a_question_of_fact_has_no_list_of_papers():
    row = answer_to_json(Answer("answered", "Yes.", trace=Trace(kind="fact")))
    assert "papers" not in row
    assert "screened" not in row


def test_an_empty_list_answer_still_has_its_papers():
    row = answer_to_json(Answer("not_in_collection", "None.", trace=Trace(kind="list", screened=(106, 106))))
    assert row["papers"] == []


def test_a_quote_that_only_a_sentence_carries_is_not_lost():
    row = answer_to_json(Answer("answered", "", (Sentence("Trees help.", (QUOTE,)),)))
    assert row["citations"][row["sentences"][0]["quotes"][0]]["quote"] == "Trees help."


def test_the_plain_contract_without_extras_can_be_read():
    row = answer_to_json(Answer("answered", "x", (Sentence("x", (QUOTE,)),), (QUOTE,)))
    del row["trace"]
    for key in ("quotes", "fate", "before"):
        del row["sentences"][0][key]
    assert answer_from_json(row).sentences[0].citations == (QUOTE,)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "maybe"},
        {"text": None},
        {"citations": 3},
        {"sentences": [{"text": "x", "support": "supported", "quotes": [-1]}]},
        {"sentences": [{"text": "x", "support": "supported", "quotes": [7]}]},
        {"tokens": {}},
        {"trace": "none"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_damaged_stored_answer_is_refused_in_words(change):
    with pytest.raises(HistoryError, match="not of the expected form"):
        answer_from_json({**answer_to_json(Answer("answered", "x")), **change})
