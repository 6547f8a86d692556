import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.topic import find_topic


def stems(text):
    return [term.stem for term in find_topic(text).terms]


@pytest.mark.parametrize(
    "question",
    [
        "Which papers are about folding towels?",
        "Is there any work on towel folding?",
        "please list all papers that deal with folding towels",
        "towel folding",
        "Can you show me studies concerning folded towels, thanks",
    ],
)
def test_scaffolding_carries_no_topic(question):
    assert sorted(stems(question)) == ["fold", "towel"]


@pytest.mark.parametrize(
    ("question", "excluded"),
    [
        ("Which papers study reward models, but not for robots?", ("robots",)),
        ("Papers on reward models that do not use tree search", ("tree search",)),
        ("Reward models except the ones about mathematics", ("mathematics",)),
        ("agents and reward models without any human labels", ("human labels",)),
        ("Leaving robots aside, which papers study reward models?", ("robots",)),
        ("Apart from surveys, what is there on reward models?", ("surveys",)),
        ("Which papers study reward models?", ()),
        ("Not a question about robots", ()),
    ],
)
def test_what_must_not_hold_is_split_off(question, excluded):
    topic = find_topic(question)
    assert topic.excluded == excluded
    for phrase in excluded:
        assert phrase not in topic.wanted


def test_a_question_of_generic_words_alone_keeps_them():
    assert stems("Which papers propose new methods?") != []


@given(st.text())
def test_terms_are_slices_of_what_is_wanted(text):
    topic = find_topic(text)
    for term in topic.terms:
        assert topic.text[term.start : term.end] == term.form
    assert topic.wanted in text
    assert all(phrase and phrase in text for phrase in topic.excluded)
