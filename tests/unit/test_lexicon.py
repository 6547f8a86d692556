import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Paper
from assistant.reading.acronyms import abbreviates, find_acronyms
from assistant.reading.lexicon import (
    Lexicon,
    head_names,
    introduced_names,
    name_key,
)
from tests.small_collection import GUARD, LEXICON, PAPERS, TREE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Monte Carlo Tree Search (MCTS) helps.", {"MCTS": "Monte Carlo Tree Search"}),
        ("Large language models (LLMs) plan.", {"LLM": "Large language models"}),
        ("we use a best-of-N sampler (fast) here", {}),
        ("results (GPT) without a long form", {}),
        ("Instructional Segment Embedding (ISE), then reward models (RM).",
         {"ISE": "Instructional Segment Embedding", "RM": "reward models"}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_short_form_stands_for_the_words_before_it(text, found):
    assert find_acronyms(text) == found


@given(st.text())
def test_any_text_has_acronyms_or_none(text):
    for short, long_form in find_acronyms(text + " (ABC)").items():
        assert long_form in text
        assert len(long_form) > len(short)


@pytest.mark.parametrize(
    ("short", "title", "fits"),
    [
        ("ONI", "Online Normalised Inference", True),
        ("oni", "Online Normalised Inference", True),
        ("MCTS", "Monte Carlo Tree Search", True),
        ("ONX", "Online Normalised Inference", False),
        ("ON", "Online", False),
    ],
)
def test_initials_are_read_off_the_first_words(short, title, fits):
    assert abbreviates(short, title) is fits


def test_names_are_compared_without_case_and_hyphens_but_with_their_signs():
    assert name_key("Mobile-Eval-E") == name_key("mobile eval e") == "mobileevale"
    assert name_key("CFG++") != name_key("CFG")


def test_words_are_counted_once_per_paper():
    assert LEXICON.papers == len(PAPERS)
    assert LEXICON.frequency["towel"] == 1
    assert LEXICON.frequency["reward"] == 2
    assert LEXICON.known("towel")
    assert not LEXICON.known("submarin")


def test_a_rarer_word_weighs_more_and_no_weight_is_negative():
    assert LEXICON.idf("submarin") > LEXICON.idf("towel") > LEXICON.idf("model") >= 0
    assert LEXICON.idf("towel") == pytest.approx(math.log(1 + 5.5 / 1.5))


def test_acronyms_work_both_ways():
    assert LEXICON.expansions("which papers use MCTS?") == ("monte carlo tree search",)
    assert LEXICON.expansions("monte-carlo tree searching") == ("MCTS",)
    assert LEXICON.expansions("towels") == ()
    assert LEXICON.shortened("languag model") == ("LLM",)


def test_acronyms_are_spelt_out_for_papers_that_write_them_out():
    others = [Paper(f"o{n}", f"Study {n}", "Towels.") for n in range(20)]
    lexicon = Lexicon.of([*PAPERS, *others])
    assert lexicon.spelt_out("MCTS for agents") == "monte carlo tree search (MCTS) for agents"
    assert lexicon.spelt_out("mcts agents") == "monte carlo tree search (mcts) agents"
    whole = "Monte Carlo Tree Search (MCTS) for agents"
    assert lexicon.spelt_out(whole) == whole
    assert lexicon.spelt_out("towels") == "towels"


def test_an_acronym_that_everybody_uses_is_a_word_like_others():
    papers = [Paper(str(n), f"Study {n}", "Large language models (LLMs) plan.") for n in range(5)]
    assert Lexicon.of(papers).spelt_out("LLM agents") == "LLM agents"


def test_an_ordinary_word_is_no_acronym_however_somebody_abbreviates():
    papers = [
        Paper("a", "Brains", "Inhibitory neurons (IN) and the odds ratio (OR) were measured in mice."),
        Paper("b", "Arts", "Retrieval augmented generation (RAG) is no rag."),
    ]
    lexicon = Lexicon.of(papers)
    assert lexicon.expansions("Which changes occur in mice or a rag?") == ()
    assert lexicon.expansions("Which papers use RAG?") == ("retrieval augmented generation",)


@pytest.mark.parametrize("name", ["TreeMind", "treemind", "Tree-Mind", "SafeQuery-2", "safequery 2"])
def test_a_name_belongs_to_the_paper_that_introduces_it(name):
    assert LEXICON.papers_of_name(name) == (("tree",) if "ree" in name else ("guard",))
    assert LEXICON.owns(name)
    assert LEXICON.is_name(name)


def test_a_name_that_nobody_uses_belongs_to_nobody():
    assert LEXICON.papers_of_name("ToolForge") == ()
    assert not LEXICON.owns("ToolForge")
    assert not LEXICON.is_name("ToolForge")


def test_a_technique_that_many_use_is_nobodys_own():
    users = [Paper(f"u{n}", f"Study {n}", "We present results with PPO-X.") for n in range(5)]
    lexicon = Lexicon.of(users)
    assert not lexicon.owns("PPO-X")
    assert lexicon.papers_of_name("PPO-X") == ()
    assert lexicon.is_name("PPO-X")


def test_names_stand_before_the_colon_of_a_title_or_behind_words_that_introduce():
    assert head_names(TREE.title) == {"TreeMind"}
    assert head_names("Folding Towels with Robots") == set()
    assert head_names("A Very Long Head That Is No Name: rest") == set()
    assert "SafeQuery-2" in introduced_names(GUARD, ())
    assert introduced_names(Paper("x", "On Things", "We propose an Open-World approach."), ()) == set()


def test_an_empty_collection_has_a_lexicon():
    lexicon = Lexicon.of([])
    assert (lexicon.papers, lexicon.expansions("MCTS"), lexicon.papers_of_name("MCTS")) == (0, (), ())
    assert lexicon.idf("x") >= 0


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=200)), max_size=4))
def test_any_papers_can_be_read(texts):
    papers = [Paper(f"p{n}", title, abstract) for n, (title, abstract) in enumerate(texts)]
    lexicon = Lexicon.of(papers)
    ids = {paper.paper_id for paper in papers}
    assert lexicon.papers == len(papers)
    assert all(0 < count <= len(papers) for count in lexicon.frequency.values())
    for owners in (*lexicon.titled.values(), *lexicon.owners.values(), *lexicon.mentions.values()):
        assert set(owners) <= ids
