import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Evidence, NotCited, Question
from assistant.markers import laid_out, numbers_in
from assistant.prompts import Prompts
from assistant.sentences import split_sentences
from assistant.settings import PROJECT
from assistant.writing.extractive import ExtractiveWriter, listed
from tests.small_collection import PAPERS, TOWELS, TREE

WRITER = ExtractiveWriter(Prompts.load(PROJECT / "prompts"))
WHICH = Question("Which papers?", "Which papers?", "list")


def evidence(paper, number, *places, match="clear"):
    spans = split_sentences(paper.paper_id, paper.abstract)
    return Evidence(number, paper, tuple(spans[place] for place in places), match)


def text_of(lines):
    return laid_out([sentence for _, sentence in lines], [lead for lead, _ in lines])


def quoted(lines):
    return [sentence for _, sentence in lines if sentence.citations]


def test_a_list_has_every_paper_once_with_its_number_and_its_sentence():
    items = [evidence(paper, number, 0) for number, paper in enumerate(PAPERS, start=1)]
    lines = WRITER.listing(WHICH, items, considered=106)
    text = text_of(lines)
    assert numbers_in(text) == (1, 2, 3, 4, 5, 6)
    assert text.startswith("Six papers")
    assert "106" in text
    for paper in PAPERS:
        assert text.count(paper.title) == 1


def test_clear_and_possible_papers_are_told_apart():
    items = [evidence(TREE, 1, 1), evidence(TOWELS, 2, 1, match="possible")]
    text = text_of(WRITER.listing(WHICH, items, considered=6))
    assert text.index(TREE.title) < text.index("may fit") < text.index(TOWELS.title)
    only = text_of(WRITER.listing(WHICH, items[1:], considered=6))
    assert only.startswith("None of the 6 papers")


def test_sentences_of_a_passage_stand_in_the_order_of_the_abstract():
    lines = WRITER.passage([evidence(TREE, 4, 2, 0)], titled=False)
    assert text_of(lines) == (
        "Large language models (LLMs) plan poorly. [4] TreeMind solves 62% of the household tasks. [4]"
    )


def test_a_passage_says_whose_it_is_where_the_question_does_not_know():
    text = text_of(WRITER.passage([evidence(TREE, 4, 2)], titled=True))
    assert text == f"**{TREE.title}**\n\nTreeMind solves 62% of the household tasks. [4]"


def test_of_a_question_that_was_not_understood_only_no_match_is_said():
    understood, foreign = (text_of(WRITER.not_in_collection((), (), language=lang)) for lang in ("en", "es"))
    assert "answers" in understood
    assert "answers" not in foreign


def test_a_comparison_has_a_part_per_paper_under_its_title():
    text = text_of(WRITER.comparison([evidence(TREE, 1, 1, 2), evidence(TOWELS, 2, 1)]))
    first, second = text.split(f"**{TOWELS.title}**")
    assert first.startswith(f"**{TREE.title}**")
    assert (numbers_in(first), numbers_in(second)) == ((1,), (2,))


def test_what_an_abstract_does_not_say_is_said_with_what_it_says_nearest():
    lines = WRITER.not_in_abstract([evidence(TREE, 1, 2, 1)])
    assert TREE.title in lines[0][1].text
    assert not lines[0][1].citations
    assert [sentence.citations[0].quote for sentence in quoted(lines)] == [
        "TreeMind solves 62% of the household tasks."
    ]


def test_nothing_found_names_the_nearest_and_what_is_unknown_and_cites_nothing():
    near = [NotCited(TREE.paper_id, TREE.title, "near")]
    text = text_of(WRITER.not_in_collection(near, ("ToolForge",)))
    assert TREE.title in text
    assert "ToolForge" in text
    assert numbers_in(text) == ()
    assert text_of(WRITER.not_in_collection((), ())) == text.split(". ")[0] + "."


@pytest.mark.parametrize("name", ["declined", "small_talk"])
def test_fixed_texts_state_nothing_about_papers(name):
    (line,) = WRITER.fixed(name)
    assert line[1].text
    assert not line[1].citations


@given(
    st.lists(
        st.tuples(st.sampled_from(PAPERS), st.integers(0, 1)),
        min_size=1,
        max_size=6,
        unique_by=lambda x: x[0],
    )
)
def test_every_quote_is_a_slice_of_its_abstract(chosen):
    items = [evidence(paper, number, place) for number, (paper, place) in enumerate(chosen, start=1)]
    for lines in (
        WRITER.listing(WHICH, items, considered=6),
        WRITER.comparison(items),
        WRITER.passage(items, titled=False),
    ):
        for sentence in quoted(lines):
            for citation in sentence.citations:
                paper = next(paper for paper in PAPERS if paper.paper_id == citation.paper_id)
                assert paper.abstract[citation.start : citation.end] == citation.quote
                assert citation.quote in sentence.text
    assert [(item.paper_id, item.number) for item in listed(items)] == [
        (p.paper.paper_id, p.number) for p in items
    ]
