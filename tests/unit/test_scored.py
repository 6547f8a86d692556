from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalogue import Catalogue
from assistant.domain import Question
from assistant.reading.interaction import Interaction
from assistant.reading.signals import SignalReader
from assistant.reading.token_vectors import TokenVectorCache
from assistant.reading.topic import find_topic
from assistant.screening.scored import cut, screen
from tests.small_collection import PAPERS, WordAxes, library_of

EVERYONE = tuple(paper.paper_id for paper in PAPERS)
CONFIDENCES = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)


@given(CONFIDENCES, st.booleans())
def test_a_chosen_paper_never_scores_below_one_that_is_left_out(confidence, in_scope):
    chosen = cut(confidence, in_scope=in_scope)
    if chosen.any() and not chosen.all():
        assert confidence[chosen].min() > confidence[~chosen].max()


@given(CONFIDENCES, st.booleans())
def test_the_best_paper_is_chosen_where_any_has_a_chance(confidence, in_scope):
    chosen = cut(confidence, in_scope=in_scope)
    assert len(chosen) == len(confidence)
    if confidence.max() > 1e-4:
        assert chosen[confidence.argmax()]


@given(CONFIDENCES)
def test_what_is_certain_is_chosen_and_what_has_no_chance_is_not(confidence):
    confidence = np.append(confidence, [1.0, 0.0])
    chosen = cut(confidence, in_scope=False)
    assert chosen[confidence == 1].all()
    assert not chosen[confidence == 0].any()


@given(CONFIDENCES, st.randoms())
def test_the_order_of_papers_changes_nothing(confidence, random):
    places = list(range(len(confidence)))
    random.shuffle(places)
    assert (cut(confidence[places], in_scope=False) == cut(confidence, in_scope=False)[places]).all()


@given(CONFIDENCES)
def test_among_given_papers_no_fewer_signs_are_needed(confidence):
    sure = cut(confidence, in_scope=False).sum()
    assert cut(confidence, in_scope=True).sum() >= min(sure, (confidence >= 0.3).sum())


def test_nobody_is_chosen_when_nobody_has_a_chance():
    assert not cut(np.zeros(4), in_scope=False).any()


@pytest.fixture(scope="module")
def screened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scored")
    library, model = library_of(folder), WordAxes(256)
    cache = TokenVectorCache(Catalogue.open(folder / "catalogue.sqlite"), model)
    reader = SignalReader(library, Interaction(library, model, cache))

    def run(text, *, excluded=(), paper_ids=EVERYONE, scope=None):
        topic = replace(find_topic(text), excluded=excluded)
        question = Question(text, text, "list", searched=text, excluded=excluded, scope=scope)
        signals = reader.measure(topic, paper_ids, similarity={}, word_score={})
        return screen(question, topic, signals, library)

    return run


def test_every_candidate_gets_one_verdict_the_best_first(screened):
    verdicts = screened("reward models")
    assert sorted(verdict.paper_id for verdict in verdicts) == sorted(EVERYONE)
    confidence = [verdict.confidence for verdict in verdicts]
    assert confidence == sorted(confidence, reverse=True)
    assert {verdict.paper_id for verdict in verdicts[:2]} == {"steps", "towels"}


def test_no_left_out_paper_stands_before_a_chosen_one_and_clear_ones_come_first(screened):
    order = [verdict.judgement for verdict in screened("reward models judge steps")]
    assert order == sorted(order, key=("clear", "possible", "no").index)
    assert order[0] != "no"


def test_what_shows_a_match_is_a_sentence_of_the_abstract(screened):
    abstracts = {paper.paper_id: paper.abstract for paper in PAPERS}
    for verdict in screened("folding towels"):
        assert verdict.reason
        assert verdict.span is not None
        assert abstracts[verdict.paper_id][verdict.span.start : verdict.span.end] == verdict.span.text


@pytest.mark.parametrize(
    ("excluded", "barred"),
    [
        (("robots",), {"towels"}),
        (("mathematics or robots",), {"steps", "towels"}),
        (("Monte Carlo Tree Search",), {"tree", "steps", "oni"}),
        (("MCTS",), {"tree", "steps", "oni"}),
        (("submarines",), set()),
    ],
    ids=["word", "alternatives", "long form", "acronym", "nothing"],
)
def test_what_must_not_hold_bars_a_paper(screened, excluded, barred):
    verdicts = {verdict.paper_id: verdict for verdict in screened("reward models", excluded=excluded)}
    shut_out = {paper_id for paper_id, verdict in verdicts.items() if "excluded" in verdict.reason}
    assert shut_out == barred
    assert all(verdicts[paper_id].judgement == "no" for paper_id in barred)
    assert all(verdicts[paper_id].confidence == 0 for paper_id in barred)


def test_only_candidates_are_judged(screened):
    verdicts = screened("towels", paper_ids=("towels", "oni"), scope=frozenset({"towels", "oni"}))
    assert {verdict.paper_id for verdict in verdicts} == {"towels", "oni"}
