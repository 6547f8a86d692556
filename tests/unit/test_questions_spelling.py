import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import Paper
from assistant.questions.spelling import correct
from assistant.reading.lexicon import Lexicon
from assistant.reading.terms import terms
from assistant.reading.wordlist import english_words
from tests.small_collection import ENGLISH, LEXICON, PAPERS

WORDS = sorted({term.form for paper in PAPERS for term in terms(f"{paper.title}. {paper.abstract}")})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rewrad models", "reward models"),
        ("which modles use it", "which models use it"),
        ("difusion of images", "difusion of images"),  # used by one paper alone and no known English word
        ("rewardmodels", "reward models"),
    ],
)
def test_a_slip_from_common_words_is_mended(typed, meant):
    assert correct(typed, LEXICON) == meant


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_collection_is_right(word):
    assert correct(word, LEXICON) == word
    assert correct(word.lower(), LEXICON) == word.lower()


@pytest.mark.parametrize("word", sorted(ENGLISH))
def test_an_english_word_is_right(word):
    assert correct(word, LEXICON) == word


@pytest.mark.parametrize("name", ["Rewrad", "MODLES", "SafeQuerry", "o3", "gpt4", "modèle", "модель"])
def test_names_versions_and_other_scripts_are_left_alone(name):
    assert correct(name, LEXICON) == name


def test_a_word_that_is_merely_absent_stays_absent():
    assert correct("submarine cuisine", LEXICON) == "submarine cuisine"


@given(st.text())
def test_only_words_change_and_a_second_reading_changes_nothing(text):
    once = correct(text, LEXICON)
    assert correct(once, LEXICON) == once
    if not terms(text):
        assert once == text


def test_a_british_spelling_is_no_slip():
    lexicon = Lexicon.of([Paper("a", "Critics", "Critics judge models.")] * 2, english_words())
    assert correct("which models criticise themselves", lexicon) == "which models criticise themselves"
