import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Question, Span
from assistant.reading.interaction import Matches
from assistant.reading.library import take_apart
from assistant.reading.passages import PassageScores, best_spans, has_figure, passage_scores
from assistant.reading.topic import find_topic
from tests.small_collection import LEXICON, TOWELS, TREE


def spans(count):
    return tuple(Span("p", n, n + 1, str(n)) for n in range(count))


def scored(paper, text, *, words, wants_number=False):
    """Scores of a paper's sentences; `words[i][j]` is how well word i of the question matches passage j."""
    grid = np.array(words, dtype=np.float32)
    match = Matches(grid.mean(axis=0), np.zeros(grid.shape[1], np.float32), grid, 0.5, 0.5)
    question = Question(text, text, "fact", wants_number=wants_number, searched=text)
    return passage_scores(question, find_topic(text), take_apart(paper), match, LEXICON)


def best(found, paper):
    return take_apart(paper).spans[int(np.argmax(found.scores))].text


def test_the_sentence_whose_words_match_comes_first():
    found = scored(TREE, "uses search", words=[[0.2, 0.1, 0.9, 0.1]])
    assert "Monte Carlo" in best(found, TREE)


def test_a_question_for_a_number_goes_to_a_sentence_with_one():
    even = [[0.5, 0.5, 0.5, 0.5]]
    assert "62%" in best(scored(TREE, "how many tasks", words=even, wants_number=True), TREE)
    assert "twice" in best(scored(TOWELS, "how fast", words=even, wants_number=True), TOWELS)


def test_a_word_that_all_sentences_match_alike_tells_nothing():
    found = scored(TREE, "TreeMind tasks", words=[[0.9, 0.9, 0.9, 0.9], [0, 0.1, 0.1, 0.8]])
    assert found.weights[0] < 0.01 < found.weights[1]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("by 62%", True),
        ("GPT-4", True),
        ("twice as fast", True),
        ("three tasks", True),
        ("none of it", False),
    ],
)
def test_figures_are_digits_or_words_for_numbers(text, holds):
    assert has_figure(text) is holds


TABLES = st.integers(1, 8).flatmap(
    lambda count: st.tuples(
        st.lists(st.floats(-1, 2), min_size=count, max_size=count),
        st.lists(st.lists(st.floats(-1, 1), min_size=count, max_size=count), max_size=3),
    )
)


@given(TABLES, st.integers(1, 5), st.floats(0, 1), st.floats(0, 2))
def test_the_best_sentence_is_always_chosen_and_no_more_than_asked(table, most, within, gain):
    scores, grid = np.array(table[0]), np.array(table[1]).reshape(-1, len(table[0]))
    weights = np.full(len(grid), 1 / max(1, len(grid)))
    chosen = best_spans(
        PassageScores(scores, grid, weights), spans(len(scores)), most=most, within=within, gain=gain
    )
    assert 1 <= len(chosen) <= most
    assert len(set(chosen)) == len(chosen)
    assert chosen[0] == spans(len(scores))[int(np.argmax(scores))]


@given(TABLES, st.integers(1, 5), st.floats(0, 1))
def test_without_gain_the_chosen_are_the_best_in_order_and_within_reach(table, most, within):
    scores = np.array(table[0])
    found = PassageScores(scores, np.zeros((0, len(scores))), np.zeros(0))
    chosen = [scores[span.start] for span in best_spans(found, spans(len(scores)), most=most, within=within)]
    assert chosen == sorted(scores, reverse=True)[: len(chosen)]
    assert all(score >= chosen[0] - within for score in chosen)


def test_a_sentence_that_adds_other_words_is_preferred():
    grid = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    found = PassageScores(np.array([1.0, 0.9, 0.8]), grid, np.array([0.5, 0.5]))
    assert [span.start for span in best_spans(found, spans(3), most=2, within=0.5)] == [0, 1]
    assert [span.start for span in best_spans(found, spans(3), most=2, within=0.5, gain=1.0)] == [0, 2]


def test_a_paper_without_sentences_has_none_to_give():
    found = PassageScores(np.zeros(0), np.zeros((1, 0)), np.zeros(1))
    assert best_spans(found, (), most=3, within=1.0) == ()
