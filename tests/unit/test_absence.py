from dataclasses import replace

import numpy as np
import pytest

from assistant.domain import Paper, Question
from assistant.reading.interaction import Matches
from assistant.reading.library import take_apart
from assistant.reading.signals import NAMES, Signals
from assistant.reading.topic import find_topic
from assistant.retrieval.ranking import models
from assistant.screening import absence
from tests.small_collection import LEXICON, PAPERS, STEPS, TREE

ZEROS = np.zeros(4, np.float32)
MATCH = Matches(ZEROS, ZEROS, np.zeros((1, 4), np.float32), 0.0, 0.0)


def asked(text, **values):
    return Question(text, text, "fact", **values)


@pytest.mark.parametrize(
    "text",
    [
        "Who wrote the TreeMind paper?",
        "Which university are the authors from?",
        "In which year did it appear, and in what venue?",
        "When was TreeMind published?",
        "How often has it been cited?",
        "Under which license is the code?",
        "Who is the first author?",
    ],
)
def test_what_no_abstract_reports_is_known(text):
    assert absence.asks_outside(asked(text))


@pytest.mark.parametrize(
    "text",
    [
        "How many tasks does TreeMind solve?",
        "How does TreeMind work?",
        "Which papers use MCTS?",
        "When does tree search fail?",
    ],
)
def test_what_abstracts_report_is_not_outside(text):
    assert not absence.asks_outside(asked(text))


def test_an_edited_question_is_judged_as_edited():
    question = Question(
        "Who wrote TreeMind?", "What does TreeMind do?", "fact", searched="What does TreeMind do?"
    )
    assert not absence.asks_outside(question)


def signals():
    ids = tuple(paper.paper_id for paper in PAPERS)
    values = np.linspace(0, 1, len(ids) * len(NAMES)).reshape(len(ids), len(NAMES))
    return Signals(ids, values, tuple(MATCH for _ in ids))


def inputs_of(text, paper=TREE, confidence=None, **values):
    """Both models' inputs by name."""
    question, topic = asked(text, **values), find_topic(text)
    confidence = np.linspace(0, 0.9, len(PAPERS)) if confidence is None else confidence
    return {
        "about_list": dict(
            zip(
                absence.LIST_INPUTS,
                absence.list_inputs(question, topic, signals(), confidence, LEXICON),
                strict=True,
            )
        ),
        "about_detail": dict(
            zip(
                absence.DETAIL_INPUTS,
                absence.detail_inputs(question, topic, signals(), 0, LEXICON, take_apart(paper)),
                strict=True,
            )
        ),
    }


def test_words_that_the_collection_lacks_count_by_their_rarity():
    shares = [
        inputs_of(text)["about_list"]["unknown_share"]
        for text in ("fold towels", "submarine towels", "submarine cuisine", "")
    ]
    assert shares[0] == shares[3] == 0 < shares[1] < shares[2] == 1


def test_an_unknown_name_is_noticed():
    for inputs in inputs_of("What is ToolForge?", unknown=("ToolForge",)).values():
        assert inputs["unknown_name"] == 1


def test_a_number_is_missed_only_where_one_is_asked_for_and_there_is_none():
    bare = replace(TREE, abstract="We propose a planner. It uses trees. It plans.")
    assert inputs_of("How many tasks?", bare, wants_number=True)["about_detail"]["figure"] == 1
    assert inputs_of("How does it work?", bare)["about_detail"]["figure"] == 0


@pytest.mark.parametrize("text", ["Which papers fold towels?", "submarine cuisine", "TreeMind", ""])
@pytest.mark.parametrize("paper", [TREE, STEPS, Paper("bare", "Bare", "")], ids=["tree", "steps", "bare"])
def test_inputs_are_what_the_learnt_models_expect_and_give_a_probability(text, paper):
    for confidence in (np.zeros(6), np.array([0.9, 0.2, 0, 0, 0, 1.0])):
        for model, inputs in inputs_of(text, paper, confidence).items():
            assert models()[model].names == tuple(inputs)
            assert 0 <= absence.answered(model, list(inputs.values())) <= 1
