from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.terms import american, content_stems, content_terms, normalised, stem, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LLaMA3", "llama-3"),
        ("Llama 3", "LLAMA3"),
        ("tree searching", "Tree Searches"),
        ("LLMs", "LLM"),
        ("naïve Modelle", "naive modelle"),
        ("state-of-the-art", "State of the Art"),
        ("well_known", "well known"),
    ],
)
def test_spellings_of_one_thing_are_the_same_terms(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("o1 and GPT-4o", ["o1", "and", "GPT", "4o"]),
        ("1,000.5 tokens", ["1,000.5", "tokens"]),
        ("25%, x2", ["25", "x2"]),
        ("...", []),
        ("", []),
    ],
)
def test_versions_and_figures_stay_whole(text, forms):
    assert [term.form for term in terms(text)] == forms


def test_function_words_and_lone_letters_carry_no_meaning():
    assert content_stems("Which of the agents is a b planner?") == ["agent", "planner"]
    assert content_stems("what about it") == []


def test_a_lone_chinese_character_carries_meaning():
    assert [term.form for term in content_terms("树 of thought")] == ["树", "thought"]


@given(st.text())
def test_terms_are_slices_in_order_without_overlap(text):
    found = terms(text)
    assert all(text[term.start : term.end] == term.form for term in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert [term.stem for term in found] == [stem(term.form) for term in found]


@given(st.text())
def test_content_terms_are_some_of_the_terms(text):
    assert set(content_terms(text)) <= set(terms(text))


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_case_never_matters(text):
    assert normalised(text.upper()) == normalised(text.lower())


@pytest.mark.parametrize(
    ("british", "american_form"),
    [
        ("summarisation", "summarization"),
        ("criticises", "criticizes"),
        ("behaviours", "behaviors"),
        ("labelling", "labeling"),
        ("analyse", "analyze"),
        ("centres", "centers"),
    ],
)
def test_spellings_of_both_sides_of_the_ocean_are_one_word(british, american_form):
    assert american(british) == american(american_form) == american_form
    assert stem(british) == stem(american_form)


@pytest.mark.parametrize("word", ["precise", "supervised", "noise", "promises", "raising", "exercise", "our"])
def test_words_that_only_look_british_are_left_alone(word):
    assert american(word) == word
