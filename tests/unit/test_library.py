import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Paper
from assistant.reading.library import SAMPLE, WHOLE_UP_TO, take_apart
from tests.small_collection import ONI, PAPERS, TREE, library_of


@pytest.fixture
def library(tmp_path):
    return library_of(tmp_path)


def test_papers_are_read_in_the_order_asked_and_only_once(library):
    read = library.read_many(["oni", "tree"])
    assert [item.paper for item in read] == [ONI, TREE]
    assert library.read("oni") is read[0]
    assert len(library) == len(PAPERS)
    assert library.paper_ids == tuple(paper.paper_id for paper in PAPERS)


def test_papers_that_do_not_exist_are_left_out(library):
    assert library.paper("nobody") is None
    assert list(library.papers(["oni", "nobody", "tree"])) == ["oni", "tree"]


def test_a_paper_falls_into_its_title_and_its_sentences():
    read = take_apart(TREE)
    assert read.passages == (TREE.title, *(span.text for span in read.spans))
    assert all(TREE.abstract[span.start : span.end] == span.text for span in read.spans)
    assert read.all_stems == frozenset().union(*read.stems)
    assert read.own == (0, 2)


def test_phrases_do_not_reach_over_the_end_of_a_sentence():
    read = take_apart(Paper("p", "One", "We plan trees. Search is slow."))
    assert " plan tree " in read.normalised
    assert " tree search " not in read.normalised


def test_a_small_collection_is_its_own_background(library):
    assert library.background() == library.paper_ids


def test_a_large_collection_has_a_fixed_sample_as_background(tmp_path):
    papers = tuple(Paper(f"p{n}", f"Paper {n}", "It sleeps.") for n in range(WHOLE_UP_TO + 1))
    library = library_of(tmp_path, papers)
    assert len(set(library.background())) == SAMPLE
    assert library.background() == library.background()
    assert set(library.background()) <= set(library.paper_ids)


@given(st.text(max_size=100), st.text(max_size=500))
def test_any_paper_can_be_taken_apart(title, abstract):
    read = take_apart(Paper("p", title, abstract))
    assert len(read.passages) == len(read.stems) == len(read.spans) + 1
    assert read.own[0] == 0
    assert all(0 <= place < len(read.passages) for place in read.own)
