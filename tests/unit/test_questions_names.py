import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Paper
from assistant.questions.names import find_names, find_titles
from assistant.reading.lexicon import Lexicon
from tests.small_collection import ENGLISH, GUARD, LEXICON, PAPERS


def names(text):
    return find_names(text, LEXICON)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.paper_id)
@pytest.mark.parametrize("form", ["{}", "What is “{}” about?", "what does {} report", "Summarise {}."])
def test_a_whole_title_names_its_paper(paper, form):
    assert names(form.format(paper.title)).papers == (paper.paper_id,)
    assert find_titles(form.format(paper.title), LEXICON) == (paper.paper_id,)


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("How does TreeMind work?", ("tree",)),
        ("how does treemind work", ("tree",)),
        ("What does SafeQuery-2 do?", ("guard",)),
        ("what does safequery 2 do", ("guard",)),
        ("Compare SafeQuery-2 and TreeMind", ("guard", "tree")),
        ("How does ONI normalise?", ("oni",)),
        ("In Folding Towels with Robots, how fast are they?", ("towels",)),
        ("online normalised inference for sparse networks beats SafeQuery-2", ("oni", "guard")),
        ("robots fold towels", ()),
        ("Which papers use MCTS?", ()),
    ],
)
def test_names_lead_to_their_papers_in_the_order_named(text, papers):
    assert names(text).papers == papers


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("What does ToolForge-9 report?", ("ToolForge-9",)),
        ("What is “A Theory of Everything Edible” about?", ("A Theory of Everything Edible",)),
        ("What does TreeMind report?", ()),
        ("Which LLM-based planners are there?", ()),
        ("Is MCTS used?", ()),
        ("how fast are robots", ()),
    ],
)
def test_a_name_that_nothing_here_uses_is_unknown(text, unknown):
    assert names(text).unknown == unknown


def test_a_title_with_a_word_missing_is_not_unknown():
    assert names("the paper “Folding Towels Robots” please").unknown == ()


def test_a_name_within_a_title_is_a_word_of_the_title():
    papers = (*PAPERS, Paper("own", "Language Models: Revisited", "Models of language."))
    lexicon = Lexicon.of(papers, ENGLISH)
    assert find_names("what do language models do", lexicon).papers == ("own",)
    assert find_names(GUARD.title.lower(), lexicon).papers == ("guard",)


@given(st.text())
def test_any_text_can_be_searched_for_names(text):
    found = names(text)
    ids = {paper.paper_id for paper in PAPERS}
    assert set(found.papers) <= ids
    assert set(found.mentioned) <= ids
    assert all(name in text for name in found.unknown)


@given(st.lists(st.sampled_from([paper.title for paper in PAPERS]), min_size=2, max_size=3, unique=True))
def test_several_titles_are_found_in_the_order_in_which_they_stand(titles):
    order = {paper.title: paper.paper_id for paper in PAPERS}
    assert find_titles("; ".join(titles), LEXICON) == tuple(order[title] for title in titles)
