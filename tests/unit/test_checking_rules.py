"""The rules of checking: figures, roles of sentences, quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.figures import missing_counts, missing_figures
from assistant.checking.placing import exchanged, strays
from assistant.checking.quoting import carrying, cite
from assistant.checking.stating import brings_in_more, is_empty, role_of
from assistant.domain import Evidence, Paper
from assistant.prompts import Prompts
from assistant.settings import PROJECT
from tests.model_fixtures import evidence

PROMPTS = Prompts.load(PROJECT / "prompts")
GUIDANCE = Paper(
    "ag",
    "Adaptive Guidance",
    "We study guidance in diffusion models. Adaptive Guidance omits network evaluations. "
    "It preserves image quality while reducing computation by 25\\%. It works in three domains.",
)
ROUTER = Paper(
    "gl", "Glider", "Glider routes tokens with a local router. A global router uses GPT-4 and 20K steps."
)


BOTH = evidence(GUIDANCE, ROUTER)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("25%", "25\\%"),
        ("25 per cent", "by 25\\%"),
        ("93,34", "from 92.52% to 93.34%"),
        ("20,000 steps", "20K online steps"),
        ("20K", "20,000 steps"),
        ("16 times", "sixteen times"),
        ("2x", "a twofold increase"),
        ("Llama-3.1", "LLaMA3.1"),
        ("1,000", "1000"),
        ("92.520", "92.52"),
        ("35", "thirty five"),
        ("100 tasks", "one hundred tasks"),
    ],
)
def test_a_figure_is_found_in_other_spellings(claim, source):
    assert missing_figures(claim, source) == ()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("26%", "25%"),
        ("0.06%", "0.006%"),
        ("GPT-4", "GPT-3.5"),
        ("39.7", "28.0% and 19.2%"),
        ("12", "1 and 2"),
    ],
)
def test_a_figure_that_is_not_there_is_missed(claim, source):
    assert missing_figures(claim, source)


def test_number_words_only_raise_doubt():
    assert missing_counts("in five domains", GUIDANCE.abstract) == ("five",)
    assert missing_counts("in three domains, with two parts", GUIDANCE.abstract) == ()


@given(st.text(max_size=80))
def test_a_text_has_its_own_figures(text):
    assert missing_figures(text, text) == ()


@pytest.mark.parametrize(
    ("text", "marked", "given_up", "role"),
    [
        ("AG reduces computation by 25%.", True, False, "states"),
        ("AG reduces computation by 25%.", False, False, "states"),
        ("Six papers use tree search:", False, False, "leads"),
        ("Here is what I found.", False, False, "leads"),
        ("Yes.", False, False, "leads"),
        ("The abstract does not name the authors.", False, False, "absence"),
        ("Die Zusammenfassung nennt keine Autoren.", False, True, "absence"),
        ("摘要没有提到作者。", False, True, "absence"),
        ("No paper in the collection reports results on SWE-bench.", False, False, "absence"),
        ("It does not need training.", True, False, "states"),
        ("Not yet: the abstract says that the code will be made public.", True, False, "states"),
        ("The abstract reports no significant decline.", True, False, "states"),
        ("The abstract says that this does not hurt.", True, False, "states"),
        ("The abstract does not explicitly give a cost.", True, False, "absence"),
        ("Le résumé ne donne pas le coût.", True, False, "absence"),
        ("摘要没有给出成本。", True, False, "absence"),
    ],
)
def test_roles(text, marked, given_up, role):
    assert role_of(text, marked=marked, given_up=given_up) == role


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("SELF improves classification by 15% and generation by 18%.", True),
        ("SELF improves classification by 18% and generation by 15%.", False),
        ("The score rose from 23.5 to 26.2.", True),
        ("The score rose from 26.2 to 23.5.", False),
        ("It spans 16,464 APIs in 49 categories.", True),
        ("It spans 49 APIs in 16,464 categories.", False),
        ("It saves 15%.", True),
    ],
)
def test_figures_that_changed_places_are_noticed(claim, right):
    source = (
        "We collect 16,464 real-world APIs spanning 49 categories. SELF gains approximately 15% for "
        "classification tasks and 18% for generation tasks. SPICE increases from 23.5 to 26.2."
    )
    assert exchanged(claim, source) is not right


def test_words_that_belong_to_another_figure_raise_doubt():
    source = "On VisualWebArena search yields a 39.7% relative increase. On WebArena it yields 28.0%."
    assert strays("On VisualWebArena search yields a relative increase of 28.0%.", source)
    assert not strays("On VisualWebArena search yields a relative increase of 39.7%.", source)


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("Sure!", True),
        ("Based on the provided context, here is the answer:", True),
        ("Here is a short summary of the paper:", True),
        ("Sources:", True),
        ("Let me know if you have further questions.", True),
        ("Yes.", False),
        ("Based on the provided tactic, the model writes a program.", False),
        ("Summary is one of the tasks.", False),
    ],
)
def test_manners_and_headings_say_nothing(text, empty):
    assert is_empty(text) is empty


def test_a_sentence_of_absence_may_not_bring_in_names_or_numbers():
    known = ["Who is the first author of Agent Q?", "Agent Q: Advanced Reasoning"]
    assert not brings_in_more("The abstract of Agent Q does not name its authors.", known)
    assert brings_in_more("The abstract does not say it, but it was done at MultiOn.", known)
    assert brings_in_more("The abstract does not give it; it is about 0.8.", known)


def test_a_paper_that_is_cited_along_with_the_source_is_left_out():
    twin = Paper(
        "tw", "Twin", "Twin omits network evaluations and preserves image quality in diffusion models."
    )
    items = evidence(GUIDANCE, ROUTER, twin)
    numbers = [
        item.number for item in carrying("It preserves image quality and omits network evaluations.", items)
    ]
    assert numbers == [1, 3]
    both = "Guidance omits network evaluations, whereas Glider routes tokens with a local router."
    assert [item.number for item in carrying(both, items)] == [1, 2]


def test_the_sentence_that_carries_the_figure_is_quoted():
    (citation,) = cite("AG reduces computation by 25%.", BOTH[0])
    assert citation.quote == "It preserves image quality while reducing computation by 25\\%."
    assert GUIDANCE.abstract[citation.start : citation.end] == citation.quote


def test_a_claim_on_two_sentences_gets_both():
    quotes = [
        c.quote
        for c in cite("The local router routes tokens, the global router uses GPT-4 and 20K steps.", BOTH[1])
    ]
    assert len(quotes) == 2


@given(st.text(max_size=60), st.text(max_size=200))
def test_quotes_are_slices_for_any_text(claim, abstract):
    item = Evidence(1, Paper("p", "T", abstract), ())
    assert all(abstract[c.start : c.end] == c.quote for c in cite(claim, item))
