import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalogue import Catalogue
from assistant.reading.interaction import Interaction
from assistant.reading.library import Library
from assistant.reading.signals import NAMES, SignalReader
from assistant.reading.token_vectors import TokenVectorCache
from assistant.reading.topic import find_topic
from assistant.retrieval.ranking import models, probability, rank
from tests.small_collection import PAPERS, WordAxes, library_of

EVERYONE = tuple(paper.paper_id for paper in PAPERS)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signals")
    library = library_of(folder)
    model = WordAxes(256)
    cache = TokenVectorCache(Catalogue.open(folder / "catalogue.sqlite"), model)
    return SignalReader(library, Interaction(library, model, cache))


def measured(reader, text, paper_ids=EVERYONE, *, similarity=None, word_score=None):
    return reader.measure(
        find_topic(text), paper_ids, similarity=similarity or {}, word_score=word_score or {}
    )


def of(signals, name, paper_id):
    return signals.column(name)[signals.paper_ids.index(paper_id)]


def test_a_paper_with_all_words_covers_the_topic(reader):
    signals = measured(reader, "Which papers are about robots that fold towels?")
    assert of(signals, "cover_paper", "towels") == pytest.approx(1)
    assert of(signals, "cover_title", "towels") == pytest.approx(1)
    assert of(signals, "cover_paper", "oni") == 0
    assert of(signals, "rarest", "towels") == pytest.approx(1)
    assert signals.column("words").argmax() == EVERYONE.index("towels")


def test_words_that_stand_together_are_a_phrase(reader):
    signals = measured(reader, "reward models")
    assert of(signals, "phrase", "steps") == pytest.approx(1)
    assert of(signals, "phrase", "towels") == pytest.approx(1)
    assert of(signals, "phrase", "images") == 0


def test_an_acronym_is_met_by_its_long_form(reader):
    signals = measured(reader, "MCTS")
    assert of(signals, "phrase", "tree") > 0
    assert of(signals, "phrase", "towels") == 0


def test_standing_out_is_measured_against_the_collection(reader):
    scores = {"towels": 9.0, "tree": 3.0}
    signals = measured(reader, "towels", word_score=scores)
    assert signals.column("bm25_z").mean() == pytest.approx(0, abs=1e-9)
    assert of(signals, "bm25_z", "towels") > of(signals, "bm25_z", "tree") > of(signals, "bm25_z", "oni")
    assert of(signals, "bm25", "towels") == 1


def test_asking_for_fewer_papers_changes_none_of_their_signals(reader):
    whole = measured(reader, "reward models", similarity={"steps": 0.5}, word_score={"steps": 2.0})
    few = measured(
        reader, "reward models", ("steps", "oni"), similarity={"steps": 0.5}, word_score={"steps": 2.0}
    )
    assert few.paper_ids == ("steps", "oni")
    for row, paper_id in zip(few.values, few.paper_ids, strict=True):
        assert row == pytest.approx(whole.values[EVERYONE.index(paper_id)])


def test_a_paper_outside_the_background_is_measured_too(reader, monkeypatch):
    monkeypatch.setattr(Library, "background", lambda self: ("oni", "images"))
    signals = measured(reader, "towels", ("towels",))
    assert signals.values.shape == (1, len(NAMES))
    assert of(signals, "cover_paper", "towels") == 1


def test_ranking_orders_every_paper_once(reader):
    order = rank(measured(reader, "robots that fold towels", similarity=dict.fromkeys(EVERYONE, 0.1)))
    assert sorted(paper_id for paper_id, _ in order) == sorted(EVERYONE)
    assert order[0][0] == "towels"
    assert [score for _, score in order] == sorted((score for _, score in order), reverse=True)


def test_the_learnt_models_ask_for_signals_that_are_measured():
    for name in ("rank", "list"):
        assert set(models()[name].names) <= set(NAMES)


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=5))
def test_probabilities_grow_with_scores_and_stay_in_bounds(scores):
    found = probability(np.sort(np.array(scores)))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()


@given(st.text(max_size=80))
def test_any_topic_can_be_measured(reader, text):
    signals = measured(reader, text)
    assert signals.values.shape == (len(PAPERS), len(NAMES))
    assert np.isfinite(signals.values).all()
    assert len(signals.matches) == len(PAPERS)
