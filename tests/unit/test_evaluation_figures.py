"""Figures that can be worked out on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.figures import mean, percentile, ratio
from assistant.evaluation.support import auroc

shares = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def test_a_ratio_sums_before_it_divides():
    assert ratio([(1, 1), (0, 3)]).value == 0.25


def test_a_mean_of_equal_values_has_no_spread():
    figure = mean([0.5] * 8)
    assert (figure.value, figure.low, figure.high, figure.count) == (0.5, 0.5, 0.5, 8)


def test_nothing_to_measure_is_said_by_a_count_of_zero():
    assert mean([]).count == 0
    assert ratio([(0, 0), (0, 0)]).count == 0
    assert percentile([], 95) == 0


@given(shares)
def test_the_interval_holds_the_value_of_a_mean_and_is_the_same_every_time(values):
    figure = mean(values)
    assert figure.low - 1e-9 <= max(values)
    assert figure.high + 1e-9 >= min(values)
    assert figure.low <= figure.high
    assert mean(values) == figure


def test_fewer_questions_leave_more_doubt():
    few, many = mean([0, 1] * 4), mean([0, 1] * 100)
    assert few.high - few.low > many.high - many.low


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param([3, 2, 1, 0], 1.0, id="all positives above"),
        pytest.param([0, 1, 2, 3], 0.0, id="all positives below"),
        pytest.param([1, 1, 1, 1], 0.5, id="all equal"),
        pytest.param([2, 0, 1, 0], 0.625, id="three and a half of four pairs less one"),
    ],
)
def test_auroc_counts_the_pairs_that_are_in_order(scores, expected):
    assert auroc([True, True, False, False], scores) == expected


def test_auroc_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    labels = [True, False, True, True, False, False, True]
    scores = [0.9, 0.9, 0.1, 0.4, 0.3, 0.4, 0.2]
    assert auroc(labels, scores) == pytest.approx(metrics.roc_auc_score(labels, scores))
