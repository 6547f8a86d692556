import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Span, Verdict
from assistant.evidence import from_verdicts, nearest, not_cited, numbering
from tests.small_collection import PAPERS, library_of

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@pytest.fixture
def library(tmp_path):
    return library_of(tmp_path)


def verdict(paper_id, judgement, confidence):
    abstract = next(paper.abstract for paper in PAPERS if paper.paper_id == paper_id)
    return Verdict(paper_id, judgement, Span(paper_id, 0, 9, abstract[:9]), confidence, "because")


@given(IDS)
def test_a_conversation_begins_with_one_and_counts_up(paper_ids):
    assert list(numbering({}, paper_ids).items()) == [(p, n) for n, p in enumerate(paper_ids, start=1)]


@given(st.lists(IDS, max_size=5))
def test_numbers_never_change_and_never_name_two_papers(turns):
    so_far = {}
    for paper_ids in turns:
        numbers = numbering(so_far, paper_ids)
        assert list(numbers) == paper_ids
        assert all(numbers[paper_id] == so_far[paper_id] for paper_id in paper_ids if paper_id in so_far)
        so_far |= numbers
        assert sorted(so_far.values()) == list(range(1, len(so_far) + 1))


def test_clear_papers_come_first_each_with_its_sentence(library):
    verdicts = [
        verdict("steps", "possible", 0.9),
        verdict("towels", "clear", 0.6),
        verdict("tree", "clear", 0.7),
        verdict("oni", "no", 0.1),
    ]
    evidence = from_verdicts(verdicts, library, earlier={"towels": 1})
    assert [(item.paper.paper_id, item.number, item.match) for item in evidence] == [
        ("tree", 2, "clear"),
        ("towels", 1, "clear"),
        ("steps", 3, "possible"),
    ]
    assert all(item.paper.abstract[s.start : s.end] == s.text for item in evidence for s in item.spans)


def test_a_match_without_words_to_show_is_no_evidence(library):
    assert from_verdicts([Verdict("tree", "clear", None, 0.9)], library, earlier={}) == ()


def test_papers_that_did_not_make_it_are_named_with_the_reason(library):
    verdicts = [verdict("tree", "clear", 0.9), verdict("oni", "no", 0.2), verdict("images", "no", 0.1)]
    assert [(item.paper_id, item.reason) for item in not_cited(verdicts, library)] == [
        ("oni", "because"),
        ("images", "because"),
    ]
    assert len(not_cited(verdicts, library, most=1)) == 1


def test_the_nearest_papers_are_the_best_of_those_considered(library):
    found = nearest([verdict(paper.paper_id, "no", 0.0) for paper in PAPERS], library)
    assert [item.paper_id for item in found] == [paper.paper_id for paper in PAPERS[: len(found)]]
    assert found[0].title == PAPERS[0].title
